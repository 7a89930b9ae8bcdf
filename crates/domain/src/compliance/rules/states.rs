//! State overlays: ST-MA, ST-MA2, ST-WA, ST-FL, ST-CA, ST-CAB, ST-NY, ST-NV, ST-WV. Each looks at
//! its own state's rule only; the gate runs those of every state a consumer is tied to.

use chrono::{DateTime, NaiveDate, Utc};
use chrono_tz::Tz;
use rust_decimal::Decimal;

use super::RuleRow;
use super::frequency::window;
use super::hours::{federal_hours, tim_1};
use super::table::{ST_CA, ST_CAB, ST_FL, ST_MA, ST_MA2, ST_NV, ST_NY, ST_WA, ST_WV};
use crate::account::Mode;
use crate::calendar::{Calendar, add_business_days};
use crate::compliance::planted;
use crate::compliance::verdict::{Decision, Finding};
use crate::contact::Medium;

/// Where a telephone rings.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Place {
    /// Residence or cell phone.
    Residence,
    /// A cell phone.
    Cell,
    /// The place of work.
    Work,
    /// Anywhere else.
    Elsewhere,
}

impl Place {
    /// Massachusetts counts residence and cell together, and everything else apart.
    #[must_use]
    pub fn is_home(self) -> bool {
        matches!(self, Self::Residence | Self::Cell)
    }
}

/// A contact begun by us, where the law counts it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PlacedContact {
    /// The consumer's date.
    pub on: NaiveDate,
    /// Where.
    pub place: Place,
    /// How.
    pub medium: Medium,
    /// We truly could not reach anybody or leave a message: busy, not in service. Choosing to leave
    /// none does not count as that.
    pub unable: bool,
}

/// ST-MA: calls, texts and recorded messages about the debt: two in 7 days to residence or cell,
/// two in 30 days elsewhere.
#[must_use]
pub fn st_ma(contacts: &[PlacedContact], medium: Medium, place: Place, today: NaiveDate) -> Finding {
    if !is_telephone(medium) {
        return Finding::allow(&ST_MA, "The cap is on calls and texts.");
    }
    let days = if place.is_home() { 7 } else { 30 };
    let counted = contacts.iter().filter(|contact| {
        is_telephone(contact.medium) && !contact.unable && contact.place.is_home() == place.is_home()
    });
    let (count, free) = window(counted.map(|contact| contact.on), today, days, planted::cap(&ST_MA, 2));
    let text = format!("{count} calls or texts about this debt in {days} days; Massachusetts allows 2.");
    match free {
        Some(day) => Finding::block(&ST_MA, text).until_day(day),
        None => Finding::allow(&ST_MA, text),
    }
    .with("contacts", count)
    .with("window_days", days)
}

fn is_telephone(medium: Medium) -> bool {
    matches!(medium, Medium::Call | Medium::Voicemail | Medium::Text)
}

/// ST-MA2: the creditor's own validation is due within five business days.
#[must_use]
pub fn st_ma2(initial: NaiveDate, sent: Option<NaiveDate>, today: Option<NaiveDate>) -> Finding {
    let due = add_business_days(Calendar::Statutory, initial, 5);
    match sent.or(today) {
        None => Finding::unknown(&ST_MA2, "whether the validation was sent"),
        Some(day) if day > due => Finding::block(&ST_MA2, format!("The validation was due by {due}.")),
        Some(_) => Finding::allow(&ST_MA2, format!("The validation is due by {due}.")),
    }
    .with("due", due)
}

