//! Sending what is ready: the gate on fresh facts for each message at the moment it leaves, its
//! state written before and after, so that nothing is ever sent twice on a guess.

use chrono::{DateTime, Utc};
use contract::{ApiError, ErrorCode, SendReport};
use domain::compliance::clear;
use domain::compliance::zone::local_date;
use domain::history::Entry;
use domain::ids::{HistoryId, OutboxId};
use domain::outbox::{Channel, Event, Intent, State};
use domain::plan::{Change, Plan};
use domain::reason::Lift;
use mail::{Outcome, Smtp, Transport};
use secrecy::ExposeSecret as _;
use store::{OutboxFilter, Store};

use crate::carry::Case;
use crate::desk::Desk;
use crate::errors::{cancelled, stored};
use crate::mail_account;
use crate::settings::Settings;
use crate::team::Answer;
use crate::writing::{self, Desktop};

/// The setting that holds the message this device is sending, while it is in a team.
const SENDING: &str = "sending";

/// What became of one message.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Became {
    Sent,
    Waiting,
    Stopped,
    Unknown,
}

impl Desk {
    /// Sends every email that is ready, through the mail account.
    pub(crate) fn send_ready(&self, job: &str) -> Result<SendReport, ApiError> {
        let store = self.store()?;
        let settings = self.settings_of(&store)?;
        if settings.sample {
            return Err(ApiError::new(
                ErrorCode::Refused,
                "This is the sample portfolio: nothing is sent from it.",
                "Start with your own data to send emails.",
            ));
        }
        let account = mail_account::account(&store)?.ok_or_else(|| {
            ApiError::invalid("mail", "No mail account is set up.", "Set one up under Settings, Mail account.")
        })?;
        let secret = self.mail_secret(&account)?;
        let smtp = Smtp::new(account.clone(), secret).map_err(|error| {
            ApiError::invalid("mail", format!("{error}."), "Correct the mail account under Settings.")
        })?;
        let mut transport = Transport::Smtp(Box::new(smtp));
        let report = self.send_through(job, &mut transport);
        if let Transport::Smtp(smtp) = &mut transport {
            if let Some(token) = smtp.rotated() {
                self.keep_rotated(&account, token.expose_secret())?;
            }
            smtp.close();
        }
        report
    }

    /// Sends every email that is ready, through a transport.
    pub(crate) fn send_through(&self, job: &str, transport: &mut Transport) -> Result<SendReport, ApiError> {
        let _one_sender = self.sending.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        let store = self.store()?;
        let settings = self.settings_of(&store)?;
        let now = self.now();
        let from = match mail_account::account(&store)? {
            Some(account) => Some(
                account
                    .from()
                    .map_err(|error| ApiError::invalid("mail", format!("{error}."), "Correct the mail account."))?,
            ),
            None => None,
        };
        let desktop = Desktop::new(&store, &settings, now, from);
        let ready: Vec<Intent> = store
            .outbox(OutboxFilter::Words(&["queued", "waiting"]))
            .map_err(stored)?
            .into_iter()
            .filter(|row| row.intent.channel == Channel::Email && row.state.is_ready(now))
            .map(|row| row.intent)
            .collect();
        let mut job = self.job(job);
        let mut counts = [0_u32; 4];
        let total = ready.len() as u64;
        for (done, intent) in ready.iter().enumerate() {
            if job.step("Sending", done as u64, total).is_break() {
                return Err(cancelled());
            }
            let became = self.send_one(&desktop, intent, transport)?;
            counts[became as usize] += 1;
            self.changed("outbox");
        }
        let [sent, waiting, stopped, unknown] = counts;
        let mut message = format!("{sent} sent");
        for (number, words) in [(waiting, "will be tried again"), (stopped, "stopped"), (unknown, "to settle by you")] {
            if number > 0 {
                message = format!("{message}, {number} {words}");
            }
        }
        Ok(SendReport { sent, waiting, stopped, unknown, message: format!("{message}.") })
    }

