//! Files of one source that come one after the other: a file knows only what its columns say. What
//! an earlier file said of a customer or an account stays where this one is silent, so that a file
//! of payments does not rename the customers.

use std::collections::{BTreeSet, HashMap};

use domain::account::{Account, Customer};
use domain::ids::{AccountId, CustomerId};

use crate::batch::Batch;
use crate::field::Field;
use crate::mapping::{FileKind, Mapping};

/// Fills in what the file does not say of those who are known.
pub fn keep_known(batch: &mut Batch, mapping: &Mapping, customers: Vec<Customer>, accounts: Vec<Account>) {
    if customers.is_empty() {
        return;
    }
    let customers: HashMap<CustomerId, Customer> = customers.into_iter().map(|one| (one.id, one)).collect();
    let accounts: HashMap<AccountId, Account> = accounts.into_iter().map(|one| (one.id, one)).collect();
    let said = |field: Field| mapping.columns.iter().any(|column| column.field == field);
    keep_owners(batch, &customers, &accounts, &said);
    for account in &mut batch.accounts {
        if let Some(known) = accounts.get(&account.id) {
            complete_account(account, known, &said);
        }
    }
    for customer in &mut batch.customers {
        if let Some(known) = customers.get(&customer.id) {
            complete_customer(customer, known, &said);
        }
    }
}

/// Whose an account is: as it is known, unless the file names the customer by number, or by a name
/// that is another's.
fn keep_owners(
    batch: &mut Batch,
    customers: &HashMap<CustomerId, Customer>,
    accounts: &HashMap<AccountId, Account>,
    said: &dyn Fn(Field) -> bool,
) {
    if said(Field::CustomerId) || batch.kind == FileKind::Customers {
        return;
    }
    let named: HashMap<CustomerId, String> =
        batch.customers.iter().map(|one| (one.id, one.name.to_lowercase())).collect();
    for account in &mut batch.accounts {
        let Some(known) = accounts.get(&account.id) else {
            continue;
        };
        let owner = customers.get(&known.customer).map(|one| one.name.to_lowercase());
        if !said(Field::CustomerName) || owner.as_ref() == named.get(&account.customer) {
            account.customer = known.customer;
        }
    }
    let owners: BTreeSet<CustomerId> = batch.accounts.iter().map(|account| account.customer).collect();
    batch.customers.retain(|customer| owners.contains(&customer.id));
}

fn complete_account(account: &mut Account, known: &Account, said: &dyn Fn(Field) -> bool) {
    if !said(Field::Creditor) {
        account.creditor.clone_from(&known.creditor);
    }
    if !said(Field::Segment) {
        account.segment.clone_from(&known.segment);
    }
    if !said(Field::OpenedDate) {
        account.opened = known.opened;
    }
    if !said(Field::ClosedDate) {
        account.closed = known.closed;
    }
    if !said(Field::Autopay) {
        account.autopay = known.autopay;
    }
    if !said(Field::Paperless) {
        account.paperless = known.paperless;
    }
}

fn complete_customer(customer: &mut Customer, known: &Customer, said: &dyn Fn(Field) -> bool) {
    if !said(Field::CustomerName) {
        customer.name.clone_from(&known.name);
    }
    if !said(Field::CustomerKind) {
        customer.kind = known.kind;
    }
    if customer.zones.is_empty() {
        customer.zones.clone_from(&known.zones);
    }
    // An address is one thing: its parts are not mixed.
    if ![Field::Address1, Field::Address2, Field::City, Field::Zip].into_iter().any(said) {
        customer.address.clone_from(&known.address);
    }
}
