//! The second opinion on states and cities: their caps, hours and consents, read from their own texts.

use chrono::{Datelike, TimeDelta};
use domain::account::{Mode, PointKind};
use domain::compliance::Purpose;
use domain::contact::{Contact, Direction, Medium};
use dunlin_domain as domain;

use crate::checker::{Found, first_date, is_collector, is_night, log, rang, spoke, within};
use crate::histories::History;
use crate::messages::{number_used, wrote};

/// Objections to a contact with a person.
pub fn objections(history: &History, medium: Medium, purpose: Purpose, out: &mut Found) {
    let here = history.facts.account.id;
    let entries = log(history);
    let ours: Vec<&Contact> =
        entries.into_iter().filter(|entry| entry.account == here && entry.direction == Direction::Outbound).collect();
    for state in &history.states {
        match *state {
            "MA" => massachusetts(history, medium, &ours, out),
            "WA" if history.facts.account.mode == Mode::ThirdParty => washington(history, medium, &ours, out),
            "WV" => west_virginia(history, medium, out),
            "DC" => district(history, medium, &ours, out),
            "FL" if !matches!(medium, Medium::Email | Medium::Letter) => night(history, "at night (FL)", out),
            "NY" if is_collector(history) && unasked(history, medium) => out.ask("no consent to messages (NY)"),
            _ => {}
        }
    }
    if history.facts.customer.address.city == "New York" {
        new_york_city(history, medium, purpose, &ours, out);
    }
}

fn is_electronic(medium: Medium) -> bool {
    matches!(medium, Medium::Email | Medium::Text)
}

fn is_telephone(medium: Medium) -> bool {
    matches!(medium, Medium::Call | Medium::Voicemail)
}

/// An electronic message without recorded consent to its address.
fn unasked(history: &History, medium: Medium) -> bool {
    is_electronic(medium) && number_used(history, medium).is_some_and(|point| !point.consented)
}

fn night(history: &History, what: &'static str, out: &mut Found) {
    if history.zones.is_empty() {
        out.ask("place unknown");
    } else if is_night(history) {
        out.no(what);
    }
}

fn is_at(history: &History, number: &str, kind: PointKind) -> bool {
    let mut points = history.facts.customer.points.iter();
    points.find(|point| point.value == number).is_some_and(|point| point.kind == kind)
}

fn massachusetts(history: &History, medium: Medium, ours: &[&Contact], out: &mut Found) {
    if !(is_telephone(medium) || medium == Medium::Text) {
        return;
    }
    night(history, "at night (MA)", out);
    let to_work = number_used(history, medium).is_some_and(|point| point.kind == PointKind::Work);
    let counted = |days: i64, work: bool| {
        let all = ours.iter().filter(|entry| rang(entry) || entry.medium == Medium::Text);
        all.filter(|entry| is_at(history, &entry.point, PointKind::Work) == work && within(history, entry, days))
            .count()
    };
    if to_work && counted(30, true) >= 2 {
        out.no("two in thirty days at work (MA)");
    }
    if !to_work && counted(7, false) >= 2 {
        out.no("two in seven days (MA)");
    }
}

fn washington(history: &History, medium: Medium, ours: &[&Contact], out: &mut Found) {
    let reached = |entry: &&&Contact| rang(entry) || !is_telephone(entry.medium);
    let week: Vec<_> = ours.iter().filter(reached).filter(|entry| within(history, entry, 7)).collect();
    if week.len() >= 3 {
        out.no("three contacts a week (WA)");
    }
    let to = number_used(history, medium).filter(|point| point.kind != PointKind::Email).map(|point| point.kind);
    if to == Some(PointKind::Work) && week.iter().any(|entry| is_at(history, &entry.point, PointKind::Work)) {
        out.no("one a week at work (WA)");
    }
    let cell = week.iter().filter(|entry| is_at(history, &entry.point, PointKind::Mobile));
    if to == Some(PointKind::Mobile) && cell.filter(|entry| within(history, entry, 1)).count() >= 2 {
        out.no("two a day to a cell (WA)");
    }
}

fn west_virginia(history: &History, medium: Medium, out: &mut Found) {
    if !is_telephone(medium) {
        return;
    }
    night(history, "at night (WV)", out);
    let entries = log(history);
    let count =
        |is: fn(&Contact) -> bool| entries.iter().filter(|entry| is(entry) && within(history, entry, 7)).count();
    if count(rang) >= 30 || count(spoke) >= 10 {
        out.no("thirty calls or ten talks a week (WV)");
    }
}

fn district(history: &History, medium: Medium, ours: &[&Contact], out: &mut Found) {
    let open = history.facts.invoices.iter().filter(|invoice| invoice.settled.is_none());
    let old = open.map(|invoice| invoice.due).min().is_some_and(|due| first_date(history) - due > TimeDelta::days(30));
    if !old {
        return;
    }
    let week =
        |is: fn(Medium) -> bool| ours.iter().filter(|entry| is(entry.medium) && within(history, entry, 7)).count();
    if is_telephone(medium) && week(is_telephone) >= 4 {
        out.no("four calls in seven days (DC)");
    }
    if unasked(history, medium) {
        out.ask("no consent to messages (DC)");
    } else if is_electronic(medium) && week(is_electronic) >= 5 {
        out.no("five messages in seven days (DC)");
    }
}

fn new_york_city(history: &History, medium: Medium, purpose: Purpose, ours: &[&Contact], out: &mut Found) {
    let begun = is_collector(history) || purpose == Purpose::Dunning;
    if !begun {
        return;
    }
    let new = first_date(history).year() >= 2027;
    let week = ours.iter().filter(|entry| within(history, entry, 7)).count();
    if new && week >= 3 {
        out.no("three contacts in seven days (NYC 2027)");
    }
    if !new && week >= 2 {
        out.no("two contacts in seven days (NYC)");
    }
    if new && unasked(history, medium) && !wrote(history, medium, None, 60) {
        out.ask("no consent to messages (NYC 2027)");
    }
}
