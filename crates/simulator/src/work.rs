//! What people do in a world: something sensible, given what their device shows them.

use chrono::Days;
use domain::account::PointKind;
use domain::arrangement::{ArrangementKind, Frequency, Split, Terms};
use domain::contact::{Direction, Disposition, Medium};
use domain::decide::{Command, PutContactPoint, RecordContact, RecordPayment};
use domain::facts::Facts;
use domain::hold::HoldKind;
use domain::ids::OrderId;
use domain::money::Currency;
use domain::service_order::{OrderKind, ServiceOrder};
use fastrand::Rng;
use protocol::Act;
use rust_decimal::Decimal;

use crate::portfolio::start;
use crate::server::POISON;

/// An act on an account; a call only with a permit in hand.
pub(crate) fn choose(facts: &Facts, dice: &mut Rng, may_call: bool) -> Act {
    let command = match dice.u32(0..100) {
        _ if may_call && dice.bool() => call(dice),
        0..8 => {
            return suspend(facts, dice).unwrap_or_else(|| Act::Decide {
                account: facts.account.id,
                command: Command::AddNote { note: note(dice) },
            });
        }
        8..25 => Command::AddNote { note: note(dice) },
        25..45 => Command::Arrange(promise(dice)),
        45..55 => match facts.arrangements.iter().find(|one| one.cancelled.is_none()) {
            Some(one) => Command::CancelArrangement { arrangement: one.id, reason: "asked".to_owned() },
            None => Command::Arrange(promise(dice)),
        },
        55..67 => Command::RecordPayment(RecordPayment {
            amount: Decimal::new(dice.i64(500..6_000), 2),
            currency: Currency::USD,
            posted: start().date_naive(),
            method: "check".to_owned(),
            reference: format!("check {}", dice.u32(0..40)),
            apply: domain::decide::Apply::Oldest,
        }),
        67..72 => match facts.payments.iter().find(|payment| payment.reversed.is_none()) {
            Some(payment) => {
                Command::ReversePayment { payment: payment.id, on: start().date_naive(), reason: "NSF".to_owned() }
            }
            None => Command::AddNote { note: note(dice) },
        },
        72..78 => match facts.invoices.first() {
            Some(invoice) => Command::OpenDispute {
                invoice: invoice.id,
                amount: None,
                reason: "wrong amount".to_owned(),
                written: dice.bool(),
            },
            None => Command::AddNote { note: note(dice) },
        },
        78..84 => match facts.holds.iter().find(|hold| hold.released.is_none()) {
            Some(hold) => Command::ReleaseHold { hold: hold.id, reason: "over".to_owned(), approved_by: None },
            None => Command::PlaceHold {
                hold: if dice.bool() {
                    HoldKind::Manual
                } else {
                    HoldKind::Attorney { contact: String::new(), letter_sent: None }
                },
                note: "by phone".to_owned(),
                until: None,
            },
        },
        84..90 => Command::ScheduleFollowUp {
            due: start().date_naive() + Days::new(dice.u64(1..20)),
            what: "call back".to_owned(),
            assignee: dice.bool().then(|| "Second specialist".to_owned()),
        },
        90..94 => Command::PutContactPoint(PutContactPoint {
            id: facts.customer.points.first().filter(|_| dice.bool()).map(|point| point.id),
            kind: PointKind::Mobile,
            value: format!("+1 208 556 {:04}", dice.u32(0..9_999)),
            label: "mobile".to_owned(),
            bad: false,
            consented: false,
        }),
        94..97 => {
            let mut address = facts.customer.address.clone();
            address.lines = vec![format!("{} Elm Street", dice.u32(1..999))];
            Command::SetAddress { address }
        }
        _ => match facts.follow_ups.first() {
            Some(task) => Command::CompleteFollowUp { follow_up: task.id },
            None => Command::AddNote { note: note(dice) },
        },
    };
    Act::Decide { account: facts.account.id, command }
}

/// Asks for the suspension of a service.
fn suspend(facts: &Facts, dice: &mut Rng) -> Option<Act> {
    let service = facts.services.first()?;
    let id = OrderId(uuid::Uuid::from_u128(dice.u128(..)));
    let (account, kind) = (facts.account.id, OrderKind::Suspend);
    Some(Act::Order { order: ServiceOrder { id, account, service: service.id, kind, approval: None } })
}

fn note(dice: &mut Rng) -> String {
    match dice.u32(0..30) {
        0 => POISON.to_owned(),
        1 => format!("long {}", "word ".repeat(400)),
        _ => format!("note {}", dice.u32(0..1_000_000)),
    }
}

fn call(dice: &mut Rng) -> Command {
    let spoke = dice.bool();
    Command::RecordContact(RecordContact {
        medium: Medium::Call,
        direction: Direction::Outbound,
        point: "+1 208 555 0000".to_owned(),
        disposition: Some(if spoke { Disposition::Spoke } else { Disposition::NoAnswer }),
        note: String::new(),
        promise: None,
        call_back: None,
        answers: None,
    })
}

fn promise(dice: &mut Rng) -> Terms {
    Terms {
        kind: if dice.bool() { ArrangementKind::Promise } else { ArrangementKind::LumpSum },
        currency: Currency::USD,
        covers: None,
        down: Decimal::ZERO,
        down_due: None,
        split: Split::Count { count: 1 },
        frequency: Frequency::Monthly,
        first_due: start().date_naive() + Days::new(dice.u64(1..8)),
        approved_by: None,
    }
}
