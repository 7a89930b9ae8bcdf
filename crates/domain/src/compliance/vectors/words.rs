//! Values of a vector as they are written: dates with a tag, one or many, numbers or text.

use chrono::{DateTime, Datelike, NaiveDate, NaiveDateTime, NaiveTime, Utc, Weekday};
use rust_decimal::Decimal;
use serde::Deserialize;
use serde::de::{DeserializeOwned, Deserializer, Error};
use serde_json::Value;

/// A date; of a date with a time only the date.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Day(pub NaiveDate);

fn date(text: &str) -> Option<NaiveDate> {
    let rest = text.get(10..)?;
    let plain = rest.is_empty() || rest.starts_with('T') || rest.starts_with(' ');
    text.get(..10).filter(|_| plain).and_then(|first| first.parse().ok())
}

impl<'de> Deserialize<'de> for Day {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        date(&text).map(Self).ok_or_else(|| D::Error::custom(format!("\"{text}\" is not a date (YYYY-MM-DD)")))
    }
}

/// A moment within years that have a local time in every zone.
pub(super) fn moment<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<DateTime<Utc>>, D::Error> {
    let at = Option::<DateTime<Utc>>::deserialize(deserializer)?;
    match at {
        Some(at) if !(1..=9_998).contains(&at.year()) => {
            Err(D::Error::custom(format!("{at} is not a moment of these times")))
        }
        at => Ok(at),
    }
}

/// A date, or whether it happened at all.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum DayOrFlag {
    Day(NaiveDate),
    Flag(bool),
}

impl DayOrFlag {
    pub(super) fn day(self) -> Option<NaiveDate> {
        match self {
            Self::Day(day) => Some(day),
            Self::Flag(_) => None,
        }
    }

    pub(super) fn happened(self) -> bool {
        self != Self::Flag(false)
    }
}

impl<'de> Deserialize<'de> for DayOrFlag {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        match Value::deserialize(deserializer)? {
            Value::Bool(flag) => Ok(Self::Flag(flag)),
            Value::String(text) if date(&text).is_some() => Ok(date(&text).map_or(Self::Flag(true), Self::Day)),
            other => Err(D::Error::custom(format!("{other} is neither a date nor true or false"))),
        }
    }
}

/// A date with tags behind colons: `2026-03-07:busy`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Tagged {
    pub on: NaiveDate,
    pub tag: String,
}

impl Tagged {
    /// The tag says one of these, as a word of it.
    pub(super) fn says(&self, words: &[&str]) -> bool {
        words.iter().any(|word| has_word(&self.tag, word))
    }
}

/// `word` stands in `text` between underscores, colons, spaces or at its ends.
pub(super) fn has_word(text: &str, word: &str) -> bool {
    let plain = |text: &str| -> String {
        let spaced: String = text
            .chars()
            .map(|letter| if letter.is_alphanumeric() { letter.to_ascii_lowercase() } else { ' ' })
            .collect();
        format!(" {} ", spaced.split_whitespace().collect::<Vec<_>>().join(" "))
    };
    plain(text).contains(&plain(word))
}

impl<'de> Deserialize<'de> for Tagged {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        let (day, tag) = text.split_once(':').map_or((text.as_str(), ""), |(day, tag)| {
            // A time of day is no tag.
            if day.len() > 10 { (text.as_str(), "") } else { (day, tag) }
        });
        let on = date(day).ok_or_else(|| D::Error::custom(format!("\"{text}\" is not a date (YYYY-MM-DD[:tag])")))?;
        Ok(Self { on, tag: tag.to_owned() })
    }
}

/// One value or a list of them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Many<T>(pub Vec<T>);

impl<T> Default for Many<T> {
    fn default() -> Self {
        Self(Vec::new())
    }
}

impl<'de, T: DeserializeOwned> Deserialize<'de> for Many<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let items = match Value::deserialize(deserializer)? {
            Value::Null => Vec::new(),
            Value::Array(items) => items,
            one => vec![one],
        };
        items
            .into_iter()
            .map(|item| serde_json::from_value(item).map_err(D::Error::custom))
            .collect::<Result<_, _>>()
            .map(Self)
    }
}

