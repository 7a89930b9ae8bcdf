//! The second opinion: what must not be true of anything cleared without a supervisor.

use chrono::{DateTime, Datelike, NaiveDate, NaiveDateTime, NaiveTime, TimeDelta, Timelike, Utc};
use domain::account::{CustomerKind, Mode, PointKind};
use domain::compliance::Purpose;
use domain::contact::{Contact, Direction, Disposition, Medium};
use domain::hold::HoldKind;
use domain::testkit::Doing;
use dunlin_domain as domain;
use rust_decimal::Decimal;

use crate::histories::History;
use crate::orders;

/// Every objection there is.
pub const ALL: [&str; 20] = [
    "place unknown",
    "outside the hours",
    "an hour named inconvenient",
    "seven calls in seven days",
    "seven calls over all accounts",
    "three calls today",
    "called within two hours",
    "spoke within seven days",
    "two in seven days (MA)",
    "three contacts a week (WA)",
    "contacts in seven days (NYC)",
    "four calls in seven days (DC)",
    "cease",
    "refused medium",
    "attorney",
    "stay",
    "died",
    "identity theft",
    "no usable address",
    "asks for what is not owed",
];

/// Objections to a cut-off, beside the stay.
pub fn objections(history: &History) -> Vec<&'static str> {
    let mut out = Vec::new();
    match &history.item.doing {
        Doing::Order(..) => orders::objections(history, &mut out),
        Doing::Contact(medium, purpose) => contact(history, *medium, *purpose, &mut out),
        Doing::Email(_, purpose) => contact(history, Medium::Email, *purpose, &mut out),
    }
    out
}

pub fn locals(history: &History, at: DateTime<Utc>) -> Vec<NaiveDateTime> {
    history.zones.iter().map(|zone| at.with_timezone(zone).naive_local()).collect()
}

pub fn first_date(history: &History) -> NaiveDate {
    let dates = locals(history, history.now).into_iter().map(|local| local.date());
    dates.min().unwrap_or((history.now - TimeDelta::hours(11)).date_naive())
}

pub fn holds(history: &History) -> impl Iterator<Item = &HoldKind> {
    let (now, today) = (history.now, first_date(history));
    history.facts.holds.iter().filter_map(move |hold| {
        let ended = hold.released.is_some_and(|at| at <= now) || hold.until.is_some_and(|day| day < today);
        (!ended && hold.placed <= now).then_some(&hold.kind)
    })
}

fn contact(history: &History, medium: Medium, purpose: Purpose, out: &mut Vec<&'static str>) {
    let facts = &history.facts;
    let person = facts.customer.kind == CustomerKind::Consumer;
    let collector = person && facts.account.mode == Mode::ThirdParty;
    let california = person && history.states.contains(&"CA");
    let telephone = matches!(medium, Medium::Call | Medium::Voicemail);
    let collecting = !matches!(purpose, Purpose::Receipt | Purpose::EffortsEnd);

    for hold in holds(history) {
        match hold {
            HoldKind::Cease if purpose != Purpose::EffortsEnd => out.push("cease"),
            HoldKind::RefusedMedium { medium: refused } if *refused == medium => {
                out.push("refused medium");
            }
            HoldKind::RefusedMedium { medium: Medium::Call } if telephone => out.push("refused medium"),
            HoldKind::Attorney { .. } => out.push("attorney"),
            HoldKind::Bankruptcy { .. } if collecting => out.push("stay"),
            HoldKind::Deceased => out.push("died"),
            HoldKind::IdentityTheft if collecting => out.push("identity theft"),
            HoldKind::InconvenientTime { days, from, to }
                if medium != Medium::Letter
                    && locals(history, history.now).iter().any(|local| inconvenient(*local, days, from, to)) =>
            {
                out.push("an hour named inconvenient");
            }
            _ => {}
        }
    }
    let has_hours = match medium {
        Medium::Letter => false,
        Medium::Email => collector || california,
        _ => true,
    };
    if has_hours {
        let now = locals(history, history.now);
        if now.is_empty() {
            out.push("place unknown");
        }
        if now.iter().any(|local| !(8..21).contains(&local.hour())) {
            out.push("outside the hours");
        }
    }
    let usable = |kinds: &[PointKind]| {
        let mut points = facts.customer.points.iter();
        points.any(|point| kinds.contains(&point.kind) && !point.bad && !point.opted_out)
    };
    let reachable = match medium {
        Medium::Email => usable(&[PointKind::Email]),
        Medium::Text => usable(&[PointKind::Mobile]),
        Medium::Letter => true,
        _ => usable(&[PointKind::Phone, PointKind::Mobile, PointKind::Work]),
    };
    if !reachable {
        out.push("no usable address");
    }
    if purpose == Purpose::Dunning && claims_wrongly(history) {
        out.push("asks for what is not owed");
    }
    if telephone {
        calls(history, person, out);
    }
    if person {
        overlays(history, medium, purpose, out);
    }
}

fn inconvenient(local: NaiveDateTime, days: &[String], from: &str, to: &str) -> bool {
    let time = |text: &str| NaiveTime::parse_from_str(text, "%H:%M").expect("a time");
    let named = |date: NaiveDate| days.contains(&date.weekday().to_string());
    let (from, to, yesterday) = (time(from), time(to), local.date() - TimeDelta::days(1));
    if from < to {
        named(local.date()) && local.time() >= from && local.time() < to
    } else {
        (named(local.date()) && local.time() >= from) || (named(yesterday) && local.time() < to)
    }
}

