//! What the cells of a column say together about the order of its dates. `26-09-11` may have the
//! year first or last: the part that stays near the extract's day, or hardly changes, is the year.

use chrono::{Datelike, NaiveDate};

use crate::date::{self, DateOrder};
use crate::error::Example;
use crate::evidence::{Place, earliest, first_three};

const ORDERS: [DateOrder; 3] = [DateOrder::Mdy, DateOrder::Dmy, DateOrder::Ymd];
const YEAR_FIRST: usize = 1 << DateOrder::Ymd as usize;

/// How often each two-digit number stands first and third, among the cells in which either may be
/// the year.
#[derive(Clone, Debug, Default)]
pub(crate) struct Years {
    first: Vec<u64>,
    third: Vec<u64>,
}

impl Years {
    fn look(&mut self, first: u32, third: u32) {
        for (counts, value) in [(&mut self.first, first), (&mut self.third, third)] {
            counts.resize(100, 0);
            if let Some(count) = counts.get_mut(value as usize) {
                *count += 1;
            }
        }
    }

    pub(crate) fn add(&mut self, other: &Self) {
        for (counts, more) in [(&mut self.first, &other.first), (&mut self.third, &other.third)] {
            counts.resize(100, 0);
            for (count, more) in counts.iter_mut().zip(more) {
                *count += more;
            }
        }
    }

    /// Whether the year stands first; `None` when both places may hold it.
    fn year_is_first(&self, extract: Option<NaiveDate>) -> Option<bool> {
        let all: u64 = self.first.iter().sum();
        let years = |counts: &[u64]| -> Vec<(i32, u64)> {
            let written = counts.iter().zip(0_u32..).filter(|(count, _)| **count > 0);
            written.map(|(count, value)| (date::full_year(value).cast_signed(), *count)).collect()
        };
        let (first, third) = (years(&self.first), years(&self.third));
        if let Some(extract) = extract {
            let usual = extract.year() - 10..=extract.year() + 2;
            let near = |years: &[(i32, u64)]| -> u64 {
                years.iter().filter(|(year, _)| usual.contains(year)).map(|(_, count)| *count).sum()
            };
            match (near(&first) * 10 >= all * 9, near(&third) * 10 >= all * 9) {
                (true, false) => return Some(true),
                (false, true) => return Some(false),
                _ => {}
            }
        }
        // Without a day to compare with: days of the month spread, years hardly.
        let spread = |years: &[(i32, u64)]| -> Option<i32> { Some(years.last()?.0 - years.first()?.0) };
        match (spread(&first)?, spread(&third)?) {
            (0..=3, 15..) if all >= 8 => Some(true),
            (15.., 0..=3) if all >= 8 => Some(false),
            _ => None,
        }
    }
}

/// What a column says about its dates.
#[derive(Clone, Debug, Default)]
pub(crate) struct DateEvidence {
    /// By the set of orders that fit, one bit for each: the first such cell.
    sets: [Option<Place>; 8],
    /// By the same set: cells that its orders read differently.
    unclear: [Vec<Place>; 8],
    pub(crate) years: Years,
    /// Cells read as dates, and cells that are neither dates nor empty.
    pub(crate) dates: u64,
    pub(crate) bad: u64,
}

/// The orders of a set.
fn members(set: usize) -> Vec<DateOrder> {
    ORDERS.into_iter().filter(|order| set & 1 << *order as usize != 0).collect()
}

impl DateEvidence {
    pub(crate) fn look(&mut self, line: u64, text: &str) {
        match date::scan(text) {
            date::Scanned::Empty => {}
            date::Scanned::Bad => self.bad += 1,
            date::Scanned::Date(_) | date::Scanned::Serial(_) | date::Scanned::Never => self.dates += 1,
            date::Scanned::Parts(parts) => {
                self.dates += 1;
                let set = ORDERS.into_iter().filter(|order| parts.fits(*order)).map(|order| 1_usize << order as usize);
                let set: usize = set.sum();
                if self.sets[set].is_none() {
                    self.sets[set] = Some((line, text.trim().to_owned()));
                }
                if set & YEAR_FIRST != 0 && set != YEAR_FIRST {
                    let (first, third) = parts.ends();
                    self.years.look(first, third);
                }
                if set.count_ones() > 1 && self.unclear[set].len() < 3 && differing(parts, set).is_some() {
                    self.unclear[set].push((line, text.trim().to_owned()));
                }
            }
        }
    }

