//! What stands above the body: letterhead, reference box, fold mark; and the footer.

use domain::letter::Letter;
use domain::template::long_date;

use super::{Context, LEFT, QUIET, RIGHT, account, pair};
use crate::canvas::{Align, Canvas, Ink, Type};
use crate::geometry::{HEIGHT, INCH, Places};

/// Largest logo, points.
const LOGO: (f32, f32) = (2.4 * INCH, 0.72 * INCH);
/// First print below the accent bar.
const TOP: f32 = 0.56 * INCH;

/// Accent bar, logo or name, contact lines, fold mark.
pub(crate) fn letterhead(canvas: &mut Canvas, letter: &Letter, context: &Context, places: &Places) {
    let accent = Ink::Rgb(context.style.accent);
    let sender = &letter.sender;
    canvas.boxes(accent, [[LEFT, 0.4 * INCH, RIGHT - LEFT, 2.2]]);
    let mut contact: Vec<&str> = Vec::new();
    let mut y = TOP + 9.0;
    let name = Type::bold(9.5).in_ink(accent);
    if let Some(window) = places.sender {
        // The sender's window shows the return address; the logo and the rest keep out of it.
        canvas.text(window.left, window.top + 8.0, Type::bold(9.0), Align::Left, &letter.sender.name);
        for (index, line) in (0_u16..).zip(&sender.return_address) {
            let baseline = window.top + 18.0 + 9.6 * f32::from(index);
            canvas.text(window.left, baseline, Type::regular(8.0), Align::Left, line);
        }
        if let Some((width, height)) = fitted(context) {
            canvas.logo(RIGHT - width, TOP, width, height);
            y += height + 4.0;
        }
    } else {
        match fitted(context) {
            Some((width, height)) => {
                canvas.logo(LEFT, TOP, width, height);
                canvas.text(RIGHT, y, name, Align::Right, &sender.name);
                y += 11.5;
            }
            None => canvas.text(LEFT, TOP + 15.0, Type::bold(16.0).in_ink(accent), Align::Left, &sender.name),
        }
        contact.extend(sender.return_address.iter().map(String::as_str));
    }
    contact.extend([&sender.phone, &sender.email, &sender.website, &sender.hours].map(String::as_str));
    for line in contact.into_iter().filter(|line| !line.is_empty()) {
        canvas.text(RIGHT, y, Type::regular(8.0).in_ink(Ink::Grey(0.2)), Align::Right, line);
        y += 10.2;
    }
    canvas.line((0.2 * INCH, places.fold), (0.36 * INCH, places.fold), 0.5, Ink::Grey(0.55), None);
}

/// The logo's size on paper.
fn fitted(context: &Context) -> Option<(f32, f32)> {
    let (width, height) = context.logo?;
    let side = |pixels: u32| f32::from(u16::try_from(pixels).unwrap_or(u16::MAX)).max(1.0);
    let (width, height) = (side(width), side(height));
    let scale = (LOGO.0 / width).min(LOGO.1 / height);
    Some((width * scale, height * scale))
}

/// Date, account and amount beside the address window, or below it where it is too wide; returns
/// where the body begins.
pub(crate) fn reference(canvas: &mut Canvas, letter: &Letter, places: &Places) -> f32 {
    let left = (places.shown.right + 12.0).max(5.6 * INCH);
    let below = places.shown.bottom + 16.0;
    let beside = RIGHT - left >= 1.6 * INCH;
    let columns = if beside { (left, RIGHT) } else { (RIGHT - 2.4 * INCH, RIGHT) };
    let mut y = if beside { 2.62 * INCH } else { below };
    let mut row = |label: &str, value: &str, bold: bool| {
        pair(canvas, columns, y, label, value, bold);
        y += 13.0;
    };
    row("Date", &long_date(letter.date), false);
    let (label, numbers) = account(letter, columns);
    row(label, &numbers, false);
    if let Some(coupon) = &letter.coupon {
        for amount in &coupon.amounts {
            row("Amount due", &amount.pretty(), true);
        }
        if let Some(day) = coupon.pay_by {
            row("Please pay by", &long_date(day), true);
        }
    }
    if let Some(first) = letter.reprint_of {
        row("REPRINT of letter", &long_date(first), true);
    }
    let start = if beside { below.max(y + 6.0) } else { y + 8.0 };
    // No fold through the heading, whose baseline is 14 points further down: it stands right above
    // the fold, or below it where the window leaves no room.
    if (places.fold - 22.0..places.fold + 2.0).contains(&start) {
        let above = places.fold - 18.0;
        if above >= places.shown.bottom + 6.0 && above >= y - 7.0 { above } else { places.fold + 2.0 }
    } else {
        start
    }
}

/// Licences and the like, small, below everything.
pub(crate) fn footer(canvas: &mut Canvas, letter: &Letter) {
    let look = Type::regular(6.5).in_ink(QUIET);
    let lines = crate::text::lines(&letter.sender.footer, look.face, look.size, RIGHT - LEFT);
    for (index, line) in (0_u16..2).zip(lines) {
        canvas.text(LEFT, HEIGHT - 0.34 * INCH + 8.0 * f32::from(index), look, Align::Left, line);
    }
}
