//! How domain values lie in columns: stable ids and minor units as integers, dates as days of the
//! common era, moments as Unix milliseconds, UUIDs as 16 bytes, enums as their serde word.

use chrono::{DateTime, Datelike, NaiveDate, Utc};
use domain::ids::StableId;
use domain::money::{Currency, Money};
use rusqlite::Row;
use rusqlite::types::Type;
use serde::de::value::StrDeserializer;
use serde::de::{DeserializeOwned, IntoDeserializer};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::error::StoreError;

pub(crate) fn day(date: NaiveDate) -> i32 {
    date.num_days_from_ce()
}

pub(crate) fn opt_day(date: Option<NaiveDate>) -> Option<i32> {
    date.map(day)
}

pub(crate) fn ms(at: DateTime<Utc>) -> i64 {
    at.timestamp_millis()
}

pub(crate) fn opt_ms(at: Option<DateTime<Utc>>) -> Option<i64> {
    at.map(ms)
}

pub(crate) fn json<T: Serialize>(value: &T) -> Result<String, StoreError> {
    serde_json::to_string(value).map_err(StoreError::unreadable)
}

/// The serde word of a unit variant.
pub(crate) fn word<T: Serialize>(value: &T) -> Result<String, StoreError> {
    let mut text = json(value)?;
    text.retain(|letter| letter != '"');
    Ok(text)
}

/// The value of a serde word.
pub(crate) fn of_word<T: for<'de> Deserialize<'de>>(text: &str) -> Result<T, serde::de::value::Error> {
    let source: StrDeserializer<'_, serde::de::value::Error> = text.into_deserializer();
    T::deserialize(source)
}

fn bad<E: std::error::Error + Send + Sync + 'static>(at: usize, kind: Type) -> impl FnOnce(E) -> rusqlite::Error {
    move |error| rusqlite::Error::FromSqlConversionFailure(at, kind, Box::new(error))
}

fn text_at<'r>(row: &'r Row<'_>, at: usize) -> rusqlite::Result<&'r str> {
    row.get_ref(at)?.as_str().map_err(bad(at, Type::Text))
}

/// Reads domain values from a row by column index.
pub(crate) trait Read {
    fn stable(&self, at: usize) -> rusqlite::Result<StableId>;
    fn opt_stable(&self, at: usize) -> rusqlite::Result<Option<StableId>>;
    fn uuid(&self, at: usize) -> rusqlite::Result<Uuid>;
    fn opt_uuid(&self, at: usize) -> rusqlite::Result<Option<Uuid>>;
    fn day(&self, at: usize) -> rusqlite::Result<NaiveDate>;
    fn opt_day(&self, at: usize) -> rusqlite::Result<Option<NaiveDate>>;
    fn moment(&self, at: usize) -> rusqlite::Result<DateTime<Utc>>;
    fn opt_moment(&self, at: usize) -> rusqlite::Result<Option<DateTime<Utc>>>;
    fn currency(&self, at: usize) -> rusqlite::Result<Currency>;
    fn opt_currency(&self, at: usize) -> rusqlite::Result<Option<Currency>>;
    /// Minor units at `at`, the currency in the column after it.
    fn money(&self, at: usize) -> rusqlite::Result<Money>;
    fn opt_money(&self, at: usize) -> rusqlite::Result<Option<Money>>;
    fn word<T: for<'de> Deserialize<'de>>(&self, at: usize) -> rusqlite::Result<T>;
    fn opt_word<T: for<'de> Deserialize<'de>>(&self, at: usize) -> rusqlite::Result<Option<T>>;
    fn json<T: DeserializeOwned>(&self, at: usize) -> rusqlite::Result<T>;
}

/// A column's value or none, where NULL means none.
macro_rules! optional {
    ($self:ident, $at:ident, $read:ident) => {
        if $self.get_ref($at)? == rusqlite::types::ValueRef::Null { Ok(None) } else { $self.$read($at).map(Some) }
    };
}

impl Read for Row<'_> {
    fn stable(&self, at: usize) -> rusqlite::Result<StableId> {
        self.get(at).map(StableId)
    }

    fn opt_stable(&self, at: usize) -> rusqlite::Result<Option<StableId>> {
        Ok(self.get::<_, Option<i64>>(at)?.map(StableId))
    }

    fn uuid(&self, at: usize) -> rusqlite::Result<Uuid> {
        self.get(at).map(Uuid::from_bytes)
    }

    fn opt_uuid(&self, at: usize) -> rusqlite::Result<Option<Uuid>> {
        optional!(self, at, uuid)
    }

    fn day(&self, at: usize) -> rusqlite::Result<NaiveDate> {
        let days: i32 = self.get(at)?;
        NaiveDate::from_num_days_from_ce_opt(days).ok_or(rusqlite::Error::IntegralValueOutOfRange(at, i64::from(days)))
    }

    fn opt_day(&self, at: usize) -> rusqlite::Result<Option<NaiveDate>> {
        optional!(self, at, day)
    }

    fn moment(&self, at: usize) -> rusqlite::Result<DateTime<Utc>> {
        let ms: i64 = self.get(at)?;
        DateTime::from_timestamp_millis(ms).ok_or(rusqlite::Error::IntegralValueOutOfRange(at, ms))
    }

    fn opt_moment(&self, at: usize) -> rusqlite::Result<Option<DateTime<Utc>>> {
        optional!(self, at, moment)
    }

    fn currency(&self, at: usize) -> rusqlite::Result<Currency> {
        match text_at(self, at)? {
            "USD" => Ok(Currency::USD),
            code => code.parse().map_err(bad(at, Type::Text)),
        }
    }

    fn opt_currency(&self, at: usize) -> rusqlite::Result<Option<Currency>> {
        optional!(self, at, currency)
    }

    fn money(&self, at: usize) -> rusqlite::Result<Money> {
        Ok(Money::from_minor(self.get(at)?, self.currency(at + 1)?))
    }

    fn opt_money(&self, at: usize) -> rusqlite::Result<Option<Money>> {
        optional!(self, at, money)
    }

    fn word<T: for<'de> Deserialize<'de>>(&self, at: usize) -> rusqlite::Result<T> {
        of_word(text_at(self, at)?).map_err(bad(at, Type::Text))
    }

    fn opt_word<T: for<'de> Deserialize<'de>>(&self, at: usize) -> rusqlite::Result<Option<T>> {
        optional!(self, at, word)
    }

    fn json<T: DeserializeOwned>(&self, at: usize) -> rusqlite::Result<T> {
        serde_json::from_str(text_at(self, at)?).map_err(bad(at, Type::Text))
    }
}
