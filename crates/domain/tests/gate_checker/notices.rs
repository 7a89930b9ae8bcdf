//! Validation notices, requests for the creditor, certificates and discharges in random histories,
//! and the second opinion on them: its own reading of the log and its own count of days.

use chrono::{DateTime, Datelike, Days, NaiveDate, TimeDelta, Utc};
use domain::account::Mode;
use domain::compliance::Purpose;
use domain::contact::{Contact, Direction, Disposition, Medium};
use domain::hold::HoldKind;
use domain::ids::{ContactId, OutboxId};
use domain::outbox::{Channel, Intent, State};
use dunlin_domain as domain;
use uuid::Uuid;

use crate::checker::{Found, first_date, holds, is_collecting, is_collector, is_person, log, spoke};
use crate::dice::Dice;
use crate::histories::{History, entry};
use crate::orders::is_holiday;

/// Most third parties sent their notice long ago; some lately, late or never.
pub fn roll(dice: &mut Dice, history: &mut History) {
    history.item.presses = dice.percent(15);
    for hold in &mut history.facts.holds {
        if let HoldKind::Bankruptcy { petition, file, .. } = &mut hold.kind {
            let day = Some(*petition + TimeDelta::days(dice.below(60)));
            match dice.below(10) {
                0..=2 => file.discharged = day,
                3 => file.dismissed = day,
                _ => {}
            }
        }
    }
    if history.facts.account.mode != Mode::ThirdParty || !is_person(history) {
        return;
    }
    let days = match dice.below(20) {
        0 => return,
        1..=3 => dice.below(50),
        _ => 45 + dice.below(60),
    };
    let at = history.now - TimeDelta::days(days) - TimeDelta::minutes(dice.below(600));
    let intent = Intent {
        id: OutboxId(Uuid::from_u128(77)),
        account: history.facts.account.id,
        channel: Channel::Letter,
        template: "validation_notice".to_owned(),
        run: None,
        arrangement: None,
        steps: Vec::new(),
        to: None,
        decided: at,
        actor: "specialist".to_owned(),
    };
    history.facts.outbox.push((intent, State::Sent { at }));
    if dice.percent(6) {
        let zone = history.zones.first().copied().unwrap_or(chrono_tz::America::Denver);
        let at = (at + TimeDelta::days(dice.below(45))).min(history.now);
        let mut letter = entry(&history.facts, 900, at, zone, Medium::Letter, Some(Disposition::NotInService));
        letter.id = ContactId(Uuid::from_u128(900));
        letter.direction = Direction::Inbound;
        history.facts.contacts.push(letter);
        history.facts.contacts.sort_by_key(|contact| contact.at);
    }
}

/// Five days on which mail moves, then thirty more.
fn period_end(sent: NaiveDate) -> NaiveDate {
    let (mut on, mut left) = (sent, 5);
    while left > 0 {
        on = on + Days::new(1);
        if on.weekday().number_from_monday() < 6 && !is_holiday(on) {
            left -= 1;
        }
    }
    on + Days::new(30)
}

/// Of the notice: when it was sent, and until when the customer may dispute; none where none was
/// sent or it came back.
struct Period {
    sent: Option<NaiveDate>,
    came_back: bool,
    end: Option<NaiveDate>,
}

fn date_there(history: &History, at: DateTime<Utc>) -> NaiveDate {
    let there = history.zones.iter().map(|zone| at.with_timezone(zone).date_naive()).min();
    there.unwrap_or((at - TimeDelta::hours(11)).date_naive())
}

fn period(history: &History) -> Period {
    let sent = history.facts.outbox.iter().find_map(|(intent, state)| match state {
        State::Sent { at } if intent.template == "validation_notice" => Some(date_there(history, *at)),
        _ => None,
    });
    let end = sent.map(period_end);
    let came_back = sent.zip(end).is_some_and(|(sent, end)| {
        log(history).iter().any(|entry| {
            entry.account == history.facts.account.id
                && entry.medium == Medium::Letter
                && entry.direction == Direction::Inbound
                && entry.disposition == Some(Disposition::NotInService)
                && (sent..=end).contains(&entry.local_date)
        })
    });
    Period { sent, came_back, end: end.filter(|_| !came_back) }
}

/// The last day to dispute; none while no notice arrived.
pub fn end(history: &History) -> Option<NaiveDate> {
    period(history).end
}

fn told(entry: &Contact) -> bool {
    match entry.medium {
        Medium::Letter | Medium::Email | Medium::Text => entry.direction == Direction::Outbound,
        Medium::Call => spoke(entry) || (entry.direction == Direction::Inbound && entry.disposition.is_none()),
        _ => false,
    }
}

/// Objections to a contact.
pub fn objections(history: &History, medium: Medium, purpose: Purpose, out: &mut Found) {
    let today = first_date(history);
    if is_collecting(purpose) {
        asked(history, out);
    }
    if !is_collector(history) || !is_collecting(purpose) {
        return;
    }
    let period = period(history);
    if period.came_back {
        out.ask("the validation notice came back");
    }
    let here = history.facts.account.id;
    let first =
        log(history).iter().filter(|entry| entry.account == here && told(entry)).map(|entry| entry.local_date).min();
    let due = first.map(|first| first + Days::new(5));
    match (due, period.sent) {
        (Some(due), None) if today > due => out.no("no validation notice"),
        (Some(due), Some(sent)) if sent > due && period.end.is_none_or(|end| today <= end) => {
            out.ask("a late validation notice");
        }
        _ => {}
    }
    let written = matches!(medium, Medium::Letter | Medium::Email | Medium::Text);
    if written && history.item.presses {
        match period.end {
            Some(end) if today <= end => out.no("words that overshadow"),
            Some(_) => {}
            None => out.ask("words that overshadow"),
        }
    }
}

/// The original creditor was asked for and not named yet.
pub fn asked(history: &History, out: &mut Found) {
    let today = first_date(history);
    for hold in holds(history) {
        let HoldKind::CreditorRequest { received, written, answered } = hold else { continue };
        if answered.is_some_and(|day| day <= today) {
            continue;
        }
        let late = period(history).end.is_some_and(|end| *received > end);
        out.either(!is_collector(history) || !written || late, "asked for the original creditor");
    }
}

/// Objections to a cut-off.
pub fn cut(history: &History, out: &mut Found) {
    let today = first_date(history);
    let state = history.facts.customer.address.state.as_str();
    if is_collector(history) {
        asked(history, out);
    }
    let certificates = holds(history).filter_map(|hold| match hold {
        HoldKind::Medical { certified, unable_to_pay, agreed_plan } => Some((certified, unable_to_pay, agreed_plan)),
        _ => None,
    });
    let last = certificates.max_by_key(|(certified, ..)| **certified);
    if let Some((certified, unable, plan)) = last
        && today <= *certified + TimeDelta::days(if state == "IL" { 60 } else { 30 })
    {
        let poor = *unable == Some(false) || *plan == Some(false);
        out.either(state == "CA" && poor, "a medical certificate");
    }
}
