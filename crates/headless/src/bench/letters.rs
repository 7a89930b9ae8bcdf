//! Letters a second: one file each and one merged file, beside a bare PDF writer in this process.
//! Each letter is a distinct page with logo, barcode, 180 words, 8 invoices, coupon and code.

use std::io::Write;
use std::ops::ControlFlow;
use std::sync::Arc;
use std::time::{Duration, Instant};

use chrono::Days;
use domain::account::Address;
use domain::compliance::Cleared;
use domain::facts::Facts;
use domain::ids::OutboxId;
use domain::letter::{Envelope, Imb, Letter, Letterhead, Mailing, Part, compose};
use domain::outbox::Channel;
use domain::template::{Kind, Occasion, builtin};
use domain::testkit;
use letters::{Press, Run, Style};
use rayon::prelude::*;
use uuid::Uuid;

use super::table::{Row, time};
use super::{Failure, bare, memory};

/// Turns of each measurement; the best counts, for ours and for the peer.
const TURNS: usize = 3;

/// The rows on letters.
pub fn rows(count: u32) -> Result<Vec<Row>, Failure> {
    let sender = sender()?;
    let letters = (0..count.max(1)).map(|index| letter(&sender, index)).collect::<Result<Vec<_>, Failure>>()?;
    // First: what the allocator kept from other work would pass for the run's memory.
    let merged_rows = merged(&letters)?;
    let press = Press::new(letters.iter().map(Cleared::item), Style::default())?;
    let mut rows = Vec::new();
    for (threads, bar, text) in [(1, 6_000.0, ">= 6,000/s, within 2x"), (2, 11_000.0, ">= 11,000/s, within 2x")] {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build()?;
        let (mut ours, mut peer) = (0.0_f64, 0.0_f64);
        for _ in 0..TURNS {
            ours = ours.max(pool.install(|| a_second(&letters, |letter| Ok(press.print(letter)?.len())))?);
            peer = peer.max(pool.install(|| a_second(&letters, |letter| Ok(bare::write(letter.item())?.len())))?);
        }
        let ratio = peer / ours;
        rows.push(
            Row::new(format!("letters, one file each, {threads} thread(s)"), format!("{ours:.0}/s"))
                .peer(format!("{peer:.0}/s bare PDF writer"))
                .ratio(ratio)
                .bar(text, ours >= bar && ratio <= 2.0),
        );
    }
    let single = press.print(letters.first().ok_or("no letter")?)?.len();
    rows.push(
        Row::new("  a single letter", format!("{:.1} kB", thousands(single as u64))).bar("<= 30 kB", single <= 30_000),
    );
    rows.extend(merged_rows);
    Ok(rows)
}

/// All letters in one file on two threads, to nowhere.
fn merged(letters: &[Cleared<Letter>]) -> Result<Vec<Row>, Failure> {
    let pool = rayon::ThreadPoolBuilder::new().num_threads(2).build()?;
    let (mut best, mut page, mut beyond) = (Duration::MAX, 0, None);
    for turn in 0..TURNS {
        memory::forget_peak();
        let before = memory::resident();
        let mut sink = Count(0);
        let start = Instant::now();
        let outcome =
            pool.install(|| Run::new(letters, Style::default())?.write(&mut sink, &|_| ControlFlow::Continue(())))?;
        best = best.min(start.elapsed());
        if outcome.pages != letters.len() {
            return Err(
                format!("{} letters are on {} pages, and each is to be one", letters.len(), outcome.pages).into()
            );
        }
        page = sink.0 / u64::try_from(outcome.pages)?.max(1);
        if turn == 0 {
            beyond = memory::peak().zip(before).map(|(peak, before)| peak.saturating_sub(before));
        }
    }
    let mut rows = vec![
        Row::new(format!("{} letters in one file, 2 threads", letters.len()), time(best))
            .bar("< 1 s for 10,000", best.as_secs_f64() < 1.0),
        Row::new("  a merged page", format!("{:.1} kB", thousands(page))).bar("<= 3.5 kB", page <= 3_500),
    ];
    if let Some(kilobytes) = beyond {
        rows.push(
            Row::new("  memory beyond the input", format!("{} MB", kilobytes / 1_000))
                .bar("<= 30 MB", kilobytes <= 30_000),
        );
    }
    Ok(rows)
}

#[expect(clippy::cast_precision_loss, reason = "a size shown with one decimal")]
fn thousands(bytes: u64) -> f64 {
    bytes as f64 / 1e3
}