/// A text, a number or a flag, as text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Word(pub String);

impl<'de> Deserialize<'de> for Word {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        match Value::deserialize(deserializer)? {
            Value::String(text) => Ok(Self(text)),
            Value::Number(number) => Ok(Self(number.to_string())),
            Value::Bool(flag) => Ok(Self(flag.to_string())),
            other => Err(D::Error::custom(format!("{other} is neither text nor a number"))),
        }
    }
}

impl Word {
    /// As a flag: anything but "false", "no" and "none" is yes.
    pub(super) fn is_yes(&self) -> bool {
        !matches!(self.0.as_str(), "false" | "no" | "none" | "")
    }
}

/// An exact number, written as a number or as text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Number(pub Decimal);

impl<'de> Deserialize<'de> for Number {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let Word(text) = Word::deserialize(deserializer)?;
        text.parse()
            .or_else(|_| Decimal::from_scientific(&text))
            .map(Self)
            .map_err(|_| D::Error::custom(format!("\"{text}\" is not a number")))
    }
}

/// `false`, or a range of two numbers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Range(pub Option<(Decimal, Decimal)>);

impl<'de> Deserialize<'de> for Range {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        match Value::deserialize(deserializer)? {
            Value::Bool(false) => Ok(Self(None)),
            value => {
                let (Number(least), Number(most)) = serde_json::from_value(value).map_err(D::Error::custom)?;
                Ok(Self(Some((least, most))))
            }
        }
    }
}

/// A local date and time, seconds optional.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct LocalTime(pub NaiveDateTime);

impl<'de> Deserialize<'de> for LocalTime {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        ["%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S", "%Y-%m-%d %H:%M"]
            .iter()
            .find_map(|form| NaiveDateTime::parse_from_str(&text, form).ok())
            .map(Self)
            .ok_or_else(|| D::Error::custom(format!("\"{text}\" is not a local time (YYYY-MM-DDTHH:MM)")))
    }
}

/// A time of day, seconds optional.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Clock(pub NaiveTime);

impl<'de> Deserialize<'de> for Clock {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        ["%H:%M", "%H:%M:%S"]
            .iter()
            .find_map(|form| NaiveTime::parse_from_str(&text, form).ok())
            // 24:00 ends a day as 00:00 begins the next.
            .or_else(|| (text == "24:00").then_some(NaiveTime::MIN))
            .map(Self)
            .ok_or_else(|| D::Error::custom(format!("\"{text}\" is not a time (HH:MM)")))
    }
}

/// Days of the week: `Mon-Fri`, `Sat,Sun`, `daily`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Weekdays(pub Vec<Weekday>);

impl<'de> Deserialize<'de> for Weekdays {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let Many(parts) = Many::<String>::deserialize(deserializer)?;
        let mut days = Vec::new();
        for part in parts.iter().flat_map(|part| part.split([',', ' ', '/'])) {
            days.extend(span(part).ok_or_else(|| D::Error::custom(format!("\"{part}\" is not a day of the week")))?);
        }
        Ok(Self(days))
    }
}

fn span(part: &str) -> Option<Vec<Weekday>> {
    const WEEK: [Weekday; 7] =
        [Weekday::Mon, Weekday::Tue, Weekday::Wed, Weekday::Thu, Weekday::Fri, Weekday::Sat, Weekday::Sun];
    match part.to_ascii_lowercase().as_str() {
        "" => return Some(Vec::new()),
        "daily" | "all" | "any" | "every" | "everyday" => return Some(WEEK.to_vec()),
        "weekdays" => return Some(WEEK[..5].to_vec()),
        "weekend" | "weekends" => return Some(WEEK[5..].to_vec()),
        _ => {}
    }
    let (first, last) = part.split_once('-').unwrap_or((part, part));
    let (first, last): (Weekday, Weekday) = (first.trim().parse().ok()?, last.trim().parse().ok()?);
    let mut days = vec![first];
    let mut day = first;
    while day != last {
        day = day.succ();
        days.push(day);
    }
    Some(days)
}
