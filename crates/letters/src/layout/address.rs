//! The address block and its barcode, inside the window wherever the sheet slides.

use domain::letter::Letter;

use crate::canvas::{Align, Canvas, Type};
use crate::error::LetterError;
use crate::font::printable;
use crate::geometry::{INCH, Places};
use crate::imb;
use crate::text::lines;

/// A bar's part of the pitch. USPS: a bar is 0.015 to 0.025 in wide; this is 0.018.
const BAR: f32 = 0.43;
/// USPS: 20 to 24 bars an inch; 24 fit the narrower window.
const PITCH: f32 = INCH / 23.8;
/// USPS: the tracker is 0.039 to 0.057 in high, and each extension about as much: 0.144 in all, of
/// 0.125 to 0.165 allowed.
const PIECE: f32 = 0.048 * INCH;
/// USPS: 0.028 in clear below the barcode.
const CLEAR: f32 = 0.03 * INCH;

/// Sizes tried, in points; USPS asks for 8 at least.
const SIZES: [f32; 5] = [10.0, 9.5, 9.0, 8.5, 8.0];

/// The address, and above it the barcode if there is one.
pub(crate) fn block(canvas: &mut Canvas, letter: &Letter, places: &Places) -> Result<(), LetterError> {
    let mut area = places.address;
    if letter.imb.is_some() {
        area.top = barcode(canvas, letter, places)? + CLEAR;
    }
    let whole: Vec<_> = letter.address.iter().map(|line| printable(line)).collect();
    let refuse = |what| LetterError::Address {
        account: letter.account_number.clone(),
        customer: letter.customer_name.clone(),
        what,
    };
    let mut what = "has more lines than fit";
    // A long name goes on in the next line only where no size holds it in one.
    for (wraps, size) in [false, true].into_iter().flat_map(|wraps| SIZES.map(|size| (wraps, size))) {
        let look = Type::regular(size);
        let wide = |text: &str| look.width(text) > area.width();
        let lines: Vec<&str> = if wraps {
            whole.iter().flat_map(|line| lines(line, look.face, size, area.width())).collect()
        } else {
            whole.iter().map(AsRef::as_ref).collect()
        };
        // No word is broken: the post reads it, and so does the barcode's sorter.
        if lines.iter().any(|line| wide(line)) || whole.iter().any(|line| line.split(' ').any(wide)) {
            what = "is wider than";
            continue;
        }
        let gaps = f32::from(u16::try_from(lines.len().saturating_sub(1).max(1)).unwrap_or(u16::MAX));
        // From the first line's capitals to the last line's descenders: 0.95 of the size.
        let leading = ((area.height() - 0.95 * size) / gaps).min(size * 1.22);
        // Airy if any size allows it, tight only at the smallest.
        if leading < size * if size > 8.0 { 1.12 } else { 0.96 } {
            what = "has more lines than fit";
            continue;
        }
        let spare = area.height() - leading * gaps - 0.95 * size;
        let mut baseline = area.top + spare.clamp(0.0, 4.0) + 0.72 * size;
        for line in lines {
            canvas.text(area.left, baseline, look, Align::Left, line);
            baseline += leading;
        }
        return Ok(());
    }
    Err(refuse(what))
}

/// The barcode; where it ends below.
fn barcode(canvas: &mut Canvas, letter: &Letter, places: &Places) -> Result<f32, LetterError> {
    let area = places.barcode;
    let Some(code) = &letter.imb else {
        return Ok(area.top);
    };
    let bars = imb::encode(&code.tracking, &code.routing).map_err(|source| LetterError::Barcode {
        account: letter.account_number.clone(),
        customer: letter.customer_name.clone(),
        source,
    })?;
    let boxes = (0_u8..).zip(bars.0).map(|(index, bar)| {
        let top = if bar.rises() { 0.0 } else { 1.0 };
        let bottom = if bar.descends() { 3.0 } else { 2.0 };
        [f32::from(index), top, BAR, bottom - top]
    });
    canvas.grid((area.left, area.top), (PITCH, PIECE), boxes);
    Ok(area.top + 3.0 * PIECE)
}
