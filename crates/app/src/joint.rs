//! One letter a customer: who leads it, who falls out on fresh facts, and the letter for the rest.

use chrono::NaiveDate;
use contract::{ApiError, ErrorCode};
use domain::account::Mode;
use domain::compliance::{Cleared, clear};
use domain::facts::Facts;
use domain::ids::{AccountId, CustomerId, OutboxId};
use domain::letter::{Letter, join};
use domain::money::{Currency, Money};
use domain::outbox::{Channel, Intent};
use domain::policy::Policy;
use domain::template::Kind;
use domain::treatment::{PRE_DUE_LEVEL, Step, consolidate};
use letters::Style;
use store::{Member, Store};

use crate::errors::{refused, stored};
use crate::runs::Proposed;
use crate::writing::{self, Desktop};

/// What accounts must have in common to share a letter; the address is the customer's own.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Key {
    customer: CustomerId,
    creditor: String,
    third_party: bool,
    currency: Currency,
    /// A reminder before the due date asks for something else than a notice after it.
    before_due: bool,
    /// A validation notice is about one debt, with its own itemization and its own form to send back.
    alone: Option<AccountId>,
}

impl Key {
    /// Of an account's letter that asks for an amount.
    pub fn of(facts: &Facts, steps: &[Step], amount: Money) -> Self {
        Self {
            customer: facts.customer.id,
            creditor: facts.account.creditor.clone(),
            third_party: facts.account.mode == Mode::ThirdParty,
            currency: amount.currency,
            alone: steps.iter().any(|step| step.template == Kind::ValidationNotice.key()).then_some(facts.account.id),
            before_due: steps.iter().all(|step| step.level == PRE_DUE_LEVEL),
        }
    }
}

/// An account that would share a letter, on fresh facts.
pub struct Part {
    /// Its facts.
    pub facts: Facts,
    /// The policy of its day.
    pub policy: Policy,
    /// What would leave for it; the letter's leading step decides on its template.
    pub intent: Intent,
    /// The steps it takes; none where a person chose the text, or for a reprint.
    pub steps: Vec<Step>,
}

/// A letter that may leave.
pub struct Made {
    /// The letter.
    pub letter: Cleared<Letter>,
    /// The accounts it is about, the leading one first.
    pub parts: Vec<Part>,
    /// The leading step's level, where steps decided.
    pub level: Option<String>,
}

impl Made {
    /// What it asks for on an account.
    pub fn due(&self, account: AccountId) -> Option<Money> {
        let letter = self.letter.item();
        match letter.accounts.iter().find(|share| share.account == account) {
            Some(share) => Some(share.due),
            None => letter.amount_due(),
        }
    }
}

/// Those of one letter who fell out, each with the reason.
pub type Fallen = Vec<(Part, ApiError)>;

/// One letter for these accounts of a customer, each through the gate on its own facts. Who is
/// refused falls out, and the letter is made again for the rest, at the level that then leads.
pub fn make(
    desktop: &Desktop<'_>,
    mut parts: Vec<Part>,
    serial: Option<i64>,
    reprint_of: Option<NaiveDate>,
) -> (Option<Made>, Fallen) {
    let mut fallen: Fallen = Vec::new();
    while !parts.is_empty() {
        let level = lead(&mut parts);
        let before = parts.len();
        let mut currency = None;
        let mut standing = Vec::with_capacity(before);
        let mut alone = None;
        for part in parts {
            match on_its_own(desktop, &part, serial, reprint_of) {
                Ok(letter) => {
                    let own = letter.item().amount_due().map(|due| due.currency);
                    if own == *currency.get_or_insert(own) {
                        alone = Some(letter);
                        standing.push(part);
                    } else {
                        fallen.push((part, another_currency()));
                    }
                }
                Err(error) => fallen.push((part, error)),
            }
        }
        parts = standing;
        if parts.len() < before {
            continue;
        }
        let Some(letter) = alone else {
            break;
        };
        if parts.len() == 1 {
            return (Some(Made { letter, parts, level }), fallen);
        }
        match together(desktop, &parts, serial, reprint_of) {
            Ok(letter) => return (Some(Made { letter, parts, level }), fallen),
            Err((Some(place), error)) => fallen.push((parts.remove(place), error)),
            Err((None, error)) => {
                fallen.extend(parts.into_iter().map(|part| (part, error.clone())));
                break;
            }
        }
    }
    (None, fallen)
}

