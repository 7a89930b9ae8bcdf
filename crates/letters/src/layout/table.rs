//! Tables in the body: the header repeated on each page, the total carried over.

use chrono::NaiveDate;
use domain::letter::{Letter, LineItem};
use domain::money::Money;

use super::flow::Flow;
use super::{Context, GAP, LEFT, QUIET, RIGHT};
use crate::canvas::{Align, Canvas, Ink, Type};
use crate::text;

const HEAD: Type = Type::bold(8.0);
const CELL: Type = Type::regular(8.8);
const STRONG: Type = Type::bold(8.8);
const ROW: f32 = 12.2;

/// A column: its heading, its edge and which edge that is.
type Column = (&'static str, f32, Align);

/// The columns of the invoices, and how wide the first may be.
struct Invoices {
    /// The account's number, where the letter is about several.
    account: Option<(Column, f32)>,
    number: (Column, f32),
    others: [Column; 5],
}

const ONE: Invoices = Invoices {
    account: None,
    number: (("Invoice", LEFT, Align::Left), 118.0),
    others: [
        ("Invoice date", LEFT + 124.0, Align::Left),
        ("Due date", LEFT + 194.0, Align::Left),
        ("Days past due", LEFT + 322.0, Align::Right),
        ("Amount", LEFT + 405.0, Align::Right),
        ("Open", RIGHT, Align::Right),
    ],
};

const SEVERAL: Invoices = Invoices {
    account: Some((("Account", LEFT, Align::Left), 84.0)),
    number: (("Invoice", LEFT + 90.0, Align::Left), 76.0),
    others: [
        ("Invoice date", LEFT + 172.0, Align::Left),
        ("Due date", LEFT + 233.0, Align::Left),
        ("Days past due", LEFT + 349.0, Align::Right),
        ("Amount", LEFT + 418.0, Align::Right),
        ("Open", RIGHT, Align::Right),
    ],
};

/// The invoices with their totals.
pub(crate) fn invoices(flow: &mut Flow<'_>, letter: &Letter, context: &Context) {
    if letter.items.is_empty() {
        return;
    }
    let accent = Ink::Rgb(context.style.accent);
    let table = if letter.accounts.is_empty() { &ONE } else { &SEVERAL };
    let columns: Vec<Column> =
        table.account.iter().chain([&table.number]).map(|(column, _)| *column).chain(table.others).collect();
    let totals = totals(letter);
    // The header never stands alone, and the totals never without a row.
    flow.need(ROW * 3.0);
    header(flow, &columns, accent, None);
    let mut sums: Vec<Money> = Vec::new();
    let last = letter.items.len() - 1;
    for (index, item) in letter.items.iter().enumerate() {
        let row = Row::of(letter, item, table);
        let height = ROW * f32::from(u8::try_from(row.lines()).unwrap_or(1));
        let after = if index == last { totals_height(&totals) } else { ROW };
        if !flow.fits(height + after) {
            if index > 0 {
                carried(flow, "Carried forward", &sums);
            }
            flow.turn();
            header(flow, &columns, accent, (index > 0).then_some("Invoices, continued"));
            if index > 0 {
                carried(flow, "Brought forward", &sums);
            }
        }
        row.draw(flow, item, table);
        add(&mut sums, item.open);
    }
    flow.rule(QUIET, LEFT);
    for (label, value, strong) in &totals {
        let (page, y) = flow.down(ROW);
        let look = if *strong { STRONG } else { CELL };
        page.text(LEFT + 405.0, y, look, Align::Right, label);
        page.text(RIGHT, y, look, Align::Right, value);
    }
    flow.skip(GAP + 2.0);
}

/// An invoice's numbers, broken where they are wider than their column.
struct Row<'a> {
    account: Vec<&'a str>,
    number: Vec<&'a str>,
}

impl<'a> Row<'a> {
    fn of(letter: &'a Letter, item: &'a LineItem, table: &Invoices) -> Self {
        let broken = |text: &'a str, room: f32| text::lines(text, CELL.face, CELL.size, room);
        let share = table.account.as_ref().zip(letter.accounts.get(item.account));
        Self {
            account: share.map_or_else(Vec::new, |((_, room), share)| broken(&share.number, *room)),
            number: broken(&item.number, table.number.1),
        }
    }

    fn lines(&self) -> usize {
        self.account.len().max(self.number.len())
    }

