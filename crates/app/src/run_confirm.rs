//! Confirming a run: fresh facts for each member, the gate, one file; whoever paid meanwhile drops
//! out.

use std::collections::HashMap;

use chrono::{DateTime, NaiveDate, Utc};
use contract::{ApiError, ConfirmRun, ErrorCode, RunOutcome};
use domain::compliance::Cleared;
use domain::compliance::zone::local_date;
use domain::facts::{Facts, KEPT_TEMPLATE};
use domain::history::Entry;
use domain::ids::{HistoryId, IdSource as _, OutboxId, RunId};
use domain::letter::Letter;
use domain::outbox::{Channel, Event, Intent, State};
use domain::plan::{Change, Plan};
use domain::policy::Policy;
use domain::template::listed;
use domain::treatment::{Step, StepTaken, next_steps, pre_due_reminders};
use letters::Style;
use store::{Document, Member, MemberState, Run, RunState, RunStep, Store};

use crate::desk::Desk;
use crate::errors::{cancelled, stored};
use crate::joint::{self, Part};
use crate::parse;
use crate::run_notice;
use crate::runs::{Leaves, Proposed, only};
use crate::settings::Settings;
use crate::team::{LetterCopy, NAMED};
use crate::views::count;
use crate::writing::Desktop;

/// What of the proposal is still due: every step, at its level, as it is due now. A letter that a
/// person queued takes none and only must wait still.
fn still_due(
    facts: &Facts,
    policy: &Policy,
    proposed: &Proposed,
    now: DateTime<Utc>,
    today: NaiveDate,
) -> Option<Vec<Step>> {
    if proposed.queued {
        let waits = |(intent, state): &(Intent, State)| intent.id == proposed.intent.id && *state == State::Queued;
        return facts.outbox.iter().any(waits).then(Vec::new);
    }
    if proposed.intent.template == KEPT_TEMPLATE {
        return run_notice::due(facts, policy, now, today).map(|_| Vec::new());
    }
    let mut due = next_steps(facts, policy, today);
    due.extend(pre_due_reminders(facts, policy, today));
    let found = |step: &StepTaken| {
        due.iter().find(|one| {
            let now = one.taken(today);
            now.invoice == step.invoice && now.level == step.level
        })
    };
    proposed.intent.steps.iter().map(|step| found(step).cloned()).collect()
}

/// A letter of the run, with its accounts.
struct Confirmed {
    letter: Cleared<Letter>,
    members: Vec<(Member, Proposed)>,
}

/// What became of a run's members.
#[derive(Default)]
struct Sorted {
    letters: Vec<Confirmed>,
    emails: Vec<(Member, Proposed)>,
    dropped: Vec<Member>,
    leaves: Leaves,
}

impl Sorted {
    fn drop(&mut self, member: Member, proposed: &Proposed, why: String) {
        self.leaves.add(&why, format!("{} ({})", proposed.customer, proposed.number));
        self.dropped.push(Member { state: MemberState::Refused, why, ..member });
    }
}

/// The members by letter, in the run's order.
fn by_letter(members: Vec<Member>) -> Result<Vec<Vec<(Member, Proposed)>>, ApiError> {
    let mut letters: Vec<Vec<(Member, Proposed)>> = Vec::new();
    let mut place: HashMap<OutboxId, usize> = HashMap::new();
    for member in members.into_iter().filter(|member| member.state == MemberState::Proposed) {
        let proposed = Proposed::of(&member)?;
        let index = *place.entry(proposed.letter()).or_insert(letters.len());
        if index == letters.len() {
            letters.push(Vec::new());
        }
        letters[index].push((member, proposed));
    }
    Ok(letters)
}

impl Desk {
    /// Confirms a run.
    pub(crate) fn confirm(&self, input: &ConfirmRun) -> Result<RunOutcome, ApiError> {
        let store = self.store()?;
        let id: RunId = parse::id(&input.run)?;
        let (run, members) = store.run(id).map_err(stored)?;
        only(&run, RunState::Proposed, "A run is confirmed once.")?;
        let settings = self.settings_of(&store)?;
        let mut serial = store.last_serial().map_err(stored)?;
        let desktop = Desktop::new(&store, &settings, self.now(), None);
        let mut job = self.job(&input.job);
        let mut sorted = Sorted::default();
        let letters = by_letter(members)?;
        let total = letters.len() as u64;
        for (done, letter) in letters.into_iter().enumerate() {
            if job.step("Checking each account afresh", done as u64, total).is_break() {
                return Err(cancelled());
            }
            serial += 1;
            self.confirm_letter(&desktop, &run, letter, serial, &mut sorted)?;
        }
        let dropped = std::mem::take(&mut sorted.leaves).sorted();
        let outcome = match run.channel {
            Channel::Letter => self.print_run_file(&store, &settings, &run, sorted, &mut |done, total| {
                job.step("Making the letters", done, total)
            })?,
            Channel::Email => self.queue_emails(&store, &settings, &run, sorted)?,
        };
        Ok(RunOutcome { letters: outcome.0, pages: outcome.1, dropped })
    }

