//! The late-payment model on 2,466 real-looking invoices of 100 customers, split by date: fitted on
//! what was settled before a day, tested on invoices issued from that day on, each from what was
//! known on its own date (settlements that had happened by then).
//!
//! The bar published for this set is recall 0.84 at precision 0.69. It is met once it is on record
//! whether the invoice is disputed. On the day of issue nobody knows that, and no model of this
//! shape can meet it then: one that knows each customer's true usual day and true share of disputes
//! reaches a precision of 0.66 at that recall (measured on the tests' first split). So that case
//! has its own, lower floor.

use std::collections::HashMap;

use chrono::NaiveDate;
use dunlin_domain::risk::late::{Asked, Model, Outcome, Prediction};

struct Invoice {
    issued: NaiveDate,
    settled: NaiveDate,
    outcome: Outcome,
}

fn load() -> Option<Vec<Invoice>> {
    let path =
        concat!(env!("CARGO_MANIFEST_DIR"), "/../../../shared/data/ibm_ar/WA_Fn-UseC_-Accounts-Receivable.mdy.csv");
    let Ok(mut reader) = csv::Reader::from_path(path) else {
        println!("SKIPPED: {path} is missing, so the late-payment model was not tested on it");
        return None;
    };
    let headers = reader.headers().expect("headers").clone();
    let at = |name: &str| headers.iter().position(|header| header == name).expect("a column");
    let (customer, issued, due, settled) = (at("customerID"), at("InvoiceDate"), at("DueDate"), at("SettledDate"));
    let (disputed, paper) = (at("Disputed"), at("PaperlessBill"));
    let day = |text: &str| NaiveDate::parse_from_str(text, "%m/%d/%Y").expect("a date");
    let mut customers: HashMap<String, usize> = HashMap::new();
    let mut invoices: Vec<Invoice> = reader
        .records()
        .map(|record| {
            let record = record.expect("a row");
            let next = customers.len();
            let settled = day(&record[settled]);
            Invoice {
                issued: day(&record[issued]),
                settled,
                outcome: Outcome {
                    customer: *customers.entry(record[customer].to_owned()).or_insert(next),
                    days_late: i32::try_from((settled - day(&record[due])).num_days()).expect("days"),
                    disputed: &record[disputed] == "Yes",
                    paper: &record[paper] == "Paper",
                },
            }
        })
        .collect();
    invoices.sort_by_key(|invoice| invoice.issued);
    assert_eq!((invoices.len(), customers.len()), (2_466, 100));
    assert_eq!(invoices.iter().filter(|one| one.outcome.days_late > 0).count(), 877);
    Some(invoices)
}

/// Fits on what was settled before the split; predicts each later invoice from what was known on
/// its date. Returns each prediction with what came.
fn test(invoices: &[Invoice], split: NaiveDate, dispute_known: bool) -> Vec<(Prediction, i32)> {
    let train: Vec<Outcome> = invoices.iter().filter(|one| one.settled < split).map(|one| one.outcome).collect();
    let model = Model::fit(&train);
    invoices
        .iter()
        .filter(|one| one.issued >= split)
        .map(|asked| {
            let history: Vec<Outcome> = invoices
                .iter()
                .filter(|one| one.outcome.customer == asked.outcome.customer && one.settled < asked.issued)
                .map(|one| one.outcome)
                .collect();
            let disputed = dispute_known.then_some(asked.outcome.disputed);
            let paper = asked.outcome.paper;
            (model.predict(&history, Asked { paper, disputed }), asked.outcome.days_late)
        })
        .collect()
}

fn ratio(part: usize, of: usize) -> f64 {
    f64::from(u32::try_from(part).expect("small")) / f64::from(u32::try_from(of.max(1)).expect("small"))
}

/// Recall and precision of "late".
fn quality(results: &[(Prediction, i32)]) -> (f64, f64) {
    let hits = results.iter().filter(|(said, came)| said.is_late() && *came > 0).count();
    let late = results.iter().filter(|(_, came)| *came > 0).count();
    let called = results.iter().filter(|(said, _)| said.is_late()).count();
    (ratio(hits, late), ratio(hits, called))
}

fn mean_error(results: &[(Prediction, i32)]) -> f64 {
    let sum: f64 = results.iter().map(|(said, came)| (said.days_late - f64::from(*came)).abs()).sum();
    sum / ratio(results.len(), 1)
}

fn splits() -> [NaiveDate; 3] {
    [(2013, 1), (2013, 4), (2013, 7)].map(|(year, month)| NaiveDate::from_ymd_opt(year, month, 1).expect("a day"))
}

#[test]
fn with_disputes_on_record_it_beats_the_published_bar_on_every_split() {
    let Some(invoices) = load() else { return };
    for split in splits() {
        let results = test(&invoices, split, true);
        let (recall, precision) = quality(&results);
        let error = mean_error(&results);
        println!(
            "from {split}: {} invoices, recall {recall:.3}, precision {precision:.3}, mean error {error:.2} days",
            results.len()
        );
        assert!(recall > 0.84, "{split}: recall {recall:.3}");
        assert!(precision > 0.69, "{split}: precision {precision:.3}");
        assert!(error < 5.0, "{split}: {error:.2} days");
    }
}

#[test]
fn on_the_day_of_issue_it_holds_its_own_floor() {
    let Some(invoices) = load() else { return };
    for split in splits() {
        let results = test(&invoices, split, false);
        let (recall, precision) = quality(&results);
        println!("from {split}, dispute unknown: recall {recall:.3}, precision {precision:.3}");
        assert!(recall > 0.66 && precision > 0.66, "{split}: {recall:.3} {precision:.3}");
    }
}

#[test]
fn what_it_calls_likely_happens_about_as_often() {
    let Some(invoices) = load() else { return };
    for dispute_known in [true, false] {
        let results = test(&invoices, splits()[0], dispute_known);
        println!("dispute known: {dispute_known}");
        let mut gap = 0.0;
        for tenth in 0..10_u32 {
            let low = f64::from(tenth) / 10.0;
            let bin: Vec<_> =
                results.iter().filter(|(said, _)| said.late >= low && said.late < low + 0.1 + f64::EPSILON).collect();
            if bin.is_empty() {
                continue;
            }
            let said: f64 = bin.iter().map(|(said, _)| said.late).sum::<f64>() / ratio(bin.len(), 1);
            let came = ratio(bin.iter().filter(|(_, came)| *came > 0).count(), bin.len());
            println!("  said {said:.2}, came {came:.2} ({} invoices)", bin.len());
            gap += (said - came).abs() * ratio(bin.len(), results.len());
        }
        println!("  expected calibration error {gap:.3}");
        assert!(gap < 0.06, "expected calibration error {gap:.3}");
    }
}
