//! *My day* in memory: what is filtered and sorted by, in the order of urgency.

use std::collections::HashSet;

use chrono::{DateTime, NaiveDate, Utc};
use domain::ids::AccountId;
use domain::money::{Currency, Money};
use rusqlite::Connection;
use rust_decimal::Decimal;

use crate::board::{Page, Words, held, loaded};
use crate::codec::{self, Read};
use crate::error::StoreError;
use crate::store::Store;
use crate::table::account_summary::{self, Summary};
use crate::table::worklist::{self, Callable, WorkRow};
use crate::table::{self, meta};

/// In which order.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum WorkSort {
    /// As the plan ranked them.
    #[default]
    Rank,
    /// Largest amount first.
    Amount,
    /// Earliest day first; without a day last.
    Due,
    /// By the text that filters look in, which starts with the customer's name.
    Text,
}

/// Whose rows.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Whose {
    /// Everybody's.
    #[default]
    All,
    /// Those that are nobody's in particular, or one of these names'.
    FreeOr(Vec<String>),
    /// Those of this name only.
    Only(String),
}

impl Whose {
    /// Something of that assignee is among them.
    #[must_use]
    pub fn fits(&self, assignee: Option<&str>) -> bool {
        match self {
            Self::All => true,
            Self::FreeOr(names) => assignee.is_none_or(|own| names.iter().any(|name| name == own)),
            Self::Only(name) => assignee == Some(name.as_str()),
        }
    }
}

/// Which rows, in which order; every given part must fit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WorkQuery {
    /// Of these kinds; empty means all.
    pub kinds: Vec<String>,
    /// At least so urgent: 0 is the most.
    pub max_urgency: Option<u8>,
    /// Whose.
    pub whose: Whose,
    /// Words that occur in the row's text.
    pub text: String,
    /// In this currency.
    pub currency: Option<Currency>,
    /// At least this amount, in whatever currency.
    pub min_amount: Option<Decimal>,
    /// Of customers who may be called at that moment, and of those whose answer has run out: ask
    /// again and tell it by [`Store::set_callable`].
    pub callable_at: Option<DateTime<Utc>>,
    /// Of these accounts only.
    pub among: Option<Vec<AccountId>>,
    /// In which order.
    pub sort: WorkSort,
    /// Rows to leave out first.
    pub offset: usize,
    /// Rows at most.
    pub limit: usize,
}

impl Default for WorkQuery {
    fn default() -> Self {
        Self {
            kinds: Vec::new(),
            max_urgency: None,
            whose: Whose::All,
            text: String::new(),
            currency: None,
            min_amount: None,
            callable_at: None,
            among: None,
            sort: WorkSort::Rank,
            offset: 0,
            limit: 50,
        }
    }
}

/// What stands in the whole list.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct WorkCounts {
    /// Rows.
    pub total: usize,
    /// Rows of urgency 0.
    pub urgent: usize,
    /// Rows by kind.
    pub kinds: Vec<(String, usize)>,
}

struct Item {
    nr: i64,
    account: i64,
    urgency: u8,
    rank: i64,
    kind: Box<str>,
    due: Option<NaiveDate>,
    amount: Option<Money>,
    callable: Callable,
    assignee: Option<Box<str>>,
    low: Box<str>,
}

/// In the order of urgency, rank, account and number.
pub(crate) struct WorkBoard(Vec<Item>);

const ITEM: &str = "SELECT nr, account, urgency, rank, kind, due, amount, currency, text, callable, callable_until, assignee FROM worklist";

fn item(row: &rusqlite::Row<'_>) -> rusqlite::Result<Item> {
    Ok(Item {
        nr: row.get(0)?,
        account: row.get(1)?,
        urgency: row.get(2)?,
        rank: row.get(3)?,
        kind: row.get::<_, String>(4)?.into(),
        due: row.opt_day(5)?,
        amount: row.opt_money(6)?,
        callable: worklist::callable(row, 9)?,
        assignee: row.get::<_, Option<String>>(11)?.map(Into::into),
        low: row.get_ref(8)?.as_str().unwrap_or_default().to_lowercase().into(),
    })
}

