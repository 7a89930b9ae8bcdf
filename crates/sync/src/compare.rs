//! Drift: when which customers' checksums are compared with the server's.

use domain::ids::CustomerId;
use protocol::Stretch;

use crate::event::{Action, Input};

/// A day, milliseconds: between two rounds.
const DAILY: u64 = 24 * 3_600_000;

/// After the program's start, up to twice as long: a laptop that is shut every evening compares too. After a
/// repair likewise: whether all is mended, and what did not go with those pages.
const SOON: u64 = 15 * 60_000;

/// Customers whose checksums go with one pull. The next ones follow with the next poll: a large
/// portfolio is spread over the day, and one request is never large.
const PART: usize = 500;

/// A stretch of customers, and the sums of all that are here of it.
pub(crate) type Part = (Stretch, Vec<(CustomerId, String)>);

/// A round through all customers, part by part.
#[derive(Clone, Debug, Default)]
pub(crate) struct Comparison {
    /// When the next part is due.
    at: u64,
    /// To go with the next pull.
    part: Option<Part>,
    /// The pull under way carries these.
    asked: Option<Stretch>,
    /// This round came up to here.
    upto: Option<CustomerId>,
    /// This round found what had to be repaired.
    mended: bool,
}

impl Comparison {
    /// The program started.
    pub(crate) fn started(input: Input) -> Self {
        Self { at: soon(input), ..Self::default() }
    }

    pub(crate) fn is_due(&self, now: u64) -> bool {
        now >= self.at
    }

    /// What the store is to sum up next.
    pub(crate) fn next(&self) -> Action {
        Action::Compare { after: self.upto, count: PART }
    }

    /// The store's sums; none while they would say nothing.
    pub(crate) fn summed(&mut self, checksums: Option<Vec<(CustomerId, String)>>, input: Input) {
        self.part = checksums.map(|checksums| {
            let upto = checksums.last().filter(|_| checksums.len() >= PART).map(|(last, _)| *last);
            (Stretch { after: self.upto, upto }, checksums)
        });
        if self.part.is_none() {
            self.at = soon(input);
        }
    }

    /// What goes with the pull that leaves now.
    pub(crate) fn take(&mut self) -> Option<Part> {
        let part = self.part.take();
        self.asked = part.as_ref().map(|(stretch, _)| *stretch);
        part
    }

    /// The pull was answered: by a page that moves the cursor or not, and that repairs somebody or not.
    pub(crate) fn answered(&mut self, moves: bool, repairs: bool, input: Input) {
        self.mended |= repairs;
        match self.asked.take() {
            // The checksums were of a moment before this page, and were not looked at: once more, soon.
            Some(_) if moves => {}
            Some(Stretch { upto: Some(last), .. }) => self.upto = Some(last),
            Some(_) => self.ended(input),
            None => {}
        }
    }

    fn ended(&mut self, input: Input) {
        self.upto = None;
        self.at = if std::mem::take(&mut self.mended) { soon(input) } else { input.now.saturating_add(DAILY) };
    }
}

fn soon(input: Input) -> u64 {
    input.now.saturating_add(SOON + input.dice % SOON)
}
