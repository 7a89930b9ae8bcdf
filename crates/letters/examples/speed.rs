//! How fast letters are made, beside a bare writer in the same process: `cargo run --release -p
//! dunlin-letters --example speed -- [LETTERS]`. The bare writer neither measures nor lays out: it
//! writes the same words and figures with a standard font, deflates, and numbers its objects.

#[path = "../tests/common/mod.rs"]
mod common;

use std::io::Write;
use std::ops::ControlFlow;
use std::time::Instant;

use common::{account, letter, mailing, sender};
use domain::compliance::Cleared;
use domain::letter::{Envelope, Letter, Part};
use domain::template::Kind;
use domain::testkit;
use dunlin_letters::{Press, Run, Style};
use flate2::Compression;
use flate2::write::ZlibEncoder;
use rayon::prelude::*;

type Failure = Box<dyn std::error::Error + Send + Sync>;

/// Makes the letter about 180 words long.
const MORE: &str = "We know that bills can pile up, and that a letter like this one is never welcome. That is \
    why we would like to hear from you before the day named above: over the telephone we can look at each \
    invoice together, find out whether a payment has gone astray, and see which way of paying suits you \
    best, be it at once, in parts, or by automatic debit from your bank account on a day you choose.";

fn main() -> Result<(), Failure> {
    let count: u32 = std::env::args()
        .nth(1)
        .map_or(Ok(10_000), |text| text.parse())?;
    let sender = sender();
    let letters: Vec<Cleared<Letter>> = (0..count)
        .map(|index| {
            let facts = account(index, 8);
            let mut letter = letter(
                &facts,
                Kind::Dunning1,
                mailing(&sender, Envelope::SingleWindow, index),
            );
            letter.body.insert(2, Part::Paragraph(MORE.to_owned()));
            testkit::cleared(letter, &facts)
        })
        .collect();
    let words = letters[0].item().words().split_whitespace().count();
    println!(
        "{count} letters of {words} words and 8 invoices, with logo, barcode, coupon and code"
    );
    let press = Press::new(letters.iter().map(Cleared::item), Style::default())?;
    println!("a single letter: {} bytes", press.print(&letters[0])?.len());
    for threads in [1, 2] {
        let pool = rayon::ThreadPoolBuilder::new()
            .num_threads(threads)
            .build()?;
        let ours = pool.install(|| timed(&letters, |letter| Ok(press.print(letter)?.len())))?;
        let bare = pool.install(|| {
            timed(&letters, |letter| {
                bare(letter.item()).map(|bytes| bytes.len())
            })
        })?;
        println!(
            "one file each, {threads} thread(s): {:.0} letters/s ({:.0} a processor second); bare writer {:.0} ({:.0}), ratio {:.2}",
            ours.clock,
            ours.processor,
            bare.clock,
            bare.processor,
            bare.processor / ours.processor
        );
    }
    for threads in [1, 2] {
        let pool = rayon::ThreadPoolBuilder::new()
            .num_threads(threads)
            .build()?;
        let before = peak_reset();
        let (start, busy) = (Instant::now(), processor_seconds());
        let mut sink = Count(0);
        let outcome = pool.install(|| {
            let run = Run::new(&letters, Style::default())?;
            run.write(&mut sink, &|_| ControlFlow::Continue(()))
        })?;
        let seconds = start.elapsed().as_secs_f64();
        let pages = u64::try_from(outcome.pages)?;
        let busy = processor_seconds() - busy;
        println!(
            "one merged file, {threads} thread(s): {seconds:.2} s ({busy:.2} processor seconds), {} bytes a page, {} kB beyond the input",
            sink.0 / pages,
            peak().saturating_sub(before)
        );
    }
    Ok(())
}

/// Letters a second of the clock, and a second of the processor where Linux counts it: on a busy
/// machine only the second figure means something.
struct Rate {
    clock: f64,
    processor: f64,
}

fn timed<F>(letters: &[Cleared<Letter>], print: F) -> Result<Rate, Failure>
where
    F: Fn(&Cleared<Letter>) -> Result<usize, Failure> + Sync,
{
    let (start, before) = (Instant::now(), processor_seconds());
    let bytes: usize = letters
        .par_iter()
        .map(&print)
        .try_reduce(|| 0, |sum, one| Ok(sum + one))?;
    assert!(bytes > 0);
    let count = f64::from(u32::try_from(letters.len())?);
    Ok(Rate {
        clock: count / start.elapsed().as_secs_f64(),
        processor: count / (processor_seconds() - before),
    })
}

