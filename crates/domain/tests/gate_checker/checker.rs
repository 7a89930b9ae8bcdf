//! The second opinion: what must not be true of anything cleared without a supervisor.

use chrono::{DateTime, Datelike, NaiveDate, NaiveDateTime, NaiveTime, TimeDelta, Timelike, Utc};
use domain::account::{CustomerKind, Mode};
use domain::compliance::Purpose;
use domain::contact::{Contact, Direction, Disposition, Medium};
use domain::hold::HoldKind;
use domain::ids::InvoiceId;
use domain::testkit::Doing;
use dunlin_domain as domain;
use rust_decimal::Decimal;

use crate::histories::History;
use crate::{messages, notices, orders, states};

/// An objection: that, and whether a supervisor may lift it with a reason.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Objection {
    pub what: &'static str,
    pub soft: bool,
}

/// What was found so far.
#[derive(Default)]
pub struct Found(pub Vec<Objection>);

impl Found {
    /// Nobody may lift it.
    pub fn no(&mut self, what: &'static str) {
        self.0.push(Objection { what, soft: false });
    }

    /// A supervisor may.
    pub fn ask(&mut self, what: &'static str) {
        self.0.push(Objection { what, soft: true });
    }

    /// The one or the other.
    pub fn either(&mut self, soft: bool, what: &'static str) {
        self.0.push(Objection { what, soft });
    }
}

/// Objections to what was cleared. A supervisor's fresh word, with a name and a reason, lifts those
/// that may be lifted.
pub fn objections(history: &History) -> Vec<&'static str> {
    let mut out = Found::default();
    let item = &history.item;
    if item.account != history.facts.account.id {
        out.no("another account's facts");
    }
    match &item.doing {
        Doing::Order(kind, _) => orders::objections(history, *kind, &mut out),
        Doing::Contact(medium, purpose) => contact(history, *medium, *purpose, &mut out),
        Doing::Email(_, purpose) => contact(history, Medium::Email, *purpose, &mut out),
    }
    let lifted = item.approval.as_ref().is_some_and(|word| {
        let age = history.now - word.at;
        let named = !word.by.trim().is_empty() && !word.reason.trim().is_empty();
        named && age >= TimeDelta::zero() && age <= TimeDelta::hours(24)
    });
    out.0.into_iter().filter(|objection| !(objection.soft && lifted)).map(|objection| objection.what).collect()
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

/// A person's debt.
pub fn is_person(history: &History) -> bool {
    history.facts.customer.kind == CustomerKind::Consumer
}

/// Collected for another from a person: Regulation F.
pub fn is_collector(history: &History) -> bool {
    is_person(history) && history.facts.account.mode == Mode::ThirdParty
}

/// Regulation F, or the Californian law that adopts it for creditors.
fn is_bound(history: &History) -> bool {
    is_collector(history) || (is_person(history) && history.states.contains(&"CA"))
}

pub fn is_collecting(purpose: Purpose) -> bool {
    !matches!(purpose, Purpose::Receipt | Purpose::EffortsEnd)
}

fn contact(history: &History, medium: Medium, purpose: Purpose, out: &mut Found) {
    let person = is_person(history);
    let telephone = matches!(medium, Medium::Call | Medium::Voicemail);
    stops(history, medium, purpose, out);
    hours(history, medium, out);
    messages::reach(history, medium, out);
    messages::words(history, medium, out);
    notices::objections(history, medium, purpose, out);
    if purpose == Purpose::Dunning && claims_wrongly(history) {
        out.no("asks for what is not owed");
    }
    if is_collector(history) && is_collecting(purpose) {
        all_disputed(history, out);
    }
    if telephone {
        calls(history, person, out);
    }
    if person {
        states::objections(history, medium, purpose, out);
    }
}

fn stops(history: &History, medium: Medium, purpose: Purpose, out: &mut Found) {
    let soft = !is_bound(history);
    let telephone = matches!(medium, Medium::Call | Medium::Voicemail);
    let collecting = is_collecting(purpose);
    let today = first_date(history);
    for hold in holds(history) {
        match hold {
            HoldKind::Cease if purpose != Purpose::EffortsEnd => out.either(soft, "cease"),
            HoldKind::RefusedMedium { medium: refused } if *refused == medium => out.no("refused medium"),
            HoldKind::RefusedMedium { medium: Medium::Call } if telephone => out.no("refused medium"),
            HoldKind::Attorney { contact, letter_sent } => {
                // Thirty days are reasonable; then, or if the attorney can't be found, a person decides.
                let silent = letter_sent.is_some_and(|sent| today > sent + TimeDelta::days(30));
                let florida = is_person(history) && history.states.contains(&"FL");
                out.either((soft && !florida) || silent || contact.is_empty(), "attorney");
            }
            HoldKind::Bankruptcy { file, .. } if collecting => {
                let over = |day: Option<NaiveDate>| day.is_some_and(|day| day <= today);
                out.either(over(file.discharged) || over(file.dismissed), "stay");
                if over(file.discharged) {
                    out.no("a discharged debt");
                }
            }
            HoldKind::Deceased => out.ask("died"),
            HoldKind::IdentityTheft if collecting => out.no("identity theft"),
            HoldKind::Manual if collecting => out.ask("paused by a person"),
            HoldKind::InconvenientTime { days, from, to } if medium != Medium::Letter => {
                let now = locals(history, history.now);
                if now.iter().any(|local| inconvenient(*local, days, from, to)) {
                    out.no("an hour named inconvenient");
                }
            }
            _ => {}
        }
    }
}

