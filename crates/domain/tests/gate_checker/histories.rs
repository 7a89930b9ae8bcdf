//! Random histories: a customer somewhere, invoices, a contact log, holds, and an item to clear.

use chrono::{DateTime, Datelike, NaiveDate, TimeDelta, TimeZone as _, Utc};
use chrono_tz::Tz;
use domain::account::{Address, CustomerKind, Mode, PointKind, ServiceState};
use domain::arrangement::{Arrangement, ArrangementKind, Installment};
use domain::contact::{Contact, Direction, Disposition, FollowUp, Medium};
use domain::facts::Facts;
use domain::followup::RETURNED_MAIL;
use domain::hold::{Hold, HoldKind};
use domain::ids::{AccountId, ArrangementId, ContactId, DisputeId, FollowUpId, HoldId};
use domain::invoice::Dispute;
use domain::testkit::{self, Doing, Sample};
use domain::treatment::StepTaken;
use dunlin_domain as domain;
use uuid::Uuid;

use crate::dice::Dice;
use crate::items::{House, item, old_text, storm};
use crate::notices;

/// City, state, ZIP, and where that is.
pub const PLACES: [(&str, &str, &str, Tz); 13] = [
    ("Boise", "ID", "83702", Tz::America__Denver),
    ("Boise", "ID", "83702", Tz::America__Denver),
    ("New York", "NY", "10001", Tz::America__New_York),
    ("Los Angeles", "CA", "90012", Tz::America__Los_Angeles),
    ("Boston", "MA", "02108", Tz::America__New_York),
    ("Pensacola", "FL", "32501", Tz::America__Chicago),
    ("Seattle", "WA", "98101", Tz::America__Los_Angeles),
    ("Washington", "DC", "20001", Tz::America__New_York),
    ("Phoenix", "AZ", "85001", Tz::America__Phoenix),
    ("Honolulu", "HI", "96813", Tz::Pacific__Honolulu),
    ("Denver", "CO", "80202", Tz::America__Denver),
    ("Chicago", "IL", "60601", Tz::America__Chicago),
    ("Charleston", "WV", "25301", Tz::America__New_York),
];

/// Number, where it is from, and the state whose contact rules it carries.
const PHONES: [(&str, Option<Tz>, &str); 8] = [
    ("+1 208 342 5550", Some(Tz::America__Denver), ""),
    ("(208) 743-5550", Some(Tz::America__Los_Angeles), ""),
    ("212-555-0100", Some(Tz::America__New_York), "NY"),
    ("617 555 0100", Some(Tz::America__New_York), "MA"),
    ("415.555.0100", Some(Tz::America__Los_Angeles), "CA"),
    ("1 303 555 0100", Some(Tz::America__Denver), ""),
    ("800-555-0100", None, ""),
    ("602-555-0100", Some(Tz::America__Phoenix), ""),
];

/// One history, with what is true of it beside the facts.
pub struct History {
    pub facts: Facts,
    pub item: Sample,
    pub now: DateTime<Utc>,
    /// Every zone the customer may be in; empty when not known.
    pub zones: Vec<Tz>,
    /// States whose rules reach the customer.
    pub states: Vec<&'static str>,
    /// The department's own hours and caps.
    pub house: House,
}

impl History {
    pub fn kind(&self) -> String {
        match &self.item.doing {
            Doing::Contact(medium, _) => format!("{medium:?}"),
            Doing::Email(..) => "Email".to_owned(),
            Doing::Order(..) => "Order".to_owned(),
        }
    }
}

