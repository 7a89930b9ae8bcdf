//! Opening the database, and what the frame always shows.

use crate::dto;

dto! {
    /// Where the program stands with its database.
    #[derive(Copy)]
    pub enum Stage {
        /// No database yet: offer to create one.
        FirstStart,
        /// A database is there and wants its passphrase.
        NeedsPassphrase,
        /// It can't be opened; `problem` says why and what to do.
        Blocked,
        /// Open.
        Ready,
    }

    /// What the frame shows.
    pub struct SessionView {
        /// Where the program stands.
        pub stage: Stage,
        /// Why it is blocked.
        pub problem: Option<crate::ApiError>,
        /// The OS keychain works; if not, a passphrase is asked for.
        pub keychain: bool,
        /// What stands in for the keychain, in words, when it does not work.
        pub keychain_note: Option<String>,
        /// Where the database file is or will be.
        pub database_path: String,
        /// Who works here.
        pub user: String,
        /// `specialist` or `supervisor`.
        pub role: String,
        /// Today, as the app counts (ISO date).
        pub today: String,
        /// Last import: when (RFC 3339) and of what.
        pub last_import: Option<ImportStamp>,
        /// When My day was last planned (RFC 3339).
        pub planned_at: Option<String>,
        /// Emails waiting to leave.
        pub outbox_waiting: u32,
        /// Emails of which nobody knows whether they left.
        pub outbox_unknown: u32,
        /// Accounts in the database.
        pub accounts: u32,
        /// This database was filled with the sample portfolio: nothing is sent from it.
        pub sample: bool,
        /// How it stands with the team's server.
        pub link: crate::LinkView,
    }

    /// An import's mark.
    pub struct ImportStamp {
        /// RFC 3339.
        pub at: String,
        /// File name without its folder.
        pub file: String,
        /// Invoices in it.
        pub invoices: u32,
    }

    /// How to create the database.
    pub struct CreateDatabase {
        /// Needed only where the keychain does not work.
        pub passphrase: Option<String>,
        /// Name that signs the log.
        pub user: String,
    }

    /// The passphrase.
    pub struct Unlock {
        /// As typed.
        pub passphrase: String,
    }

    /// Fill an empty database with the sample portfolio.
    pub struct LoadSample {
        /// Progress and cancel go by this name.
        pub job: String,
        /// How many accounts.
        pub accounts: u32,
    }

    /// Nothing.
    pub struct Nothing {}

    /// A long job by its name.
    pub struct JobRef {
        /// Chosen by the window.
        pub job: String,
    }

    /// Sent as the event `progress` while a long job runs.
    pub struct Progress {
        /// Whose.
        pub job: String,
        /// What it does now.
        pub label: String,
        /// Done so far.
        pub done: u32,
        /// Of so many; zero while unknown.
        pub total: u32,
    }

    /// Backup or restore.
    pub struct BackupRequest {
        /// Full path of the backup file.
        pub path: String,
        /// Protects the backup; it opens on any machine with it.
        pub passphrase: String,
    }

    /// What a backup or restore did.
    pub struct BackupReport {
        /// The file.
        pub path: String,
        /// In words.
        pub message: String,
    }

    /// What verifying the history found.
    pub struct HistoryReport {
        /// Entries that fit the chain.
        pub entries: u32,
        /// The first break, in words.
        pub broken: Option<String>,
    }

    /// Asks the person for a file or folder.
    pub struct PickFile {
        /// `open` or `save`.
        pub mode: String,
        /// Dialog title.
        pub title: String,
        /// Suggested file name when saving.
        pub name: Option<String>,
        /// Extensions without the dot.
        pub extensions: Vec<String>,
    }

    /// The chosen path, if any.
    pub struct PickedFile {
        /// Full path.
        pub path: Option<String>,
    }
}
