//! Extracts in the layouts of several billing systems, read without any mapping given.

mod common;

use common::{clean, dates, owed, warned, with};
use domain::money::Currency;
use domain::payment::PaymentKind;
use dunlin_intake::{Batch, Problem};

fn names(batch: &Batch) -> Vec<&str> {
    batch.customers.iter().map(|c| c.name.as_str()).collect()
}

fn open(batch: &Batch) -> Vec<(String, u64, String)> {
    let row = |t: &dunlin_intake::Total| (t.currency.to_string(), t.open_invoices, t.open.to_string());
    batch.totals.iter().map(row).collect()
}

#[test]
fn sap_line_items_with_trailing_minus_and_stars() {
    let text = "Customer Line Item Display\r\n\r\nCustomer\t100234\r\nCompany Code\t1000\r\n\r\n\
        \tSt\tAccount\tDocumentNo\tType\tDoc. Date\tNet due dt\tAmount in doc. curr.\tCurr.\tClearing\tText\r\n\r\n\
        \t@5B@\t100234\t1800000123\tRV\t05.01.2024\t04.02.2024\t1.234,56\tEUR\t\tRechnung M\u{fc}ller\r\n\
        \t@5B@\t100234\t1800000124\tRV\t25.01.2024\t24.02.2024\t234,56\tEUR\t\t\r\n\
        \t@5B@\t100235\t1400000124\tDZ\t25.01.2024\t25.01.2024\t100,00-\tEUR\t\t\r\n\
        *\t\t\t\t\t\t\t1.369,12\tEUR\t\t\r\n**\t\t\t\t\t\t\t1.369,12\tEUR\t\t\r\n";
    let latin: Vec<u8> = text.chars().map(|c| u8::try_from(u32::from(c)).expect("Latin-1")).collect();
    let batch = with(&latin, &[], |_| {}).expect("a batch");
    assert_eq!(batch.problems, Vec::<Problem>::new());
    assert_eq!(open(&batch), [("EUR".into(), 2, "1469.12".into())]);
    assert_eq!(dates(&batch)[0], ("2024-01-05".into(), "2024-02-04".into()));
    assert_eq!(batch.payments[0].amount.plain(), "100.00");
    assert_eq!(warned(&batch, "subtotal"), Some((2, vec![11, 12])));
}

#[test]
fn xero_sales_invoices_and_credit_notes() {
    let batch = clean(
        "*ContactName,EmailAddress,*InvoiceNumber,*InvoiceDate,*DueDate,Total,InvoiceAmountPaid,InvoiceAmountDue,Currency,Type,Status\n\
         Acme Ltd,a@example.com,INV-0001,13/05/2024,12/06/2024,120.00,20.00,100.00,GBP,Sales invoice,Awaiting Payment\n\
         Acme Ltd,a@example.com,CN-0001,14/05/2024,,50.00,0.00,50.00,GBP,Sales credit note,Awaiting Payment\n\
         Bolt,,INV-0002,15/05/2024,14/06/2024,99.00,99.00,0.00,GBP,Sales invoice,Paid\n\
         Bolt,,INV-0003,15/05/2024,14/06/2024,99.00,0.00,99.00,GBP,Sales invoice,Draft\n",
    );
    assert_eq!((batch.rows, batch.accepted), (4, 3));
    assert_eq!(open(&batch), [("GBP".into(), 1, "100.00".into())]);
    assert_eq!(batch.totals[0].credits.to_string(), "50.00");
    assert_eq!(batch.customers[0].points[0].value, "a@example.com");
}

#[test]
fn oracle_transactions_with_brackets() {
    let batch = clean(
        "Customer Name|Customer Number|Transaction Number|Transaction Date|Due Date|Class|Original Amount|Balance Due|Currency|Status\n\
         ACME CORP|10001|INV100|01-JAN-24|31-JAN-24|Invoice|\"1,000.00\"|500.00|USD|Open\n\
         ACME CORP|10001|CM1|05-JAN-24||Credit Memo|(200.00)|(150.00)|USD|Open\n\
         BOLT|10002|INV101|01-FEB-24|02-MAR-24|Invoice|75.00|0.00|USD|Closed\n",
    );
    assert_eq!(owed(&batch)[0], ("INV100".into(), "1000.00".into(), "500".into()));
    assert_eq!(batch.payments[0].amount.plain(), "150.00");
}

