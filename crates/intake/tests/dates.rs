//! Dates whose year may stand first or last, days that stand for none, and years that are not meant.

mod common;

use common::{auto, clean, dates, lines, owed, problems, warned, with};
use dunlin_intake as intake;
use intake::{DateOrder, IntakeError, orders_of};

const HEAD: &str = "Customer,Invoice number,Invoice date,Due date,Amount,Currency\n";
const SETTLED: &str = "Customer,Invoice number,Invoice date,Due date,Amount,Currency,Settled date\n";

fn on(text: &str, day: &str) -> Result<intake::Batch, IntakeError> {
    with(text.as_bytes(), &[], |options| options.extract_date = Some(day.parse().expect("a date")))
}

#[test]
fn a_year_of_two_digits_that_stands_first_is_seen_by_the_extracts_day() {
    for mark in ["-", "/", "."] {
        let text =
            format!("{HEAD}A,1,26-09-11,26-10-11,100.00,USD\nA,2,26-08-12,26-09-12,30.00,USD\n").replace('-', mark);
        let batch = on(&text, "2026-11-22").expect("a batch");
        assert_eq!(dates(&batch)[0], ("2026-09-11".into(), "2026-10-11".into()), "{mark}");
    }
    // Day first, as Sage writes it, still settles by itself.
    let text = format!("{HEAD}A,1,11/09/26,11/10/26,1.00,GBP\nA,2,30/08/26,29/09/26,1.00,GBP\n");
    let batch = on(&text, "2026-11-22").expect("a batch");
    assert_eq!(dates(&batch)[1], ("2026-08-30".into(), "2026-09-29".into()));
    // Month first with a day above twelve has one reading anyway.
    let batch = clean(&format!("{HEAD}A,1,09/11/26,10/11/26,1.00,USD\nA,2,09/25/26,10/25/26,1.00,USD\n"));
    assert_eq!(dates(&batch)[0].0, "2026-09-11");
}

#[test]
fn without_the_extracts_day_the_part_that_hardly_changes_is_the_year_or_it_is_asked() {
    let rows = |day: u8| format!("A,{day},26-09-{day:02},26-10-{day:02},1.00,USD\n");
    let rows = (1..=28).map(rows).collect::<Vec<_>>().concat();
    assert_eq!(dates(&clean(&format!("{HEAD}{rows}")))[27].1, "2026-10-28");
    let Err(IntakeError::AmbiguousDates { examples, .. }) = auto(&format!("{HEAD}A,1,25-09-26,25-10-26,1.00,USD\n"))
    else {
        panic!("asked");
    };
    assert_eq!((examples[0].one.as_str(), examples[0].other.as_str()), ("2026-09-25", "2025-09-26"));
    assert_eq!(orders_of(&examples), [DateOrder::Dmy, DateOrder::Ymd]);
    let error = auto(&format!("{HEAD}A,1,25-09-26,25-10-26,1.00,USD\n")).expect_err("asked");
    assert!(error.to_string().contains("--date-order dmy or --date-order ymd"), "{error}");
    let given = with(format!("{HEAD}A,1,25-09-26,25-10-26,1.00,USD\n").as_bytes(), &[], |options| {
        options.date_order = Some(DateOrder::Ymd);
    });
    assert_eq!(dates(&given.expect("a batch"))[0].0, "2025-09-26");
}

#[test]
fn a_day_that_stands_for_none_settles_nothing() {
    for never in ["1900-01-01", "1970-01-01", "0001-01-01T00:00:00", "9999-12-31", "1899-12-30", "1753-01-01", "0"] {
        let batch = clean(&format!(
            "{SETTLED}A,1,2026-09-01,2026-10-01,100.00,USD,2026-10-05\nA,2,2026-09-01,2026-10-01,30.00,USD,{never}\n"
        ));
        assert_eq!(batch.totals[0].open.to_string(), "30.00", "{never}");
        assert_eq!(batch.invoices[1].settled, None);
        let told = warned(&batch, "stand").or_else(|| warned(&batch, "that there is none"));
        assert!(told == Some((1, vec![3])) || never == "0", "{never}: {told:?}");
    }
    let batch = clean(&format!(
        "{SETTLED}A,1,09/01/2026,10/01/2026,100.00,USD,10/15/2026\nA,2,09/01/2026,10/01/2026,30.00,USD,1/1/0001 12:00:00 AM\n"
    ));
    assert_eq!(batch.totals[0].open.to_string(), "30.00");
    // As a due date it is missing, not not due.
    let found = problems(&format!("{HEAD}A,1,2026-09-01,9999-12-31,1.00,USD\n"));
    assert_eq!(lines(&found), [2]);
}

#[test]
fn a_settlement_before_the_invoice_is_told_and_one_long_before_is_refused() {
    let row = |settled: &str| format!("{SETTLED}A,1,2026-09-01,2026-10-01,100.00,USD,{settled}\n");
    let batch = clean(&row("2026-08-20"));
    assert_eq!(warned(&batch, "before the invoice date"), Some((1, vec![2])));
    let found = problems(&row("1980-01-01"));
    assert_eq!((lines(&found), found[0].column.as_str()), (vec![2], "Settled date"));
}

#[test]
fn a_due_date_in_another_century_is_a_slip() {
    let found = problems(&format!("{HEAD}A,1,2026-09-01,2206-10-01,1.00,USD\nA,2,2026-09-01,2026-10-01,1.00,USD\n"));
    assert_eq!((lines(&found), found[0].column.as_str()), (vec![2], "Due date"));
    let none = "Customer,Invoice number,Due date,Amount\nA,1,2206-10-01,1.00\n";
    assert_eq!(lines(&on(none, "2026-11-22").expect("a batch").problems), [2]);
    assert_eq!(owed(&clean("Customer,Invoice number,Due date,Amount\nA,1,2036-10-01,1.00\n")).len(), 1);
}
