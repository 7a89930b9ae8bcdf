//! Amounts as extracts write them. Whether `.` or `,` is the decimal mark is settled from the whole
//! column, since `1,234` alone reads both ways.

use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

use crate::value::{self, Side};

/// The character that parts units from fractions.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DecimalMark {
    /// `1,234.50`
    Point,
    /// `1.234,50`
    Comma,
}

impl DecimalMark {
    /// The mark of groups beside it.
    pub(crate) fn other(self) -> Self {
        match self {
            Self::Point => Self::Comma,
            Self::Comma => Self::Point,
        }
    }

    fn byte(self) -> u8 {
        match self {
            Self::Point => b'.',
            Self::Comma => b',',
        }
    }
}

/// The text is no decimal mark.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("\"{0}\" is no decimal mark; write point or comma")]
pub struct NotADecimalMark(pub String);

impl std::str::FromStr for DecimalMark {
    type Err = NotADecimalMark;

    fn from_str(text: &str) -> Result<Self, NotADecimalMark> {
        match text.trim().to_ascii_lowercase().as_str() {
            "point" | "." => Ok(Self::Point),
            "comma" | "," => Ok(Self::Comma),
            _ => Err(NotADecimalMark(text.to_owned())),
        }
    }
}

/// A cell taken apart, before the decimal mark is known.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Scanned<'a> {
    negative: bool,
    /// Digits and separators, perhaps with an exponent.
    core: &'a str,
    /// What stood before or after the digits: a currency's symbol or code.
    pub(crate) marker: &'a str,
}

/// What one cell says about its column's decimal mark.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Says {
    Nothing,
    Mark(DecimalMark),
    Both,
}

fn is_group_space(c: char) -> bool {
    matches!(c, ' ' | '\u{a0}' | '\u{202f}' | '\u{2009}' | '\'' | '\u{2019}' | '_')
}

/// Takes a cell apart; `None` when it is no amount. Negative are `-5`, `5-`, `(5)`, `-$5`, `$-5`,
/// `5 CR` and the typographic minus.
pub(crate) fn scan(text: &str) -> Option<Scanned<'_>> {
    let text = crate::value::trim(text);
    let bytes = text.as_bytes();
    let first_digit = bytes.iter().position(u8::is_ascii_digit)?;
    let last = bytes.iter().rposition(u8::is_ascii_digit)? + 1;
    // `.5` begins with its mark; the dot of `Rs. 5` belongs to the marker.
    let first = if first_digit > 0
        && matches!(bytes[first_digit - 1], b'.' | b',')
        && (first_digit == 1 || !bytes[first_digit - 2].is_ascii_alphabetic())
    {
        first_digit - 1
    } else {
        first_digit
    };
    let (before, core, after) = (&text[..first], &text[first..last], &text[last..]);
    if before.is_empty() && after.is_empty() {
        return core_is_sound(core).then_some(Scanned { negative: false, core, marker: "" });
    }
    // `100,-` is a German and Swiss way to write no cents.
    let after =
        after.strip_prefix([',', '.']).map_or(after, |rest| rest.trim_start_matches(['-', '\u{2013}', '\u{2014}']));
    let mut marker = "";
    let mut sign = None;
    for affix in [before, after] {
        let word = affix.trim_matches(|c: char| {
            c.is_whitespace()
                || matches!(c, '(' | ')' | '<' | '>' | '-' | '+' | '\u{2212}' | '\u{2013}' | '\u{2014}' | '*')
        });
        if word.is_empty() {
            continue;
        }
        // `500 H`, or `500,00H`: a lone letter behind a whole number may be part of an identifier.
        let may_sign = word.len() > 1 || affix.starts_with(' ') || core.contains([',', '.']);
        match value::side(word).filter(|_| may_sign) {
            Some(side) if sign.is_none() => sign = Some(side),
            None if marker.is_empty() => marker = word,
            _ => return None,
        }
    }
    let count = |signs: &[char]| before.matches(signs).count() + after.matches(signs).count();
    let minus = count(&['-', '\u{2212}', '\u{2013}', '\u{2014}']);
    let brackets = |open: char, close: char| match (
        before.matches(open).count(),
        before.matches(close).count(),
        after.matches(open).count(),
        after.matches(close).count(),
    ) {
        (0, 0, 0, 0) => Some(false),
        (1, 0, 0, 1) => Some(true),
        _ => None,
    };
    let bracketed = brackets('(', ')')? || brackets('<', '>')?;
    // Half a bracket, `--5` and `-5 CR` are no amounts: which sign was meant is anyone's guess.
    if minus > 1 || minus + count(&['+']) > 1 || sign.is_some() && (minus == 1 || bracketed) {
        return None;
    }
    let negative = bracketed || minus == 1 || sign == Some(Side::Credit);
    core_is_sound(core).then_some(Scanned { negative, core, marker })
}

