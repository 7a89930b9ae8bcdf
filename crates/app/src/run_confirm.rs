//! Confirming a run: fresh facts for each member, the gate, one file; whoever paid meanwhile drops
//! out.

use contract::{ApiError, ConfirmRun, ErrorCode, RunOutcome};
use domain::compliance::zone::local_date;
use domain::compliance::{Cleared, clear};
use domain::facts::Facts;
use domain::history::Entry;
use domain::ids::{HistoryId, IdSource as _, RunId};
use domain::letter::Letter;
use domain::outbox::{Channel, Event, State};
use domain::plan::{Change, Plan};
use domain::policy::Policy;
use domain::treatment::{next_steps, pre_due_reminders};
use letters::Style;
use store::{Document, Member, MemberState, Run, RunState, Store};

use crate::desk::Desk;
use crate::errors::{cancelled, stored};
use crate::parse;
use crate::runs::{Leaves, Proposed, only};
use crate::settings::Settings;
use crate::views::count;
use crate::writing::{self, Desktop};

/// Whether what was proposed is still due: every step, at its level.
fn still_due(facts: &Facts, policy: &Policy, proposed: &Proposed, today: chrono::NaiveDate) -> bool {
    if proposed.queued {
        return facts.outbox.iter().any(|(intent, state)| intent.id == proposed.intent.id && *state == State::Queued);
    }
    let mut due = next_steps(facts, policy, today);
    due.extend(pre_due_reminders(facts, policy, today));
    proposed.intent.steps.iter().all(|step| {
        due.iter().any(|one| {
            let now = one.taken(today);
            now.invoice == step.invoice && now.level == step.level
        })
    })
}

struct Confirmed {
    member: Member,
    proposed: Proposed,
    letter: Option<Cleared<Letter>>,
}

impl Desk {
    /// Confirms a run.
    pub(crate) fn confirm(&self, input: &ConfirmRun) -> Result<RunOutcome, ApiError> {
        let store = self.store()?;
        let id: RunId = parse::id(&input.run)?;
        let (run, members) = store.run(id).map_err(stored)?;
        only(&run, RunState::Proposed, "A run is confirmed once.")?;
        let settings = self.settings_of(&store)?;
        let mut leaves = Leaves::default();
        let mut dropped = Vec::new();
        let mut confirmed = Vec::new();
        let mut serial = store.last_serial().map_err(stored)?;
        let now = self.now();
        let desktop = Desktop::new(&store, &settings, now, None);
        let mut job = self.job(&input.job);
        let total = members.len() as u64;
        for (done, member) in members.into_iter().enumerate() {
            if job.step("Checking each account afresh", done as u64, total).is_break() {
                return Err(cancelled());
            }
            if member.state != MemberState::Proposed {
                continue;
            }
            let proposed = Proposed::of(&member)?;
            let facts = store.facts(member.account, now).map_err(stored)?;
            let today = local_date(&facts.customer, now);
            let policy = self.policy_on(&store, today)?;
            let passes = if still_due(&facts, &policy, &proposed, today) {
                serial += i64::from(run.channel == Channel::Letter);
                make(&desktop, &run, &facts, &policy, &proposed, serial)
            } else {
                Err("Paid, promised or changed since it was proposed".to_owned())
            };
            match passes {
                Ok(letter) => {
                    let member = Member { serial: letter.is_some().then_some(serial), ..member };
                    confirmed.push(Confirmed { member, proposed, letter });
                }
                Err(why) => {
                    leaves.add(&why, format!("{} ({})", proposed.customer, proposed.number));
                    dropped.push(Member { state: MemberState::Refused, why, ..member });
                }
            }
        }
        let outcome = match run.channel {
            Channel::Letter => {
                self.print_run_file(&store, &settings, &run, confirmed, dropped, &mut |done, total| {
                    job.step("Making the letters", done, total)
                })?
            }
            Channel::Email => self.queue_emails(&store, &settings, &run, confirmed, dropped)?,
        };
        Ok(RunOutcome { letters: outcome.0, pages: outcome.1, dropped: leaves.sorted() })
    }

