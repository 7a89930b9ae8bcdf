//! The slip at the foot of the first page that comes back with a check.

use domain::letter::{Coupon, Letter};
use domain::money::Currency;
use domain::template::long_date;
use qrcodegen::{Mask, QrCode, QrCodeEcc, QrSegment, Version};

use super::{Context, LEFT, QUIET, RIGHT, account, pair};
use crate::canvas::{Align, BLACK, Canvas, Ink, Type};
use crate::error::LetterError;
use crate::geometry::{INCH, WIDTH};

/// Where the sheet is cut.
pub(crate) const TOP: f32 = 9.0 * INCH;
/// Side of the code with its quiet zone.
const CODE: f32 = 1.08 * INCH;

/// The perforation line and where checks go: the same on every slip of a batch.
pub(crate) fn base(canvas: &mut Canvas, letter: &Letter, context: &Context) {
    let small = Type::regular(6.8).in_ink(QUIET);
    canvas.line((0.3 * INCH, TOP), (WIDTH - 0.3 * INCH, TOP), 0.6, Ink::Grey(0.45), Some(3.0));
    canvas.text(LEFT, TOP - 3.5, small, Align::Left, "Detach here and return this part with your payment.");
    let accent = Ink::Rgb(context.style.accent);
    let sender = &letter.sender;
    canvas.text(LEFT, TOP + 20.0, small, Align::Left, "Make checks payable to");
    canvas.text(LEFT, TOP + 33.0, Type::bold(10.0).in_ink(accent), Align::Left, &sender.name);
    let mut y = TOP + 45.5;
    for line in sender.remit_to() {
        canvas.text(LEFT, y, Type::regular(9.5), Align::Left, line);
        y += 12.0;
    }
}

/// Account, amount and code below the perforation line.
pub(crate) fn draw(canvas: &mut Canvas, letter: &Letter, coupon: &Coupon) -> Result<(), LetterError> {
    let middle = (3.75 * INCH, 6.3 * INCH);
    let mut y = TOP + 20.0;
    let mut row = |label: &str, value: &str, bold: bool| {
        pair(canvas, middle, y, label, value, bold);
        y += 14.0;
    };
    let (label, numbers) = account(letter, middle);
    row(label, &numbers, false);
    for amount in &coupon.amounts {
        row("Amount due", &amount.pretty(), true);
    }
    if let Some(day) = coupon.pay_by {
        row("Please pay by", &long_date(day), true);
    }
    let name = crate::font::printable(&letter.customer_name);
    let look = Type::regular(8.0);
    let room = middle.1 - middle.0 - 44.0;
    let lines = crate::text::lines(&name, look.face, look.size, room);
    canvas.text(middle.0, y, look.in_ink(QUIET), Align::Left, "Customer");
    for line in lines.iter().take(2) {
        canvas.text(middle.1, y, look, Align::Right, line);
        y += 10.0;
    }
    y += 12.0;
    canvas.text(middle.0, y, look.in_ink(QUIET), Align::Left, "Amount enclosed");
    let end = y + 3.0;
    canvas.line((middle.0 + 76.0, end), (middle.1, end), 0.6, BLACK, None);
    let unit = coupon.amounts.first().map(|amount| amount.currency);
    let unit = unit.filter(|unit| *unit != Currency::USD);
    let unit = unit.map_or("$".to_owned(), |unit| unit.to_string());
    canvas.text(middle.0 + 78.0, y, Type::regular(9.0), Align::Left, &unit);
    code(canvas, letter, &coupon.qr)
}

/// The QR code, flush right. A fixed mask: choosing the best costs 18 times as much, and any reads.
fn code(canvas: &mut Canvas, letter: &Letter, payload: &str) -> Result<(), LetterError> {
    // Capitals and digits take 5.5 bits each, other characters 8.
    let segments = if QrSegment::is_alphanumeric(payload) {
        [QrSegment::make_alphanumeric(payload)]
    } else {
        [QrSegment::make_bytes(payload.as_bytes())]
    };
    let code = QrCode::encode_segments_advanced(
        &segments,
        QrCodeEcc::Medium,
        Version::MIN,
        Version::new(15),
        Some(Mask::new(2)),
        false,
    )
    .map_err(|_| LetterError::Code { account: letter.account_number.clone() })?;
    // Four modules of quiet zone around it, as the standard asks.
    let modules = code.size() + 8;
    let number = |value: i32| f32::from(u8::try_from(value).unwrap_or(u8::MAX));
    // A whole number of 1/600 in, so that a laser printer's dots fit the modules.
    let dot = INCH / 600.0;
    let side = (CODE / number(modules) / dot).floor() * dot;
    let left = RIGHT - side * number(code.size());
    let top = TOP + 14.0;
    let boxes = dark(&code).into_iter().map(|one| one.map(number));
    canvas.grid((left, top), (side, side), boxes);
    Ok(())
}

/// The dark modules as rectangles of x, y, width and height: runs along a row, and runs alike in
/// the rows below joined to them.
fn dark(code: &QrCode) -> Vec<[i32; 4]> {
    let size = code.size();
    let mut boxes: Vec<[i32; 4]> = Vec::with_capacity(400);
    // Where the row above begins among the boxes that still may grow.
    let mut open: Vec<usize> = Vec::new();
    for y in 0..size {
        let mut next = Vec::new();
        let mut x = 0;
        while x < size {
            let start = x;
            while x < size && code.get_module(x, y) {
                x += 1;
            }
            if x == start {
                x += 1;
                continue;
            }
            let above = open.iter().find(|at| boxes[**at][0] == start && boxes[**at][2] == x - start);
            if let Some(at) = above {
                boxes[*at][3] += 1;
                next.push(*at);
            } else {
                next.push(boxes.len());
                boxes.push([start, y, x - start, 1]);
            }
        }
        open = next;
    }
    boxes
}
