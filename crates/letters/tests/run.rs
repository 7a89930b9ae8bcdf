//! Runs: one merged file, sorted, with its manifest.

mod common;

use std::cell::RefCell;
use std::ops::ControlFlow;
use std::sync::Mutex;

use common::{account, cleared, mailing, sender, tools};
use domain::compliance::Cleared;
use domain::letter::{Envelope, Letter};
use domain::template::Kind;
use dunlin_letters::{LetterError, Run, RunOutcome, Style};

fn letters(count: u32) -> Vec<Cleared<Letter>> {
    let sender = sender();
    (0..count)
        .map(|index| {
            // Every fiftieth fills several pages.
            let facts = account(index, if index % 50 == 7 { 90 } else { 8 });
            cleared(&facts, Kind::Dunning1, mailing(&sender, Envelope::SingleWindow, index))
        })
        .collect()
}

fn write(letters: &[Cleared<Letter>]) -> (Vec<u8>, RunOutcome) {
    let mut bytes = Vec::new();
    let run = Run::new(letters, Style::default()).expect("prepares");
    let outcome = run.write(&mut bytes, &|_| ControlFlow::Continue(())).expect("writes");
    (bytes, outcome)
}

#[test]
fn a_run_is_one_valid_file_sorted_by_zip_with_each_letter_on_its_page() {
    let letters = letters(300);
    let (bytes, outcome) = write(&letters);
    let document = lopdf::Document::load_mem(&bytes).expect("reads");
    assert_eq!(document.get_pages().len(), outcome.pages);
    assert!(outcome.pages > 300);
    let run = Run::new(&letters, Style::default()).expect("prepares");
    let zips: Vec<&str> = run.order().iter().map(|index| letters[*index].item().zip.as_str()).collect();
    assert!(zips.is_sorted());
    let path = tools::file("run", &bytes);
    let path = path.to_str().expect("UTF-8");
    tools::run("qpdf", &["--check", path]);
    let Some(text) = tools::run("pdftotext", &["-layout", path, "-"]) else {
        return;
    };
    let pages: Vec<&str> = text.split('\u{c}').collect();
    for (letter, page) in letters.iter().zip(&outcome.page_of) {
        let dear = format!("Dear {}:", letter.item().customer_name);
        assert!(pages[page - 1].contains(&dear), "{dear} on page {page}");
    }
}

#[test]
fn every_letter_has_a_bookmark() {
    let letters = letters(70);
    let (bytes, outcome) = write(&letters);
    let document = lopdf::Document::load_mem(&bytes).expect("reads");
    let toc = document.get_toc().expect("bookmarks").toc;
    assert_eq!(toc.len(), 70);
    for entry in toc {
        let index = letters
            .iter()
            .position(|letter| {
                entry.title == format!("{}  {}", letter.item().account_number, letter.item().customer_name)
            })
            .expect("a letter's");
        assert_eq!(entry.page, outcome.page_of[index]);
    }
}

#[test]
fn pages_are_small_and_bytes_do_not_depend_on_threads() {
    let letters: Vec<_> = letters(300);
    let (first, outcome) = write(&letters);
    assert!(first.len() / outcome.pages <= 3_500, "{} bytes a page", first.len() / outcome.pages);
    let alone = rayon::ThreadPoolBuilder::new().num_threads(1).build().expect("a thread");
    assert!(alone.install(|| write(&letters)).0 == first);
}

#[test]
fn the_manifest_lists_the_letters_in_the_order_of_the_file() {
    let mut letters = letters(3);
    let sender = sender();
    let mut facts = account(50, 1);
    facts.customer.name = "=HYPERLINK(\"x\"), \"Sample\"".to_owned();
    let mut plain = mailing(&sender, Envelope::SingleWindow, 50);
    plain.imb = None;
    plain.reprint_of = Some(domain::testkit::day(2026, 3, 2));
    letters.push(cleared(&facts, Kind::Dunning1, plain));
    let run = Run::new(&letters, Style::default()).expect("prepares");
    let outcome = run.write(&mut Vec::new(), &|_| ControlFlow::Continue(())).expect("writes");
    let mut bytes = Vec::new();
    run.manifest(&outcome, &mut bytes).expect("writes");
    let mut reader = csv::Reader::from_reader(bytes.as_slice());
    let rows: Vec<csv::StringRecord> = reader.records().map(|row| row.expect("a row")).collect();
    assert_eq!(rows.len(), 4);
    assert_eq!(rows.iter().map(|row| row[8].to_owned()).collect::<Vec<_>>(), ["83700", "83707", "83714", "83750"]);
    let expected = "1,1,A-100000,Sample Customer 0,dunning_1,524.68,USD,\"100 Example Street, Unit 0, Boise ID 83700\",83700,\
                    IMb 00270123456200000000 837021234,,";
    let text = String::from_utf8(bytes.clone()).expect("UTF-8");
    assert_eq!(text.lines().nth(1), Some(expected));
    assert!(rows[3][3].starts_with("'="), "no spreadsheet runs it: {:?}", &rows[3]);
    assert_eq!((&rows[3][9], &rows[3][10]), ("", "2026-03-02"));
}

