//! A balance that runs on from row to row is the account's, not what is open of an invoice.

use rust_decimal::Decimal;

use crate::document::Document;
use crate::number::{self, DecimalMark};
use crate::rows::split;

/// Rows looked at.
const LOOK: usize = 5_000;

/// The columns of a file in which to look for a running balance.
pub(crate) struct Places {
    pub(crate) amount: usize,
    /// The column of credits, where debits stand apart.
    pub(crate) credit: Option<usize>,
    /// A column says which rows lower the balance.
    pub(crate) turned: bool,
    pub(crate) balance: usize,
}

/// Whether most balances are the one above, or below, and the row's own amount.
pub(crate) fn is_running(document: &Document<'_>, places: &Places) -> bool {
    [DecimalMark::Point, DecimalMark::Comma].into_iter().any(|mark| runs(document, places, mark))
}

fn runs(document: &Document<'_>, places: &Places, mark: DecimalMark) -> bool {
    let mut cells = Vec::new();
    let mut last: Option<(Decimal, Decimal)> = None;
    let (mut forward, mut backward, mut apart) = (0_usize, 0_usize, 0_usize);
    for row in document.body().iter().take(LOOK) {
        split(row.text(&document.text), document.delimiter, &mut cells);
        let read = |at: usize| cells.get(at).and_then(|cell| number::scan(cell)).and_then(|cell| cell.value(mark));
        let debit = read(places.amount);
        let credit = places.credit.and_then(read);
        let (Some(balance), true) = (read(places.balance), debit.is_some() || credit.is_some()) else {
            continue;
        };
        let change = debit.unwrap_or_default() - credit.unwrap_or_default();
        let is_change = |step: Decimal, change: Decimal| step == change || places.turned && step == -change;
        // A first row, or an invoice with nothing paid.
        if balance != change {
            apart += 1;
        }
        if let Some((above, above_change)) = last {
            forward += usize::from(balance != change && is_change(balance - above, change));
            backward += usize::from(above != above_change && is_change(above - balance, above_change));
        }
        last = Some((balance, change));
    }
    let steps = forward.max(backward);
    steps >= 2 && steps * 10 >= apart * 8
}
