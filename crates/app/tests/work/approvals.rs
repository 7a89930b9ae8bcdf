//! A supervisor's approval at the window's boundary: given with name, role and reason, seen on the
//! account, used up by the contact it allows.

use crate::common::Office;
use contract::{Act, Field, MediumNow};

fn hold(kind: &str, fields: Vec<Field>) -> Act {
    Act::PlaceHold { kind: kind.to_owned(), note: "a complaint".to_owned(), until: None, fields }
}

fn approve(role: &str, reason: &str) -> Act {
    Act::Approve { medium: "call".to_owned(), name: "Sam".to_owned(), role: role.to_owned(), reason: reason.to_owned() }
}

fn call(office: &Office) -> MediumNow {
    let media = office.view("A-1").contact.media;
    media.into_iter().find(|one| one.medium == "call").expect("the telephone")
}

#[test]
fn an_approval_opens_one_call_and_no_refusal() {
    let office = Office::open();
    assert_eq!(call(&office).state, "yes");
    office.act("A-1", hold("manual", Vec::new())).expect("paused");
    assert_eq!(call(&office).state, "supervisor");
    let refused = office.act("A-1", approve("specialist", "why")).expect_err("a specialist");
    assert_eq!(refused.field.as_deref(), Some("role"));
    let refused = office.act("A-1", approve("supervisor", " ")).expect_err("no reason");
    assert_eq!(refused.field.as_deref(), Some("reason"));
    let given = office.act("A-1", approve("supervisor", "the customer asked for a call")).expect("approved");
    assert_eq!(given.message, "Sam approved one contact by call.");
    let open = call(&office);
    assert_eq!(open.state, "yes");
    assert!(open.text.contains("Approved by Sam: the customer asked for a call"), "{open:?}");
    office.clock.forward(chrono::TimeDelta::minutes(10));
    let called = Act::RecordContact {
        medium: "call".to_owned(),
        direction: "outbound".to_owned(),
        point: "208-342-5550".to_owned(),
        disposition: "no_answer".to_owned(),
        note: String::new(),
        promise_amount: None,
        promise_currency: None,
        date: None,
    };
    office.act("A-1", called).expect("recorded");
    office.clock.forward(chrono::TimeDelta::minutes(1));
    assert_eq!(call(&office).state, "supervisor", "one call was approved");
    let field = |name: &str, value: &str| Field { name: name.to_owned(), value: value.to_owned() };
    let fields = vec![field("chapter", "7"), field("case_number", "26-10001"), field("petition", "2026-03-09")];
    office.act("A-1", hold("bankruptcy", fields)).expect("placed");
    let refused = office.act("A-1", approve("supervisor", "why")).expect_err("the stay");
    assert!(refused.message.starts_with("No approval lifts this"), "{refused:?}");
    assert!(refused.reasons.iter().any(|reason| reason.rule == "BK-1"), "{refused:?}");
}