    fn send_one(&self, desktop: &Desktop<'_>, intent: &Intent, transport: &mut Transport) -> Result<Became, ApiError> {
        let store = desktop.store;
        let now = self.now();
        let facts = store.facts(intent.account, now).map_err(stored)?;
        let today = local_date(&facts.customer, now);
        let policy = self.policy_on(store, today)?;
        let by = desktop.settings.actor();
        let email = match writing::email(desktop, &facts, &policy, intent) {
            Ok(email) => email,
            // Nothing due any more, a broken text, no address: a person looks at it.
            Err(error) => {
                return self.stop(desktop.settings, store, intent, &format!("{} {}", error.message, error.remedy));
            }
        };
        let cleared = match clear(email, &facts, &policy, now) {
            Ok(cleared) => cleared,
            Err(refusal) => {
                // Hours and caps pass by themselves; anything else waits for a person.
                if let (Lift::Wait, Some(until)) = (refusal.lift, refusal.until) {
                    let state = State::Waiting { tries: 0, next_try: until, why: refusal.message };
                    let changes = vec![Change::SetOutbox(intent.id, state)];
                    let plan = Plan { changes, history: Vec::new(), reasons: Vec::new() };
                    let deed = self.recorded(store, intent.account, plan)?;
                    self.carry_out(store, vec![deed])?;
                    return Ok(Became::Waiting);
                }
                return self.stop(desktop.settings, store, intent, &refusal.message);
            }
        };
        // The connection is tried before the message counts as leaving: a wrong password puts none in doubt.
        transport.ready(now).map_err(|trouble| mail_account::told(&trouble))?;
        let case = Case { facts: &facts, policy: &policy, by: &by, now, today };
        if !self.claim(store, case, intent.id)? {
            return Ok(Became::Waiting);
        }
        let sent = mail::send(cleared, transport, now);
        let event = match &sent {
            Ok(outcome) => outcome.event(),
            Err(trouble) => Event::Deferred(trouble.to_string()),
        };
        // The facts as they are with the message under way; settling adds what follows once it left.
        let after = store.facts(intent.account, now).map_err(stored)?;
        let case = Case { facts: &after, now: self.now(), ..case };
        let deed = self.settled(store, case, (intent.id, event))?;
        self.carry_out(store, vec![deed])?;
        let outcome = sent.map_err(|trouble| mail_account::told(&trouble))?;
        self.plan_account(store, intent.account)?;
        Ok(match outcome {
            Outcome::Accepted { .. } => Became::Sent,
            Outcome::Deferred { .. } => Became::Waiting,
            Outcome::Rejected { .. } => Became::Stopped,
            Outcome::Lost { .. } => Became::Unknown,
        })
    }

    /// Marks a message as being sent. In a team the server must have agreed first: another device may
    /// be sending the same one. False when it did not.
    fn claim(&self, store: &Store, case: Case<'_>, id: OutboxId) -> Result<bool, ApiError> {
        let team = store.is_connected().map_err(stored)?;
        if team {
            self.link.must_be_reached(self.now())?;
            // Found after a crash: this device was at it.
            store.put_setting(SENDING, &Some(id)).map_err(stored)?;
        }
        let started = self.settled(store, case, (id, Event::Started))?;
        let command = started.command();
        self.carry_out(store, vec![started])?;
        let Some(command) = command.filter(|_| team) else {
            return Ok(true);
        };
        match self.answered(store, command)? {
            Answer::Agreed => Ok(true),
            Answer::Refused => Ok(false),
            Answer::None => {
                // It follows the claim in the log, so the server undoes the one with the other.
                let facts = store.facts(case.facts.account.id, case.now).map_err(stored)?;
                let why = Event::Deferred("the team's server did not answer".to_owned());
                let deed = self.settled(store, Case { facts: &facts, ..case }, (id, why))?;
                self.carry_out(store, vec![deed])?;
                Ok(false)
            }
        }
    }

    /// At the program's start: what this device was sending when it stopped is unknown from now on; a
    /// person decides.
    pub(crate) fn found_unsent(&self, store: &Store) -> Result<(), ApiError> {
        if !store.is_connected().map_err(stored)? {
            return store.outbox_found(self.now()).map(|_| ()).map_err(stored);
        }
        let Some(id) = store.setting::<Option<OutboxId>>(SENDING).map_err(stored)?.flatten() else {
            return Ok(());
        };
        let now = self.now();
        if let Ok(row) = store.outbox_row(id)
            && matches!(row.state, State::Sending { .. })
        {
            let facts = store.facts(row.intent.account, now).map_err(stored)?;
            let today = local_date(&facts.customer, now);
            let policy = self.policy_on(store, today)?;
            let by = self.settings_of(store)?.actor();
            let case = Case { facts: &facts, policy: &policy, by: &by, now, today };
            let deed = self.settled(store, case, (id, Event::Found))?;
            self.carry_out(store, vec![deed])?;
        }
        store.put_setting(SENDING, &None::<OutboxId>).map_err(stored)
    }

    /// Stops a message for a person to look at, and says so in the history.
    fn stop(&self, settings: &Settings, store: &Store, intent: &Intent, why: &str) -> Result<Became, ApiError> {
        let now = self.now();
        let mut ids = self.ids();
        let why = why.trim().trim_end_matches('.').to_owned();
        let detail = serde_json::json!({ "outbox": intent.id, "why": why });
        let plan = Plan {
            changes: vec![Change::SetOutbox(intent.id, State::Stopped { at: now, why: why.clone() })],
            history: vec![entry(
                &mut ids,
                settings,
                intent,
                now,
                "email.stopped",
                format!("Email stopped: {why}"),
                detail,
            )],
            reasons: Vec::new(),
        };
        let deed = self.recorded(store, intent.account, plan)?;
        self.carry_out(store, vec![deed])?;
        Ok(Became::Stopped)
    }
}

/// A history entry about an intent.
pub fn entry(
    ids: &mut impl domain::ids::IdSource,
    settings: &Settings,
    intent: &Intent,
    at: DateTime<Utc>,
    kind: &str,
    summary: String,
    detail: serde_json::Value,
) -> Entry {
    Entry {
        id: HistoryId(ids.fresh()),
        at,
        actor: settings.user.clone(),
        account: Some(intent.account),
        kind: kind.to_owned(),
        summary,
        detail,
    }
}
