//! The two long lists, in memory: every filter and sort over a hundred thousand accounts answers
//! within a frame, with an exact count. Decrypted rows in a scan cost ten times that. Only what is
//! filtered or sorted by is held; the rest of a page is read when it is asked for.

use std::sync::{Arc, Mutex, PoisonError};

use crate::account_board::AccountBoard;
use crate::error::StoreError;
use crate::work_board::WorkBoard;

/// One page of a filtered list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Page<T> {
    /// The rows from the offset on.
    pub rows: Vec<T>,
    /// Rows that pass the filter, on all pages.
    pub total: usize,
}

/// A board that is loaded when first asked for.
pub(crate) type Slot<B> = Mutex<Option<Arc<Mutex<B>>>>;

/// Both boards; empty until asked for.
#[derive(Default)]
pub(crate) struct Boards {
    pub(crate) accounts: Slot<AccountBoard>,
    pub(crate) work: Slot<WorkBoard>,
}

impl Boards {
    /// After a change that may touch any row.
    pub(crate) fn forget(&self) {
        *held(&self.accounts) = None;
        *held(&self.work) = None;
    }
}

/// A board behind a lock that a panic poisoned is still whole: it is changed in one step.
pub(crate) fn held<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// The board, loaded now if it is not yet. Others wait meanwhile.
pub(crate) fn loaded<B>(
    slot: &Slot<B>,
    load: impl FnOnce() -> Result<B, StoreError>,
) -> Result<Arc<Mutex<B>>, StoreError> {
    let mut slot = held(slot);
    if let Some(board) = &*slot {
        return Ok(Arc::clone(board));
    }
    let board = Arc::new(Mutex::new(load()?));
    *slot = Some(Arc::clone(&board));
    Ok(board)
}

/// A text filter: every word occurs, whatever its case.
pub(crate) struct Words(Vec<memchr::memmem::Finder<'static>>);

impl Words {
    pub(crate) fn new(text: &str) -> Self {
        Self(
            text.split_whitespace()
                .map(|word| memchr::memmem::Finder::new(word.to_lowercase().as_bytes()).into_owned())
                .collect(),
        )
    }

    /// `low` is lower case already.
    pub(crate) fn fit(&self, low: &str) -> bool {
        self.0.iter().all(|word| word.find(low.as_bytes()).is_some())
    }
}