/// Processor time of this process, all threads together; zero where nobody tells.
fn processor_seconds() -> f64 {
    let stat = std::fs::read_to_string("/proc/self/stat").unwrap_or_default();
    let fields = stat.rsplit(')').next().unwrap_or_default();
    // utime and stime, the 14th and 15th field of the line, in hundredths of a second.
    fields
        .split_whitespace()
        .skip(11)
        .take(2)
        .filter_map(|ticks| ticks.parse::<f64>().ok())
        .sum::<f64>()
        / 100.0
}

/// A file that is only measured.
struct Count(u64);

impl Write for Count {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0 += bytes.len() as u64;
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

/// The bare writer's file of one letter.
fn bare(letter: &Letter) -> Result<Vec<u8>, Failure> {
    let mut page = Vec::with_capacity(16_000);
    let mut y = 740;
    let mut line = |text: &str| -> std::io::Result<()> {
        y -= 12;
        writeln!(page, "BT /F 9 Tf 1 0 0 1 63 {y} Tm ({text}) Tj ET")
    };
    for text in &letter.address {
        line(text)?;
    }
    for part in &letter.body {
        match part {
            Part::Paragraph(words) => {
                for piece in words.as_bytes().chunks(100) {
                    line(&String::from_utf8_lossy(piece))?;
                }
            }
            Part::InvoiceTable | Part::ScheduleTable => {
                for item in &letter.items {
                    for cell in [
                        &item.number,
                        &item.date.to_string(),
                        &item.due.to_string(),
                        &item.open.pretty(),
                    ] {
                        line(cell)?;
                    }
                }
            }
        }
    }
    let payload = letter
        .coupon
        .as_ref()
        .map_or("", |coupon| coupon.qr.as_str());
    let segments = [qrcodegen::QrSegment::make_bytes(payload.as_bytes())];
    let code = qrcodegen::QrCode::encode_segments_advanced(
        &segments,
        qrcodegen::QrCodeEcc::Medium,
        qrcodegen::Version::MIN,
        qrcodegen::Version::MAX,
        Some(qrcodegen::Mask::new(2)),
        false,
    )?;
    for row in 0..code.size() {
        for column in (0..code.size()).filter(|column| code.get_module(*column, row)) {
            writeln!(page, "{} {} 2 2 re", 480 + 2 * column, 100 - 2 * row)?;
        }
    }
    page.extend_from_slice(b"f\n");
    let mut deflate = ZlibEncoder::new(Vec::with_capacity(6_000), Compression::new(6));
    deflate.write_all(&page)?;
    let content = deflate.finish()?;
    let mut file = b"%PDF-1.7\n".to_vec();
    let mut offsets = Vec::new();
    let font = "<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>".to_owned();
    for (number, body) in [
        "<</Type/Catalog/Pages 2 0 R>>".to_owned(),
        "<</Type/Pages/Count 1/Kids[3 0 R]>>".to_owned(),
        "<</Type/Page/Parent 2 0 R/MediaBox[0 0 612 792]/Contents 5 0 R/Resources<</Font<</F 4 0 R>>>>>>".to_owned(),
        font,
    ]
    .iter()
    .enumerate()
    {
        offsets.push(file.len());
        write!(file, "{} 0 obj\n{body}\nendobj\n", number + 1)?;
    }
    offsets.push(file.len());
    write!(
        file,
        "5 0 obj\n<</Length {}/Filter/FlateDecode>>stream\n",
        content.len()
    )?;
    file.extend_from_slice(&content);
    file.extend_from_slice(b"\nendstream\nendobj\n");
    let start = file.len();
    write!(file, "xref\n0 6\n0000000000 65535 f \n")?;
    for offset in offsets {
        writeln!(file, "{offset:010} 00000 n ")?;
    }
    write!(
        file,
        "trailer\n<</Size 6/Root 1 0 R>>\nstartxref\n{start}\n%%EOF\n"
    )?;
    Ok(file)
}

/// Forgets the highest memory use so far, where Linux lets one, and tells the present one in kB.
fn peak_reset() -> u64 {
    // Elsewhere, or without the right, the peak just stays the whole process'.
    let _ = std::fs::write("/proc/self/clear_refs", "5");
    status("VmRSS:")
}

/// The highest memory use since, in kB; zero where nobody tells.
fn peak() -> u64 {
    status("VmHWM:")
}

fn status(field: &str) -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    status
        .lines()
        .find_map(|line| line.strip_prefix(field))
        .and_then(|rest| rest.split_whitespace().next())
        .and_then(|kilobytes| kilobytes.parse().ok())
        .unwrap_or(0)
}
