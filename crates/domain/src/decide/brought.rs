//! A payment that a person recorded, once the billing system posts it too: it counts once.
//!
//! The recorded one was there so that nobody is dunned until the extract brings the payment. The
//! two seldom share a reference (a check's number here, the bank's there), so they are known by the
//! amount and the time.

use chrono::{DateTime, Days, Utc};
use serde_json::json;

use crate::facts::Facts;
use crate::history::Entry;
use crate::ids::{HistoryId, IdSource, PaymentId};
use crate::payment::{Payment, PaymentKind};
use crate::plan::{Change, Plan};

/// Days before the recorded day on which the billing system may have posted the same payment.
const BEFORE: u64 = 3;
/// Days after it: a mailed check takes its time.
const AFTER: u64 = 14;

fn may_be_same(recorded: &Payment, posted: &Payment) -> bool {
    posted.kind == PaymentKind::Payment
        && posted.amount == recorded.amount
        && posted.posted + Days::new(BEFORE) >= recorded.posted
        && posted.posted <= recorded.posted + Days::new(AFTER)
}

/// Replaces recorded payments by those the billing system posted. `recorded` are the account's
/// payments that a person recorded; each is replaced by one posted payment at most, that with its
/// reference before others, then the nearest in time. Where two could be meant, the totals agree
/// again as soon as the billing system has posted both.
pub fn brought(facts: &Facts, recorded: &[PaymentId], actor: &str, now: DateTime<Utc>, ids: &mut dyn IdSource) -> Plan {
    let mut plan = Plan::default();
    let by_hand = |payment: &&Payment| recorded.contains(&payment.id);
    let mut posted: Vec<&Payment> = facts.payments.iter().filter(|payment| !by_hand(payment)).collect();
    let mut own: Vec<&Payment> =
        facts.payments.iter().filter(|payment| by_hand(payment) && payment.reversed.is_none()).collect();
    own.sort_by_key(|payment| (payment.posted, payment.id));
    for payment in own {
        let same =
            posted.iter().enumerate().filter(|(_, other)| may_be_same(payment, other)).min_by_key(|(_, other)| {
                let named = !payment.reference.is_empty() && payment.reference == other.reference;
                (!named, (other.posted - payment.posted).num_days().abs(), other.id)
            });
        let Some((at, _)) = same else {
            continue;
        };
        let other = posted.remove(at);
        plan.changes.push(Change::ReplacePayment { recorded: payment.id, posted: other.id });
        plan.history.push(Entry {
            id: HistoryId(ids.fresh()),
            at: now,
            actor: actor.to_owned(),
            account: Some(facts.account.id),
            kind: "payment.posted".to_owned(),
            summary: format!(
                "The {} recorded {} came with the extract, posted {}: counted once",
                payment.amount.pretty(),
                payment.posted,
                other.posted
            ),
            detail: json!({ "recorded": payment, "posted": other.id }),
        });
    }
    plan
}
