//! New York City and Washington, D.C.: ST-NYC, ST-NYC27, ST-DC.

use chrono::NaiveDate;

use super::frequency::{in_window, window};
use super::table::{ST_DC, ST_NYC, ST_NYC27};
use crate::compliance::planted;
use crate::compliance::verdict::Finding;
use crate::contact::Medium;

/// What New York City's rules look at.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct CityContacts {
    /// Collection procedures have begun; none when not known. Before that neither rule binds a
    /// creditor.
    pub procedures: Option<bool>,
    /// Communications, and attempts for the rule of 2027, on this account by all channels. Replies
    /// to the consumer and unopened returned mail are left out.
    pub contacts: Vec<NaiveDate>,
    /// This one replies to the consumer.
    pub reply: bool,
}

/// ST-NYC, through 2026-12-31: more than two communications in seven days are presumed excessive.
#[must_use]
pub fn st_nyc(city: &CityContacts, today: NaiveDate) -> Finding {
    if !ST_NYC.in_force(today) {
        return Finding::allow(&ST_NYC, "Not in force on that day.");
    }
    match city.procedures {
        Some(false) => return Finding::allow(&ST_NYC, "Collection procedures have not begun."),
        None => return Finding::unknown(&ST_NYC, "whether collection procedures have begun"),
        Some(true) => {}
    }
    if city.reply {
        return Finding::allow(&ST_NYC, "A reply to the customer.");
    }
    let (count, free) = window(city.contacts.iter().copied(), today, 7, planted::cap(&ST_NYC, 2));
    let text = format!("{count} communications in seven days; New York City presumes more than 2 excessive.");
    match free {
        Some(day) => Finding::block(&ST_NYC, text).until_day(day),
        None => Finding::allow(&ST_NYC, text),
    }
    .with("contacts", count)
}

/// What permits an electronic message in New York City from 2027.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct ElectronicConsent {
    /// Revocable written consent for the debt, or the original creditor's earlier consent for the
    /// account; none when not known.
    pub given: Option<bool>,
    /// The consumer used the medium on that day.
    pub medium_used: Option<NaiveDate>,
}

/// ST-NYC27, from 2027-01-01: at most three contacts or attempts in seven days; electronic ones on
/// consent, or on the consumer's own use of the medium within 60 days.
#[must_use]
pub fn st_nyc27(city: &CityContacts, medium: Medium, consent: ElectronicConsent, today: NaiveDate) -> Finding {
    if !ST_NYC27.in_force(today) {
        return Finding::allow(&ST_NYC27, "Not in force on that day.");
    }
    match city.procedures {
        Some(false) => return Finding::allow(&ST_NYC27, "Collection procedures have not begun."),
        None => return Finding::unknown(&ST_NYC27, "whether collection procedures have begun"),
        Some(true) => {}
    }
    let (count, free) = window(city.contacts.iter().copied(), today, 7, planted::cap(&ST_NYC27, 3));
    if let Some(day) = free.filter(|_| !city.reply) {
        return Finding::block(
            &ST_NYC27,
            format!("{count} contacts or attempts in seven days; New York City allows 3."),
        )
        .with("contacts", count)
        .until_day(day);
    }
    let electronic = matches!(medium, Medium::Email | Medium::Text);
    let used = consent.medium_used.is_some_and(|on| in_window(on, today, 61));
    if electronic && !used && consent.given != Some(true) {
        return match consent.given {
            None => Finding::unknown(&ST_NYC27, "whether the customer consented to electronic messages"),
            _ => Finding::block(&ST_NYC27, "New York City asks for written consent to electronic messages."),
        };
    }
    Finding::allow(&ST_NYC27, format!("{count} of 3 contacts in seven days.")).with("contacts", count)
}

/// What the District's rule looks at, for one account in seven days.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct DistrictContacts {
    /// Calls placed.
    pub calls: u32,
    /// Emails, texts and private messages sent.
    pub messages: u32,
    /// Messages that asked for consent.
    pub consent_requests: u32,
    /// The consumer consented to electronic messages; none when not known.
    pub consent: Option<bool>,
    /// The message asks for that consent.
    pub asks_consent: bool,
    /// Days since the debt fell due; the rule starts after 30. None: taken as more.
    pub days_past_due: Option<u32>,
    /// The first day on which the full count is lower, where the caller knows it.
    pub frees: Option<NaiveDate>,
}

/// ST-DC: four calls, five electronic messages on consent, one message to ask for it.
#[must_use]
pub fn st_dc(account: DistrictContacts, medium: Medium) -> Finding {
    if account.days_past_due.is_some_and(|days| days <= 30) {
        return Finding::allow(&ST_DC, "The debt is not over 30 days old.");
    }
    let block = |text: String| {
        let finding = Finding::block(&ST_DC, text);
        match account.frees {
            Some(day) => finding.until_day(day),
            None => finding,
        }
    };
    match medium {
        Medium::Call | Medium::Voicemail if account.calls >= planted::cap(&ST_DC, 4) => {
            block(format!("{} calls in seven days; D.C. allows 4.", account.calls))
        }
        Medium::Email | Medium::Text if account.asks_consent && account.consent != Some(true) => {
            if account.consent_requests >= 1 {
                block("Consent was already asked for within seven days.".to_owned())
            } else {
                Finding::allow(&ST_DC, "One message in seven days may ask for consent.")
            }
        }
        Medium::Email | Medium::Text => match account.consent {
            None => Finding::unknown(&ST_DC, "whether the customer consented to electronic messages"),
            Some(false) => Finding::block(&ST_DC, "D.C. asks for consent to electronic messages."),
            Some(true) if account.messages >= planted::cap(&ST_DC, 5) => {
                block(format!("{} electronic messages in seven days; D.C. allows 5.", account.messages))
            }
            Some(true) => Finding::allow(&ST_DC, "Within D.C.'s cap on messages."),
        },
        _ => Finding::allow(&ST_DC, "Within D.C.'s caps."),
    }
}