    /// The members of one letter, each on fresh facts: who is in it, and who drops out.
    fn confirm_letter(
        &self,
        desktop: &Desktop<'_>,
        run: &Run,
        members: Vec<(Member, Proposed)>,
        serial: i64,
        sorted: &mut Sorted,
    ) -> Result<(), ApiError> {
        let (mut waiting, mut parts) = (Vec::new(), Vec::new());
        for (member, proposed) in members {
            let facts = desktop.store.facts(member.account, desktop.now).map_err(stored)?;
            let today = local_date(&facts.customer, desktop.now);
            let policy = self.policy_on(desktop.store, today)?;
            match still_due(&facts, &policy, &proposed, desktop.now, today) {
                None => sorted.drop(member, &proposed, "Paid, promised or changed since it was proposed".to_owned()),
                // An email is cleared when it is sent.
                Some(_) if run.channel == Channel::Email => sorted.emails.push((member, proposed)),
                Some(steps) => {
                    parts.push(Part { facts, policy, intent: proposed.intent.clone(), steps });
                    waiting.push((member, proposed));
                }
            }
        }
        let mut take = |part: &Part| {
            let at = waiting.iter().position(|(_, proposed)| proposed.intent.id == part.intent.id)?;
            Some(waiting.swap_remove(at))
        };
        let (made, fallen) = joint::make(desktop, parts, Some(serial), None);
        for (part, error) in fallen {
            if let Some((member, proposed)) = take(&part) {
                sorted.drop(member, &proposed, error.message);
            }
        }
        let Some(made) = made else {
            return Ok(());
        };
        let mut members = Vec::with_capacity(made.parts.len());
        for part in &made.parts {
            if let Some((mut member, mut proposed)) = take(part) {
                proposed.enter(&made, part);
                // The barcode is the letter's: it leads back to the leading account, and from it to
                // the others.
                member.serial = members.is_empty().then_some(serial);
                members.push((member, proposed));
            }
        }
        sorted.letters.push(Confirmed { letter: made.letter, members });
        Ok(())
    }

    fn queue_emails(
        &self,
        store: &Store,
        settings: &Settings,
        run: &Run,
        sorted: Sorted,
    ) -> Result<(u32, u32), ApiError> {
        let emails = count(sorted.emails.len());
        let mut members = sorted.dropped;
        let mut deeds = Vec::new();
        for (member, proposed) in sorted.emails {
            deeds.push(self.recorded(store, member.account, self.intent_plan(settings, &proposed, None, ""))?);
            members.push(Member { state: MemberState::Confirmed, outbox: Some(proposed.intent.id), ..member });
        }
        let step = RunStep { run: run.id, state: RunState::Confirmed, members: &members, files: &[], letters: &[] };
        self.carry_out_with(store, deeds, Some(&step))?;
        self.plan_all(store)?;
        Ok((emails, 0))
    }

