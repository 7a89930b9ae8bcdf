//! Rows, balances and customers of hand-made extracts.

mod common;

use common::{auto, clean, dates, lines, owed, problems, warned, with};
use dunlin_intake::IntakeError;

const HEAD: &str = "Customer,Invoice number,Invoice date,Due date,Terms,Amount,Balance,Paid,Status\n";

fn row(text: &str) -> String {
    format!("{HEAD}{text}\n")
}

fn one(text: &str) -> (String, String) {
    let batch = clean(&row(text));
    let owed = owed(&batch);
    assert_eq!(owed.len(), 1, "{text}");
    (owed[0].1.clone(), owed[0].2.clone())
}

fn pair(amount: &str, applied: &str) -> (String, String) {
    (amount.to_owned(), applied.to_owned())
}

#[test]
fn balances_follow_the_amounts_and_contradictions_are_told() {
    assert_eq!(one("A,1,2024-01-01,2024-02-01,,100.00,40.00,60.00,Open"), pair("100.00", "60"));
    assert_eq!(one("A,1,2024-01-01,2024-02-01,,,40.00,,"), pair("40.00", "0"));
    assert_eq!(one("A,1,2024-01-01,2024-02-01,,,40.00,60.00,"), pair("100.00", "60"));
    assert_eq!(one("A,1,2024-01-01,2024-02-01,,100.00,,60.00,"), pair("100.00", "60"));
    assert_eq!(one("A,1,2024-01-01,2024-02-01,,100.00,,,Paid"), pair("100.00", "100"));
    assert_eq!(one("A,1,2024-01-01,2024-02-01,,0.00,,,"), pair("0.00", "0"));
    for (text, words) in [
        ("A,1,2024-01-01,2024-02-01,,100.00,40.00,,Closed", "says closed"),
        ("A,1,2024-01-01,2024-02-01,,100.00,0.00,,Open", "says open"),
        ("A,1,2024-01-01,2024-02-01,,100.00,40.00,70.00,", "less paid is not"),
        ("A,1,2024-01-01,2024-02-01,,100.00,140.00,,", "above the billed"),
        ("A,1,2024-01-01,2024-02-01,,100.00,,130.00,", "more was paid"),
        ("A,1,2024-01-01,2024-02-01,,100.00,40.00,,Frobnicated", "\"Frobnicated\""),
        ("A,1,2024-03-01,2024-02-01,,100.00,40.00,,", "before the invoice date"),
        ("A,1,2024-01-01,2024-02-01,,100.00,,,Written off", "written off"),
    ] {
        assert_eq!(warned(&clean(&row(text)), words), Some((1, vec![2])), "{text}");
    }
    let over = clean(&row("A,1,2024-01-01,2024-02-01,,100.00,,130.00,"));
    assert_eq!(over.payments[0].amount.plain(), "30.00");
    assert_eq!(over.totals[0].open_invoices, 0);
}

#[test]
fn void_and_draft_rows_do_not_count() {
    let batch = clean(&row(
        "A,1,2024-01-01,2024-02-01,,100.00,,,Void\nA,2,2024-01-01,2024-02-01,,100.00,,,Draft\nA,3,2024-01-01,2024-02-01,,5.00,,,Open",
    ));
    assert_eq!((batch.rows, batch.accepted, batch.invoices.len()), (3, 1, 1));
    assert!(warned(&batch, "void").is_some() && warned(&batch, "drafts").is_some());
}

#[test]
fn credits_are_unapplied_and_never_invoices() {
    let batch = clean(&row(
        "A,1,2024-01-01,2024-02-01,,100.00,100.00,,\nA,C1,2024-01-03,,,-30.00,-20.00,,\nA,C2,2024-01-03,,,(5.00),0.00,,",
    ));
    assert_eq!(batch.invoices.len(), 1);
    assert_eq!(batch.payments.len(), 1);
    assert_eq!(batch.payments[0].amount.plain(), "20.00");
    assert_eq!(batch.payments[0].posted.to_string(), "2024-01-03");
    assert_eq!(batch.accepted, 3);
    assert!(warned(&batch, "nothing left to apply").is_some());
}

#[test]
fn a_missing_due_date_is_derived_and_told_or_refused() {
    let batch = clean(&row(
        "A,1,2024-01-31,,Net 30,1.00,,,\nA,2,2024-01-31,,2/10 net 30,1.00,,,\nA,3,2024-01-31,,EOM+30,1.00,,,\nA,4,2024-01-31,,,1.00,,,Paid",
    ));
    let due: Vec<_> = dates(&batch).into_iter().map(|(_, due)| due).collect();
    assert_eq!(due, ["2024-03-01", "2024-03-01", "2024-03-01", "2024-01-31"]);
    assert_eq!(warned(&batch, "derived from the terms"), Some((3, vec![2, 3, 4])));
    assert_eq!(warned(&batch, "the invoice date stands in"), Some((1, vec![5])));
    let found = problems(&row("A,1,2024-01-31,,soon,1.00,,,Open"));
    assert_eq!(lines(&found), [2]);
    assert_eq!(found[0].column, "Due date");
}