pub fn roll(dice: &mut Dice) -> History {
    let start = Utc.with_ymd_and_hms(2026, 2, 1, 0, 0, 0).single().expect("a moment");
    let now = start + TimeDelta::days(dice.below(400)) + TimeDelta::minutes(dice.below(1_440));
    // Midday of a Monday to Wednesday everywhere but in Hawaii, for two in five.
    let now = if dice.percent(40) {
        let weekday = i64::from(now.weekday().num_days_from_monday());
        let midday = now.date_naive().and_hms_opt(17, 0, 0).expect("an hour").and_utc();
        midday + TimeDelta::days(dice.below(3) - weekday) + TimeDelta::minutes(dice.below(60))
    } else {
        now
    };
    let mut facts = testkit::facts();
    let (mut zones, mut states) = place(dice, &mut facts);
    let (phone_zones, phone_states) = points(dice, &mut facts);
    if facts.customer.zones.is_empty() && !zones.is_empty() {
        zones.extend(phone_zones);
    }
    states.extend(phone_states);
    facts.customer.kind = dice.pick(&[CustomerKind::Consumer, CustomerKind::Consumer, CustomerKind::Business]);
    facts.account.mode = dice.pick(&[Mode::FirstParty, Mode::ThirdParty]);
    let today = now.date_naive();
    for (index, invoice) in facts.invoices.iter_mut().enumerate() {
        invoice.due = today - TimeDelta::days(5 + 40 * i64::try_from(index).expect("small") + dice.below(30));
        invoice.date = invoice.due - TimeDelta::days(20);
        if dice.percent(4) {
            invoice.settled = Some(today - TimeDelta::days(1 + dice.below(5)));
        }
        invoice.disputed = dice.percent(3);
    }
    contacts(dice, &mut facts, now, &zones);
    if dice.percent(30) {
        let hold = hold(dice, &facts, now, today);
        facts.holds.push(hold);
    }
    if dice.percent(10) {
        let hold = hold(dice, &facts, now, today);
        facts.holds.push(hold);
    }
    if dice.percent(3) {
        facts.customer.address.lines.clear();
    }
    if dice.percent(3) {
        facts.follow_ups.push(returned_mail(&facts, today));
    }
    let service = &mut facts.services[0];
    dice.pick(&["Internet 500", "Internet 500", "Home phone", "Electric", "Gas", "Lifeline voice"])
        .clone_into(&mut service.product);
    if dice.percent(10) {
        service.state = dice.pick(&[ServiceState::Suspended, ServiceState::Terminated]);
    }
    if dice.percent(6) {
        dispute(dice, &mut facts, today);
    }
    if dice.percent(6) {
        arrangement(&mut facts, today);
    }
    if dice.percent(80) {
        let on = today - TimeDelta::days(8 + dice.below(14));
        facts.steps.push(StepTaken::new(None, "Final notice", on));
    }
    let item = item(dice, &facts, now);
    let house = House { hours: dice.percent(75), caps: dice.percent(75) };
    let mut history = History { facts, item, now, zones, states, house };
    notices::roll(dice, &mut history);
    if dice.percent(2) {
        storm(dice, &mut history);
    }
    if dice.percent(1) {
        old_text(dice, &mut history);
    }
    history
}

pub fn entry(
    facts: &Facts,
    index: i64,
    at: DateTime<Utc>,
    zone: Tz,
    medium: Medium,
    disposition: Option<Disposition>,
) -> Contact {
    Contact {
        id: ContactId(Uuid::from_u128(u128::try_from(index).expect("small") + 1)),
        account: facts.account.id,
        at,
        local_date: at.with_timezone(&zone).date_naive(),
        actor: "specialist".to_owned(),
        medium,
        direction: Direction::Outbound,
        point: match medium {
            Medium::Letter => String::new(),
            Medium::Email => "customer@example.com".to_owned(),
            _ => facts.customer.points[0].value.clone(),
        },
        disposition,
        note: String::new(),
        amount: None,
        corrects: None,
    }
}

fn place(dice: &mut Dice, facts: &mut Facts) -> (Vec<Tz>, Vec<&'static str>) {
    let (city, state, zip, zone) = dice.pick(&PLACES);
    let lines = facts.customer.address.lines.clone();
    facts.customer.address =
        Address { lines, city: city.to_owned(), state: state.to_owned(), zip: zip.to_owned(), country: String::new() };
    let mut zones = vec![zone];
    match dice.below(40) {
        0 => {
            "FR".clone_into(&mut facts.customer.address.country);
            zones.clear();
        }
        1 => {
            facts.customer.zones = vec!["Mountain time".to_owned()];
            zones.clear();
        }
        2..=4 => {
            facts.customer.zones = vec!["America/Chicago".to_owned()];
            zones = vec![Tz::America__Chicago];
        }
        _ => {}
    }
    (zones, vec![state])
}

fn points(dice: &mut Dice, facts: &mut Facts) -> (Vec<Tz>, Vec<&'static str>) {
    let (mut zones, mut states) = (Vec::new(), Vec::new());
    let mail = facts.customer.points.pop().expect("the email");
    facts.customer.points.clear();
    for index in 0..=dice.below(2) {
        let (number, zone, state) = dice.pick(&PHONES);
        let kind = dice.pick(&[PointKind::Phone, PointKind::Mobile, PointKind::Mobile, PointKind::Work]);
        let id = u128::try_from(index).expect("small") + 10;
        let mut point = testkit::point(id, kind, number);
        point.bad = dice.percent(8);
        point.opted_out = dice.percent(5);
        point.consented = dice.percent(60);
        if !point.bad {
            zones.extend(zone);
        }
        if !state.is_empty() {
            states.push(state);
        }
        facts.customer.points.push(point);
    }
    let mut mail = mail;
    mail.bad = dice.percent(6);
    mail.opted_out = dice.percent(6);
    mail.consented = dice.percent(80);
    facts.customer.points.push(mail);
    (zones, states)
}

