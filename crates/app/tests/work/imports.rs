//! Extracts: a mapping kept for its source, the same file twice, a problem that blocks the whole.

use contract::{ErrorCode, Host as _, InspectRequest, JobRef, Nothing};

use crate::common::{Office, ROWS, assert_told, csv};

#[test]
fn an_import_says_what_it_found_and_plans_my_day() {
    let office = Office::empty();
    let dry = office.desk.dry_run_import(office.request(&csv(&ROWS))).expect("read");
    assert!(!dry.done);
    assert_eq!(office.desk.session(Nothing {}).expect("a view").accounts, 0, "a dry run keeps nothing");
    let report = office.import(&csv(&ROWS));
    assert!(report.done);
    assert_eq!((report.rows, report.accepted, report.customers, report.accounts, report.invoices), (6, 6, 5, 5, 6));
    let usd = |list: &[contract::MoneyView]| {
        list.iter().map(|one| format!("{} {}", one.amount, one.currency)).collect::<Vec<_>>()
    };
    assert_eq!(usd(&report.billed), ["7225.00 USD"]);
    assert_eq!(usd(&report.past_due), ["7150.00 USD"]);
    assert_eq!((report.inserted > 0, report.updated, report.unchanged), (true, 0, 0));
    let day = office.day();
    assert_eq!(day.rows.len(), 4);
    assert_eq!(day.as_of, "2026-03-10");
    assert!(day.left_out.contains("1 accounts"), "{}", day.left_out);
    let first = office.day().rows.into_iter().find(|row| row.number == "A-1").expect("a row");
    assert_eq!((first.kind.as_str(), first.next.as_str(), first.days_past_due), ("step_due", "letter", 18));
    assert_eq!(first.amount.map(|money| money.amount).as_deref(), Some("120.00"));
    assert!(!first.why.is_empty() && !first.why_today.is_empty());
    assert_eq!(office.day().rows.into_iter().find(|row| row.number == "A-3").expect("a row").next, "email");
    let stamp = office.desk.session(Nothing {}).expect("a view").last_import.expect("an import");
    assert_eq!((stamp.file.as_str(), stamp.invoices), ("extract.csv", 6));
}

#[test]
fn the_mapping_is_kept_for_its_source_and_no_other() {
    let office = Office::open();
    let path = office.path("extract.csv").display().to_string();
    let inspect = |source: &str| {
        office
            .desk
            .inspect_import(InspectRequest {
                path: path.clone(),
                source: source.to_owned(),
                kind: "invoices".to_owned(),
            })
            .expect("looked at")
    };
    let known = inspect("billing");
    assert!(known.saved);
    let column = |field: &str| known.mapping.fields.iter().find(|one| one.field == field).map(|one| one.column.clone());
    assert_eq!(column("due_date").as_deref(), Some("due_date"));
    assert!(!inspect("another system").saved);
    // The kept form does the import again as it stands.
    let mut again = office.request(&csv(&ROWS));
    again.mapping = known.mapping.clone();
    let report = office.desk.run_import(again).expect("read");
    assert_eq!((report.inserted, report.updated), (0, 0), "{report:?}");
}

#[test]
fn the_same_file_again_changes_nothing_and_a_changed_one_only_what_changed() {
    let office = Office::open();
    let again = office.import(&csv(&ROWS));
    assert_eq!((again.inserted, again.updated), (0, 0));
    assert!(again.unchanged > 0);
    let mut rows = ROWS.to_vec();
    rows[0].6 = "99.00";
    rows.push(("A-6", "Sample Customer Six", "consumer", "", "I-7", "2026-02-20", "10.00", "83702"));
    let changed = office.import(&csv(&rows));
    assert_eq!(changed.updated, 1, "one invoice");
    assert_eq!(changed.inserted, 3, "a customer, an account, an invoice");
    assert_eq!(office.view("A-1").aging[0].past_due, "99.00");
}

