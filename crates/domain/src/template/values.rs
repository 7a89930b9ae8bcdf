//! What the placeholders become for an account on a day, or for several accounts of one customer:
//! what a text then says of the debt is the sum over them.

use std::collections::BTreeMap;

use chrono::{Days, NaiveDate};
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

use super::catalog::Kind;
use super::disclosure::required_text;
use super::several::listed;
use crate::account::{CustomerKind, Mode};
use crate::aging::{self, AgingPolicy, OpenItem};
use crate::arrangement::{self, Arrangement, ArrangementPolicy};
use crate::facts::Facts;
use crate::ids::InvoiceId;
use crate::letter::{Letterhead, Notice};
use crate::money::{Currency, Money};
use crate::payment::Payment;

/// Placeholders and what they become.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Values(BTreeMap<String, String>);

impl Values {
    /// What a placeholder becomes; none where the account has no such value.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&str> {
        self.0.get(name).map(String::as_str)
    }

    /// Sets or replaces a value.
    pub fn set(&mut self, name: &str, value: impl Into<String>) {
        self.0.insert(name.to_owned(), value.into());
    }
}

/// What a text is written about, and when.
#[derive(Clone, Copy, Debug)]
pub struct Occasion<'a> {
    /// Which kind of text.
    pub kind: Kind,
    /// The date it bears.
    pub today: NaiveDate,
    /// Who writes.
    pub letterhead: &'a Letterhead,
    /// Only these invoices; none for all that the kind is about.
    pub invoices: Option<&'a [InvoiceId]>,
    /// The arrangement or promise it tells about.
    pub arrangement: Option<&'a Arrangement>,
    /// The department's rules for arrangements; none for the standard ones.
    pub arrangement_policy: Option<&'a ArrangementPolicy>,
    /// The payment a receipt tells about.
    pub payment: Option<&'a Payment>,
    /// Only invoices of this currency; a letter asks for one currency only.
    pub currency: Option<Currency>,
    /// The day by which to pay; none means two weeks from today.
    pub pay_by: Option<NaiveDate>,
    /// Texts the gate asks for, by id (`TXT_MM_INITIAL`). A debt collector's text to a consumer
    /// always carries at least the subsequent mini-Miranda, named here or not.
    pub required: &'a [String],
}

impl<'a> Occasion<'a> {
    /// A kind of text on a day, about everything its kind is about.
    #[must_use]
    pub fn new(kind: Kind, today: NaiveDate, letterhead: &'a Letterhead) -> Self {
        Self {
            kind,
            today,
            letterhead,
            invoices: None,
            currency: None,
            arrangement: None,
            arrangement_policy: None,
            payment: None,
            pay_by: None,
            required: &[],
        }
    }

    /// The open invoices the text is about, in the facts' order: for dunning what is past due and
    /// not wholly disputed, for an arrangement what it covers (once it is broken, the past-due part of it), else everything open.
    #[must_use]
    pub fn items<'f>(&self, facts: &'f Facts) -> Vec<OpenItem<'f>> {
        let covered = self.arrangement.map(|arrangement| &arrangement.covers);
        aging::open_items(facts, self.today)
            .into_iter()
            .filter(|item| match (self.kind, covered) {
                (Kind::ArrangementConfirmation | Kind::PromiseReminder, Some(covered)) => {
                    covered.contains(&item.invoice.id)
                }
                (Kind::ArrangementBroken, Some(covered)) => {
                    covered.contains(&item.invoice.id) && item.days_past_due > 0
                }
                (Kind::Reminder | Kind::Receipt | Kind::AchEnrollment, _) => true,
                _ => item.days_past_due > 0,
            })
            .filter(|item| item.open > item.disputed)
            .filter(|item| self.currency.is_none_or(|only| only == item.invoice.amount.currency))
            .filter(|item| self.invoices.is_none_or(|only| only.contains(&item.invoice.id)))
            .collect()
    }

    /// The day by which to pay.
    #[must_use]
    pub fn pay_by(&self) -> NaiveDate {
        self.pay_by.unwrap_or(self.today + Days::new(14))
    }

    /// What the text asks for, one sum a currency: the invoices' undisputed part less unapplied
    /// payments and credits, never below zero; currencies with nothing due are left out.
    #[must_use]
    pub fn sums(&self, facts: &Facts) -> Vec<Sum> {
        let ages = aging::age(facts, &AgingPolicy::default(), self.today);
        let mut sums: BTreeMap<Currency, Sum> = BTreeMap::new();
        for item in self.items(facts) {
            let currency = item.invoice.amount.currency;
            let sum = sums.entry(currency).or_insert_with(|| Sum {
                currency,
                open: Decimal::ZERO,
                disputed: Decimal::ZERO,
                unapplied: ages.iter().find(|age| age.currency == currency).map_or(Decimal::ZERO, |age| age.unapplied),
            });
            sum.open += item.open - item.disputed;
            sum.disputed += item.disputed;
        }
        sums.into_values().filter(|sum| sum.due().is_positive()).collect()
    }

    /// The ids of the texts it must print.
    #[must_use]
    pub fn required_ids(&self, facts: &Facts) -> Vec<String> {
        let mut ids = self.required.to_vec();
        if facts.account.mode == Mode::ThirdParty
            && facts.customer.kind == CustomerKind::Consumer
            && !ids.iter().any(|id| id.starts_with("TXT_MM_"))
        {
            ids.insert(0, "TXT_MM_SUBSEQUENT".to_owned());
        }
        ids
    }
}

