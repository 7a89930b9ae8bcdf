//! An Intelligent Mail barcode read off a page's pixels, and the same code by an encoder that is not
//! ours (`tests/peers/barcode.mjs`).

use std::path::Path;
use std::process::Command;

use crate::letters::tool;

/// Dots an inch: the narrowest bar is 9 dots wide, a tracker 24 dots high.
const DPI: f64 = 600.0;

struct Gray {
    width: usize,
    height: usize,
    dots: Vec<u8>,
}

impl Gray {
    /// A binary PGM as pdftoppm writes it.
    fn read(bytes: &[u8]) -> Self {
        let mut parts = bytes.splitn(4, u8::is_ascii_whitespace);
        let mut next = || std::str::from_utf8(parts.next().expect("a header")).expect("ASCII").to_owned();
        assert_eq!(next(), "P5");
        let (width, height) = (next().parse().expect("a width"), next().parse().expect("a height"));
        let rest = parts.next().expect("dots");
        let dots = rest[rest.len() - width * height..].to_vec();
        Self { width, height, dots }
    }

    /// Top and bottom of what is dark in a column.
    fn extent(&self, x: usize) -> Option<(usize, usize)> {
        let dark = |y: &usize| self.dots[y * self.width + x] < 128;
        Some(((0..self.height).find(dark)?, (0..self.height).rev().find(dark)?))
    }

    /// Top and bottom of each bar, from left to right.
    fn bars(&self) -> Vec<(usize, usize)> {
        let mut bars: Vec<(usize, usize)> = Vec::new();
        let mut inside = false;
        for x in 0..self.width {
            match self.extent(x) {
                Some(extent) if inside => {
                    let bar = bars.last_mut().expect("one was begun");
                    *bar = (bar.0.min(extent.0), bar.1.max(extent.1));
                }
                Some(extent) => bars.push(extent),
                None => {}
            }
            inside = self.extent(x).is_some();
        }
        bars
    }
}

/// The letters of the barcode that stands above the name in the address block of the first page.
pub fn on_page(pdf: &str, scratch: &Path, name: &str) -> String {
    let boxes = tool("pdftotext", &["-bbox", "-l", "1", pdf, "-"]);
    let line = boxes.lines().find(|line| line.contains(&format!(">{name}<"))).expect("the name");
    let at = |name: &str| -> f64 {
        let from = line.find(&format!("{name}=\"")).expect("a box") + name.len() + 2;
        line[from..].split('"').next().expect("a number").parse().expect("a number")
    };
    // The strip above the name, a quarter inch high: no text is in it.
    let dots = |points: f64| format!("{:.0}", points / 72.0 * DPI);
    let (left, bottom) = (at("xMin") - 4.0, at("yMin"));
    tool(
        "pdftoppm",
        &[
            "-r",
            "600",
            "-gray",
            "-singlefile",
            "-l",
            "1",
            "-x",
            &dots(left),
            "-y",
            &dots(bottom - 18.0),
            "-W",
            &dots(252.0),
            "-H",
            &dots(17.0),
            pdf,
            &scratch.display().to_string(),
        ],
    );
    let bars = Gray::read(&std::fs::read(scratch.with_extension("pgm")).expect("a picture")).bars();
    let top = bars.iter().map(|bar| bar.0).min().expect("bars");
    let bottom = bars.iter().map(|bar| bar.1).max().expect("bars");
    // Half of what an ascender stands above a tracker.
    let slack = (bottom - top) / 8;
    bars.iter()
        .map(|bar| match (bar.0 < top + slack, bar.1 + slack > bottom) {
            (true, true) => 'F',
            (true, false) => 'A',
            (false, true) => 'D',
            (false, false) => 'T',
        })
        .collect()
}

/// What the other encoder makes of the digits.
pub fn by_another_encoder(tracking: &str, routing: &str) -> String {
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("peers/barcode.mjs");
    let output = Command::new("node").arg(script).args([tracking, routing]).output().expect("node");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8_lossy(&output.stdout).trim().to_owned()
}
