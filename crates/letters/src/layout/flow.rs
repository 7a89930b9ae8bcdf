//! The body's way down the pages.

use domain::letter::Letter;
use domain::template::long_date;
use printpdf::Op;

use super::{BODY, GAP, LEADING, LEFT, QUIET, RIGHT, account, sample};
use crate::canvas::{Align, Canvas, Ink, Type};
use crate::geometry::INCH;
use crate::text;

/// Where the next line goes, and the pages so far.
pub(crate) struct Flow<'a> {
    pages: Vec<Canvas>,
    page: Canvas,
    /// Lowest print so far.
    y: f32,
    /// Lowest baseline of this page.
    bottom: f32,
    /// Lowest baseline of the pages after the first.
    next_bottom: f32,
    letter: &'a Letter,
    sample: bool,
}

impl<'a> Flow<'a> {
    pub(crate) fn new(page: Canvas, y: f32, bottom: f32, next_bottom: f32, letter: &'a Letter, sample: bool) -> Self {
        Self { pages: Vec::new(), page, y, bottom, next_bottom, letter, sample }
    }

    /// Leaves room.
    pub(crate) fn skip(&mut self, height: f32) {
        self.y += height;
    }

    /// Whether so much still fits below.
    pub(crate) fn fits(&self, height: f32) -> bool {
        self.y + height <= self.bottom
    }

    /// Turns the page, unless so much fits below.
    pub(crate) fn need(&mut self, height: f32) {
        if !self.fits(height) {
            self.turn();
        }
    }

    /// A new page with its heading.
    pub(crate) fn turn(&mut self) {
        let full = std::mem::take(&mut self.page);
        self.pages.push(full);
        if self.sample {
            sample(&mut self.page);
        }
        let look = Type::regular(8.0).in_ink(QUIET);
        let (label, numbers) = account(self.letter, (LEFT, RIGHT));
        let heading = format!("{}  ·  {label} {numbers}  ·  {}", self.letter.sender.name, long_date(self.letter.date));
        self.page.text(LEFT, 0.62 * INCH, look, Align::Left, &heading);
        self.page.line((LEFT, 0.7 * INCH), (RIGHT, 0.7 * INCH), 0.5, Ink::Grey(0.7), None);
        self.y = 0.85 * INCH;
        self.bottom = self.next_bottom;
    }

    /// Down to the next baseline; the page to draw on, and the baseline.
    pub(crate) fn down(&mut self, leading: f32) -> (&mut Canvas, f32) {
        self.y += leading;
        (&mut self.page, self.y)
    }

    /// One line, turning the page before it if need be.
    pub(crate) fn line(&mut self, x: f32, look: Type, leading: f32, text: &str) {
        self.need(leading);
        let (page, y) = self.down(leading);
        page.text(x, y, look, Align::Left, text);
    }

    /// A rule across, right below the last line.
    pub(crate) fn rule(&mut self, ink: Ink, from: f32) {
        let y = self.y + 3.4;
        self.page.line((from, y), (RIGHT, y), 0.6, ink, None);
        self.y += 2.4;
    }

    /// A paragraph. Short ones stay whole; of longer ones no single line is left behind or carried
    /// over. Lines that start with "- " are a list.
    pub(crate) fn paragraph(&mut self, words: &str) {
        let words = crate::font::printable(words);
        let mut set: Vec<(bool, f32, &str)> = Vec::new();
        for line in words.split('\n') {
            let (bullet, indent, line) = match line.strip_prefix("- ") {
                Some(item) => (true, 12.0, item),
                None => (false, 0.0, line),
            };
            for (index, part) in text::lines(line, BODY.face, BODY.size, RIGHT - LEFT - indent).into_iter().enumerate()
            {
                set.push((bullet && index == 0, indent, part));
            }
        }
        let count = set.len();
        for (index, (bullet, indent, line)) in set.into_iter().enumerate() {
            let together = if count <= 3 {
                count - index
            } else if index == 0 || index + 2 == count {
                2
            } else {
                1
            };
            let together = f32::from(u8::try_from(together).unwrap_or(1));
            self.need(LEADING * together);
            let (page, y) = self.down(LEADING);
            if bullet {
                page.text(LEFT + 2.0, y, BODY, Align::Left, "•");
            }
            page.text(LEFT + indent, y, BODY, Align::Left, line);
        }
        self.y += GAP;
    }

    /// The finished pages, numbered if there are several.
    pub(crate) fn finish(mut self, letter: &Letter) -> Vec<Vec<Op>> {
        self.pages.push(self.page);
        let count = self.pages.len();
        let look = Type::regular(8.0).in_ink(QUIET);
        for (index, page) in self.pages.iter_mut().enumerate().filter(|_| count > 1) {
            let number = format!("Page {} of {count}", index + 1);
            // The first page's heading has no room for it; its fold mark's height does.
            let y = if index == 0 { 0.34 * INCH } else { 0.62 * INCH };
            page.text(RIGHT, y, look, Align::Right, &number);
            if index > 0 && letter.reprint_of.is_some() {
                page.text(LEFT, 0.46 * INCH, Type::bold(8.0), Align::Left, "REPRINT");
            }
        }
        self.pages.into_iter().map(Canvas::into_ops).collect()
    }
}
