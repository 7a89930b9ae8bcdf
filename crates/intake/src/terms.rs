//! Payment terms, read only to derive a due date that a row lacks.

use chrono::{Datelike, Days, Months, NaiveDate};

/// When payment is due.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Terms {
    /// So many days after the invoice date.
    Days(u64),
    /// So many days after the end of the invoice's month.
    EndOfMonth(u64),
    /// On that day of the month after the invoice's.
    DayOfNextMonth(u32),
}

/// Reads terms; `None` when the words say nothing about a number of days.
pub(crate) fn parse(text: &str) -> Option<Terms> {
    let lower = text.trim().to_lowercase();
    if lower.is_empty() {
        return None;
    }
    let words: Vec<String> = words(&lower);
    let has = |word: &str| words.iter().any(|have| have == word);
    let starts = |start: &str| lower.starts_with(start);
    if lower.contains("receipt")
        || lower.contains("immediate")
        || starts("cash")
        || starts("prepa")
        || starts("cod")
        || starts("cia")
        || lower.contains("on delivery")
        || lower.contains("sofort")
        || lower.contains("in advance")
        || lower.contains("upon")
    {
        return Some(Terms::Days(0));
    }
    // The discount's days stand first: `2/10 net 30`, `2% 10, net 30`.
    let after_net = words
        .iter()
        .position(|word| matches!(word.as_str(), "net" | "n" | "nt" | "netto"))
        .and_then(|at| words[at + 1..].iter().find_map(|word| word.parse::<u64>().ok()));
    let numbers: Vec<u64> = words.iter().filter_map(|word| word.parse().ok()).collect();
    let end_of_month = has("eom") || lower.contains("end of month") || lower.contains("month end");
    if has("prox") || lower.contains("next month") || lower.contains("following month") {
        let day = after_net.or(numbers.last().copied())?;
        return u32::try_from(day).ok().filter(|day| (1..=31).contains(day)).map(Terms::DayOfNextMonth);
    }
    if end_of_month {
        return Some(Terms::EndOfMonth(after_net.or(numbers.last().copied()).unwrap_or(0)));
    }
    let named = after_net.is_some()
        || lower.contains("day")
        || lower.contains("tage")
        || lower.contains("jours")
        || lower.contains("net");
    let days = after_net.or_else(|| {
        let only = (numbers.len() == 1).then(|| numbers[0]);
        // A bare number of up to three digits: `30`, `030`.
        let bare = lower.len() <= 3 && lower.bytes().all(|b| b.is_ascii_digit());
        let discounted = named && numbers.len() > 1;
        only.filter(|_| named || bare).or_else(|| numbers.last().copied().filter(|_| discounted))
    })?;
    (days <= 730).then_some(Terms::Days(days))
}

/// Runs of letters and runs of digits.
fn words(lower: &str) -> Vec<String> {
    let mut words: Vec<String> = Vec::new();
    let mut last = None;
    for c in lower.chars() {
        let kind = if c.is_ascii_digit() {
            Some(true)
        } else if c.is_alphabetic() {
            Some(false)
        } else {
            None
        };
        if let Some(kind) = kind {
            match words.last_mut().filter(|_| last == Some(kind)) {
                Some(word) => word.push(c),
                None => words.push(c.to_string()),
            }
        }
        last = kind;
    }
    words
}

impl Terms {
    /// The due date of an invoice of that day.
    pub(crate) fn due(self, date: NaiveDate) -> Option<NaiveDate> {
        match self {
            Self::Days(days) => date.checked_add_days(Days::new(days)),
            Self::EndOfMonth(days) => {
                date.with_day(1)?.checked_add_months(Months::new(1))?.pred_opt()?.checked_add_days(Days::new(days))
            }
            Self::DayOfNextMonth(day) => {
                let first = date.with_day(1)?.checked_add_months(Months::new(1))?;
                first.with_day(day).or_else(|| {
                    // The 31st of a short month is its last day.
                    first.checked_add_months(Months::new(1))?.pred_opt()
                })
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn terms_of_several_houses() {
        for (text, terms) in [
            ("Net 30", Some(Terms::Days(30))),
            ("NET30", Some(Terms::Days(30))),
            ("N30", Some(Terms::Days(30))),
            ("n/30", Some(Terms::Days(30))),
            ("NT45", Some(Terms::Days(45))),
            ("30 days", Some(Terms::Days(30))),
            ("30 Days Net", Some(Terms::Days(30))),
            ("30", Some(Terms::Days(30))),
            ("2/10 net 30", Some(Terms::Days(30))),
            ("2% 10, Net 30", Some(Terms::Days(30))),
            ("2%10 NET60", Some(Terms::Days(60))),
            ("Due on receipt", Some(Terms::Days(0))),
            ("COD", Some(Terms::Days(0))),
            ("EOM", Some(Terms::EndOfMonth(0))),
            ("EOM+30", Some(Terms::EndOfMonth(30))),
            ("Net 30 EOM", Some(Terms::EndOfMonth(30))),
            ("10th of next month", Some(Terms::DayOfNextMonth(10))),
            ("NAH4", None),
            ("0001", None),
            ("", None),
            ("as agreed", None),
        ] {
            assert_eq!(parse(text), terms, "{text}");
        }
        let day = |text: &str| text.parse::<NaiveDate>().expect("a date");
        assert_eq!(Terms::EndOfMonth(30).due(day("2024-01-15")), Some(day("2024-03-01")));
        assert_eq!(Terms::DayOfNextMonth(31).due(day("2024-01-15")), Some(day("2024-02-29")));
    }
}
