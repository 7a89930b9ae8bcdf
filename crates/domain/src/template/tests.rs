//! Placeholders are checked before anybody sees them filled.

use chrono::Days;
use rust_decimal::Decimal;

use super::*;
use crate::arrangement::{Arrangement, ArrangementKind, Installment};
use crate::ids::{ArrangementId, DisputeId, PaymentId};
use crate::invoice::Dispute;
use crate::letter::Letterhead;
use crate::money::{Currency, Money};
use crate::payment::{Payment, PaymentKind};
use crate::testkit;

fn letterhead() -> Letterhead {
    Letterhead {
        name: "Example Telecom".to_owned(),
        return_address: vec!["PO Box 1200".to_owned(), "Boise ID 83701".to_owned()],
        phone: "208-555-0100".to_owned(),
        ..Letterhead::default()
    }
}

fn today() -> chrono::NaiveDate {
    testkit::day(2026, 3, 10)
}

#[test]
fn an_unknown_placeholder_is_named_with_its_place_and_the_nearest_known_one() {
    let allowed = Kind::Dunning1.placeholders();
    let error = check("Dear {customer_name}:\n\nPay {ammount_due}.", &allowed).expect_err("unknown");
    assert_eq!(error.to_string(), "line 3, column 5: {ammount_due} is not known here; did you mean {amount_due}?");
    let spelled = check("{Account Number}", &allowed).expect_err("unknown").to_string();
    assert!(spelled.ends_with("did you mean {account_number}?"), "{spelled}");
    let far = check("{weather_tomorrow_evening}", &allowed).expect_err("unknown").to_string();
    assert!(far.ends_with("not known here"), "{far}");
}

#[test]
fn braces_that_do_not_match_are_found_by_line_and_column() {
    let at = |text: &str| check(text, &Kind::Receipt.placeholders()).expect_err(text);
    assert_eq!(at("a\nb {phone"), TemplateError::NotClosed { line: 2, column: 3 });
    assert_eq!(at("{phone\n}"), TemplateError::NotClosed { line: 1, column: 1 });
    assert_eq!(at("{ph{one}"), TemplateError::NotClosed { line: 1, column: 1 });
    assert_eq!(at("é } b"), TemplateError::NotOpened { line: 1, column: 3 });
    assert_eq!(check("{{phone}} {{", &[]), Ok(()));
    assert_eq!(fill("{{phone}} {{", &Values::default()).as_deref(), Ok("{phone} {"));
}

#[test]
fn a_table_needs_its_own_line_and_a_subject_holds_none() {
    let allowed = Kind::Dunning1.placeholders();
    assert!(matches!(check("See {invoice_table}", &allowed), Err(TemplateError::BlockInLine { line: 1, .. })));
    let mut template = builtin(Kind::Dunning1, crate::outbox::Channel::Letter, crate::account::Mode::FirstParty);
    template.subject = "{invoice_table}".to_owned();
    assert!(matches!(template.check(), Err(TemplateError::BlockInLine { .. })));
    template.key = "dunning_9".to_owned();
    assert!(matches!(template.check(), Err(TemplateError::UnknownKey(_))));
}

#[test]
fn an_empty_block_takes_its_blank_line_with_it() {
    let mut values = Values::default();
    values.set("disclosures", "");
    assert_eq!(fill("a\n\n{disclosures}\n\nb", &values).as_deref(), Ok("a\n\nb"));
    assert_eq!(fill("a\n\n{disclosures}", &values).as_deref(), Ok("a"));
    values.set("disclosures", "one\n\ntwo");
    assert_eq!(
        parts("a\n{disclosures}\nb\n\n{invoice_table}\n", &["invoice_table"], &values),
        Ok(vec![
            Part::Paragraph("a\none".to_owned()),
            Part::Paragraph("two\nb".to_owned()),
            Part::Block("invoice_table".to_owned()),
        ])
    );
}

#[test]
fn every_builtin_text_checks_and_fills_and_carries_the_mini_miranda_where_due() {
    let head = letterhead();
    for template in builtins() {
        template.check().unwrap_or_else(|error| panic!("{} {:?}: {error}", template.key, template.channel));
        let mut facts = testkit::facts();
        facts.account.mode = template.mode;
        let (arrangement, payment) = (arrangement(&facts), payment(&facts, 5_000));
        let kind = template.kind().expect("known");
        let occasion = Occasion {
            arrangement: Some(&arrangement),
            payment: Some(&payment),
            ..Occasion::new(kind, today(), &head)
        };
        let values = values(&facts, &occasion);
        let body = fill(&template.body, &values).unwrap_or_else(|error| panic!("{}: {error}", template.key));
        assert!(!body.contains(['{', '}']), "{body}");
        assert!(!body.contains("\n\n\n"), "{body}");
        fill(&template.subject, &values).expect("subject");
        assert_eq!(
            holds(&body, "TXT_MM_SUBSEQUENT"),
            template.mode == crate::account::Mode::ThirdParty,
            "{} {body}",
            template.key
        );
    }
}

