//! Exports whose open amounts, disputes or rows could be passed over in silence: shortened headings,
//! sheets out of sight, files that were joined, lines that a report ends with.

mod common;

use common::{auto, clean, lines, owed, problems, warned, with};
use rust_xlsxwriter::{Workbook, Worksheet};

#[test]
fn shortened_headings_are_read_as_their_words() {
    for head in [
        "Cust Nbr,Cust Nm,Inv Nbr,Inv Dt,Due Dt,Inv Amt,Bal,Disp Flg",
        "CUST_NBR,CUST_NM,INV_NBR,INV_DT,DUE_DT,ORIG_AMT,OUTST_BAL,DISP_IND",
        "CustNo,CustName,InvNo,InvDt,DueDt,InvAmt,O/S Amt,DispCd",
        "Cust #,Customer,Bill #,Bill Dt,Due Dt,Bill Amt,Bal Due,Dispute Reason",
        "Acct,Name,Invoice,Inv. Date,Due,Orig. Amt.,Rem. Bal.,Disputed On",
    ] {
        let text = format!(
            "{head}\n1001,Acme,A1,2026-09-01,2026-10-01,100.00,40.00,Y\n1002,Bolt,B1,2026-09-02,2026-10-02,50.00,50.00,N\n"
        );
        let batch = clean(&text);
        let want = [("A1", "100.00", "60.00"), ("B1", "50.00", "0.00")].map(|(a, b, c)| (a.into(), b.into(), c.into()));
        let found: Vec<(String, String, String)> =
            batch.invoices.iter().map(|i| (i.number.clone(), i.amount.plain(), format!("{:.2}", i.applied))).collect();
        assert_eq!(found, want, "{head}");
        assert_eq!((batch.customers.len(), batch.customers[0].reference.as_str()), (2, "1001"), "{head}");
        let disputed: Vec<bool> = batch.invoices.iter().map(|i| i.disputed).collect();
        assert_eq!(disputed, [true, false], "{head}");
    }
}

#[test]
fn what_is_owed_has_many_names() {
    for open in ["Owing", "Amount Owed", "Arrears", "Net Due", "Amount Due Signed", "Still Owed"] {
        let batch = clean(&format!(
            "Customer,Invoice number,Due date,Total,{open}\nA,1,2026-10-01,100.00,40.00\nB,2,2026-10-01,10.00,10.00\n"
        ));
        assert_eq!(batch.totals[0].open.to_string(), "50.00", "{open}");
    }
    // A name that says nothing, but now the billed amount and now less of it.
    let text =
        "Customer,Invoice number,Due date,Total,Stand\nA,1,2026-10-01,100.00,40.00\nB,2,2026-10-01,10.00,10.00\n";
    let batch = clean(text);
    assert_eq!(batch.totals[0].open.to_string(), "110.00");
    assert!(warned(&batch, "\"Stand\" (perhaps open_amount)").is_some(), "{:?}", batch.warnings);
    // A net amount is seldom the billed one, and a tax never.
    let text = "Customer,Invoice number,Due date,Total,Stand\nA,1,2026-10-01,100.00,84.00\nB,2,2026-10-01,10.00,8.40\n";
    assert!(warned(&clean(text), "perhaps open_amount").is_none());
}

#[test]
fn a_partner_of_odoo_is_a_customer() {
    let batch = clean(
        "Number,Invoice Partner Display Name,Invoice/Bill Date,Due Date,Total in Currency Signed,Amount Due Signed,Status\n\
         INV/1,Acme,2026-09-01,2026-10-01,500.00,200.00,Posted\n",
    );
    assert_eq!(batch.customers[0].name, "Acme");
    assert_eq!(owed(&batch), [("INV/1".into(), "500.00".into(), "300".into())]);
}

fn rows(sheet: &mut Worksheet, open: f64) {
    for (column, name) in ["Customer", "Invoice No", "Due Date", "Amount", "Open Amount"].iter().enumerate() {
        sheet.write(0, u16::try_from(column).expect("small"), *name).expect("a cell");
    }
    sheet.write_row(1, 0, ["Acme", "A1", "2026-10-01"]).expect("cells");
    sheet.write(1, 3, 100.0).expect("a cell").write(1, 4, open).expect("a cell");
}

