//! One letter a customer: several accounts in it, each through the gate, each with its own history.

use contract::{Act, Host as _, ReprintRequest, RunView, TimelineQuery};

use super::runs::{exclude, manifest, reference, returned};
use crate::common::{Office, csv_of, numbers};

/// A customer with three accounts, the third due later, and another customer.
const ROWS: [(&str, &str, crate::common::Row<'_>); 5] = [
    ("C-1", "USD", ("A-1", "Sample Customer One", "consumer", "", "I-1", "2026-02-20", "120.00", "83702")),
    ("C-1", "USD", ("A-2", "Sample Customer One", "consumer", "", "I-2", "2026-02-25", "80.00", "83702")),
    ("C-1", "USD", ("A-2", "Sample Customer One", "consumer", "", "I-3", "2026-03-01", "50.00", "83702")),
    ("C-1", "USD", ("A-4", "Sample Customer One", "consumer", "", "I-5", "2026-03-20", "60.00", "83702")),
    ("C-2", "USD", ("A-3", "Sample Customer Two", "consumer", "", "I-4", "2026-02-20", "300.00", "83709")),
];

fn office() -> Office {
    let office = Office::empty();
    office.import(&csv_of(&ROWS));
    office
}

/// The first letters are mailed, and the second ones are due: with them the third account's first.
fn second_round() -> (Office, RunView) {
    let office = office();
    let run = office.propose("letter");
    office.confirm(&run);
    office.desk.mark_mailed(reference(&run)).expect("mailed");
    office.clock.set("2026-03-26T18:00:00Z");
    let run = office.propose("letter");
    (office, run)
}

fn hold(office: &Office, number: &str) {
    let hold = Act::PlaceHold { kind: "manual".to_owned(), note: String::new(), until: None, fields: Vec::new() };
    office.act(number, hold).expect("placed");
}

/// A letter's row in the manifest: number, amount, level, other accounts.
fn rows(office: &Office, run: &RunView) -> Vec<[String; 4]> {
    manifest(office, run).iter().map(|row| [2, 5, 4, 11].map(|at| row[at].to_owned())).collect()
}

fn state(office: &Office, number: &str) -> String {
    office.view(number).documents.remove(0).state
}

#[test]
fn a_customers_accounts_share_a_letter_and_each_has_its_own_history() {
    let office = office();
    let run = office.propose("letter");
    assert_eq!(numbers(&run), ["A-1", "A-2", "A-3"]);
    assert_eq!((run.summary.letters, run.summary.amounts[0].amount.as_str()), (2, "550.00"));
    let of: Vec<_> =
        run.members.iter().map(|one| (one.letter.as_str(), one.accounts, one.amount.amount.as_str())).collect();
    let (first, third) = (run.members[0].id.as_str(), run.members[2].id.as_str());
    assert_eq!(of, [(first, 2, "120.00"), (first, 2, "130.00"), (third, 1, "300.00")]);
    let outcome = office.confirm(&run);
    assert_eq!((outcome.letters, outcome.pages, outcome.dropped.len()), (2, 2, 0));
    assert_eq!(rows(&office, &run), [["A-1", "250.00", "dunning_1", "A-2"], ["A-3", "300.00", "dunning_1", ""]]);
    let run = office.desk.run(reference(&run)).expect("the run");
    assert_eq!((run.summary.letters, run.summary.pages), (2, 2));
    assert_eq!(run.members.iter().map(|one| one.page).collect::<Vec<_>>(), [Some(1), Some(1), Some(2)]);
    assert_eq!(office.outbox().rows.len(), 3);
    for (number, told) in [
        ("A-1", "Reminder made: $120.00, in one letter with A-2"),
        ("A-2", "Reminder made: $130.00, in one letter with A-1"),
        ("A-3", "Reminder made: $300.00"),
    ] {
        let view = office.view(number);
        assert_eq!((view.documents[0].state.as_str(), view.documents[0].viewable), ("printed", true), "{number}");
        let query = TimelineQuery { account: office.account(number), offset: 0, limit: 50 };
        let told_of: Vec<String> =
            office.desk.timeline(query).expect("a timeline").entries.into_iter().map(|one| one.summary).collect();
        assert!(told_of.iter().any(|one| one == told), "{number}: {told_of:?}");
        let id = view.documents[0].id.clone();
        assert_eq!(office.desk.document(contract::DocumentRef { id }).expect("as it left").pages.len(), 1);
    }
    let done = office.desk.mark_mailed(reference(&run)).expect("mailed");
    assert_eq!(done.message, "2 letters are recorded as mailed.");
    for number in ["A-1", "A-2", "A-3"] {
        assert_eq!(office.view(number).invoices[0].level.as_deref(), Some("Reminder"), "{number}");
    }
    assert!(office.propose("letter").members.is_empty(), "no step is due twice");
}

#[test]
fn the_highest_level_leads_and_each_step_counts_at_its_own() {
    let (office, run) = second_round();
    assert_eq!(numbers(&run), ["A-1", "A-2", "A-4", "A-3"]);
    assert_eq!(run.summary.letters, 2);
    assert!(run.members.iter().all(|one| one.level == "Second notice"), "{:?}", run.members);
    office.confirm(&run);
    assert_eq!(rows(&office, &run), [["A-1", "310.00", "dunning_2", "A-2; A-4"], ["A-3", "300.00", "dunning_2", ""]]);
    office.desk.mark_mailed(reference(&run)).expect("mailed");
    assert_eq!(office.view("A-1").invoices[0].level.as_deref(), Some("Second notice"));
    assert_eq!(office.view("A-4").invoices[0].level.as_deref(), Some("Reminder"));
}

#[test]
fn who_paid_or_is_held_falls_out_and_the_letter_is_made_for_the_rest() {
    let (office, run) = second_round();
    office.pay("A-2", "130.00");
    let outcome = office.confirm(&run);
    assert_eq!(
        (outcome.letters, outcome.dropped[0].examples.clone()),
        (2, vec!["Sample Customer One (A-2)".to_owned()])
    );
    assert_eq!(rows(&office, &run)[0], ["A-1", "180.00", "dunning_2", "A-4"]);

    // Without those that lead, the rest gets its own level.
    let (office, run) = second_round();
    hold(&office, "A-1");
    hold(&office, "A-2");
    let outcome = office.confirm(&run);
    assert_eq!((outcome.letters, outcome.dropped.iter().map(|one| one.count).sum::<u32>()), (2, 2));
    assert_eq!(rows(&office, &run)[0], ["A-4", "60.00", "dunning_1", ""]);
    let view = office.desk.run(reference(&run)).expect("the run");
    let alone = view.members.iter().find(|one| one.number == "A-4").expect("a member");
    assert_eq!((alone.level.as_str(), alone.accounts, alone.letter == alone.id), ("Reminder", 1, true));
}

#[test]
fn a_part_payment_changes_the_sum_and_an_excluded_account_is_not_in_it() {
    let office = office();
    let run = office.propose("letter");
    office.pay("A-2", "30.00");
    office.confirm(&run);
    assert_eq!(rows(&office, &run)[0], ["A-1", "220.00", "dunning_1", "A-2"]);

    let office = self::office();
    let run = office.propose("letter");
    let without = exclude(&office, &run, "A-1", true);
    assert_eq!((without.summary.letters, without.summary.amounts[0].amount.as_str()), (2, "430.00"));
    assert_eq!(office.confirm(&run).letters, 2);
    assert_eq!(rows(&office, &run)[0], ["A-2", "130.00", "dunning_1", ""]);
    assert_eq!(numbers(&office.propose("letter")), ["A-1"], "it is due as before");
}

#[test]
fn two_currencies_of_a_customer_are_two_letters() {
    let office = Office::empty();
    let mut rows = ROWS;
    rows[1].1 = "CAD";
    rows[2].1 = "CAD";
    office.import(&csv_of(&rows));
    let run = office.propose("letter");
    assert_eq!((run.summary.letters, run.members.iter().all(|one| one.accounts == 1)), (3, true));
}

#[test]
fn a_reprint_is_the_whole_letter_and_leaves_out_who_paid_since() {
    let office = office();
    let run = office.propose("letter");
    office.confirm(&run);
    let path = office.path("again.pdf");
    let reprint = |all: &[&str]| {
        let members = all.iter().map(|number| office.view(number).documents.remove(0).id).collect();
        office.desk.reprint(ReprintRequest { members, path: path.display().to_string() })
    };
    let done = reprint(&["A-2", "A-1"]).expect("printed again");
    assert!(done.message.starts_with("1 letter, marked as a reprint, saved as"), "{done:?}");
    let file = std::fs::read(&path).expect("a file");
    assert_eq!(hayro::hayro_syntax::Pdf::new(file).expect("a PDF").pages().len(), 1);
    office.pay("A-1", "120.00");
    let done = reprint(&["A-2"]).expect("printed again");
    assert!(!done.message.contains("A-2:"), "{done:?}");
    office.pay("A-2", "130.00");
    std::fs::remove_file(&path).expect("removed");
    assert!(reprint(&["A-2"]).is_err() && !path.exists(), "nothing is due any more");
}

#[test]
fn a_letter_that_comes_back_comes_back_on_all_its_accounts() {
    let office = office();
    let run = office.propose("letter");
    office.confirm(&run);
    office.desk.mark_mailed(reference(&run)).expect("mailed");
    let codes: Vec<String> =
        manifest(&office, &run).iter().map(|row| row[9].split(' ').skip(1).collect::<String>()).collect();
    returned(&office, &codes[0]).expect("found by its barcode");
    for number in ["A-1", "A-2"] {
        assert_eq!(office.kind(number).as_deref(), Some("returned_mail"), "{number}");
        assert!(office.view(number).follow_ups.iter().any(|task| task.what == "Find a working address"), "{number}");
    }
    assert_ne!(office.kind("A-3").as_deref(), Some("returned_mail"));
    assert!(returned(&office, "A-3").expect("found by its number").message.contains("Sample Customer Two"));
}

#[test]
fn a_letter_taken_back_on_one_account_is_not_mailed_for_the_others() {
    let office = office();
    let run = office.propose("letter");
    office.confirm(&run);
    let id = office.view("A-2").documents.remove(0).id;
    office.act("A-2", Act::SettleOutbox { id, verdict: "withdraw".to_owned() }).expect("taken back");
    assert_eq!((state(&office, "A-1"), state(&office, "A-2")), ("cancelled".to_owned(), "cancelled".to_owned()));
    let done = office.desk.mark_mailed(reference(&run)).expect("mailed");
    assert_eq!(done.message, "1 letter is recorded as mailed. 1 letter was taken back and must not be mailed.");
    assert_eq!(office.view("A-1").invoices[0].level, None);
    assert_eq!(numbers(&office.propose("letter")), ["A-1", "A-2"]);

    // A hold takes back only its own account's; the sheet is one all the same.
    let office = self::office();
    let run = office.propose("letter");
    office.confirm(&run);
    hold(&office, "A-2");
    assert_eq!((state(&office, "A-1"), state(&office, "A-2")), ("printed".to_owned(), "cancelled".to_owned()));
    let done = office.desk.mark_mailed(reference(&run)).expect("mailed");
    assert_eq!(done.message, "1 letter is recorded as mailed. 1 letter was taken back and must not be mailed.");
    assert_eq!(state(&office, "A-1"), "cancelled");
    assert_eq!(numbers(&office.propose("letter")), ["A-1"], "its step is due as before");
}
