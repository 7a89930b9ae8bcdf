//! The second opinion on where a message goes and what it says.

use chrono::TimeDelta;
use domain::account::{ContactPoint, PointKind};
use domain::contact::{Direction, Disposition, Medium};
use dunlin_domain as domain;

use crate::checker::{Found, first_date, is_collector, is_person, log};
use crate::histories::History;

/// The number or address that would be used: the first usable one.
pub fn number_used(history: &History, medium: Medium) -> Option<&ContactPoint> {
    let fits = |point: &&ContactPoint| match medium {
        Medium::Email => point.kind == PointKind::Email,
        Medium::Text => point.kind == PointKind::Mobile,
        Medium::Letter => false,
        _ => point.kind != PointKind::Email,
    };
    history.facts.customer.points.iter().filter(fits).find(|point| !point.bad && !point.opted_out)
}

/// The customer wrote by that medium, from that address, within so many days.
pub fn wrote(history: &History, medium: Medium, from: Option<&str>, days: i64) -> bool {
    let since = first_date(history) - TimeDelta::days(days);
    log(history).iter().any(|entry| {
        let there = from.is_none_or(|from| entry.point == from);
        entry.medium == medium && entry.direction == Direction::Inbound && there && entry.local_date >= since
    })
}

/// Objections to the number or address.
pub fn reach(history: &History, medium: Medium, out: &mut Found) {
    if medium == Medium::Letter {
        let address = &history.facts.customer.address;
        if address.lines.is_empty() || !history.facts.follow_ups.is_empty() {
            out.no("no postal address that works");
        }
        return;
    }
    let Some(point) = number_used(history, medium) else {
        return out.no("no usable address");
    };
    let collector = is_collector(history);
    let bound = collector || (is_person(history) && history.states.contains(&"CA"));
    match medium {
        Medium::Email if collector && !point.consented && !wrote(history, medium, Some(&point.value), 10_000) => {
            out.ask("an email address without consent or use");
        }
        Medium::Text => {
            let recent = wrote(history, medium, Some(&point.value), 60);
            if !recent && (collector || !point.consented) {
                out.ask("a number that sent no text in sixty days");
            }
        }
        Medium::Call | Medium::Voicemail if point.kind == PointKind::Work && bound && !point.consented => {
            out.ask("at work, unasked");
        }
        _ => {}
    }
}

/// Objections to what is written.
pub fn words(history: &History, medium: Medium, out: &mut Found) {
    let written = |medium| matches!(medium, Medium::Letter | Medium::Email | Medium::Text);
    if !is_collector(history) || !written(medium) {
        return;
    }
    let says = |text| history.item.texts.contains(&text);
    if medium != Medium::Letter && !says("TXT_OPTOUT") {
        out.no("no way to opt out");
    }
    let entries = log(history);
    let letters = entries.iter().any(|entry| entry.direction == Direction::Outbound && written(entry.medium));
    let talks = entries.iter().any(|entry| {
        matches!(entry.disposition, Some(Disposition::Spoke | Disposition::PromiseToPay | Disposition::CallBack))
    });
    let wrote = letters || !history.facts.steps.is_empty();
    // The first communication, and the first in writing after a talk, say it in full.
    if !wrote && !says("TXT_MM_INITIAL") {
        out.no("a first writing without its text");
    }
    if (wrote || talks) && !says("TXT_MM_INITIAL") && !says("TXT_MM_SUBSEQUENT") {
        out.no("not from a debt collector, by its words");
    }
}
