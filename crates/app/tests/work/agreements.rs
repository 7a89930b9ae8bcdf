//! Arrangements: what policy allows, what a supervisor lifts, and what becomes of one that is not
//! kept.

use contract::{Act, ApiError, ArrangeForm, ErrorCode, Host as _, PreviewRequest, ProposalView, ProposeArrangement};

use crate::common::{Office, USER, numbers};

/// A-2's 130.00: a quarter down today, the rest in monthly parts from April on.
fn terms(count: u32) -> ArrangeForm {
    ArrangeForm {
        kind: "installments".to_owned(),
        currency: "USD".to_owned(),
        invoices: Vec::new(),
        down: "32.50".to_owned(),
        count: Some(count),
        amount: None,
        frequency: "monthly".to_owned(),
        first_due: "2026-04-01".to_owned(),
        approved_by: None,
    }
}

fn approved(count: u32, by: &str) -> ArrangeForm {
    ArrangeForm { approved_by: Some(by.to_owned()), ..terms(count) }
}

fn proposal(office: &Office, number: &str, terms: ArrangeForm) -> ProposalView {
    let input = ProposeArrangement { account: office.account(number), terms };
    office.desk.propose_arrangement(input).expect("answered")
}

fn rules(error: &ApiError) -> Vec<&str> {
    error.reasons.iter().map(|reason| reason.rule.as_str()).collect()
}

fn arrange(terms: ArrangeForm) -> Act {
    Act::Arrange { terms }
}

#[test]
fn a_preview_of_what_an_arrangement_covers_says_that_it_is_held_back() {
    let office = Office::open();
    let preview = |template: &str, arrangement: Option<String>| {
        let account = office.account("A-2");
        let (template, channel) = (template.to_owned(), "letter".to_owned());
        office.desk.preview(PreviewRequest { account, template, channel, arrangement }).expect("shown")
    };
    let asking = ["reminder", "dunning_1"];
    assert!(asking.iter().all(|template| preview(template, None).refusal.is_none()));
    office.act("A-2", arrange(terms(3))).expect("agreed");
    for template in asking {
        let shown = preview(template, None);
        assert!(!shown.pages.is_empty(), "{template} is shown all the same");
        let refusal = shown.refusal.expect("held back");
        assert!(refusal.message.contains("I-2 is in an arrangement that is kept"), "{template}: {refusal:?}");
    }
    let own = office.view("A-2").arrangements[0].id.clone();
    assert_eq!(preview("promise_reminder", Some(own)).refusal, None, "its own reminder asks for nothing else");
}

#[test]
fn terms_within_policy_give_a_schedule_to_the_cent_and_are_agreed() {
    let office = Office::open();
    let shown = proposal(&office, "A-2", terms(3));
    assert_eq!(shown.refusal, None);
    assert_eq!((shown.total.amount.as_str(), shown.count, shown.each.as_str()), ("130.00", 3, "32.50"));
    let due: Vec<&str> = shown.installments.iter().map(|one| one.due.as_str()).collect();
    assert_eq!(due, ["2026-03-10", "2026-04-01", "2026-05-01", "2026-06-01"]);
    assert_eq!(shown.limits.min_down, "32.50");
    let outcome = office.act("A-2", arrange(terms(3))).expect("agreed");
    let view = office.view("A-2");
    assert_eq!((view.arrangements.len(), view.arrangements[0].state.as_str()), (1, "active"));
    assert_eq!(view.arrangements[0].covers, ["I-2", "I-3"]);
    assert_eq!(view.arrangements[0].approved_by, None);
    let second = office.act("A-2", arrange(terms(3))).expect_err("one at a time");
    assert!(rules(&second).contains(&"ARR-8") && !second.supervisor, "{second:?}");
    assert!(view.arrangement_refusal.is_some());
    office.act("A-2", outcome.undo.expect("can be undone")).expect("taken back");
    assert_eq!(office.view("A-2").arrangements[0].state, "cancelled");
    assert!(numbers(&office.propose("letter")).contains(&"A-2"), "its debt is dunned again");
}

#[test]
fn terms_beyond_policy_name_every_reason_and_a_supervisor_lifts_them() {
    let office = Office::open();
    let mut beyond = terms(12);
    "10".clone_into(&mut beyond.down);
    let shown = proposal(&office, "A-2", beyond.clone());
    let refusal = shown.refusal.expect("refused");
    let refused = office.act("A-2", arrange(beyond.clone())).expect_err("refused");
    assert_eq!(refusal, refused, "the form shows what submitting would say");
    assert_eq!((refused.code, refused.supervisor), (ErrorCode::Refused, true));
    for rule in ["ARR-1", "ARR-2", "ARR-3", "ARR-4"] {
        assert!(rules(&refused).contains(&rule), "{rule}: {refused:?}");
    }
    beyond.approved_by = Some("Supervisor".to_owned());
    assert_eq!(proposal(&office, "A-2", beyond.clone()).refusal, None);
    office.act("A-2", arrange(beyond)).expect("approved");
    assert_eq!(office.view("A-2").arrangements[0].approved_by.as_deref(), Some("Supervisor"));
}