#[test]
fn netsuite_groups_with_totals_and_signs() {
    let batch = clean(
        "Customer\tTransaction Type\tDate\tDocument Number\tDue Date\tAge\tOpen Balance\n10 Acme\t\t\t\t\t\t\n\
         10 Acme\tInvoice\t1/15/2024\tINV1\t2/14/2024\t30\t$1,500.00\n10 Acme\tInvoice\t1/16/2024\tINV2\t2/15/2024\t30\t$500.00\n\
         Total - 10 Acme\t\t\t\t\t\t$2,000.00\n11 Bolt\t\t\t\t\t\t\n11 Bolt\tCredit Memo\t1/20/2024\tCM2\t\t30\t($100.00)\n\
         Total - 11 Bolt\t\t\t\t\t\t($100.00)\nTotal\t\t\t\t\t\t$1,900.00\n",
    );
    assert_eq!(open(&batch), [("USD".into(), 2, "2000.00".into())]);
    assert_eq!(names(&batch), ["10 Acme", "11 Bolt"]);
    assert!(warned(&batch, "$ as USD").is_some());
}

#[test]
fn dynamics_entries_with_an_empty_currency_column() {
    let text = "Posting Date;Document Type;Document No.;Customer No.;Customer Name;Currency Code;Original Amount;Remaining Amount;Due Date;Open\n\
         2024-01-05;Invoice;PS-INV1;10000;Adatum;;1 234,50;1 234,50;2024-02-04;Yes\n\
         2024-01-06;Payment;PMT1;10000;Adatum;;-500,00;-100,00;2024-01-06;Yes\n\
         2024-01-07;Invoice;PS-INV2;20000;Trey;;99,95;0,00;2024-02-06;No\n";
    let batch = clean(text);
    assert_eq!(open(&batch), [("USD".into(), 1, "1234.50".into())]);
    assert!(warned(&batch, "US dollars were assumed").is_some());
    assert_eq!(batch.payments[0].kind, PaymentKind::Payment);
    let batch = with(text.as_bytes(), &[], |o| o.currency = Some(Currency::CAD)).expect("a batch");
    assert_eq!(open(&batch)[0].0, "CAD");
}

#[test]
fn sage_aged_transactions() {
    let batch = clean(
        "A/C,Name,No,Type,Date,Ref,Details,Net Amnt,Due On,Gross,Outstanding\n\
         ABS001,ABS Garages,1,SI,13/01/2024,INV1,Goods,100.00,12/02/2024,120.00,120.00\n\
         ABS001,ABS Garages,2,SC,14/01/2024,CRN1,Credit,-10.00,,-12.00,-12.00\n",
    );
    assert_eq!(owed(&batch), [("1".into(), "120.00".into(), "0".into())]);
    assert_eq!(dates(&batch)[0], ("2024-01-13".into(), "2024-02-12".into()));
    assert_eq!(batch.customers[0].reference, "ABS001");
}

#[test]
fn quickbooks_desktop_open_invoices_by_customer() {
    let batch = clean(
        "Customer,Type,Date,Num,P. O. #,Terms,Due Date,Class,Aging,Open Balance\n,,,,,,,,,\nAcme,,,,,,,,,\n\
         ,Invoice,12/15/2023,1001,,Net 30,01/14/2024,,47,\"1,234.00\"\n,Payment,12/20/2023,,,,,,,-200.00\n\
         Total Acme,,,,,,,,,\"1,034.00\"\n,,,,,,,,TOTAL,\"1,034.00\"\n",
    );
    assert_eq!(names(&batch), ["Acme"]);
    assert_eq!((batch.rows, batch.accepted), (2, 2));
    assert_eq!(batch.payments[0].amount.plain(), "200.00");
    assert!(warned(&batch, "have no number").is_some());
}