    fn print_run_file(
        &self,
        store: &Store,
        settings: &Settings,
        run: &Run,
        sorted: Sorted,
        step: &mut (dyn FnMut(u64, u64) -> std::ops::ControlFlow<()> + Send),
    ) -> Result<(u32, u32), ApiError> {
        let mut members = sorted.dropped;
        if sorted.letters.is_empty() {
            let step = RunStep { run: run.id, state: RunState::Cancelled, members: &members, files: &[], letters: &[] };
            store.commit_run(&step, &[]).map_err(stored)?;
            return Err(ApiError::new(
                ErrorCode::Refused,
                "Nobody is left in this run: all dropped out.",
                "Propose a new run.",
            ));
        }
        let (letters, of_letter): (Vec<_>, Vec<_>) =
            sorted.letters.into_iter().map(|one| (one.letter, one.members)).unzip();
        let failed = |error: letters::LetterError| {
            ApiError::new(
                ErrorCode::Failed,
                format!("The letters can't be made: {error}."),
                "Exclude that account, then confirm again.",
            )
        };
        let press = letters::Run::new(&letters, Style::default()).map_err(failed)?;
        let total = letters.len() as u64;
        let mut pdf = Vec::new();
        let step = std::sync::Mutex::new(step);
        let made = press
            .write(&mut pdf, &|done| {
                let mut step = step.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
                (*step)(done as u64, total)
            })
            .map_err(
                |error| {
                    if matches!(error, letters::LetterError::Stopped(_)) { cancelled() } else { failed(error) }
                },
            )?;
        let mut manifest = Vec::new();
        press.manifest(&made, &mut manifest).map_err(failed)?;
        let now = self.now();
        let mut ids = self.ids();
        let mut file = |title: &str, media_type: &str| Document {
            id: ids.fresh(),
            account: None,
            run: Some(run.id),
            outbox: None,
            made: now,
            title: title.to_owned(),
            media_type: media_type.to_owned(),
        };
        let files =
            [(file("Letters", "application/pdf"), pdf.as_slice()), (file("Manifest", "text/csv"), manifest.as_slice())];
        // In a team a copy of each letter goes to the server, for whoever works the account.
        let copies = if store.is_connected().map_err(stored)? { press.each().map_err(failed)? } else { Vec::new() };
        let mut copies = copies.into_iter().map(LetterCopy::of);
        let (mut deeds, mut queued) = (Vec::new(), Vec::new());
        let ends = page_ends(&made.page_of, made.pages);
        for (index, of_one) in of_letter.into_iter().enumerate() {
            let copy = copies.next();
            let name = copy.as_ref().map(LetterCopy::name);
            if let (Some(copy), Some((member, proposed))) = (copy, of_one.first()) {
                queued.push(copy.queued(proposed.intent.id, member.account, proposed.level.clone(), now));
            }
            let numbers: Vec<String> = of_one.iter().map(|(_, proposed)| proposed.number.clone()).collect();
            for (member, mut proposed) in of_one {
                proposed.page = Some(count(made.page_of[index]));
                proposed.pages = count(ends[index] + 1 - made.page_of[index]);
                let others: Vec<&str> =
                    numbers.iter().map(String::as_str).filter(|one| *one != proposed.number).collect();
                let with =
                    if others.is_empty() { String::new() } else { format!(", in one letter with {}", listed(&others)) };
                let plan = self.intent_plan(settings, &proposed, Some(Event::Printed), &with);
                let plan = if let Some(name) = &name { naming(plan, name) } else { plan };
                deeds.push(self.recorded(store, member.account, plan)?);
                members.push(Member {
                    state: MemberState::Printed,
                    outbox: Some(proposed.intent.id),
                    body: proposed.body(),
                    ..member
                });
            }
        }
        let step =
            RunStep { run: run.id, state: RunState::Printed, members: &members, files: &files, letters: &queued };
        self.carry_out_with(store, deeds, Some(&step))?;
        self.link.post.look();
        self.plan_all(store)?;
        Ok((count(letters.len()), count(made.pages)))
    }

    /// The intent enters the outbox (unless a person queued it before), in the state after an event.
    fn intent_plan(&self, settings: &Settings, proposed: &Proposed, event: Option<Event>, with: &str) -> Plan {
        let now = self.now();
        let mut changes = Vec::new();
        if !proposed.queued {
            changes.push(Change::Queue(proposed.intent.clone()));
        }
        // From queued, being printed is always possible.
        if let Some(state) = event.and_then(|event| State::Queued.after(event, now).ok()) {
            changes.push(Change::SetOutbox(proposed.intent.id, state));
        }
        let what = if proposed.intent.channel == Channel::Letter { "letter" } else { "email" };
        let done = if what == "letter" { "made" } else { "queued" };
        let history = vec![Entry {
            id: HistoryId(self.ids().fresh()),
            at: now,
            actor: settings.user.clone(),
            account: Some(proposed.intent.account),
            kind: format!("{what}.{done}"),
            summary: format!("{} {done}: {}{with}", proposed.level, proposed.amount.pretty()),
            detail: serde_json::json!({
                "intent": proposed.intent,
                "letter": proposed.letter(),
                "reasons": proposed.reasons,
            }),
        }];
        Plan { changes, history, reasons: proposed.reasons.clone() }
    }
}

/// The history names the letter's copy.
fn naming(mut plan: Plan, name: &serde_json::Value) -> Plan {
    for entry in &mut plan.history {
        entry.detail[NAMED] = name.clone();
    }
    plan
}

/// Last page of each letter, from their first pages.
fn page_ends(starts: &[usize], pages: usize) -> Vec<usize> {
    let mut sorted: Vec<usize> = starts.to_vec();
    sorted.sort_unstable();
    starts
        .iter()
        .map(|start| {
            let next = sorted.partition_point(|page| page <= start);
            sorted.get(next).map_or(pages, |page| page - 1)
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::page_ends;

    #[test]
    fn each_letter_ends_where_the_next_begins_whatever_their_order() {
        assert_eq!(page_ends(&[4, 1, 3], 6), [6, 2, 3]);
    }
}
