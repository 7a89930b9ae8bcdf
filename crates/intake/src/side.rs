//! Which side of the account a row is on, where amounts have no sign of their own: a column of
//! Dr/Cr, S/H or +/-, or a column of debits beside one of credits.

use std::borrow::Cow;

use rust_decimal::Decimal;

use crate::cells::{Record, shortened};
use crate::evidence::{Place, earliest};
use crate::field::Field;
use crate::forms::AMOUNTS;
use crate::mapping::Columns;
use crate::number::{self, DecimalMark};
use crate::value::{self, Side};

/// What the column of sides says, beside the amounts.
#[derive(Clone, Debug, Default)]
pub(crate) struct SideEvidence {
    debit: Option<Place>,
    /// Credits whose amount is above zero, and below.
    plus: Option<Place>,
    minus: Option<Place>,
}

fn word<'c>(columns: &Columns<'c>, cell: &'c str) -> &'c str {
    let cell = value::trim(cell);
    columns.values(Field::DebitCredit).and_then(|values| values.translate(Field::DebitCredit, cell)).unwrap_or(cell)
}

impl SideEvidence {
    pub(crate) fn look(&mut self, columns: &Columns<'_>, line: u64, cells: &[Cow<'_, str>]) {
        let cell = |field: Field| columns.of(field).and_then(|at| cells.get(at));
        let Some(text) = cell(Field::DebitCredit) else {
            return;
        };
        let place = || (line, text.trim().to_owned());
        let amount = cell(Field::Amount).or_else(|| cell(Field::OpenAmount)).and_then(|cell| number::scan(cell));
        let slot = match (value::side(word(columns, text)), amount) {
            (Some(Side::Debit), _) => &mut self.debit,
            (Some(Side::Credit), Some(amount)) if amount.is_negative() => &mut self.minus,
            (Some(Side::Credit), Some(amount)) if amount.value(DecimalMark::Point) != Some(Decimal::ZERO) => {
                &mut self.plus
            }
            _ => return,
        };
        if slot.is_none() {
            *slot = Some(place());
        }
    }

    pub(crate) fn merge(self, other: Self) -> Self {
        Self {
            debit: earliest(self.debit, other.debit),
            plus: earliest(self.plus, other.plus),
            minus: earliest(self.minus, other.minus),
        }
    }

    /// Credits with and without a minus: whether the column counts can't be told.
    pub(crate) fn mixed(&self) -> Option<[Place; 2]> {
        Some([self.plus.clone()?, self.minus.clone()?])
    }

    pub(crate) fn settled(&self) -> Sides {
        Sides { turns: self.minus.is_none(), blank_is_debit: self.debit.is_none() }
    }
}

/// How the column of sides is to be read.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Sides {
    /// Credits are written without a sign, so the column turns them.
    turns: bool,
    /// Only credits are marked.
    blank_is_debit: bool,
}

/// Signs the amount and the open amount of a row by its side.
pub(crate) fn sign(record: &mut Record<'_, '_>, numbers: &mut [Option<Decimal>; AMOUNTS.len()]) {
    if record.reading.columns.has(Field::CreditAmount) && (numbers[0].is_some() || numbers[3].is_some()) {
        numbers[0] = Some(numbers[0].unwrap_or_default() - numbers[3].unwrap_or_default());
    }
    if !record.reading.columns.has(Field::DebitCredit) {
        return;
    }
    let text = record.text(Field::DebitCredit);
    let sides = record.reading.forms.sides;
    let nothing = numbers.iter().flatten().all(Decimal::is_zero);
    match value::side(&text) {
        Some(Side::Credit) if sides.turns => {
            for number in numbers.iter_mut().take(2).flatten() {
                *number = -*number;
            }
        }
        Some(_) => {}
        None if nothing || text.is_empty() && sides.blank_is_debit => {}
        None => record.problem(
            Field::DebitCredit,
            format!("\"{}\" says neither debit nor credit", shortened(&text)),
            "correct it, or say what it means: --map debit_credit=COLUMN:WORD=credit,*=debit",
        ),
    }
}
