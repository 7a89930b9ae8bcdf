//! What the cells of a column say together about the form of its amounts.

use domain::money::Currency;

use crate::currency::{Named, named};
use crate::error::Example;
use crate::number::{self, DecimalMark, Says};
use crate::value;

/// Currencies whose countries write decimals with a point.
const WITH_POINT: [&str; 16] =
    ["USD", "CAD", "AUD", "NZD", "GBP", "JPY", "CNY", "HKD", "SGD", "INR", "MXN", "KRW", "ILS", "THB", "MYR", "PHP"];

/// A place in the file: line and text.
pub(crate) type Place = (u64, String);

pub(crate) fn earliest(one: Option<Place>, other: Option<Place>) -> Option<Place> {
    match (one, other) {
        (Some(one), Some(other)) => Some(if one.0 <= other.0 { one } else { other }),
        (one, other) => one.or(other),
    }
}

pub(crate) fn first_three(mut one: Vec<Place>, other: Vec<Place>) -> Vec<Place> {
    one.extend(other);
    one.sort();
    one.truncate(3);
    one
}

/// What a column says about its amounts.
#[derive(Clone, Debug, Default)]
pub(crate) struct NumberEvidence {
    marks: [Option<Place>; 2],
    ambiguous: Vec<Place>,
    pub(crate) numbers: u64,
    pub(crate) bad: u64,
    /// Marks that cells with three digits behind a mark must have by their currency: yen have no
    /// decimals, and dollars never three.
    implied: [Option<Place>; 2],
    /// The same, where the cell alone could be zeros filled up, so that it takes an amount without
    /// any mark beside it to be sure.
    likely: [Option<Place>; 2],
    /// Decimals of a currency that has three.
    fine: [Option<Place>; 2],
    plain: bool,
    /// Above and below zero.
    pub(crate) signs: [u64; 2],
}

impl NumberEvidence {
    /// A cell of a row in that currency, if one is known.
    pub(crate) fn look(&mut self, line: u64, text: &str, currency: &dyn Fn() -> Option<Currency>) {
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
        self.plain |= scanned.is_plain();
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
                let own = match named(scanned.marker) {
                    Named::Is(currency) => Some(currency),
                    _ => currency(),
                };
                if let (Some(currency), Some((mark, digits))) = (own, scanned.last_three()) {
                    let kept = currency.minor_digits() as usize;
                    let (slots, mark) = if kept >= 3 {
                        (&mut self.fine, mark)
                    } else if digits.bytes().skip(kept).any(|b| b != b'0')
                        || mark == DecimalMark::Comma && WITH_POINT.contains(&currency.code())
                    {
                        (&mut self.implied, mark.other())
                    } else {
                        (&mut self.likely, mark.other())
                    };
                    let slot = &mut slots[mark as usize];
                    if slot.is_none() {
                        *slot = Some(place());
                    }
                }
            }
        }
    }

    pub(crate) fn merge(self, other: Self) -> Self {
        let [a, b] = self.marks;
        let [c, d] = other.marks;
        let both = |[a, b]: [Option<Place>; 2], [c, d]: [Option<Place>; 2]| [earliest(a, c), earliest(b, d)];
        Self {
            implied: both(self.implied, other.implied),
            likely: both(self.likely, other.likely),
            fine: both(self.fine, other.fine),
            plain: self.plain || other.plain,
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

    /// The mark that the rows' currencies leave.
    pub(crate) fn by_currency(&self) -> Option<DecimalMark> {
        let has = |mark: DecimalMark| {
            let at = mark as usize;
            self.implied[at].is_some()
                || self.plain && self.likely[at].is_some()
                || !self.plain && self.fine[at].is_some()
        };
        match (has(DecimalMark::Point), has(DecimalMark::Comma)) {
            (true, false) => Some(DecimalMark::Point),
            (false, true) => Some(DecimalMark::Comma),
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
