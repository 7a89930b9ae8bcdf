//! The portfolio that everything is measured on: made up, exported as a billing system would, taken
//! in through the app's own commands, in a folder that goes when the bench ends.

use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use app::{Desk, FixedClock, Keychain, KeychainError, Shell};
use chrono::{DateTime, Utc};
use contract::{ApiError, CreateDatabase, Host, ImportReport, ImportRequest, InspectRequest, PickFile, Progress};
use store::Key;
use tempfile::TempDir;

use super::{Args, Failure, memory};

/// The same portfolio for everybody.
const SEED: u64 = 20_261_124;

/// Tuesday 2026-11-24, 17:00 UTC: contact hours from Boise to Boston.
pub fn moment() -> DateTime<Utc> {
    DateTime::from_timestamp(1_795_539_600, 0).unwrap_or_default()
}

/// A keychain of one secret, whatever it is called, so that a second process can be given it.
#[derive(Default)]
pub struct OneSecret(Mutex<String>);

impl OneSecret {
    /// That holds this secret.
    pub fn new(secret: &str) -> Self {
        Self(Mutex::new(secret.to_owned()))
    }

    /// The secret.
    pub fn secret(&self) -> String {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// The secret as the database's key.
    fn key(&self) -> Result<Key, Failure> {
        let text = self.secret();
        let mut bytes = [0; 32];
        for (index, byte) in bytes.iter_mut().enumerate() {
            let digits = text.get(index * 2..index * 2 + 2).ok_or("the key is too short")?;
            *byte = u8::from_str_radix(digits, 16)?;
        }
        Ok(Key::new(bytes))
    }
}

impl Keychain for OneSecret {
    fn get(&self, _: &str) -> Result<String, KeychainError> {
        Some(self.secret()).filter(|secret| !secret.is_empty()).ok_or(KeychainError::NoEntry)
    }

    fn set(&self, _: &str, secret: &str) -> Result<(), KeychainError> {
        secret.clone_into(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner));
        Ok(())
    }

    fn delete(&self, _: &str) -> Result<(), KeychainError> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).clear();
        Ok(())
    }
}

/// No desktop, but a watch: when each stage of a long job began.
#[derive(Default)]
pub struct Stages(Mutex<Vec<(String, Instant)>>);

impl Stages {
    /// When a stage began.
    pub fn began(&self, label: &str) -> Option<Instant> {
        let seen = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        seen.iter().find(|(name, _)| name == label).map(|(_, at)| *at)
    }
}

impl Shell for Stages {
    fn progress(&self, progress: &Progress) {
        let mut seen = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if seen.last().is_none_or(|(label, _)| *label != progress.label) {
            seen.push((progress.label.clone(), Instant::now()));
        }
    }

    fn changed(&self, _: &str) {}

    fn pick_file(&self, _: &PickFile) -> Option<PathBuf> {
        None
    }

    fn open_in_browser(&self, _: &str) -> Result<(), String> {
        Err("there is no browser here".to_owned())
    }
}

/// An error of a command as one of this program.
#[expect(clippy::needless_pass_by_value, reason = "it is the argument of map_err everywhere")]
pub fn said(error: ApiError) -> Failure {
    format!("{} {}", error.message, error.remedy).into()
}

/// How the import went.
pub struct Imported {
    /// What the app reports.
    pub report: ImportReport,
    /// Reading, checking and writing, until all is committed.
    pub import: Duration,
    /// Of that, reading and checking.
    pub reading: Duration,
    /// The first plan, which follows by itself.
    pub planning: Duration,
    /// Most memory beyond what was in use before, in kB.
    pub memory: Option<u64>,
}

/// The folder, the extract and the open desk.
pub struct Scene {
    /// Taken away at the end.
    pub folder: TempDir,
    /// The extract.
    pub extract: PathBuf,
    /// The app without its window.
    pub desk: Desk,
    keychain: Arc<OneSecret>,
    stages: Arc<Stages>,
}

impl Scene {
    /// Makes the portfolio and an empty encrypted database.
    pub fn make(args: &Args) -> Result<Self, Failure> {
        let folder = tempfile::Builder::new().prefix("dunlin-bench-").tempdir()?;
        let extract = folder.path().join("extract.csv");
        let today = moment().date_naive();
        let each = (args.invoices / args.accounts.max(1)).max(1);
        let batch = intake::sample::bulk(SEED, args.accounts, each, today);
        std::fs::write(&extract, intake::sample::to_csv(&batch, today))?;
        drop(batch);
        let (keychain, stages) = (Arc::new(OneSecret::default()), Arc::new(Stages::default()));
        let desk = Desk::new(folder.path(), stages.clone(), keychain.clone(), Arc::new(FixedClock(moment())));
        desk.create_database(CreateDatabase { passphrase: None, user: "Bench".to_owned() }).map_err(said)?;
        Ok(Self { folder, extract, desk, keychain, stages })
    }

    /// Takes the extract in as the import screen does: a look, then the whole of it.
    pub fn import(&self) -> Result<Imported, Failure> {
        let (path, source) = (self.extract.display().to_string(), "billing".to_owned());
        let look = self
            .desk
            .inspect_import(InspectRequest { path: path.clone(), source: source.clone(), kind: "invoices".to_owned() })
            .map_err(said)?;
        memory::forget_peak();
        let before = memory::resident();
        let start = Instant::now();
        let request = ImportRequest {
            job: "import".to_owned(),
            path,
            source,
            mapping: look.mapping,
            save_mapping: true,
            payments_until: None,
        };
        let report = self.desk.run_import(request).map_err(said)?;
        let end = Instant::now();
        if !report.done {
            let first = report.problems.first().map(|problem| format!("line {}: {}", problem.line, problem.what));
            return Err(format!("the extract was not taken in: {}", first.unwrap_or_default()).into());
        }
        let written = self.stages.began("Planning My day").unwrap_or(end);
        Ok(Imported {
            report,
            import: written - start,
            reading: self.stages.began("Writing").unwrap_or(written) - start,
            planning: end - written,
            memory: memory::peak().zip(before).map(|(peak, before)| peak.saturating_sub(before)),
        })
    }

    /// The database's key.
    pub fn key(&self) -> Result<Key, Failure> {
        self.keychain.key()
    }

    /// The key's text, for a second process.
    pub fn secret(&self) -> String {
        self.keychain.secret()
    }

    /// Where the plain copy goes.
    pub fn plain(&self) -> PathBuf {
        self.folder.path().join("plain.db")
    }
}
