//! What waits for the server, and what it refused, as a CSV file: for a device that can't push any more, so
//! that a person can do it again elsewhere. Each line has the act in words and as it was logged.

use std::path::Path;

use contract::{ApiError, Done, SaveWaiting};

use crate::desk::Desk;
use crate::errors::{file, stored};
use crate::views::cell;

/// The file's columns.
const COLUMNS: [&str; 7] = ["state", "number", "when", "customer", "what", "why", "logged"];

impl Desk {
    /// Writes both lists, in the order in which the acts were done.
    pub(crate) fn save_waiting_file(&self, input: &SaveWaiting) -> Result<Done, ApiError> {
        let store = self.store()?;
        let mut lines = Vec::new();
        for one in store.inbox().map_err(stored)? {
            let shown = self.refused_view(&store, &one);
            lines.push(("refused", shown.number, shown.at, shown.who, shown.what, shown.why, one.command.body));
        }
        for one in store.pending().map_err(stored)? {
            let shown = self.queued_view(&store, &one);
            let why = shown.stuck.unwrap_or_default();
            lines.push(("waiting", shown.number, shown.at, shown.who, shown.what, why, one.body));
        }
        lines.sort_by_key(|line| line.1);
        let path = Path::new(input.path.trim());
        let failed = |error: csv::Error| file(path, "written", &std::io::Error::other(error));
        let mut out = csv::Writer::from_path(path).map_err(failed)?;
        out.write_record(COLUMNS).map_err(failed)?;
        for (state, number, at, who, what, why, logged) in &lines {
            let line =
                [state.to_string(), number.to_string(), at.clone(), cell(who), cell(what), cell(why), cell(logged)];
            out.write_record(&line).map_err(failed)?;
        }
        out.flush().map_err(|error| file(path, "written", &error))?;
        let how = if lines.len() == 1 { "1 act".to_owned() } else { format!("{} acts", lines.len()) };
        Ok(Done {
            message: format!(
                "{how} saved as {}. The file is not encrypted: keep it as you keep the accounts.",
                path.display()
            ),
        })
    }
}