#[test]
fn repeats_count_once_and_contradictions_name_both_lines() {
    let first = "A,1,2024-01-01,2024-02-01,,100.00,,,";
    let batch = clean(&row(&format!("{first}\nB,1,2024-01-01,2024-02-01,,7.00,,,\n{first}")));
    assert_eq!((batch.rows, batch.accepted, batch.invoices.len()), (3, 2, 2));
    assert_eq!(warned(&batch, "repeat an earlier row"), Some((1, vec![4])));
    let found = problems(&row(&format!("{first}\nA,1,2024-01-01,2024-02-01,,99.00,,,")));
    assert_eq!(lines(&found), [3]);
    assert!(found[0].what.contains("line 2") && found[0].what.contains("invoice 1"), "{found:?}");
}

#[test]
fn customers_by_number_by_name_and_never_merged_by_spelling() {
    let batch =
        clean(&row("Acme Inc,1,2024-01-01,2024-02-01,,1.00,,,\n  ACME   inc ,2,2024-01-01,2024-02-01,,1.00,,,\n\
         \"Acme, Inc.\",3,2024-01-01,2024-02-01,,1.00,,,\nAcme Inc:East,4,2024-01-01,2024-02-01,,1.00,,,\n\
         Caf\u{e9},5,2024-01-01,2024-02-01,,1.00,,,\nCafe\u{301},6,2024-01-01,2024-02-01,,1.00,,,"));
    let names: Vec<_> = batch.customers.iter().map(|c| c.name.as_str()).collect();
    assert_eq!(names, ["Acme Inc", "Acme, Inc.", "Acme Inc:East", "Caf\u{e9}"]);
    assert_eq!(warned(&batch, "may be the same customer"), Some((1, vec![4])));
    assert_eq!(batch.accounts.len(), 4);
    let batch = clean(
        "Customer ID,Customer name,Account number,Invoice number,Due date,Amount\n\
        7,Acme,A1,1,2024-05-01,1.00\n7,Acme Ltd,A2,2,2024-05-01,1.00\n8,Bolt,A1,3,2024-05-01,1.00\n",
    );
    assert_eq!((batch.customers.len(), batch.accounts.len()), (2, 3));
    assert!(warned(&batch, "more than one customer").is_some());
}

#[test]
fn headings_totals_and_footers_of_reports_are_not_invoices() {
    let batch = clean(
        "Type,Date,Num,Terms,Due Date,Open Balance\nTotal Wine & More,,,,,\nInvoice,01/15/2024,11,Net 30,02/14/2024,100.00\n\
         Invoice,01/16/2024,12,Net 30,02/15/2024,50.00\nTotal Total Wine & More,,,,,150.00\nBolt,,,,,\nEast,,,,,\n\
         Invoice,01/16/2024,13,Net 30,02/15/2024,50.00\nTotal East,,,,,50.00\nTotal Bolt,,,,,50.00\n,,,,,200.00\nTOTAL,,,,,200.00\n\
         \"Monday, May 6, 2024 09:15 AM\",,,,,\n",
    );
    assert_eq!((batch.rows, batch.accepted), (3, 3));
    let names: Vec<_> = batch.customers.iter().map(|c| c.name.as_str()).collect();
    assert_eq!(names, ["Total Wine & More", "Bolt:East"]);
    assert!(warned(&batch, "taken from the group headings").is_some());
    // With its own number and dates, a customer called Total is a customer.
    let batch = clean(&row("Total Wine,1,2024-01-01,2024-02-01,,1.00,,,\nTotal,,,,,1.00,,,"));
    assert_eq!(batch.accepted, 1);
    let found = problems(&row("A,1,2024-01-01,2024-02-01,,1.00,,,\n,,,,,7.00,,,"));
    assert_eq!(lines(&found), [3], "amounts alone that are no sum: {found:?}");
}

