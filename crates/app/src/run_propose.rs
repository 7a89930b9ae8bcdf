//! Proposing a run: who gets which letter or email today, and why; and who does not, and why not.

use std::collections::HashMap;

use chrono::{DateTime, NaiveDate, Utc};
use contract::{ApiError, ProposeRun, RunView};
use domain::account::PointKind;
use domain::compliance::clear;
use domain::compliance::zone::local_date;
use domain::facts::Facts;
use domain::ids::{AccountId, IdSource as _, OutboxId, RunId};
use domain::money::Money;
use domain::outbox::{Channel, Intent, State};
use domain::policy::Policy;
use domain::reason::Reason;
use domain::treatment::{self, PRE_DUE_LEVEL, Step, consolidate, next_steps, pre_due_reminders};
use store::{Member, MemberState, Run, RunState, Store, Which};

use crate::desk::Desk;
use crate::errors::{cancelled, stored};
use crate::joint::{self, Key, Part};
use crate::mail_account;
use crate::run_notice;
use crate::runs::{Leaves, Proposed, left_out_key};
use crate::seams::TimeIds;
use crate::settings::Settings;
use crate::views::{count, days};
use crate::writing::{self, Desktop};

/// One account's part of a run.
pub struct Candidate {
    /// As it would be proposed.
    pub proposed: Proposed,
    /// In a person's words.
    pub why: String,
    /// The steps it takes; none where a person queued it.
    pub steps: Vec<Step>,
    /// What accounts that share its letter have in common with it.
    pub key: Option<Key>,
}

/// The email address a message goes to: the first that works and was not opted out of.
fn address(facts: &Facts) -> Option<String> {
    facts
        .customer
        .points
        .iter()
        .find(|point| point.kind == PointKind::Email && !point.bad && !point.opted_out)
        .map(|point| point.value.clone())
}

/// The steps of an account due by one way, gathered into one letter or email a currency.
pub fn candidates(
    facts: &Facts,
    policy: &Policy,
    channel: Channel,
    today: NaiveDate,
    (run, actor, now): (Option<RunId>, &str, DateTime<Utc>),
    ids: &mut TimeIds,
) -> Vec<Candidate> {
    let mut steps: Vec<Step> = next_steps(facts, policy, today);
    steps.extend(pre_due_reminders(facts, policy, today));
    steps.retain(|step| step.channel.outbox() == Some(channel) && !step.needs_approval);
    let mut by_currency: Vec<Vec<Step>> = Vec::new();
    for step in steps {
        match by_currency.iter_mut().find(|group| group[0].balance.currency == step.balance.currency) {
            Some(group) => group.push(step),
            None => by_currency.push(vec![step]),
        }
    }
    let mut found = Vec::new();
    for mut group in by_currency {
        // A notice of what is past due does not list what falls due later: that is reminded of on
        // another day.
        if group.iter().any(|step| step.level != PRE_DUE_LEVEL) {
            group.retain(|step| step.level != PRE_DUE_LEVEL);
        }
        for notice in consolidate(&group) {
            let Some(lead) = notice.steps.first() else {
                continue;
            };
            let intent = Intent {
                id: OutboxId(ids.fresh()),
                account: facts.account.id,
                channel,
                template: notice.template.clone(),
                run,
                arrangement: None,
                steps: notice.steps.iter().map(|step| step.taken(today)).collect(),
                to: if channel == Channel::Email { address(facts) } else { None },
                decided: now,
                actor: actor.to_owned(),
            };
            let reasons: Vec<Reason> = notice.steps.iter().flat_map(|step| step.why.clone()).collect();
            let amount = notice.totals.first().copied().unwrap_or(lead.balance);
            let days_past_due = notice.steps.iter().map(|step| (today - step.due).num_days()).max().unwrap_or(0);
            found.push(Candidate {
                why: lead.why.first().map_or_else(|| notice.level.clone(), |reason| reason.text.clone()),
                proposed: proposed(facts, intent, false, notice.level.clone(), amount, days_past_due, reasons),
                steps: notice.steps,
                key: None,
            });
        }
    }
    found
}

pub(crate) fn proposed(
    facts: &Facts,
    intent: Intent,
    queued: bool,
    level: String,
    amount: Money,
    days_past_due: i64,
    reasons: Vec<Reason>,
) -> Proposed {
    let address = &facts.customer.address;
    let to = intent.to.clone().unwrap_or_else(|| {
        let mut parts = address.lines.clone();
        parts.push(format!("{} {} {}", address.city, address.state, address.zip));
        parts.join(", ")
    });
    Proposed {
        queued,
        customer: facts.customer.name.clone(),
        number: facts.account.reference.clone(),
        level,
        amount,
        days_past_due: days(days_past_due),
        to,
        zip: address.zip.clone(),
        reasons,
        shared: None,
        page: None,
        pages: 0,
        intent,
    }
}

