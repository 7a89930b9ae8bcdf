//! The account list in memory: one line per account and currency, sorted once per column.

use std::cmp::Ordering;
use std::collections::HashMap;

use domain::account::CustomerKind;
use domain::ids::{AccountId, CustomerId, StableId};
use domain::money::{Currency, Money};
use rusqlite::Connection;
use rust_decimal::Decimal;
use rust_decimal::prelude::ToPrimitive;

use crate::account_query::{AccountLine, AccountPage, AccountQuery, AccountSort};
use crate::board::{Haystack, Words, held, loaded};
use crate::codec::Read;
use crate::error::StoreError;
use crate::store::Store;
use crate::table::account_summary::{self, Summary};

struct Line {
    account: i64,
    customer: i64,
    reference: Box<str>,
    name: Box<str>,
    kind: CustomerKind,
    segment: u16,
    figures: Option<Figures>,
}

/// Amounts in thousandths, so that currencies with other minor units sort among the rest.
#[derive(Clone, Copy)]
struct Figures {
    currency: Currency,
    open: i64,
    past_due: i64,
    disputed: i64,
    unapplied: i64,
    oldest_days: i64,
}

impl Figures {
    fn of(summary: &Summary) -> Result<Self, StoreError> {
        let aging = &summary.aging;
        let currency = aging.currency;
        let amount = |value| Ok::<_, StoreError>(thousandths(Money::new(value, currency).to_minor()?, currency));
        Ok(Self {
            currency,
            open: amount(aging.open)?,
            past_due: amount(aging.past_due)?,
            disputed: amount(aging.disputed)?,
            unapplied: amount(aging.unapplied)?,
            oldest_days: aging.oldest_days,
        })
    }
}

fn thousandths(minor: i64, currency: Currency) -> i64 {
    minor.saturating_mul(10_i64.pow(3_u32.saturating_sub(currency.minor_digits())))
}

pub(crate) struct AccountBoard {
    lines: Vec<Line>,
    /// Name and reference of each line.
    text: Haystack,
    segments: Vec<String>,
    /// Ascending; made when first asked for.
    orders: HashMap<AccountSort, Vec<u32>>,
    /// First line of each account, to which its others are next.
    first: HashMap<i64, u32>,
}

impl AccountBoard {
    pub(crate) fn load(conn: &Connection) -> Result<Self, StoreError> {
        let mut all = conn.prepare(
            "SELECT a.id, a.customer, a.reference, a.segment, c.name, c.kind, s.currency, s.open, s.past_due,
               s.disputed, s.unapplied, s.oldest_days
             FROM account a JOIN customer c ON c.id = a.customer LEFT JOIN account_summary s ON s.account = a.id
             ORDER BY a.id",
        )?;
        let mut board = Self {
            lines: Vec::new(),
            text: Haystack::default(),
            segments: Vec::new(),
            orders: HashMap::new(),
            first: HashMap::new(),
        };
        let mut rows = all.query([])?;
        while let Some(row) = rows.next()? {
            let account: i64 = row.get(0)?;
            let reference: Box<str> = row.get::<_, String>(2)?.into();
            let name: Box<str> = row.get::<_, String>(4)?.into();
            let segment: String = row.get(3)?;
            let index = u32::try_from(board.lines.len()).unwrap_or(u32::MAX);
            board.first.entry(account).or_insert(index);
            let figures = row
                .opt_currency(6)?
                .map(|currency| {
                    let amount = |at| row.get(at).map(|minor| thousandths(minor, currency));
                    Ok::<_, rusqlite::Error>(Figures {
                        currency,
                        open: amount(7)?,
                        past_due: amount(8)?,
                        disputed: amount(9)?,
                        unapplied: amount(10)?,
                        oldest_days: row.get(11)?,
                    })
                })
                .transpose()?;
            board.text.push(&format!("{name}\n{reference}"));
            board.lines.push(Line {
                account,
                customer: row.get(1)?,
                reference,
                name,
                kind: row.word(5)?,
                segment: intern(&mut board.segments, segment),
                figures,
            });
        }
        Ok(board)
    }