#[test]
fn damage_is_listed_by_true_lines_and_nothing_is_accepted_in_silence() {
    let good = "A,1,2024-01-01,2024-02-01,,1.00,,,";
    for (text, expected) in [
        (format!("{good}\nA,2,2024-01-01\n{good}"), vec![3]),
        (format!("{good}\nA,2,2024-01-01,2024-02-01,,1.00,,,,,9"), vec![3]),
        ("\"A\nsecond line\",1,2024-01-01,2024-02-01,,1.00,,,\nA,2,bad,2024-02-01,,1.00,,,".to_owned(), vec![4]),
        (format!("{good}\n\"B,2,2024-01-01,2024-02-01,,1.00,,,\nC,3,2024-01-01,2024-02-01,,x,,,"), vec![3, 4]),
        (format!("{good}\nB\u{0}\u{1},2,2024-01-01,2024-02-01,,1.00,,,"), vec![3]),
        (format!("{good}\n,2,2024-01-01,2024-02-01,,1.00,,,"), vec![3]),
        (format!("{good}\nA,,2024-01-01,2024-02-01,,1.00,,,"), vec![3]),
        (format!("{good}\nA,2,2024-01-01,2024-02-01,,,,,"), vec![3]),
        (format!("{good}\nA,2,2024-01-01,2024-02-01,,12..5,,,"), vec![3]),
        (format!("\"A,1,2024-01-01,2024-02-01,,1.00,,,\n\"B\",2,2024-01-01,2024-02-01,,1.00,,,\n{good}"), vec![2]),
    ] {
        let batch = auto(&row(&text)).expect("a batch");
        assert_eq!(lines(&batch.problems), expected, "{text}: {:?}", batch.problems);
        assert!(!batch.is_importable());
    }
    for bytes in
        [b"".as_slice(), b"%PDF-1.7 ...", b"PK\x03\x04 cut short", &[0x80, 0x00, 0x01, 0x02, 0xff, 0x13].repeat(50)]
    {
        assert!(with(bytes, &[], |_| {}).is_err(), "{bytes:?}");
    }
    assert!(matches!(auto("Customer,Amount\nA,1.00\n"), Err(IntakeError::MissingFields { .. })));
    assert_eq!(clean(HEAD).rows, 0);
    assert_eq!(clean(&format!("{}\u{1a}", row(good))).accepted, 1);
    let twins = "Customer,Invoice number,Due date,Amount,Amount\nA,1,2024-05-01,1.00,2.00\n";
    assert!(matches!(auto(twins), Err(IntakeError::DuplicateColumn { .. })));
}

#[test]
fn yes_no_and_words_of_disputes() {
    let text = "Customer,Invoice number,Due date,Amount,Disputed\n\
        A,1,2024-05-01,1.00,Yes\nA,2,2024-05-01,1.00,x\nA,3,2024-05-01,1.00,0\nA,4,2024-05-01,1.00,\n\
        A,5,2024-05-01,1.00,Pricing\nA,6,2024-05-01,1.00,0.00\n";
    let batch = clean(text);
    let flags: Vec<_> = batch.invoices.iter().map(|i| i.disputed).collect();
    assert_eq!(flags, [true, true, false, false, true, false]);
    assert!(warned(&batch, "\"Pricing\"").is_some());
}

#[test]
fn given_maps_values_and_places() {
    let text =
        "K:1=x,Doc,Net due,Total,Open?,Blk,Total\nAcme,1,2024-05-01,5.00,1,R,9.00\nAcme,2,2024-05-01,6.00,0,,9.00\n";
    let maps = [
        "customer_name=K:1=x",
        "invoice_id=doc",
        "due_date=Net due",
        "amount=#4",
        "status=Open?:1=open,*=closed",
        "disputed=Blk:*=yes",
    ];
    let batch = with(text.as_bytes(), &maps, |_| {}).expect("a batch");
    assert_eq!(batch.problems, []);
    assert_eq!(owed(&batch), [("1".into(), "5.00".into(), "0".into()), ("2".into(), "6.00".into(), "6".into())]);
    assert_eq!(batch.invoices.iter().map(|i| i.disputed).collect::<Vec<_>>(), [true, false]);
    let error = |maps: &[&str]| with(text.as_bytes(), maps, |_| {}).expect_err("refused");
    assert!(matches!(error(&["amount=Total"]), IntakeError::DuplicateColumn { first: 4, second: 7, .. }));
    assert!(
        matches!(error(&["due_date=Net deu"]), IntakeError::UnknownColumn { nearest: Some(near), .. } if near == "Net due")
    );
    assert!(matches!(error(&["duedate=Doc"]), IntakeError::UnknownField { nearest: Some("due_date"), .. }));
    assert!(matches!(error(&["amount"]), IntakeError::BadMap { .. }));
    assert!(matches!(error(&["amount=#4", "amount=#7"]), IntakeError::MappedTwice { field: "amount" }));
}