fn place(item: &Item) -> (u8, i64, i64, i64) {
    (item.urgency, item.rank, item.account, item.nr)
}

impl WorkBoard {
    pub(crate) fn load(conn: &Connection) -> Result<Self, StoreError> {
        let mut all = conn.prepare(ITEM)?;
        let mut items = all.query_map([], item)?.collect::<Result<Vec<_>, _>>()?;
        items.sort_unstable_by_key(place);
        Ok(Self(items))
    }

    fn patch(&mut self, conn: &Connection, account: AccountId) -> Result<(), StoreError> {
        let mut of = conn.prepare_cached(&format!("{ITEM} WHERE account = ?1"))?;
        let fresh = of.query_map([account.0.0], item)?.collect::<Result<Vec<_>, _>>()?;
        self.0.retain(|item| item.account != account.0.0);
        for item in fresh {
            let at = self.0.partition_point(|other| place(other) < place(&item));
            self.0.insert(at, item);
        }
        Ok(())
    }

    fn answer(&mut self, answers: &[(AccountId, Callable)]) {
        for (account, callable) in answers {
            for item in self.0.iter_mut().filter(|item| item.account == account.0.0) {
                item.callable = *callable;
            }
        }
    }

    fn page(&self, query: &WorkQuery) -> (Vec<i64>, usize) {
        let words = Words::new(&query.text);
        let among: Option<HashSet<i64>> = query.among.as_ref().map(|all| all.iter().map(|id| id.0.0).collect());
        let mut fitting: Vec<&Item> = self
            .0
            .iter()
            .filter(|item| {
                (query.kinds.is_empty() || query.kinds.iter().any(|kind| **kind == *item.kind))
                    && query.max_urgency.is_none_or(|most| item.urgency <= most)
                    && query.callable_at.is_none_or(|now| item.callable.yes || !item.callable.holds(now))
                    && among.as_ref().is_none_or(|among| among.contains(&item.account))
                    && query.whose.fits(item.assignee.as_deref())
                    && query.currency.is_none_or(|currency| item.amount.is_some_and(|own| own.currency == currency))
                    && query.min_amount.is_none_or(|least| item.amount.is_some_and(|own| own.amount >= least))
                    && words.fit(&item.low)
            })
            .collect();
        let total = fitting.len();
        // Stable: equal ones stay in the plan's order.
        match query.sort {
            WorkSort::Rank => {}
            WorkSort::Amount => {
                fitting.sort_by_cached_key(|item| {
                    std::cmp::Reverse(item.amount.map_or(Decimal::MIN, |amount| amount.amount))
                });
            }
            WorkSort::Due => fitting.sort_by_key(|item| item.due.unwrap_or(NaiveDate::MAX)),
            WorkSort::Text => fitting.sort_by(|a, b| a.low.cmp(&b.low)),
        }
        (fitting.into_iter().skip(query.offset).take(query.limit).map(|item| item.nr).collect(), total)
    }

    fn counts(&self) -> WorkCounts {
        let mut kinds = std::collections::BTreeMap::<&str, usize>::new();
        for item in &self.0 {
            *kinds.entry(&item.kind).or_default() += 1;
        }
        WorkCounts {
            total: self.0.len(),
            urgent: self.0.iter().filter(|item| item.urgency == 0).count(),
            kinds: kinds.into_iter().map(|(kind, count)| (kind.to_owned(), count)).collect(),
        }
    }
}

impl Store {
    /// A page of *My day*. The very first one is answered without loading the whole list.
    pub fn worklist(&self, query: &WorkQuery) -> Result<Page<WorkRow>, StoreError> {
        let plain = WorkQuery { offset: query.offset, limit: query.limit, ..WorkQuery::default() } == *query;
        if plain && held(&self.boards.work).is_none() {
            return self.read(|conn| {
                Ok(Page {
                    rows: worklist::first(conn, query.offset, query.limit)?,
                    total: table::count(conn, "worklist")?,
                })
            });
        }
        let board = loaded(&self.boards.work, || self.read(WorkBoard::load))?;
        let board = held(&board);
        let (page, total) = board.page(query);
        let rows = self.read(|conn| page.iter().map(|nr| worklist::get(conn, *nr)).collect())?;
        Ok(Page { rows, total })
    }

