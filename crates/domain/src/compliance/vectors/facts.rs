//! What every family of rules reads off a case: mode, account, medium, zones, dates.

use chrono::{DateTime, NaiveDate, Utc};
use chrono_tz::Tz;

use super::VectorError;
use super::given::Given;
use super::words::has_word;
use crate::account::{CustomerKind, Mode};
use crate::compliance::rules::hours::ConsumerMessage;
use crate::contact::Medium;

/// A value that is none of those a field can have.
pub(super) fn wrong(rule: &str, field: &str, value: &str) -> VectorError {
    VectorError::Field {
        rule: rule.to_owned(),
        field: field.to_owned(),
        problem: format!("\"{value}\" is not known here"),
    }
}

/// The medium an act or a medium is named by.
pub(super) fn medium_of(name: &str) -> Option<Medium> {
    let says = |words: &[&str]| words.iter().any(|word| has_word(name, word));
    if says(&["voicemail", "rvm"]) {
        Some(Medium::Voicemail)
    } else if says(&["email", "emails", "e_mail"]) {
        Some(Medium::Email)
    } else if says(&["text", "texts", "sms"]) {
        Some(Medium::Text)
    } else if says(&["call", "calls", "phone", "telephone", "dial", "voice"]) {
        Some(Medium::Call)
    } else if says(&["mail", "letter", "letters", "postcard"]) {
        Some(Medium::Letter)
    } else if says(&["visit"]) {
        Some(Medium::Visit)
    } else {
        None
    }
}

impl Given {
    pub(super) fn mode(&self, rule: &str) -> Result<Option<Mode>, VectorError> {
        match self.mode.as_deref() {
            None => Ok(None),
            Some("first_party") => Ok(Some(Mode::FirstParty)),
            Some("third_party") => Ok(Some(Mode::ThirdParty)),
            Some(other) => Err(wrong(rule, "mode", other)),
        }
    }

    /// Sole proprietors and mixed use count as consumers.
    pub(super) fn account(&self, rule: &str) -> Result<Option<CustomerKind>, VectorError> {
        match self.account.as_deref() {
            None => Ok(None),
            Some("consumer" | "sole_proprietor" | "mixed_use" | "residential") => Ok(Some(CustomerKind::Consumer)),
            Some("business" | "b2b" | "commercial") => Ok(Some(CustomerKind::Business)),
            Some(other) => Err(wrong(rule, "account", other)),
        }
    }

    pub(super) fn action(&self) -> &str {
        self.action.as_deref().unwrap_or_default()
    }

    /// The purpose says one of these words.
    pub(super) fn purpose_says(&self, words: &[&str]) -> bool {
        let purpose = self.purpose.as_deref().unwrap_or_default();
        words.iter().any(|word| has_word(purpose, word))
    }

    pub(super) fn action_says(&self, words: &[&str]) -> bool {
        words.iter().any(|word| has_word(self.action(), word))
    }

    pub(super) fn medium(&self) -> Option<Medium> {
        let named = self.medium.as_deref().or(self.action.as_deref());
        named.and_then(medium_of)
    }

    pub(super) fn states(&self) -> Vec<&str> {
        self.state.0.iter().map(String::as_str).collect()
    }

    pub(super) fn state(&self) -> Option<&str> {
        self.state.0.first().map(String::as_str)
    }

    pub(super) fn zones(&self, rule: &str) -> Result<Vec<Tz>, VectorError> {
        let names = self.tz.iter().flat_map(|many| &many.0);
        names.map(|name| name.parse().map_err(|_| wrong(rule, "tz", name))).collect()
    }

    /// The day of the act: given, or the local date of its moment.
    pub(super) fn today(&self) -> Option<NaiveDate> {
        let local = || {
            let zone: Tz = self.tz.as_ref()?.0.first()?.parse().ok()?;
            Some(self.at?.with_timezone(&zone).date_naive())
        };
        self.today
            .map(|day| day.0)
            .or_else(|| self.at_local.map(|at| at.0.date()))
            .or_else(local)
            .or_else(|| self.at.map(|at| at.date_naive()))
    }

    /// A message of the consumer's own, if the case tells of one.
    pub(super) fn message(&self) -> Option<ConsumerMessage> {
        let began =
            self.consumer_initiated == Some(true) || self.purpose_says(&["reply", "reply_to_consumer", "response"]);
        let at = self.consumer_initiated_at.or_else(|| {
            let earliest = DateTime::<Utc>::MIN_UTC;
            began.then(|| self.at.unwrap_or(earliest))
        })?;
        let medium = match self.consumer_medium.as_deref() {
            Some(name) => medium_of(name)?,
            // A message of an unknown medium opens none of ours.
            None if self.consumer_initiated_at.is_some() => return None,
            None => self.medium()?,
        };
        Some(ConsumerMessage { at, medium, replies_sent: self.replies_sent.unwrap_or(0) })
    }

    pub(super) fn states_any(&self, wanted: &str) -> bool {
        self.state.0.iter().any(|state| state == wanted)
    }
}
