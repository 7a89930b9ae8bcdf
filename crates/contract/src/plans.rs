//! The treatment-plan editor: plans and segments as typed, what is wrong with them, what they
//! change, and what they would do to the portfolio.

use crate::{MoneyView, ReasonView, dto};

dto! {
    /// Plans and segments as typed: numbers are text, so that a half-typed one survives.
    pub struct TreatmentForm {
        /// The plans.
        pub plans: Vec<PlanForm>,
        /// The first rule that holds decides; the last holds for all.
        pub segments: Vec<SegmentForm>,
    }

    /// One plan.
    pub struct PlanForm {
        /// Unique name.
        pub name: String,
        /// `strict`, `catch_up` or `severest`.
        pub mode: String,
        /// `due_date` or `invoice_date`.
        pub anchor: String,
        /// A debt below it is left alone.
        pub tolerance: String,
        /// Mild to severe.
        pub levels: Vec<LevelForm>,
        /// Reminder before the due date, if any.
        pub pre_due: Option<PreDueForm>,
    }

    /// A reminder before the due date.
    pub struct PreDueForm {
        /// Days before.
        pub days_before: String,
        /// `letter` or `email`.
        pub channel: String,
        /// Template key.
        pub template: String,
    }

    /// One level.
    pub struct LevelForm {
        /// Unique in its plan.
        pub name: String,
        /// `anchor`, `month_end` or `previous_step`.
        pub from: String,
        /// Days.
        pub wait_days: String,
        /// `letter`, `email` or `phone`.
        pub channel: String,
        /// The same words; empty means none.
        pub fallback: String,
        /// Template key; empty for a call.
        pub template: String,
        /// Least balance.
        pub min_balance: String,
        /// Least number of unpaid invoices.
        pub min_unpaid: String,
        /// `none`, `amount` or `percent`.
        pub fee_kind: String,
        /// The fee.
        pub fee: String,
        /// A supervisor confirms each step.
        pub needs_approval: bool,
    }

    /// A rule that maps accounts to a plan; an empty condition holds for all.
    pub struct SegmentForm {
        /// `consumer`, `business` or empty.
        pub kind: String,
        /// The billing system's segment, or empty.
        pub segment: String,
        /// `low`, `medium`, `high` or empty.
        pub risk: String,
        /// Plan name; empty means that a person handles it.
        pub plan: String,
    }

    /// A version; none means the one in force.
    pub struct VersionRef {
        /// Number.
        pub version: Option<u32>,
    }

    /// Everything the editor starts from.
    pub struct PlansView {
        /// The version whose plans these are.
        pub version: u32,
        /// Plans and segments.
        pub treatment: TreatmentForm,
        /// Templates that a level may use.
        pub templates: Vec<TemplateChoice>,
        /// Segments that accounts have here.
        pub segments: Vec<String>,
        /// Every version, newest first.
        pub versions: Vec<PolicyChange>,
        /// What a letter, an email and a call cost the house, as used last.
        pub costs: Costs,
    }

    /// A template by key.
    pub struct TemplateChoice {
        /// Key.
        pub key: String,
        /// What the window calls it.
        pub title: String,
    }

    /// A published version, and what it changed.
    pub struct PolicyChange {
        /// Number.
        pub version: u32,
        /// First day (ISO date); empty for the one Dunlin ships.
        pub effective_from: String,
        /// When it was published (RFC 3339), if it was.
        pub at: Option<String>,
        /// Who published it.
        pub by: String,
        /// `in_force`, `to_come`, `past`, or `overtaken`: a newer one holds before it could.
        pub state: String,
        /// What it changed of the version before, in words; about the rest of the policy too.
        pub changes: Vec<String>,
        /// Its plans in words.
        pub plans: Vec<crate::PlanView>,
        /// Its segments in words.
        pub segments: Vec<String>,
    }

    /// Plans as typed, to be checked.
    pub struct CheckPlans {
        /// The draft.
        pub treatment: TreatmentForm,
        /// First day (ISO date).
        pub effective_from: String,
    }

    /// What is wrong with them and what they change.
    pub struct PlanCheck {
        /// What must be mended, each with its field.
        pub problems: Vec<FieldProblem>,
        /// What changes against the policy in force on the first day.
        pub changes: Vec<String>,
        /// What to know before publishing.
        pub warnings: Vec<String>,
    }

    /// A mistake and its field.
    pub struct FieldProblem {
        /// `plans.0.levels.1.fee`, `segments.2.plan`, `effective_from`.
        pub at: String,
        /// What is wrong and what to do.
        pub message: String,
    }

    /// What a message costs the house, in its own currency; empty means not counted.
    pub struct Costs {
        /// Postage, paper, envelope.
        pub letter: String,
        /// An email.
        pub email: String,
        /// A call.
        pub call: String,
    }

    /// Try plans on the portfolio.
    pub struct SimulatePlans {
        /// Progress and cancel go by this name.
        pub job: String,
        /// The draft.
        pub treatment: TreatmentForm,
        /// First day it would hold (ISO date).
        pub effective_from: String,
        /// So many days from today on.
        pub days: u32,
        /// What a message costs.
        pub costs: Costs,
    }

    /// What two policies would do.
    pub struct SimulationView {
        /// First day (ISO date).
        pub from: String,
        /// Last day (ISO date).
        pub to: String,
        /// Accounts looked at.
        pub accounts: u32,
        /// Accounts that would get something else, or on another day.
        pub changed: u32,
        /// As the policy stands.
        pub present: SideView,
        /// As proposed.
        pub proposed: SideView,
        /// By plan, level and way.
        pub levels: Vec<LevelLine>,
        /// Every day of the time, in order.
        pub days: Vec<DayLine>,
        /// What the walk assumes.
        pub assumes: Vec<String>,
    }

    /// One policy's totals.
    pub struct SideView {
        /// Accounts that get something.
        pub accounts: u32,
        /// By way.
        pub messages: WayCounts,
        /// Fees charged to customers, by currency.
        pub fees: Vec<MoneyView>,
        /// What it costs the house.
        pub cost: Option<String>,
    }

    /// Messages by way.
    pub struct WayCounts {
        /// Letters.
        pub letter: u32,
        /// Emails.
        pub email: u32,
        /// Calls.
        pub phone: u32,
    }

    /// A level by one way.
    pub struct LevelLine {
        /// Plan.
        pub plan: String,
        /// Level.
        pub level: String,
        /// `letter`, `email` or `phone`.
        pub channel: String,
        /// Messages as the policy stands.
        pub present: u32,
        /// Messages as proposed.
        pub proposed: u32,
        /// Of the proposed, those a supervisor must confirm.
        pub approvals: u32,
        /// Fees as the policy stands.
        pub present_fees: Vec<MoneyView>,
        /// Fees as proposed.
        pub proposed_fees: Vec<MoneyView>,
    }

    /// A day.
    pub struct DayLine {
        /// ISO date.
        pub day: String,
        /// Nothing leaves on it: a weekend or federal holiday.
        pub closed: bool,
        /// As the policy stands.
        pub present: WayCounts,
        /// As proposed.
        pub proposed: WayCounts,
    }

    /// The lines of the last simulation, to a file.
    pub struct SaveSimulation {
        /// Only accounts that would get something else.
        pub changed: bool,
        /// Where to.
        pub path: String,
    }

    /// Which accounts of the last simulation.
    pub struct SimulatedQuery {
        /// Only those that change.
        pub changed: bool,
        /// Only those that would get something on this day (ISO date).
        pub day: Option<String>,
        /// Only those that would get this level: plan, level and way of a line.
        pub level: Option<LevelRef>,
        /// First row.
        pub offset: u32,
        /// Rows wanted.
        pub limit: u32,
    }

    /// A line of a simulation.
    pub struct LevelRef {
        /// Plan.
        pub plan: String,
        /// Level.
        pub level: String,
        /// `letter`, `email` or `phone`.
        pub channel: String,
    }

    /// Part of the accounts of a simulation.
    pub struct SimulatedPage {
        /// Rows, those that get something first come first.
        pub rows: Vec<SimulatedRow>,
        /// Rows that match.
        pub total: u32,
    }

    /// One account under both policies.
    pub struct SimulatedRow {
        /// Account id.
        pub account: String,
        /// Billing account number.
        pub number: String,
        /// Customer.
        pub customer: String,
        /// It changes.
        pub changed: bool,
        /// As the policy stands.
        pub present: Vec<SimulatedStep>,
        /// As proposed.
        pub proposed: Vec<SimulatedStep>,
    }

    /// What an account would get on a day.
    pub struct SimulatedStep {
        /// ISO date.
        pub day: String,
        /// Level.
        pub level: String,
        /// `letter`, `email` or `phone`.
        pub channel: String,
        /// What it asks for.
        pub amount: MoneyView,
        /// Fee charged with it.
        pub fee: Option<MoneyView>,
        /// A supervisor must confirm it.
        pub needs_approval: bool,
    }

    /// Publish plans.
    pub struct PublishPlans {
        /// Progress goes by this name: My day is planned afresh.
        pub job: String,
        /// The plans.
        pub treatment: TreatmentForm,
        /// First day (ISO date).
        pub effective_from: String,
    }

    /// The plan's decision on an account on a day.
    pub struct DecisionQuery {
        /// Account id.
        pub account: String,
        /// ISO date, not after today.
        pub day: String,
        /// As the day ended instead of as it began; today is always as of now.
        pub ended: bool,
    }

    /// What the plan decided, and why.
    pub struct DecisionView {
        /// ISO date.
        pub day: String,
        /// In words: "as the day began".
        pub moment: String,
        /// Version of the policy in force, as it was known then.
        pub version: u32,
        /// Plan, if one treats the account.
        pub plan: Option<String>,
        /// The rule that decided on it.
        pub segment: String,
        /// Steps that were due.
        pub steps: Vec<DecisionStep>,
        /// Why nothing more was due.
        pub quiet: Vec<ReasonView>,
        /// What was recorded on that day.
        pub done: Vec<DoneLine>,
        /// What can't be known for certain.
        pub unknown: Vec<String>,
    }

    /// A step that was due.
    pub struct DecisionStep {
        /// Level.
        pub level: String,
        /// Invoice number, or none for the account as a whole.
        pub invoice: Option<String>,
        /// `letter`, `email` or `phone`.
        pub channel: String,
        /// What may be dunned.
        pub amount: MoneyView,
        /// Fee charged with it.
        pub fee: Option<MoneyView>,
        /// First day it was due (ISO date).
        pub first_day: String,
        /// A supervisor confirms it.
        pub needs_approval: bool,
        /// Why this level, why today.
        pub reasons: Vec<ReasonView>,
    }

    /// Something recorded on a day.
    pub struct DoneLine {
        /// When (RFC 3339).
        pub at: String,
        /// Who.
        pub actor: String,
        /// What.
        pub what: String,
    }
}