/// From eight to nine wherever the customer may be.
pub fn is_night(history: &History) -> bool {
    locals(history, history.now).iter().any(|local| !(8..21).contains(&local.hour()))
}

fn hours(history: &History, medium: Medium, out: &mut Found) {
    let person = is_person(history);
    let kept = match medium {
        Medium::Letter => false,
        _ if is_bound(history) => true,
        Medium::Email => false,
        _ => !person || history.house.hours,
    };
    if kept && history.zones.is_empty() {
        out.ask("place unknown");
    }
    if kept && is_night(history) {
        out.either(!person, "outside the hours");
    }
}

/// A dispute of all that is past due.
fn all_disputed(history: &History, out: &mut Found) {
    let (facts, today) = (&history.facts, first_date(history));
    if facts.disputes.is_empty() {
        return;
    }
    let mut due = facts.invoices.iter().filter(|invoice| invoice.settled.is_none() && invoice.due < today);
    let all = due.all(|invoice| invoice.disputed || invoice.amount.amount <= disputed(history, invoice.id));
    // A dispute of an invoice that was paid since is none.
    let open = facts.disputes.iter().any(|dispute| {
        let mut invoices = facts.invoices.iter();
        invoices.any(|invoice| invoice.id == dispute.invoice)
    });
    if all && open {
        // In writing and within the period it stops collection; any other is a person's to decide.
        let end = notices::end(history);
        let firm = facts.disputes.iter().any(|dispute| dispute.written && end.is_none_or(|end| dispute.opened <= end));
        out.either(!firm, "all of it is disputed");
    }
}

fn disputed(history: &History, invoice: InvoiceId) -> Decimal {
    let matters = history.facts.disputes.iter().filter(|dispute| dispute.invoice == invoice);
    matters.map(|dispute| dispute.amount.amount).sum()
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
pub fn log(history: &History) -> Vec<&Contact> {
    let all = &history.facts.contacts;
    all.iter()
        .filter(|entry| entry.medium != Medium::Note)
        .filter(|entry| !all.iter().any(|other| other.corrects.is_some_and(|id| id == entry.id)))
        .collect()
}

/// The last seven dates; a date ahead of the westmost zone's is today's.
pub fn within(history: &History, entry: &Contact, days: i64) -> bool {
    entry.local_date > first_date(history) - TimeDelta::days(days)
}

pub fn rang(entry: &Contact) -> bool {
    entry.direction == Direction::Outbound
        && matches!(entry.medium, Medium::Call | Medium::Voicemail)
        && !matches!(entry.disposition, Some(Disposition::Busy | Disposition::NotInService))
}

pub fn spoke(entry: &Contact) -> bool {
    let talked =
        matches!(entry.disposition, Some(Disposition::Spoke | Disposition::PromiseToPay | Disposition::CallBack));
    entry.medium == Medium::Call && talked
}

fn calls(history: &History, person: bool, out: &mut Found) {
    let entries = log(history);
    let here = history.facts.account.id;
    let rung: Vec<_> = entries.iter().filter(|entry| rang(entry)).collect();
    let week = rung.iter().filter(|entry| within(history, entry, 7));
    if week.clone().count() >= 7 {
        out.ask("seven calls over all accounts");
    }
    if rung.iter().filter(|entry| within(history, entry, 1)).count() >= 3 {
        out.ask("three calls today");
    }
    if rung.iter().any(|entry| history.now - entry.at < TimeDelta::hours(2)) {
        out.ask("called within two hours");
    }
    if !person || !(is_collector(history) || history.house.caps) {
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
        out.ask("spoke within seven days");
    }
    let agreed = entries.iter().any(|entry| entry.account == here && entry.disposition == Some(Disposition::CallBack));
    if !agreed && week.filter(|entry| entry.account == here).count() >= 7 {
        out.ask("seven calls in seven days");
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
        .filter(|invoice| {
            !holds(history).any(|hold| matches!(hold, HoldKind::Invoice { invoice: id } if *id == invoice.id))
        })
        .map(|invoice| (invoice.amount.amount - disputed(history, invoice.id)).max(Decimal::ZERO))
        .sum();
    match &history.item.asks {
        Some((asked, _)) => asked.amount != owed || owed.is_zero(),
        None => owed.is_zero(),
    }
}
