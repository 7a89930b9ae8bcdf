//! A whole day without a window, on extracts that nobody here wrote: the figures that must come out,
//! the files that must be there, and that nothing else is left behind.

mod common;

use std::path::{Path, PathBuf};

use chrono::NaiveDate;
use dunlin_app::day::{DayOrder, run};
use intake::cli::Options;
use serde_json::{Value, json};

/// A shared file; none, said loudly, where the folder is missing.
fn shared(path: &str) -> Option<PathBuf> {
    let file = Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../../../shared/data")).join(path);
    if !file.exists() {
        eprintln!("SKIPPED: shared/data/{path} is missing");
        return None;
    }
    Some(file)
}

/// A day that was done: its folder and report.
struct Day {
    folder: tempfile::TempDir,
    report: Value,
    imported: bool,
}

impl Day {
    fn of(file: PathBuf, as_of: &str) -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let as_of: NaiveDate = as_of.parse().expect("a day");
        let options = Options { extract_date: Some(as_of), ..Options::default() };
        let imported = run(&DayOrder { file, as_of, out: folder.path().join("out"), options }).expect("worked");
        let report = std::fs::read(folder.path().join("out/report.json")).expect("a report");
        Self { report: serde_json::from_slice(&report).expect("JSON"), folder, imported }
    }

    fn of_text(text: &str, as_of: &str) -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let file = folder.path().join("extract.csv");
        std::fs::write(&file, text).expect("written");
        Self::of(file, as_of)
    }

    fn out(&self, name: &str) -> PathBuf {
        self.folder.path().join("out").join(name)
    }

    /// Names in the folder of results, sorted.
    fn files(&self) -> Vec<String> {
        let entries = std::fs::read_dir(self.folder.path().join("out")).expect("a folder");
        let mut names: Vec<String> =
            entries.map(|entry| entry.expect("an entry").file_name().to_string_lossy().into_owned()).collect();
        names.sort();
        names
    }

    fn open(&self, currency: &str) -> &Value {
        let open = self.report["open"].as_array().expect("a list");
        open.iter().find(|one| one["currency"] == currency).expect("the currency")
    }

    fn number(&self, name: &str) -> usize {
        usize::try_from(self.report[name].as_u64().expect("a number")).expect("small")
    }

    fn warnings(&self) -> Vec<&str> {
        self.report["warnings"].as_array().expect("a list").iter().filter_map(|one| one["what"].as_str()).collect()
    }

    /// The report's counts are what lies in the folder, every email is one, and nothing else is there.
    fn assert_files(&self) {
        let (letters, emails) = (self.number("letters"), self.number("emails"));
        let mut wanted = vec!["report.json".to_owned()];
        if letters > 0 {
            wanted.extend(["letters.pdf".to_owned(), "manifest.csv".to_owned()]);
            let rows = csv::Reader::from_path(self.out("manifest.csv")).expect("a manifest").into_records().count();
            assert_eq!(rows, letters);
            let pdf = std::fs::read(self.out("letters.pdf")).expect("letters");
            let pages = hayro::hayro_syntax::Pdf::new(pdf).expect("a PDF").pages().len();
            assert!(pages >= letters, "{pages} pages of {letters} letters");
        }
        if emails > 0 {
            wanted.push("emails".to_owned());
            let found: Vec<_> = std::fs::read_dir(self.out("emails")).expect("emails").collect();
            assert_eq!(found.len(), emails);
            for entry in found {
                let path = entry.expect("an entry").path();
                assert_eq!(path.extension().and_then(|end| end.to_str()), Some("eml"));
                let raw = std::fs::read(&path).expect("an email");
                let message = mail_parser::MessageParser::default().parse(&raw).expect("an email");
                let to = message.to().and_then(|to| to.first()).and_then(|to| to.address()).expect("to whom");
                assert!(to.contains('@'), "{to}");
                assert!(message.subject().is_some_and(|subject| !subject.is_empty()));
                assert!(message.body_text(0).is_some_and(|text| text.contains("Dear")));
            }
        }
        wanted.sort();
        assert_eq!(self.files(), wanted);
    }

    /// Each currency's buckets add up to what is open in it.
    fn assert_buckets(&self) {
        for open in self.report["open"].as_array().expect("a list") {
            let buckets = self.report["aging"]
                .as_array()
                .expect("a list")
                .iter()
                .filter(|one| one["currency"] == open["currency"]);
            let (mut invoices, mut amount) = (0, rust_decimal::Decimal::ZERO);
            for bucket in buckets {
                invoices += bucket["invoices"].as_u64().expect("a number");
                amount +=
                    bucket["amount"].as_str().expect("an amount").parse::<rust_decimal::Decimal>().expect("an amount");
            }
            assert_eq!(Some(invoices), open["invoices"].as_u64());
            assert_eq!(amount, open["amount"].as_str().expect("an amount").parse().expect("an amount"));
        }
    }
}

