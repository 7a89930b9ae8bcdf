//! Follow-ups of several accounts at once, and as a calendar.

use crate::{ActRequest, LeftOut, dto};

dto! {
    /// The due follow-ups of accounts, all at once.
    pub struct BulkFollowUps {
        /// Account ids.
        pub accounts: Vec<String>,
        /// What.
        pub act: BulkAct,
    }

    /// What is done with them.
    #[serde(tag = "act")]
    pub enum BulkAct {
        /// They are done.
        Done,
        /// They move to a day.
        Snooze {
            /// ISO date.
            due: String,
        },
        /// They go to somebody.
        Assign {
            /// A name, or `specialist` or `supervisor`; none gives them back to whoever works the list.
            to: Option<String>,
        },
    }

    /// Several acts in one transaction: what a bulk act is taken back by.
    pub struct ActAll {
        /// In order.
        pub acts: Vec<ActRequest>,
    }

    /// What came of it.
    pub struct BulkOutcome {
        /// One line for the live region.
        pub message: String,
        /// Follow-ups that changed.
        pub done: u32,
        /// Accounts where nothing changed, by reason.
        pub left_out: Vec<LeftOut>,
        /// The acts that take it back.
        pub undo: Vec<ActRequest>,
        /// Their numbers in the queue for the team's server; none where this installation works alone.
        pub numbers: Vec<u32>,
    }

    /// Write follow-ups and promises as an iCalendar file.
    pub struct SaveCalendar {
        /// Full path.
        pub path: String,
        /// Whose: empty for all, `mine` for free ones and one's own, or a name.
        pub whose: String,
        /// Customers' names as well; the file is not encrypted.
        pub names: bool,
        /// When the working day begins (`HH:MM`, the specialist's zone); none makes them whole-day entries.
        pub start: Option<String>,
    }
}
