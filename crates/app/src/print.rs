//! Printing through the operating system. The file goes through a pipe: no copy of a customer's
//! letter is left on the disk.

use std::io::Write as _;
use std::process::{Command, Stdio};

use contract::{ApiError, ErrorCode, Printers};

const LIST: &str = "lpstat";
const PRINT: &str = "lp";

/// Printers of this machine, the default first.
pub fn printers() -> Printers {
    let none = |note: &str| Printers { names: Vec::new(), note: Some(note.to_owned()) };
    if cfg!(windows) {
        return none("On Windows, save the PDF and print it from your PDF viewer.");
    }
    let Ok(output) = Command::new(LIST).arg("-e").stdin(Stdio::null()).stderr(Stdio::null()).output() else {
        return none("No printing system was found (CUPS); save the PDF instead.");
    };
    let mut names: Vec<String> =
        String::from_utf8_lossy(&output.stdout).lines().map(str::to_owned).filter(|name| !name.is_empty()).collect();
    if names.is_empty() {
        return none("No printer is set up on this computer; save the PDF instead.");
    }
    let default = Command::new(LIST).arg("-d").stdin(Stdio::null()).stderr(Stdio::null()).output();
    if let Ok(output) = default {
        let text = String::from_utf8_lossy(&output.stdout).into_owned();
        names.sort_by_key(|name| !text.trim_end().ends_with(name.as_str()));
    }
    Printers { names, note: None }
}

/// Hands a PDF to a printer; the printing system answers with its job's name.
pub fn print(pdf: &[u8], printer: Option<&str>, title: &str) -> Result<String, ApiError> {
    let failed = |why: String| {
        ApiError::new(
            ErrorCode::Failed,
            format!("The printing system did not take the letters: {why}."),
            "Check the printer, or save the PDF and print it from your viewer.",
        )
    };
    let known = printers();
    if let Some(name) = printer
        && !known.names.iter().any(|one| one == name)
    {
        return Err(ApiError::invalid(
            "printer",
            format!("There is no printer \"{name}\"."),
            "Choose one of those listed.",
        ));
    }
    if known.names.is_empty() {
        return Err(failed(known.note.unwrap_or_default().trim_end_matches('.').to_owned()));
    }
    let mut command = Command::new(PRINT);
    if let Some(name) = printer {
        command.args(["-d", name]);
    }
    command.args(["-t", title]).stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut running = command.spawn().map_err(|error| failed(error.to_string()))?;
    if let Some(mut pipe) = running.stdin.take() {
        pipe.write_all(pdf).map_err(|error| failed(error.to_string()))?;
    }
    let output = running.wait_with_output().map_err(|error| failed(error.to_string()))?;
    if !output.status.success() {
        return Err(failed(String::from_utf8_lossy(&output.stderr).trim().to_owned()));
    }
    Ok(String::from_utf8_lossy(&output.stdout).trim().to_owned())
}
