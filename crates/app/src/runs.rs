//! Letter and email runs as the window sees them: who, why, which level; excluded, confirmed, mailed.

use std::collections::{HashMap, HashSet};

use contract::{ApiError, Done, ExcludeRequest, LeftOut, MemberView, RunRef, RunSummary, RunView};
use domain::decide::{Command, Verdict};
use domain::ids::{OutboxId, RunId};
use domain::money::Money;
use domain::outbox::{Intent, State};
use domain::reason::Reason;
use domain::template::Kind;
use serde::{Deserialize, Serialize};
use store::{Member, MemberState, Run, RunState, RunStep, Store};

use crate::carry::Case;
use crate::desk::Desk;
use crate::errors::{reasons, stored};
use crate::joint::{Made, Part};
use crate::parse;
use crate::views::{count, money, state_words, word};

/// A member as it was proposed.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Proposed {
    /// What would leave; also the member's name towards the window.
    pub intent: Intent,
    /// It stands in the outbox already, queued by a person.
    pub queued: bool,
    /// The customer.
    pub customer: String,
    /// Billing account number.
    pub number: String,
    /// Level name.
    pub level: String,
    /// What it asks for.
    pub amount: Money,
    /// Days past due of the oldest.
    pub days_past_due: i32,
    /// Where it goes, one line.
    pub to: String,
    /// ZIP.
    pub zip: String,
    /// Why this level, why today.
    pub reasons: Vec<Reason>,
    /// The intent of the account that leads the letter it is in; none in a letter of its own.
    #[serde(default)]
    pub shared: Option<OutboxId>,
    /// First page in the run's file.
    #[serde(default)]
    pub page: Option<u32>,
    /// Pages of it.
    #[serde(default)]
    pub pages: u32,
}

impl Proposed {
    /// From a member's body.
    pub fn of(member: &Member) -> Result<Self, ApiError> {
        serde_json::from_value(member.body.clone()).map_err(|error| {
            ApiError::new(
                contract::ErrorCode::Failed,
                format!("A member of this run can't be read: {error}."),
                "Discard the run and propose a new one.",
            )
        })
    }

    /// The letter it is in, by its leading account's intent.
    pub fn letter(&self) -> OutboxId {
        self.shared.unwrap_or(self.intent.id)
    }

    /// Takes its place in a letter that was made: at its level, for its share.
    pub fn enter(&mut self, made: &Made, part: &Part) {
        let leading = made.parts.first().map(|first| first.intent.id);
        self.shared = leading.filter(|_| made.parts.len() > 1);
        self.intent = part.intent.clone();
        if let Some(level) = &made.level {
            self.level.clone_from(level);
        }
        if let Some(due) = made.due(part.facts.account.id) {
            self.amount = due;
        }
    }

    /// As a member's body.
    #[must_use]
    pub fn body(&self) -> serde_json::Value {
        // A struct of strings and numbers always becomes JSON.
        serde_json::to_value(self).unwrap_or_default()
    }
}

/// Gathers reasons for leaving accounts out.
#[derive(Default)]
pub struct Leaves(Vec<LeftOut>);

impl Leaves {
    /// One more account for a reason.
    pub fn add(&mut self, why: &str, example: String) {
        match self.0.iter_mut().find(|one| one.why == why) {
            Some(one) => {
                one.count += 1;
                if one.examples.len() < 5 {
                    one.examples.push(example);
                }
            }
            None => self.0.push(LeftOut { why: why.to_owned(), count: 1, examples: vec![example] }),
        }
    }

    /// The most frequent first.
    #[must_use]
    pub fn sorted(mut self) -> Vec<LeftOut> {
        self.0.sort_by_key(|one| std::cmp::Reverse(one.count));
        self.0
    }
}

/// The setting under which a run's left-out accounts are kept.
pub fn left_out_key(run: RunId) -> String {
    format!("run {run} left out")
}

fn state_of(run: &Run) -> &'static str {
    match run.state {
        RunState::Proposed => "proposed",
        RunState::Confirmed | RunState::Printed => "confirmed",
        RunState::Mailed => "mailed",
        RunState::Cancelled => "discarded",
    }
}

fn is_in(member: &Member) -> bool {
    !matches!(member.state, MemberState::Excluded | MemberState::Refused)
}

