//! My day, account lists, search and saved views.

use crate::{MoneyView, ReasonView, dto};

dto! {
    /// Which part of My day.
    pub struct DayQuery {
        /// Row kinds to show; empty means all.
        pub kinds: Vec<String>,
        /// Only urgent rows.
        pub urgent: bool,
        /// Only accounts that may be contacted now.
        pub contactable: bool,
        /// Whose rows: empty for all, `mine` for free ones and one's own, or a name.
        pub whose: String,
        /// Words to look for in name and account number.
        pub text: String,
        /// First row.
        pub offset: u32,
        /// Rows wanted.
        pub limit: u32,
    }

    /// A page of My day.
    pub struct DayPage {
        /// Rows in working order.
        pub rows: Vec<DayRow>,
        /// Rows that match.
        pub total: u32,
        /// Urgent rows in all.
        pub urgent: u32,
        /// Rows in all, by kind.
        pub kinds: Vec<KindCount>,
        /// Day it was planned for (ISO date).
        pub as_of: String,
        /// Those that follow-ups are assigned to, and who works here.
        pub people: Vec<String>,
        /// What the list leaves out, in words.
        pub left_out: String,
    }

    /// How many rows of a kind.
    pub struct KindCount {
        /// Kind word.
        pub kind: String,
        /// What the window calls it.
        pub label: String,
        /// Rows.
        pub count: u32,
    }

    /// One account's line in My day.
    pub struct DayRow {
        /// Account id.
        pub account: String,
        /// Customer name.
        pub customer: String,
        /// Billing account number.
        pub number: String,
        /// `consumer` or `business`.
        pub class: String,
        /// Kind word: `broken_arrangement`, `promise_due`, `step_due`, `follow_up`, ...
        pub kind: String,
        /// What the window calls the kind.
        pub label: String,
        /// Do it first.
        pub urgent: bool,
        /// What it is about.
        pub amount: Option<MoneyView>,
        /// Days past due of the oldest open invoice.
        pub days_past_due: i32,
        /// Why it is here.
        pub why: String,
        /// Why today.
        pub why_today: String,
        /// What to do next: `call`, `email`, `letter`, `restore`, `review`, ...
        pub next: String,
        /// The next action in words.
        pub next_label: String,
        /// May the customer be contacted now.
        pub contact: ContactNow,
        /// What else waits on this account, in words.
        pub also: Vec<String>,
        /// Whose it is, if somebody's.
        pub assignee: Option<String>,
    }

    /// Whether a customer may be contacted now, and until or from when.
    pub struct ContactNow {
        /// `yes`, `later`, `supervisor` or `no`.
        pub state: String,
        /// In words: "May call now until 9:00 PM in Boise", "May call from 8:00 AM in Boise, in 43 minutes".
        pub text: String,
        /// Calls used and allowed in the present window.
        pub calls_used: u32,
        /// Allowed.
        pub calls_cap: u32,
        /// By medium: `call`, `email`, `letter`, `text`.
        pub media: Vec<MediumNow>,
    }

    /// One medium's verdict.
    pub struct MediumNow {
        /// Medium word.
        pub medium: String,
        /// `yes`, `later`, `supervisor` or `no`.
        pub state: String,
        /// In words.
        pub text: String,
        /// The rules that spoke.
        pub reasons: Vec<ReasonView>,
    }

    /// Which accounts.
    pub struct AccountsQuery {
        /// Words to look for.
        pub text: String,
        /// Only with something past due.
        pub past_due: bool,
        /// Only this currency.
        pub currency: Option<String>,
        /// Least past-due amount.
        pub min_amount: Option<String>,
        /// Least days past due.
        pub min_days: Option<u32>,
        /// `name`, `past_due`, `oldest`, `open` or `number`.
        pub sort: String,
        /// Largest or latest first.
        pub descending: bool,
        /// First row.
        pub offset: u32,
        /// Rows wanted.
        pub limit: u32,
    }

    /// A page of accounts.
    pub struct AccountsPage {
        /// Rows, one for each account and currency.
        pub rows: Vec<AccountRow>,
        /// Rows that match.
        pub total: u32,
        /// What is past due on the rows that match, by currency.
        pub sums: Vec<MoneyView>,
    }

    /// One account and currency.
    pub struct AccountRow {
        /// Account id.
        pub account: String,
        /// Customer name.
        pub customer: String,
        /// Billing account number.
        pub number: String,
        /// `consumer` or `business`.
        pub class: String,
        /// Past due.
        pub past_due: MoneyView,
        /// Open in all.
        pub open: MoneyView,
        /// Disputed part of it.
        pub disputed: MoneyView,
        /// Unapplied credits.
        pub unapplied: MoneyView,
        /// Days past due of the oldest.
        pub days_past_due: i32,
    }

    /// Words as typed in the search box.
    pub struct SearchQuery {
        /// Name, phone, account or invoice number, words of a note.
        pub text: String,
        /// Hits wanted.
        pub limit: u32,
    }

    /// One hit.
    pub struct SearchHit {
        /// `customer`, `account`, `invoice` or `note`.
        pub kind: String,
        /// Account to open.
        pub account: String,
        /// First line.
        pub title: String,
        /// Second line.
        pub detail: String,
    }

    /// A filter kept by name.
    pub struct SavedView {
        /// Its name.
        pub name: String,
        /// `day` or `accounts`.
        pub screen: String,
        /// The query as JSON.
        pub query: String,
    }

    /// A name.
    pub struct NameRef {
        /// The name.
        pub name: String,
    }
}
