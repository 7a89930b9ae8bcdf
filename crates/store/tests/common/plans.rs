//! What plans are made of, filled in.

use domain::arrangement::{Arrangement, ArrangementKind, Installment};
use domain::contact::{Contact, Direction, Disposition, FollowUp, Medium};
use domain::facts::Facts;
use domain::hold::{Hold, HoldKind};
use domain::ids::{AccountId, ArrangementId, ContactId, FollowUpId, HoldId, OutboxId, RunId};
use domain::outbox::{Channel, Intent};
use domain::plan::{Change, Plan};
use domain::treatment::StepTaken;
use uuid::Uuid;

use super::{Fresh, Portfolio, at, day, usd};

pub fn id(number: u128) -> Uuid {
    Uuid::from_u128(number)
}

pub fn plan(changes: Vec<Change>) -> Plan {
    Plan { changes, ..Plan::default() }
}

pub fn setup() -> (Fresh, Portfolio, AccountId) {
    let portfolio = Portfolio::of(3, 2);
    let account = portfolio.accounts[0].id;
    (Fresh::with(&portfolio), portfolio, account)
}

pub fn facts(fresh: &Fresh, account: AccountId) -> Facts {
    fresh.store.facts(account, at(10_000)).unwrap()
}

pub fn contact(number: u128, account: AccountId) -> Contact {
    Contact {
        id: ContactId(id(number)),
        account,
        at: at(i64::try_from(number).unwrap()),
        local_date: day(410),
        actor: "specialist".into(),
        medium: Medium::Call,
        direction: Direction::Outbound,
        point: "+1 208 555 0000".into(),
        disposition: Some(Disposition::PromiseToPay),
        note: "Pays on Friday, café account".into(),
        amount: Some(usd(4_200)),
        corrects: (number > 1).then(|| ContactId(id(number - 1))),
    }
}

pub fn follow_up(account: AccountId) -> FollowUp {
    FollowUp {
        id: FollowUpId(id(20)),
        account,
        due: day(420),
        what: "call back".into(),
        why: "asked".into(),
        done: None,
        assignee: None,
    }
}

pub fn arrangement(portfolio: &Portfolio) -> Arrangement {
    Arrangement {
        id: ArrangementId(id(30)),
        kind: ArrangementKind::Installments,
        agreed: at(5),
        agreed_on: day(410),
        covers: vec![portfolio.invoices[0].id, portfolio.invoices[1].id],
        installments: (0..3).map(|part| Installment { due: day(410 + 30 * part), amount: usd(667) }).collect(),
        policy_version: 3,
        approved_by: Some("supervisor".into()),
        cancelled: None,
        before: vec![portfolio.payments[0].id],
    }
}

pub fn hold(number: u128, kind: HoldKind) -> Hold {
    Hold { id: HoldId(id(number)), kind, note: "by phone".into(), placed: at(1), until: Some(day(500)), released: None }
}

pub fn intent(number: u128, account: AccountId) -> Intent {
    let mut step = StepTaken::new(None, "Letter 2", day(410));
    step.fee = Some(usd(1_500));
    step.anchor = Some(day(300));
    step.plan = "Standard".into();
    Intent {
        id: OutboxId(id(number)),
        account,
        channel: Channel::Email,
        template: "dunning_2".into(),
        run: Some(RunId(id(77))),
        arrangement: Some(ArrangementId(id(30))),
        steps: vec![step, StepTaken::new(None, "Letter 1", day(409))],
        to: Some("ap0@example.com".into()),
        decided: at(2),
        actor: "policy".into(),
    }
}
