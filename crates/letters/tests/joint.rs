//! One letter about several accounts of a customer, as it is printed.

mod common;

use common::{accounts, cleared, joint, mailing, sender, tools};
use domain::letter::Envelope;
use domain::template::Kind;
use dunlin_letters::{Run, Style, check, render};

#[test]
fn a_letter_names_each_account_beside_its_invoices_and_asks_for_the_sum() {
    let accounts = accounts(&[3, 2, 4]);
    let letter = joint(&accounts, Kind::Dunning2, mailing(&sender(), Envelope::SingleWindow, 1));
    let due = letter.item().amount_due().expect("one currency").pretty();
    let bytes = render(&letter, Style::default()).expect("renders");
    let path = tools::file("joint", &bytes);
    tools::run("qpdf", &["--check", path.to_str().expect("UTF-8")]);
    let Some(text) = tools::run("pdftotext", &["-layout", path.to_str().expect("UTF-8"), "-"]) else {
        return;
    };
    assert_eq!(text.matches('\u{c}').count(), 1, "one page");
    let rows: Vec<Vec<&str>> = text
        .lines()
        .map(|line| line.split_whitespace().collect::<Vec<_>>())
        .filter(|words| words.first().is_some_and(|first| first.starts_with("A-10000")) && words.len() > 5)
        .collect();
    assert_eq!(rows.len(), 9, "{text}");
    for (row, item) in rows.iter().zip(&letter.item().items) {
        assert_eq!((row[0], row[1]), (letter.item().accounts[item.account].number.as_str(), item.number.as_str()));
        assert_eq!(*row.last().expect("cells"), item.open.pretty());
    }
    assert!(text.contains("Second notice: past-due balance on accounts A-100001, A-100002 and A-100003"), "{text}");
    // In the words, in the reference box, below the table and on the slip.
    assert_eq!(text.matches(&due).count(), 4, "{due} in {text}");
    assert!(text.contains("A-100001 and 2 more"), "the reference box is narrow: {text}");
}

#[test]
fn no_cell_of_the_wider_table_touches_its_neighbour() {
    let mut accounts = accounts(&[2, 2]);
    for (facts, number) in accounts.iter_mut().zip(["8841-2207-0013-77", "WWW-MMM-100200300400500-W"]) {
        facts.account.reference = number.to_owned();
        facts.invoices[0].number = "INVOICE-2026-000123456789".to_owned();
        facts.invoices[1].amount = domain::testkit::usd(123_456_700);
    }
    let letter = joint(&accounts, Kind::FinalNotice, mailing(&sender(), Envelope::DoubleWindow, 1));
    check(letter.item(), Style::default()).expect("can be printed");
    let path = tools::file("joint-wide", &render(&letter, Style::default()).expect("renders"));
    let Some(words) = tools::words(&path) else {
        return;
    };
    for (index, one) in words.iter().enumerate() {
        for other in words[index + 1..].iter().filter(|other| other.page == one.page) {
            // pdftotext's boxes are higher than the ink; across they are exact.
            let across = one.area[2].min(other.area[2]) - one.area[0].max(other.area[0]);
            let down = one.area[3].min(other.area[3]) - one.area[1].max(other.area[1]);
            assert!(across <= 0.5 || down <= 4.0, "{} over {}", one.text, other.text);
        }
    }
}

#[test]
fn forty_accounts_run_over_pages_that_carry_the_sum() {
    let accounts = accounts(&[2; 40]);
    let letter = joint(&accounts, Kind::Dunning1, mailing(&sender(), Envelope::SingleWindow, 1));
    let path = tools::file("joint-long", &render(&letter, Style::default()).expect("renders"));
    let Some(text) = tools::run("pdftotext", &["-layout", path.to_str().expect("UTF-8"), "-"]) else {
        return;
    };
    assert!(text.contains("A-100001, A-100002, A-100003 and 37 more"));
    for facts in &accounts {
        assert_eq!(text.lines().filter(|line| line.trim().starts_with(&facts.account.reference)).count(), 2);
    }
    assert!(text.contains("Carried forward") && text.contains("Brought forward"));
}

#[test]
fn the_manifest_has_one_row_a_letter_and_names_the_other_accounts() {
    let sender = sender();
    let several = joint(&accounts(&[1, 1, 1]), Kind::Dunning1, mailing(&sender, Envelope::SingleWindow, 1));
    let one = cleared(&common::account(50, 1), Kind::Dunning1, mailing(&sender, Envelope::SingleWindow, 50));
    let due = several.item().amount_due().expect("one currency").plain();
    let letters = [several, one];
    let run = Run::new(&letters, Style::default()).expect("prepares");
    let outcome = run.write(&mut Vec::new(), &|_| std::ops::ControlFlow::Continue(())).expect("writes");
    let mut bytes = Vec::new();
    run.manifest(&outcome, &mut bytes).expect("writes");
    let mut reader = csv::Reader::from_reader(bytes.as_slice());
    assert_eq!(reader.headers().expect("a head").get(11), Some("other_accounts"));
    let rows: Vec<csv::StringRecord> = reader.records().map(|row| row.expect("a row")).collect();
    assert_eq!(rows.len(), 2);
    assert_eq!((&rows[0][2], &rows[0][5], &rows[0][11]), ("A-100001", due.as_str(), "A-100002; A-100003"));
    assert_eq!((&rows[1][2], &rows[1][11]), ("A-100050", ""));
}
