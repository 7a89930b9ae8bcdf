//! Where a customer may be, as time zones: what they stated, else the union of what their ZIP code
//! and their telephone numbers allow. A contact must be convenient in every one of them (12 CFR
//! 1006.6(b)(1), comment 6(b)(1)(i)-2), so a set too large only delays a call, and an empty one
//! stops it.

mod area;
mod exchanges;
mod zip;

use chrono::{DateTime, NaiveDate, NaiveDateTime, TimeDelta, Utc};
use chrono_tz::Tz;

use crate::account::{Customer, PointKind};

/// Zones that differ in what their clocks show; zones that show the same are one.
const ZONES: [Tz; 21] = [
    Tz::America__New_York,
    Tz::America__Chicago,
    Tz::America__Denver,
    Tz::America__Phoenix,
    Tz::America__Los_Angeles,
    Tz::America__Anchorage,
    Tz::America__Adak,
    Tz::Pacific__Honolulu,
    Tz::America__Puerto_Rico,
    Tz::America__Halifax,
    Tz::America__St_Johns,
    Tz::America__Regina,
    Tz::America__Jamaica,
    Tz::Pacific__Guam,
    Tz::Pacific__Pago_Pago,
    Tz::Pacific__Palau,
    Tz::Pacific__Chuuk,
    Tz::Pacific__Kosrae,
    Tz::Pacific__Majuro,
    // Kept apart although they show the same today: provinces change their clocks on their own.
    Tz::America__Vancouver,
    Tz::America__Whitehorse,
];

/// Hours behind Greenwich of American Samoa, the last place on the list where a day begins: where
/// nothing is known of a customer, their date is taken to be the one there.
pub(super) const HOURS_WEST_OF_ALL: i64 = 11;

/// A set of the zones above.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct ZoneSet(u32);

#[allow(missing_docs, reason = "each is the zone it is named for")]
impl ZoneSet {
    pub const NONE: Self = Self(0);
    pub const EASTERN: Self = Self(1);
    pub const CENTRAL: Self = Self(1 << 1);
    pub const MOUNTAIN: Self = Self(1 << 2);
    pub const ARIZONA: Self = Self(1 << 3);
    pub const PACIFIC: Self = Self(1 << 4);
    pub const ALASKA: Self = Self(1 << 5);
    pub const ALEUTIAN: Self = Self(1 << 6);
    pub const HAWAII: Self = Self(1 << 7);
    pub const ATLANTIC: Self = Self(1 << 8);
    pub const MARITIME: Self = Self(1 << 9);
    pub const NEWFOUNDLAND: Self = Self(1 << 10);
    pub const SASKATCHEWAN: Self = Self(1 << 11);
    pub const JAMAICA: Self = Self(1 << 12);
    pub const GUAM: Self = Self(1 << 13);
    pub const SAMOA: Self = Self(1 << 14);
    pub const PALAU: Self = Self(1 << 15);
    pub const CHUUK: Self = Self(1 << 16);
    pub const POHNPEI: Self = Self(1 << 17);
    pub const MARSHALL: Self = Self(1 << 18);
    pub const VANCOUVER: Self = Self(1 << 19);
    pub const YUKON: Self = Self(1 << 20);

    /// Both together.
    #[must_use]
    pub const fn or(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    /// No zone at all.
    #[must_use]
    pub const fn is_empty(self) -> bool {
        self.0 == 0
    }

    /// Its zones, from east to west along the list.
    pub fn iter(self) -> impl Iterator<Item = Tz> {
        ZONES.into_iter().enumerate().filter(move |(bit, _)| self.0 >> bit & 1 == 1).map(|(_, zone)| zone)
    }
}

/// The zones of a North American telephone number as dialed or written; none for another country's
/// number, a toll-free one, or no number at all.
#[must_use]
pub fn of_phone(number: &str) -> ZoneSet {
    let Some((code, exchange)) = parts(number) else {
        return ZoneSet::NONE;
    };
    if let Some(exchange) = exchange
        && let Some((_, zone, _)) =
            exchanges::EXCHANGES.iter().find(|(area, _, listed)| *area == code && listed.contains(exchange))
    {
        return *zone;
    }
    area::zones(code)
}

/// The state of a number's area code, for the states whose own rules reach a consumer who may live
/// there; none for all others.
#[must_use]
pub fn area_state(number: &str) -> Option<&'static str> {
    parts(number).and_then(|(code, _)| area::state(code))
}

