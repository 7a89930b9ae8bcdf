//! From the libraries' errors to what the window is told.

use contract::{ApiError, ErrorCode, ReasonView};
use domain::reason::{Lift, Reason, Refusal};
use store::StoreError;

/// A rule's part, for the window.
#[must_use]
pub fn reason(reason: &Reason) -> ReasonView {
    ReasonView { rule: reason.rule.to_string(), version: reason.version.to_string(), text: reason.text.clone() }
}

/// Several.
#[must_use]
pub fn reasons(list: &[Reason]) -> Vec<ReasonView> {
    list.iter().map(reason).collect()
}

/// A refusal by the domain. Its form's rules (`FORM-*`) name the field at fault.
#[must_use]
pub fn refused(refusal: Refusal) -> ApiError {
    ApiError {
        code: ErrorCode::Refused,
        field: refusal.reasons.iter().find_map(|reason| reason.inputs.get("field").cloned()),
        supervisor: refusal.lift == Lift::Supervisor,
        until: refusal.until.map(|at| at.to_rfc3339()),
        reasons: reasons(&refusal.reasons),
        message: refusal.message,
        remedy: refusal.remedy,
    }
}

/// A failure of the store. Its message ends with what to do; the code tells the window which screen.
#[must_use]
#[expect(clippy::needless_pass_by_value, reason = "it is the argument of map_err everywhere")]
pub fn stored(error: StoreError) -> ApiError {
    let code = match &error {
        StoreError::WrongKey { .. } => ErrorCode::WrongKey,
        StoreError::NoKey { .. } => ErrorCode::KeyLost,
        StoreError::Damaged { .. } => ErrorCode::Damaged,
        StoreError::NewerSchema { .. } | StoreError::EditedMigration { .. } => ErrorCode::NewerSchema,
        StoreError::DiskFull => ErrorCode::DiskFull,
        StoreError::InUse { .. } => ErrorCode::InUse,
        StoreError::Missing { .. } | StoreError::NoSuchRow { .. } => ErrorCode::NotFound,
        StoreError::Cancelled => ErrorCode::Cancelled,
        _ => ErrorCode::Failed,
    };
    // "what happened. what to do": the store writes both in one message.
    let text = error.to_string();
    let (message, remedy) = match text.split_once(". ") {
        Some((message, remedy)) => (format!("{message}."), format!("{remedy}.")),
        None => (text, String::new()),
    };
    ApiError::new(code, capitalised(&message), remedy)
}

fn capitalised(text: &str) -> String {
    let mut chars = text.chars();
    chars.next().map_or_else(String::new, |first| first.to_uppercase().collect::<String>() + chars.as_str())
}

/// An id that is not one.
#[must_use]
pub fn not_an_id(text: &str) -> ApiError {
    ApiError::new(
        ErrorCode::NotFound,
        format!("\"{text}\" is not an id of anything here."),
        "Go back to the list and open it again.",
    )
}

/// Something that is not there.
#[must_use]
pub fn not_found(what: &str) -> ApiError {
    ApiError::new(
        ErrorCode::NotFound,
        format!("{what} is not here any more."),
        "Go back to the list; it may have been changed meanwhile.",
    )
}

/// A file that could not be read or written.
#[must_use]
pub fn file(path: &std::path::Path, verb: &str, error: &std::io::Error) -> ApiError {
    let code = if error.kind() == std::io::ErrorKind::StorageFull { ErrorCode::DiskFull } else { ErrorCode::Failed };
    ApiError::new(
        code,
        format!("{} can't be {verb}: {error}.", path.display()),
        "Check the path, that you may use it, and that the disk has room.",
    )
}

/// The person cancelled.
#[must_use]
pub fn cancelled() -> ApiError {
    ApiError::new(ErrorCode::Cancelled, "Cancelled; nothing was changed.", "")
}