    /// Keeps newer answers to whether customers may be called.
    pub fn set_callable(&self, answers: &[(AccountId, Callable)]) -> Result<(), StoreError> {
        self.transact(|tx| {
            answers.iter().try_for_each(|(account, callable)| worklist::set_callable(tx, *account, *callable))
        })?;
        if let Some(board) = &*held(&self.boards.work) {
            held(board).answer(answers);
        }
        Ok(())
    }

    /// How much there is to do, by kind. Loads the list.
    pub fn work_counts(&self) -> Result<WorkCounts, StoreError> {
        let board = loaded(&self.boards.work, || self.read(WorkBoard::load))?;
        let counts = held(&board).counts();
        Ok(counts)
    }

    /// What is to do on one account, in order.
    pub fn work_of(&self, account: AccountId) -> Result<Vec<WorkRow>, StoreError> {
        self.read(|conn| worklist::of_account(conn, account))
    }

    /// One account's figures as last planned, by currency code.
    pub fn summaries_of(&self, account: AccountId) -> Result<Vec<Summary>, StoreError> {
        self.read(|conn| account_summary::of_account(conn, account))
    }

    /// Replaces the whole plan: *My day* and every account's figures, in one transaction.
    pub fn replace_plan(
        &self,
        rows: &[WorkRow],
        summaries: &[Summary],
        as_of: NaiveDate,
        at: DateTime<Utc>,
    ) -> Result<(), StoreError> {
        let mut rows: Vec<&WorkRow> = rows.iter().collect();
        rows.sort_by_key(|row| (row.urgency, row.rank, row.account));
        let mut summaries: Vec<&Summary> = summaries.iter().collect();
        summaries.sort_by_key(|summary| (summary.account, summary.aging.currency));
        self.transact(|tx| {
            worklist::clear(tx)?;
            account_summary::clear(tx)?;
            worklist::add(tx, &rows)?;
            account_summary::add(tx, &summaries)?;
            meta::forget(tx, "unplanned")?;
            meta::put(tx, "planned_for", i64::from(codec::day(as_of)))?;
            meta::put(tx, "planned_at", codec::ms(at))
        })?;
        self.boards.forget();
        Ok(())
    }

    /// Replaces these accounts' part of the plan in one transaction; what is not among the rows any
    /// more has none. They are all that changed since the plan was made.
    pub fn replace_plan_of(
        &self,
        accounts: &[AccountId],
        rows: &[WorkRow],
        summaries: &[Summary],
    ) -> Result<(), StoreError> {
        self.transact(|tx| {
            replace_plan(tx, accounts, rows, summaries)?;
            meta::forget(tx, "unplanned")
        })?;
        self.boards.forget();
        Ok(())
    }

    /// Replaces one account's part of the plan, after something changed on it.
    pub fn replace_account_plan(
        &self,
        account: AccountId,
        rows: &[WorkRow],
        summaries: &[Summary],
    ) -> Result<(), StoreError> {
        self.transact(|tx| replace_plan(tx, &[account], rows, summaries))?;
        self.patch_accounts(account, &summaries.iter().collect::<Vec<_>>())?;
        if let Some(board) = &*held(&self.boards.work) {
            self.read(|conn| held(board).patch(conn, account))?;
        }
        Ok(())
    }
}

fn replace_plan(
    conn: &Connection,
    accounts: &[AccountId],
    rows: &[WorkRow],
    summaries: &[Summary],
) -> Result<(), StoreError> {
    for account in accounts {
        worklist::clear_account(conn, *account)?;
        account_summary::clear_account(conn, *account)?;
    }
    worklist::add(conn, &rows.iter().collect::<Vec<_>>())?;
    account_summary::add(conn, &summaries.iter().collect::<Vec<_>>())
}