const MDY: &str = "ibm_ar/WA_Fn-UseC_-Accounts-Receivable.mdy.csv";
const DMY: &str = "ibm_ar/WA_Fn-UseC_-Accounts-Receivable.dmy.csv";

#[test]
fn ibm_gives_its_figures_and_says_why_nobody_is_written_to() {
    let Some(file) = shared(MDY) else { return };
    let day = Day::of(file, "2013-06-30");
    assert!(day.imported);
    assert_eq!(day.report["problems"], json!([]));
    assert_eq!((day.number("rows"), day.number("accepted")), (2_466, 2_466));
    assert_eq!((day.number("customers"), day.number("accounts")), (100, 100));
    let open = day.open("USD");
    assert_eq!((&open["invoices"], &open["amount"]), (&json!(84), &json!("5119.85")));
    assert_eq!((&open["past_due_invoices"], &open["past_due_amount"]), (&json!(12), &json!("835.56")));
    assert_eq!(day.report["open"].as_array().map(Vec::len), Some(1));
    day.assert_buckets();
    // It has neither postal nor email addresses.
    assert_eq!((day.number("letters"), day.number("emails")), (0, 0));
    day.assert_files();
    let left_out = day.report["left_out"].as_array().expect("a list");
    assert!(left_out.iter().any(|one| one["why"].as_str().is_some_and(|why| why.contains("address"))), "{left_out:?}");
    // Of the twelve past due one is undisputed and late enough for a reminder; reminders before the
    // due date are for the others.
    let accounts: u64 = left_out.iter().filter_map(|one| one["accounts"].as_u64()).sum();
    assert!((1..=100).contains(&accounts), "{left_out:?}");
}

#[test]
fn both_forms_of_ibm_s_dates_give_the_same_report() {
    let (Some(one), Some(other)) = (shared(MDY), shared(DMY)) else {
        return;
    };
    let without_warnings = |day: Day| {
        let mut report = day.report;
        report.as_object_mut().expect("an object").remove("warnings");
        report
    };
    assert_eq!(without_warnings(Day::of(one, "2013-06-30")), without_warnings(Day::of(other, "2013-06-30")));
}

#[test]
fn unicorn_gives_its_figures_in_both_currencies_apart() {
    let Some(file) = shared("unicorn/unicorn_inc.csv") else {
        return;
    };
    let day = Day::of(file, "2025-03-01");
    assert!(day.imported);
    assert_eq!((day.number("rows"), day.number("accepted"), day.number("customers")), (3_107, 3_107, 135));
    let usd = day.open("USD");
    assert_eq!((&usd["past_due_invoices"], &usd["past_due_amount"]), (&json!(28), &json!("39442.94")));
    assert_eq!(day.report["open"].as_array().map(Vec::len), Some(1), "no CAD invoice was open then");
    day.assert_buckets();
    let derived: Vec<&str> =
        day.warnings().into_iter().filter(|what| what.contains("derived from the terms")).collect();
    assert!(matches!(derived[..], [one] if one.contains("149")), "{derived:?}");
    // Email addresses, but no postal ones.
    assert_eq!(day.number("letters"), 0);
    assert!(day.number("emails") > 0, "{}", day.report["left_out"]);
    day.assert_files();
}

#[test]
fn currencies_are_never_added_together() {
    let Some(file) = shared("unicorn/unicorn_inc.csv") else {
        return;
    };
    let day = Day::of(file, "2025-10-31");
    let currencies: Vec<_> =
        day.report["open"].as_array().expect("a list").iter().map(|one| one["currency"].clone()).collect();
    assert_eq!(currencies, [json!("CAD"), json!("USD")]);
    let cad = day.open("CAD");
    assert_eq!((&cad["invoices"], &cad["amount"]), (&json!(15), &json!("4324.89")));
    day.assert_buckets();
    day.assert_files();
}

