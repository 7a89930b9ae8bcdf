//! Dates as extracts write them. `03/01/2012` reads two ways, so the order of day and month is
//! settled from a whole column, or asked; never guessed for a row.

use chrono::{Days, NaiveDate};
use serde::{Deserialize, Serialize};

/// The order of the parts of a date written in digits.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DateOrder {
    /// Month, day, year.
    Mdy,
    /// Day, month, year.
    Dmy,
    /// Year, month, day.
    Ymd,
}

impl DateOrder {
    /// As the command line writes it: `mdy`, `dmy`, `ymd`.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::Mdy => "mdy",
            Self::Dmy => "dmy",
            Self::Ymd => "ymd",
        }
    }
}

/// The text is no date order.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("\"{0}\" is no date order; write mdy, dmy or ymd")]
pub struct NotADateOrder(pub String);

impl std::str::FromStr for DateOrder {
    type Err = NotADateOrder;

    fn from_str(text: &str) -> Result<Self, NotADateOrder> {
        match text.trim().to_ascii_lowercase().as_str() {
            "mdy" => Ok(Self::Mdy),
            "dmy" => Ok(Self::Dmy),
            "ymd" => Ok(Self::Ymd),
            _ => Err(NotADateOrder(text.to_owned())),
        }
    }
}

/// A cell taken apart, before the order is known.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Scanned {
    /// Nothing there.
    Empty,
    /// One reading only.
    Date(NaiveDate),
    /// An Excel day number.
    Serial(NaiveDate),
    /// Three numbers whose order the column decides.
    Parts(Parts),
    /// A day by which a system writes that there is none: 1900-01-01, 0001-01-01, 9999-12-31.
    Never,
    /// Not a date, or none that exists.
    Bad,
}

/// Three numbers as they stand.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Parts {
    first: u32,
    second: u32,
    third: u32,
    /// The third was written with four digits, so it is the year.
    long_year: bool,
}

impl Parts {
    /// The numbers at both ends, of which one is the year.
    pub(crate) fn ends(self) -> (u32, u32) {
        (self.first, self.third)
    }

    /// Month and day may be so. Year-first is for two digits only: with four it has one reading.
    pub(crate) fn fits(self, order: DateOrder) -> bool {
        let (month, day) = match order {
            DateOrder::Mdy => (self.first, self.second),
            DateOrder::Dmy => (self.second, self.first),
            DateOrder::Ymd => {
                return !self.long_year && (1..=12).contains(&self.second) && (1..=31).contains(&self.third);
            }
        };
        (1..=12).contains(&month) && (1..=31).contains(&day)
    }

    /// The date in that order; `None` when there is no such day.
    pub(crate) fn read(self, order: DateOrder) -> Option<NaiveDate> {
        let (year, month, day) = match order {
            DateOrder::Mdy => (self.third, self.first, self.second),
            DateOrder::Dmy => (self.third, self.second, self.first),
            DateOrder::Ymd if self.long_year => return None,
            DateOrder::Ymd => (self.first, self.second, self.third),
        };
        ymd(if self.long_year { year } else { full_year(year) }, month, day)
    }

    fn is_never(self) -> bool {
        self.long_year
            && (is_never(self.third, self.first, self.second) || is_never(self.third, self.second, self.first))
    }
}

/// Days that stand for none: the zero of .NET, SQL Server, spreadsheets and Unix, and the last day
/// that a calendar knows. A spreadsheet shows its zero as 0 January 1900.
fn is_never(year: u32, month: u32, day: u32) -> bool {
    matches!(
        (year, month, day),
        (1 | 1753 | 1900 | 1970, 1, 1) | (1899, 12, 30 | 31) | (1900, 1, 0) | (1969 | 2999 | 9999, 12, 31)
    )
}

fn that_day(year: u32, month: u32, day: u32) -> Scanned {
    if is_never(year, month, day) {
        return Scanned::Never;
    }
    ymd(year, month, day).map_or(Scanned::Bad, Scanned::Date)
}

/// Two-digit years: 00-68 are 2000-2068, 69-99 are 1969-1999 (POSIX `strptime`).
pub(crate) fn full_year(year: u32) -> u32 {
    match year {
        0..=68 => 2000 + year,
        69..=99 => 1900 + year,
        _ => year,
    }
}

