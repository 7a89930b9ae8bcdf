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
        let mut words: Vec<String> = text.split_whitespace().map(str::to_lowercase).collect();
        // The longest first: it fits least.
        words.sort_by_key(|word| std::cmp::Reverse(word.len()));
        Self(words.iter().map(|word| memchr::memmem::Finder::new(word.as_bytes()).into_owned()).collect())
    }

    /// `low` is lower case already.
    pub(crate) fn fit(&self, low: &str) -> bool {
        self.0.iter().all(|word| word.find(low.as_bytes()).is_some())
    }
}

/// The lines' texts in one piece, so that a filter runs through them without a jump per line.
#[derive(Default)]
pub(crate) struct Haystack {
    /// Lower case.
    text: String,
    ends: Vec<usize>,
}

impl Haystack {
    pub(crate) fn push(&mut self, text: &str) {
        self.text.push_str(&text.to_lowercase());
        self.ends.push(self.text.len());
    }

    fn start(&self, line: usize) -> usize {
        if line == 0 { 0 } else { self.ends[line - 1] }
    }

    pub(crate) fn line(&self, line: usize) -> &str {
        &self.text[self.start(line)..self.ends[line]]
    }

    /// Whether each line fits; none when every line does, there being no words.
    pub(crate) fn fitting(&self, words: &Words) -> Option<Vec<bool>> {
        let (first, rest) = words.0.split_first()?;
        let mut fitting = vec![false; self.ends.len()];
        let bytes = self.text.as_bytes();
        let mut from = 0;
        while let Some(at) = first.find(&bytes[from..]).map(|at| from + at) {
            let line = self.ends.partition_point(|end| *end <= at);
            let (start, end) = (self.start(line), self.ends[line]);
            // A hit across the border of two lines is none.
            if at + first.needle().len() <= end {
                fitting[line] = rest.iter().all(|word| word.find(&bytes[start..end]).is_some());
                from = end;
            } else {
                from = at + 1;
            }
        }
        Some(fitting)
    }
}

#[cfg(test)]
mod tests {
    use super::{Haystack, Words};

    #[test]
    fn a_word_is_found_within_a_line_and_not_across_two() {
        let mut lines = Haystack::default();
        for line in ["Northgate\nA-1", "", "Ferry\nA-12", "NORTH ferry"] {
            lines.push(line);
        }
        assert_eq!(lines.fitting(&Words::new("a-1")), Some(vec![true, false, true, false]));
        assert_eq!(lines.fitting(&Words::new("ferry North")), Some(vec![false, false, false, true]));
        assert_eq!(lines.fitting(&Words::new("1ferry")), Some(vec![false; 4]));
        assert_eq!(lines.fitting(&Words::new("12north")), Some(vec![false; 4]));
        assert_eq!(lines.fitting(&Words::new(" ")), None);
        assert_eq!(lines.line(3), "north ferry");
    }
}
