//! Command versions: how an older `act` becomes today's, and which versions a server still takes.
//!
//! A command stays in its device's log as it was written, also when the program is updated over it: it is
//! upcast whenever it is read, and a device that was away for long upcasts what it pushes. A new version is a
//! new [`Step`] at the end of [`VERSIONS`], and new files under `tests/golden`.

use serde_json::Value;

use crate::command::{Envelope, Instead, Unreadable, hex};
use crate::json::Json;

/// How far back a server reads: N-2.
const WINDOW: u16 = 2;

/// Brings the JSON of an `act` from one version to the next; what speaks against it, in words.
pub type Step = fn(Value) -> Result<Value, String>;

/// The versions of commands: the first, and a step for every one since.
#[derive(Clone, Copy, Debug)]
pub struct Versions {
    /// The n-th leads from version n to version n + 1, counted from 1.
    steps: &'static [Step],
}

/// This build's. Nothing has changed since the first.
pub const VERSIONS: Versions = Versions::new(&[]);

impl Default for Versions {
    fn default() -> Self {
        VERSIONS
    }
}

impl Versions {
    /// With these steps.
    #[must_use]
    pub const fn new(steps: &'static [Step]) -> Self {
        Self { steps }
    }

    /// What is written today.
    #[must_use]
    #[expect(clippy::cast_possible_truncation, reason = "nobody writes 65,535 steps; const, so no try_from")]
    pub const fn newest(self) -> u16 {
        self.steps.len() as u16 + 1
    }

    /// The oldest that a server takes.
    #[must_use]
    pub const fn oldest(self) -> u16 {
        if self.newest() > WINDOW { self.newest() - WINDOW } else { 1 }
    }

    /// A command in today's form, with the digest of the one that was logged.
    pub fn upcast(self, command: &Envelope) -> Result<Envelope, Unreadable> {
        let version = command.cmd_version;
        if version > self.newest() {
            return Err(Unreadable::Newer { found: version, known: self.newest() });
        }
        if version == 0 {
            return Err(Unreadable::Malformed("there is no version 0".to_owned()));
        }
        let malformed = |why: String| Unreadable::Malformed(format!("version {version}: {why}"));
        let mut act: Value = serde_json::from_str(command.act.text()).map_err(|error| malformed(error.to_string()))?;
        for step in &self.steps[usize::from(version) - 1..] {
            act = step(act).map_err(malformed)?;
        }
        let act = Json::of(&act).map_err(|error| malformed(error.to_string()))?;
        Ok(Envelope { cmd_version: self.newest(), act, instead: Some(logged(command)), ..command.clone() })
    }

    /// Whether a server takes a command of that version: one that is too old is not, see
    /// [`Unreadable::Older`]; one that is too new is set aside by itself.
    pub fn takes(self, command: &Envelope) -> Result<(), Unreadable> {
        if command.cmd_version < self.oldest() {
            return Err(Unreadable::Older { found: command.cmd_version, oldest: self.oldest() });
        }
        Ok(())
    }

    /// The commands as this build's own; none where they are so already. One that can't be brought there
    /// stays as it is, to be set aside by whoever reads it.
    #[must_use]
    pub fn taken(self, commands: &[Envelope]) -> Option<Vec<Envelope>> {
        let own = |command: &Envelope| self.newest() == crate::COMMAND && command.cmd_version == crate::COMMAND;
        if commands.iter().all(own) {
            return None;
        }
        Some(commands.iter().map(|command| self.own(command)).collect())
    }

    /// A command as this build's own, or as it is where that can't be.
    #[must_use]
    pub fn own(self, command: &Envelope) -> Envelope {
        match self.upcast(command) {
            // The same number, but for a table that is not this build's.
            Ok(upcast) => Envelope { cmd_version: crate::COMMAND, ..upcast },
            Err(_) => command.clone(),
        }
    }

    /// What a device pushes of its log: what is too old for a server of its own version goes upcast.
    #[must_use]
    pub fn pushed(self, command: Envelope) -> Envelope {
        if command.cmd_version < self.oldest() { self.upcast(&command).unwrap_or(command) } else { command }
    }
}

/// The word that it is the command that was logged.
fn logged(command: &Envelope) -> Instead {
    let withheld = command.instead.as_ref().and_then(|instead| instead.withheld);
    Instead { digest: hex(command.digest()), withheld }
}
