//! How well late payment is foretold, on a public set of 2,466 invoices: fitted on what was settled
//! before a day, asked about each later invoice with what was known on its own date. The bar is what
//! is published for this set: recall 0.84 at precision 0.69.

use std::collections::HashMap;
use std::path::Path;
use std::time::Instant;

use chrono::NaiveDate;
use domain::risk::late::{Asked, Model, Outcome, Prediction};

use super::Failure;
use super::table::{Row, time};

const SET: &str = "ibm_ar/WA_Fn-UseC_-Accounts-Receivable.mdy.csv";
const RECALL: f64 = 0.84;
const PRECISION: f64 = 0.69;

struct Invoice {
    issued: NaiveDate,
    settled: NaiveDate,
    outcome: Outcome,
}

/// The rows on foretelling.
pub fn rows() -> Result<Vec<Row>, Failure> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/data").join(SET);
    if !path.is_file() {
        return Ok(vec![Row::skipped("late payment foretold", "../shared/data is not there")]);
    }
    let invoices = load(&path)?;
    let mut rows = Vec::new();
    for month in [1, 4, 7] {
        let split = NaiveDate::from_ymd_opt(2013, month, 1).ok_or("no such day")?;
        let start = Instant::now();
        let told = foretell(&invoices, split, true);
        let took = start.elapsed();
        let (recall, precision) = quality(&told);
        let what = format!("late payment, {} invoices from {split}, disputes known", told.len());
        rows.push(
            Row::new(what, format!("recall {recall:.2}, precision {precision:.2}, {}", time(took)))
                .peer(format!("recall {RECALL}, precision {PRECISION} published"))
                .bar("above the published", recall > RECALL && precision > PRECISION),
        );
        let (recall, precision) = quality(&foretell(&invoices, split, false));
        rows.push(Row::new(
            "  on the day of issue, disputes unknown",
            format!("recall {recall:.2}, precision {precision:.2}"),
        ));
    }
    Ok(rows)
}

fn load(path: &Path) -> Result<Vec<Invoice>, Failure> {
    let mut reader = csv::Reader::from_path(path)?;
    let headers = reader.headers()?.clone();
    let at = |name: &str| {
        headers.iter().position(|header| header == name).ok_or_else(|| format!("{SET} has no column {name}"))
    };
    let (customer, issued, due, settled) = (at("customerID")?, at("InvoiceDate")?, at("DueDate")?, at("SettledDate")?);
    let (disputed, paper) = (at("Disputed")?, at("PaperlessBill")?);
    let mut customers: HashMap<String, usize> = HashMap::new();
    let mut invoices = Vec::new();
    for record in reader.records() {
        let record = record?;
        let day = |column: usize| NaiveDate::parse_from_str(&record[column], "%m/%d/%Y");
        let (next, settled) = (customers.len(), day(settled)?);
        invoices.push(Invoice {
            issued: day(issued)?,
            settled,
            outcome: Outcome {
                customer: *customers.entry(record[customer].to_owned()).or_insert(next),
                days_late: i32::try_from((settled - day(due)?).num_days())?,
                disputed: &record[disputed] == "Yes",
                paper: &record[paper] == "Paper",
            },
        });
    }
    invoices.sort_by_key(|invoice| invoice.issued);
    Ok(invoices)
}

/// Each prediction with the days late that came.
fn foretell(invoices: &[Invoice], split: NaiveDate, dispute_known: bool) -> Vec<(Prediction, i32)> {
    let before: Vec<Outcome> = invoices.iter().filter(|one| one.settled < split).map(|one| one.outcome).collect();
    let model = Model::fit(&before);
    let asked = invoices.iter().filter(|one| one.issued >= split);
    asked
        .map(|asked| {
            let own = |one: &&Invoice| one.outcome.customer == asked.outcome.customer && one.settled < asked.issued;
            let history: Vec<Outcome> = invoices.iter().filter(own).map(|one| one.outcome).collect();
            let disputed = dispute_known.then_some(asked.outcome.disputed);
            (model.predict(&history, Asked { paper: asked.outcome.paper, disputed }), asked.outcome.days_late)
        })
        .collect()
}

/// Recall and precision of "late".
fn quality(told: &[(Prediction, i32)]) -> (f64, f64) {
    let count = |fits: &dyn Fn(&(Prediction, i32)) -> bool| {
        f64::from(u32::try_from(told.iter().filter(|one| fits(one)).count()).unwrap_or(u32::MAX))
    };
    let hits = count(&|(said, came)| said.is_late() && *came > 0);
    (hits / count(&|(_, came)| *came > 0).max(1.0), hits / count(&|(said, _)| said.is_late()).max(1.0))
}