fn core_is_sound(core: &str) -> bool {
    let plain = core.chars().all(|c| c.is_ascii_digit() || matches!(c, '.' | ',') || is_group_space(c));
    plain || split_exponent(core).is_some()
}

fn split_exponent(core: &str) -> Option<(&str, i32)> {
    let at = core.find(['e', 'E'])?;
    let mantissa = &core[..at];
    let sound = !mantissa.is_empty() && mantissa.bytes().all(|b| b.is_ascii_digit() || matches!(b, b'.' | b','));
    let exponent: i32 = core[at + 1..].parse().ok()?;
    (sound && exponent.abs() <= 28).then_some((mantissa, exponent))
}

impl<'a> Scanned<'a> {
    /// The last mark, and the digits behind it.
    pub(crate) fn last_three(&self) -> Option<(DecimalMark, &'a str)> {
        let at = self.core.rfind(['.', ','])?;
        let mark = if self.core[at..].starts_with('.') { DecimalMark::Point } else { DecimalMark::Comma };
        Some((mark, &self.core[at + 1..]))
    }
}

impl Scanned<'_> {
    /// Below zero, as written.
    pub(crate) fn is_negative(&self) -> bool {
        self.negative
    }

    /// What this cell says about the column.
    pub(crate) fn says(&self) -> Says {
        let core = split_exponent(self.core).map_or(self.core, |(mantissa, _)| mantissa);
        let points = core.bytes().filter(|b| *b == b'.').count();
        let commas = core.bytes().filter(|b| *b == b',').count();
        match (points, commas) {
            (0, 0) => Says::Nothing,
            (1.., 1..) => {
                if core.rfind('.') > core.rfind(',') {
                    Says::Mark(DecimalMark::Point)
                } else {
                    Says::Mark(DecimalMark::Comma)
                }
            }
            (2.., 0) => Says::Mark(DecimalMark::Comma),
            (0, 2..) => Says::Mark(DecimalMark::Point),
            _ => {
                let (separator, this) = if points == 1 { ('.', DecimalMark::Point) } else { (',', DecimalMark::Comma) };
                let Some((whole, fraction)) = core.split_once(separator) else {
                    return Says::Nothing;
                };
                let spaced = whole.chars().any(is_group_space);
                // A group has three digits, and what leads it one to three, not beginning with 0.
                let could_group =
                    fraction.len() == 3 && !spaced && (1..=3).contains(&whole.len()) && !whole.starts_with('0');
                // `1.234E5`: exponents come from machines, which do not group.
                if could_group && self.core.len() == core.len() { Says::Both } else { Says::Mark(this) }
            }
        }
    }

    /// Written without any mark, and not zero.
    pub(crate) fn is_plain(&self) -> bool {
        self.core.bytes().all(|b| b.is_ascii_digit()) && self.core.bytes().any(|b| b != b'0')
    }

    /// The amount under a decimal mark; `None` when its groups do not fit that reading or it has
    /// more digits than a decimal holds.
    pub(crate) fn value(&self, mark: DecimalMark) -> Option<Decimal> {
        let (core, exponent) = split_exponent(self.core).unwrap_or((self.core, 0));
        let decimal = mark.byte();
        let mut mantissa: i128 = 0;
        let mut digits = 0_u32;
        let mut scale = 0_i32;
        let mut in_fraction = false;
        // Digits since the last group mark; `None` before the first.
        let mut group: Option<u32> = None;
        let mut lead = 0_u32;
        for c in core.chars() {
            if let Some(digit) = c.to_digit(10) {
                if mantissa != 0 || digit != 0 {
                    digits += 1;
                }
                if digits > 28 {
                    return None;
                }
                mantissa = mantissa * 10 + i128::from(digit);
                if in_fraction {
                    scale += 1;
                } else if let Some(count) = &mut group {
                    *count += 1;
                } else {
                    lead += 1;
                }
            } else if c.is_ascii() && c as u8 == decimal {
                if in_fraction || group.is_some_and(|count| count != 3) {
                    return None;
                }
                in_fraction = true;
            } else {
                // Lakh groups have two digits, but the last always three.
                let sound = !in_fraction && group.map_or((1..=3).contains(&lead), |count| count == 3 || count == 2);
                if !sound {
                    return None;
                }
                group = Some(0);
            }
        }
        if !in_fraction && group.is_some_and(|count| count != 3) {
            return None;
        }
        let mut scale = scale - exponent;
        while scale < 0 {
            mantissa = mantissa.checked_mul(10)?;
            scale += 1;
        }
        let signed = if self.negative { -mantissa } else { mantissa };
        Decimal::try_from_i128_with_scale(signed, scale.try_into().ok()?).ok()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str, mark: DecimalMark) -> Option<String> {
        scan(text)?.value(mark).map(|value| value.to_string())
    }

    #[test]
    fn signs_symbols_and_groups() {
        use DecimalMark::{Comma, Point};
        for (text, mark, value) in [
            ("1,234.50", Point, "1234.50"),
            ("1.234,50", Comma, "1234.50"),
            ("1 234,50", Comma, "1234.50"),
            ("1'234.50", Point, "1234.50"),
            ("(1,234.50)", Point, "-1234.50"),
            ("($12.00)", Point, "-12.00"),
            ("-$12.00", Point, "-12.00"),
            ("$-12.00", Point, "-12.00"),
            ("12.00-", Point, "-12.00"),
            ("\u{2212}12", Point, "-12"),
            ("12.00 CR", Point, "-12.00"),
            ("12.00 DR", Point, "12.00"),
            ("USD 12.00", Point, "12.00"),
            ("Rs. 500", Point, "500"),
            (".5", Point, "0.5"),
            ("100,-", Comma, "100"),
            ("12,34,567.00", Point, "1234567.00"),
            ("1.5E3", Point, "1500"),
            ("1e-2", Point, "0.01"),
            ("<1,234.56>", Point, "-1234.56"),
            ("-(5.00)", Point, "-5.00"),
            ("1.234,50 H", Comma, "-1234.50"),
            ("500,00S", Comma, "500.00"),
            ("12.00 Credit", Point, "-12.00"),
            ("EUR 1.234,50 Haben", Comma, "-1234.50"),
        ] {
            assert_eq!(read(text, mark).as_deref(), Some(value), "{text}");
        }
        for (text, mark) in [
            ("1,23", Point),
            ("1,2345.00", Point),
            ("1.2.3", Point),
            ("abc", Point),
            ("12abc34", Point),
            ("1.234,50", Point),
            ("(5", Point),
            ("5)", Point),
            ("((5)", Point),
            ("--5", Point),
            ("-5-", Point),
            ("+-5", Point),
            ("-5 CR", Point),
            ("(5) DR", Point),
            ("<5", Point),
        ] {
            assert_eq!(read(text, mark), None, "{text}");
        }
    }

    #[test]
    fn three_digits_after_one_separator_read_both_ways() {
        for (text, says) in [
            ("1,234", Says::Both),
            ("1.234", Says::Both),
            ("0.123", Says::Mark(DecimalMark::Point)),
            ("1234.567", Says::Mark(DecimalMark::Point)),
            ("1,23", Says::Mark(DecimalMark::Comma)),
            ("1.234.567", Says::Mark(DecimalMark::Comma)),
            ("1,234.5", Says::Mark(DecimalMark::Point)),
            ("500", Says::Nothing),
        ] {
            assert_eq!(scan(text).map(|cell| cell.says()), Some(says), "{text}");
        }
    }
}