/// One currency's share of what a text asks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Sum {
    /// Of every amount here.
    pub currency: Currency,
    /// Undisputed open part of the invoices.
    pub open: Decimal,
    /// Their disputed part, not asked for.
    pub disputed: Decimal,
    /// Payments and credits not applied to an invoice.
    pub unapplied: Decimal,
}

impl Sum {
    /// What is asked for.
    #[must_use]
    pub fn due(&self) -> Money {
        Money::new((self.open - self.unapplied).max(Decimal::ZERO), self.currency)
    }
}

/// An account that a text is about, and what of it.
pub(crate) type About<'a> = (&'a Facts, &'a Occasion<'a>);

/// What a text about these accounts asks for, one sum a currency.
pub(crate) fn sums_of_all(accounts: &[About<'_>]) -> Vec<Sum> {
    let mut sums: BTreeMap<Currency, Sum> = BTreeMap::new();
    for (facts, occasion) in accounts {
        for sum in occasion.sums(facts) {
            let all = sums.entry(sum.currency).or_insert(Sum {
                currency: sum.currency,
                open: Decimal::ZERO,
                disputed: Decimal::ZERO,
                unapplied: Decimal::ZERO,
            });
            all.open += sum.open;
            all.disputed += sum.disputed;
            all.unapplied += sum.unapplied;
        }
    }
    sums.into_values().collect()
}

/// The ids of the texts that a text about these accounts must print: what any of them asks for.
pub(crate) fn required_of_all(accounts: &[About<'_>]) -> Vec<String> {
    let mut ids: Vec<String> = Vec::new();
    for id in accounts.iter().flat_map(|(facts, occasion)| occasion.required_ids(facts)) {
        if !ids.contains(&id) {
            ids.push(id);
        }
    }
    // The initial text says all that the subsequent one does, and more.
    if ids.iter().any(|id| id == "TXT_MM_INITIAL") {
        ids.retain(|id| id != "TXT_MM_SUBSEQUENT");
    }
    ids
}

/// `November 22, 2026`.
#[must_use]
pub fn long_date(day: NaiveDate) -> String {
    day.format("%B %-d, %Y").to_string()
}

/// The values of an account for a text. What the account doesn't have (a next installment without
/// an arrangement) is not set: filling a text that names it says so.
#[must_use]
pub fn values(facts: &Facts, occasion: &Occasion<'_>) -> Values {
    values_of_all((facts, occasion), &[])
}

/// The same for several accounts of one customer, the leading one first.
pub(crate) fn values_of_all(lead: About<'_>, others: &[About<'_>]) -> Values {
    let (facts, occasion) = lead;
    let accounts: Vec<About<'_>> = std::iter::once(lead).chain(others.iter().copied()).collect();
    let numbers: Vec<&str> = accounts.iter().map(|(facts, _)| facts.account.reference.as_str()).collect();
    let mut values = Values::default();
    let head = occasion.letterhead;
    for (name, value) in [
        ("customer_name", facts.customer.name.clone()),
        ("account_number", listed(&numbers)),
        // An extract that names no creditor is the sender's own.
        (
            "creditor_name",
            if facts.account.creditor.is_empty() {
                occasion.letterhead.name.clone()
            } else {
                facts.account.creditor.clone()
            },
        ),
        ("sender_name", head.name.clone()),
        ("sender_address", head.return_address.join(", ")),
        ("phone", head.phone.clone()),
        ("email", head.email.clone()),
        ("website", head.website.clone()),
        ("hours", head.hours.clone()),
        ("payment_address", head.remit_to().join(", ")),
        ("today", long_date(occasion.today)),
    ] {
        if !value.is_empty() {
            values.set(name, value);
        }
    }
    debt(&mut values, &accounts, occasion);
    if let Some(arrangement) = occasion.arrangement {
        arranged(&mut values, facts, arrangement, occasion);
    }
    if let Some(payment) = occasion.payment {
        values.set("payment_amount", payment.amount.pretty());
        values.set("payment_date", long_date(payment.posted));
        for (name, value) in [("payment_method", &payment.method), ("payment_reference", &payment.reference)] {
            if !value.is_empty() {
                values.set(name, value.as_str());
            }
        }
    }
    let texts: Vec<&str> = required_of_all(&accounts).iter().filter_map(|id| required_text(id)).collect();
    values.set("disclosures", texts.join("\n\n"));
    values
}

fn debt(values: &mut Values, accounts: &[About<'_>], occasion: &Occasion<'_>) {
    let ages: Vec<aging::CurrencyAging> = accounts
        .iter()
        .flat_map(|(facts, occasion)| aging::age(facts, &AgingPolicy::default(), occasion.today))
        .collect();
    let sums = sums_of_all(accounts);
    let items: Vec<(&str, OpenItem<'_>)> = accounts
        .iter()
        .flat_map(|(facts, occasion)| {
            occasion.items(facts).into_iter().map(|item| (facts.account.reference.as_str(), item))
        })
        .collect();
    let fallback = ages
        .first()
        .map(|age| age.currency)
        .or_else(|| accounts.iter().find_map(|(facts, _)| facts.invoices.first()).map(|one| one.amount.currency))
        .unwrap_or(Currency::USD);
    let every = |pick: fn(&aging::CurrencyAging) -> Decimal| {
        let mut by_currency: BTreeMap<Currency, Decimal> = BTreeMap::new();
        for age in &ages {
            *by_currency.entry(age.currency).or_default() += pick(age);
        }
        several(by_currency.into_iter().map(|(currency, amount)| Money::new(amount, currency)), fallback)
    };
    values.set("balance", every(|age| age.open));
    values.set("past_due", every(|age| age.past_due));
    values.set("disputed", every(|age| age.disputed));
    values.set("unapplied", every(|age| age.unapplied));
    values.set("amount_due", several(sums.iter().map(Sum::due), fallback));
    values.set("invoice_count", items.len().to_string());
    if let Some((_, oldest)) = items.iter().min_by_key(|(_, item)| item.invoice.due) {
        values.set("oldest_due_date", long_date(oldest.invoice.due));
        values.set("days_past_due", oldest.days_past_due.max(0).to_string());
    }
    values.set("pay_by", long_date(occasion.pay_by()));
    values.set("invoice_table", super::tables::invoices(&items, &sums, accounts.len() > 1));
    if let (Kind::ValidationNotice, [(facts, _)], [sum]) = (occasion.kind, accounts, sums.as_slice())
        && let Some(notice) = Notice::of(facts, occasion, sum)
    {
        values.set("validation_end", long_date(notice.end));
        values.set("itemization_date", long_date(notice.itemization_date));
        values.set("itemization_table", notice.table());
    }
}

/// `$10.00`, `$10.00 and 5.00 CAD`; zero of the fallback currency where there is nothing.
fn several(amounts: impl Iterator<Item = Money>, fallback: Currency) -> String {
    let written: Vec<String> = amounts.filter(|money| !money.amount.is_zero()).map(|money| money.pretty()).collect();
    if written.is_empty() { Money::zero(fallback).pretty() } else { written.join(" and ") }
}

fn arranged(values: &mut Values, facts: &Facts, arrangement: &Arrangement, occasion: &Occasion<'_>) {
    values.set("agreed_date", long_date(arrangement.agreed_on));
    values.set("installment_count", arrangement.installments.len().to_string());
    values.set("schedule_table", super::tables::schedule(&arrangement.installments));
    if let Some(first) = arrangement.installments.first() {
        let total: Decimal = arrangement.installments.iter().map(|one| one.amount.amount).sum();
        values.set("arrangement_total", Money::new(total, first.amount.currency).pretty());
        values.set("promise_date", long_date(first.due));
        values.set("promise_amount", first.amount.pretty());
    }
    let today = occasion.today;
    let standard = ArrangementPolicy::default();
    let policy = occasion.arrangement_policy.unwrap_or(&standard);
    let status = arrangement::status(arrangement, facts, policy, today);
    let mut open = status.installments.iter().filter(|one| one.missing.is_positive());
    if let Some(missed) = open.clone().find(|one| one.due < today) {
        values.set("missed_date", long_date(missed.due));
        values.set("missed_amount", missed.missing.pretty());
    }
    if let Some(next) = open.find(|one| one.due >= today) {
        values.set("next_installment_date", long_date(next.due));
        values.set("next_installment_amount", next.missing.pretty());
    }
}
