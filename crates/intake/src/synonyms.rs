//! What billing systems call their columns, best match first: QuickBooks, Xero, Sage, SAP, Oracle,
//! NetSuite, Dynamics, and common hand-made sheets, in English, German, French, Spanish, Italian, Dutch
//! and Portuguese.

use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

use crate::field::Field;

/// Lower case, letters without accents and digits only, without a currency or unit in brackets.
pub(crate) fn normalise(heading: &str) -> String {
    let plain = match (heading.find(['(', '[']), heading.rfind([')', ']'])) {
        (Some(open), Some(close)) if open > 0 && open < close => {
            format!("{}{}", &heading[..open], &heading[close + 1..])
        }
        _ => heading.to_owned(),
    };
    // `+/-` has no letter to tell it by.
    if plain.contains('+') && plain.chars().all(|c| matches!(c, '+' | '-' | '/' | ' ')) {
        return "plusminus".to_owned();
    }
    let plain = plain.replace('#', "no").replace('°', "").replace('ß', "ss");
    let folded = plain.nfkd().filter(|c| c.is_alphanumeric() && !is_combining_mark(*c));
    folded.flat_map(char::to_lowercase).collect()
}

/// Words as systems shorten them in headings.
const SHORT: &[(&str, &str)] = &[
    ("acct", "account"),
    ("addr", "address"),
    ("amnt", "amount"),
    ("amt", "amount"),
    ("bal", "balance"),
    ("ccy", "currency"),
    ("cd", "code"),
    ("crncy", "currency"),
    ("cust", "customer"),
    ("disp", "dispute"),
    ("doc", "document"),
    ("dt", "date"),
    ("dte", "date"),
    ("flg", "flag"),
    ("ind", "indicator"),
    ("inv", "invoice"),
    ("nbr", "no"),
    ("nm", "name"),
    ("nr", "no"),
    ("num", "no"),
    ("orig", "original"),
    ("outst", "outstanding"),
    ("outstd", "outstanding"),
    ("pd", "paid"),
    ("pmt", "payment"),
    ("pymt", "payment"),
    ("rem", "remaining"),
    ("sts", "status"),
    ("tot", "total"),
    ("trx", "transaction"),
    ("txn", "transaction"),
    ("typ", "type"),
    ("unpd", "unpaid"),
];

/// A heading of shortened words (`Cust Nbr`, `BAL_DUE`, `InvDt`, `O/S Amt`) written out; none where it
/// is a name already, or has no such word.
pub(crate) fn written_out(heading: &str) -> Option<String> {
    if names_something(&normalise(heading)) {
        return None;
    }
    let plain = heading.split(['(', '[']).next().unwrap_or_default();
    let heading = plain.replace('#', " no ").replace("O/S", "outstanding").replace("o/s", "outstanding");
    let mut words = vec![String::new()];
    let mut small = false;
    for letter in heading.chars() {
        // `InvDt` is two words, `INVDT` one.
        if !letter.is_alphanumeric() || small && letter.is_uppercase() {
            words.push(String::new());
        }
        small = letter.is_lowercase();
        if let Some(word) = words.last_mut().filter(|_| letter.is_alphanumeric()) {
            word.extend(letter.to_lowercase());
        }
    }
    let all: String = words.iter().map(|word| long(word)).collect();
    (all != words.concat() || heading.contains("outstanding")).then_some(all)
}

fn long(word: &str) -> &str {
    SHORT.iter().find(|(short, _)| *short == word).map_or(word, |(_, long)| *long)
}

