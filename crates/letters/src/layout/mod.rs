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

/// The operations of each page.
pub(crate) fn pages(letter: &Letter, context: &Context) -> Result<Vec<Vec<Op>>, LetterError> {
    let places = places(&letter.envelope)?;
    let mut first = Canvas::default();
    if context.sample {
        sample(&mut first);
    }
    head::letterhead(&mut first, letter, context, &places);
    address::block(&mut first, letter, &places)?;
    let head_end = head::reference(&mut first, letter, &places);
    let bottom = match (&letter.coupon, &letter.notice) {
        (Some(slip), _) => {
            coupon::draw(&mut first, letter, slip, context)?;
            coupon::TOP - 19.0
        }
        (None, Some(_)) => {
            notice::form(&mut first, letter, context);
            notice::TOP - 12.0
        }
        (None, None) => BOTTOM,
    };
    head::footer(&mut first, letter);
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

/// A label and its value, the value flush right.
pub(crate) fn pair(canvas: &mut Canvas, (left, right): (f32, f32), y: f32, label: &str, value: &str, bold: bool) {
    canvas.text(left, y, Type::regular(8.0).in_ink(QUIET), Align::Left, label);
    let look = if bold { Type::bold(9.0) } else { Type::regular(9.0) };
    canvas.text(right, y, look, Align::Right, value);
}
