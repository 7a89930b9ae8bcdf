//! Letter runs from the proposal to the letter that comes back.

use contract::{
    Act, ConfirmRun, ErrorCode, ExcludeRequest, Host as _, PreviewRequest, ProposeRun, ReprintRequest, ReturnedMail,
    RunPage, RunRef, RunView, SaveRun,
};

use crate::common::{Office, ROWS, Row, assert_told, csv, numbers};

pub fn exclude(office: &Office, run: &RunView, number: &str, excluded: bool) -> RunView {
    let members = run.members.iter().filter(|one| one.number == number).map(|one| one.id.clone()).collect();
    let input = ExcludeRequest { run: run.summary.run.clone(), members, excluded };
    office.desk.exclude(input).expect("changed")
}

pub fn reference(run: &RunView) -> RunRef {
    RunRef { run: run.summary.run.clone() }
}

/// The rows of a run's manifest.
pub fn manifest(office: &Office, run: &RunView) -> Vec<csv::StringRecord> {
    let path = office.path("manifest.csv");
    let input = SaveRun { run: run.summary.run.clone(), what: "manifest".to_owned(), path: path.display().to_string() };
    office.desk.save_run(input).expect("saved");
    csv::Reader::from_path(path).expect("a manifest").into_records().map(|row| row.expect("a row")).collect()
}

#[test]
fn a_proposal_says_who_and_why_sorted_by_zip_and_touches_nothing() {
    let office = Office::open();
    let run = office.propose("letter");
    assert_eq!(numbers(&run), ["A-1", "A-2", "A-4"]);
    assert_eq!((run.summary.letters, run.summary.state.as_str()), (3, "proposed"));
    assert_eq!(run.summary.amounts[0].amount, "6250.00");
    for member in &run.members {
        assert!(!member.why.is_empty() && !member.reasons.is_empty(), "{member:?}");
        assert_eq!(member.level, "Reminder");
    }
    assert!(office.outbox().rows.is_empty());
    assert_eq!(
        office.desk.discard_run(reference(&run)).expect("discarded").message,
        "The run is discarded; nobody was written to."
    );
    assert_eq!(office.desk.runs(contract::Nothing {}).expect("runs"), []);
    let refused =
        office.desk.confirm_run(ConfirmRun { job: "run".to_owned(), run: run.summary.run }).expect_err("discarded");
    assert_eq!(refused.code, ErrorCode::Refused);
}

#[test]
fn whoever_is_excluded_gets_nothing_and_can_be_taken_in_again() {
    let office = Office::open();
    let run = office.propose("letter");
    let without = exclude(&office, &run, "A-4", true);
    assert_eq!((without.summary.letters, without.summary.amounts[0].amount.as_str()), (2, "250.00"));
    assert!(without.members.iter().any(|one| one.number == "A-4" && one.excluded));
    assert_eq!(exclude(&office, &run, "A-4", false).summary.letters, 3);
    exclude(&office, &run, "A-4", true);
    assert_eq!(office.confirm(&run).letters, 2);
    let accounts: Vec<String> = manifest(&office, &run).iter().map(|row| row[2].to_owned()).collect();
    assert_eq!(accounts, ["A-1", "A-2"]);
    assert_eq!(numbers(&office.propose("letter")), ["A-4"], "it is due as before");
}

#[test]
fn a_confirmed_run_is_a_file_a_manifest_and_pages_to_look_at_once() {
    let office = Office::open();
    let run = office.propose("letter");
    let outcome = office.confirm(&run);
    assert_eq!((outcome.letters, outcome.dropped.len()), (3, 0));
    assert!(outcome.pages >= 3);
    let rows = manifest(&office, &run);
    assert_eq!(rows.len(), 3);
    assert!(rows.iter().all(|row| &row[4] == "dunning_1" && row[9].starts_with("IMb 00300123456")), "{rows:?}");
    let page = office.desk.run_page(RunPage { run: run.summary.run.clone(), page: 1 }).expect("a page");
    assert_eq!(page.pages, outcome.pages);
    assert!(page.png.starts_with("iVBOR"), "a PNG");
    assert!(office.desk.run_page(RunPage { run: run.summary.run.clone(), page: 99 }).is_err());
    let again =
        office.desk.confirm_run(ConfirmRun { job: "run".to_owned(), run: run.summary.run.clone() }).expect_err("once");
    assert_eq!(again.code, ErrorCode::Refused);
    assert!(office.propose("letter").members.is_empty(), "a rerun the same day proposes nobody");
    let document = office.view("A-1").documents.remove(0);
    assert_eq!((document.state.as_str(), document.viewable), ("printed", true));
    let shown = office.desk.document(contract::DocumentRef { id: document.id }).expect("as it left");
    assert!(!shown.pages.is_empty());
}