fn summary(run: &Run, members: &[(Member, Proposed)]) -> RunSummary {
    let mut sums: Vec<Money> = Vec::new();
    let mut letters: HashSet<OutboxId> = HashSet::new();
    let mut pages = 0;
    for (_, proposed) in members.iter().filter(|(member, _)| is_in(member)) {
        if letters.insert(proposed.letter()) {
            pages += proposed.pages;
        }
        match sums.iter_mut().find(|sum| sum.currency == proposed.amount.currency) {
            Some(sum) => sum.amount += proposed.amount.amount,
            None => sums.push(proposed.amount),
        }
    }
    RunSummary {
        run: run.id.to_string(),
        channel: word(&run.channel),
        state: state_of(run).to_owned(),
        at: run.made.to_rfc3339(),
        letters: count(letters.len()),
        pages,
        amounts: sums.into_iter().map(money).collect(),
    }
}

fn members_of(store: &Store, id: RunId) -> Result<(Run, Vec<(Member, Proposed)>), ApiError> {
    let (run, members) = store.run(id).map_err(stored)?;
    let members = members
        .into_iter()
        .map(|member| {
            let proposed = Proposed::of(&member)?;
            Ok((member, proposed))
        })
        .collect::<Result<_, ApiError>>()?;
    Ok((run, members))
}

impl Desk {
    /// Runs, newest first; discarded ones are not shown.
    pub(crate) fn run_list(&self) -> Result<Vec<RunSummary>, ApiError> {
        let store = self.store()?;
        store
            .runs(50)
            .map_err(stored)?
            .iter()
            .filter(|run| run.state != RunState::Cancelled)
            .map(|run| Ok(summary(run, &members_of(&store, run.id)?.1)))
            .collect()
    }

    /// One run with its members.
    pub(crate) fn run_view(&self, id: RunId) -> Result<RunView, ApiError> {
        let store = self.store()?;
        let (run, members) = members_of(&store, id)?;
        let left_out = store.setting(&left_out_key(id)).map_err(stored)?.unwrap_or_default();
        let states = store.outbox(store::OutboxFilter::Run(id)).map_err(stored)?;
        let mut accounts: HashMap<OutboxId, u32> = HashMap::new();
        for (_, proposed) in members.iter().filter(|(member, _)| is_in(member)) {
            *accounts.entry(proposed.letter()).or_default() += 1;
        }
        let views = members
            .iter()
            .map(|(member, proposed)| {
                let state = states.iter().find(|row| Some(row.intent.id) == member.outbox).map(|row| &row.state);
                MemberView {
                    id: proposed.intent.id.to_string(),
                    account: member.account.to_string(),
                    customer: proposed.customer.clone(),
                    number: proposed.number.clone(),
                    template: Kind::of_key(&proposed.intent.template)
                        .map_or_else(|| proposed.intent.template.clone(), |kind| kind.title().to_owned()),
                    level: proposed.level.clone(),
                    amount: money(proposed.amount),
                    days_past_due: proposed.days_past_due,
                    to: proposed.to.clone(),
                    zip: proposed.zip.clone(),
                    why: member.why.clone(),
                    reasons: reasons(&proposed.reasons),
                    excluded: !is_in(member),
                    state: state.map_or_else(|| word(&member.state), |state| state.word().to_owned()),
                    page: proposed.page,
                    letter: proposed.letter().to_string(),
                    accounts: if is_in(member) { accounts.get(&proposed.letter()).copied().unwrap_or(1) } else { 1 },
                    detail: state.map(state_words).unwrap_or_default(),
                }
            })
            .collect();
        Ok(RunView { summary: summary(&run, &members), members: views, left_out })
    }

    /// Excludes members of a proposed run, or includes them again.
    pub(crate) fn exclude_members(&self, input: &ExcludeRequest) -> Result<RunView, ApiError> {
        let store = self.store()?;
        let id: RunId = parse::id(&input.run)?;
        let (run, members) = members_of(&store, id)?;
        only(&run, RunState::Proposed, "Only a proposed run can be changed.")?;
        let state = if input.excluded { MemberState::Excluded } else { MemberState::Proposed };
        let changed: Vec<Member> = members
            .into_iter()
            .filter(|(_, proposed)| input.members.contains(&proposed.intent.id.to_string()))
            .map(|(member, _)| Member { state, ..member })
            .collect();
        store
            .commit_run(
                &RunStep { run: id, state: RunState::Proposed, members: &changed, files: &[], letters: &[] },
                &[],
            )
            .map_err(stored)?;
        self.run_view(id)
    }

