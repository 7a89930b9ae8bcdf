//! What the window is told when something is refused or fails.

use crate::dto;

dto! {
    /// A code only where the window acts on it; everything else is `Failed`.
    #[derive(Copy)]
    pub enum ErrorCode {
        /// A rule refused; `reasons` say which.
        Refused,
        /// Input that can't be right; `field` names it.
        Invalid,
        /// The database is locked or not there yet: show the session screen.
        NotReady,
        /// The file is open in another Dunlin.
        InUse,
        /// The key does not open the database.
        WrongKey,
        /// The passphrase does not open the database.
        WrongPassphrase,
        /// The database exists but the keychain has no key for it.
        KeyLost,
        /// The keychain is locked or refused access.
        KeychainLocked,
        /// The database file is damaged.
        Damaged,
        /// Written by a newer Dunlin.
        NewerSchema,
        /// No space left.
        DiskFull,
        /// The person cancelled.
        Cancelled,
        /// A mail server, or the team's, refused the sign-in.
        SignInRefused,
        /// No network or no server.
        Offline,
        /// The thing named is not there (any more).
        NotFound,
        /// Anything else; the message says it.
        Failed,
    }

    /// A refusal or failure, in words a person can act on.
    pub struct ApiError {
        /// What the window does with it.
        pub code: ErrorCode,
        /// What happened, to which thing.
        pub message: String,
        /// What to do.
        pub remedy: String,
        /// The input field at fault.
        pub field: Option<String>,
        /// A supervisor may lift it.
        pub supervisor: bool,
        /// When it would change by itself (RFC 3339).
        pub until: Option<String>,
        /// The rules that spoke.
        pub reasons: Vec<ReasonView>,
    }

    /// One rule's part in a decision.
    pub struct ReasonView {
        /// Rule id.
        pub rule: String,
        /// Its version.
        pub version: String,
        /// In words, for this case.
        pub text: String,
    }
}

impl ApiError {
    /// An error with a message and a remedy.
    #[must_use]
    pub fn new(code: ErrorCode, message: impl Into<String>, remedy: impl Into<String>) -> Self {
        Self {
            code,
            message: message.into(),
            remedy: remedy.into(),
            field: None,
            supervisor: false,
            until: None,
            reasons: Vec::new(),
        }
    }

    /// A wrong input field.
    #[must_use]
    pub fn invalid(field: &str, message: impl Into<String>, remedy: impl Into<String>) -> Self {
        Self { field: Some(field.to_owned()), ..Self::new(ErrorCode::Invalid, message, remedy) }
    }
}