#[test]
fn quickbooks_subtotals_and_headings_are_no_invoices() {
    let Some(file) = shared("qbo/ar_aging_detail_layout.csv") else {
        return;
    };
    let day = Day::of(file, "2026-07-25");
    assert!(day.imported);
    assert_eq!((day.number("rows"), day.number("accepted"), day.number("customers")), (4, 4, 4));
    let open = day.open("USD");
    // Two of the three invoices are dated after the day: they do not exist yet.
    assert_eq!(
        (&open["invoices"], &open["amount"], &open["unapplied_amount"]),
        (&json!(1), &json!("800.00"), &json!("100.00"))
    );
    assert_eq!((&open["past_due_invoices"], &open["past_due_amount"]), (&json!(1), &json!("800.00")));
    day.assert_buckets();
    day.assert_files();
}

#[test]
fn customers_with_a_postal_address_get_their_letters_and_the_others_their_emails() {
    let rows: Vec<(String, String, String)> = (0..40)
        .map(|number| {
            let email = if number % 4 == 0 { format!("customer{number}@example.com") } else { String::new() };
            (format!("A-{number}"), email, format!("837{:02}", number % 20))
        })
        .collect();
    let rows: Vec<common::Row<'_>> = rows
        .iter()
        .map(|(number, email, zip)| {
            (
                number.as_str(),
                "Sample Customer",
                "consumer",
                email.as_str(),
                number.as_str(),
                "2026-02-20",
                "120.00",
                zip.as_str(),
            )
        })
        .collect();
    let day = Day::of_text(&common::csv(&rows), "2026-03-10");
    assert!(day.imported, "{}", day.report["problems"]);
    assert_eq!((day.number("letters"), day.number("emails")), (30, 10), "{}", day.report["left_out"]);
    day.assert_files();
    let mut manifest = csv::Reader::from_path(day.out("manifest.csv")).expect("a manifest");
    let zips: Vec<String> = manifest.records().map(|row| row.expect("a row")[8].to_owned()).collect();
    assert!(zips.is_sorted(), "{zips:?}");
    assert_eq!(day.report["left_out"], json!([]));
}

#[test]
fn a_customers_accounts_are_one_letter_and_one_row_of_the_manifest() {
    let row = |customer, account, due| {
        (customer, "USD", (account, "Sample Customer", "consumer", "", account, due, "120.00", "83702"))
    };
    let rows = [row("C-1", "A-1", "2026-02-20"), row("C-1", "A-2", "2026-02-01"), row("C-2", "A-3", "2026-02-20")];
    let day = Day::of_text(&common::csv_of(&rows), "2026-03-10");
    assert_eq!((day.number("accounts"), day.number("letters")), (3, 2), "{}", day.report);
    day.assert_files();
    let mut manifest = csv::Reader::from_path(day.out("manifest.csv")).expect("a manifest");
    let rows: Vec<_> = manifest.records().map(|row| row.expect("a row")).collect();
    // The older debt leads.
    assert_eq!((&rows[0][2], &rows[0][5], &rows[0][11]), ("A-2", "240.00", "A-1"));
    assert_eq!((&rows[1][2], &rows[1][5], &rows[1][11]), ("A-3", "120.00", ""));
}

#[test]
fn a_second_day_in_the_same_folder_leaves_nothing_of_the_first_and_everything_else() {
    let row = |email| ("A-1", "Sample Customer", "consumer", email, "I-1", "2026-02-20", "120.00", "83702");
    let first = Day::of_text(&common::csv(&[row("")]), "2026-03-10");
    let again = |text: &str| {
        let file = first.folder.path().join("extract.csv");
        std::fs::write(&file, text).expect("written");
        let as_of: NaiveDate = "2026-03-10".parse().expect("a day");
        let options = Options { extract_date: Some(as_of), ..Options::default() };
        run(&DayOrder { file, as_of, out: first.out(""), options }).expect("worked")
    };
    assert_eq!(first.files(), ["letters.pdf", "manifest.csv", "report.json"]);
    assert!(again(&common::csv(&[row("customer@example.com")])));
    assert_eq!(first.files(), ["emails", "report.json"], "an email, and no letter of the day before");
    std::fs::write(first.out("emails/notes.txt"), "mine").expect("written");
    std::fs::write(first.out("letters.txt"), "mine").expect("written");
    assert!(!again("just a sentence\n"), "no extract");
    assert_eq!(first.files(), ["emails", "letters.txt", "report.json"]);
    let left: Vec<_> =
        std::fs::read_dir(first.out("emails")).expect("emails").map(|one| one.expect("one").file_name()).collect();
    assert_eq!(left, ["notes.txt"]);
}

