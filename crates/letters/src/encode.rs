//! Page operations into content streams: the few operations letters use, without the detours of a
//! general serializer. A test holds its pages against printpdf's own, pixel by pixel.

use printpdf::{Color, Op, PaintMode, PdfFontHandle, TextItem};

use crate::font::{Face, Subset};

/// The subsets a batch shares.
pub(crate) struct Fonts {
    pub(crate) regular: Subset,
    pub(crate) bold: Subset,
}

impl Fonts {
    pub(crate) fn of(&self, face: Face) -> &Subset {
        match face {
            Face::Regular => &self.regular,
            Face::Bold => &self.bold,
        }
    }
}

/// Appends the content stream of one page's operations.
pub(crate) fn page(ops: &[Op], fonts: &Fonts, out: &mut Vec<u8>) {
    let mut font = Face::Regular;
    for op in ops {
        match op {
            Op::StartTextSection => out.extend_from_slice(b"BT\n"),
            Op::EndTextSection => out.extend_from_slice(b"ET\n"),
            Op::SaveGraphicsState => out.extend_from_slice(b"q\n"),
            Op::RestoreGraphicsState => out.extend_from_slice(b"Q\n"),
            Op::SetTransformationMatrix { matrix } => operands(out, &matrix.as_array(), "cm"),
            Op::SetFont { font: PdfFontHandle::External(id), size } => {
                font = if id.0 == Face::Bold.resource() { Face::Bold } else { Face::Regular };
                out.push(b'/');
                out.extend_from_slice(id.0.as_bytes());
                out.push(b' ');
                operands(out, &[size.0], "Tf");
            }
            Op::SetTextCursor { pos } => operands(out, &[pos.x.0, pos.y.0], "Td"),
            Op::SetTextMatrix { matrix } => operands(out, &matrix.as_array(), "Tm"),
            Op::ShowText { items } => {
                for item in items {
                    if let TextItem::Text(text) = item {
                        show(out, fonts.of(font), text);
                    }
                }
            }
            Op::SetFillColor { col } => color(out, col, "g", "rg"),
            Op::SetOutlineColor { col } => color(out, col, "G", "RG"),
            Op::SetOutlineThickness { pt } => operands(out, &[pt.0], "w"),
            Op::SetLineDashPattern { dash } => {
                out.push(b'[');
                for length in &dash.pattern {
                    number(out, *length);
                    out.push(b' ');
                }
                out.extend_from_slice(b"] ");
                operands(out, &[dash.offset], "d");
            }
            Op::DrawLine { line } => {
                for (index, point) in line.points.iter().enumerate() {
                    operands(out, &[point.p.x.0, point.p.y.0], if index == 0 { "m" } else { "l" });
                }
                out.extend_from_slice(b"S\n");
            }
            Op::DrawRectangle { rectangle } if rectangle.mode == Some(PaintMode::Fill) => {
                let side = [rectangle.x, rectangle.y, rectangle.width, rectangle.height].map(|one| one.0);
                operands(out, &side, "re f");
            }
            Op::UseXobject { id, transform } => {
                out.extend_from_slice(b"q\n");
                let of = |value: Option<printpdf::Pt>| value.map_or(0.0, |pt| pt.0);
                let matrix = [
                    transform.scale_x.unwrap_or(1.0),
                    0.0,
                    0.0,
                    transform.scale_y.unwrap_or(1.0),
                    of(transform.translate_x),
                    of(transform.translate_y),
                ];
                operands(out, &matrix, "cm");
                out.push(b'/');
                out.extend_from_slice(id.0.as_bytes());
                out.extend_from_slice(b" Do\nQ\n");
            }
            // The layout makes no others; the comparison with printpdf would show it.
            _ => debug_assert!(false, "unknown operation {op:?}"),
        }
    }
}

fn operands(out: &mut Vec<u8>, values: &[f32], operator: &str) {
    for value in values {
        number(out, *value);
        out.push(b' ');
    }
    out.extend_from_slice(operator.as_bytes());
    out.push(b'\n');
}

fn color(out: &mut Vec<u8>, color: &Color, grey: &str, rgb: &str) {
    match color {
        Color::Greyscale(one) => operands(out, &[one.percent], grey),
        Color::Rgb(one) => operands(out, &[one.r, one.g, one.b], rgb),
        // The layout has no others.
        Color::Cmyk(_) | Color::SpotColor(_) => {}
    }
}

/// A number with at most four decimals, as short as it goes.
fn number(out: &mut Vec<u8>, value: f32) {
    // In f64, since the product needs more digits than an f32 holds; far inside an i32.
    #[allow(clippy::cast_possible_truncation)] // see above
    let parts = (f64::from(value) * 1e4).round() as i32;
    if parts < 0 {
        out.push(b'-');
    }
    let parts = parts.unsigned_abs();
    decimal(out, parts / 10_000);
    let mut rest = parts % 10_000;
    if rest > 0 {
        out.push(b'.');
        let mut scale = 1_000;
        while rest > 0 {
            out.push(digit(rest / scale));
            rest %= scale;
            scale /= 10;
        }
    }
}

fn decimal(out: &mut Vec<u8>, value: u32) {
    if value >= 10 {
        decimal(out, value / 10);
    }
    out.push(digit(value % 10));
}

fn digit(value: u32) -> u8 {
    b'0' + u8::try_from(value).unwrap_or(0)
}

/// A literal string of two-byte glyph ids.
fn show(out: &mut Vec<u8>, subset: &Subset, text: &str) {
    out.push(b'(');
    for one in text.chars() {
        for byte in subset.glyph(one).to_be_bytes() {
            match byte {
                b'(' | b')' | b'\\' => out.extend_from_slice(&[b'\\', byte]),
                // A bare carriage return would be read as a line feed.
                b'\r' => out.extend_from_slice(b"\\r"),
                _ => out.push(byte),
            }
        }
    }
    out.extend_from_slice(b")Tj\n");
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_short_and_exact_to_a_ten_thousandth() {
        for (value, written) in [
            (0.0, "0"),
            (-0.5, "-0.5"),
            (612.0, "612"),
            (12.345, "12.345"),
            (3.05, "3.05"),
            (0.0007, "0.0007"),
            (780.26, "780.26"),
            (-1234.1, "-1234.1"),
        ] {
            let mut out = Vec::new();
            number(&mut out, value);
            assert_eq!(String::from_utf8(out).expect("ASCII"), written);
        }
    }
}