    fn order(&mut self, sort: AccountSort) -> &[u32] {
        let (lines, text) = (&self.lines, &self.text);
        self.orders.entry(sort).or_insert_with(|| {
            let mut order: Vec<u32> = (0..u32::try_from(lines.len()).unwrap_or(u32::MAX)).collect();
            order.sort_unstable_by(|a, b| compare(lines, text, sort, *a, *b));
            order
        })
    }

    /// Lines that fit, in order: those of the page, and how many in all.
    /// The page, how many lines fit, and their past-due sums in thousandths.
    fn page(&mut self, query: &AccountQuery) -> (Vec<u32>, usize, Vec<(Currency, i64)>) {
        let fitting = self.text.fitting(&Words::new(&query.text));
        let segment = query.segment.as_ref().map(|name| self.segments.iter().position(|known| known == name));
        let least =
            query.min_past_due.map(|amount| (amount * Decimal::ONE_THOUSAND).ceil().to_i64().unwrap_or(i64::MAX));
        self.order(query.sort);
        let lines = &self.lines;
        let fits = |line: &Line| {
            let figures = line.figures.as_ref();
            let figure = |read: fn(&Figures) -> i64| figures.map_or(0, read);
            segment.is_none_or(|wanted| wanted == Some(usize::from(line.segment)))
                && query.kind.is_none_or(|kind| kind == line.kind)
                && query.currency.is_none_or(|currency| figures.is_some_and(|own| own.currency == currency))
                && least.is_none_or(|least| figure(|own| own.past_due) >= least)
                && query.min_days.is_none_or(|days| figure(|own| own.oldest_days) >= days)
                && (!query.disputed || figure(|own| own.disputed) != 0)
                && (!query.unapplied || figure(|own| own.unapplied) != 0)
        };
        let mut total = 0;
        let mut page = Vec::new();
        let mut sums: Vec<(Currency, i64)> = Vec::new();
        let order = self.orders.get(&query.sort).map_or(&[][..], Vec::as_slice);
        let mut look = |index: &u32| {
            let at = *index as usize;
            if fitting.as_ref().is_none_or(|fitting| fitting[at]) && fits(&lines[at]) {
                if total >= query.offset && page.len() < query.limit {
                    page.push(*index);
                }
                total += 1;
                if let Some(own) = lines[at].figures.filter(|own| own.past_due != 0) {
                    match sums.iter_mut().find(|(currency, _)| *currency == own.currency) {
                        Some((_, sum)) => *sum = sum.saturating_add(own.past_due),
                        None => sums.push((own.currency, own.past_due)),
                    }
                }
            }
        };
        if query.descending {
            order.iter().rev().for_each(&mut look);
        } else {
            order.iter().for_each(&mut look);
        }
        sums.sort_by_key(|(currency, _)| *currency);
        (page, total, sums)
    }

    /// Brings one account's figures up to date. False when its lines no longer fit its currencies:
    /// the board is to be loaded again then.
    fn patch(&mut self, account: AccountId, summaries: &[&Summary]) -> Result<bool, StoreError> {
        let Some(first) = self.first.get(&account.0.0).copied() else {
            return Ok(false);
        };
        let own: Vec<u32> = (first..u32::MAX)
            .take_while(|index| self.lines.get(*index as usize).is_some_and(|line| line.account == account.0.0))
            .collect();
        // A single line takes any single figure, or none; of several each keeps its currency.
        let single = own.len() == 1 && summaries.len() <= 1;
        let same = own.len() == summaries.len()
            && own.iter().all(|index| {
                let currency = self.lines[*index as usize].figures.map(|figures| figures.currency);
                summaries.iter().any(|summary| Some(summary.aging.currency) == currency)
            });
        if !single && !same {
            return Ok(false);
        }
        let figures = summaries.iter().map(|summary| Figures::of(summary)).collect::<Result<Vec<_>, _>>()?;
        for order in self.orders.values_mut() {
            order.retain(|index| !own.contains(index));
        }
        for index in &own {
            let line = &mut self.lines[*index as usize];
            line.figures = figures
                .iter()
                .find(|new| single || line.figures.is_some_and(|old| old.currency == new.currency))
                .copied();
        }
        let (lines, text) = (&self.lines, &self.text);
        for (sort, order) in &mut self.orders {
            for index in &own {
                let place =
                    order.partition_point(|other| compare(lines, text, *sort, *other, *index) == Ordering::Less);
                order.insert(place, *index);
            }
        }
        Ok(true)
    }
}