/// Puts the account with the leading step first and gives all its template.
fn lead(parts: &mut [Part]) -> Option<String> {
    if parts.iter().any(|part| part.steps.is_empty()) {
        return None;
    }
    let steps: Vec<Step> = parts.iter().flat_map(|part| part.steps.iter().cloned()).collect();
    let notice = consolidate(&steps).into_iter().next()?;
    let leading = notice.accounts.first().copied();
    parts.sort_by(|a, b| {
        let key = |part: &Part| (Some(part.facts.account.id) != leading, part.facts.account.reference.clone());
        key(a).cmp(&key(b))
    });
    for part in parts {
        part.intent.template.clone_from(&notice.template);
    }
    Some(notice.level)
}

fn on_its_own(
    desktop: &Desktop<'_>,
    part: &Part,
    serial: Option<i64>,
    reprint_of: Option<NaiveDate>,
) -> Result<Cleared<Letter>, ApiError> {
    let letter = writing::letter(desktop, &part.facts, &part.policy, &part.intent, serial, reprint_of)?;
    letters::check(&letter, Style::default()).map_err(|error| unprintable(&error))?;
    clear(letter, &part.facts, &part.policy, desktop.now).map_err(refused)
}

/// The letter about all of them; else which one stands in its way, if it is one.
fn together(
    desktop: &Desktop<'_>,
    parts: &[Part],
    serial: Option<i64>,
    reprint_of: Option<NaiveDate>,
) -> Result<Cleared<Letter>, (Option<usize>, ApiError)> {
    let shares = writing::shares(desktop, parts, serial, reprint_of).map_err(|error| (None, error))?;
    if let Some(share) = shares.first() {
        letters::check(share.letter(), Style::default()).map_err(|error| (None, unprintable(&error)))?;
    }
    let mut cleared = Vec::with_capacity(parts.len());
    for (place, (share, part)) in shares.into_iter().zip(parts).enumerate() {
        let passed = clear(share, &part.facts, &part.policy, desktop.now);
        cleared.push(passed.map_err(|refusal| (Some(place), refused(refusal)))?);
    }
    join(cleared).map_err(|error| (None, ApiError::new(ErrorCode::Failed, format!("{error}."), "Propose a new run.")))
}

fn unprintable(error: &letters::LetterError) -> ApiError {
    ApiError::new(ErrorCode::Failed, error.to_string(), "Correct what is named.")
}

fn another_currency() -> ApiError {
    ApiError::new(
        ErrorCode::Refused,
        "It asks for another currency than the rest of its letter",
        "It is proposed again with the next run.",
    )
}

/// The other accounts that share an account's printed letter.
pub fn sharing(store: &Store, outbox: OutboxId) -> Result<Vec<(AccountId, OutboxId)>, ApiError> {
    let found = members_of_letter(store, outbox)?;
    Ok(found
        .into_iter()
        .filter_map(|(member, _)| Some((member.account, member.outbox?)))
        .filter(|(_, other)| *other != outbox)
        .collect())
}

/// The run's members that share the letter of an intent, the leading one first; none where the
/// intent is no run's letter.
pub fn members_of_letter(store: &Store, outbox: OutboxId) -> Result<Vec<(Member, Proposed)>, ApiError> {
    let row = store.outbox_row(outbox).map_err(stored)?;
    let (Channel::Letter, Some(run)) = (row.intent.channel, row.intent.run) else {
        return Ok(Vec::new());
    };
    let mut members = Vec::new();
    for member in store.run(run).map_err(stored)?.1 {
        if member.outbox.is_some() {
            let proposed = Proposed::of(&member)?;
            members.push((member, proposed));
        }
    }
    let letter = members.iter().find(|(member, _)| member.outbox == Some(outbox)).map(|(_, one)| one.letter());
    members.retain(|(_, proposed)| Some(proposed.letter()) == letter);
    members.sort_by_key(|(_, proposed)| Some(proposed.intent.id) != letter);
    Ok(members)
}