fn a_second<F>(letters: &[Cleared<Letter>], print: F) -> Result<f64, Failure>
where
    F: Fn(&Cleared<Letter>) -> Result<usize, Failure> + Sync,
{
    let start = Instant::now();
    let bytes: usize = letters.par_iter().map(&print).try_reduce(|| 0, |sum, one| Ok(sum + one))?;
    if bytes == 0 {
        return Err("nothing was printed".into());
    }
    Ok(f64::from(u32::try_from(letters.len())?) / start.elapsed().as_secs_f64())
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

fn sender() -> Result<Arc<Letterhead>, Failure> {
    Ok(Arc::new(Letterhead {
        name: "Example Telecom".to_owned(),
        return_address: vec!["1200 Harbor Way, Suite 4".to_owned(), "Boise ID 83701".to_owned()],
        remit_to: vec!["PO Box 1300".to_owned(), "Boise ID 83701-1300".to_owned()],
        phone: "208-555-0100".to_owned(),
        email: "billing@example.com".to_owned(),
        website: "www.example.com".to_owned(),
        hours: "Monday to Friday, 8 am to 5 pm".to_owned(),
        footer: "Licensed collection agency no. 0000 in states that ask for a licence.".to_owned(),
        logo_png: Some(logo()?),
    }))
}

/// A PNG of 240 by 60 pixels: rings on a transparent ground.
fn logo() -> Result<Vec<u8>, Failure> {
    let (width, height) = (240_u32, 60_u32);
    let mut pixels = Vec::new();
    for y in 0..height {
        for x in 0..width {
            let (across, down) = (i64::from(x % 60) - 30, i64::from(y) - 30);
            let inside = (300..800).contains(&(across * across + down * down));
            pixels.extend_from_slice(&[15, 84, if x < 120 { 92 } else { 150 }, if inside { 255 } else { 0 }]);
        }
    }
    let mut bytes = Vec::new();
    let mut encoder = png::Encoder::new(&mut bytes, width, height);
    encoder.set_color(png::ColorType::Rgba);
    encoder.set_depth(png::BitDepth::Eight);
    let mut writer = encoder.write_header()?;
    writer.write_image_data(&pixels)?;
    writer.finish()?;
    Ok(bytes)
}

/// An account past due on 8 invoices.
fn account(index: u32) -> Facts {
    let mut facts = testkit::facts();
    facts.account.reference = format!("A-{:06}", 100_000 + index);
    facts.customer.name = format!("Sample Customer {index}");
    facts.customer.address = Address {
        lines: vec![format!("{} Example Street", 100 + index % 900), format!("Unit {}", index % 40)],
        city: "Boise".to_owned(),
        state: "ID".to_owned(),
        zip: format!("{:05}", 83_700 + index * 7 % 100),
        country: String::new(),
    };
    facts.invoices.clear();
    for number in 0..8 {
        let due = testkit::now().date_naive() - Days::new(u64::from(10 + number * 3));
        let amount = testkit::usd(i64::from(4_000 + index % 977 * 13 + number * 731));
        facts = testkit::with_invoice(facts, &format!("INV-{index}-{number}"), due, amount);
    }
    facts
}

/// Words of a letter's paragraphs, as the bar has them.
const WORDS: usize = 180;

/// What makes a reminder of the built-in text as long as letters of the field are.
const MORE: &str = "You can pay by check with the coupon below, by bank transfer, or by card on our website, where \
    you also find copies of your invoices. Please name the account number with every payment so that it is posted \
    without delay. We keep your records in confidence and answer every question about them; our staff will explain \
    each invoice to you in detail.\n\nIf you expect difficulties in paying this amount, please call us before the \
    date named above.";

/// Its first reminder, through the gate.
fn letter(sender: &Arc<Letterhead>, index: u32) -> Result<Cleared<Letter>, Failure> {
    let facts = account(index);
    let mailing = Mailing {
        id: OutboxId(Uuid::from_u128(0x0198_0000_0000_7000_8000_0000_0000_0000 + u128::from(index))),
        sender: Arc::clone(sender),
        envelope: Envelope::SingleWindow,
        imb: Some(Imb { tracking: format!("00270123456{:09}", 200_000_000 + index), routing: "837021234".to_owned() }),
        reprint_of: None,
        approval: None,
    };
    let mut template = builtin(Kind::Dunning1, Channel::Letter, facts.account.mode);
    template.body = template.body.replace("{disclosures}", &format!("{MORE}\n\n{{disclosures}}"));
    let occasion = Occasion::new(Kind::Dunning1, testkit::now().date_naive(), sender);
    let letter = compose(&facts, &template, &occasion, mailing)?;
    let words: usize = letter
        .body
        .iter()
        .filter_map(|part| match part {
            Part::Paragraph(text) => Some(text.split_whitespace().count()),
            Part::InvoiceTable | Part::ScheduleTable | Part::Itemization => None,
        })
        .sum();
    if words != WORDS {
        return Err(format!("the letter has {words} words and the bar is for {WORDS}").into());
    }
    Ok(testkit::cleared(letter, &facts))
}
