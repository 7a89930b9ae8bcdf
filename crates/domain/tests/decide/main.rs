//! What a command does, what it refuses, and what it never does.

mod agree;
mod always;
mod approve;
mod brought;
mod cash;
mod contact;
mod outgoing;
mod past;
mod pause;
mod reach;
mod task;

use chrono::{DateTime, NaiveDate, TimeDelta, Utc};
use dunlin_domain::contact::{Direction, Disposition, Medium};
use dunlin_domain::decide::{Actor, Command, Promised, RecordContact, apply, decide};
use dunlin_domain::facts::Facts;
use dunlin_domain::ids::Counted;
use dunlin_domain::plan::{Change, Plan};
use dunlin_domain::policy::Policy;
use dunlin_domain::reason::Refusal;
use dunlin_domain::testkit::{self, day};

/// An account on which one decision follows the other.
struct World {
    facts: Facts,
    policy: Policy,
    by: Actor,
    now: DateTime<Utc>,
    today: NaiveDate,
    ids: Counted,
}

impl World {
    /// The testkit's consumer: 200.00 past due on 2026-03-10, a Tuesday.
    fn new() -> Self {
        Self::of(testkit::facts())
    }

    fn of(facts: Facts) -> Self {
        Self {
            facts,
            policy: Policy::standard(),
            by: Actor::specialist("Robin"),
            now: testkit::now(),
            today: day(2026, 3, 10),
            ids: Counted(1_000),
        }
    }

    fn later(&mut self, days: i64) {
        self.now += TimeDelta::days(days);
        self.today += TimeDelta::days(days);
    }

    fn ask(&mut self, command: Command) -> Result<Plan, Refusal> {
        decide(&self.facts, &self.policy, command, &self.by, self.now, self.today, &mut self.ids)
    }

    /// Decides and commits.
    fn act(&mut self, command: Command) -> Plan {
        let plan = match self.ask(command) {
            Ok(plan) => plan,
            Err(refusal) => panic!("refused: {refusal} {:?}", refusal.reasons),
        };
        self.commit(&plan);
        plan
    }

    fn commit(&mut self, plan: &Plan) {
        for change in &plan.changes {
            apply(&mut self.facts, change);
        }
    }

    /// The rules against a command.
    fn rules(&mut self, command: Command) -> Vec<String> {
        let refusal = self.ask(command).expect_err("should be refused");
        assert!(!refusal.message.is_empty() && !refusal.remedy.is_empty());
        refusal
            .reasons
            .iter()
            .map(|reason| match reason.inputs.get("field") {
                Some(field) => format!("{} {field}", reason.rule),
                None => reason.rule.to_string(),
            })
            .collect()
    }

    /// Open tasks: day and what.
    fn tasks(&self) -> Vec<(String, &str)> {
        self.facts.follow_ups.iter().map(|task| (task.due.to_string(), task.what.as_str())).collect()
    }
}

fn call(disposition: Disposition) -> RecordContact {
    RecordContact {
        medium: Medium::Call,
        direction: Direction::Outbound,
        point: "+1 208 342 5550".to_owned(),
        disposition: Some(disposition),
        note: String::new(),
        promise: None,
        call_back: None,
        answers: None,
    }
}

fn promise(cents: i64, on: NaiveDate) -> Command {
    Command::RecordContact(RecordContact {
        promise: Some(Promised { amount: testkit::usd(cents), on }),
        ..call(Disposition::PromiseToPay)
    })
}

/// The kinds of a plan's history, in order.
fn kinds(plan: &Plan) -> Vec<&str> {
    plan.history.iter().map(|entry| entry.kind.as_str()).collect()
}

fn count(plan: &Plan, which: impl Fn(&Change) -> bool) -> usize {
    plan.changes.iter().filter(|change| which(change)).count()
}
