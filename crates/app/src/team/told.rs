//! What the window is told of the team.

use chrono::{DateTime, Utc};
use contract::{ApiError, ErrorCode, LinkState, LinkView, QueuedView, RefusedView, SettleRefused, TeamView};
use domain::ids::AccountId;
use protocol::{CommandResult, Envelope, Outcome, Problem, ProblemCode};
use store::{Logged, Refused, Settled, Store};
use sync::Trouble;

use super::link::{Link, Standing};
use super::member::Membership;
use super::words::{act_words, editable};
use crate::desk::Desk;
use crate::errors::{reasons, stored};
use crate::views::count;

/// The setting that holds when the last exchange ended well.
pub const FRESH: &str = "exchanged";

/// In one sentence, with what to do.
pub fn sentence(trouble: &Trouble) -> String {
    match trouble {
        Trouble::Net(why) => format!("{}.", why.trim_end_matches('.')),
        Trouble::Problem(problem) => format!("{} {}", problem.message, problem.remedy).trim().to_owned(),
    }
}

/// For the window.
pub fn troubled(trouble: &Trouble) -> ApiError {
    match trouble {
        Trouble::Net(why) => ApiError::new(
            ErrorCode::Offline,
            format!("{}.", why.trim_end_matches('.')),
            "Check the address and the network, then try again.",
        ),
        Trouble::Problem(Problem { code, message, remedy, .. }) => {
            let code = match code {
                ProblemCode::Credentials | ProblemCode::Locked | ProblemCode::SignIn => ErrorCode::SignInRefused,
                ProblemCode::Missing => ErrorCode::NotFound,
                ProblemCode::Forbidden | ProblemCode::Conflict => ErrorCode::Refused,
                ProblemCode::Busy | ProblemCode::Unavailable => ErrorCode::Offline,
                _ => ErrorCode::Failed,
            };
            ApiError::new(code, message.clone(), remedy.clone())
        }
    }
}

impl Link {
    /// As the frame shows it, without what the store has to say.
    fn plain_view(&self, now: DateTime<Utc>) -> LinkView {
        let mut view = LinkView {
            state: LinkState::Alone,
            text: String::new(),
            detail: String::new(),
            fresh_at: None,
            queued: 0,
            refused: 0,
            refusals: Vec::new(),
            letters: 0,
            done: 0,
            total: 0,
        };
        let (state, text, detail) = match self.standing() {
            Standing::Alone => (LinkState::Alone, "Works without a server", String::new()),
            // The computer slept, or the exchange under way waits for an answer that does not come.
            Standing::UpToDate if !self.is_reached(now) => {
                (LinkState::Offline, "Offline", "The server was not heard of for a while.".to_owned())
            }
            Standing::UpToDate => (LinkState::UpToDate, "Up to date", String::new()),
            Standing::Busy => (LinkState::Busy, "Exchanging", String::new()),
            Standing::Fetching { done, total } => {
                (view.done, view.total) = (done, total);
                (LinkState::Fetching, "Fetching the team's data", "Work begins when they are complete.".to_owned())
            }
            Standing::Offline(why) => (LinkState::Offline, "Offline", why),
            Standing::PullOnly(why) => (LinkState::PullOnly, "Receives only", why),
            Standing::SignIn(why) => (LinkState::SignIn, "Sign in again", why),
            Standing::Stopped(why, remedy) => (LinkState::Stopped, "Stopped", format!("{why} {remedy}")),
        };
        view.state = state;
        text.clone_into(&mut view.text);
        view.detail = detail;
        view
    }
}

impl Desk {
    /// How it stands with the server, for the frame.
    pub(crate) fn link_view(&self) -> LinkView {
        let mut view = self.link.plain_view(self.now());
        if let Ok(store) = self.store()
            && view.state != LinkState::Alone
        {
            let fresh: Option<DateTime<Utc>> = store.setting(FRESH).ok().flatten().flatten();
            view.fresh_at = fresh.map(|at| at.to_rfc3339());
            if let Ok(state) = store.sync_state() {
                view.queued = count(state.pending);
                view.refused = count(state.refused);
            }
            if view.refused > 0
                && let Ok(inbox) = store.inbox()
            {
                view.refusals = inbox.iter().map(|one| number(one.command.device_seq)).collect();
            }
            if let Ok((waiting, stopped)) = store.letters_to_send() {
                view.letters = count(waiting + stopped);
            }
        }
        view
    }