    fn draw(&self, flow: &mut Flow<'_>, item: &LineItem, table: &Invoices) {
        for index in 0..self.lines() {
            let (page, y) = flow.down(ROW);
            if let (Some((column, _)), Some(part)) = (table.account, self.account.get(index)) {
                cells(page, y, &[(column, part)]);
            }
            if let Some(part) = self.number.get(index) {
                cells(page, y, &[(table.number.0, part)]);
            }
            if index > 0 {
                continue;
            }
            let days = item.days_past_due.max(0).to_string();
            let [date, due, past, amount, open] = table.others;
            cells(
                page,
                y,
                &[
                    (date, &short(item.date)),
                    (due, &short(item.due)),
                    (past, &days),
                    (amount, &item.amount.pretty()),
                    (open, &item.open.pretty()),
                ],
            );
        }
    }
}

fn cells(page: &mut Canvas, y: f32, cells: &[(Column, &str)]) {
    for ((_, x, align), value) in cells {
        page.text(*x, y, CELL, *align, value);
    }
}

fn header(flow: &mut Flow<'_>, columns: &[Column], accent: Ink, title: Option<&str>) {
    if let Some(title) = title {
        flow.line(LEFT, STRONG, ROW + 2.0, title);
    }
    let (page, y) = flow.down(ROW);
    for (label, x, align) in columns {
        page.text(*x, y, HEAD.in_ink(accent), *align, label);
    }
    flow.rule(accent, LEFT);
}

fn carried(flow: &mut Flow<'_>, label: &str, sums: &[Money]) {
    let (page, y) = flow.down(ROW);
    page.text(LEFT, y, CELL.in_ink(QUIET), Align::Left, label);
    page.text(RIGHT, y, CELL.in_ink(QUIET), Align::Right, &joined(sums));
}

fn add(sums: &mut Vec<Money>, money: Money) {
    match sums.iter_mut().find(|sum| sum.currency == money.currency) {
        Some(sum) => sum.amount += money.amount,
        None => sums.push(money),
    }
}

fn joined(sums: &[Money]) -> String {
    let written: Vec<String> = sums.iter().map(Money::pretty).collect();
    written.join(" + ")
}

fn totals(letter: &Letter) -> Vec<(&'static str, String, bool)> {
    let mut rows = Vec::new();
    for total in &letter.totals {
        let money = |amount| Money::new(amount, total.currency).pretty();
        if !total.unapplied.is_zero() {
            rows.push(("Open invoices", money(total.open), false));
            rows.push(("Payments and credits not yet applied", money(-total.unapplied), false));
        }
        rows.push(("Amount due", money(total.due), true));
        if !total.disputed.is_zero() {
            rows.push(("Under dispute, not included", money(total.disputed), false));
        }
    }
    rows
}

fn totals_height(totals: &[(&'static str, String, bool)]) -> f32 {
    4.0 + ROW * f32::from(u8::try_from(totals.len()).unwrap_or(1))
}

/// The arrangement's installments.
pub(crate) fn schedule(flow: &mut Flow<'_>, letter: &Letter, context: &Context) {
    const COLUMNS: [Column; 3] = [
        ("No.", LEFT + 20.0, Align::Right),
        ("Due date", LEFT + 50.0, Align::Left),
        ("Amount", LEFT + 250.0, Align::Right),
    ];
    if letter.schedule.is_empty() {
        return;
    }
    let accent = Ink::Rgb(context.style.accent);
    flow.need(ROW * 3.0);
    header(flow, &COLUMNS, accent, None);
    let mut sums = Vec::new();
    for (index, line) in letter.schedule.iter().enumerate() {
        if !flow.fits(ROW * 2.0) {
            flow.turn();
            header(flow, &COLUMNS, accent, Some("Installments, continued"));
        }
        add(&mut sums, line.amount);
        let (page, y) = flow.down(ROW);
        let (number, amount) = ((index + 1).to_string(), line.amount.pretty());
        let due = domain::template::long_date(line.due);
        cells(page, y, &[(COLUMNS[0], &number), (COLUMNS[1], &due), (COLUMNS[2], &amount)]);
    }
    flow.rule(QUIET, LEFT);
    let (page, y) = flow.down(ROW);
    page.text(LEFT + 50.0, y, STRONG, Align::Left, "Total");
    page.text(LEFT + 250.0, y, STRONG, Align::Right, &joined(&sums));
    flow.skip(GAP + 2.0);
}

/// `Nov 22, 2026`: no reader takes the month for the day.
fn short(day: NaiveDate) -> String {
    day.format("%b %-d, %Y").to_string()
}