fn ymd(year: u32, month: u32, day: u32) -> Option<NaiveDate> {
    (1900..=9999).contains(&year).then(|| NaiveDate::from_ymd_opt(year.cast_signed(), month, day)).flatten()
}

/// Takes a cell apart. A time of day and a zone after the date are left out: the date counts as
/// written.
pub(crate) fn scan(text: &str) -> Scanned {
    let text = crate::value::trim(text).trim_start_matches('\'');
    if crate::value::is_null(text) || is_zero_date(text) {
        return Scanned::Empty;
    }
    if let Some(found) = iso(text) {
        return found;
    }
    let day = without_time(text);
    numeric(day).or_else(|| digits_only(day)).or_else(|| named_month(day)).unwrap_or(Scanned::Bad)
}

fn is_zero_date(text: &str) -> bool {
    // A lone zero is how some systems export a date column of numbers.
    let long = text.len() >= 8 || !text.is_empty() && text.bytes().all(|b| b == b'0') || text == "0.0";
    long && text.bytes().all(|b| matches!(b, b'0' | b'/' | b'.' | b'-' | b' ' | b':'))
}

/// `2024-01-05`, and whatever time follows.
fn iso(text: &str) -> Option<Scanned> {
    let bytes = text.as_bytes();
    if bytes.len() < 10 || bytes[4] != b'-' || bytes[7] != b'-' {
        return None;
    }
    let number = |range: std::ops::Range<usize>| -> Option<u32> {
        bytes[range].iter().try_fold(0_u32, |sum, b| b.is_ascii_digit().then(|| sum * 10 + u32::from(b - b'0')))
    };
    let (year, month, day) = (number(0..4)?, number(5..7)?, number(8..10)?);
    let tail_is_time = bytes.get(10).is_none_or(|b| matches!(b, b'T' | b't' | b' ' | b'Z' | b'z' | b'+' | b'-'));
    Some(if tail_is_time { that_day(year, month, day) } else { Scanned::Bad })
}

/// The part before a time of day: `12/19/24 00:00`, `Jan 5 2024 12:00AM`, `20240105T000000Z`.
fn without_time(text: &str) -> &str {
    let cut =
        text.find(':').and_then(|colon| text[..colon].rfind(|c: char| c.is_whitespace() || matches!(c, 'T' | 't')));
    let day = cut.map_or(text, |at| text[..at].trim_end());
    let day = day.strip_suffix([',', ';']).unwrap_or(day);
    match day.split_once(['T', 't']) {
        Some((date, time))
            if date.len() >= 8
                && date.bytes().all(|b| b.is_ascii_digit())
                && time.bytes().all(|b| b.is_ascii_digit() || b == b'Z') =>
        {
            date
        }
        _ => day,
    }
}

/// Three numbers parted by `/`, `-`, `.` or spaces.
fn numeric(text: &str) -> Option<Scanned> {
    let mut parts = [0_u32; 3];
    let mut lengths = [0_usize; 3];
    let mut index = 0;
    let mut bytes = text.bytes().peekable();
    while let Some(byte) = bytes.next() {
        if byte.is_ascii_digit() {
            lengths[index] += 1;
            if lengths[index] > 4 {
                return None;
            }
            parts[index] = parts[index] * 10 + u32::from(byte - b'0');
        } else if matches!(byte, b'/' | b'-' | b'.' | b' ') {
            if lengths[index] == 0 {
                return None;
            }
            // `5. 1. 2024`, and the dot that ends some local forms.
            while bytes.peek().is_some_and(|next| *next == b' ') {
                bytes.next();
            }
            if bytes.peek().is_none() {
                break;
            }
            index += 1;
            if index > 2 {
                return None;
            }
        } else {
            return None;
        }
    }
    if index != 2 || lengths[2] == 0 {
        return None;
    }
    let [first, second, third] = parts;
    Some(match (lengths[0], lengths[1], lengths[2]) {
        (4, 1..=2, 1..=2) => that_day(first, second, third),
        (1..=2, 1..=2, 2 | 4) => {
            let parts = Parts { first, second, third, long_year: lengths[2] == 4 };
            let exists =
                [DateOrder::Mdy, DateOrder::Dmy, DateOrder::Ymd].into_iter().any(|order| parts.read(order).is_some());
            if parts.is_never() {
                Scanned::Never
            } else if exists {
                Scanned::Parts(parts)
            } else {
                Scanned::Bad
            }
        }
        _ => Scanned::Bad,
    })
}