fn contacts(dice: &mut Dice, facts: &mut Facts, now: DateTime<Utc>, zones: &[Tz]) {
    let many = dice.percent(30);
    let count = if many { 6 + dice.below(9) } else { dice.below(4) };
    let span = if many { 8 } else { 40 };
    for index in 0..count {
        let at = now - TimeDelta::minutes(dice.below(span * 1_440));
        let medium = dice.pick(&[
            Medium::Call,
            Medium::Call,
            Medium::Call,
            Medium::Call,
            Medium::Voicemail,
            Medium::Voicemail,
            Medium::Text,
            Medium::Email,
            Medium::Letter,
            Medium::Note,
        ]);
        let disposition = matches!(medium, Medium::Call).then(|| {
            if many && dice.percent(80) {
                return Disposition::NoAnswer;
            }
            dice.pick(&[
                Disposition::NoAnswer,
                Disposition::LeftMessage,
                Disposition::Busy,
                Disposition::NotInService,
                Disposition::Spoke,
                Disposition::PromiseToPay,
                Disposition::CallBack,
            ])
        });
        let zone = zones.first().copied().unwrap_or(Tz::America__Denver);
        let mut entry = entry(facts, index, at, zone, medium, disposition);
        if dice.percent(15) {
            entry.account = AccountId::derive("billing", "another");
        }
        if dice.percent(15) {
            entry.direction = Direction::Inbound;
        }
        if index > 0 && dice.percent(5) {
            entry.corrects = Some(ContactId(Uuid::from_u128(u128::try_from(index).expect("small"))));
        }
        facts.contacts.push(entry);
    }
    facts.contacts.sort_by_key(|contact| contact.at);
}

fn hold(dice: &mut Dice, facts: &Facts, now: DateTime<Utc>, today: NaiveDate) -> Hold {
    let kind = match dice.below(17) {
        0 | 1 => HoldKind::Cease,
        2 => HoldKind::RefusedMedium { medium: Medium::Call },
        3 => HoldKind::RefusedMedium { medium: Medium::Letter },
        4 => HoldKind::RefusedMedium { medium: Medium::Email },
        5 => HoldKind::Attorney {
            contact: dice.pick(&["", "A. Law, 1 Main Street"]).to_owned(),
            letter_sent: dice.percent(50).then(|| today - TimeDelta::days(20 + dice.below(20))),
        },
        6 | 7 => HoldKind::Bankruptcy {
            chapter: dice.pick(&["7", "11", "13"]).to_owned(),
            case_number: "26-1".to_owned(),
            petition: today - TimeDelta::days(dice.below(60)),
            file: Box::default(),
        },
        8 => HoldKind::Deceased,
        9 => HoldKind::IdentityTheft,
        14 => HoldKind::CreditorRequest {
            received: today - TimeDelta::days(dice.below(60)),
            written: dice.percent(70),
            answered: dice.percent(30).then(|| today - TimeDelta::days(dice.below(5) - 2)),
        },
        15 | 16 => HoldKind::Medical {
            certified: today - TimeDelta::days(dice.below(70)),
            unable_to_pay: dice.pick(&[None, Some(true), Some(false)]),
            agreed_plan: dice.pick(&[None, Some(true)]),
        },
        12 => HoldKind::Manual,
        13 => HoldKind::Invoice { invoice: facts.invoices[1].id },
        _ => {
            let from = dice.below(23);
            HoldKind::InconvenientTime {
                days: ["Mon", "Tue", "Wed", "Thu", "Fri"].map(str::to_owned).to_vec(),
                from: format!("{from:02}:00"),
                to: format!("{:02}:30", (from + 1 + dice.below(8)) % 24),
            }
        }
    };
    Hold {
        id: HoldId(Uuid::from_u128(1)),
        kind,
        note: String::new(),
        placed: now - TimeDelta::minutes(dice.below(100_000)),
        until: dice.percent(20).then(|| today + TimeDelta::days(dice.below(5) - 3)),
        released: dice.percent(15).then(|| now + TimeDelta::minutes(dice.below(2_000) - 1_500)),
    }
}

fn returned_mail(facts: &Facts, today: NaiveDate) -> FollowUp {
    FollowUp {
        id: FollowUpId(Uuid::from_u128(1)),
        account: facts.account.id,
        due: today,
        what: RETURNED_MAIL.to_owned(),
        why: "a letter came back".to_owned(),
        done: None,
        assignee: None,
    }
}

fn dispute(dice: &mut Dice, facts: &mut Facts, today: NaiveDate) {
    let whole = dice.percent(40);
    for (index, invoice) in facts.invoices.iter().enumerate().take(if whole { 2 } else { 1 }) {
        let amount = if whole { invoice.amount } else { testkit::usd(3_000 + dice.below(9_000)) };
        facts.disputes.push(Dispute {
            id: DisputeId(Uuid::from_u128(u128::try_from(index).expect("small") + 1)),
            invoice: invoice.id,
            amount,
            reason: "amount".to_owned(),
            opened: today - TimeDelta::days(2 + dice.below(20)),
            written: dice.percent(50),
            resolved: None,
        });
    }
}

fn arrangement(facts: &mut Facts, today: NaiveDate) {
    let covers: Vec<_> = facts.invoices.iter().map(|invoice| invoice.id).collect();
    facts.arrangements.push(Arrangement {
        id: ArrangementId(Uuid::from_u128(1)),
        kind: ArrangementKind::LumpSum,
        agreed: (today - TimeDelta::days(3)).and_time(chrono::NaiveTime::MIN).and_utc(),
        agreed_on: today - TimeDelta::days(3),
        covers,
        installments: vec![Installment { due: today + TimeDelta::days(5), amount: testkit::usd(20_000) }],
        policy_version: 1,
        approved_by: None,
        cancelled: None,
        before: Vec::new(),
    });
}
