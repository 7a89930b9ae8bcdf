//! A random act of any kind, chosen by what the account holds at that moment.

use chrono::{Days, NaiveDate};
use domain::account::PointKind;
use domain::contact::{Disposition, Medium};
use domain::decide::{Apply, Command, PutContactPoint, RecordPayment, Role, Verdict};
use domain::facts::Facts;
use domain::hold::HoldKind;
use domain::ids::{HistoryId, OrderId, OutboxId};
use domain::money::Currency;
use domain::outbox::{Channel, Event, Intent, State};
use domain::plan::{Change, Plan};
use domain::service_order::{OrderKind, ServiceOrder};
use domain::testkit;
use domain::treatment::StepTaken;
use protocol::Act;
use rust_decimal::Decimal;
use uuid::Uuid;

use crate::scene::start;
use crate::work::{arrange, call, note};

/// Which act, in which of its ways, an amount in cents, and days.
pub type Choice = (u8, u8, i64, u64);

/// How many kinds there are.
pub const KINDS: u8 = 32;

/// One of some, by a number.
fn one_of<T>(all: &[T], pick: usize) -> Option<&T> {
    all.get(pick % all.len().max(1))
}

/// What a person does. `by` is their name.
pub fn act(facts: &Facts, by: &str, (which, way, cents, after): Choice) -> Act {
    let account = facts.account.id;
    let pick = usize::try_from(after).unwrap_or_default();
    let command = match which % KINDS {
        28 => return settled(facts, way, pick).unwrap_or(Act::Decide { account, command: note("nothing to settle") }),
        29 | 30 => return recorded(facts, by, way, pick),
        31 => {
            let kinds = [OrderKind::Suspend, OrderKind::Restore, OrderKind::Terminate, OrderKind::EquipmentPickup];
            let service = facts.services[pick % facts.services.len()].id;
            let kind = kinds[usize::from(way) % kinds.len()];
            return Act::Order {
                order: ServiceOrder { id: OrderId(Uuid::now_v7()), account, service, kind, approval: None },
            };
        }
        other => command(facts, other, way, cents, pick, testkit::day(2026, 3, 10) + Days::new(after)),
    };
    Act::Decide { account, command }
}