#[test]
fn the_same_day_done_twice_gives_the_same_bytes() {
    let rows = [
        ("A-1", "Sample Customer", "consumer", "", "I-1", "2026-02-20", "120.00", "83702"),
        ("A-2", "Sample Customer", "consumer", "customer@example.com", "I-2", "2026-02-20", "80.00", "83705"),
    ];
    let [one, other] = [0, 1].map(|_| Day::of_text(&common::csv(&rows), "2026-03-10"));
    for name in ["report.json", "letters.pdf", "manifest.csv"] {
        let [one, other] = [&one, &other].map(|day| std::fs::read(day.out(name)).expect("written"));
        assert!(one == other, "{name} differs");
    }
    let emails = |day: &Day| {
        let files = std::fs::read_dir(day.out("emails")).expect("emails");
        files.map(|file| file.expect("a file").file_name()).collect::<Vec<_>>()
    };
    assert_eq!((emails(&one).len(), emails(&one)), (1, emails(&other)));
}

#[test]
fn what_is_held_back_at_the_last_moment_is_told() {
    let row = |currency, invoice| {
        let email = "customer@example.com";
        ("C-1", currency, ("A-1", "Sample Customer", "consumer", email, invoice, "2026-02-20", "120.00", "10001"))
    };
    let rows = [row("USD", "I-1"), row("EUR", "I-2"), row("GBP", "I-3")];
    let day = Day::of_text(&common::csv_of(&rows).replace("Boise,ID", "New York,NY"), "2026-03-10");
    let left: u64 =
        day.report["left_out"].as_array().expect("a list").iter().filter_map(|one| one["accounts"].as_u64()).sum();
    assert_eq!((day.number("emails"), left), (2, 1), "New York City allows two a week: {}", day.report);
}

#[test]
fn a_damaged_file_gives_its_problems_by_line_and_nothing_else() {
    let mut text = common::csv(&common::ROWS);
    text = text.replace("80.00", "eighty").replace("2026-02-15", "2026-02-35");
    let day = Day::of_text(&text, "2026-03-10");
    assert!(!day.imported);
    assert_eq!(day.files(), ["report.json"]);
    let lines: Vec<_> =
        day.report["problems"].as_array().expect("a list").iter().filter_map(|one| one["line"].as_u64()).collect();
    assert_eq!(lines, [3, 5], "{}", day.report["problems"]);
    assert_eq!((day.number("rows"), day.number("accepted"), day.number("letters")), (6, 0, 0));
}

#[test]
fn a_file_that_is_no_extract_says_so_and_leaves_only_the_report() {
    for bytes in [&b"\x00\x01\x02\x03PK garbage \xff\xfe"[..], b"", b"just a sentence\n"] {
        let folder = tempfile::tempdir().expect("a folder");
        let file = folder.path().join("noise.csv");
        std::fs::write(&file, bytes).expect("written");
        let day = Day::of(file, "2026-03-10");
        assert!(!day.imported);
        assert_eq!(day.files(), ["report.json"]);
        assert_ne!(day.report["problems"], json!([]));
    }
}

#[test]
fn a_file_that_is_not_there_is_named() {
    let folder = tempfile::tempdir().expect("a folder");
    let as_of: NaiveDate = "2026-03-10".parse().expect("a day");
    let order = DayOrder {
        file: folder.path().join("gone.csv"),
        as_of,
        out: folder.path().join("out"),
        options: Options::default(),
    };
    let error = run(&order).expect_err("there is none");
    common::assert_told(&error, "gone.csv");
    assert!(!folder.path().join("out").exists());
}
