//! Everything that happened on an account, newest first.

use chrono::{DateTime, NaiveTime, Utc};
use domain::contact::Contact;
use domain::history::Entry;
use domain::ids::AccountId;
use domain::payment::Payment;

use crate::error::StoreError;
use crate::store::Store;
use crate::table::document::{self, Document};
use crate::table::history::{self, HistoryFilter};
use crate::table::{contact, payment};

/// One thing that happened.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Happened {
    /// A contact, message or note.
    Contact(Contact),
    /// An entry of the history.
    History(Entry),
    /// A letter or file that was made.
    Document(Document),
    /// A payment or credit memo; it has a day and no time, and stands at that day's start in UTC.
    Payment(Payment),
}

impl Happened {
    /// When.
    #[must_use]
    pub fn at(&self) -> DateTime<Utc> {
        match self {
            Self::Contact(contact) => contact.at,
            Self::History(entry) => entry.at,
            Self::Document(document) => document.made,
            Self::Payment(payment) => payment.posted.and_time(NaiveTime::MIN).and_utc(),
        }
    }
}

impl Store {
    /// The account's timeline, newest first.
    pub fn timeline(&self, account: AccountId, offset: usize, limit: usize) -> Result<Vec<Happened>, StoreError> {
        // Whatever the mix, the page's rows are among so many of each kind.
        let most = offset.saturating_add(limit);
        let mut all: Vec<Happened> = self.read(|conn| {
            let of_account = HistoryFilter { account: Some(account), ..HistoryFilter::default() };
            let mut all = Vec::new();
            all.extend(contact::newest(conn, account, most)?.into_iter().map(Happened::Contact));
            all.extend(history::list(conn, &of_account, 0, most)?.into_iter().map(Happened::History));
            all.extend(document::of_account(conn, account, most)?.into_iter().map(Happened::Document));
            all.extend(payment::newest(conn, account, most)?.into_iter().map(Happened::Payment));
            Ok(all)
        })?;
        all.sort_by_key(|happened| std::cmp::Reverse(happened.at()));
        Ok(all.into_iter().skip(offset).take(limit).collect())
    }
}
