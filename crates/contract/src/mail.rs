//! The outbox and the mail account.

use crate::dto;

dto! {
    /// Which part of the outbox.
    pub struct OutboxQuery {
        /// State words; empty means all.
        pub states: Vec<String>,
        /// `letter` or `email`; none means both.
        pub channel: Option<String>,
        /// First row.
        pub offset: u32,
        /// Rows wanted.
        pub limit: u32,
    }

    /// A page of the outbox.
    pub struct OutboxPage {
        /// Newest first; what needs a person before all else.
        pub rows: Vec<OutboxRow>,
        /// Rows that match.
        pub total: u32,
        /// How many in each state.
        pub counts: Vec<crate::KindCount>,
    }

    /// A letter or email.
    pub struct OutboxRow {
        /// Outbox id.
        pub id: String,
        /// Account id.
        pub account: String,
        /// Customer name.
        pub customer: String,
        /// `letter` or `email`.
        pub channel: String,
        /// Template name.
        pub template: String,
        /// Address it goes to.
        pub to: String,
        /// State word.
        pub state: String,
        /// In words: what the server said, when it is tried again.
        pub detail: String,
        /// When it was decided (RFC 3339).
        pub at: String,
    }

    /// What sending did.
    pub struct SendReport {
        /// Left.
        pub sent: u32,
        /// Will be tried again.
        pub waiting: u32,
        /// Stopped.
        pub stopped: u32,
        /// Nobody knows.
        pub unknown: u32,
        /// In words.
        pub message: String,
    }

    /// The mail account without its secrets.
    pub struct MailAccountView {
        /// `microsoft365`, `gmail` or `generic`.
        pub preset: String,
        /// Server.
        pub host: String,
        /// Port.
        pub port: u16,
        /// `tls` or `starttls`.
        pub security: String,
        /// `password` or `xoauth2`.
        pub auth: String,
        /// User name.
        pub user: String,
        /// From address.
        pub from_address: String,
        /// From name.
        pub from_name: String,
        /// Replies go to; empty: the from address.
        pub reply_to: String,
        /// OAuth client id.
        pub client_id: String,
        /// OAuth token endpoint, when not the preset's.
        pub token_endpoint: String,
        /// OAuth authorization endpoint, when not the preset's.
        pub authorize_endpoint: String,
        /// PEM file of a private certificate authority.
        pub ca_file: String,
        /// A password or refresh token is in the keychain.
        pub has_secret: bool,
        /// An account has been set up.
        pub configured: bool,
    }

    /// The mail account as typed.
    pub struct SaveMailAccount {
        /// The account.
        pub account: MailAccountView,
        /// A new password or refresh token; none keeps the old one.
        pub secret: Option<String>,
    }

    /// What the test button found, step by step.
    pub struct MailTest {
        /// Steps in order.
        pub steps: Vec<TestStep>,
        /// All went well.
        pub ok: bool,
    }

    /// One step of a test.
    pub struct TestStep {
        /// "Connect", "TLS", "Sign in".
        pub name: String,
        /// It went well.
        pub ok: bool,
        /// What was seen, or what to do.
        pub detail: String,
    }
}
