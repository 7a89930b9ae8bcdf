//! Taking accounts out of letter runs before they leave this device: the others' letters stay.

use domain::ids::{AccountId, RunId};
use uuid::Uuid;

use crate::error::StoreError;
use crate::mirror;
use crate::store::Store;
use crate::table::{document, letter_run};

impl Store {
    /// Accounts with a letter in a run.
    pub fn accounts_in_runs(&self) -> Result<Vec<AccountId>, StoreError> {
        self.read(letter_run::accounts)
    }

    /// Runs in which an account has a letter.
    pub fn runs_of(&self, account: AccountId) -> Result<Vec<RunId>, StoreError> {
        self.read(|conn| letter_run::of_account(conn, account))
    }

    /// Whether an account is here.
    pub fn has_account(&self, account: AccountId) -> Result<bool, StoreError> {
        self.read(|conn| mirror::is_here(conn, account))
    }

    /// A customer's accounts.
    pub fn accounts_of(&self, customer: domain::ids::CustomerId) -> Result<Vec<AccountId>, StoreError> {
        self.read(|conn| mirror::accounts(conn, customer))
    }

    /// Takes members out of a run: their rows go, `others` are as they are given, and so are the run's
    /// files; one without bytes goes. What was there before is overwritten.
    pub fn leave_run(
        &self,
        run: RunId,
        accounts: &[AccountId],
        others: &[letter_run::Member],
        files: &[(Uuid, Option<Vec<u8>>)],
    ) -> Result<(), StoreError> {
        self.overwriting(|tx| {
            letter_run::leave(tx, run, accounts)?;
            letter_run::update_members(tx, run, others)?;
            files.iter().try_for_each(|(id, bytes)| document::replace(tx, *id, bytes.as_deref()))
        })
    }
}
