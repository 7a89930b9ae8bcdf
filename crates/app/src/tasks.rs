//! Follow-ups of several accounts at once: decided one by one on fresh facts, committed together.

use std::collections::BTreeMap;

use contract::{ActAll, ActRequest, ApiError, BulkAct, BulkFollowUps, BulkOutcome, LeftOut};
use domain::compliance::zone::local_date;
use domain::decide::{self, Command, apply};
use domain::facts::Facts;
use domain::ids::AccountId;
use domain::reason::Refusal;
use store::{Store, Whose};

use crate::act::as_act;
use crate::carry::{Case, Deed};
use crate::desk::Desk;
use crate::errors::{refused, stored};
use crate::parse;
use crate::views::{count, word};

/// So many changed accounts are planned one by one; beyond, the whole portfolio is.
const ONE_BY_ONE: usize = 400;
/// Accounts named with a reason.
const EXAMPLES: usize = 3;

/// An account's commands, decided one after the other.
struct Decided {
    account: AccountId,
    deeds: Vec<Deed>,
    /// What takes them back, in the order in which it has to happen.
    undo: Vec<ActRequest>,
}

impl Desk {
    /// Settles, moves or assigns the due follow-ups of accounts, in one transaction. An account
    /// where it can't be done is left out and named; the others go through.
    pub(crate) fn bulk_tasks(&self, input: &BulkFollowUps) -> Result<BulkOutcome, ApiError> {
        let store = self.store()?;
        let act = parsed(&input.act)?;
        let mut decided = Vec::new();
        let mut left_out: BTreeMap<String, Vec<String>> = BTreeMap::new();
        for text in &input.accounts {
            let account: AccountId = parse::id(text)?;
            let facts = store.facts(account, self.now()).map_err(stored)?;
            let today = local_date(&facts.customer, self.now());
            let who = format!("{} ({})", facts.customer.name, facts.account.reference);
            let commands: Vec<Command> = facts
                .follow_ups
                .iter()
                .filter(|task| task.done.is_none() && task.due <= today)
                .map(|task| act(task.id))
                .collect();
            if commands.is_empty() {
                left_out
                    .entry("No follow-up is due there; what is due has to be worked".to_owned())
                    .or_default()
                    .push(who);
                continue;
            }
            match self.decide_in_turn(&store, facts, &commands)? {
                Ok(one) => decided.push(one),
                Err(refusal) => left_out.entry(refusal.message).or_default().push(who),
            }
        }
        let done: usize = decided.iter().map(|one| one.deeds.len()).sum();
        let (undo, numbers) = self.commit_together(&store, decided)?;
        let accounts = input.accounts.len() - left_out.values().map(Vec::len).sum::<usize>();
        Ok(BulkOutcome {
            message: told(&input.act, done, accounts),
            done: count(done),
            left_out: left_out
                .into_iter()
                .map(|(why, who)| LeftOut {
                    why,
                    count: count(who.len()),
                    examples: who.into_iter().take(EXAMPLES).collect(),
                })
                .collect(),
            undo,
            numbers,
        })
    }

    /// Several acts in one transaction: all of them, or none.
    pub(crate) fn do_all(&self, input: &ActAll) -> Result<BulkOutcome, ApiError> {
        let store = self.store()?;
        let mut by_account: Vec<(AccountId, Vec<Command>)> = Vec::new();
        for request in &input.acts {
            let account = parse::id(&request.account)?;
            let command = parse::command(&request.act)?;
            match by_account.iter_mut().find(|(known, _)| *known == account) {
                Some((_, commands)) => commands.push(command),
                None => by_account.push((account, vec![command])),
            }
        }
        let mut decided = Vec::new();
        for (account, commands) in by_account {
            let facts = store.facts(account, self.now()).map_err(stored)?;
            decided.push(self.decide_in_turn(&store, facts, &commands)?.map_err(refused)?);
        }
        let done: usize = decided.iter().map(|one| one.deeds.len()).sum();
        let (undo, numbers) = self.commit_together(&store, decided)?;
        let what = if done == 1 { "1 change".to_owned() } else { format!("{done} changes") };
        Ok(BulkOutcome { message: format!("{what} made."), done: count(done), left_out: Vec::new(), undo, numbers })
    }

