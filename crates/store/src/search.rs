//! One box finds anything: accounts by name, reference, number or address, invoices by number,
//! notes by their words. Each answer is bounded, so that no text makes the window wait.

use crate::error::StoreError;
use crate::store::Store;
use crate::table::account_search::{self, AccountHit};
use crate::table::contact;
use crate::table::invoice::{self, InvoiceHit};

/// What a text finds; at most the asked number of each.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Found {
    /// Accounts.
    pub accounts: Vec<AccountHit>,
    /// Invoices.
    pub invoices: Vec<InvoiceHit>,
    /// Entries of the contact log, newest first.
    pub notes: Vec<domain::contact::Contact>,
}

impl Store {
    /// Finds what holds every word of the text, or a word that starts so.
    pub fn search(&self, text: &str, limit: usize) -> Result<Found, StoreError> {
        let Some(expression) = expression(text) else {
            return Ok(Found::default());
        };
        self.read(|conn| {
            // A number typed in full comes before those that only begin like it.
            let mut accounts = account_search::find(conn, &begins(text), limit)?;
            for hit in account_search::find(conn, &expression, limit)? {
                if accounts.len() < limit && !accounts.contains(&hit) {
                    accounts.push(hit);
                }
            }
            Ok(Found {
                accounts,
                invoices: invoice::find(conn, text, limit)?,
                notes: contact::find(conn, &expression, limit)?,
            })
        })
    }
}

/// Shorter digit strings are not taken for telephone numbers.
const LEAST_DIGITS: usize = 4;

/// Words beyond this are ignored.
const MOST_WORDS: usize = 8;

fn words(text: &str) -> impl Iterator<Item = &str> {
    text.split(|letter: char| !letter.is_alphanumeric()).filter(|word| !word.is_empty()).take(MOST_WORDS)
}

/// The FTS expression for accounts whose text begins with exactly these words: their number does.
fn begins(text: &str) -> String {
    format!("^\"{}\"", words(text).collect::<Vec<_>>().join(" "))
}

/// The FTS expression: every word a prefix. Digits written as a telephone number are also looked
/// for in one piece, without a leading country code 1.
pub(crate) fn expression(text: &str) -> Option<String> {
    let words: Vec<String> = words(text).map(|word| format!("\"{word}\"*")).collect();
    if words.is_empty() {
        return None;
    }
    let words = words.join(" AND ");
    let digits: String = text.chars().filter(char::is_ascii_digit).collect();
    let is_phone = digits.len() >= LEAST_DIGITS
        && text.chars().all(|letter| letter.is_ascii_digit() || " ()-+./".contains(letter));
    if !is_phone {
        return Some(words);
    }
    let digits = if digits.len() == 11 { digits.strip_prefix('1').unwrap_or(&digits) } else { &digits };
    Some(format!("(\"{digits}\"*) OR ({words})"))
}

#[cfg(test)]
mod tests {
    use super::expression;

    #[test]
    fn what_is_typed_never_becomes_an_operator() {
        assert_eq!(expression("o'hara \"AND\" -x*").as_deref(), Some("\"o\"* AND \"hara\"* AND \"AND\"* AND \"x\"*"));
        assert_eq!(expression(" -- "), None);
        assert_eq!(
            expression("+1 (208) 555-0123").as_deref(),
            Some("(\"2085550123\"*) OR (\"1\"* AND \"208\"* AND \"555\"* AND \"0123\"*)")
        );
    }
}