#[test]
fn nobody_approves_their_own_and_the_form_says_so_before_it_is_submitted() {
    let office = Office::open();
    let own = approved(12, USER);
    let refused = office.act("A-2", arrange(own.clone())).expect_err("their own");
    assert!(rules(&refused).contains(&"ARR-12"), "{refused:?}");
    assert!(proposal(&office, "A-2", own).refusal.is_some(), "what would be refused is not shown as a schedule");
    office.supervisor();
    assert_eq!(proposal(&office, "A-2", terms(12)).refusal, None, "a supervisor needs nobody else");
    office.act("A-2", arrange(terms(12))).expect("by a supervisor");
    assert_eq!(office.view("A-2").arrangements[0].approved_by.as_deref(), Some(USER));
}

#[test]
fn a_balance_above_the_authority_is_a_supervisor_s() {
    let office = Office::open();
    let large = ArrangeForm { down: "1500".to_owned(), ..terms(3) };
    let refused = office.act("A-4", arrange(large)).expect_err("beyond authority");
    assert_eq!((rules(&refused), refused.supervisor), (vec!["ARR-6"], true));
    assert_eq!(office.view("A-4").arrangement_limits.expect("limits").authority, "5000.00");
}

#[test]
fn a_field_that_means_nothing_is_named_and_nobody_lifts_it() {
    let office = Office::open();
    let wrong = |change: fn(&mut ArrangeForm)| {
        let mut form = terms(3);
        form.approved_by = Some("Supervisor".to_owned());
        change(&mut form);
        let shown = proposal(&office, "A-2", form.clone()).refusal.expect("refused");
        assert_eq!(office.act("A-2", arrange(form)).expect_err("refused").message, shown.message);
        assert!(!shown.remedy.is_empty(), "{shown:?}");
        shown
    };
    assert_eq!(wrong(|form| form.down = "some".to_owned()).field.as_deref(), Some("down"));
    assert_eq!(wrong(|form| form.first_due = "soon".to_owned()).field.as_deref(), Some("first_due"));
    assert_eq!(wrong(|form| form.count = None).field.as_deref(), Some("count"));
    let past = wrong(|form| form.first_due = "2026-03-01".to_owned());
    assert!(!past.supervisor, "{past:?}");
    let other = ArrangeForm { currency: "CAD".to_owned(), ..terms(3) };
    let input = ProposeArrangement { account: office.account("A-2"), terms: other };
    assert_eq!(office.desk.propose_arrangement(input).expect_err("no debt in it").field.as_deref(), Some("currency"));
}

#[test]
fn a_broken_arrangement_comes_up_after_its_grace_and_is_dunned_again() {
    let office = Office::open();
    office.act("A-2", arrange(terms(3))).expect("agreed");
    assert!(!numbers(&office.propose("letter")).contains(&"A-2"), "its debt is insulated");
    assert_eq!(office.kind("A-2").as_deref(), Some("installment_due"), "the down payment is due today");
    // Grace is three days: the fourth breaks it.
    office.clock.set("2026-03-13T18:00:00Z");
    let late = office.day().rows.into_iter().find(|row| row.number == "A-2").expect("a row");
    assert_eq!((late.kind.as_str(), late.urgent), ("installment_due", false));
    assert!(late.why_today.contains("2026-03-13"), "{late:?}");
    assert!(!numbers(&office.propose("letter")).contains(&"A-2"));
    office.clock.set("2026-03-14T18:00:00Z");
    let broken = office.day().rows.into_iter().find(|row| row.number == "A-2").expect("a row");
    assert_eq!((broken.kind.as_str(), broken.urgent), ("broken_arrangement", true));
    assert_eq!(office.view("A-2").arrangements[0].state, "broken");
    assert!(numbers(&office.propose("letter")).contains(&"A-2"), "dunning goes on where it stood");
    // Paid after all: the arrangement lives again.
    office.pay("A-2", "32.50");
    assert_ne!(office.view("A-2").arrangements[0].state, "broken");
    assert!(!numbers(&office.propose("letter")).contains(&"A-2"));
}

#[test]
fn a_promise_on_the_telephone_is_watched_until_its_day() {
    let office = Office::open();
    let promise = Act::RecordContact {
        medium: "call".to_owned(),
        direction: "outbound".to_owned(),
        point: "208-342-5550".to_owned(),
        disposition: "promise_to_pay".to_owned(),
        note: String::new(),
        promise_amount: Some("120.00".to_owned()),
        promise_currency: Some("USD".to_owned()),
        date: Some("2026-03-16".to_owned()),
    };
    office.act("A-1", promise).expect("recorded");
    assert_eq!(office.view("A-1").arrangements[0].kind, "promise");
    assert!(!numbers(&office.propose("letter")).contains(&"A-1"));
    assert_eq!(office.kind("A-1"), None, "nothing until its day");
    office.clock.set("2026-03-16T18:00:00Z");
    assert_eq!(office.kind("A-1").as_deref(), Some("promise_due"));
    office.pay("A-1", "120.00");
    assert_eq!(office.kind("A-1"), None);
    assert_eq!(office.view("A-1").arrangements[0].state, "completed");
}
