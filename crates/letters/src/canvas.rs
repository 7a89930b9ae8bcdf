//! A page under construction: what is drawn, as printpdf operations. Points from the top left
//! corner; the flip to PDF's bottom left happens here and nowhere else.

use printpdf::{
    Color, CurTransMat, FontId, Greyscale, Line, LineDashPattern, LinePoint, Op, PaintMode, PdfFontHandle, Point, Pt,
    Rect, Rgb, TextItem, TextMatrix, XObjectId, XObjectTransform,
};

use crate::font::{Face, printable};
use crate::geometry::HEIGHT;

/// A colour.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Ink {
    /// 0 is black, 1 is white.
    Grey(f32),
    /// Red, green and blue, 0 to 255.
    Rgb([u8; 3]),
}

pub(crate) const BLACK: Ink = Ink::Grey(0.0);

/// The name of the logo among page resources.
pub(crate) const LOGO: &str = "Logo";

/// Where a text's given x is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Align {
    Left,
    Right,
}

/// How a text looks.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Type {
    pub(crate) face: Face,
    pub(crate) size: f32,
    pub(crate) ink: Ink,
}

impl Type {
    pub(crate) const fn regular(size: f32) -> Self {
        Self { face: Face::Regular, size, ink: BLACK }
    }

    pub(crate) const fn bold(size: f32) -> Self {
        Self { face: Face::Bold, size, ink: BLACK }
    }

    pub(crate) const fn in_ink(self, ink: Ink) -> Self {
        Self { ink, ..self }
    }

    pub(crate) fn width(self, text: &str) -> f32 {
        self.face.width(text, self.size)
    }
}

/// A page.
#[derive(Default)]
pub(crate) struct Canvas {
    ops: Vec<Op>,
    in_text: bool,
    /// Where the last text of the section starts, from the bottom left.
    start: (f32, f32),
    font: Option<(Face, f32)>,
    fill: Option<Ink>,
}

impl Canvas {
    pub(crate) fn into_ops(mut self) -> Vec<Op> {
        self.end_text();
        self.ops
    }

    /// One line of text on a baseline. An empty text draws nothing.
    pub(crate) fn text(&mut self, x: f32, baseline: f32, look: Type, align: Align, text: &str) {
        if text.is_empty() {
            return;
        }
        let text = printable(text);
        let x = match align {
            Align::Left => x,
            Align::Right => x - look.width(&text),
        };
        self.begin_text(look);
        // From the last text's start, in whole tenths so that no error adds up: rows of a table then
        // repeat the same moves, and deflate well.
        let (x, y) = (tenths(x), tenths(HEIGHT - baseline));
        self.ops.push(Op::SetTextCursor {
            pos: Point { x: Pt(tenths(x - self.start.0)), y: Pt(tenths(y - self.start.1)) },
        });
        self.start = (x, y);
        self.show(&text);
    }

    /// A line of text turned counterclockwise around its start.
    pub(crate) fn turned(&mut self, x: f32, baseline: f32, look: Type, degrees: f32, text: &str) {
        self.begin_text(look);
        let (sin, cos) = degrees.to_radians().sin_cos();
        self.ops.push(Op::SetTextMatrix {
            matrix: TextMatrix::Raw([cos, sin, -sin, cos, x, HEIGHT - baseline].map(cents)),
        });
        self.show(text);
        self.end_text();
    }

    fn show(&mut self, text: &str) {
        self.ops.push(Op::ShowText { items: vec![TextItem::Text(text.to_owned())] });
    }

    /// A straight line; `dash` in points, on and off alike.
    pub(crate) fn line(&mut self, from: (f32, f32), to: (f32, f32), thickness: f32, ink: Ink, dash: Option<f32>) {
        self.end_text();
        self.ops.push(Op::SaveGraphicsState);
        self.ops.push(Op::SetOutlineColor { col: ink.color() });
        self.ops.push(Op::SetOutlineThickness { pt: Pt(thickness) });
        if let Some(length) = dash {
            self.ops.push(Op::SetLineDashPattern { dash: LineDashPattern::new(0.0, &[length, length]) });
        }
        let point =
            |(x, y): (f32, f32)| LinePoint { p: Point { x: Pt(cents(x)), y: Pt(cents(HEIGHT - y)) }, bezier: false };
        self.ops.push(Op::DrawLine { line: Line { points: vec![point(from), point(to)], is_closed: false } });
        self.ops.push(Op::RestoreGraphicsState);
    }

