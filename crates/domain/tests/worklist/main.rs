//! *My day*: every kind of row, when it comes, when it goes, and in which order.

mod agreements;
mod order;
mod rows;

use chrono::{DateTime, NaiveDate, TimeDelta, Utc};
use dunlin_domain::arrangement::{ArrangementKind, Frequency, Split, Terms};
use dunlin_domain::contact::{Direction, Disposition, Medium};
use dunlin_domain::decide::{Actor, Apply, Command, RecordContact, RecordPayment, apply, decide};
use dunlin_domain::facts::Facts;
use dunlin_domain::ids::Counted;
use dunlin_domain::money::Currency;
use dunlin_domain::policy::Policy;
use dunlin_domain::testkit::{self, day};
use dunlin_domain::worklist::{Item, Kind, item};
use rust_decimal::Decimal;

/// An account over some days.
struct World {
    facts: Facts,
    policy: Policy,
    now: DateTime<Utc>,
    today: NaiveDate,
    ids: Counted,
}

impl World {
    /// 200.00 past due on 2026-03-10, a Tuesday; no treatment plan, so that nothing else speaks.
    fn new() -> Self {
        let mut policy = Policy::standard();
        policy.treatment.plans.clear();
        policy.treatment.segments.clear();
        Self { facts: testkit::facts(), policy, now: testkit::now(), today: day(2026, 3, 10), ids: Counted(1_000) }
    }

    fn on(&mut self, month: u32, of: u32) {
        let today = day(2026, month, of);
        self.now += today - self.today;
        self.today = today;
    }

    fn act(&mut self, command: Command) {
        let by = Actor::supervisor("Dana");
        let plan = decide(&self.facts, &self.policy, command, &by, self.now, self.today, &mut self.ids);
        match plan {
            Ok(plan) => {
                for change in &plan.changes {
                    apply(&mut self.facts, change);
                }
            }
            Err(refusal) => panic!("refused: {refusal}"),
        }
    }

    fn item(&self) -> Option<Item> {
        item(&self.facts, &self.policy, self.now, self.today)
    }

    /// The kinds of the account's rows, the shown one first.
    fn kinds(&self) -> Vec<Kind> {
        self.item().map_or_else(Vec::new, |item| {
            std::iter::once(item.primary.kind).chain(item.also.iter().map(|row| row.kind)).collect()
        })
    }

    fn pay(&mut self, cents: i64) {
        let posted = self.today;
        self.act(Command::RecordPayment(RecordPayment {
            amount: Decimal::new(cents, 2),
            currency: Currency::USD,
            posted,
            method: "card".to_owned(),
            reference: String::new(),
            apply: Apply::Oldest,
        }));
    }

    fn call(&mut self, disposition: Disposition) {
        self.act(Command::RecordContact(RecordContact {
            medium: Medium::Call,
            direction: Direction::Outbound,
            point: "+1 208 342 5550".to_owned(),
            disposition: Some(disposition),
            note: String::new(),
            promise: None,
            call_back: None,
            answers: None,
        }));
    }

    /// 50.00 today and three weekly installments of 50.00 from 2026-03-17.
    fn arrange(&mut self) {
        self.act(Command::Arrange(Terms {
            kind: ArrangementKind::Installments,
            currency: Currency::USD,
            covers: None,
            down: Decimal::from(50),
            down_due: None,
            split: Split::Count { count: 3 },
            frequency: Frequency::Weekly,
            first_due: day(2026, 3, 17),
            approved_by: None,
        }));
    }

    fn promise(&mut self, cents: i64, on: NaiveDate) {
        self.act(Command::Arrange(Terms {
            kind: ArrangementKind::Promise,
            currency: Currency::USD,
            covers: None,
            down: Decimal::ZERO,
            down_due: None,
            split: Split::Amount { each: Decimal::new(cents, 2) },
            frequency: Frequency::Monthly,
            first_due: on,
            approved_by: None,
        }));
    }
}

/// A moment later on the same day.
fn hours(count: i64) -> TimeDelta {
    TimeDelta::hours(count)
}
