//! Holds with the file of a bankruptcy case, and services with what the rules say of cutting them off.

use crate::{Field, ReasonView, dto};

dto! {
    /// A hold in force.
    pub struct HoldView {
        /// Id.
        pub id: String,
        /// Kind word.
        pub kind: String,
        /// In words.
        pub label: String,
        /// A person's note.
        pub note: String,
        /// Since (ISO date).
        pub since: String,
        /// Ends by itself after (ISO date).
        pub until: Option<String>,
        /// More may become known of it: it is amended by `amend_hold`.
        pub grows: bool,
        /// Its own fields, as `amend_hold` takes them.
        pub fields: Vec<Field>,
        /// The file of a bankruptcy case.
        pub case: Option<CaseView>,
    }

    /// What is known of a bankruptcy case, and what is not.
    pub struct CaseView {
        /// Where the stay stands, in a sentence.
        pub stay: String,
        /// Everything its file should hold.
        pub items: Vec<CaseItem>,
        /// Labels of what a complete file still lacks.
        pub missing: Vec<String>,
    }

    /// One thing of a case's file.
    pub struct CaseItem {
        /// Name of its field.
        pub name: String,
        /// For people.
        pub label: String,
        /// What is known.
        pub value: Option<String>,
        /// A file without it is not complete.
        pub needed: bool,
    }

    /// What the rules say of an order now.
    pub struct OrderNow {
        /// `suspend` or `terminate`.
        pub kind: String,
        /// `yes`, `supervisor` or `no`.
        pub state: String,
        /// In a sentence.
        pub text: String,
        /// The rules that stand against it.
        pub reasons: Vec<ReasonView>,
    }

    /// A service.
    pub struct ServiceView {
        /// What the rules say of cutting it off; none for a service that has ended.
        pub cut: Option<OrderNow>,
        /// Id.
        pub id: String,
        /// Product.
        pub product: String,
        /// Number, circuit or meter.
        pub identifier: String,
        /// `active`, `suspended` or `terminated`.
        pub state: String,
    }
}