    /// Filled rectangles of one colour, each as left, top, width and height.
    pub(crate) fn boxes(&mut self, ink: Ink, boxes: impl IntoIterator<Item = [f32; 4]>) {
        self.end_text();
        self.fill(ink);
        for [left, top, width, height] in boxes {
            self.ops.push(Op::DrawRectangle {
                rectangle: Rect {
                    x: Pt(cents(left)),
                    y: Pt(cents(HEIGHT - top - height)),
                    width: Pt(cents(width)),
                    height: Pt(cents(height)),
                    mode: Some(PaintMode::Fill),
                    winding_order: None,
                },
            });
        }
    }

    /// Filled black boxes on a grid with its origin at `left`, `top`, counted to the right and
    /// down in cells of `cell` points: barcodes, in few bytes.
    pub(crate) fn grid(
        &mut self,
        (left, top): (f32, f32),
        cell: (f32, f32),
        boxes: impl IntoIterator<Item = [f32; 4]>,
    ) {
        self.end_text();
        self.fill(BLACK);
        self.ops.push(Op::SaveGraphicsState);
        // Mirrored up and down, so that cells count downwards. Cells keep four decimals: an error
        // in one would add up over the grid.
        let fine = |value: f32| (value * 1e4).round() / 1e4;
        let matrix = [fine(cell.0), 0.0, 0.0, -fine(cell.1), cents(left), cents(HEIGHT - top)];
        self.ops.push(Op::SetTransformationMatrix { matrix: CurTransMat::Raw(matrix) });
        for [x, y, width, height] in boxes {
            self.ops.push(Op::DrawRectangle {
                rectangle: Rect {
                    x: Pt(x),
                    y: Pt(y),
                    width: Pt(width),
                    height: Pt(height),
                    mode: Some(PaintMode::Fill),
                    winding_order: None,
                },
            });
        }
        self.ops.push(Op::RestoreGraphicsState);
    }

    /// The logo.
    pub(crate) fn logo(&mut self, left: f32, top: f32, width: f32, height: f32) {
        self.end_text();
        self.ops.push(Op::UseXobject {
            id: XObjectId(LOGO.to_owned()),
            transform: XObjectTransform {
                translate_x: Some(Pt(cents(left))),
                translate_y: Some(Pt(cents(HEIGHT - top - height))),
                scale_x: Some(cents(width)),
                scale_y: Some(cents(height)),
                no_auto_scale: true,
                ..XObjectTransform::default()
            },
        });
    }

    fn begin_text(&mut self, look: Type) {
        self.fill(look.ink);
        if !self.in_text {
            self.ops.push(Op::StartTextSection);
            self.in_text = true;
            self.start = (0.0, 0.0);
        }
        if self.font != Some((look.face, look.size)) {
            self.font = Some((look.face, look.size));
            self.ops.push(Op::SetFont {
                font: PdfFontHandle::External(FontId(look.face.resource().to_owned())),
                size: Pt(look.size),
            });
        }
    }

    fn end_text(&mut self) {
        if self.in_text {
            self.ops.push(Op::EndTextSection);
            self.in_text = false;
        }
    }

    fn fill(&mut self, ink: Ink) {
        if self.fill != Some(ink) {
            self.fill = Some(ink);
            self.ops.push(Op::SetFillColor { col: ink.color() });
        }
    }
}

impl Ink {
    fn color(self) -> Color {
        match self {
            Self::Grey(percent) => Color::Greyscale(Greyscale::new(percent, None)),
            Self::Rgb(parts) => {
                let [r, g, b] = parts.map(|part| (f32::from(part) / 255.0 * 1000.0).round() / 1000.0);
                Color::Rgb(Rgb::new(r, g, b, None))
            }
        }
    }
}

/// Rounded to tenths, 1/720 in: finer steps of a text's place are not seen, and cost bytes.
fn tenths(value: f32) -> f32 {
    (value * 10.0).round() / 10.0
}

/// Rounded to hundredths: what is written is what was laid out.
fn cents(value: f32) -> f32 {
    (value * 100.0).round() / 100.0
}