#[test]
fn the_sheet_in_sight_that_has_invoices_is_read_and_the_others_are_told() {
    let mut book = Workbook::new();
    let old = book.add_worksheet().set_name("2025").expect("a name");
    rows(old, 99.0);
    old.set_hidden(true);
    let cover = book.add_worksheet().set_name("Cover").expect("a name");
    cover.write_row(0, 0, ["Prepared by", "Finance"]).expect("cells");
    cover.write_row(1, 0, ["For", "Collections"]).expect("cells");
    let open = book.add_worksheet().set_name("Open").expect("a name");
    rows(open, 40.0);
    open.set_active(true);
    let bytes = book.save_to_buffer().expect("bytes");
    let batch = with(&bytes, &[], |_| {}).expect("a batch");
    assert_eq!(batch.problems, []);
    assert_eq!(owed(&batch), [("A1".into(), "100.00".into(), "60".into())]);
    assert!(warned(&batch, "2025, Cover").is_some(), "{:?}", batch.warnings);
}

#[test]
fn joined_files_and_the_lines_that_a_report_ends_with() {
    let head = "Customer,Invoice number,Due date,Amount\n";
    let text = format!("\u{feff}{head}A,1,2026-10-01,1.00\n\u{feff}{head}B,2,2026-10-01,2.00\n");
    assert_eq!(clean(&text).accepted, 2);
    let text = format!("{head}A,1,2026-10-01,1.00\n\nOpen Receivables\nNorthwind\n");
    assert_eq!(clean(&text).accepted, 1);
    // Without the blank line, with an amount, or cut off, it is damage.
    assert_eq!(lines(&problems(&format!("{head}A,1,2026-10-01,1.00\nNorthwind\n"))), [3]);
    assert_eq!(lines(&problems(&format!("{head}A,1,2026-10-01,1.00\n\n12.00\n"))), [4]);
    assert_eq!(lines(&problems(&format!("{head}A,1,2026-10-01,1.00\n\nNorthw"))), [4]);
}

#[test]
fn great_plains_names_its_currencies_by_a_letter_before() {
    let batch = auto(
        "Customer,Invoice number,Due date,Amount,Currency ID\nA,1,2026-10-01,1.00,Z-US$\nB,2,2026-10-01,1.00,Z-EURO\n",
    );
    let batch = batch.expect("a batch");
    let codes: Vec<&str> = batch.totals.iter().map(|total| total.currency.code()).collect();
    assert_eq!((codes, batch.problems.len()), (vec!["EUR", "USD"], 0));
}

#[test]
fn a_balance_of_the_account_is_no_open_amount_of_an_invoice() {
    for other in [
        "Customer Balance",
        "Account Balance",
        "Previous Balance",
        "Balance Forward",
        "Past Due Balance",
        "Statement Balance",
    ] {
        let batch = clean(&format!(
            "Customer,Invoice number,Due date,Invoice amount,{other}\nA,1,2026-10-01,100.00,150.00\nA,2,2026-10-01,50.00,0.00\n"
        ));
        assert_eq!(batch.totals[0].open.to_string(), "150.00", "{other}");
    }
    // Under a name of an open amount it is asked.
    let row = |n: u32| format!("A,{n},2026-10-01,10.00,{}.00\n", 300 + n);
    let text = format!("Customer,Invoice number,Due date,Amount,Balance\n{}{}{}{}", row(1), row(2), row(3), row(4));
    let found = problems(&text);
    assert!(found.iter().any(|one| one.what.contains("above the billed amount in 4 of 4 rows")), "{found:?}");
    assert_eq!(with(text.as_bytes(), &["open_amount=Amount"], |_| {}).expect("a batch").problems, []);
}

#[test]
fn columns_by_age_that_say_less_is_open_are_asked() {
    let head = "Customer,Invoice number,Due date,Invoice amount,Current,1 - 30,31 - 60,Over 60\n";
    let text = format!("{head}A,1,2026-10-01,100.00,0.00,100.00,0.00,0.00\nB,2,2026-10-01,50.00,,20.00,,\n");
    let found = problems(&text);
    assert_eq!(lines(&found), [3]);
    assert!(found[0].what.contains("20.00 is open"), "{found:?}");
    assert_eq!(clean(&text.replace(",20.00,", ",50.00,")).totals[0].open.to_string(), "150.00");
    assert_eq!(with(text.as_bytes(), &["open_amount=Invoice amount"], |_| {}).expect("a batch").problems, []);
}