#[test]
fn a_missing_value_is_named() {
    let head = letterhead();
    let occasion = Occasion::new(Kind::Dunning1, today(), &head);
    let values = values(&testkit::facts(), &occasion);
    assert_eq!(fill("See {website}", &values), Err(TemplateError::Missing { name: "website".to_owned() }));
}

#[test]
fn the_amount_asked_for_leaves_out_disputes_credits_and_what_is_not_due() {
    let head = letterhead();
    let mut facts = testkit::with_invoice(testkit::facts(), "INV-3", today() + Days::new(9), testkit::usd(99_900));
    facts.disputes.push(Dispute {
        id: DisputeId(uuid::Uuid::from_u128(1)),
        invoice: facts.invoices[0].id,
        amount: testkit::usd(2_000),
        reason: "wrong rate".to_owned(),
        opened: today(),
        written: false,
        resolved: None,
    });
    facts.payments.push(payment(&facts, 1_500));
    let occasion = Occasion::new(Kind::Dunning1, today(), &head);
    let values = values(&facts, &occasion);
    // 120.00 - 20.00 disputed + 80.00 - 15.00 unapplied.
    for (name, expected) in [
        ("amount_due", "$165.00"),
        ("past_due", "$200.00"),
        ("disputed", "$20.00"),
        ("unapplied", "$15.00"),
        ("balance", "$1,199.00"),
        ("oldest_due_date", "January 29, 2026"),
        ("days_past_due", "40"),
        ("invoice_count", "2"),
        ("pay_by", "March 24, 2026"),
    ] {
        assert_eq!(values.get(name), Some(expected), "{name}");
    }
    let table = values.get("invoice_table").expect("table");
    assert!(table.ends_with("Amount due: $165.00\nNot included: $20.00 under dispute"), "{table}");
}

#[test]
fn two_currencies_are_named_side_by_side() {
    let head = letterhead();
    let cad = Money::from_minor(5_000, Currency::CAD);
    let facts = testkit::with_invoice(testkit::facts(), "INV-C", testkit::day(2026, 2, 1), cad);
    let occasion = Occasion::new(Kind::Dunning1, today(), &head);
    assert_eq!(values(&facts, &occasion).get("amount_due"), Some("50.00 CAD and $200.00"));
    let only = Occasion { currency: Some(Currency::CAD), ..occasion };
    assert_eq!(values(&facts, &only).get("amount_due"), Some("50.00 CAD"));
}

#[test]
fn a_missed_installment_is_what_the_payments_since_left_open() {
    let head = letterhead();
    let mut facts = testkit::facts();
    let arrangement = arrangement(&facts);
    facts.payments.push(payment(&facts, 3_000));
    let occasion =
        Occasion { arrangement: Some(&arrangement), ..Occasion::new(Kind::ArrangementBroken, today(), &head) };
    let values = values(&facts, &occasion);
    assert_eq!(values.get("missed_date"), Some("March 6, 2026"));
    assert_eq!(values.get("missed_amount"), Some("$70.00"));
    assert_eq!(values.get("next_installment_date"), Some("April 6, 2026"));
    assert_eq!(values.get("arrangement_total"), Some("$200.00"));
}

fn arrangement(facts: &crate::facts::Facts) -> Arrangement {
    let installment = |month| Installment { due: testkit::day(2026, month, 6), amount: testkit::usd(10_000) };
    Arrangement {
        id: ArrangementId(uuid::Uuid::from_u128(7)),
        kind: ArrangementKind::Installments,
        agreed: testkit::now(),
        agreed_on: testkit::day(2026, 3, 2),
        before: vec![],
        covers: facts.invoices.iter().map(|invoice| invoice.id).collect(),
        installments: vec![installment(3), installment(4)],
        policy_version: 1,
        approved_by: None,
        cancelled: None,
    }
}

fn payment(facts: &crate::facts::Facts, cents: i64) -> Payment {
    Payment {
        id: PaymentId::derive("billing", "P-1"),
        account: facts.account.id,
        reference: "P-1".to_owned(),
        kind: PaymentKind::Payment,
        posted: testkit::day(2026, 3, 8),
        amount: Money::new(Decimal::new(cents, 2), Currency::USD),
        method: "check".to_owned(),
        reversed: None,
        allocations: vec![],
    }
}
