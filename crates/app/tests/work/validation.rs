//! The rules that read recorded facts, spoken on them in the app: the validation notice that goes out
//! by itself, a request for the original creditor, a discharge, a certificate, an approved order.

use chrono::TimeDelta;
use contract::{Act, ActOutcome, ApiError, Field, HoldView, Host as _, MediumNow, RunView};

use crate::common::{Office, ROWS, assert_told, csv};

/// The five accounts of the extract, collected for another.
fn agency() -> Office {
    let office = Office::empty();
    office.settings(|settings| {
        "third_party".clone_into(&mut settings.mode);
        "Recovery Partners LLC".clone_into(&mut settings.company);
    });
    assert!(office.import(&csv(&ROWS)).done);
    office
}

fn fields(pairs: &[(&str, &str)]) -> Vec<Field> {
    pairs.iter().map(|(name, value)| Field { name: (*name).to_owned(), value: (*value).to_owned() }).collect()
}

fn hold(office: &Office, kind: &str, pairs: &[(&str, &str)]) -> Result<ActOutcome, ApiError> {
    let act = Act::PlaceHold { kind: kind.to_owned(), note: String::new(), until: None, fields: fields(pairs) };
    office.act("A-1", act)
}

fn the_hold(office: &Office) -> HoldView {
    office.view("A-1").holds.remove(0)
}

fn amend(office: &Office, pairs: &[(&str, &str)]) -> Result<ActOutcome, ApiError> {
    let known = the_hold(office);
    let mut all = known.fields;
    all.retain(|field| pairs.iter().all(|(name, _)| *name != field.name));
    all.extend(fields(pairs));
    office.act("A-1", Act::AmendHold { hold: known.id, kind: known.kind, note: known.note, fields: all })
}

fn by(office: &Office, medium: &str) -> MediumNow {
    let media = office.view("A-1").contact.media;
    media.into_iter().find(|one| one.medium == medium).expect("the medium")
}

fn rules(one: &MediumNow) -> Vec<&str> {
    one.reasons.iter().map(|reason| reason.rule.as_str()).collect()
}

fn spoke(office: &Office) {
    let call = Act::RecordContact {
        medium: "call".to_owned(),
        direction: "outbound".to_owned(),
        point: "208-342-5550".to_owned(),
        disposition: "spoke".to_owned(),
        note: String::new(),
        promise_amount: None,
        promise_currency: None,
        date: None,
    };
    office.act("A-1", call).expect("recorded");
}

/// The levels proposed for A-1 by letter.
fn levels(run: &RunView) -> Vec<&str> {
    run.members.iter().filter(|one| one.number == "A-1").map(|one| one.level.as_str()).collect()
}

#[test]
fn the_validation_notice_goes_out_by_itself_once_and_within_five_days() {
    let office = agency();
    let row = office.day().rows.into_iter().find(|row| row.number == "A-1").expect("a row");
    assert_eq!((row.kind.as_str(), row.next.as_str()), ("validation_due", "letter"));
    assert!(row.why_today.contains("by law it is sent by 2026-03-15"), "{row:?}");
    let run = office.propose("letter");
    assert!(levels(&run).contains(&"Validation notice"), "{:?}", run.members);
    let member = run.members.iter().find(|one| one.level == "Validation notice").expect("the notice");
    assert!(member.why.contains("2026-03-15") && member.reasons.iter().any(|why| why.rule == "VAL-1"), "{member:?}");
    // Proposed, printed or mailed: there is one.
    office.confirm(&run);
    assert!(!levels(&office.propose("letter")).contains(&"Validation notice"), "it is printed");
    assert_eq!(office.view("A-1").validation.as_deref(), Some("The validation notice is on its way"));
    for document in office.view("A-1").documents {
        office.act("A-1", Act::SettleOutbox { id: document.id, verdict: "sent".to_owned() }).expect("mailed");
    }
    let words = office.view("A-1").validation.expect("third party");
    assert!(words.starts_with("Validation notice sent on 2026-03-10"), "{words}");
    assert!(!levels(&office.propose("letter")).contains(&"Validation notice"), "it is mailed");
    // Long after, the notice is still known, and nothing stands against a letter for want of it.
    office.clock.forward(TimeDelta::days(60));
    assert!(office.view("A-1").validation.expect("third party").contains("ended on"));
    assert!(!rules(&by(&office, "letter")).contains(&"VAL-1"));
}

#[test]
fn without_a_notice_collection_stops_and_one_sent_elsewhere_opens_it_again() {
    let office = agency();
    spoke(&office);
    office.clock.forward(TimeDelta::days(9));
    let stopped = by(&office, "letter");
    assert_eq!((stopped.state.as_str(), rules(&stopped)), ("no", vec!["VAL-1"]));
    let ahead = office.act("A-1", Act::RecordNotice { sent: "2026-03-30".to_owned() }).expect_err("in the future");
    assert_eq!(ahead.field.as_deref(), Some("sent"));
    assert_told(&ahead, "2026-03-30");
    office.act("A-1", Act::RecordNotice { sent: "2026-03-12".to_owned() }).expect("recorded");
    assert_eq!(by(&office, "letter").state, "yes");
    assert_ne!(office.kind("A-1").as_deref(), Some("validation_due"));
    // The creditor's own collection never asked.
    let own = Office::open();
    spoke(&own);
    own.clock.forward(TimeDelta::days(9));
    assert_eq!((by(&own, "letter").state.as_str(), own.view("A-1").validation), ("yes", None));
}

