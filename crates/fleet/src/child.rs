//! Another process that is told what to do, one JSON command a line, and answers so: the laptop, and
//! PouchDB on both sides. What is measured is measured there; here nothing is added to it.

use std::io::{BufRead as _, BufReader, Write as _};
use std::process::{Child as Process, ChildStdin, ChildStdout, Command, Stdio};

use serde_json::Value;

use crate::Failure;

/// The process; it ends when this is dropped.
pub struct Child {
    name: &'static str,
    process: Process,
    to: ChildStdin,
    from: BufReader<ChildStdout>,
}

impl Child {
    /// Starts it.
    pub fn start(name: &'static str, command: &mut Command) -> Result<Self, Failure> {
        let mut process = command
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .map_err(|error| format!("{name} did not start: {error}"))?;
        let (Some(to), Some(from)) = (process.stdin.take(), process.stdout.take()) else {
            return Err(format!("{name} has no pipes").into());
        };
        Ok(Self { name, process, to, from: BufReader::new(from) })
    }

    /// One command, and its answer.
    pub fn ask(&mut self, command: &Value) -> Result<Value, Failure> {
        writeln!(self.to, "{command}")?;
        let mut line = String::new();
        self.from.read_line(&mut line)?;
        if line.is_empty() {
            return Err(format!("{} ended at {command}", self.name).into());
        }
        let answer: Value = serde_json::from_str(&line)?;
        match answer["error"].as_str() {
            Some(error) => Err(format!("{}, {}: {error}", self.name, command["do"]).into()),
            None => Ok(answer),
        }
    }
}

impl Drop for Child {
    fn drop(&mut self) {
        // It may have ended already.
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

/// A number of an answer.
pub fn number(answer: &Value, field: &str) -> Result<f64, Failure> {
    answer[field].as_f64().ok_or_else(|| format!("the answer {answer} has no {field}").into())
}