/// Letters that a person queued for the next run.
fn queued(facts: &Facts, channel: Channel) -> Vec<Candidate> {
    facts
        .outbox
        .iter()
        .filter(|(intent, state)| intent.channel == channel && *state == State::Queued && intent.run.is_none())
        .map(|(intent, _)| {
            let level = domain::template::Kind::of_key(&intent.template)
                .map_or_else(|| intent.template.clone(), |kind| kind.title().to_owned());
            let amount = facts
                .invoices
                .first()
                .map_or(Money::zero(domain::money::Currency::USD), |one| Money::zero(one.amount.currency));
            Candidate {
                why: format!("Queued by {} on {}", intent.actor, intent.decided.date_naive()),
                proposed: proposed(facts, intent.clone(), true, level, amount, 0, Vec::new()),
                steps: Vec::new(),
                key: None,
            }
        })
        .collect()
}

struct Share {
    members: Vec<Candidate>,
    leaves: Leaves,
    ids: TimeIds,
}

impl Desk {
    /// Looks through the whole portfolio; keeps the proposal as a run.
    pub(crate) fn propose(&self, input: &ProposeRun) -> Result<RunView, ApiError> {
        let store = self.store()?;
        let settings = self.settings_of(&store)?;
        let channel: Channel = crate::parse::word("channel", &input.channel)?;
        let now = self.now();
        let from = match (channel, mail_account::account(&store)?) {
            (Channel::Letter, _) => {
                settings.ready_for_letters()?;
                None
            }
            (Channel::Email, Some(account)) => Some(
                account
                    .from()
                    .map_err(|error| ApiError::invalid("mail", format!("{error}."), "Correct the mail account."))?,
            ),
            (Channel::Email, None) => {
                return Err(ApiError::invalid(
                    "mail",
                    "No mail account is set up.",
                    "Set one up under Settings, Mail account.",
                ));
            }
        };
        let mut job = self.job(&input.job);
        if job.step("Looking through the accounts", 0, 0).is_break() {
            return Err(cancelled());
        }
        let id = RunId(self.ids().fresh());
        let desktop = Desktop::new(&store, &settings, now, from);
        let (members, mut leaves) = self.look_through(&store, &settings, &desktop, channel, id)?;
        let mut letters = self.share(&store, &desktop, members, &mut leaves)?;
        letters.sort_by(|a, b| {
            let key = |letter: &[Candidate]| {
                letter.first().map(|one| (one.proposed.zip.clone(), one.proposed.number.clone()))
            };
            key(a).cmp(&key(b))
        });
        let run = Run {
            id,
            channel,
            title: format!("{} {}", if channel == Channel::Letter { "Letters" } else { "Emails" }, self.today()),
            as_of: self.today(),
            made: now,
            actor: settings.user.clone(),
            state: RunState::Proposed,
        };
        let members: Vec<Member> = letters
            .into_iter()
            .flatten()
            .enumerate()
            .map(|(position, one)| Member {
                position: count(position),
                account: one.proposed.intent.account,
                state: MemberState::Proposed,
                why: one.why,
                outbox: None,
                serial: None,
                body: one.proposed.body(),
            })
            .collect();
        store.add_run(&run, &members).map_err(stored)?;
        store.put_setting(&left_out_key(id), &leaves.sorted()).map_err(stored)?;
        self.run_view(id)
    }

    fn look_through(
        &self,
        store: &Store,
        settings: &Settings,
        desktop: &Desktop<'_>,
        channel: Channel,
        id: RunId,
    ) -> Result<(Vec<Candidate>, Leaves), ApiError> {
        let now = self.now();
        let policy = self.policy_on(store, self.today())?;
        let start = || Share { members: Vec::new(), leaves: Leaves::default(), ids: self.ids() };
        let shares = store
            .fold_facts(Which::Working, now, 1, start, |share, facts| {
                let today = local_date(&facts.customer, now);
                let mut found =
                    candidates(&facts, &policy, channel, today, (Some(id), &settings.user, now), &mut share.ids);
                if channel == Channel::Letter {
                    let made = (Some(id), settings.user.as_str(), now);
                    found.extend(run_notice::candidate(&facts, &policy, today, made, &mut share.ids));
                    found.extend(queued(&facts, channel));
                }
                let who = || format!("{} ({})", facts.customer.name, facts.account.reference);
                for candidate in found {
                    match would_leave(desktop, &facts, &policy, &candidate.proposed.intent) {
                        Ok(amount) => {
                            let mut candidate = candidate;
                            if let Some(amount) = amount {
                                candidate.proposed.amount = amount;
                                candidate.key = Some(Key::of(&facts, &candidate.steps, amount));
                            }
                            share.members.push(candidate);
                        }
                        Err(why) => share.leaves.add(&why, who()),
                    }
                }
                let approval = treatment::next_steps(&facts, &policy, today).iter().any(|step| step.needs_approval);
                if approval {
                    share.leaves.add("A supervisor confirms this level first", who());
                }
                Ok(())
            })
            .map_err(stored)?;
        let mut members = Vec::new();
        let mut leaves = Leaves::default();
        for share in shares {
            members.extend(share.members);
            leaves = share.leaves;
        }
        Ok((members, leaves))
    }
}