#[test]
fn the_original_creditor_asked_for_in_writing_stops_a_third_party_until_answered() {
    let office = agency();
    office.act("A-1", Act::RecordNotice { sent: "2026-03-09".to_owned() }).expect("recorded");
    assert_eq!(by(&office, "call").state, "yes");
    hold(&office, "creditor_request", &[("received", "2026-03-10"), ("written", "true")]).expect("placed");
    let stopped = by(&office, "call");
    assert_eq!((stopped.state.as_str(), rules(&stopped)), ("no", vec!["DSP-2"]));
    assert!(levels(&office.propose("letter")).is_empty(), "nothing is proposed meanwhile");
    amend(&office, &[("answered", "2026-03-10")]).expect("answered");
    assert_eq!(by(&office, "call").state, "yes");
}

#[test]
fn a_case_goes_from_the_stay_to_the_discharge_and_its_file_says_what_it_lacks() {
    let office = Office::open();
    let case = [("chapter", "7"), ("case_number", "26-10001"), ("petition", "2026-03-09")];
    hold(&office, "bankruptcy", &case).expect("placed");
    assert!(rules(&by(&office, "letter")).contains(&"BK-1"));
    let file = the_hold(&office).case.expect("a case");
    assert!(file.stay.starts_with("The stay is in force"), "{}", file.stay);
    assert!(file.missing.contains(&"Trustee".to_owned()) && file.missing.contains(&"Court".to_owned()));
    let bar = file.items.iter().find(|item| item.name == "claim_bar").expect("a bar date");
    assert!(bar.value.as_deref().is_some_and(|value| value.starts_with("2026-05-18")), "{bar:?}");
    amend(&office, &[("trustee", "T. Sample"), ("court", "D. Idaho"), ("assets", "false")]).expect("amended");
    let file = the_hold(&office).case.expect("a case");
    assert!(!file.missing.contains(&"Trustee".to_owned()), "{:?}", file.missing);
    let bar = file.items.iter().find(|item| item.name == "claim_bar").expect("a bar date");
    assert_eq!(bar.value.as_deref(), Some("no assets: no claim is filed"));
    let ahead = amend(&office, &[("discharged", "2026-07-01")]).expect_err("in the future");
    assert_eq!(ahead.field.as_deref(), Some("discharged"));
    amend(&office, &[("discharged", "2026-03-10")]).expect("discharged");
    let after = by(&office, "letter");
    assert_eq!(after.state, "no");
    assert!(rules(&after).contains(&"BK-2"), "{after:?}");
    assert!(the_hold(&office).case.expect("a case").stay.starts_with("Discharged on 2026-03-10"));
    // The act is taken back like any other.
    let undo = amend(&office, &[("closed", "2026-03-10")]).expect("closed").undo.expect("can be undone");
    office.act("A-1", undo).expect("undone");
    assert!(the_hold(&office).fields.iter().all(|field| field.name != "closed"));
}

/// A-1 has one service.
fn with_service() -> Office {
    let office = Office::open();
    let text = "account_id,service_id,product,identifier,service_state\nA-1,S-1,Internet 500,208-342-5550,active\n";
    let mut request = office.request(text);
    "services".clone_into(&mut request.mapping.kind);
    request.mapping.fields = ["account_id", "service_id", "product", "identifier", "service_state"]
        .iter()
        .map(|name| contract::FieldMapping {
            field: (*name).to_owned(),
            column: (*name).to_owned(),
            values: String::new(),
        })
        .collect();
    let report = office.desk.run_import(request).expect("read");
    assert!(report.done, "{:?}", report.problems);
    office
}

fn cut(office: &Office) -> contract::OrderNow {
    office.view("A-1").services.remove(0).cut.expect("it is active")
}

fn approve(office: &Office, role: &str) -> Result<ActOutcome, ApiError> {
    let service = office.view("A-1").services.remove(0).id;
    let (order, name, reason) = ("suspend".to_owned(), "Sam".to_owned(), "the notice is in the old system".to_owned());
    office.act("A-1", Act::ApproveOrder { order, service, name, role: role.to_owned(), reason })
}

#[test]
fn a_supervisor_approves_a_suspension_and_a_medical_certificate_stops_it_all_the_same() {
    let office = with_service();
    let asked = cut(&office);
    assert_eq!((asked.kind.as_str(), asked.state.as_str()), ("suspend", "supervisor"));
    assert_eq!(asked.reasons[0].rule, "UT-1", "when the notice was mailed is not known");
    assert_eq!(approve(&office, "specialist").expect_err("a specialist").field.as_deref(), Some("role"));
    assert_eq!(approve(&office, "supervisor").expect("approved").message, "Sam approved one suspension.");
    let open = cut(&office);
    assert_eq!(open.state, "yes");
    assert!(
        open.text.contains("approved by Sam: the notice") || open.text.contains("approved by Sam, the notice"),
        "{open:?}"
    );
    assert_eq!(by(&office, "call").state, "yes", "an order's approval is none for a call");
    office.clock.forward(TimeDelta::hours(25));
    assert_eq!(cut(&office).state, "supervisor", "it holds for a day");
    hold(&office, "medical", &[("certified", "2026-03-09")]).expect("placed");
    let stopped = cut(&office);
    assert_eq!(stopped.state, "no");
    assert!(stopped.reasons.iter().any(|why| why.rule == "UT-3"), "{stopped:?}");
    let refused = approve(&office, "supervisor").expect_err("a certificate");
    assert!(refused.message.contains("medical certificate"), "{refused:?}");
    assert_eq!(by(&office, "call").state, "yes", "it stops a cut-off and nothing else");
}