fn command(facts: &Facts, which: u8, way: u8, cents: i64, pick: usize, due: NaiveDate) -> Command {
    let outcomes = [
        Disposition::NoAnswer,
        Disposition::LeftMessage,
        Disposition::Spoke,
        Disposition::SaysPaid,
        Disposition::Disputes,
        Disposition::CallBack,
    ];
    let even = way.is_multiple_of(2);
    let plain = || note("text");
    let reason = || "as asked".to_owned();
    let invoice = facts.invoices[pick % facts.invoices.len()].id;
    let task = one_of(&facts.follow_ups, pick).map(|task| task.id);
    let hold = one_of(&facts.holds, pick);
    let point = one_of(&facts.customer.points, pick);
    let sent = one_of(&facts.outbox, pick).map(|(intent, _)| intent.id);
    let attorney = |letter_sent| HoldKind::Attorney { contact: "By letter".to_owned(), letter_sent };
    match which {
        0 | 1 => call(outcomes[usize::from(way) % outcomes.len()]),
        2 | 3 => arrange(),
        4 => Command::RecordPayment(RecordPayment {
            amount: Decimal::new(cents, 2),
            currency: Currency::USD,
            posted: testkit::day(2026, 3, 9),
            method: "check".to_owned(),
            reference: format!("r{cents}"),
            apply: if even { Apply::Oldest } else { Apply::InOrder { invoices: vec![invoice] } },
        }),
        5 => Command::OpenDispute { invoice, amount: None, reason: reason(), written: even },
        6 => one_of(&facts.disputes, pick)
            .map_or_else(plain, |one| Command::ResolveDispute { dispute: one.id, outcome: "upheld".to_owned() }),
        7 => Command::PlaceHold { hold: HoldKind::Manual, note: reason(), until: Some(due) },
        8 => Command::PlaceHold { hold: attorney(None), note: String::new(), until: None },
        9 => {
            hold.map_or_else(plain, |hold| Command::ReleaseHold { hold: hold.id, reason: reason(), approved_by: None })
        }
        10 => hold.map_or_else(plain, |hold| Command::AmendHold {
            hold: hold.id,
            kind: attorney(Some(due)),
            note: reason(),
        }),
        11 => Command::ScheduleFollowUp { due, what: "call".to_owned(), assignee: even.then(|| "lead".to_owned()) },
        12 => task.map_or_else(plain, |follow_up| Command::CompleteFollowUp { follow_up }),
        13 => task.map_or_else(plain, |follow_up| Command::SnoozeFollowUp { follow_up, due }),
        14 => task.map_or_else(plain, |follow_up| Command::AssignFollowUp { follow_up, to: even.then(reason) }),
        15 => one_of(&facts.arrangements, pick)
            .map_or_else(plain, |one| Command::CancelArrangement { arrangement: one.id, reason: reason() }),
        16 => one_of(&facts.contacts, pick).map_or_else(plain, |one| Command::CorrectContact {
            corrects: one.id,
            note: reason(),
            disposition: even.then_some(Disposition::NoAnswer),
        }),
        17 => one_of(&facts.payments, pick).map_or_else(plain, |one| Command::ReversePayment {
            payment: one.id,
            on: testkit::day(2026, 3, 10),
            reason: "NSF".to_owned(),
        }),
        18 => Command::PutContactPoint(PutContactPoint {
            id: point.filter(|_| even).map(|point| point.id),
            kind: PointKind::Email,
            value: format!("person{way}@example.com"),
            label: String::new(),
            bad: way.is_multiple_of(3),
            consented: !even,
        }),
        19 => point.map_or_else(plain, |point| Command::RemoveContactPoint { point: point.id }),
        20 => point.map_or_else(plain, |point| Command::OptOut { point: point.id }),
        21 => {
            let mut address = facts.customer.address.clone();
            address.city = format!("Nampa {way}");
            Command::SetAddress { address }
        }
        22 => Command::QueueLetter { template: if even { "statement" } else { "" }.to_owned(), arrangement: None },
        23 => {
            let to = point.map_or_else(String::new, |point| point.value.clone());
            Command::QueueEmail { template: "ach_enrollment".to_owned(), to, arrangement: None }
        }
        24 => Command::RecordNotice { sent: testkit::day(2026, 3, 1) + Days::new(u64::from(way % 14)) },
        25 => sent.map_or_else(plain, |outbox| {
            let verdicts = [Verdict::Sent, Verdict::NotSent, Verdict::Withdraw { why: reason() }];
            Command::SettleOutbox { outbox, verdict: verdicts[usize::from(way) % 3].clone() }
        }),
        26 => sent.map_or_else(plain, |outbox| Command::ReturnMail { outbox, note: "Unknown".to_owned() }),
        _ => Command::Approve {
            medium: if even { Medium::Letter } else { Medium::Email },
            approved_by: (!way.is_multiple_of(3)).then(|| "lead by name".to_owned()),
            role: Role::Supervisor,
            reason: reason(),
        },
    }
}

fn settled(facts: &Facts, way: u8, pick: usize) -> Option<Act> {
    let (intent, _) = one_of(&facts.outbox, pick)?;
    let events = [
        Event::Started,
        Event::Accepted,
        Event::Deferred("451".to_owned()),
        Event::Rejected("550".to_owned()),
        Event::Lost("cut".to_owned()),
        Event::Printed,
    ];
    let event = events[usize::from(way) % events.len()].clone();
    Some(Act::Settle { account: facts.account.id, outbox: intent.id, event })
}

/// A letter of a run, or one that waits or stops.
fn recorded(facts: &Facts, by: &str, way: u8, pick: usize) -> Act {
    let account = facts.account.id;
    let (at, why) = (start(), "So it is".to_owned());
    let change = match (way % 3, one_of(&facts.outbox, pick)) {
        (1, Some((intent, _))) => Change::SetOutbox(intent.id, State::Waiting { tries: 0, next_try: at, why }),
        (2, Some((intent, _))) => Change::SetOutbox(intent.id, State::Stopped { at, why }),
        _ => Change::Queue(Intent {
            id: OutboxId(Uuid::now_v7()),
            account,
            channel: Channel::Letter,
            template: "dunning_1".to_owned(),
            run: None,
            arrangement: None,
            steps: vec![StepTaken::new(
                Some(facts.invoices[pick % facts.invoices.len()].id),
                "Reminder",
                testkit::day(2026, 3, 10),
            )],
            to: None,
            decided: at,
            actor: by.to_owned(),
        }),
    };
    let entry = domain::history::Entry {
        id: HistoryId(Uuid::now_v7()),
        at,
        actor: by.to_owned(),
        account: Some(account),
        kind: "letter.made".to_owned(),
        summary: "Letter made".to_owned(),
        detail: serde_json::json!({}),
    };
    Act::Record { account, plan: Plan { changes: vec![change], history: vec![entry], ..Plan::default() } }
}