/// Area code and exchange of a North American number.
fn parts(number: &str) -> Option<(u16, Option<u16>)> {
    let mut digits = [0_u8; 11];
    let mut count = 0;
    for byte in number.bytes() {
        match byte {
            b'0'..=b'9' if count < digits.len() => {
                digits[count] = byte - b'0';
                count += 1;
            }
            // More digits than any number here has; or an extension, which says nothing.
            b'0'..=b'9' | b'x' | b'X' | b'#' | b';' | b',' => break,
            _ => {}
        }
    }
    let national = match digits[..count] {
        [1, ref rest @ ..] => rest,
        // Another country's code.
        _ if number.trim_start().starts_with('+') => return None,
        ref rest => rest,
    };
    let three = |from: usize| -> Option<u16> {
        let part = national.get(from..from + 3)?;
        Some(part.iter().fold(0, |sum, digit| sum * 10 + u16::from(*digit)))
    };
    Some((three(0)?, three(3)))
}

/// The zones of a US ZIP or Canadian postal code; none for military mail and for what is neither.
#[must_use]
pub fn of_postal_code(code: &str) -> ZoneSet {
    zip::zones(code)
}

/// Every zone a customer may be in.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Zones {
    set: ZoneSet,
    stated: Vec<Tz>,
}

impl Zones {
    /// Stated zones if there are any, else the union of ZIP code and telephone numbers. A stated
    /// zone that is none, an address abroad and military mail leave the place unknown: empty.
    #[must_use]
    pub fn of(customer: &Customer) -> Self {
        if !customer.zones.is_empty() {
            let parsed: Result<Vec<Tz>, _> = customer.zones.iter().map(|name| name.parse()).collect();
            return Self { set: ZoneSet::NONE, stated: parsed.unwrap_or_default() };
        }
        let address = &customer.address;
        let home = matches!(address.country.as_str(), "" | "US" | "USA" | "CA" | "CAN");
        let mut set = if !home {
            return Self::default();
        } else if address.zip.trim().is_empty() {
            zip::of_state(&address.state)
        } else {
            let zones = of_postal_code(&address.zip);
            if zones.is_empty() {
                return Self::default();
            }
            zones
        };
        for point in &customer.points {
            if point.kind != PointKind::Email && !point.bad {
                set = set.or(of_phone(&point.value));
            }
        }
        Self { set, stated: Vec::new() }
    }

    /// Every zone.
    pub fn iter(&self) -> impl Iterator<Item = Tz> {
        self.set.iter().chain(self.stated.iter().copied())
    }

    /// Nothing is known of where they are.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.set.is_empty() && self.stated.is_empty()
    }

    /// What their clocks show.
    pub fn local(&self, at: DateTime<Utc>) -> impl Iterator<Item = NaiveDateTime> {
        self.iter().map(move |zone| at.with_timezone(&zone).naive_local())
    }

    /// The customer's date: the earliest that any of the zones shows, so that no window of days
    /// ends too soon. Without a zone, the date west of every place on the list.
    #[must_use]
    pub fn date(&self, at: DateTime<Utc>) -> NaiveDate {
        self.local(at)
            .map(|local| local.date())
            .min()
            .unwrap_or_else(|| (at - TimeDelta::hours(HOURS_WEST_OF_ALL)).date_naive())
    }
}

/// The customer's date at a moment; windows of days are counted in it.
#[must_use]
pub fn local_date(customer: &Customer, at: DateTime<Utc>) -> NaiveDate {
    Zones::of(customer).date(at)
}

#[cfg(test)]
mod tests;
