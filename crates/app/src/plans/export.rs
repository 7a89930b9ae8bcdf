//! The last simulation as a CSV file: a line for each message or call under either policy, so that a
//! department can look at it in a spreadsheet.

use std::collections::HashMap;
use std::path::Path;
use std::sync::PoisonError;

use contract::{ApiError, Done, SaveSimulation};
use domain::facts::Facts;
use domain::ids::AccountId;
use domain::treatment::Foreseen;
use store::{StoreError, Which};

use super::simulate::gone;
use crate::desk::Desk;
use crate::errors::{file, stored};
use crate::planning::threads;
use crate::views::{cell, word};

/// The file's columns.
const COLUMNS: [&str; 13] = [
    "policy",
    "day",
    "account",
    "customer",
    "plan",
    "level",
    "way",
    "amount",
    "currency",
    "fee",
    "debts",
    "to_confirm",
    "changed",
];

type Line = [String; COLUMNS.len()];

fn lines(facts: &Facts, walked: &[Vec<Foreseen>; 2], changed: bool) -> Vec<Line> {
    let yes = |yes: bool| if yes { "yes" } else { "no" }.to_owned();
    let sides = ["as it stands", "proposed"].into_iter().zip(walked);
    sides
        .flat_map(|(side, messages)| messages.iter().map(move |one| (side, one)))
        .map(|(side, one)| {
            [
                side.to_owned(),
                one.on.to_string(),
                cell(&facts.account.reference),
                cell(&facts.customer.name),
                cell(&one.plan),
                cell(&one.level),
                word(&one.channel),
                one.amount.plain(),
                one.amount.currency.to_string(),
                one.fee.to_string(),
                one.steps.to_string(),
                yes(one.needs_approval),
                yes(changed),
            ]
        })
        .collect()
}

impl Desk {
    /// Walks the accounts of the last simulation again and writes what each would get.
    pub(crate) fn save_simulation_file(&self, input: &SaveSimulation) -> Result<Done, ApiError> {
        let store = self.store()?;
        let kept = self.simulation.lock().unwrap_or_else(PoisonError::into_inner);
        let simulation = kept.as_ref().ok_or_else(gone)?;
        let held: HashMap<AccountId, bool> = simulation
            .held
            .iter()
            .filter(|one| !input.changed || one.changed)
            .map(|one| (one.account, one.changed))
            .collect();
        let walk = |share: &mut Vec<Line>, mut facts: Facts| -> Result<(), StoreError> {
            if let Some(changed) = held.get(&facts.account.id) {
                let walked = simulation.walk(&mut facts);
                share.extend(lines(&facts, &walked, *changed));
            }
            Ok(())
        };
        let shares = store.fold_facts(Which::Working, self.now(), threads(), Vec::new, walk).map_err(stored)?;
        let path = Path::new(input.path.trim());
        let failed = |error: csv::Error| file(path, "written", &std::io::Error::other(error));
        let mut out = csv::Writer::from_path(path).map_err(failed)?;
        out.write_record(COLUMNS).map_err(failed)?;
        let mut count = 0_usize;
        for line in shares.into_iter().flatten() {
            out.write_record(&line).map_err(failed)?;
            count += 1;
        }
        out.flush().map_err(|error| file(path, "written", &error))?;
        Ok(Done { message: format!("{count} lines saved as {}.", path.display()) })
    }
}