#[test]
fn one_bad_row_blocks_the_whole_file_and_is_named_by_its_line() {
    let office = Office::open();
    let text = csv(&ROWS).replace("900.00", "nine hundred").replace("A-5", "A-9");
    for report in [
        office.desk.dry_run_import(office.request(&text)).expect("read"),
        office.desk.run_import(office.request(&text)).expect("read"),
    ] {
        assert!(!report.done);
        assert_eq!((report.problem_count, report.problems.len()), (1, 1));
        assert_eq!(report.problems[0].line, 5);
        assert!(report.problems[0].what.contains("nine hundred"), "{:?}", report.problems);
    }
    let session = office.desk.session(Nothing {}).expect("a view");
    assert_eq!(session.accounts, 5, "nothing of it was imported");
    assert_eq!(office.view("A-3").aging[0].open, "900.00");
}

#[test]
fn what_can_t_be_read_says_why() {
    let office = Office::empty();
    let mut request = office.request(&csv(&ROWS));
    request.path = office.path("gone.csv").display().to_string();
    assert_told(&office.desk.run_import(request).expect_err("no file"), "gone.csv");
    let mut request = office.request(&csv(&ROWS));
    request.source = " ".to_owned();
    assert_eq!(office.desk.run_import(request).expect_err("no source").field.as_deref(), Some("source"));
    let mut request = office.request(&csv(&ROWS));
    request.mapping.fields[6].column = "Due".to_owned();
    let error = office.desk.run_import(request).expect_err("no such column");
    assert_eq!(error.code, ErrorCode::Invalid);
    assert_told(&error, "Due");
    let mut request = office.request(&csv(&ROWS));
    request.mapping.currency = Some("DOLLARS".to_owned());
    assert_eq!(office.desk.run_import(request).expect_err("no such currency").field.as_deref(), Some("currency"));
    assert!(office.desk.cancel_job(JobRef { job: "import".to_owned() }).expect("answered").message.contains("ended"));
}

#[test]
fn what_was_derived_is_told_with_how_many_rows() {
    let office = Office::empty();
    let text =
        csv(&ROWS).replace(",due_date,", ",terms,").replace("2026-02-20", "Net 30").replace("2026-02-25", "Net 30");
    let text = text.replace("2026-03-01", "Net 30").replace("2026-02-15", "Net 30").replace("2026-04-15", "Net 30");
    let mut request = office.request(&text);
    request.mapping.fields[6] =
        contract::FieldMapping { field: "terms".to_owned(), column: "terms".to_owned(), values: String::new() };
    let report = office.desk.run_import(request).expect("read");
    assert!(report.done, "{:?}", report.problems);
    let derived = report.warnings.iter().find(|one| one.what.contains("derived from the terms")).expect("told");
    assert!(derived.what.contains('6'), "{derived:?}");
    assert_eq!(office.view("A-1").invoices[0].due, "2025-12-31");
}

#[test]
fn a_payment_typed_by_hand_and_brought_by_the_next_extract_counts_once() {
    let office = Office::open();
    office.pay("A-1", "50.00");
    assert_eq!(office.view("A-1").aging[0].past_due, "70.00");
    let mut request = office.request(
        "customer_id,account_id,reference,posted_date,amount,currency\nC-A-1,A-1,LBX-77,2026-03-11,50.00,USD\n",
    );
    request.mapping.kind = "payments".to_owned();
    request.mapping.fields = ["account_id", "reference", "posted_date", "amount", "currency"]
        .map(|name| contract::FieldMapping { field: name.to_owned(), column: name.to_owned(), values: String::new() })
        .to_vec();
    let report = office.desk.run_import(request).expect("read");
    assert_eq!((report.problems.len(), report.inserted), (0, 1), "{report:?}");
    let view = office.view("A-1");
    assert_eq!(view.customer, "Sample Customer One", "a file of payments renames nobody");
    let references: Vec<&str> = view.payments.iter().map(|one| one.reference.as_str()).collect();
    assert_eq!(references, ["LBX-77"]);
    assert!(office.timeline("A-1").iter().any(|entry| entry.summary.contains("counted once")));
}