    /// The team's screen.
    pub(crate) fn team_view(&self) -> Result<TeamView, ApiError> {
        let store = self.store()?;
        let member = Membership::load(&store)?;
        let queue = store.pending().map_err(stored)?;
        let refused = store.inbox().map_err(stored)?;
        let named = |pick: fn(&Membership) -> &String| member.as_ref().map(pick).cloned().unwrap_or_default();
        Ok(TeamView {
            link: self.link_view(),
            server: named(|member| &member.server),
            login: named(|member| &member.login),
            name: named(|member| &member.name),
            role: named(|member| &member.role),
            device: named(|member| &member.device_name),
            offline_until: member.as_ref().map(|member| member.offline_until.to_rfc3339()),
            queue: queue.iter().map(|logged| self.queued_view(&store, logged)).collect(),
            refused: refused.iter().map(|one| self.refused_view(&store, one)).collect(),
            known: store.sync_state().map_err(stored)?.place.seq.to_string(),
            permits: count(store.permits().map_err(stored)?.len()),
            letters: self.unsent_letters(&store)?,
        })
    }

    /// Customer and billing account; none when the account is not here.
    pub(super) fn who(&self, store: &Store, account: AccountId) -> Option<String> {
        let facts = store.facts(account, self.now()).ok()?;
        Some(format!("{} ({})", facts.customer.name, facts.account.reference))
    }

    pub(super) fn queued_view(&self, store: &Store, logged: &Logged) -> QueuedView {
        QueuedView {
            number: number(logged.device_seq),
            account: logged.account.to_string(),
            who: self.who(store, logged.account).unwrap_or_else(|| "An account that is not here any more".to_owned()),
            what: meant(&logged.body),
            at: logged.at.to_rfc3339(),
            stuck: logged.stuck.clone(),
        }
    }

    pub(super) fn refused_view(&self, store: &Store, refused: &Refused) -> RefusedView {
        let logged = &refused.command;
        let who = self.who(store, logged.account);
        let result: Option<CommandResult> = serde_json::from_str(&refused.verdict).ok();
        let (why, remedy, rules) = match result.map(|result| result.outcome) {
            Some(Outcome::Refused { refusal }) => (refusal.message, refusal.remedy, reasons(&refusal.reasons)),
            Some(Outcome::Quarantined { why }) => (
                why,
                "It is kept on the server; tell your administrator, or discard it and do it another way.".to_owned(),
                Vec::new(),
            ),
            _ => ("The server refused it.".to_owned(), "Look at the account as it is now.".to_owned(), Vec::new()),
        };
        RefusedView {
            number: number(logged.device_seq),
            account: logged.account.to_string(),
            here: who.is_some(),
            who: who.unwrap_or_else(|| "An account that is not here any more".to_owned()),
            what: meant(&logged.body),
            at: logged.at.to_rfc3339(),
            why,
            remedy,
            reasons: rules,
            act: act_of(&logged.body).as_ref().and_then(editable),
        }
    }

    /// Settles what the server refused.
    pub(crate) fn settle_refusal(&self, input: &SettleRefused) -> Result<contract::Done, ApiError> {
        let (how, message) = match input.how.as_str() {
            "retried" => (Settled::Retried, "It is done again."),
            "discarded" => (Settled::Discarded, "It is discarded; the log keeps what was meant."),
            other => {
                return Err(ApiError::invalid(
                    "how",
                    format!("\"{other}\" is not a choice here."),
                    "Edit and retry, or discard.",
                ));
            }
        };
        let store = self.store()?;
        store.settle_refused(u64::from(input.number), how, self.now()).map_err(stored)?;
        self.changed("team");
        Ok(contract::Done { message: message.to_owned() })
    }
}

/// A command's number, for the window.
pub fn number(device_seq: u64) -> u32 {
    u32::try_from(device_seq).unwrap_or(u32::MAX)
}

fn act_of(body: &str) -> Option<protocol::Act> {
    serde_json::from_str::<Envelope>(body).ok()?.act().ok()
}

/// What a logged command meant.
fn meant(body: &str) -> String {
    act_of(body).map_or_else(|| "Something this version can't read".to_owned(), |act| act_words(&act))
}
