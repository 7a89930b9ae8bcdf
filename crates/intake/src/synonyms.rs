//! What billing systems call their columns, best match first: QuickBooks, Xero, Sage, SAP, Oracle,
//! NetSuite, Dynamics, and common hand-made sheets.

use crate::field::Field;

/// Lower case, letters and digits only, without a currency or unit in brackets.
pub(crate) fn normalise(heading: &str) -> String {
    let plain = match (heading.find(['(', '[']), heading.rfind([')', ']'])) {
        (Some(open), Some(close)) if open > 0 && open < close => {
            format!("{}{}", &heading[..open], &heading[close + 1..])
        }
        _ => heading.to_owned(),
    };
    plain.replace('#', "no").chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}

/// Fields in the order in which they choose their column, each with its names in order of trust.
pub(crate) const SYNONYMS: &[(Field, &str)] = &[
    (
        Field::InvoiceId,
        "invoiceid invoicenumber invoiceno invoicenum invoicenbr invno invnum invnumber \
     invid invoice inv trxnumber transactionnumber transactionno billingdocument billno billnumber billid \
     documentnumber documentno docnumber docno docnum documentid docid tranid trxno belnr rechnungsnummer \
     rechnungsnr belegnummer belegnr numerofacture nfacture factura nofactura voucher voucherno num number \
     no nbr refnumber referenceno refno ref transactionid reference id",
    ),
    (
        Field::DueDate,
        "duedate due datedue duedt netduedate nettoduedate netdue netdue netduedt dueon dueindate \
     paymentduedate paymentdue invoiceduedate payby dueby maturitydate faelligkeit fälligkeit \
     faelligkeitsdatum fälligkeitsdatum fälligam faelligam nettofälligkeit nettofaelligkeit \
     datecheance dateecheance échéance echeance datedéchéance fechavencimiento vencimiento scadenza \
     duedateoriginal",
    ),
    (
        Field::InvoiceDate,
        "invoicedate invdate invoicedt dateinvoice billdate billingdate documentdate \
     docdate trxdate transactiondate trandate issuedate dateissued issued postingdate gldate date \
     documentcreatedate createdate datecreated created createddate baselinedate baselinecreatedate bldat \
     budat zfbdt rechnungsdatum belegdatum buchungsdatum datum datefacture dateemission fechafactura \
     fecha",
    ),
    (
        Field::SettledDate,
        "settleddate settlementdate datesettled cleardate clearingdate cleareddate \
     datecleared datepaid paiddate paidon paymentdate paymentreceiveddate dateclosed closeddate closedate \
     fullypaidondate fullypaiddate paidinfulldate augdt ausgleichsdatum ausgleich clearing \
     actualpaymentdate paymentreceived",
    ),
    (
        Field::OpenAmount,
        "openamount openbalance amountdueremaining amountremaining remainingamount \
     remainingamt remaining remainingbalance balancedue invoiceamountdue amountdue outstandingamount \
     outstandingbalance amountoutstanding outstanding openamt opendebitbalance balance balanceamount \
     unpaidamount unpaid unpaidbalance residual openitem totalopenamount totaldue totaloutstanding \
     currentbalance invoicebalance foreignbalance remainingamountlcy offenerbetrag offen restbetrag \
     resteapayer saldo",
    ),
    (
        Field::PaidAmount,
        "paidamount amountpaid invoiceamountpaid paid applied appliedamount amountapplied \
     amountreceived receivedamount received paymentamount payments totalpaid paidtodate amtpaid \
     paymentsapplied paymentsandcredits bezahlt",
    ),
    (
        Field::Amount,
        "invoiceamount invoicetotal invamount invoiceamt invamt amountdueoriginal \
     originalamount amountoriginal origamount originalamt originalamountlcy billtotal billamount \
     billedamount totalamount grossamount doctotal documentamount documenttotal amountindoccurr \
     amountindocumentcurrency amountindc wrbtr amountinlocalcurrency amountinlocalcurr amountinlc \
     amountlocal dmbtr transactionamount totalamountinclgst total amount amt amountforeigncurrency \
     grandtotal gross grossamt invoicevalue value charge charges netamount amountlcy betrag bruttobetrag \
     rechnungsbetrag montant montantttc importe importo debit sales totalincl",
    ),
    (
        Field::Currency,
        "currency currencycode invoicecurrency invoicecurrencycode documentcurrency \
     doccurrency transactioncurrency trxcurrency curr cur ccy curry currencyname waers währung waehrung \
     devise moneda localcurrency",
    ),
    (
        Field::TransactionType,
        "transactiontype trxtype txntype trantype documenttype doctype invoicetype \
     recordtype class type art",
    ),
    (
        Field::Status,
        "status invoicestatus paymentstatus docstatus documentstatus openclosed paidstatus \
     isopen ispaid open closed openitemstatus clearingstatus",
    ),
    (Field::Disputed, "disputed dispute isdisputed indispute disputeflag disputestatus disputeyn"),
    (
        Field::Terms,
        "terms paymentterms customerterms custpaymentterms paymentterm termsofpayment \
     payterms paytterms payt termscode termsname netterms zterm zahlungsbedingung zahlungsbedingungen \
     conditionspaiement creditterms",
    ),
    (
        Field::CustomerId,
        "customerid custid customerno customernumber customernum customercode \
     custnumber custno custcode custnum customeraccountnumber customeraccount customerkey clientid \
     clientno clientnumber clientcode debtorid debtorno debtornumber debtorcode billtocustomerno \
     billtocustomerid billtocustomernumber billtono billtoid selltocustomerno kunnr kundennummer kundennr \
     debitor debitorennummer cardcode soldtoparty soldto accountref ac payerid payerno partyid partynumber \
     entityid codeclient",
    ),
    (
        Field::AccountId,
        "accountid accountnumber accountno accountnum acctno acctnum acctid \
     acctnumber billingaccount billingaccountnumber billingaccountid ban contractaccount \
     contractaccountnumber vkont",
    ),
    (
        Field::CustomerName,
        "customername custname namecustomer customerfullname clientname debtorname \
     billtocustomername billtoname selltocustomername name1 cardname customercompany companyname company \
     businessname organisation organization tradingname partyname payername entityname accountname \
     kundenname kunde nomclient client customer debtor billto payer account name",
    ),
    (
        Field::ContactName,
        "contactname contact contactperson primarycontact attention attn \
     billingcontact ansprechpartner",
    ),
    (
        Field::Email,
        "email contactemail emailaddress customeremail billingemail primaryemail mail \
     emailid accountsemail",
    ),
    (
        Field::Phone,
        "phone contactphone telephone phonenumber phoneno phonenum tel customerphone \
     mainphone telephoneno telefon billingphone workphone",
    ),
    (Field::Mobile, "mobile mobilephone mobileno mobilenumber cell cellphone"),
    (
        Field::Address1,
        "address1 addressline1 address street streetaddress street1 billingaddress \
     billingaddress1 billingaddressline1 billtoaddress billtoaddress1 billtoaddressline1 billaddr1 \
     poaddressline1 mailingaddress addr1 strasse straße",
    ),
    (
        Field::Address2,
        "address2 addressline2 street2 billingaddress2 billingaddressline2 \
     billtoaddress2 poaddressline2 addr2 suite",
    ),
    (Field::City, "city town billingcity billtocity pocity ort cityname"),
    (Field::State, "state province region stateprovince billingstate billtostate poregion statecode"),
    (
        Field::Zip,
        "zip zipcode postalcode postcode billingzip billingpostalcode billtozip \
     billtopostalcode popostalcode plz zippostalcode",
    ),
    (Field::Country, "country countryname billingcountry billtocountry pocountry"),
    (Field::Paperless, "paperless paperlessbill ebill ebilling"),
    (Field::Autopay, "autopay autopayenrolled achenrolled directdebit"),
    (Field::CustomerKind, "customerkind customertype customerclass accounttype"),
    (Field::Segment, "segment customersegment"),
    (Field::Creditor, "creditor owedto"),
];

