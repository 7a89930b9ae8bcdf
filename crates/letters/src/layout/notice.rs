//! The validation notice's own parts: the itemization, and the form at the foot of the first page
//! that comes back. The form is the sheet's last third: it fits a #9 return envelope, and our address
//! stands where such an envelope's window (1 1/8 x 4 1/2 in, 7/8 from the left, 1/2 from the bottom)
//! shows it however the form lies in it.

use domain::letter::Letter;
use domain::letter::notice::{CREDITOR_BOX, DISPUTE_BOX, DISPUTE_REASONS, Notice, RESPONSE_HEADING};

use super::flow::Flow;
use super::{BODY, Context, GAP, LEFT, QUIET, RIGHT};
use crate::canvas::{Align, Canvas, Ink, Type};
use crate::geometry::{HEIGHT, INCH, WIDTH};
use crate::text;

/// Where the form is cut off: two thirds down the sheet.
pub(crate) const TOP: f32 = HEIGHT * 2.0 / 3.0;
/// Our address: within the return envelope's window in every position of the form.
const MAIL_TO: (f32, f32) = (1.3 * INCH, HEIGHT - 1.36 * INCH);
const ROW: f32 = 12.0;

/// What was owed, what came since, what is owed now.
pub(crate) fn itemization(flow: &mut Flow<'_>, notice: &Notice) {
    let right = LEFT + 4.6 * INCH;
    let lines = notice.lines();
    flow.need(ROW * 7.0);
    let last = lines.len() - 1;
    for (index, (words, amount)) in lines.iter().enumerate() {
        if index == last {
            let (page, y) = flow.down(2.0);
            page.line((LEFT, y), (right, y), 0.6, QUIET, None);
        }
        let look = if index == last { Type::bold(BODY.size) } else { BODY };
        let (page, y) = flow.down(ROW);
        page.text(LEFT, y, look, Align::Left, words);
        page.text(right, y, look, Align::Right, amount);
    }
    flow.skip(GAP);
}

/// The form to send back.
pub(crate) fn form(canvas: &mut Canvas, letter: &Letter, context: &Context) {
    let small = Type::regular(6.8).in_ink(QUIET);
    canvas.line((0.3 * INCH, TOP), (WIDTH - 0.3 * INCH, TOP), 0.6, Ink::Grey(0.45), Some(3.0));
    canvas.text(LEFT, TOP - 3.5, small, Align::Left, "Detach here and return this part in the enclosed envelope.");
    let accent = Ink::Rgb(context.style.accent);
    left(canvas, letter, accent);
    right(canvas, letter, accent);
}

/// From whom, about what, and where to.
fn left(canvas: &mut Canvas, letter: &Letter, accent: Ink) {
    let label = Type::regular(7.5).in_ink(QUIET);
    let mut y = TOP + 18.0;
    canvas.text(LEFT, y, label, Align::Left, "From");
    for line in letter.address.iter().take(6) {
        y += 11.0;
        canvas.text(LEFT, y, Type::regular(9.0), Align::Left, line);
    }
    y += 15.0;
    canvas.text(LEFT, y, label, Align::Left, &format!("About account {}", letter.account_number));
    let (x, mut y) = MAIL_TO;
    canvas.text(x, y - 12.0, label, Align::Left, "Mail this form to");
    canvas.text(x, y, Type::bold(9.5).in_ink(accent), Align::Left, &letter.sender.name);
    for line in letter.sender.return_address.iter().take(4) {
        y += 11.5;
        canvas.text(x, y, Type::regular(9.5), Align::Left, line);
    }
}

/// The boxes.
fn right(canvas: &mut Canvas, letter: &Letter, accent: Ink) {
    let x = 4.35 * INCH;
    let mut y = TOP + 22.0;
    canvas.text(x, y, Type::bold(11.0).in_ink(accent), Align::Left, RESPONSE_HEADING);
    y += 13.0;
    canvas.text(x, y, Type::regular(8.5).in_ink(QUIET), Align::Left, "Check all that apply:");
    let mut choice = |indent: f32, words: &str| {
        let look = Type::regular(9.2);
        let room = RIGHT - x - indent - 14.0;
        for (index, line) in text::lines(words, look.face, look.size, room).into_iter().enumerate() {
            y += if index == 0 { 15.0 } else { 11.0 };
            if index == 0 {
                tick_box(canvas, x + indent, y - 7.4);
            }
            canvas.text(x + indent + 14.0, y, look, Align::Left, line);
        }
    };
    choice(0.0, DISPUTE_BOX);
    for reason in DISPUTE_REASONS {
        choice(16.0, reason);
    }
    choice(0.0, CREDITOR_BOX);
    choice(0.0, "I enclose this amount: $ ____________________");
    let payable = format!("Make your check payable to {}.", letter.sender.name);
    y += 12.0;
    canvas.text(x + 14.0, y, Type::regular(8.0).in_ink(QUIET), Align::Left, &payable);
}

fn tick_box(canvas: &mut Canvas, left: f32, top: f32) {
    let side = 7.6;
    let (right, bottom) = (left + side, top + side);
    for (from, to) in [
        ((left, top), (right, top)),
        ((right, top), (right, bottom)),
        ((right, bottom), (left, bottom)),
        ((left, bottom), (left, top)),
    ] {
        canvas.line(from, to, 0.7, Ink::Grey(0.2), None);
    }
}