fn intern(known: &mut Vec<String>, name: String) -> u16 {
    let at = known.iter().position(|other| *other == name).unwrap_or_else(|| {
        known.push(name);
        known.len() - 1
    });
    u16::try_from(at).unwrap_or(u16::MAX)
}

fn compare(lines: &[Line], text: &Haystack, sort: AccountSort, a: u32, b: u32) -> Ordering {
    let (one, two) = (&lines[a as usize], &lines[b as usize]);
    let by = |read: fn(&Figures) -> i64| {
        // Without figures comes before zero.
        one.figures.as_ref().map(read).cmp(&two.figures.as_ref().map(read))
    };
    match sort {
        AccountSort::PastDue => by(|own| own.past_due),
        AccountSort::Open => by(|own| own.open),
        AccountSort::Oldest => by(|own| own.oldest_days),
        AccountSort::Disputed => by(|own| own.disputed),
        AccountSort::Unapplied => by(|own| own.unapplied),
        AccountSort::Name => text.line(a as usize).cmp(text.line(b as usize)),
        AccountSort::Reference => one.reference.cmp(&two.reference),
    }
    .then(a.cmp(&b))
}

impl Store {
    /// A page of the account list: one line per account and currency.
    pub fn accounts(&self, query: &AccountQuery) -> Result<AccountPage, StoreError> {
        let board = loaded(&self.boards.accounts, || self.read(AccountBoard::load))?;
        let mut board = held(&board);
        let (page, total, sums) = board.page(query);
        let rows = self.read(|conn| {
            page.iter()
                .map(|index| {
                    let line = &board.lines[*index as usize];
                    let summary = match &line.figures {
                        Some(figures) => account_summary::get(conn, line.account, figures.currency)?,
                        None => None,
                    };
                    Ok(AccountLine {
                        account: AccountId(StableId(line.account)),
                        customer: CustomerId(StableId(line.customer)),
                        reference: line.reference.to_string(),
                        name: line.name.to_string(),
                        kind: line.kind,
                        segment: board.segments.get(usize::from(line.segment)).cloned().unwrap_or_default(),
                        summary,
                    })
                })
                .collect::<Result<_, StoreError>>()
        })?;
        let past_due =
            sums.into_iter().map(|(currency, sum)| Money::new(Decimal::new(sum, 3).normalize(), currency)).collect();
        Ok(AccountPage { rows, total, past_due })
    }

    /// Loads the account list and sorts it by that column ahead of the first question.
    pub fn warm_accounts(&self, sort: AccountSort) -> Result<(), StoreError> {
        let board = loaded(&self.boards.accounts, || self.read(AccountBoard::load))?;
        held(&board).order(sort);
        Ok(())
    }

    /// After one account was planned anew.
    pub(crate) fn patch_accounts(&self, account: AccountId, summaries: &[&Summary]) -> Result<(), StoreError> {
        let mut slot = held(&self.boards.accounts);
        let fits = match &*slot {
            Some(board) => held(board).patch(account, summaries)?,
            None => true,
        };
        if !fits {
            *slot = None;
        }
        Ok(())
    }
}