#[test]
fn progress_is_told_and_a_run_can_be_stopped() {
    let letters = letters(600);
    let run = Run::new(&letters, Style::default()).expect("prepares");
    let heard = Mutex::new(RefCell::new(Vec::new()));
    let stopped = run.write(&mut Vec::new(), &|done| {
        heard.lock().expect("lock").borrow_mut().push(done);
        if done > 300 { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
    });
    assert!(matches!(stopped, Err(LetterError::Stopped(512))));
    assert_eq!(*heard.lock().expect("lock").borrow(), [256, 512]);
}

#[test]
fn a_run_over_nothing_or_of_two_letterheads_is_refused() {
    assert!(matches!(Run::new(&[], Style::default()), Err(LetterError::Empty)));
    let mut mixed = letters(1);
    let mut other = (*sender()).clone();
    other.phone = "208-555-0199".to_owned();
    mixed.push(cleared(
        &account(2, 1),
        Kind::Dunning1,
        mailing(&std::sync::Arc::new(other), Envelope::SingleWindow, 2),
    ));
    assert!(matches!(Run::new(&mixed, Style::default()), Err(LetterError::Letterhead(_))));
}

#[test]
fn who_leaves_is_cut_out_of_the_file_and_its_manifest() {
    let letters = letters(200);
    let (bytes, outcome) = write(&letters);
    let run = Run::new(&letters, Style::default()).expect("prepares");
    let mut manifest = Vec::new();
    run.manifest(&outcome, &mut manifest).expect("writes");
    // A letter of several pages, one of one page, and the first in the file.
    let leaving = [7, 100, run.order()[0]];
    let ends = |index: usize| {
        let next = outcome.page_of.iter().filter(|page| **page > outcome.page_of[index]).min();
        next.copied().unwrap_or(outcome.pages + 1)
    };
    let pages: std::collections::BTreeSet<usize> =
        leaving.iter().flat_map(|index| outcome.page_of[*index]..ends(*index)).collect();
    assert!(pages.len() > 3);
    let cut = dunlin_letters::without(&bytes, &pages).expect("cut").expect("others are left");
    let document = lopdf::Document::load_mem(&cut).expect("reads");
    assert_eq!(document.get_pages().len(), outcome.pages - pages.len());
    let titles: Vec<String> = document.get_toc().expect("bookmarks").toc.into_iter().map(|one| one.title).collect();
    assert_eq!(titles.len(), 197);
    let streams = |pdf: &[u8]| -> Vec<Vec<u8>> {
        let document = lopdf::Document::load_mem(pdf).expect("reads");
        let pages = document.get_pages();
        pages.values().map(|page| document.get_page_content(*page)).collect()
    };
    let before = streams(&bytes);
    let stay: Vec<&Vec<u8>> =
        (1..).zip(&before).filter(|(page, _)| !pages.contains(page)).map(|(_, stream)| stream).collect();
    assert!(streams(&cut).iter().eq(stay), "the others' pages, byte by byte, in their order");
    let holds = |text: &[u8]| cut.windows(text.len()).any(|window| window == text);
    for index in leaving {
        let letter = letters[index].item();
        assert!(!titles.iter().any(|title| title.ends_with(&format!("  {}", letter.customer_name))));
        assert!(!holds(format!("({}  {})", letter.account_number, letter.customer_name).as_bytes()));
    }
    let (_, whole) = outcome.page_of.iter().enumerate().find(|(index, _)| !leaving.contains(index)).expect("one");
    let kept = dunlin_letters::manifest_without(&manifest, &pages).expect("cut");
    let mut lines = csv::Reader::from_reader(kept.as_slice());
    let lines: Vec<csv::StringRecord> = lines.records().map(|line| line.expect("a line")).collect();
    assert_eq!(lines.len(), 197);
    assert!((1..).zip(&lines).all(|(sequence, line)| line[0] == format!("{sequence}")));
    let moved = whole - pages.range(..*whole).count();
    assert!(lines.iter().any(|line| line[1] == moved.to_string()));
    let path = tools::file("cut", &cut);
    tools::run("qpdf", &["--check", path.to_str().expect("UTF-8")]);
    assert_eq!(dunlin_letters::without(&bytes, &(1..=outcome.pages).collect()).expect("cut"), None);
}
