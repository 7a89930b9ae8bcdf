//! The queue of letters towards the team's server, and the letters that were fetched from it.

use domain::ids::AccountId;

use crate::error::StoreError;
use crate::store::Store;
use crate::table::attachment::{self, Attachment};

impl Store {
    /// Letters that are not with the server, those it stopped first: at most so many.
    pub fn unsent_letters(&self, most: usize) -> Result<Vec<Attachment>, StoreError> {
        self.read(|conn| attachment::unsent(conn, most))
    }

    /// How many letters wait for the server, and how many it does not take.
    pub fn letters_to_send(&self) -> Result<(usize, usize), StoreError> {
        self.read(attachment::counts)
    }

    /// The letter to send next, with its bytes; none when nothing waits.
    pub fn next_letter(&self) -> Result<Option<(Attachment, Vec<u8>)>, StoreError> {
        self.read(attachment::next)
    }

    /// A letter is with the server: it leaves the queue, and its copy goes.
    pub fn letter_sent(&self, account: AccountId, sha256: [u8; 32]) -> Result<(), StoreError> {
        self.overwriting(|tx| attachment::sent(tx, account, sha256))
    }

    /// The server does not take a letter; why. It stays, and blocks none after it.
    pub fn letter_stopped(&self, account: AccountId, sha256: [u8; 32], why: &str) -> Result<(), StoreError> {
        self.transact(|tx| attachment::stop(tx, account, sha256, why))
    }

    /// What the server did not take waits again; how many there were.
    pub fn send_letters_again(&self) -> Result<usize, StoreError> {
        self.transact(|tx| attachment::again(tx))
    }

    /// Keeps a letter that was fetched from the server, until its account leaves this device.
    pub fn keep_letter(&self, letter: &Attachment, bytes: &[u8]) -> Result<(), StoreError> {
        self.transact(|tx| attachment::add(tx, letter, bytes, "here"))
    }

    /// A letter's bytes, checked against their name; none when they are not here.
    pub fn letter_bytes(&self, account: AccountId, sha256: [u8; 32]) -> Result<Option<Vec<u8>>, StoreError> {
        self.read(|conn| attachment::bytes(conn, account, sha256))
    }
}