    /// Each command on the facts that the one before left.
    fn decide_in_turn(
        &self,
        store: &Store,
        mut facts: Facts,
        commands: &[Command],
    ) -> Result<Result<Decided, Refusal>, ApiError> {
        let now = self.now();
        let today = local_date(&facts.customer, now);
        let policy = self.policy_on(store, today)?;
        let by = self.settings_of(store)?.actor();
        let account = facts.account.id;
        let mut decided = Decided { account, deeds: Vec::new(), undo: Vec::new() };
        for command in commands {
            let case = Case { facts: &facts, policy: &policy, by: &by, now, today };
            let deed = match self.try_decided(store, case, command.clone())? {
                Ok(deed) => deed,
                Err(refusal) => return Ok(Err(refusal)),
            };
            let back = decide::undo(command, &deed.plan, &facts, today).as_ref().and_then(as_act);
            if let Some(act) = back {
                decided.undo.insert(0, ActRequest { account: account.to_string(), act });
            }
            for change in &deed.plan.changes {
                apply(&mut facts, change);
            }
            decided.deeds.push(deed);
        }
        Ok(Ok(decided))
    }

    /// All of them, or none: the acts that take it back, and the numbers in the queue.
    fn commit_together(&self, store: &Store, decided: Vec<Decided>) -> Result<(Vec<ActRequest>, Vec<u32>), ApiError> {
        let accounts: Vec<AccountId> = decided.iter().map(|one| one.account).collect();
        let (mut deeds, mut undo) = (Vec::new(), Vec::new());
        for one in decided {
            deeds.extend(one.deeds);
            undo.extend(one.undo);
        }
        let numbers = self.carry_out(store, deeds)?.numbers;
        if accounts.len() > ONE_BY_ONE {
            self.plan_all(store)?;
        } else {
            for account in accounts {
                self.plan_account(store, account)?;
            }
        }
        Ok((undo, numbers))
    }

    /// Whose rows a filter means.
    pub(crate) fn whose(&self, store: &Store, text: &str) -> Result<Whose, ApiError> {
        Ok(match text.trim() {
            "" => Whose::All,
            "mine" => {
                let settings = self.settings_of(store)?;
                Whose::FreeOr(vec![word(&settings.role), settings.user])
            }
            name => Whose::Only(name.to_owned()),
        })
    }

    /// To whom a follow-up may go: who works here, the roles, and whoever has one.
    pub(crate) fn people(&self, store: &Store) -> Result<Vec<String>, ApiError> {
        let mut all = vec![self.settings_of(store)?.user, "specialist".to_owned(), "supervisor".to_owned()];
        for name in store.assignees().map_err(stored)? {
            if !all.contains(&name) {
                all.push(name);
            }
        }
        Ok(all)
    }
}

/// The command of a bulk act on one follow-up.
fn parsed(act: &BulkAct) -> Result<impl Fn(domain::ids::FollowUpId) -> Command + use<>, ApiError> {
    let day = match act {
        BulkAct::Snooze { due } => Some(parse::day("due", due)?),
        _ => None,
    };
    let (act, to) = match act {
        BulkAct::Assign { to } => {
            (act.clone(), to.as_deref().map(str::trim).filter(|name| !name.is_empty()).map(str::to_owned))
        }
        _ => (act.clone(), None),
    };
    Ok(move |follow_up| match (&act, day) {
        (BulkAct::Snooze { .. }, Some(due)) => Command::SnoozeFollowUp { follow_up, due },
        (BulkAct::Assign { .. }, _) => Command::AssignFollowUp { follow_up, to: to.clone() },
        _ => Command::CompleteFollowUp { follow_up },
    })
}

fn told(act: &BulkAct, done: usize, accounts: usize) -> String {
    if done == 0 {
        return "Nothing was changed.".to_owned();
    }
    let many = |number: usize, one: &str| if number == 1 { format!("1 {one}") } else { format!("{number} {one}s") };
    let what = match act {
        BulkAct::Done => "done".to_owned(),
        BulkAct::Snooze { due } => format!("moved to {due}"),
        BulkAct::Assign { to: Some(name) } => format!("assigned to {name}"),
        BulkAct::Assign { to: None } => "given back to whoever works the list".to_owned(),
    };
    format!("{} of {} {what}.", many(done, "follow-up"), many(accounts, "account"))
}
