//! The account screen.

use crate::{ApiError, ContactNow, HoldView, ReasonView, ServiceView, dto};

dto! {
    /// An amount and its currency; the amount has exactly the minor unit's digits.
    pub struct MoneyView {
        /// `1234.50`.
        pub amount: String,
        /// `USD`.
        pub currency: String,
    }

    /// An account by id.
    pub struct AccountRef {
        /// Account id.
        pub account: String,
    }

    /// Everything the account screen shows but its timeline.
    pub struct AccountView {
        /// Account id.
        pub account: String,
        /// Who else works the customer, by the server's last word.
        pub others: Vec<String>,
        /// Customer id.
        pub customer_id: String,
        /// Customer name.
        pub customer: String,
        /// `consumer` or `business`.
        pub class: String,
        /// `first_party` or `third_party`.
        pub mode: String,
        /// Billing account number.
        pub number: String,
        /// To whom it is owed.
        pub creditor: String,
        /// Treatment segment.
        pub segment: String,
        /// Address lines as on the envelope.
        pub address: Vec<String>,
        /// Parts of the address, for editing.
        pub address_parts: AddressView,
        /// Customer's zones in words: "Pacific (Los Angeles)".
        pub zone: String,
        /// Local time there (`2:05 PM`), where one zone is certain.
        pub local_time: Option<String>,
        /// Numbers and email addresses.
        pub points: Vec<PointView>,
        /// ACH autopay is on.
        pub autopay: bool,
        /// Prefers email.
        pub paperless: bool,
        /// Figures by currency.
        pub aging: Vec<AgingView>,
        /// Risk 0-100 with its parts.
        pub risk: RiskView,
        /// May the customer be contacted now.
        pub contact: ContactNow,
        /// What to do next and why, most urgent first.
        pub next: Vec<NextView>,
        /// Holds in force.
        pub holds: Vec<HoldView>,
        /// Where the validation notice stands, in words; none where the law asks for none.
        pub validation: Option<String>,
        /// Disputes, open first.
        pub disputes: Vec<DisputeView>,
        /// Arrangements, newest first.
        pub arrangements: Vec<ArrangementView>,
        /// Invoices, oldest due first; open ones before paid ones.
        pub invoices: Vec<InvoiceView>,
        /// Payments and credits, newest first.
        pub payments: Vec<PaymentView>,
        /// Services.
        pub services: Vec<ServiceView>,
        /// Open follow-ups, soonest first.
        pub follow_ups: Vec<FollowUpView>,
        /// Letters and emails, newest first.
        pub documents: Vec<DocumentView>,
        /// What an arrangement may look like, or why there can't be one.
        pub arrangement_limits: Option<LimitsView>,
        /// Why no arrangement can be made.
        pub arrangement_refusal: Option<ApiError>,
    }

    /// An address in parts.
    pub struct AddressView {
        /// Street lines.
        pub lines: Vec<String>,
        /// City.
        pub city: String,
        /// State.
        pub state: String,
        /// ZIP.
        pub zip: String,
    }

    /// A number or email address.
    pub struct PointView {
        /// Id.
        pub id: String,
        /// `phone`, `mobile`, `work` or `email`.
        pub kind: String,
        /// As dialed or written.
        pub value: String,
        /// Who answers.
        pub label: String,
        /// Where it came from.
        pub source: String,
        /// Does not reach the customer.
        pub bad: bool,
        /// The customer opted out of it.
        pub opted_out: bool,
        /// The customer agreed to it.
        pub consented: bool,
    }

    /// One currency's figures.
    pub struct AgingView {
        /// Currency.
        pub currency: String,
        /// Open on invoices.
        pub open: String,
        /// Past due.
        pub past_due: String,
        /// Disputed part of `open`.
        pub disputed: String,
        /// `open - disputed`.
        pub undisputed: String,
        /// Credits not applied.
        pub unapplied: String,
        /// `open - unapplied`.
        pub net: String,
        /// Days past due of the oldest.
        pub oldest_days: i32,
        /// Buckets in order.
        pub buckets: Vec<BucketView>,
    }

    /// One aging bucket.
    pub struct BucketView {
        /// `not_due`, `due_today`, `1-30`, ...
        pub label: String,
        /// Invoices in it.
        pub invoices: u32,
        /// Open amount in it.
        pub amount: String,
    }

    /// Risk.
    pub struct RiskView {
        /// 0 to 100.
        pub score: u32,
        /// `low`, `medium` or `high`.
        pub band: String,
        /// What contributed, in words, most first.
        pub factors: Vec<String>,
    }

    /// One thing to do.
    pub struct NextView {
        /// Kind word.
        pub kind: String,
        /// What the window calls it.
        pub label: String,
        /// Why.
        pub why: String,
        /// Why today.
        pub why_today: String,
        /// Action word.
        pub next: String,
        /// Action in words.
        pub next_label: String,
        /// Do it first.
        pub urgent: bool,
        /// The rules that spoke.
        pub reasons: Vec<ReasonView>,
    }

    /// A dispute.
    pub struct DisputeView {
        /// Id.
        pub id: String,
        /// Invoice id.
        pub invoice: String,
        /// Invoice number.
        pub number: String,
        /// Disputed.
        pub amount: MoneyView,
        /// In a person's words.
        pub reason: String,
        /// Opened (ISO date).
        pub opened: String,
        /// Resolved (ISO date).
        pub resolved: Option<String>,
        /// How it ended.
        pub outcome: Option<String>,
    }

    /// An arrangement or promise.
    pub struct ArrangementView {
        /// Id.
        pub id: String,
        /// `installments`, `lump_sum` or `promise`.
        pub kind: String,
        /// `active`, `kept`, `short`, `late`, `returned`, `broken`, `completed`, `cancelled`.
        pub state: String,
        /// In words: "2 of 4 paid, next 150.00 on 2026-12-01".
        pub summary: String,
        /// Agreed (ISO date).
        pub agreed: String,
        /// Covered balance.
        pub total: MoneyView,
        /// Invoice numbers it covers.
        pub covers: Vec<String>,
        /// Schedule.
        pub installments: Vec<InstallmentView>,
        /// Who approved an exception.
        pub approved_by: Option<String>,
    }

    /// One installment.
    pub struct InstallmentView {
        /// Due (ISO date).
        pub due: String,
        /// Amount.
        pub amount: MoneyView,
        /// Paid towards it.
        pub paid: MoneyView,
        /// State word.
        pub state: String,
    }

    /// An invoice.
    pub struct InvoiceView {
        /// Id.
        pub id: String,
        /// Number.
        pub number: String,
        /// Invoice date (ISO date).
        pub date: String,
        /// Due date (ISO date).
        pub due: String,
        /// Billed.
        pub amount: MoneyView,
        /// Open.
        pub open: MoneyView,
        /// Disputed part of it.
        pub disputed: MoneyView,
        /// Days past due; negative before the due date.
        pub days_past_due: i32,
        /// `open`, `partly_paid`, `paid`, `written_off`, `disputed`, `promised`.
        pub state: String,
        /// Last dunning level sent.
        pub level: Option<String>,
    }

    /// A payment or credit.
    pub struct PaymentView {
        /// Id.
        pub id: String,
        /// Posted (ISO date).
        pub posted: String,
        /// `payment` or `credit`.
        pub kind: String,
        /// Reference.
        pub reference: String,
        /// Method.
        pub method: String,
        /// Amount.
        pub amount: MoneyView,
        /// Not applied to an invoice.
        pub unapplied: MoneyView,
        /// Invoice numbers it pays.
        pub pays: Vec<String>,
        /// Returned or reversed (ISO date).
        pub reversed: Option<String>,
    }

    /// A follow-up.
    pub struct FollowUpView {
        /// Id.
        pub id: String,
        /// Due (ISO date).
        pub due: String,
        /// What to do.
        pub what: String,
        /// Why.
        pub why: String,
        /// Whose it is, if somebody's.
        pub assignee: Option<String>,
    }

    /// A letter or email.
    pub struct DocumentView {
        /// Outbox id.
        pub id: String,
        /// `letter` or `email`.
        pub channel: String,
        /// Template name.
        pub title: String,
        /// Outbox state word.
        pub state: String,
        /// In words.
        pub detail: String,
        /// When it was decided (RFC 3339).
        pub at: String,
        /// It can be shown.
        pub viewable: bool,
    }

    /// What policy allows, shown before submitting.
    pub struct LimitsView {
        /// Currency.
        pub currency: String,
        /// The balance that would be covered.
        pub balance: String,
        /// Least down payment.
        pub min_down: String,
        /// Most installments.
        pub max_installments: u32,
        /// Least installment.
        pub min_installment: String,
        /// Last day allowed (ISO date).
        pub latest: String,
        /// Last day of a promise (ISO date).
        pub promise_latest: String,
        /// Allowed frequencies.
        pub frequencies: Vec<String>,
        /// Balance above which a supervisor approves.
        pub authority: String,
        /// Policy version.
        pub policy: String,
    }

    /// Which part of an account's timeline.
    pub struct TimelineQuery {
        /// Account id.
        pub account: String,
        /// First entry.
        pub offset: u32,
        /// Entries wanted.
        pub limit: u32,
    }

    /// Part of a timeline, newest first.
    pub struct TimelinePage {
        /// Entries.
        pub entries: Vec<TimelineEntry>,
        /// In all.
        pub total: u32,
    }

    /// One thing that happened.
    pub struct TimelineEntry {
        /// Id; a contact's can be corrected.
        pub id: String,
        /// When (RFC 3339).
        pub at: String,
        /// Who.
        pub actor: String,
        /// Kind word: `call`, `note`, `email`, `letter`, `payment`, `arrangement`, ...
        pub kind: String,
        /// One line.
        pub summary: String,
        /// The rest.
        pub detail: String,
        /// The contact entry can be corrected by a new one.
        pub correctable: bool,
    }
}