    fn queue_emails(
        &self,
        store: &Store,
        settings: &Settings,
        run: &Run,
        confirmed: Vec<Confirmed>,
        mut members: Vec<Member>,
    ) -> Result<(u32, u32), ApiError> {
        let emails = count(confirmed.len());
        let mut plans = Vec::new();
        for one in confirmed {
            plans.push(self.intent_plan(settings, &one.proposed, None));
            members.push(Member { state: MemberState::Confirmed, outbox: Some(one.proposed.intent.id), ..one.member });
        }
        store.commit_run(run.id, RunState::Confirmed, &members, &plans).map_err(stored)?;
        self.plan_all(store)?;
        Ok((emails, 0))
    }

    fn print_run_file(
        &self,
        store: &Store,
        settings: &Settings,
        run: &Run,
        mut confirmed: Vec<Confirmed>,
        mut members: Vec<Member>,
        step: &mut (dyn FnMut(u64, u64) -> std::ops::ControlFlow<()> + Send),
    ) -> Result<(u32, u32), ApiError> {
        let letters: Vec<Cleared<Letter>> = confirmed.iter_mut().filter_map(|one| one.letter.take()).collect();
        if letters.is_empty() {
            store.commit_run(run.id, RunState::Cancelled, &members, &[]).map_err(stored)?;
            return Err(ApiError::new(
                ErrorCode::Refused,
                "Nobody is left in this run: all dropped out.",
                "Propose a new run.",
            ));
        }
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
        for (title, media_type, bytes) in [("Letters", "application/pdf", &pdf), ("Manifest", "text/csv", &manifest)] {
            let document = Document {
                id: ids.fresh(),
                account: None,
                run: Some(run.id),
                outbox: None,
                made: now,
                title: title.to_owned(),
                media_type: media_type.to_owned(),
            };
            store.add_document(&document, bytes).map_err(stored)?;
        }
        let mut plans = Vec::new();
        let ends = page_ends(&made.page_of, made.pages);
        for (index, one) in confirmed.into_iter().enumerate() {
            let mut proposed = one.proposed;
            proposed.page = Some(count(made.page_of[index]));
            proposed.pages = count(ends[index] + 1 - made.page_of[index]);
            plans.push(self.intent_plan(settings, &proposed, Some(Event::Printed)));
            members.push(Member {
                state: MemberState::Printed,
                outbox: Some(proposed.intent.id),
                body: proposed.body(),
                ..one.member
            });
        }
        store.commit_run(run.id, RunState::Printed, &members, &plans).map_err(stored)?;
        self.plan_all(store)?;
        Ok((count(letters.len()), count(made.pages)))
    }

    /// The intent enters the outbox (unless a person queued it before), in the state after an event.
    fn intent_plan(&self, settings: &Settings, proposed: &Proposed, event: Option<Event>) -> Plan {
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
            summary: format!("{} {done}: {}", proposed.level, proposed.amount.pretty()),
            detail: serde_json::json!({ "intent": proposed.intent, "reasons": proposed.reasons }),
        }];
        Plan { changes, history, reasons: proposed.reasons.clone() }
    }
}

/// A cleared letter, or for an email nothing yet: it is cleared when it is sent.
fn make(
    desktop: &Desktop<'_>,
    run: &Run,
    facts: &Facts,
    policy: &Policy,
    proposed: &Proposed,
    serial: i64,
) -> Result<Option<Cleared<Letter>>, String> {
    if run.channel == Channel::Email {
        return Ok(None);
    }
    let letter =
        writing::letter(desktop, facts, policy, &proposed.intent, Some(serial), None).map_err(|error| error.message)?;
    letters::check(&letter, Style::default()).map_err(|error| error.to_string())?;
    clear(letter, facts, policy, desktop.now).map(Some).map_err(|refusal| refusal.message)
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