    /// Gives a proposed run up.
    pub(crate) fn discard(&self, input: &RunRef) -> Result<Done, ApiError> {
        let store = self.store()?;
        let id: RunId = parse::id(&input.run)?;
        let (run, _) = members_of(&store, id)?;
        only(&run, RunState::Proposed, "Only a proposed run can be discarded.")?;
        store
            .commit_run(&RunStep { run: id, state: RunState::Cancelled, members: &[], files: &[], letters: &[] }, &[])
            .map_err(stored)?;
        Ok(Done { message: "The run is discarded; nobody was written to.".to_owned() })
    }

    /// The run's letters are in the mail: steps count as taken, the log says so.
    pub(crate) fn mailed(&self, input: &RunRef) -> Result<Done, ApiError> {
        let store = self.store()?;
        let id: RunId = parse::id(&input.run)?;
        let (run, members) = members_of(&store, id)?;
        only(&run, RunState::Printed, "Only a printed run can be mailed, and only once.")?;
        let now = self.now();
        let by = self.settings_of(&store)?.actor();
        let mut letters: Vec<Vec<Member>> = Vec::new();
        let mut place: HashMap<OutboxId, usize> = HashMap::new();
        for (member, proposed) in members.into_iter().filter(|(member, _)| member.state == MemberState::Printed) {
            let index = *place.entry(proposed.letter()).or_insert(letters.len());
            if index == letters.len() {
                letters.push(Vec::new());
            }
            letters[index].push(member);
        }
        let (mut mailed, mut kept) = (0_usize, 0_usize);
        let (mut deeds, mut changed) = (Vec::new(), Vec::new());
        for members in letters {
            let (mut printed, mut taken_back) = (Vec::new(), false);
            for member in &members {
                let Some(outbox) = member.outbox else {
                    continue;
                };
                match store.outbox_row(outbox).map_err(stored)?.state {
                    State::Printed { .. } => printed.push((member.account, outbox)),
                    // Said before, by itself.
                    State::Sent { .. } => {}
                    _ => taken_back = true,
                }
            }
            mailed += usize::from(!taken_back && !printed.is_empty());
            kept += usize::from(taken_back);
            // A letter taken back after printing stays taken back, for all accounts that it is about.
            for (account, outbox) in printed {
                let facts = store.facts(account, now).map_err(stored)?;
                let today = domain::compliance::local_date(&facts.customer, now);
                let policy = self.policy_on(&store, today)?;
                let verdict = if taken_back {
                    Verdict::Withdraw { why: "the letter was taken back on another of its accounts".to_owned() }
                } else {
                    Verdict::Sent
                };
                let said = Command::SettleOutbox { outbox, verdict };
                let case = Case { facts: &facts, policy: &policy, by: &by, now, today };
                deeds.push(self.decided(&store, case, said)?);
            }
            if !taken_back {
                changed.extend(members.into_iter().map(|member| Member { state: MemberState::Mailed, ..member }));
            }
        }
        let step = RunStep { run: id, state: RunState::Mailed, members: &changed, files: &[], letters: &[] };
        self.carry_out_with(&store, deeds, Some(&step))?;
        self.plan_all(&store)?;
        let mut message = format!(
            "{} recorded as mailed.",
            if mailed == 1 { "1 letter is".to_owned() } else { format!("{mailed} letters are") }
        );
        if kept > 0 {
            message = format!(
                "{message} {} taken back and must not be mailed.",
                if kept == 1 { "1 letter was".to_owned() } else { format!("{kept} letters were") }
            );
        }
        Ok(Done { message })
    }
}

/// Refuses what a run's state does not allow.
pub fn only(run: &Run, state: RunState, why: &str) -> Result<(), ApiError> {
    if run.state == state {
        Ok(())
    } else {
        Err(ApiError::new(
            contract::ErrorCode::Refused,
            why.to_owned(),
            format!("This run is {}; open it again.", state_of(run)),
        ))
    }
}
