//! A letter's pages: letterhead, address, body with tables over as many pages as it takes, coupon.

mod address;
mod coupon;
mod flow;
mod head;
mod notice;
mod table;

use domain::letter::{Letter, Part};
use printpdf::Op;

use crate::canvas::{Align, Canvas, Ink, Type};
use crate::error::LetterError;
use crate::font::printable;
use crate::geometry::{HEIGHT, INCH, WIDTH, places};
use crate::text;
use flow::Flow;

/// How letters look.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Style {
    /// Colour of the letterhead's name and rules: red, green, blue.
    pub accent: [u8; 3],
}

impl Default for Style {
    fn default() -> Self {
        Self { accent: [15, 84, 92] }
    }
}

/// Left margin of the text.
pub(crate) const LEFT: f32 = 0.875 * INCH;
/// Right margin of the text.
pub(crate) const RIGHT: f32 = WIDTH - LEFT;
/// Body text.
pub(crate) const BODY: Type = Type::regular(9.5);
/// From baseline to baseline of body text.
pub(crate) const LEADING: f32 = 11.9;
/// Between paragraphs, beyond the leading.
pub(crate) const GAP: f32 = 5.6;
/// Lowest baseline of a page without a coupon.
const BOTTOM: f32 = HEIGHT - 0.75 * INCH;
/// Subdued print.
pub(crate) const QUIET: Ink = Ink::Grey(0.35);

/// What the layout must know of the batch.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Context {
    pub(crate) style: Style,
    /// The logo's pixels, width and height.
    pub(crate) logo: Option<(u32, u32)>,
    /// Every page says SAMPLE across.
    pub(crate) sample: bool,
}

/// What a first page shares with those of its batch: everything that comes from the sender and the
/// envelope alone. It lies under the page's own operations and leaves nothing to them but ink: they
/// set whatever colour and font they use.
pub(crate) fn base(letter: &Letter, context: &Context) -> Result<Vec<Op>, LetterError> {
    let places = places(&letter.envelope)?;
    let mut canvas = Canvas::default();
    if context.sample {
        sample(&mut canvas);
    }
    head::letterhead(&mut canvas, letter, context, &places);
    if letter.coupon.is_some() {
        coupon::base(&mut canvas, letter, context);
    }
    head::footer(&mut canvas, letter);
    Ok(canvas.into_ops())
}

/// Each page's own operations; under the first lies the [`base`].
pub(crate) fn pages(letter: &Letter, context: &Context) -> Result<Vec<Vec<Op>>, LetterError> {
    let places = places(&letter.envelope)?;
    let mut first = Canvas::default();
    address::block(&mut first, letter, &places)?;
    let head_end = head::reference(&mut first, letter, &places);
    let bottom = match (&letter.coupon, &letter.notice) {
        (Some(slip), _) => {
            coupon::draw(&mut first, letter, slip)?;
            coupon::TOP - 19.0
        }
        (None, Some(_)) => {
            notice::form(&mut first, letter, context);
            notice::TOP - 12.0
        }
        (None, None) => BOTTOM,
    };
    let mut flow = Flow::new(first, head_end, bottom, BOTTOM, letter, context.sample);
    for line in text::lines(&letter.subject, crate::font::Face::Bold, 11.0, RIGHT - LEFT) {
        flow.line(LEFT, Type::bold(11.0), 14.0, line);
    }
    flow.skip(GAP - 1.0);
    for part in &letter.body {
        match part {
            Part::Paragraph(text) => flow.paragraph(text),
            Part::InvoiceTable => table::invoices(&mut flow, letter, context),
            Part::ScheduleTable => table::schedule(&mut flow, letter, context),
            Part::Itemization => {
                if let Some(notice) = &letter.notice {
                    notice::itemization(&mut flow, notice);
                }
            }
        }
    }
    Ok(flow.finish(letter))
}

/// SAMPLE across the page, under everything else.
pub(crate) fn sample(canvas: &mut Canvas) {
    let look = Type::bold(120.0).in_ink(Ink::Grey(0.86));
    canvas.turned(1.6 * INCH, 8.6 * INCH, look, 52.0, "SAMPLE");
}

/// "Account" and its number; for several as much of their numbers as the columns hold.
pub(crate) fn account(letter: &Letter, (left, right): (f32, f32)) -> (&'static str, String) {
    let Some(others) = letter.accounts.len().checked_sub(1) else {
        return ("Account", letter.account_number.clone());
    };
    let room = right - left - Type::regular(8.0).width("Accounts") - 8.0;
    let fits = |text: &String| Type::regular(9.0).width(&printable(text)) <= room;
    let written = [letter.account_numbers(), format!("{} and {others} more", letter.account_number)];
    // At the least how many: the table names each.
    ("Accounts", written.into_iter().find(fits).unwrap_or_else(|| letter.accounts.len().to_string()))
}

/// A label and its value, the value flush right.
pub(crate) fn pair(canvas: &mut Canvas, (left, right): (f32, f32), y: f32, label: &str, value: &str, bold: bool) {
    canvas.text(left, y, Type::regular(8.0).in_ink(QUIET), Align::Left, label);
    let look = if bold { Type::bold(9.0) } else { Type::regular(9.0) };
    canvas.text(right, y, look, Align::Right, value);
}