#[test]
fn a_payment_between_proposal_and_confirmation_drops_out() {
    let office = Office::open();
    let run = office.propose("letter");
    office.pay("A-1", "120.00");
    let outcome = office.confirm(&run);
    assert_eq!(outcome.letters, 2);
    assert_eq!(
        (outcome.dropped[0].count, outcome.dropped[0].examples.clone()),
        (1, vec!["Sample Customer One (A-1)".to_owned()])
    );
    assert!(!manifest(&office, &run).iter().any(|row| &row[2] == "A-1"));
    let view = office.desk.run(reference(&run)).expect("the run");
    let dropped = view.members.iter().find(|one| one.number == "A-1").expect("still shown");
    assert!(dropped.excluded && dropped.why.contains("Paid"), "{dropped:?}");
}

#[test]
fn a_part_payment_changes_what_the_letter_asks_for() {
    let office = Office::open();
    let run = office.propose("letter");
    office.pay("A-1", "20.00");
    office.confirm(&run);
    let row = manifest(&office, &run).into_iter().find(|row| &row[2] == "A-1").expect("a letter");
    assert_eq!(&row[5], "100.00");
}

#[test]
fn a_hold_or_a_second_run_between_proposal_and_confirmation_drops_out() {
    let office = Office::open();
    let (run, other) = (office.propose("letter"), office.propose("letter"));
    let hold = Act::PlaceHold { kind: "manual".to_owned(), note: String::new(), until: None, fields: Vec::new() };
    office.act("A-2", hold).expect("placed");
    assert_eq!(office.confirm(&run).letters, 2);
    let refused = office
        .desk
        .confirm_run(ConfirmRun { job: "run".to_owned(), run: other.summary.run })
        .expect_err("all are under way");
    assert_eq!(refused.code, ErrorCode::Refused);
    assert_eq!(office.outbox().rows.len(), 2, "nobody is written to twice");
}

#[test]
fn mailed_letters_count_as_steps_taken_and_only_once() {
    let office = Office::open();
    let run = office.propose("letter");
    office.confirm(&run);
    assert_eq!(office.view("A-1").invoices[0].level, None, "printed is not mailed");
    let done = office.desk.mark_mailed(reference(&run)).expect("mailed");
    assert_eq!(done.message, "3 letters are recorded as mailed.");
    assert!(office.outbox().rows.iter().all(|row| row.state == "sent"));
    assert_eq!(office.view("A-1").invoices[0].level.as_deref(), Some("Reminder"));
    assert_eq!(office.desk.mark_mailed(reference(&run)).expect_err("once").code, ErrorCode::Refused);
    assert!(office.propose("letter").members.is_empty());
    // The second notice waits fifteen days after the first left, however old the debt is.
    office.clock.set("2026-03-24T18:00:00Z");
    assert!(office.propose("letter").members.is_empty());
    office.clock.set("2026-03-25T18:00:00Z");
    let next = office.propose("letter");
    assert_eq!(numbers(&next), ["A-1", "A-2", "A-4"]);
    assert!(next.members.iter().all(|one| one.level == "Second notice"));
}

#[test]
fn a_letter_taken_back_after_printing_is_not_mailed() {
    let office = Office::open();
    let run = office.propose("letter");
    office.confirm(&run);
    let id = office.outbox().rows.into_iter().find(|row| row.customer == "Sample Customer One").expect("a letter").id;
    office.act("A-1", Act::SettleOutbox { id, verdict: "withdraw".to_owned() }).expect("taken back");
    office.desk.mark_mailed(reference(&run)).expect("mailed");
    assert_eq!(office.view("A-1").invoices[0].level, None);
    assert_eq!(numbers(&office.propose("letter")), ["A-1"]);
}

#[test]
fn a_reprint_goes_through_the_gate_again() {
    let office = Office::open();
    let run = office.propose("letter");
    let path = office.path("again.pdf");
    let reprint = |number: &str| {
        let id = run.members.iter().find(|one| one.number == number).expect("a member").id.clone();
        office.desk.reprint(ReprintRequest { members: vec![id], path: path.display().to_string() })
    };
    assert!(reprint("A-1").is_err(), "not printed yet");
    office.confirm(&run);
    let done = reprint("A-1").expect("printed again");
    assert!(done.message.starts_with("1 letter, marked as a reprint, saved as"), "{done:?}");
    assert!(std::fs::read(&path).expect("a file").starts_with(b"%PDF"));
    std::fs::remove_file(&path).expect("removed");
    office.pay("A-1", "120.00");
    let refused = reprint("A-1").expect_err("nothing is due any more");
    assert!(!refused.message.is_empty(), "{refused:?}");
    assert!(!path.exists());
}

