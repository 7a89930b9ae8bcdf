//! States and cities whose rules go beyond the federal ones, by where a consumer lives and by their
//! area codes. The strictest wins.

use super::calls::{is_call, is_conversation, is_counted};
use super::case::{Case, same_number};
use super::contact::Contacting;
use crate::account::{Mode, PointKind};
use crate::compliance::act::Purpose;
use crate::compliance::rules::cities::{CityContacts, DistrictContacts, ElectronicConsent, st_dc, st_nyc, st_nyc27};
use crate::compliance::rules::frequency::{in_window, window};
use crate::compliance::rules::states::{
    Place, PlacedContact, night_bar, st_fl, st_ma, st_ny_electronic, st_wa, st_wa_hours, st_wv,
};
use crate::compliance::rules::table::{ST_MA, ST_WV};
use crate::compliance::verdict::Finding;
use crate::contact::{Contact, Direction, Medium};

/// Everything the overlays say about a contact.
pub(super) fn findings(contact: &Contacting<'_, '_>, out: &mut Vec<Finding>) {
    let case = contact.case;
    if !case.is_consumer() || contact.purpose == Purpose::OptOutConfirmation {
        return;
    }
    for state in &case.states {
        match *state {
            "MA" => massachusetts(contact, out),
            "WA" => washington(contact, out),
            "FL" => out.push(st_fl(contact.medium, &case.zones, case.now)),
            "NY" => out.push(st_ny_electronic(case.mode, contact.medium, consent(contact))),
            "WV" => west_virginia(contact, out),
            "DC" => district(contact, out),
            _ => {}
        }
    }
    if case.nyc {
        new_york_city(contact, out);
    }
}

/// Consent to an electronic address; none when nothing is recorded.
fn consent(contact: &Contacting<'_, '_>) -> Option<bool> {
    contact.point.filter(|point| point.consented).map(|_| true)
}

/// Our contacts on this account, at most one of them for each entry of the log.
fn ours<'a>(case: &Case<'a>) -> impl Iterator<Item = &'a Contact> {
    let account = case.facts.account.id;
    case.log().filter(move |contact| contact.account == account && contact.direction == Direction::Outbound)
}

fn place_of(case: &Case<'_>, number: &str) -> Place {
    let points = &case.facts.customer.points;
    let point = points.iter().find(|point| same_number(&point.value, number));
    match point.map(|point| point.kind) {
        Some(PointKind::Work) => Place::Work,
        Some(PointKind::Mobile) => Place::Cell,
        // An unlisted number counts where the cap is tighter.
        _ => Place::Residence,
    }
}

fn placed(case: &Case<'_>) -> Vec<PlacedContact> {
    ours(case)
        .map(|contact| PlacedContact {
            on: case.date(contact),
            place: place_of(case, &contact.point),
            medium: contact.medium,
            unable: is_call(contact.medium) && !is_counted(contact),
        })
        .collect()
}

fn place(contact: &Contacting<'_, '_>) -> Place {
    contact.point.map_or(Place::Residence, |point| place_of(contact.case, &point.value))
}

fn massachusetts(contact: &Contacting<'_, '_>, out: &mut Vec<Finding>) {
    let case = contact.case;
    let contacts = placed(case);
    out.push(st_ma(&contacts, contact.medium, place(contact), case.today));
    if is_call(contact.medium) || contact.medium == Medium::Text {
        out.push(night_bar(&ST_MA, &case.zones, case.now));
    }
}

fn washington(contact: &Contacting<'_, '_>, out: &mut Vec<Finding>) {
    let case = contact.case;
    // A creditor's own collection needs no licence.
    let licensee = Some(case.mode == Mode::ThirdParty);
    let reply = contact.purpose == Purpose::Reply && contact.is_reply();
    out.push(st_wa(licensee, &placed(case), place(contact), reply, case.today));
    if contact.medium != Medium::Letter {
        out.push(st_wa_hours(licensee, &case.zones, case.now));
    }
}

fn west_virginia(contact: &Contacting<'_, '_>, out: &mut Vec<Finding>) {
    let case = contact.case;
    if !is_call(contact.medium) {
        return;
    }
    let dates = |is: fn(&Contact) -> bool| {
        let log = case.log().filter(move |contact| is(contact));
        log.map(|contact| case.date(contact)).collect::<Vec<_>>()
    };
    out.push(st_wv(&dates(is_counted), &dates(is_conversation), case.today));
    out.push(night_bar(&ST_WV, &case.zones, case.now));
}

fn district(contact: &Contacting<'_, '_>, out: &mut Vec<Finding>) {
    let case = contact.case;
    let of = |medium: Medium, electronic: bool| {
        if electronic { matches!(medium, Medium::Email | Medium::Text) } else { is_call(medium) }
    };
    let electronic = !is_call(contact.medium);
    let dates = |electronic: bool| {
        let log = ours(case).filter(move |entry| of(entry.medium, electronic));
        log.map(|entry| case.date(entry))
    };
    let count = |electronic: bool| {
        let inside = dates(electronic).filter(|on| in_window(*on, case.today, 7));
        u32::try_from(inside.count()).unwrap_or(u32::MAX)
    };
    let cap = if electronic { 5 } else { 4 };
    let account = DistrictContacts {
        calls: count(false),
        messages: count(true),
        consent_requests: 0,
        consent: consent(contact),
        asks_consent: false,
        days_past_due: oldest_days(case),
        frees: window(dates(electronic), case.today, 7, cap).1,
    };
    out.push(st_dc(account, contact.medium));
}

/// Days since the oldest due date of an invoice that may be open; none if there is no invoice.
fn oldest_days(case: &Case<'_>) -> Option<u32> {
    let items = crate::aging::open_items(case.facts, case.today);
    let days = items.iter().map(|item| item.days_past_due).max()?;
    u32::try_from(days.max(0)).ok()
}

fn new_york_city(contact: &Contacting<'_, '_>, out: &mut Vec<Finding>) {
    let case = contact.case;
    let reply = contact.purpose == Purpose::Reply && contact.is_reply();
    let city = CityContacts {
        // A creditor's procedures begin when it asks for what is past due.
        procedures: Some(case.mode == Mode::ThirdParty || contact.purpose.asks_for_past_due()),
        contacts: ours(case).map(|contact| case.date(contact)).collect(),
        reply,
    };
    out.push(st_nyc(&city, case.today));
    let used = case.log().filter(|entry| entry.medium == contact.medium && entry.direction == Direction::Inbound);
    let consent = ElectronicConsent { given: consent(contact), medium_used: used.map(|entry| case.date(entry)).max() };
    out.push(st_nyc27(&city, contact.medium, consent, case.today));
}
