//! Suspensions in a world: asked for on devices, released and handed out by the server. Customers pay
//! at a bank, whose file comes late; nobody who had paid before it was asked for may be cut.

use chrono::{DateTime, Utc};
use domain::ids::{AccountId, OrderId, PaymentId};
use domain::invoice::Invoice;
use domain::payment::{Allocation, Payment, PaymentKind};
use domain::row::{Row, Table};
use domain::rows::RowSet;
use rust_decimal::Decimal;

use crate::fate::Bug;
use crate::portfolio;
use crate::server::Server;
use crate::world::World;

/// How far an order is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum State {
    Requested,
    Released,
    Refused,
    Dispatched,
}

/// A suspension that somebody asked for.
#[derive(Clone, Debug)]
pub(crate) struct Order {
    pub(crate) id: OrderId,
    pub(crate) account: AccountId,
    pub(crate) requested_at: DateTime<Utc>,
    pub(crate) state: State,
}

/// Somebody paid everything at the bank; the billing system hears of it with the next file.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Banked {
    pub(crate) account: AccountId,
    pub(crate) at: DateTime<Utc>,
}

/// What is open on the account's invoices.
fn open(rows: &RowSet, account: AccountId) -> Vec<(Invoice, Decimal)> {
    let mut all = Vec::new();
    for row in rows.table(Table::Invoice) {
        let Row::Invoice(invoice) = row else { continue };
        let paid: Decimal = rows
            .table(Table::Payment)
            .filter_map(|row| match row {
                Row::Payment(payment) if payment.reversed.is_none() => Some(payment),
                _ => None,
            })
            .flat_map(|payment| &payment.allocations)
            .filter(|part| part.invoice == invoice.id)
            .map(|part| part.amount.amount)
            .sum();
        let left = invoice.amount.amount - paid;
        if invoice.account == account && left > Decimal::ZERO {
            all.push((invoice.clone(), left));
        }
    }
    all
}

impl Server {
    /// A request that was accepted. One open order an account.
    pub(crate) fn request_order(&mut self, id: OrderId, account: AccountId, now: DateTime<Utc>) {
        let there = self
            .orders
            .iter()
            .any(|one| one.account == account && matches!(one.state, State::Requested | State::Released));
        if !there {
            self.orders.push(Order { id, account, requested_at: now, state: State::Requested });
        }
    }

    fn may_cut(&self, order: &Order) -> Option<bool> {
        let known = self.payments_until.is_some_and(|until| until >= order.requested_at);
        if !known && self.bug != Some(Bug::StalePayments) {
            return None;
        }
        Some(!open(&self.rows, order.account).is_empty())
    }

    /// With every file of the bank.
    pub(crate) fn release_orders(&mut self) {
        for at in 0..self.orders.len() {
            if self.orders[at].state == State::Requested
                && let Some(may) = self.may_cut(&self.orders[at])
            {
                self.orders[at].state = if may { State::Released } else { State::Refused };
            }
        }
    }

    /// Hands out what is released, looked at once more.
    pub(crate) fn dispatch_orders(&mut self) -> Vec<Order> {
        let mut out = Vec::new();
        for at in 0..self.orders.len() {
            if self.orders[at].state != State::Released {
                continue;
            }
            let may = if self.bug == Some(Bug::NoSecondLook) { Some(true) } else { self.may_cut(&self.orders[at]) };
            match may {
                Some(true) => {
                    self.orders[at].state = State::Dispatched;
                    out.push(self.orders[at].clone());
                }
                Some(false) => self.orders[at].state = State::Refused,
                None => {}
            }
        }
        out
    }
}

impl World {
    /// Somebody pays at the bank, now and then.
    pub(crate) fn pay_at_the_bank(&mut self) {
        if self.dice.u8(0..3) > 0 {
            return;
        }
        let accounts: Vec<AccountId> = self.server.rows.table(Table::Account).filter_map(Row::account).collect();
        // Who is about to be cut pays rather than others.
        let released = |one: &&Order| one.state == State::Released;
        let about: Option<AccountId> = self.server.orders.iter().find(released).map(|one| one.account);
        let anybody = accounts.get(self.dice.usize(0..accounts.len().max(1))).copied();
        let Some(account) = about.filter(|_| self.dice.bool()).or(anybody) else { return };
        let banked = Banked { account, at: self.at() };
        self.say(&format!("{account} is paid at the bank"));
        self.bank.push(banked);
    }

    /// The bank's file: every payment until now. Applied to what is open when it comes, beside the rows of
    /// the same extract.
    pub(crate) fn bank_file(&mut self, beside: &[Row]) -> Vec<Row> {
        let mut rows = Vec::new();
        for banked in std::mem::take(&mut self.bank) {
            let mut after = self.server.rows.clone();
            beside.iter().chain(&rows).for_each(|row: &Row| after.put(row.clone()));
            let open = open(&after, banked.account);
            if open.is_empty() {
                continue;
            }
            self.invoices += 1;
            let reference = format!("LOCKBOX-{}", self.invoices);
            let total: Decimal = open.iter().map(|(_, left)| *left).sum();
            let money = |amount| domain::money::Money { amount, ..portfolio::usd(0) };
            rows.push(Row::Payment(Payment {
                id: PaymentId::derive("billing", &reference),
                account: banked.account,
                reference,
                kind: PaymentKind::Payment,
                posted: portfolio::start().date_naive(),
                amount: money(total),
                method: "lockbox".to_owned(),
                reversed: None,
                allocations: open
                    .iter()
                    .map(|(invoice, left)| Allocation { invoice: invoice.id, amount: money(*left) })
                    .collect(),
            }));
        }
        rows
    }

    /// The billing system fetches what is released. **No cut after the payment watermark**: whoever
    /// had paid before it was asked for, or has paid by what the server knows, is not among them.
    pub(crate) fn fetch_orders(&mut self) {
        // Now and then: what was released waits meanwhile, and payments come.
        let out = if self.dice.u8(0..3) == 0 { self.server.dispatch_orders() } else { Vec::new() };
        self.server.release_orders();
        for order in out {
            self.say(&format!("the service of {} is cut", order.account));
            if self.bank.iter().any(|paid| paid.account == order.account && paid.at <= order.requested_at) {
                self.wrong(format!(
                    "{} was cut by {}, and had paid before that was asked for",
                    order.account, order.id
                ));
            }
            if open(&self.server.rows, order.account).is_empty() {
                self.wrong(format!("{} was cut by {}, and owes nothing", order.account, order.id));
            }
        }
    }
}