    pub(crate) fn merge(mut self, other: Self) -> Self {
        for (one, more) in self.sets.iter_mut().zip(other.sets) {
            *one = earliest(one.take(), more);
        }
        for (one, more) in self.unclear.iter_mut().zip(other.unclear) {
            *one = first_three(std::mem::take(one), more);
        }
        self.years.add(&other.years);
        self.dates += other.dates;
        self.bad += other.bad;
        self
    }

    /// The orders that the column leaves. `file`: the years of all date columns, for a column that
    /// says nothing by itself.
    fn orders(&self, extract: Option<NaiveDate>, file: &Years) -> usize {
        let present = (0..8).filter(|set| self.sets[*set].is_some());
        let left = present.fold(7, |left, set| left & set);
        if left & YEAR_FIRST == 0 || left == YEAR_FIRST {
            return left;
        }
        match self.years.year_is_first(extract).or_else(|| file.year_is_first(extract)) {
            Some(true) => YEAR_FIRST,
            Some(false) => left & !YEAR_FIRST,
            None => left,
        }
    }

    /// The order that the column settles.
    pub(crate) fn settled(&self, extract: Option<NaiveDate>, file: &Years) -> Option<DateOrder> {
        match members(self.orders(extract, file)).as_slice() {
            [only] => Some(*only),
            _ => None,
        }
    }

    /// The order may be this one.
    pub(crate) fn allows(&self, order: DateOrder, extract: Option<NaiveDate>, file: &Years) -> bool {
        self.orders(extract, file) & 1 << order as usize != 0
    }

    /// Two dates of the column that can't have the same order.
    pub(crate) fn mixed(&self) -> Option<[Place; 2]> {
        let mut present = (0..8).filter(|set| self.sets[*set].is_some());
        present.find_map(|one| {
            let other = (one..8).find(|other| self.sets[*other].is_some() && one & other == 0)?;
            Some([self.sets[one].clone()?, self.sets[other].clone()?])
        })
    }

    /// Dates that read two ways, where the column settles nothing.
    pub(crate) fn examples(&self, extract: Option<NaiveDate>, file: &Years) -> Vec<Example> {
        let left = self.orders(extract, file);
        let cells = self.unclear.iter().flatten().cloned().collect();
        let example = |(line, text): Place| {
            let date::Scanned::Parts(parts) = date::scan(&text) else {
                return None;
            };
            let (one, other) = differing(parts, left)?;
            Some(Example { line, text, one: one.to_string(), other: other.to_string() })
        };
        first_three(cells, Vec::new()).into_iter().filter_map(example).collect()
    }
}

/// The first two readings of a cell that differ, among a set of orders.
fn differing(parts: date::Parts, set: usize) -> Option<(NaiveDate, NaiveDate)> {
    let mut read = members(set).into_iter().filter_map(|order| parts.read(order));
    let one = read.next()?;
    read.find(|other| *other != one).map(|other| (one, other))
}

/// The orders under which a person may read these examples, to be offered as answers.
#[must_use]
pub fn orders_of(examples: &[Example]) -> Vec<DateOrder> {
    let reads = |example: &Example, order: DateOrder| match date::scan(&example.text) {
        date::Scanned::Parts(parts) => parts
            .read(order)
            .is_some_and(|day| [&example.one, &example.other].into_iter().any(|shown| *shown == day.to_string())),
        _ => false,
    };
    ORDERS.into_iter().filter(|order| examples.iter().any(|example| reads(example, *order))).collect()
}
