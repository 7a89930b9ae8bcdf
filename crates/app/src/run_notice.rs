//! The validation notice in a letter run: proposed by itself where the law wants one, and looked at
//! again when the run is confirmed.

use chrono::{DateTime, NaiveDate, Utc};
use domain::facts::Facts;
use domain::ids::{IdSource as _, OutboxId, RunId};
use domain::outbox::{Channel, Intent};
use domain::policy::Policy;
use domain::template::Kind;
use domain::treatment::{NoticeStep, NoticeTo, next_steps, notice_step};

use crate::run_propose::{Candidate, proposed};
use crate::seams::TimeIds;

/// The notice that goes to the consumer by letter now.
pub fn due(facts: &Facts, policy: &Policy, now: DateTime<Utc>, today: NaiveDate) -> Option<NoticeStep> {
    let notice = notice_step(facts, policy, now, today, true).filter(|notice| notice.to == NoticeTo::Consumer)?;
    // Where nothing was communicated yet, only a step of the plan begins it.
    (notice.initial.is_some() || !next_steps(facts, policy, today).is_empty()).then_some(notice)
}

/// As a run proposes it.
pub fn candidate(
    facts: &Facts,
    policy: &Policy,
    today: NaiveDate,
    (run, actor, now): (Option<RunId>, &str, DateTime<Utc>),
    ids: &mut TimeIds,
) -> Option<Candidate> {
    let notice = due(facts, policy, now, today)?;
    let kind = Kind::ValidationNotice;
    let intent = Intent {
        id: OutboxId(ids.fresh()),
        account: facts.account.id,
        channel: Channel::Letter,
        template: kind.key().to_owned(),
        run,
        arrangement: None,
        steps: Vec::new(),
        to: None,
        decided: now,
        actor: actor.to_owned(),
    };
    let why = notice.why.first().map(|reason| reason.text.clone()).unwrap_or_default();
    let text = format!("{why}; by law it is sent by {}", notice.due);
    let proposed = proposed(facts, intent, false, kind.title().to_owned(), notice.balance, 0, notice.why);
    Some(Candidate { proposed, why: text, steps: Vec::new(), key: None })
}
