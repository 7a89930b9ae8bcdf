//! Independent programs that look at the files: poppler, qpdf, zbar. Where one is missing the test
//! says loudly that it was skipped.

use std::path::{Path, PathBuf};
use std::process::Command;

/// A file with these bytes in a folder of its own, which the next run writes over: its name is the
/// test's alone.
pub fn file(name: &str, bytes: &[u8]) -> PathBuf {
    let folder = std::env::temp_dir().join("dunlin-letters-tests").join(name);
    std::fs::create_dir_all(&folder).expect("folder");
    let path = folder.join("letter.pdf");
    std::fs::write(&path, bytes).expect("written");
    path
}

/// What a program prints; none, said loudly, where it is not installed.
pub fn run(program: &str, arguments: &[&str]) -> Option<String> {
    run_bytes(program, arguments).map(|bytes| String::from_utf8_lossy(&bytes).into_owned())
}

/// The same as bytes.
pub fn run_bytes(program: &str, arguments: &[&str]) -> Option<Vec<u8>> {
    match Command::new(program).args(arguments).output() {
        Ok(output) => {
            // zbarimg and qpdf speak of harmless things on stderr; a failure is in the status.
            let errors = String::from_utf8_lossy(&output.stderr);
            assert!(output.status.success(), "{program} {arguments:?}: {errors}");
            Some(output.stdout)
        }
        Err(error) => {
            println!("SKIPPED: {program} can't be run here ({error}); its part of the test was left out");
            None
        }
    }
}

/// A page as grey pixels: width, height, rows from the top.
pub fn pixels(path: &Path, page: usize, dpi: u32) -> Option<(usize, usize, Vec<u8>)> {
    let (page, dpi) = (page.to_string(), dpi.to_string());
    let text = path.to_str().expect("UTF-8");
    let arguments = ["-gray", "-r", &dpi, "-f", &page, "-l", &page, text];
    let image = run_bytes("pdftoppm", &arguments)?;
    // P5 <width> <height> 255 and the rows.
    let mut fields = image.splitn(4, u8::is_ascii_whitespace);
    assert_eq!(fields.next(), Some(b"P5".as_slice()));
    let mut number = || -> usize {
        let field = fields.next().expect("field");
        std::str::from_utf8(field).expect("digits").parse().expect("number")
    };
    let (width, height) = (number(), number());
    let rest = fields.next().expect("rows");
    let start = rest.iter().position(u8::is_ascii_whitespace).expect("depth") + 1;
    Some((width, height, rest[start..].to_vec()))
}

/// A word on a page, with its box in points from the top left corner: left, top, right, bottom.
pub struct Word {
    pub page: usize,
    pub area: [f32; 4],
    pub text: String,
}

/// Every word of a file with its place.
pub fn words(path: &Path) -> Option<Vec<Word>> {
    let listing = run("pdftotext", &["-bbox", path.to_str().expect("UTF-8"), "-"])?;
    let mut page = 0;
    let mut words = Vec::new();
    for line in listing.lines() {
        if line.contains("<page ") {
            page += 1;
        }
        let Some(rest) = line.trim().strip_prefix("<word ") else {
            continue;
        };
        let field = |name: &str| -> f32 {
            let from = rest.find(name).expect("field") + name.len() + 2;
            rest[from..].split('"').next().expect("value").parse().expect("number")
        };
        let text = rest.split_once('>').expect("text").1.trim_end_matches("</word>");
        words.push(Word {
            page,
            area: [field("xMin"), field("yMin"), field("xMax"), field("yMax")],
            text: text.replace("&amp;", "&").replace("&lt;", "<").replace("&gt;", ">"),
        });
    }
    Some(words)
}