pub fn returned(office: &Office, code: &str) -> Result<contract::Done, contract::ApiError> {
    office.desk.returned_mail(ReturnedMail { code: code.to_owned(), reason: "Moved, left no address".to_owned() })
}

#[test]
fn a_letter_that_comes_back_is_found_by_its_digits_its_bars_and_its_account_number() {
    let office = Office::open();
    let run = office.propose("letter");
    office.confirm(&run);
    office.desk.mark_mailed(reference(&run)).expect("mailed");
    let rows = manifest(&office, &run);
    let barcode = |number: &str| {
        let row = rows.iter().find(|row| &row[2] == number).expect("a letter");
        let mut parts = row[9].split(' ').skip(1);
        (parts.next().unwrap_or_default().to_owned(), parts.next().unwrap_or_default().to_owned())
    };
    let (tracking, routing) = barcode("A-1");
    assert_eq!((tracking.len(), routing.as_str()), (20, "83702"));
    let done = returned(&office, &format!("{tracking}{routing}")).expect("found");
    assert!(done.message.contains("Sample Customer One"), "{done:?}");
    let (tracking, routing) = barcode("A-2");
    let bars = letters::imb::encode(&tracking, &routing).expect("bars").to_string();
    assert!(returned(&office, &bars.to_lowercase()).expect("found").message.contains("Sample Customer Two"));
    assert!(returned(&office, "a-4").expect("found").message.contains("Sample Customer Four"));
    for number in ["A-1", "A-2", "A-4"] {
        assert_eq!(office.kind(number).as_deref(), Some("returned_mail"), "{number}");
        assert!(office.view(number).follow_ups.iter().any(|task| task.what == "Find a working address"));
    }
    for unknown in ["00300123456999999999", "A-77", "TADF", ""] {
        let error = returned(&office, unknown).expect_err("no letter of ours");
        assert_eq!(error.code, ErrorCode::NotFound, "{unknown}");
        assert_told(&error, unknown);
    }
    assert_eq!(returned(&office, "A-5").expect_err("no letter went there").code, ErrorCode::NotFound);
}

#[test]
fn an_account_number_is_found_among_many_that_begin_alike() {
    let office = Office::empty();
    let owned: Vec<String> = (1..=40).rev().map(|number| format!("A-{number}")).collect();
    let rows: Vec<Row<'_>> = owned
        .iter()
        .map(|number| {
            (number.as_str(), "Sample Customer", "consumer", "", number.as_str(), "2026-02-20", "120.00", "83702")
        })
        .collect();
    office.import(&csv(&rows));
    let run = office.propose("letter");
    assert_eq!(office.confirm(&run).letters, 40);
    for number in ["A-1", "A-2", "A-3", "A-40"] {
        returned(&office, number).unwrap_or_else(|error| panic!("{number}: {error:?}"));
        assert_eq!(office.kind(number).as_deref(), Some("returned_mail"), "{number}");
    }
}

#[test]
fn a_letter_queued_by_hand_goes_with_the_next_run() {
    let office = Office::open();
    let queue = Act::QueueLetter { template: "ach_enrollment".to_owned(), arrangement: None };
    let outcome = office.act("A-5", queue.clone()).expect("queued");
    assert_eq!(office.act("A-5", queue.clone()).expect_err("a twin").code, ErrorCode::Refused);
    office.act("A-5", outcome.undo.expect("can be undone")).expect("taken back");
    assert!(!numbers(&office.propose("letter")).contains(&"A-5"));
    office.act("A-5", queue).expect("queued again");
    let run = office.propose("letter");
    assert!(numbers(&run).contains(&"A-5"), "{:?}", run.left_out);
    assert_eq!(office.confirm(&run).letters, 4);
}

#[test]
fn a_preview_shows_the_letter_and_why_it_could_not_leave() {
    let office = Office::open();
    let preview = |number: &str| {
        let input = PreviewRequest {
            account: office.account(number),
            template: "dunning_1".to_owned(),
            channel: "letter".to_owned(),
            arrangement: None,
        };
        office.desk.preview(input).expect("shown")
    };
    let shown = preview("A-1");
    assert!(shown.refusal.is_none() && !shown.pages.is_empty());
    let refused = preview("A-5").refusal.expect("nothing is past due");
    assert!(!refused.message.is_empty(), "{refused:?}");
}

#[test]
fn without_a_letterhead_no_run_is_proposed_and_it_says_where_to_write_one() {
    let office = Office::empty();
    office.settings(|settings| settings.company.clear());
    office.import(&csv(&ROWS));
    let error = office
        .desk
        .propose_run(ProposeRun { job: "run".to_owned(), channel: "letter".to_owned() })
        .expect_err("no letterhead");
    assert_eq!(error.field.as_deref(), Some("company"));
    assert_told(&error, "letterhead");
}
