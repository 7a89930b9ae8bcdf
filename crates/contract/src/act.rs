//! What a person does to an account.

use crate::{ApiError, InstallmentView, LimitsView, MoneyView, ReasonView, dto};

dto! {
    /// One act on one account.
    pub struct ActRequest {
        /// Account id.
        pub account: String,
        /// What.
        pub act: Act,
    }

    /// Every act.
    #[serde(tag = "act")]
    pub enum Act {
        /// A call, visit or inbound contact took place.
        RecordContact {
            /// `call`, `voicemail`, `text`, `email`, `letter` or `visit`.
            medium: String,
            /// `outbound` or `inbound`.
            direction: String,
            /// Number or address used.
            point: String,
            /// Disposition word: `no_answer`, `left_message`, `busy`, `not_in_service`,
            /// `wrong_number`, `third_party`, `spoke`, `promise_to_pay`, `says_paid`, `disputes`,
            /// `refuses_to_pay`, `call_back`.
            disposition: String,
            /// The specialist's words.
            note: String,
            /// Promised amount.
            promise_amount: Option<String>,
            /// Currency of the promise.
            promise_currency: Option<String>,
            /// Promised day, or day of the call back (ISO date).
            date: Option<String>,
        },
        /// A note.
        AddNote {
            /// Text.
            note: String,
        },
        /// A new entry that corrects an older one.
        CorrectContact {
            /// Contact id.
            corrects: String,
            /// What it should say.
            note: String,
            /// Disposition word, if it changes.
            disposition: Option<String>,
        },
        /// An arrangement.
        Arrange {
            /// Its terms.
            terms: ArrangeForm,
        },
        /// Ends an arrangement.
        CancelArrangement {
            /// Id.
            arrangement: String,
            /// Why.
            reason: String,
        },
        /// Opens a dispute.
        OpenDispute {
            /// Invoice id.
            invoice: String,
            /// Disputed amount.
            amount: String,
            /// Why.
            reason: String,
            /// In writing.
            written: bool,
        },
        /// Ends a dispute.
        ResolveDispute {
            /// Id.
            dispute: String,
            /// How.
            outcome: String,
        },
        /// Places a hold.
        PlaceHold {
            /// Kind word: `cease`, `refused_medium`, `attorney`, `bankruptcy`, `deceased`,
            /// `identity_theft`, `inconvenient_time`, `invoice`, `creditor_request`, `medical`,
            /// `manual`.
            kind: String,
            /// A person's note.
            note: String,
            /// Ends by itself after (ISO date).
            until: Option<String>,
            /// The kind's own fields, by name: `medium`, `contact`, `letter_sent`, `chapter`,
            /// `case_number`, `petition` and the case's file (see `CaseItem`), `days`, `from`, `to`,
            /// `invoice`, `received`, `written`, `answered`, `certified`, `unable_to_pay`,
            /// `agreed_plan`.
            fields: Vec<Field>,
        },
        /// More is known of a hold: a case went on, an attorney was written to, a certificate was
        /// renewed.
        AmendHold {
            /// Id.
            hold: String,
            /// Its kind word, which stays.
            kind: String,
            /// A person's note.
            note: String,
            /// All of the kind's own fields, by name.
            fields: Vec<Field>,
        },
        /// A validation notice went out by another way.
        RecordNotice {
            /// When it was sent (ISO date).
            sent: String,
        },
        /// Releases a hold.
        ReleaseHold {
            /// Id.
            hold: String,
            /// Why.
            reason: String,
        },
        /// A payment seen elsewhere, not yet in an extract.
        RecordPayment {
            /// Amount.
            amount: String,
            /// Currency.
            currency: String,
            /// Posted (ISO date).
            posted: String,
            /// "ACH", "check", "card".
            method: String,
            /// Bank's reference.
            reference: String,
            /// Invoice ids in order; empty means oldest due first.
            invoices: Vec<String>,
        },
        /// A payment was returned.
        ReversePayment {
            /// Id.
            payment: String,
            /// Day (ISO date).
            on: String,
            /// Why.
            reason: String,
        },
        /// Something to do later.
        ScheduleFollowUp {
            /// Day (ISO date).
            due: String,
            /// What.
            what: String,
            /// Whose it is; none means whoever works the list.
            assignee: Option<String>,
        },
        /// It is somebody else's to do.
        AssignFollowUp {
            /// Id.
            follow_up: String,
            /// A name, or `specialist` or `supervisor`; none gives it back.
            to: Option<String>,
        },
        /// Done.
        CompleteFollowUp {
            /// Id.
            follow_up: String,
        },
        /// Another day.
        SnoozeFollowUp {
            /// Id.
            follow_up: String,
            /// Day (ISO date).
            due: String,
        },
        /// A new or changed number or email address.
        PutPoint {
            /// Id; none for a new one.
            id: Option<String>,
            /// `phone`, `mobile`, `work` or `email`.
            kind: String,
            /// As dialed or written.
            value: String,
            /// Who answers.
            label: String,
            /// Does not reach the customer.
            bad: bool,
            /// The customer agreed to it.
            consented: bool,
        },
        /// Removes a number or address entered by mistake.
        RemovePoint {
            /// Id.
            id: String,
        },
        /// The customer opted out of a number or address.
        OptOut {
            /// Point id.
            point: String,
        },
        /// Another postal address.
        SetAddress {
            /// The address.
            address: crate::AddressView,
        },
        /// A letter to go with the next run.
        QueueLetter {
            /// Template key.
            template: String,
            /// Arrangement it tells about.
            arrangement: Option<String>,
        },
        /// An email into the outbox.
        QueueEmail {
            /// Template key.
            template: String,
            /// To which address.
            to: String,
            /// Arrangement it tells about.
            arrangement: Option<String>,
        },
        /// A supervisor allows the next contact by a medium, where the rules leave it to one.
        Approve {
            /// `call`, `text`, `email` or `letter`.
            medium: String,
            /// The supervisor's name.
            name: String,
            /// `supervisor`; any other role is refused.
            role: String,
            /// Why.
            reason: String,
        },
        /// A supervisor allows an order for a service, where the rules leave it to one.
        ApproveOrder {
            /// `suspend`, `terminate`, `restore` or `equipment_pickup`.
            order: String,
            /// Service id.
            service: String,
            /// The supervisor's name.
            name: String,
            /// `supervisor`; any other role is refused.
            role: String,
            /// Why.
            reason: String,
        },
        /// A service order is asked for. The team's server releases it, once payments are known beyond it.
        OrderService {
            /// Service id.
            service: String,
            /// `suspend`, `terminate`, `restore` or `equipment_pickup`.
            kind: String,
        },
        /// A person settles what became of a letter or email.
        SettleOutbox {
            /// Outbox id.
            id: String,
            /// `sent`, `not_sent` or `withdraw`.
            verdict: String,
        },
    }

    /// A named value.
    pub struct Field {
        /// Name.
        pub name: String,
        /// Value.
        pub value: String,
    }

    /// What came of an act.
    pub struct ActOutcome {
        /// One line for the live region.
        pub message: String,
        /// The rules that spoke.
        pub reasons: Vec<ReasonView>,
        /// The act that takes it back, if it can be taken back.
        pub undo: Option<Act>,
        /// Its numbers in the queue for the team's server; none where this installation works alone.
        pub numbers: Vec<u32>,
    }

    /// An arrangement's terms as typed.
    pub struct ArrangeForm {
        /// `installments`, `lump_sum` or `promise`.
        pub kind: String,
        /// Currency of the balance.
        pub currency: String,
        /// Invoice ids covered; empty means all past-due undisputed ones.
        pub invoices: Vec<String>,
        /// Down payment, today.
        pub down: String,
        /// Number of installments; or
        pub count: Option<u32>,
        /// the amount of each.
        pub amount: Option<String>,
        /// `weekly`, `biweekly` or `monthly`.
        pub frequency: String,
        /// First due date (ISO date).
        pub first_due: String,
        /// A supervisor's name for what is beyond authority.
        pub approved_by: Option<String>,
    }

    /// A proposal asked for while typing.
    pub struct ProposeArrangement {
        /// Account id.
        pub account: String,
        /// Terms.
        pub terms: ArrangeForm,
    }

    /// The schedule these terms give, or why policy refuses them.
    pub struct ProposalView {
        /// Schedule, empty when refused.
        pub installments: Vec<InstallmentView>,
        /// Covered balance.
        pub total: MoneyView,
        /// Number of installments after the down payment.
        pub count: u32,
        /// Amount of each but the last.
        pub each: String,
        /// Policy's limits.
        pub limits: LimitsView,
        /// Why not.
        pub refusal: Option<ApiError>,
    }

    /// A letter or email to look at before it is queued.
    pub struct PreviewRequest {
        /// Account id.
        pub account: String,
        /// Template key.
        pub template: String,
        /// `letter` or `email`.
        pub channel: String,
        /// Arrangement it tells about.
        pub arrangement: Option<String>,
    }

    /// How it would look.
    pub struct PreviewView {
        /// Pages as PNG, base64.
        pub pages: Vec<String>,
        /// Email subject.
        pub subject: String,
        /// Email as plain text.
        pub plain: String,
        /// Email as HTML.
        pub html: String,
        /// Why it could not leave now.
        pub refusal: Option<ApiError>,
    }

    /// A produced document by outbox id.
    pub struct DocumentRef {
        /// Outbox id.
        pub id: String,
    }

    /// A printed letter, to a file.
    pub struct SaveDocument {
        /// Outbox id.
        pub id: String,
        /// Where, as the person chose it.
        pub path: String,
    }
}
