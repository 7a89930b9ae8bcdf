//! The account list.

use contract::{AccountRow, AccountsPage, AccountsQuery, ApiError};
use domain::money::Currency;
use rust_decimal::Decimal;
use store::{AccountQuery, AccountSort};

use crate::desk::Desk;
use crate::errors::stored;
use crate::parse;
use crate::views::{amount, count, days, money, word};

impl Desk {
    /// A page of accounts.
    pub(crate) fn accounts_page(&self, query: &AccountsQuery) -> Result<AccountsPage, ApiError> {
        let store = self.store()?;
        let least = query.min_amount.as_deref().map(|text| parse::amount("min_amount", text)).transpose()?;
        let wanted = AccountQuery {
            text: query.text.clone(),
            currency: query.currency.as_deref().map(|text| parse::currency("currency", text)).transpose()?,
            min_past_due: if query.past_due { Some(least.unwrap_or_default().max(Decimal::new(1, 3))) } else { least },
            min_days: query.min_days.map(i64::from),
            sort: match query.sort.as_str() {
                "name" => AccountSort::Name,
                "number" => AccountSort::Reference,
                "open" => AccountSort::Open,
                "oldest" => AccountSort::Oldest,
                _ => AccountSort::PastDue,
            },
            descending: query.descending,
            offset: query.offset as usize,
            limit: query.limit as usize,
            ..AccountQuery::default()
        };
        let page = store.accounts(&wanted).map_err(stored)?;
        let rows = page
            .rows
            .into_iter()
            .map(|line| {
                let summary = line.summary.map(|summary| summary.aging);
                let currency = summary.as_ref().map_or(Currency::USD, |aging| aging.currency);
                let of = |pick: fn(&domain::aging::CurrencyAging) -> Decimal| {
                    amount(summary.as_ref().map_or(Decimal::ZERO, pick), currency)
                };
                AccountRow {
                    account: line.account.to_string(),
                    customer: line.name,
                    number: line.reference,
                    class: word(&line.kind),
                    past_due: of(|aging| aging.past_due),
                    open: of(|aging| aging.open),
                    disputed: of(|aging| aging.disputed),
                    unapplied: of(|aging| aging.unapplied),
                    days_past_due: days(summary.as_ref().map_or(0, |aging| aging.oldest_days)),
                }
            })
            .collect();
        let sums = page.past_due.into_iter().map(money).collect();
        Ok(AccountsPage { rows, total: count(page.total), sums })
    }
}
