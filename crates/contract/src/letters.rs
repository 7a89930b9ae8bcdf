//! Letter and email runs.

use crate::{MoneyView, ReasonView, dto};

dto! {
    /// Propose a run.
    pub struct ProposeRun {
        /// Progress and cancel go by this name.
        pub job: String,
        /// `letter` or `email`.
        pub channel: String,
    }

    /// A run by id.
    pub struct RunRef {
        /// Run id.
        pub run: String,
    }

    /// A run at a glance.
    pub struct RunSummary {
        /// Run id.
        pub run: String,
        /// `letter` or `email`.
        pub channel: String,
        /// `proposed`, `confirmed`, `mailed`.
        pub state: String,
        /// When it was proposed (RFC 3339).
        pub at: String,
        /// Letters or emails of the members not excluded: a customer's accounts share a letter.
        pub letters: u32,
        /// Pages, once confirmed.
        pub pages: u32,
        /// What they ask for, by currency.
        pub amounts: Vec<MoneyView>,
    }

    /// A run with its members.
    pub struct RunView {
        /// At a glance.
        pub summary: RunSummary,
        /// Who, sorted by ZIP.
        pub members: Vec<MemberView>,
        /// Accounts that would have been in it and why they are not, by reason.
        pub left_out: Vec<LeftOut>,
    }

    /// One account of a run. Accounts of one customer that share a letter stand together, the leading
    /// one first.
    pub struct MemberView {
        /// Outbox id.
        pub id: String,
        /// Account id.
        pub account: String,
        /// Customer name.
        pub customer: String,
        /// Billing account number.
        pub number: String,
        /// Template name.
        pub template: String,
        /// Level name.
        pub level: String,
        /// What it asks for.
        pub amount: MoneyView,
        /// Days past due of the oldest.
        pub days_past_due: i32,
        /// Where it goes: one line.
        pub to: String,
        /// ZIP.
        pub zip: String,
        /// Why, and why today.
        pub why: String,
        /// The rules that spoke.
        pub reasons: Vec<ReasonView>,
        /// Excluded by the specialist.
        pub excluded: bool,
        /// Outbox state word.
        pub state: String,
        /// First page in the run's file, once confirmed.
        pub page: Option<u32>,
        /// The letter it is in, by the outbox id of its leading account.
        pub letter: String,
        /// How many accounts share that letter.
        pub accounts: u32,
        /// What became of it, in words.
        pub detail: String,
    }

    /// Accounts left out for one reason.
    pub struct LeftOut {
        /// Reason in words.
        pub why: String,
        /// How many.
        pub count: u32,
        /// Some of them: "Northgate (A-100)".
        pub examples: Vec<String>,
    }

    /// Exclude or include members.
    pub struct ExcludeRequest {
        /// Run id.
        pub run: String,
        /// Outbox ids.
        pub members: Vec<String>,
        /// Exclude or include again.
        pub excluded: bool,
    }

    /// Confirm a run.
    pub struct ConfirmRun {
        /// Progress and cancel go by this name.
        pub job: String,
        /// Run id.
        pub run: String,
    }

    /// What confirming did.
    pub struct RunOutcome {
        /// Letters produced or emails queued.
        pub letters: u32,
        /// Pages.
        pub pages: u32,
        /// Members that dropped out at confirmation and why: paid today, a new hold.
        pub dropped: Vec<LeftOut>,
    }

    /// Save a run's file or manifest.
    pub struct SaveRun {
        /// Run id.
        pub run: String,
        /// `pdf` or `manifest`.
        pub what: String,
        /// Full path.
        pub path: String,
    }

    /// Print a run's file.
    pub struct PrintRun {
        /// Run id.
        pub run: String,
        /// Printer name; none: the default.
        pub printer: Option<String>,
    }

    /// A page of a run's file.
    pub struct RunPage {
        /// Run id.
        pub run: String,
        /// 1-based page.
        pub page: u32,
    }

    /// A page as a picture.
    pub struct PageImage {
        /// PNG, base64.
        pub png: String,
        /// Pages in all.
        pub pages: u32,
    }

    /// Printed again, marked as such.
    pub struct ReprintRequest {
        /// Outbox ids.
        pub members: Vec<String>,
        /// Full path of the file to write.
        pub path: String,
    }

    /// A letter came back.
    pub struct ReturnedMail {
        /// The 65 bar letters, or the 20-31 digits, or an account number.
        pub code: String,
        /// "Moved, left no address".
        pub reason: String,
    }

    /// One line of outcome.
    pub struct Done {
        /// One line for the live region.
        pub message: String,
    }

    /// Printers of this machine.
    pub struct Printers {
        /// Names, the default first.
        pub names: Vec<String>,
        /// Why there is none, in words.
        pub note: Option<String>,
    }
}