/// `20200210`, `20200210.0`, `2.020021E7`, `02102020`, and Excel's day numbers (1900 system).
fn digits_only(text: &str) -> Option<Scanned> {
    let whole = crate::value::whole_number(text)?;
    let digits = whole.as_ref();
    let number: u32 = digits.parse().ok()?;
    match digits.len() {
        8 => Some(match that_day(number / 10_000, number / 100 % 100, number % 100) {
            Scanned::Bad => {
                let parts = Parts {
                    first: number / 1_000_000,
                    second: number / 10_000 % 100,
                    third: number % 10_000,
                    long_year: true,
                };
                let exists = parts.read(DateOrder::Mdy).or(parts.read(DateOrder::Dmy));
                exists.map_or(Scanned::Bad, |_| Scanned::Parts(parts))
            }
            found => found,
        }),
        5 if (20_000..80_000).contains(&number) => {
            let epoch = NaiveDate::from_ymd_opt(1899, 12, 30)?;
            Some(Scanned::Serial(epoch.checked_add_days(Days::new(u64::from(number)))?))
        }
        _ => None,
    }
}

/// Beginnings of month names in English, German, French, Spanish, Italian, Dutch and Portuguese
/// that billing systems print; the longer ones come first where one begins the other.
const MONTHS: [(&str, u32); 36] = [
    ("jan", 1),
    ("ene", 1),
    ("gen", 1),
    ("feb", 2),
    ("fev", 2),
    ("fév", 2),
    ("mar", 3),
    ("mär", 3),
    ("mae", 3),
    ("mrt", 3),
    ("maa", 3),
    ("apr", 4),
    ("avr", 4),
    ("abr", 4),
    ("may", 5),
    ("mai", 5),
    ("mag", 5),
    ("mei", 5),
    ("juin", 6),
    ("jun", 6),
    ("giu", 6),
    ("juil", 7),
    ("jul", 7),
    ("lug", 7),
    ("aug", 8),
    ("aou", 8),
    ("aoû", 8),
    ("ago", 8),
    ("sep", 9),
    ("set", 9),
    ("oct", 10),
    ("okt", 10),
    ("ott", 10),
    ("nov", 11),
    ("dec", 12),
    ("dez", 12),
];

fn month(word: &str) -> Option<u32> {
    let lower = word.to_lowercase();
    let extra = [("déc", 12), ("dic", 12), ("out", 10)];
    MONTHS.iter().chain(&extra).find(|(start, _)| lower.starts_with(start)).map(|(_, month)| *month)
}

/// `5-Jan-2024`, `Jan 5, 2024`, `Friday, January 5, 2024`, `05JAN24`, `2024-Jan-05`.
fn named_month(text: &str) -> Option<Scanned> {
    let mut numbers: Vec<(u32, usize)> = Vec::with_capacity(2);
    let mut found = None;
    let mut words = 0;
    let mut rest = text;
    while let Some(c) = rest.chars().next() {
        let digit = c.is_ascii_digit();
        if !digit && !c.is_alphabetic() {
            rest = &rest[c.len_utf8()..];
            continue;
        }
        let end = rest
            .find(|next: char| if digit { !next.is_ascii_digit() } else { !next.is_alphabetic() })
            .unwrap_or(rest.len());
        let word = &rest[..end];
        rest = &rest[end..];
        if digit {
            numbers.push((word.parse().ok()?, word.len()));
        } else if !matches!(word, "st" | "nd" | "rd" | "th" | "de" | "of") {
            words += 1;
            // "Mar" of "Mardi" loses to a later, better word: the weekday stands first.
            if let Some(month) = month(word) {
                found = Some(month);
            }
        }
    }
    let (month, [first, second]) = (found?, <[_; 2]>::try_from(numbers).ok()?);
    if words > 2 {
        return None;
    }
    let (day, year) = if first.1 == 4 { (second, first) } else { (first, second) };
    if day.1 > 2 || !matches!(year.1, 2 | 4) {
        return Some(Scanned::Bad);
    }
    Some(that_day(if year.1 == 4 { year.0 } else { full_year(year.0) }, month, day.0))
}

#[cfg(test)]
#[path = "date_tests.rs"]
mod tests;
