//! Customers and accounts as rows name them. A name is one customer however its case, spaces and
//! Unicode form vary; a different spelling is another customer and is only pointed out.

use std::borrow::Cow;

use domain::account::{Account, Address, Customer};
use domain::ids::{AccountId, ContactPointId, CustomerId};
use rustc_hash::{FxHashMap, FxHashSet};
use unicode_normalization::UnicodeNormalization;

use crate::cells::Record;
use crate::describe::{describe_account, describe_customer};
use crate::mapping::Mapping;
use crate::notes::{Note, Notes};

/// The form by which names are compared: NFKC, lower case, single spaces.
#[must_use]
pub fn normalised_name(name: &str) -> String {
    let folded: String = name.nfkc().flat_map(char::to_lowercase).collect();
    folded.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// The looser form by which two customers may be the same: letters and digits only, without legal
/// forms. Only ever used to ask.
fn loose_name(normalised: &str) -> String {
    let words = normalised.split(|c: char| !c.is_alphanumeric() && c != ':');
    let legal = ["inc", "llc", "ltd", "corp", "co", "company", "corporation", "limited", "the", "gmbh", "lp"];
    words.filter(|word| !word.is_empty() && !legal.contains(word)).collect()
}

struct Known {
    normalised: String,
    first_line: u64,
    account: Option<usize>,
    name_differs: bool,
}

/// Customers and accounts found so far.
#[derive(Default)]
pub(crate) struct Parties<'a> {
    pub(crate) customers: Vec<Customer>,
    pub(crate) accounts: Vec<Account>,
    known: Vec<Known>,
    by_id: FxHashMap<Cow<'a, str>, usize>,
    by_spelling: FxHashMap<Cow<'a, str>, usize>,
    by_name: FxHashMap<String, usize>,
    by_account: FxHashMap<Cow<'a, str>, (usize, usize)>,
    /// Contact points of all customers.
    pub(crate) points: FxHashSet<ContactPointId>,
    shared: FxHashMap<(usize, Cow<'a, str>), usize>,
    /// By account: the reference its id is derived from.
    references: Vec<String>,
    /// By account: the hash of what its last row said.
    described: Vec<Option<u64>>,
}

/// What a row says of its customer.
pub(crate) struct Named<'n, 'a> {
    pub(crate) id: &'n Cow<'a, str>,
    pub(crate) name: &'n Cow<'a, str>,
    pub(crate) account: &'n Cow<'a, str>,
}

impl<'a> Parties<'a> {
    /// The customer of a row: by number, else by name, else by account number. `None` when the row
    /// names nobody.
    pub(crate) fn customer(
        &mut self,
        named: &Named<'_, 'a>,
        line: u64,
        mapping: &Mapping,
        notes: &mut Notes,
    ) -> Option<usize> {
        if !named.id.is_empty() {
            if let Some(at) = self.by_id.get(named.id).copied() {
                self.compare_names(at, named, line, notes);
                return Some(at);
            }
            let name = if named.name.is_empty() { named.id } else { named.name };
            let at = self.add(named.id, named.id, name, line, mapping);
            self.by_id.insert(named.id.clone(), at);
            return Some(at);
        }
        let name = if named.name.is_empty() { named.account } else { named.name };
        if name.is_empty() {
            return None;
        }
        if let Some(at) = self.by_spelling.get(name) {
            return Some(*at);
        }
        let normalised = normalised_name(name);
        let at = if let Some(at) = self.by_name.get(&normalised) {
            *at
        } else {
            let at = self.add(&normalised, name, name, line, mapping);
            self.by_name.insert(normalised, at);
            at
        };
        self.by_spelling.insert(name.clone(), at);
        Some(at)
    }

    fn add(&mut self, key: &str, reference: &str, name: &str, line: u64, mapping: &Mapping) -> usize {
        self.customers.push(Customer {
            id: CustomerId::derive(&mapping.source, key),
            reference: reference.to_owned(),
            name: name.split_whitespace().collect::<Vec<_>>().join(" "),
            kind: mapping.customer_kind,
            address: Address::default(),
            zones: Vec::new(),
            points: Vec::new(),
        });
        self.known.push(Known {
            normalised: normalised_name(name),
            first_line: line,
            account: None,
            name_differs: false,
        });
        self.customers.len() - 1
    }

    fn compare_names(&mut self, at: usize, named: &Named<'_, 'a>, line: u64, notes: &mut Notes) {
        let customer = &mut self.customers[at];
        if named.name.is_empty() || *named.name == customer.name {
            return;
        }
        let normalised = normalised_name(named.name);
        let known = &mut self.known[at];
        if customer.name == customer.reference && known.normalised != normalised {
            // So far only the number was known.
            customer.name = named.name.split_whitespace().collect::<Vec<_>>().join(" ");
            known.normalised = normalised;
        } else if known.normalised != normalised && !known.name_differs {
            known.name_differs = true;
            let detail = format!("{} is \"{}\" and \"{}\"", customer.reference, customer.name, named.name);
            notes.detail(Note::NameVaries, Some(line), detail);
        }
    }

    /// The account of a row: by number, else the customer's only one.
    #[allow(clippy::ptr_arg, reason = "the key is kept, borrowing from the file where it can")]
    pub(crate) fn account(
        &mut self,
        customer: usize,
        number: &Cow<'a, str>,
        line: u64,
        mapping: &Mapping,
        notes: &mut Notes,
    ) -> usize {
        if number.is_empty() {
            if let Some(at) = self.known[customer].account {
                return at;
            }
            let owner = &self.customers[customer];
            let shown = owner.reference.clone();
            let reference = if self.by_id.contains_key(shown.as_str()) {
                shown.clone()
            } else {
                self.known[customer].normalised.clone()
            };
            let at = self.add_account(customer, shown, reference, mapping);
            self.known[customer].account = Some(at);
            return at;
        }
        match self.by_account.get(number).copied() {
            Some((owner, at)) if owner == customer => at,
            Some((owner, _)) => {
                let key = (customer, number.clone());
                if let Some(at) = self.shared.get(&key) {
                    return *at;
                }
                let detail = format!(
                    "{number} under \"{}\" and \"{}\"",
                    self.customers[owner].name, self.customers[customer].name
                );
                notes.detail(Note::AccountShared, Some(line), detail);
                let reference = format!("{}\u{1f}{number}", self.customers[customer].reference);
                let at = self.add_account(customer, number.to_string(), reference, mapping);
                self.shared.insert(key, at);
                at
            }
            None => {
                let at = self.add_account(customer, number.to_string(), number.to_string(), mapping);
                self.by_account.insert(number.clone(), (customer, at));
                at
            }
        }
    }

    fn add_account(&mut self, customer: usize, shown: String, reference: String, mapping: &Mapping) -> usize {
        self.accounts.push(Account {
            id: AccountId::derive(&mapping.source, &reference),
            customer: self.customers[customer].id,
            reference: shown,
            mode: mapping.mode,
            creditor: mapping.creditor.clone(),
            segment: mapping.segment.clone(),
            opened: None,
            closed: None,
            autopay: false,
            paperless: false,
        });
        self.references.push(reference);
        self.described.push(None);
        self.accounts.len() - 1
    }

    /// What an account's id, and the ids of its invoices, are derived from.
    pub(crate) fn reference(&self, account: usize) -> &str {
        &self.references[account]
    }

    /// The account's last row said the same.
    pub(crate) fn is_described(&self, account: usize, contacts: u64) -> bool {
        self.described[account] == Some(contacts)
    }

    /// Takes over what the row says about the customer.
    pub(crate) fn describe(&mut self, customer: usize, account: usize, contacts: u64, record: &mut Record<'_, '_>) {
        self.described[account] = Some(contacts);
        describe_customer(&mut self.customers[customer], &mut self.points, record);
        describe_account(&mut self.accounts[account], record);
    }

    /// Points out customers whose names differ only by punctuation or legal form.
    pub(crate) fn similar(&self, notes: &mut Notes) {
        let mut loose: FxHashMap<String, usize> = FxHashMap::default();
        for (at, known) in self.known.iter().enumerate() {
            let key = loose_name(&known.normalised);
            if key.len() < 3 {
                continue;
            }
            match loose.get(&key) {
                Some(first) => notes.detail(
                    Note::Similar,
                    Some(known.first_line),
                    format!("\"{}\" and \"{}\"", self.customers[*first].name, self.customers[at].name),
                ),
                None => {
                    loose.insert(key, at);
                }
            }
        }
    }
}
