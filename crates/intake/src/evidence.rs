//! What the cells of a column say together about the form of its dates and amounts.

use crate::currency::{Named, named};
use crate::date::{self, DateOrder};
use crate::error::Example;
use crate::number::{self, DecimalMark, Says};
use crate::value;

/// A place in the file: line and text.
pub(crate) type Place = (u64, String);

fn earliest(one: Option<Place>, other: Option<Place>) -> Option<Place> {
    match (one, other) {
        (Some(one), Some(other)) => Some(if one.0 <= other.0 { one } else { other }),
        (one, other) => one.or(other),
    }
}

fn first_three(mut one: Vec<Place>, other: Vec<Place>) -> Vec<Place> {
    one.extend(other);
    one.sort();
    one.truncate(3);
    one
}

/// What a column says about its dates.
#[derive(Clone, Debug, Default)]
pub(crate) struct DateEvidence {
    /// The first that is month-first only, day-first only, year-first only.
    only: [Option<Place>; 3],
    ambiguous: Vec<Place>,
    /// Cells read as dates, and cells that are neither dates nor empty.
    pub(crate) dates: u64,
    pub(crate) bad: u64,
}

impl DateEvidence {
    pub(crate) fn look(&mut self, line: u64, text: &str) {
        match date::scan(text) {
            date::Scanned::Empty => {}
            date::Scanned::Bad => self.bad += 1,
            date::Scanned::Date(_) | date::Scanned::Serial(_) => self.dates += 1,
            date::Scanned::Parts(parts) => {
                self.dates += 1;
                if let Some(order) = parts.only() {
                    let slot = &mut self.only[order as usize];
                    if slot.is_none() {
                        *slot = Some((line, text.trim().to_owned()));
                    }
                } else if self.ambiguous.len() < 3 && parts.is_ambiguous() {
                    self.ambiguous.push((line, text.trim().to_owned()));
                }
            }
        }
    }

    pub(crate) fn merge(self, other: Self) -> Self {
        let mut only = self.only;
        for (one, more) in only.iter_mut().zip(other.only) {
            *one = earliest(one.take(), more);
        }
        Self {
            only,
            ambiguous: first_three(self.ambiguous, other.ambiguous),
            dates: self.dates + other.dates,
            bad: self.bad + other.bad,
        }
    }

    /// The order that the column settles.
    pub(crate) fn settled(&self) -> Option<DateOrder> {
        let orders = [DateOrder::Mdy, DateOrder::Dmy, DateOrder::Ymd];
        let mut found = orders.into_iter().filter(|order| self.only[*order as usize].is_some());
        let first = found.next();
        first.filter(|_| found.next().is_none())
    }

    /// Two dates of the column that can't have the same order.
    pub(crate) fn mixed(&self) -> Option<[Place; 2]> {
        let mut places = self.only.iter().flatten();
        let (one, other) = (places.next()?, places.next()?);
        Some([one.clone(), other.clone()])
    }

    /// Some date reads both ways.
    pub(crate) fn is_unclear(&self) -> bool {
        !self.ambiguous.is_empty()
    }

    /// Dates that read both ways, where the column settles nothing.
    pub(crate) fn examples(&self) -> Vec<Example> {
        self.ambiguous
            .iter()
            .filter_map(|(line, text)| {
                let date::Scanned::Parts(parts) = date::scan(text) else {
                    return None;
                };
                Some(Example {
                    line: *line,
                    text: text.clone(),
                    one: parts.read(DateOrder::Mdy)?.to_string(),
                    other: parts.read(DateOrder::Dmy)?.to_string(),
                })
            })
            .collect()
    }
}

/// What a column says about its amounts.
#[derive(Clone, Debug, Default)]
pub(crate) struct NumberEvidence {
    marks: [Option<Place>; 2],
    ambiguous: Vec<Place>,
    pub(crate) numbers: u64,
    pub(crate) bad: u64,
    /// Above and below zero.
    pub(crate) signs: [u64; 2],
}

impl NumberEvidence {
    pub(crate) fn look(&mut self, line: u64, text: &str) {
        // A code before or after the digits makes an identifier of them, unless it is a currency.
        let known =
            |scanned: &number::Scanned<'_>| scanned.marker.is_empty() || named(scanned.marker) != Named::Unknown;
        let Some(scanned) = number::scan(text).filter(known) else {
            self.bad += u64::from(!value::is_null(text));
            return;
        };
        self.numbers += 1;
        self.signs[usize::from(scanned.is_negative())] += 1;
        let place = || (line, text.trim().to_owned());
        match scanned.says() {
            Says::Nothing => {}
            // A damaged amount (`12..5`) says nothing.
            Says::Mark(mark) if scanned.value(mark).is_none() => {}
            Says::Mark(mark) => {
                let slot = &mut self.marks[mark as usize];
                if slot.is_none() {
                    *slot = Some(place());
                }
            }
            Says::Both => {
                if self.ambiguous.len() < 3 {
                    self.ambiguous.push(place());
                }
            }
        }
    }

    pub(crate) fn merge(self, other: Self) -> Self {
        let [a, b] = self.marks;
        let [c, d] = other.marks;
        Self {
            marks: [earliest(a, c), earliest(b, d)],
            ambiguous: first_three(self.ambiguous, other.ambiguous),
            numbers: self.numbers + other.numbers,
            bad: self.bad + other.bad,
            signs: [self.signs[0] + other.signs[0], self.signs[1] + other.signs[1]],
        }
    }

    pub(crate) fn settled(&self) -> Option<DecimalMark> {
        match &self.marks {
            [Some(_), None] => Some(DecimalMark::Point),
            [None, Some(_)] => Some(DecimalMark::Comma),
            _ => None,
        }
    }

    pub(crate) fn mixed(&self) -> Option<[Place; 2]> {
        match &self.marks {
            [Some(one), Some(other)] => Some([one.clone(), other.clone()]),
            _ => None,
        }
    }

    /// Some amount reads both ways.
    pub(crate) fn is_unclear(&self) -> bool {
        !self.ambiguous.is_empty()
    }

    pub(crate) fn examples(&self) -> Vec<Example> {
        let read = |text: &str, mark| {
            let value = number::scan(text).and_then(|scanned| scanned.value(mark));
            value.map(|value| value.to_string()).unwrap_or_default()
        };
        self.ambiguous
            .iter()
            .map(|(line, text)| Example {
                line: *line,
                text: text.clone(),
                one: read(text, DecimalMark::Point),
                other: read(text, DecimalMark::Comma),
            })
            .collect()
    }
}