/// ST-WA: three contacts a week, one of them at work, two calls a day to a cell phone. A reply to
/// the consumer is free. Binds licensees.
#[must_use]
pub fn st_wa(
    licensee: Option<bool>,
    contacts: &[PlacedContact],
    place: Place,
    reply: bool,
    today: NaiveDate,
) -> Finding {
    match licensee {
        None => return Finding::unknown(&ST_WA, "whether we collect under a Washington license"),
        Some(false) => return Finding::allow(&ST_WA, "Binds licensees only."),
        Some(true) if reply => return Finding::allow(&ST_WA, "A reply to the customer."),
        Some(true) => {}
    }
    let all = || contacts.iter().filter(|contact| !contact.unable);
    let at = |wanted: Place| all().filter(move |contact| contact.place == wanted);
    let dates = |contact: &PlacedContact| contact.on;
    let caps = [
        (true, window(all().map(dates), today, 7, planted::cap(&ST_WA, 3)), "3 contacts a week"),
        (
            place == Place::Work,
            window(at(Place::Work).map(dates), today, 7, planted::cap(&ST_WA, 1)),
            "1 a week at work",
        ),
        (
            place == Place::Cell,
            window(at(Place::Cell).map(dates), today, 1, planted::cap(&ST_WA, 2)),
            "2 a day to a cell phone",
        ),
    ];
    for (applies, (count, free), cap) in caps {
        if let Some(day) = free.filter(|_| applies) {
            return Finding::block(
                &ST_WA,
                format!("{count} contacts; Washington presumes more than {cap} harassment."),
            )
            .with("contacts", count)
            .until_day(day);
        }
    }
    Finding::allow(&ST_WA, "Within Washington's caps.")
}

/// ST-WA's hours: 7:30 to 21:00 by state law; the federal 8:00 is later and controls.
#[must_use]
pub fn st_wa_hours(licensee: Option<bool>, zones: &[Tz], at: DateTime<Utc>) -> Finding {
    match licensee {
        None => Finding::unknown(&ST_WA, "whether we collect under a Washington license"),
        Some(false) => Finding::allow(&ST_WA, "Binds licensees only."),
        Some(true) => night_bar(&ST_WA, zones, at),
    }
}

/// ST-FL: not from 21:00 to 8:00 where the debtor is; email is exempt since 2025-05-16.
#[must_use]
pub fn st_fl(medium: Medium, zones: &[Tz], at: DateTime<Utc>) -> Finding {
    let exempt = NaiveDate::from_ymd_opt(2025, 5, 16).is_some_and(|first| at.date_naive() >= first);
    match medium {
        Medium::Email if exempt => Finding::allow(&ST_FL, "Email is exempt from Florida's night bar."),
        Medium::Letter => Finding::allow(&ST_FL, "A letter has no hour."),
        _ => night_bar(&ST_FL, zones, at),
    }
}

/// ST-CA: the Rosenthal Act adopts 15 USC 1692b-j, so those findings bind a creditor in California
/// too. Give it the findings of the adopted rules; it answers with the worst under its own name.
#[must_use]
pub fn st_ca(adopted: Vec<Finding>) -> Finding {
    let verdict = crate::compliance::verdict::combine(adopted);
    match verdict.deciding() {
        Some(finding) => {
            let mut finding = finding.clone();
            finding.decision = verdict.decision;
            finding.under(&ST_CA)
        }
        None => Finding::allow(&ST_CA, "No adopted federal rule speaks."),
    }
}

/// A commercial debt in California.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CommercialDebt {
    /// A natural person owes or guarantees it; none when not known.
    pub natural_person: Option<bool>,
    /// The creditor lends, finances, or bought the debt; none for a trade creditor such as a
    /// utility, where the reach is unclear.
    pub lender: Option<bool>,
    /// Sum of the obligor's debts to the creditor.
    pub total: Option<Decimal>,
    /// Entered, renewed, sold or assigned, the latest of them.
    pub entered: Option<NaiveDate>,
}

/// ST-CAB: whether the Rosenthal Act reaches a commercial debt. Allow: it does not; allow with the
/// input `applies`: it does; supervisor: counsel says.
#[must_use]
pub fn st_cab(debt: CommercialDebt) -> Finding {
    let (Some(natural), Some(total), Some(entered)) = (debt.natural_person, debt.total, debt.entered) else {
        return Finding::unknown(&ST_CAB, "who owes the debt, how much, and since when");
    };
    let from = ST_CAB.effective_from.is_some_and(|first| entered >= first);
    if !natural || total > Decimal::from(500_000) || !from || debt.lender == Some(false) {
        return Finding::allow(&ST_CAB, "Not a covered commercial debt.").with("applies", false);
    }
    match debt.lender {
        Some(_) => {
            Finding::allow(&ST_CAB, "A covered commercial debt: California's rules apply.").with("applies", true)
        }
        None => Finding::supervisor(&ST_CAB, "Whether trade credit is covered is for counsel."),
    }
}