/// Fields in the order in which they choose their column, each with its names in order of trust.
pub(crate) const SYNONYMS: &[(Field, &str)] = &[
    (
        Field::InvoiceId,
        "invoiceid invoicenumber invoiceno invoicenum invoicenbr invno invnum invnumber invid invoice inv \
     trxnumber transactionnumber transactionno billingdocument billno billnumber billid documentnumber \
     documentno docnumber docno docnum documentid docid tranid trxno belnr rechnungsnummer rechnungsnr \
     belegnummer belegnr numerofacture nfacture factura nofactura voucher voucherno num number no nbr \
     refnumber referenceno refno ref transactionid reference id rechnung rechnungsno belegno beleg \
     belegnum rechnungsid nofacture numfacture numerodefacture piece nopiece numeropiece numerofactura \
     nodefactura numfactura nrofactura folio numerofattura nfattura nofattura fattura documento \
     nodocumento numerodocumento factuurnummer factuurnr factuur numerodafatura nofatura fatura \
     notafiscal nf invoicecode",
    ),
    (
        Field::DueDate,
        "duedate due datedue duedt netduedate nettoduedate netdue netduedt dueon dueindate paymentduedate \
     paymentdue invoiceduedate payby dueby maturitydate faelligkeit falligkeit faelligkeitsdatum \
     falligkeitsdatum falligam faelligam nettofalligkeit nettofaelligkeit datecheance dateecheance \
     echeance datedecheance fechavencimiento vencimiento scadenza duedateoriginal fallig \
     nettofalligkeitsdatum zahlbarbis datelimitedepaiement datelimite fechadevencimiento vence \
     vencimento datavencimento datadevencimento datascadenza datadiscadenza scadenzapagamento \
     vervaldatum vervaldag uiterstebetaaldatum duedateutc",
    ),
    (
        Field::InvoiceDate,
        "invoicedate invdate invoicedt dateinvoice billdate billingdate documentdate docdate trxdate \
     transactiondate trandate issuedate dateissued issued postingdate gldate date documentcreatedate \
     createdate datecreated created createddate baselinedate baselinecreatedate bldat budat zfbdt \
     rechnungsdatum belegdatum buchungsdatum datum datefacture dateemission fechafactura fecha \
     transdate datumrechnung ausstellungsdatum datedefacture datefacturation datepiece emisele \
     fechadefactura fechaemision fechadeemision fechadocumento datafattura datadocumento dataemissione \
     invoicebilldate accountingdate data factuurdatum datadafatura datafatura datadeemissao dataemissao dateutc",
    ),
    (
        Field::SettledDate,
        "settleddate settlementdate datesettled cleardate clearingdate cleareddate datecleared datepaid \
     paiddate paidon paymentdate paymentreceiveddate dateclosed closeddate closedate fullypaidondate \
     fullypaiddate paidinfulldate augdt ausgleichsdatum ausgleich clearing actualpaymentdate \
     paymentreceived bezahltam zahlungsdatum bezahldatum ausgleichsdat datedepaiement datepaiement \
     datereglement datedereglement fechadepago fechapago datapagamento datadipagamento datadepagamento \
     betaaldatum closed betaaldop",
    ),
    (
        Field::OpenAmount,
        "openamount openbalance amountdueremaining amountremaining remainingamount remainingamt remaining \
     remainingbalance balancedue invoiceamountdue amountdue outstandingamount outstandingbalance \
     amountoutstanding outstanding openamt opendebitbalance balance balanceamount unpaidamount unpaid \
     unpaidbalance residual openitem totalopenamount totaldue totaloutstanding currentbalance \
     invoicebalance foreignbalance remainingamountlcy offenerbetrag offen restbetrag resteapayer saldo \
     remainamountcur remainamount remainamountmst amountremainingcur openitemamount amountopen opensum \
     offenbetrag offenersaldo offeneposten nochoffen restant solde soldedu montantdu montantrestant \
     montantouvert resteduttc restedu importependiente pendiente saldopendiente montopendiente \
     saldovivo residuo importoresiduo dapagare saldoaperto importoaperto openstaand openstaandbedrag \
     saldoopenstaand resterend tebetalen valoremaberto emaberto saldoemaberto saldodevedor \
     valorpendente owing owed amountowed amountowing balanceowing balanceowed stillowed totalowed totalowing \
     arrears arrearsamount netdue netamountdue dueamount amountduesigned amountresidual amountresidualsigned \
     residualamount currenttrxamount currenttransactionamount",
    ),
    (
        Field::PaidAmount,
        "paidamount amountpaid invoiceamountpaid paid applied appliedamount amountapplied amountreceived \
     receivedamount received paymentamount payments totalpaid paidtodate amtpaid paymentsapplied \
     paymentsandcredits bezahlt settleamountcur settledamount bezahlterbetrag gezahlt zahlbetrag \
     montantpaye montantregle regle paye importepagado pagado importecobrado cobrado importopagato \
     pagato betaald betaaldbedrag valorpago pago",
    ),
    (
        Field::Amount,
        "invoiceamount invoicetotal invamount invoiceamt invamt amountdueoriginal originalamount \
     amountoriginal origamount originalamt originalamountlcy billtotal billamount billedamount \
     totalamount grossamount doctotal documentamount documenttotal amountindoccurr \
     amountindocumentcurrency amountindc wrbtr amountinlocalcurrency amountinlocalcurr amountinlc \
     amountlocal dmbtr transactionamount totalamountinclgst total amount amt amountforeigncurrency \
     grandtotal gross grossamt invoicevalue value charge charges netamount amountlcy betrag \
     bruttobetrag rechnungsbetrag montant montantttc importe importo debit sales totalincl amountcur \
     amountintransactioncurrency betraginhw betraginhauswahrung betraginhauswaehrung betraginbw \
     betraginbelegwahrung betraginbelegwaehrung betraginbelegw betraginfw rechnungssumme bruttosumme \
     gesamtbetrag summe totalincurrencysigned totalsigned amounttotalsigned amounttotal montantfacture \
     montanttotal totalttc ttc importetotal importefactura monto \
     montototal totalfactura importototale totalefattura totaledocumento factuurbedrag bedrag \
     totaalbedrag valortotal valor valordafatura debits debitamount soll sollbetrag montantdebit debe \
     dare debito debet",
    ),
    (
        Field::Currency,
        "currency currencycode invoicecurrency invoicecurrencycode documentcurrency doccurrency \
     transactioncurrency trxcurrency curr cur ccy curry currencyname waers wahrung waehrung devise \
     moneda localcurrency currencyiso wahrungscode wahrungsschlussel hauswahrung belegwahrung \
     codedevise monnaie divisa valuta muntsoort munt moeda codmoeda",
    ),
    (
        Field::TransactionType,
        "transactiontype trxtype txntype trantype documenttype doctype invoicetype recordtype class type \
     art belegart belegtyp vorgangsart typepiece typedepiece typededocument tipodocumento \
     tipodedocumento tipodoc tipo documentsoort soort boekingstype naturepiece",
    ),
    (
        Field::Status,
        "status invoicestatus paymentstatus docstatus documentstatus openclosed paidstatus isopen ispaid \
     open closed openitemstatus clearingstatus zahlungsstatus rechnungsstatus statut etat \
     statutpaiement estado estadopago stato statopagamento betaalstatus situacao st",
    ),
    (Field::CreditAmount, "credit credits creditamount haben habenbetrag haber avere credito montantcredit kredit"),
    (
        Field::DebitCredit,
        "drcr crdr dc cd debitcredit creditdebit debitcreditindicator drcrindicator dcindicator dcind \
     dcflag drcrflag dcsign drcrind sh sollhaben shkz shkzg shkennzeichen sollhabenkennzeichen  hs \
     habensoll vorzeichen vz plusminus debitcreditcode debehaber dh debitohaber dareavere debitocredito \
     debetcredit amountsign signindicator sign signe signo segno sens",
    ),
    (
        Field::Disputed,
        "disputed dispute isdisputed indispute disputeflag disputestatus disputeyn disputedamount \
     amountdisputed disputeamount amountindispute strittig reklamation reklamiert litige enlitige \
     contestado endisputa disputa contestato betwist disputeflg disputeindicator disputecode \
     disputereason disputereasoncode disputedate disputedon disputedsince disputecase disputeid",
    ),
    (
        Field::Terms,
        "terms paymentterms customerterms custpaymentterms paymentterm termsofpayment payterms paytterms \
     payt termscode termsname netterms zterm zahlungsbedingung zahlungsbedingungen conditionspaiement \
     creditterms zahlungsziel conditionsdepaiement modalitespaiement condicionespago condicionesdepago \
     terminipagamento condizionidipagamento betalingstermijn betaaltermijn condicoesdepagamento prazo",
    ),
    (
        Field::CustomerId,
        "customerid custid customerno customernumber customernum customercode custnumber custno custcode \
     custnum customeraccountnumber customeraccount customerkey clientid clientno clientnumber \
     clientcode debtorid debtorno debtornumber debtorcode billtocustomerno billtocustomerid \
     billtocustomernumber billtono billtoid selltocustomerno kunnr kundennummer kundennr debitor \
     debitorennummer cardcode soldtoparty soldto accountref ac payerid payerno partyid partynumber \
     entityid codeclient accountexternalkey accountkey externalkey kundenno kundencode kundenid debitorenno debitornr debitorno debitornummer \
     debitornum nclient noclient numeroclient numclient numerodeclient codigocliente coddecliente \
     codcliente idcliente nocliente ncliente numerocliente nrocliente codicecliente clientecodigo \
     codigodecliente klantnummer klantnr klantno klantcode klantid debiteurnummer debiteurennummer \
     debiteurnr debiteurcode codigodocliente comptetiers codetiers compteclient customeraccountid \
     soldtono shiptono customerref customerreference",
    ),
    (
        Field::AccountId,
        "accountid accountnumber accountno accountnum acctno acctnum acctid acctnumber billingaccount \
     billingaccountnumber billingaccountid ban contractaccount contractaccountnumber vkont \
     vertragskonto kundenkonto kontonummer numerocompte \
     nocompte numerodecuenta nocuenta numeroconto rekeningnummer",
    ),
    (
        Field::CustomerName,
        "customername custname namecustomer customerfullname clientname debtorname billtocustomername \
     billtoname selltocustomername name1 cardname customercompany companyname company businessname \
     organisation organization tradingname partyname payername entityname accountname kundenname kunde \
     nomclient client customer debtor billto payer account name kundename kundenbezeichnung debitorname \
     debitorenname firma firmenname clientenom raisonsociale nomduclient societe nomtiers tiers \
     razonsocial nombrecliente nombredelcliente nombre ragionesociale nomecliente nome klantnaam klant \
     naam debiteur debiteurnaam bedrijfsnaam nomedocliente razaosocial cliente kundenname1 \
     accountholder invoicepartnerdisplayname partnerdisplayname partnername partner customerdisplayname \
     subscribername",
    ),
    (
        Field::ContactName,
        "contactname contact contactperson primarycontact attention attn billingcontact ansprechpartner \
     kontakt contacto contatto contactpersoon contato interlocuteur",
    ),
    (
        Field::Email,
        "email contactemail emailaddress customeremail billingemail primaryemail mail emailid accountsemail \
     emailadresse mailadresse courriel adressemail correo correoelectronico correoe indirizzoemail \
     emailadres enderecoemail emailaddr workemail invoiceemail apemail",
    ),
    (
        Field::Phone,
        "phone contactphone telephone phonenumber phoneno phonenum tel customerphone mainphone telephoneno \
     telefon billingphone workphone telefonnummer numerotelephone telefono telefoon telefoonnummer \
     telefone rufnummer",
    ),
    (
        Field::Mobile,
        "mobile mobilephone mobileno mobilenumber cell cellphone mobil mobiltelefon handy gsm portable \
     movil cellulare mobiel celular telemovel",
    ),
    (
        Field::Address1,
        "address1 addressline1 address street streetaddress street1 billingaddress billingaddress1 \
     billingaddressline1 billtoaddress billtoaddress1 billtoaddressline1 billaddr1 poaddressline1 \
     mailingaddress addr1 strasse adresse adresse1 anschrift rue direccion calle indirizzo via adres \
     straat endereco morada rua",
    ),
    (
        Field::Address2,
        "address2 addressline2 street2 billingaddress2 billingaddressline2 \
     billtoaddress2 poaddressline2 addr2 suite",
    ),
    (
        Field::City,
        "city town billingcity billtocity pocity ort cityname stadt ville ciudad poblacion localidad citta \
     comune plaats woonplaats stad cidade localidade",
    ),
    (
        Field::State,
        "state province region stateprovince billingstate billtostate poregion statecode bundesland \
     provincia estadoprovincia distrito uf",
    ),
    (
        Field::Zip,
        "zip zipcode postalcode postcode billingzip billingpostalcode billtozip billtopostalcode \
     popostalcode plz zippostalcode postleitzahl codepostal cp codigopostal cap codicepostale \
     postcodenr codigopostalcp cep",
    ),
    (
        Field::Country,
        "country countryname billingcountry billtocountry pocountry land pays pais paese landcode landkz \
     laenderkennzeichen countrycode",
    ),
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
    names_something(&normalise(heading)) || written_out(heading).is_some_and(|wanted| names_something(&wanted))
}

fn names_something(wanted: &str) -> bool {
    !wanted.is_empty()
        && SYNONYMS.iter().chain(OTHERS).any(|(_, names)| names.split_whitespace().any(|name| name == wanted))
}