/// Further names in files of customers, accounts, services, payments and credits.
pub(crate) const OTHERS: &[(Field, &str)] = &[
    (Field::ServiceId, "serviceid serviceno servicenumber"),
    (Field::Product, "product productline servicename plan service productname"),
    (Field::Identifier, "identifier circuit circuitid meter meterid serviceaddress line linenumber"),
    (Field::ServiceState, "servicestate servicestatus state status"),
    (
        Field::Reference,
        "reference paymentid paymentno paymentnumber paymentreference checkno checknumber \
     receiptno receiptnumber creditno creditmemono creditmemonumber creditnumber transactionid refno num \
     number id",
    ),
    (
        Field::PostedDate,
        "posteddate dateposted postdate postingdate paymentdate datepaid receiptdate \
     creditdate depositdate transactiondate date",
    ),
    (Field::Method, "method paymentmethod paymenttype tendertype tender type"),
    (Field::ReversedDate, "reverseddate returneddate returndate nsfdate reversaldate datereversed"),
    (Field::OpenedDate, "openeddate opendate dateopened opened startdate since activationdate"),
    (Field::ClosedDate, "closeddate closedate dateclosed closed enddate terminationdate"),
];

/// The names of a field, in order of trust.
pub(crate) fn names(table: &'static [(Field, &'static str)], field: Field) -> impl Iterator<Item = &'static str> {
    table.iter().filter(move |(of, _)| *of == field).flat_map(|(_, names)| names.split_whitespace())
}

/// A heading that some field knows.
pub(crate) fn is_known(heading: &str) -> bool {
    let wanted = normalise(heading);
    !wanted.is_empty()
        && SYNONYMS.iter().chain(OTHERS).any(|(_, names)| names.split_whitespace().any(|name| name == wanted))
}