/// ST-NY (COE-1): documented coerced debt rests until its review, since 2026-06-17.
#[must_use]
pub fn st_ny_coerced(documented: bool, review_done: Option<bool>, today: Option<NaiveDate>) -> Finding {
    let first = NaiveDate::from_ymd_opt(2026, 6, 17);
    let before = today.is_some_and(|today| first.is_some_and(|first| today < first));
    match (documented, review_done) {
        (false, _) => Finding::allow(&ST_NY, "No coerced debt reported."),
        (true, _) if before => Finding::allow(&ST_NY, "The coerced-debt law was not in force."),
        (true, Some(true)) => Finding::supervisor(&ST_NY, "Coerced debt: act as its review found."),
        (true, _) => Finding::block(&ST_NY, "Coerced debt documented: collection rests until its review."),
    }
}

/// ST-NY (23 NYCRR 1): a third party's electronic contact needs written consent.
#[must_use]
pub fn st_ny_electronic(mode: Mode, medium: Medium, written_consent: Option<bool>) -> Finding {
    if mode == Mode::FirstParty || !matches!(medium, Medium::Email | Medium::Text) {
        return Finding::allow(&ST_NY, "Asks for consent to a third party's electronic messages only.");
    }
    match written_consent {
        Some(true) => Finding::allow(&ST_NY, "The customer consented in writing."),
        Some(false) => Finding::block(&ST_NY, "New York asks for written consent to electronic messages."),
        None => Finding::unknown(&ST_NY, "whether the customer consented to electronic messages"),
    }
}

/// ST-NV: fees are itemized, and medical debt waits 60 days after a notice.
#[must_use]
pub fn st_nv(
    fees_itemized: Option<bool>,
    medical: bool,
    notice: Option<NaiveDate>,
    today: Option<NaiveDate>,
) -> Finding {
    if fees_itemized == Some(false) {
        return Finding::block(&ST_NV, "Nevada asks that fees be itemized.");
    }
    if !medical {
        return Finding::allow(&ST_NV, "Nevada has no call cap of its own.");
    }
    let (Some(notice), Some(today)) = (notice, today) else {
        return Finding::unknown(&ST_NV, "when the notice of medical debt was sent");
    };
    let first = crate::calendar::plus_days(notice, 60);
    if today < first {
        Finding::block(&ST_NV, format!("Medical debt waits until {first}.")).until_day(first)
    } else {
        Finding::allow(&ST_NV, "Sixty days have passed since the notice of medical debt.")
    }
}

/// ST-WV: thirty calls or ten conversations in a week.
#[must_use]
pub fn st_wv(calls: &[NaiveDate], conversations: &[NaiveDate], today: NaiveDate) -> Finding {
    for (dates, cap, what) in [(calls, 30, "calls"), (conversations, 10, "conversations")] {
        let (count, free) = window(dates.iter().copied(), today, 7, planted::cap(&ST_WV, cap));
        if let Some(day) = free {
            return Finding::block(&ST_WV, format!("{count} {what} in a week; West Virginia allows {cap}."))
                .until_day(day);
        }
    }
    Finding::allow(&ST_WV, "Within West Virginia's caps.")
}

/// The night bar of a state whose hours are the federal ones, or looser: ST-MA, ST-WV, ST-WA.
#[must_use]
pub fn night_bar(rule: &'static RuleRow, zones: &[Tz], at: DateTime<Utc>) -> Finding {
    tim_1(zones, at, federal_hours()).under(rule)
}

/// States that ask every party's consent to a recording.
const ALL_PARTY: [&str; 12] = ["CA", "CT", "DE", "FL", "IL", "MA", "MD", "MT", "NH", "NV", "PA", "WA"];

/// REC-1: where all parties must agree a call is recorded only with notice; elsewhere the house
/// announces too. No state known: a person decides.
#[must_use]
pub fn rec_1(states: &[&str], notice_given: Option<bool>) -> Finding {
    use super::table::REC_1;
    use crate::compliance::texts::TextId;
    let all_party = states.iter().any(|state| ALL_PARTY.contains(state));
    match notice_given {
        Some(true) => Finding::allow(&REC_1, "The recording was announced."),
        Some(false) if all_party => Finding::block(&REC_1, "All parties must know of the recording."),
        _ if states.is_empty() => Finding::unknown(&REC_1, "in which state the other party is"),
        _ => Finding::new(&REC_1, Decision::AllowWithText([TextId::Recording].into()), "Announce the recording."),
    }
}