/// Entries that stand: not corrected by another one, not a note.
fn log(history: &History) -> Vec<&Contact> {
    let all = &history.facts.contacts;
    all.iter()
        .filter(|entry| entry.medium != Medium::Note)
        .filter(|entry| !all.iter().any(|other| other.corrects.is_some_and(|id| id == entry.id)))
        .collect()
}

/// The last seven dates; a date ahead of the westmost zone's is today's.
fn within(history: &History, entry: &Contact, days: i64) -> bool {
    entry.local_date > first_date(history) - TimeDelta::days(days)
}

fn rang(entry: &Contact) -> bool {
    entry.direction == Direction::Outbound
        && matches!(entry.medium, Medium::Call | Medium::Voicemail)
        && !matches!(entry.disposition, Some(Disposition::Busy | Disposition::NotInService))
}

fn spoke(entry: &Contact) -> bool {
    let talked =
        matches!(entry.disposition, Some(Disposition::Spoke | Disposition::PromiseToPay | Disposition::CallBack));
    entry.medium == Medium::Call && talked
}

fn calls(history: &History, person: bool, out: &mut Vec<&'static str>) {
    let entries = log(history);
    let here = history.facts.account.id;
    let rung: Vec<_> = entries.iter().filter(|entry| rang(entry)).collect();
    let week = rung.iter().filter(|entry| within(history, entry, 7));
    if week.clone().count() >= 7 {
        out.push("seven calls over all accounts");
    }
    if rung.iter().filter(|entry| within(history, entry, 1)).count() >= 3 {
        out.push("three calls today");
    }
    if rung.iter().any(|entry| history.now - entry.at < TimeDelta::hours(2)) {
        out.push("called within two hours");
    }
    if !person {
        return;
    }
    let talks: Vec<_> =
        entries.iter().filter(|entry| entry.account == here && spoke(entry) && within(history, entry, 7)).collect();
    // The customer asked for the call, and nothing was said since: neither cap counts.
    let asked = talks.last().is_some_and(|entry| entry.disposition == Some(Disposition::CallBack));
    if asked {
        return;
    }
    if !talks.is_empty() {
        out.push("spoke within seven days");
    }
    let agreed = entries.iter().any(|entry| entry.account == here && entry.disposition == Some(Disposition::CallBack));
    if !agreed && week.filter(|entry| entry.account == here).count() >= 7 {
        out.push("seven calls in seven days");
    }
}

fn overlays(history: &History, medium: Medium, purpose: Purpose, out: &mut Vec<&'static str>) {
    let (facts, here) = (&history.facts, history.facts.account.id);
    let collector = facts.account.mode == Mode::ThirdParty;
    let entries = log(history);
    let ours: Vec<_> =
        entries.iter().filter(|entry| entry.account == here && entry.direction == Direction::Outbound).collect();
    let reached = |entry: &&&Contact| rang(entry) || !matches!(entry.medium, Medium::Call | Medium::Voicemail);
    let in_state = |state| history.states.contains(&state);
    let week: Vec<_> = ours.iter().filter(|entry| within(history, entry, 7)).collect();
    let at_work = |number: &str| {
        let mut points = facts.customer.points.iter();
        points.find(|point| point.value == number).is_some_and(|point| point.kind == PointKind::Work)
    };
    let mut usable = facts.customer.points.iter().filter(|point| !point.bad && !point.opted_out);
    let to_home = match medium {
        Medium::Text => true,
        _ => usable.find(|point| point.kind != PointKind::Email).is_some_and(|point| point.kind != PointKind::Work),
    };
    if in_state("MA") && to_home && matches!(medium, Medium::Call | Medium::Voicemail | Medium::Text) {
        let home = week.iter().filter(|entry| (rang(entry) || entry.medium == Medium::Text) && !at_work(&entry.point));
        if home.count() >= 2 {
            out.push("two in seven days (MA)");
        }
    }
    if in_state("WA") && collector && week.iter().filter(|entry| reached(entry)).count() >= 3 {
        out.push("three contacts a week (WA)");
    }
    if facts.customer.address.city == "New York" && (collector || purpose == Purpose::Dunning) {
        let cap = if first_date(history).year() < 2027 { 2 } else { 3 };
        if week.len() >= cap {
            out.push("contacts in seven days (NYC)");
        }
    }
    let telephone = matches!(medium, Medium::Call | Medium::Voicemail);
    let placed = week.iter().filter(|entry| matches!(entry.medium, Medium::Call | Medium::Voicemail));
    let oldest = facts.invoices.iter().filter(|invoice| invoice.settled.is_none()).map(|invoice| invoice.due).min();
    let old = oldest.is_some_and(|due| first_date(history) - due > TimeDelta::days(30));
    if in_state("DC") && telephone && old && placed.count() >= 4 {
        out.push("four calls in seven days (DC)");
    }
}

/// Open and undisputed, by invoice and in all.
fn claims_wrongly(history: &History) -> bool {
    let facts = &history.facts;
    let today = first_date(history);
    let promised = !facts.arrangements.is_empty();
    let owed: Decimal = facts
        .invoices
        .iter()
        .filter(|invoice| invoice.settled.is_none() && !invoice.disputed && invoice.due < today && !promised)
        .map(|invoice| {
            let matters = facts.disputes.iter().filter(|dispute| dispute.invoice == invoice.id);
            let disputed: Decimal = matters.map(|dispute| dispute.amount.amount).sum();
            (invoice.amount.amount - disputed).max(Decimal::ZERO)
        })
        .sum();
    match &history.item.asks {
        Some((asked, _)) => asked.amount != owed || owed.is_zero(),
        None => owed.is_zero(),
    }
}
