//! The folder of a day's results: what an earlier day left there goes, and nothing else does.

use std::fs;
use std::io::ErrorKind;
use std::path::Path;

use contract::{ApiError, ErrorCode};
use uuid::Uuid;

use super::Report;
use crate::errors::file;

/// The results that lie beside the report.
pub const LETTERS: &str = "letters.pdf";
/// One line a letter.
pub const MANIFEST: &str = "manifest.csv";
/// One file an email.
pub const EMAILS: &str = "emails";
const REPORT: &str = "report.json";

/// Removes what an earlier day wrote, so that none of it passes for this day's. Only files that
/// bear the names a day gives: whatever else is there stays.
pub fn clear(out: &Path) -> Result<(), ApiError> {
    for name in [REPORT, LETTERS, MANIFEST] {
        remove(&out.join(name))?;
    }
    let emails = out.join(EMAILS);
    let entries = match fs::read_dir(&emails) {
        Ok(entries) => entries,
        Err(error) if matches!(error.kind(), ErrorKind::NotFound | ErrorKind::NotADirectory) => return Ok(()),
        Err(error) => return Err(file(&emails, "read", &error)),
    };
    for entry in entries {
        let path = entry.map_err(|error| file(&emails, "read", &error))?.path();
        if is_email(&path) {
            remove(&path)?;
        }
    }
    // It stays where somebody else's files are in it.
    match fs::remove_dir(&emails) {
        Err(error) if error.kind() != ErrorKind::DirectoryNotEmpty => Err(file(&emails, "removed", &error)),
        _ => Ok(()),
    }
}

/// An email is named after its id in the outbox; `.part` while it is being written.
fn is_email(path: &Path) -> bool {
    let name = path.file_name().and_then(|name| name.to_str()).unwrap_or_default();
    let stem = name.strip_suffix(".part").unwrap_or(name).strip_suffix(".eml");
    stem.is_some_and(|id| Uuid::try_parse(id).is_ok())
}

fn remove(path: &Path) -> Result<(), ApiError> {
    match fs::remove_file(path) {
        Err(error) if error.kind() != ErrorKind::NotFound => Err(file(path, "removed", &error)),
        _ => Ok(()),
    }
}

/// Writes a result.
pub fn write(path: &Path, bytes: &[u8]) -> Result<(), ApiError> {
    fs::write(path, bytes).map_err(|error| file(path, "written", &error))
}

/// Writes the report, into a folder that is made for it if need be.
pub fn write_report(out: &Path, report: &Report) -> Result<(), ApiError> {
    fs::create_dir_all(out).map_err(|error| file(out, "created", &error))?;
    let text = serde_json::to_vec_pretty(report)
        .map_err(|error| ApiError::new(ErrorCode::Failed, format!("The report can't be written: {error}."), ""))?;
    write(&out.join(REPORT), &text)
}
