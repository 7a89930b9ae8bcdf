//! Numbers, addresses and opting out.

use super::*;
use dunlin_domain::account::{Address, PointKind};
use dunlin_domain::decide::PutContactPoint;
use dunlin_domain::ids::ContactPointId;
use dunlin_domain::outbox::State;

fn typed(kind: PointKind, value: &str) -> PutContactPoint {
    PutContactPoint { id: None, kind, value: value.to_owned(), label: "home".to_owned(), bad: false, consented: true }
}

fn put(kind: PointKind, value: &str) -> Command {
    Command::PutContactPoint(typed(kind, value))
}

#[test]
fn a_number_is_added_changed_and_removed() {
    let mut world = World::new();
    let plan = world.act(put(PointKind::Mobile, " 208 342 5551 "));
    assert_eq!(plan.history[0].summary, "Mobile number added");
    let added = world.facts.customer.points[2].clone();
    assert_eq!((added.value.as_str(), added.source.as_str()), ("208 342 5551", "Robin"));
    let id = Some(added.id);
    world.act(Command::PutContactPoint(PutContactPoint { id, bad: true, ..typed(PointKind::Mobile, "2083425551") }));
    assert!(world.facts.customer.points[2].bad);
    world.act(Command::RemoveContactPoint { point: added.id });
    assert_eq!(world.facts.customer.points.len(), 2);
    assert_eq!(world.rules(Command::RemoveContactPoint { point: added.id }), ["FORM-5 point"]);
}

#[test]
fn what_is_no_number_or_address_is_refused() {
    let mut world = World::new();
    let id = Some(ContactPointId(uuid::Uuid::from_u128(99)));
    let cases = [
        ("FORM-1 value", put(PointKind::Phone, " ")),
        ("FORM-4 value", put(PointKind::Phone, "555")),
        ("FORM-4 value", put(PointKind::Email, "nobody")),
        ("FORM-4 value", put(PointKind::Email, "a@b")),
        ("FORM-4 value", put(PointKind::Email, "a b@example.com")),
        ("FORM-4 value", put(PointKind::Email, "a@b@example.com")),
        ("FORM-4 value", put(PointKind::Phone, "2083425550")),
        ("FORM-4 value", put(PointKind::Email, "Customer@Example.com")),
        ("FORM-5 point", Command::PutContactPoint(PutContactPoint { id, ..typed(PointKind::Phone, "2083425559") })),
    ];
    for (rule, command) in cases {
        assert_eq!(world.rules(command), [rule]);
    }
}

#[test]
fn an_opt_out_stays_known() {
    let mut world = World::new();
    let to = "customer@example.com".to_owned();
    world.act(Command::QueueEmail { template: "statement".to_owned(), to, arrangement: None });
    let point = world.facts.customer.points[1].id;
    let plan = world.act(Command::OptOut { point });
    assert_eq!(kinds(&plan), ["point.opted_out", "outbox.withdrawn"]);
    assert!(matches!(world.facts.outbox[0].1, State::Cancelled { .. }));
    assert_eq!(world.rules(Command::RemoveContactPoint { point }), ["PTS-1"]);
    let id = Some(point);
    let other = PutContactPoint { id, ..typed(PointKind::Email, "other@example.com") };
    assert_eq!(world.rules(Command::PutContactPoint(other)), ["PTS-1"]);
    let same = PutContactPoint { id, ..typed(PointKind::Email, "CUSTOMER@example.com") };
    world.act(Command::PutContactPoint(same));
    assert!(world.facts.customer.points[1].opted_out);
    let unknown = ContactPointId(uuid::Uuid::from_u128(99));
    assert_eq!(world.rules(Command::OptOut { point: unknown }), ["FORM-5 point"]);
}

#[test]
fn an_address_can_be_mailed_to() {
    let mut world = World::new();
    let address = |lines: &[&str], city: &str, zip: &str| Command::SetAddress {
        address: Address {
            lines: lines.iter().map(|&line| line.to_owned()).collect(),
            city: city.to_owned(),
            state: "ID".to_owned(),
            zip: zip.to_owned(),
            country: String::new(),
        },
    };
    assert_eq!(world.rules(address(&[" "], "Boise", "83702")), ["FORM-4 lines"]);
    assert_eq!(world.rules(address(&["1 Road"], "", "83702")), ["FORM-4 city"]);
    assert_eq!(world.rules(address(&["1 Road"], "Boise", "")), ["FORM-4 zip"]);
    assert_eq!(world.rules(address(&["1", "2", "3", "4"], "Boise", "83702")), ["FORM-4 lines"]);
    world.act(address(&["1 Road ", ""], "Boise", "83702"));
    assert_eq!(world.facts.customer.address.lines, ["1 Road"]);
}
