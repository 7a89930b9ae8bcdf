//! Reading small hand-made extracts as the command line does.
#![allow(dead_code, reason = "each test binary uses its own part")]

use std::ops::ControlFlow;

use dunlin_intake as intake;
use intake::cli::{Options, parse_map, plan};
use intake::{Batch, IntakeError, Problem, read};

/// Reads under the proposed mapping.
pub fn auto(text: &str) -> Result<Batch, IntakeError> {
    with(text.as_bytes(), &[], |_| {})
}

/// Reads with `--map` arguments and other options.
pub fn with(bytes: &[u8], maps: &[&str], set: impl FnOnce(&mut Options)) -> Result<Batch, IntakeError> {
    let mut options = Options::default();
    for map in maps {
        options.maps.push(parse_map(map)?);
    }
    set(&mut options);
    let mapping = plan(bytes, "extract.csv", "billing", &options)?;
    read(bytes, &mapping, &mut |_, _| ControlFlow::Continue(()))
}

/// A batch without problems.
pub fn clean(text: &str) -> Batch {
    let batch = auto(text).expect("a batch");
    assert_eq!(batch.problems, [], "{text}");
    batch
}

/// The problems of a file that can be read as a table.
pub fn problems(text: &str) -> Vec<Problem> {
    auto(text).expect("a batch").problems
}

/// Lines of the problems.
pub fn lines(problems: &[Problem]) -> Vec<u64> {
    problems.iter().map(|problem| problem.line).collect()
}

/// Number, amount and applied of each invoice.
pub fn owed(batch: &Batch) -> Vec<(String, String, String)> {
    let row = |i: &domain::invoice::Invoice| (i.number.clone(), i.amount.plain(), i.applied.normalize().to_string());
    batch.invoices.iter().map(row).collect()
}

/// Invoice and due dates.
pub fn dates(batch: &Batch) -> Vec<(String, String)> {
    batch.invoices.iter().map(|i| (i.date.to_string(), i.due.to_string())).collect()
}

/// Count and lines of the warning that contains these words.
pub fn warned(batch: &Batch, words: &str) -> Option<(u64, Vec<u64>)> {
    let found = batch.warnings.iter().find(|warning| warning.what.contains(words));
    found.map(|warning| (warning.count, warning.lines.clone()))
}