/// The candidates that share a letter, the leading account's first; most have their own.
type Letters = Vec<Vec<Candidate>>;

impl Desk {
    /// One letter a customer: accounts that may share one do, at the highest level among them, tried
    /// on fresh facts. Whoever would be refused at that level is left out, with the reason.
    fn share(
        &self,
        store: &Store,
        desktop: &Desktop<'_>,
        members: Vec<Candidate>,
        leaves: &mut Leaves,
    ) -> Result<Letters, ApiError> {
        let mut letters: Letters = Vec::new();
        let mut place: HashMap<Key, usize> = HashMap::new();
        for member in members {
            let key = member.key.clone().filter(|_| shares(&member));
            let found = key.as_ref().and_then(|key| place.get(key)).copied();
            match found.and_then(|index| letters.get_mut(index)) {
                Some(letter) if letter.iter().all(|one| one.account() != member.account()) => letter.push(member),
                _ => {
                    place.extend(key.map(|key| (key, letters.len())));
                    letters.push(vec![member]);
                }
            }
        }
        let mut tried = Vec::with_capacity(letters.len());
        for mut letter in letters {
            if letter.len() > 1 {
                letter = self.try_together(store, desktop, letter, leaves)?;
            }
            tried.push(letter);
        }
        Ok(tried)
    }

    fn try_together(
        &self,
        store: &Store,
        desktop: &Desktop<'_>,
        mut letter: Vec<Candidate>,
        leaves: &mut Leaves,
    ) -> Result<Vec<Candidate>, ApiError> {
        let mut parts = Vec::with_capacity(letter.len());
        for one in &letter {
            let facts = store.facts(one.account(), desktop.now).map_err(stored)?;
            let policy = self.policy_on(store, local_date(&facts.customer, desktop.now))?;
            parts.push(Part { facts, policy, intent: one.proposed.intent.clone(), steps: one.steps.clone() });
        }
        let (made, fallen) = joint::make(desktop, parts, None, None);
        for (part, error) in fallen {
            let who = format!("{} ({})", part.facts.customer.name, part.facts.account.reference);
            leaves.add(&general(&error.message, &part.facts), who);
        }
        let Some(made) = made else {
            return Ok(Vec::new());
        };
        let mut shared = Vec::with_capacity(made.parts.len());
        for part in &made.parts {
            let Some(at) = letter.iter().position(|one| one.account() == part.facts.account.id) else {
                continue;
            };
            let mut one = letter.swap_remove(at);
            one.proposed.enter(&made, part);
            shared.push(one);
        }
        Ok(shared)
    }
}

/// A letter that policy proposed; what a person queued keeps its own.
fn shares(candidate: &Candidate) -> bool {
    candidate.proposed.intent.channel == Channel::Letter && !candidate.proposed.queued && !candidate.steps.is_empty()
}

impl Candidate {
    fn account(&self) -> AccountId {
        self.proposed.intent.account
    }
}

/// Whether it could leave now, and what it would ask for; else why not, in a few words.
fn would_leave(
    desktop: &Desktop<'_>,
    facts: &Facts,
    policy: &Policy,
    intent: &Intent,
) -> Result<Option<Money>, String> {
    if intent.channel == Channel::Email {
        let email = writing::email(desktop, facts, policy, intent).map_err(|error| general(&error.message, facts))?;
        let amount = email.asked.as_ref().map(|asked| asked.amount);
        return match clear(email, facts, policy, desktop.now) {
            Ok(_) => Ok(amount),
            // The hour passes by itself: the message waits in the outbox until then.
            Err(refusal) if refusal.lift == domain::reason::Lift::Wait && refusal.until.is_some() => Ok(amount),
            Err(refusal) => Err(general(&refusal.message, facts)),
        };
    }
    let letter =
        writing::letter(desktop, facts, policy, intent, None, None).map_err(|error| general(&error.message, facts))?;
    letters::check(&letter, letters::Style::default()).map_err(|error| error.to_string())?;
    let amount = letter.amount_due();
    clear(letter, facts, policy, desktop.now).map_err(|refusal| general(&refusal.message, facts))?;
    Ok(amount)
}

/// Without the account's own number, so that equal reasons gather.
fn general(message: &str, facts: &Facts) -> String {
    message.replace(&format!("Account {}: ", facts.account.reference), "").trim_end_matches('.').to_owned()
}
