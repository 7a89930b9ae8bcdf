//! Up to when an extract's payments are complete: in a team the supervisor's word, which suspensions wait for. A file
//! does not say when it was cut, only when it came here; so the guess that is offered is on the early side.

use chrono::{DateTime, NaiveDate, NaiveTime, Utc};
use chrono_tz::Tz;
use contract::{ApiError, ImportRequest};
use intake::FileKind;
use store::Store;

use crate::calendar::moment;
use crate::desk::Desk;
use crate::team::Membership;

/// The ISO day in a file's name (`Meridian 2026-10-14.csv`, `aging_20261014.xlsx`), if it has one.
fn named_day(name: &str) -> Option<NaiveDate> {
    let digits: Vec<(usize, char)> = name.char_indices().filter(|(_, letter)| letter.is_ascii_digit()).collect();
    digits.windows(8).find_map(|some| {
        let apart = some.windows(2).all(|pair| pair[1].0 - pair[0].0 <= 2);
        let text: String = some.iter().map(|(_, digit)| digit).collect();
        NaiveDate::parse_from_str(&text, "%Y%m%d").ok().filter(|_| apart && text.starts_with("20"))
    })
}

/// The start of the day in the file's name, or of the day on which the file was last written, whichever is earlier;
/// never later than now.
fn guess(name: &str, written: Option<DateTime<Utc>>, zone: Tz, now: DateTime<Utc>) -> DateTime<Utc> {
    let latest = written.unwrap_or(now).min(now);
    let day = latest.with_timezone(&zone).date_naive();
    let day = named_day(name).map_or(day, |named| named.min(day));
    moment(zone, day.and_time(NaiveTime::MIN)).min(latest)
}

impl Desk {
    /// What to propose for a file of that kind; none where nobody asks: alone, or of a file that says nothing of what
    /// was paid.
    pub(crate) fn payments_guess(
        &self,
        store: &Store,
        kind: FileKind,
        path: &str,
    ) -> Result<Option<DateTime<Utc>>, ApiError> {
        let asked = matches!(kind, FileKind::Invoices | FileKind::Payments)
            && Membership::load(store)?.is_some_and(|member| member.role == "supervisor");
        if !asked {
            return Ok(None);
        }
        let path = std::path::Path::new(path.trim());
        let written = std::fs::metadata(path).and_then(|found| found.modified()).ok().map(DateTime::<Utc>::from);
        let name = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
        Ok(Some(guess(&name, written, self.clock.zone(), self.now())))
    }

    /// What was filled in.
    pub(crate) fn payments_until(&self, input: &ImportRequest) -> Result<Option<DateTime<Utc>>, ApiError> {
        let Some(text) = input.payments_until.as_deref().map(str::trim).filter(|text| !text.is_empty()) else {
            return Ok(None);
        };
        let wrong = |message: &str, remedy: &str| ApiError::invalid("payments_until", message, remedy);
        let until = DateTime::parse_from_rfc3339(text)
            .map_err(|_| wrong("That is no date and time.", "Fill in both, or leave both empty."))?
            .with_timezone(&Utc);
        if until > self.now() {
            return Err(wrong(
                "Payments can't be complete up to a moment that is still to come.",
                "Give the moment at which the file was cut, or leave it empty.",
            ));
        }
        Ok(Some(until))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_guess_is_the_start_of_the_files_day_and_never_to_come() {
        let zone = chrono_tz::America::Boise;
        let at = |text: &str| text.parse::<DateTime<Utc>>().unwrap();
        let now = at("2026-11-22T17:00:00Z");
        let of = |name: &str, written: &str| guess(name, Some(at(written)), zone, now).to_rfc3339();
        assert_eq!(of("open items.csv", "2026-11-22T16:50:00Z"), "2026-11-22T07:00:00+00:00", "midnight in Boise");
        assert_eq!(of("open 2026-11-21.csv", "2026-11-22T16:50:00Z"), "2026-11-21T07:00:00+00:00", "its name's day");
        assert_eq!(of("open_20261120.csv", "2026-11-22T16:50:00Z"), "2026-11-20T07:00:00+00:00");
        assert_eq!(
            of("open 2027-01-01.csv", "2026-11-22T16:50:00Z"),
            "2026-11-22T07:00:00+00:00",
            "a later day is none"
        );
        assert_eq!(of("open.csv", "2027-01-01T00:00:00Z"), "2026-11-22T07:00:00+00:00", "a clock that was ahead");
        assert_eq!(of("batch 12345678 no 5.csv", "2026-11-22T16:50:00Z"), "2026-11-22T07:00:00+00:00", "no day");
        assert_eq!(guess("a.csv", None, zone, now), at("2026-11-22T07:00:00Z"));
    }
}
