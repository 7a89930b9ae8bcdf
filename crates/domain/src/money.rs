//! Money: an exact decimal that never loses its currency.

use std::fmt;
use std::str::FromStr;

use rust_decimal::{Decimal, RoundingStrategy};
use serde::{Deserialize, Serialize};

/// An ISO 4217 alphabetic code.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Currency([u8; 3]);

impl Currency {
    /// United States dollar.
    pub const USD: Self = Self(*b"USD");
    /// Canadian dollar.
    pub const CAD: Self = Self(*b"CAD");

    /// The three letters.
    #[must_use]
    pub fn code(&self) -> &str {
        // The constructor admits ASCII capitals only.
        std::str::from_utf8(&self.0).unwrap_or("???")
    }

    /// Digits after the decimal point in the currency's minor unit (ISO 4217, column *minor unit*).
    #[must_use]
    pub fn minor_digits(&self) -> u32 {
        match &self.0 {
            b"BIF" | b"CLP" | b"DJF" | b"GNF" | b"ISK" | b"JPY" | b"KMF" | b"KRW" | b"PYG" | b"RWF" | b"UGX"
            | b"VND" | b"VUV" | b"XAF" | b"XOF" | b"XPF" => 0,
            b"BHD" | b"IQD" | b"JOD" | b"KWD" | b"LYD" | b"OMR" | b"TND" => 3,
            _ => 2,
        }
    }
}

impl FromStr for Currency {
    type Err = MoneyError;

    fn from_str(text: &str) -> Result<Self, MoneyError> {
        let upper = text.trim().to_ascii_uppercase();
        match <[u8; 3]>::try_from(upper.as_bytes()) {
            Ok(code) if code.iter().all(u8::is_ascii_uppercase) => Ok(Self(code)),
            _ => Err(MoneyError::NotACurrency(text.to_owned())),
        }
    }
}

impl fmt::Display for Currency {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.code())
    }
}

impl fmt::Debug for Currency {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.code())
    }
}

impl Serialize for Currency {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.code())
    }
}

impl<'de> Deserialize<'de> for Currency {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = std::borrow::Cow::<str>::deserialize(deserializer)?;
        text.parse().map_err(serde::de::Error::custom)
    }
}

/// An amount with its currency.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Serialize, Deserialize)]
pub struct Money {
    /// Exact value in major units.
    pub amount: Decimal,
    /// What it is an amount of.
    pub currency: Currency,
}

/// Why an operation on money was refused.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum MoneyError {
    /// The text is not a three-letter code.
    #[error("\"{0}\" is not a currency code; write three letters, such as USD")]
    NotACurrency(String),
    /// Two currencies met in one operation.
    #[error("{0} and {1} can't be added together")]
    CurrencyMix(Currency, Currency),
    /// More digits than the currency's minor unit holds.
    #[error("{0} {1} has more decimals than {1} knows")]
    TooPrecise(Decimal, Currency),
    /// Beyond the range of exact storage.
    #[error("{0} is too large an amount")]
    TooLarge(Decimal),
}

impl Money {
    /// An amount of a currency.
    #[must_use]
    pub fn new(amount: Decimal, currency: Currency) -> Self {
        Self { amount, currency }
    }

    /// Nothing, of a currency.
    #[must_use]
    pub fn zero(currency: Currency) -> Self {
        Self::new(Decimal::ZERO, currency)
    }

    /// From minor units: `(1234, USD)` is 12.34.
    #[must_use]
    pub fn from_minor(minor: i64, currency: Currency) -> Self {
        Self::new(Decimal::new(minor, currency.minor_digits()), currency)
    }

    /// In minor units; refuses to drop digits.
    pub fn to_minor(self) -> Result<i64, MoneyError> {
        let digits = self.currency.minor_digits();
        let mut scaled = self.amount;
        if scaled.normalize().scale() > digits {
            return Err(MoneyError::TooPrecise(self.amount, self.currency));
        }
        scaled.rescale(digits);
        i64::try_from(scaled.mantissa()).map_err(|_| MoneyError::TooLarge(self.amount))
    }

    /// Sum, in one currency.
    pub fn checked_add(self, other: Self) -> Result<Self, MoneyError> {
        if self.currency != other.currency {
            return Err(MoneyError::CurrencyMix(self.currency, other.currency));
        }
        self.amount
            .checked_add(other.amount)
            .map(|amount| Self::new(amount, self.currency))
            .ok_or(MoneyError::TooLarge(self.amount))
    }

    /// Difference, in one currency.
    pub fn checked_sub(self, other: Self) -> Result<Self, MoneyError> {
        self.checked_add(Self::new(-other.amount, other.currency))
    }

    /// Rounded half to even at the currency's minor unit (the house rounding).
    #[must_use]
    pub fn round_half_even(self) -> Self {
        let digits = self.currency.minor_digits();
        Self::new(self.amount.round_dp_with_strategy(digits, RoundingStrategy::MidpointNearestEven), self.currency)
    }

    /// The amount with exactly the minor unit's digits, without the currency: `1234.50`.
    #[must_use]
    pub fn plain(&self) -> String {
        let mut amount = self.amount;
        let digits = self.currency.minor_digits();
        if amount.scale() < digits {
            amount.rescale(digits);
        } else if amount.scale() > digits && amount.normalize().scale() <= digits {
            amount = amount.normalize();
            amount.rescale(digits);
        }
        amount.to_string()
    }

    /// For people: `1,234.50 USD`, with `$` for US dollars: `$1,234.50`.
    #[must_use]
    pub fn pretty(&self) -> String {
        let plain = self.plain();
        let (sign, digits) = plain.strip_prefix('-').map_or(("", plain.as_str()), |rest| ("-", rest));
        let (whole, fraction) = digits.split_once('.').unwrap_or((digits, ""));
        let mut grouped = String::with_capacity(plain.len() + 8);
        for (index, digit) in whole.chars().enumerate() {
            if index > 0 && (whole.len() - index).is_multiple_of(3) {
                grouped.push(',');
            }
            grouped.push(digit);
        }
        if !fraction.is_empty() {
            grouped.push('.');
            grouped.push_str(fraction);
        }
        if self.currency == Currency::USD {
            format!("{sign}${grouped}")
        } else {
            format!("{sign}{grouped} {}", self.currency)
        }
    }

    /// Above zero.
    #[must_use]
    pub fn is_positive(&self) -> bool {
        self.amount > Decimal::ZERO
    }
}

impl fmt::Display for Money {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.plain(), self.currency)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn minor_units_round_trip_and_never_drop_digits() {
        let money = Money::from_minor(-123_456, Currency::USD);
        assert_eq!(money.plain(), "-1234.56");
        assert_eq!(money.to_minor(), Ok(-123_456));
        assert_eq!(money.pretty(), "-$1,234.56");
        let fine = Money::new(Decimal::new(10_001, 3), Currency::USD);
        assert!(matches!(fine.to_minor(), Err(MoneyError::TooPrecise(..))));
        let yen: Currency = "jpy".parse().expect("a code");
        assert_eq!(Money::from_minor(1_500, yen).pretty(), "1,500 JPY");
    }

    #[test]
    fn currencies_are_never_added_together() {
        let sum = Money::from_minor(1, Currency::USD).checked_add(Money::from_minor(1, Currency::CAD));
        assert_eq!(sum, Err(MoneyError::CurrencyMix(Currency::USD, Currency::CAD)));
    }
}
