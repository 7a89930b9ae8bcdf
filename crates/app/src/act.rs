//! Doing something to an account: fresh facts, the domain's decision, one transaction, and the
//! account's place in My day afresh.

use contract::{Act, ActOutcome, ActRequest, ApiError};
use domain::compliance::zone::local_date;
use domain::decide::{self, Actor, Command, Verdict};
use domain::ids::{AccountId, ServiceId};
use domain::plan::Plan;
use domain::service_order::OrderKind;
use store::Store;

use crate::carry::{Carried, Case, Deed};
use crate::desk::Desk;
use crate::errors::{reasons, stored};
use crate::holds;
use crate::joint;
use crate::parse;
use crate::views::word;

impl Desk {
    /// Decides and commits an act.
    pub(crate) fn do_act(&self, request: &ActRequest) -> Result<ActOutcome, ApiError> {
        let account: AccountId = parse::id(&request.account)?;
        if let Act::OrderService { service, kind } = &request.act {
            return self.order(account, parse::id(service)?, parse::word("kind", kind)?);
        }
        let command = parse::command(&request.act)?;
        let (plan, undo, numbers) = self.decide_and_commit(account, &command)?;
        Ok(ActOutcome {
            numbers,
            message: plan.history.first().map_or_else(|| "Done.".to_owned(), |entry| sentence(&entry.summary)),
            reasons: reasons(&plan.reasons),
            undo: undo.as_ref().and_then(as_act),
        })
    }

    /// Asks for a service order.
    fn order(&self, account: AccountId, service: ServiceId, kind: OrderKind) -> Result<ActOutcome, ApiError> {
        let store = self.store()?;
        let now = self.now();
        let facts = store.facts(account, now).map_err(stored)?;
        let today = local_date(&facts.customer, now);
        let policy = self.policy_on(&store, today)?;
        let by = self.settings_of(&store)?.actor();
        let case = Case { facts: &facts, policy: &policy, by: &by, now, today };
        let deed = self.ordered(&store, case, service, kind)?;
        let numbers = self.carry_out(&store, vec![deed])?.numbers;
        self.plan_account(&store, account)?;
        let cut = matches!(kind, OrderKind::Suspend | OrderKind::Terminate);
        let waits = if cut { " The server releases it once payments are known beyond this moment." } else { "" };
        Ok(ActOutcome {
            message: format!("The {} is asked for.{waits}", kind.noun()),
            reasons: Vec::new(),
            undo: None,
            numbers,
        })
    }

    /// The decided plan, the command that takes it back, and the numbers in the queue.
    pub(crate) fn decide_and_commit(
        &self,
        account: AccountId,
        command: &Command,
    ) -> Result<(Plan, Option<Command>, Vec<u32>), ApiError> {
        let store = self.store()?;
        let now = self.now();
        let facts = store.facts(account, now).map_err(stored)?;
        let today = local_date(&facts.customer, now);
        let policy = self.policy_on(&store, today)?;
        let by = self.settings_of(&store)?.actor();
        let case = Case { facts: &facts, policy: &policy, by: &by, now, today };
        let deed = self.decided(&store, case, command.clone())?;
        let mut deeds = self.for_the_whole_letter(&store, command, &by)?;
        let others: Vec<AccountId> = deeds.iter().map(|deed| deed.account).collect();
        deeds.insert(0, deed);
        let Carried { mut plans, numbers } = self.carry_out(&store, deeds)?;
        let plan = plans.swap_remove(0);
        let undo = decide::undo(command, &plan, &facts, today);
        self.plan_account(&store, account)?;
        for other in others {
            self.plan_account(&store, other)?;
        }
        Ok((plan, undo, numbers))
    }

    /// A letter about several accounts is one sheet: what is said of it on one account holds for the
    /// others. Theirs may be settled already; then nothing more is said of it there.
    fn for_the_whole_letter(&self, store: &Store, command: &Command, by: &Actor) -> Result<Vec<Deed>, ApiError> {
        let (Command::SettleOutbox { outbox, .. } | Command::ReturnMail { outbox, .. }) = command else {
            return Ok(Vec::new());
        };
        let now = self.now();
        let mut deeds = Vec::new();
        for (account, other) in joint::sharing(store, *outbox)? {
            let said = match command.clone() {
                Command::SettleOutbox { verdict, .. } => Command::SettleOutbox { outbox: other, verdict },
                Command::ReturnMail { note, .. } => Command::ReturnMail { outbox: other, note },
                _ => continue,
            };
            let facts = store.facts(account, now).map_err(stored)?;
            let today = local_date(&facts.customer, now);
            let policy = self.policy_on(store, today)?;
            let case = Case { facts: &facts, policy: &policy, by, now, today };
            if let Ok(deed) = self.try_decided(store, case, said)? {
                deeds.push(deed);
            }
        }
        Ok(deeds)
    }
}

pub fn sentence(text: &str) -> String {
    let text = text.trim_end_matches('.');
    format!("{text}.")
}

/// The window's form of a command that takes something back; the domain gives only these.
pub fn as_act(command: &Command) -> Option<Act> {
    Some(match command {
        Command::CancelArrangement { arrangement, reason } => {
            Act::CancelArrangement { arrangement: arrangement.to_string(), reason: reason.clone() }
        }
        Command::ResolveDispute { dispute, outcome } => {
            Act::ResolveDispute { dispute: dispute.to_string(), outcome: outcome.clone() }
        }
        Command::ReleaseHold { hold, reason, .. } => {
            Act::ReleaseHold { hold: hold.to_string(), reason: reason.clone() }
        }
        Command::AmendHold { hold, kind, note } => Act::AmendHold {
            hold: hold.to_string(),
            kind: holds::word_of(kind),
            note: note.clone(),
            fields: holds::fields(kind),
        },
        Command::ScheduleFollowUp { due, what, assignee } => {
            Act::ScheduleFollowUp { due: due.to_string(), what: what.clone(), assignee: assignee.clone() }
        }
        Command::AssignFollowUp { follow_up, to } => {
            Act::AssignFollowUp { follow_up: follow_up.to_string(), to: to.clone() }
        }
        Command::CompleteFollowUp { follow_up } => Act::CompleteFollowUp { follow_up: follow_up.to_string() },
        Command::SnoozeFollowUp { follow_up, due } => {
            Act::SnoozeFollowUp { follow_up: follow_up.to_string(), due: due.to_string() }
        }
        Command::PutContactPoint(point) => Act::PutPoint {
            id: point.id.map(|id| id.to_string()),
            kind: word(&point.kind),
            value: point.value.clone(),
            label: point.label.clone(),
            bad: point.bad,
            consented: point.consented,
        },
        Command::RemoveContactPoint { point } => Act::RemovePoint { id: point.to_string() },
        Command::SetAddress { address } => Act::SetAddress {
            address: contract::AddressView {
                lines: address.lines.clone(),
                city: address.city.clone(),
                state: address.state.clone(),
                zip: address.zip.clone(),
            },
        },
        Command::SettleOutbox { outbox, verdict: Verdict::Withdraw { .. } } => {
            Act::SettleOutbox { id: outbox.to_string(), verdict: "withdraw".to_owned() }
        }
        Command::PlaceHold { hold, note, until } => Act::PlaceHold {
            kind: holds::word_of(hold),
            note: note.clone(),
            until: until.map(|day| day.to_string()),
            fields: holds::fields(hold),
        },
        _ => return None,
    })
}
