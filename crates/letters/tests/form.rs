//! The ACH authorization holds every item that the law and the rules ask for (compliance rules,
//! section 4).

mod common;

use common::{sender, tools};
use domain::account::CustomerKind;
use dunlin_letters::{Enrollment, Style, enrollment_form};

fn words(kind: CustomerKind) -> Option<String> {
    let sender = sender();
    let enrollment = Enrollment {
        kind,
        customer_name: "Sample Customer 1",
        account_number: "A-100001",
        creditor: "Example Utility",
        company_id: "1234567890",
        sender: &sender,
        date: common::today(),
    };
    let bytes = enrollment_form(&enrollment, Style::default()).expect("renders");
    assert!(enrollment_form(&enrollment, Style::default()).expect("renders") == bytes, "the same bytes");
    let path = tools::file(&format!("form-{kind:?}"), &bytes);
    let path = path.to_str().expect("UTF-8");
    tools::run("qpdf", &["--check", path]);
    let text = tools::run("pdftotext", &["-layout", path, "-"])?;
    assert_eq!(text.matches('\u{c}').count(), 1, "one page");
    Some(text.split_whitespace().collect::<Vec<_>>().join(" "))
}

fn holds(text: &str, items: &[(&str, &[&str])]) {
    for (item, phrases) in items {
        for phrase in *phrases {
            assert!(text.contains(phrase), "{item}: \"{phrase}\" is missing in {text}");
        }
    }
}

#[test]
fn a_consumers_form_is_complete() {
    let Some(text) = words(CustomerKind::Consumer) else {
        return;
    };
    holds(
        &text,
        &[
            (
                "clearly an authorization",
                &["Authorization for direct payment by ACH debit", "I authorize Example Telecom"],
            ),
            ("single, multiple or recurring", &["Single: one debit", "Recurring:", "Standing:"]),
            ("amount or how it is determined", &["$ ______", "the amount due on each invoice"]),
            ("start, timing, number", &["starting ____", "week", "month", "payments."]),
            ("receiver's name", &["Sample Customer 1", "Name of the account holder (receiver)"]),
            ("account and routing", &["Routing number (9 digits)", "Account number", "checking or savings"]),
            ("date", &["Date of authorization"]),
            (
                "revoking: how and by when",
                &["until I revoke it by writing to Example Telecom", "at least 3 banking days before"],
            ),
            ("originator's name and phone", &["Example Telecom (the originator)", "208-555-0100"]),
            ("notice of varying amounts, or a range", &["at least 10 days before", "is below $", "above $"]),
            ("signature", &["Signature of the account holder"]),
            ("copy", &["A copy of this authorization is given to me"]),
            ("changed date", &["at least 7 days before a debit is moved"]),
            ("no condition", &["no condition of any credit"]),
        ],
    );
}

#[test]
fn a_companys_form_is_complete() {
    let Some(text) = words(CustomerKind::Business) else {
        return;
    };
    holds(
        &text,
        &[
            ("legal name", &["Legal name of the company (receiver)"]),
            ("authorized signer and title", &["Name of the authorized signer", "Title"]),
            ("bank account", &["Routing number (9 digits)", "Account number"]),
            ("bound by the rules", &["agrees to be bound by the Nacha Operating Rules"]),
            ("entry class", &["(CCD)"]),
            ("amounts and timing", &["The amount due on each invoice", "starting ____"]),
            ("termination", &["until the company terminates it by written notice"]),
            ("date", &["Date of authorization"]),
            ("copy", &["A copy of this authorization is given to the company"]),
        ],
    );
}
