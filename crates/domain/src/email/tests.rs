//! What an email answers for, and what can't be smuggled into it.

use uuid::Uuid;

use super::*;
use crate::account::PointKind;
use crate::arrangement::{Arrangement, ArrangementKind, Installment};
use crate::compliance::clear;
use crate::facts::Facts;
use crate::ids::ArrangementId;
use crate::letter::Letterhead;
use crate::outbox::Channel;
use crate::policy::Policy;
use crate::template::{Occasion, Template, builtin};
use crate::testkit;

fn letterhead() -> Letterhead {
    Letterhead {
        name: "Example Telecom".to_owned(),
        return_address: vec!["PO Box 1200".to_owned(), "Reno, NV 89501".to_owned()],
        phone: "775-555-0142".to_owned(),
        footer: "License 12345".to_owned(),
        ..Letterhead::default()
    }
}

fn delivery() -> Delivery {
    Delivery {
        id: OutboxId(Uuid::from_u128(7)),
        from: Mailbox::new("Example Telecom", "billing@example.com").expect("stands"),
        to: "customer@example.com".to_owned(),
        reply_to: None,
        previous: None,
        opt_out: Some(OptOut { address: Mailbox::new("", "optout@example.com").expect("stands"), link: None }),
        attachments: vec![],
        approval: None,
    }
}

fn today() -> chrono::NaiveDate {
    testkit::now().date_naive()
}

fn template(kind: Kind, facts: &Facts) -> Template {
    builtin(kind, Channel::Email, facts.account.mode)
}

fn dunning(facts: &Facts, required: &[String], text: &Template) -> Result<Email, ComposeError> {
    let head = letterhead();
    let occasion = Occasion {
        pay_by: Some(today() + chrono::Days::new(10)),
        required,
        ..Occasion::new(Kind::Dunning1, today(), &head)
    };
    compose(facts, text, &occasion, delivery())
}

fn arrangement(facts: &Facts) -> Arrangement {
    let one = |day, cents| Installment { due: testkit::day(2026, 4, day), amount: testkit::usd(cents) };
    Arrangement {
        id: ArrangementId(Uuid::from_u128(9)),
        kind: ArrangementKind::Installments,
        agreed: testkit::now(),
        agreed_on: today(),
        covers: facts.invoices.iter().map(|invoice| invoice.id).collect(),
        before: vec![],
        installments: vec![one(1, 5_000), one(15, 15_000)],
        policy_version: 1,
        approved_by: None,
        cancelled: None,
    }
}

#[test]
fn a_dunning_email_asks_for_what_its_table_sums_to() {
    let facts = testkit::facts();
    let email = dunning(&facts, &[], &template(Kind::Dunning1, &facts)).expect("composes");
    let asked = email.asked.as_ref().expect("asks");
    assert_eq!(asked.amount, testkit::usd(20_000));
    assert_eq!(asked.invoices.len(), 2);
    let table = email
        .body
        .iter()
        .find_map(|block| match block {
            Block::Table(table) => Some(table),
            Block::Paragraph(_) => None,
        })
        .expect("a table");
    assert_eq!(table.rows[0][0], "INV-1");
    assert_eq!(table.total.as_ref().expect("a total")[4], "$200.00");
    assert_eq!(email.to.name, "Sample Customer");
    assert!(email.words().contains("License 12345"));
    assert_eq!(email.claim().expect("claims").amount, testkit::usd(20_000));
}

#[test]
fn the_opt_out_and_required_texts_stand_once_even_if_the_template_lost_their_place() {
    let facts = testkit::third_party();
    let mut text = template(Kind::Dunning1, &facts);
    text.body = "Dear {customer_name}: please pay {amount_due}.".to_owned();
    let required = ["TXT_OPTOUT".to_owned()];
    let email = dunning(&facts, &required, &text).expect("composes");
    assert!(email.carries("TXT_OPTOUT"));
    assert!(email.carries("TXT_MM_SUBSEQUENT"), "{}", email.words());
    assert_eq!(email.words().matches("To stop emails").count(), 1);
    assert_eq!(email.words().matches("from a debt collector").count(), 1);

    let whole = dunning(&facts, &required, &template(Kind::Dunning1, &facts)).expect("composes");
    assert_eq!(whole.words().matches("To stop emails").count(), 1);
    assert_eq!(whole.words().matches("from a debt collector").count(), 1);
}

#[test]
fn an_email_without_an_opt_out_does_not_claim_to_carry_one() {
    let facts = testkit::facts();
    let mut email = dunning(&facts, &[], &template(Kind::Dunning1, &facts)).expect("composes");
    assert!(email.carries("TXT_OPTOUT"));
    email.opt_out = None;
    assert!(!email.carries("TXT_OPTOUT"));
}

#[test]
fn nothing_is_asked_for_over_nothing_and_no_form_is_promised_without_one() {
    let mut facts = testkit::facts();
    facts.invoices.clear();
    let text = template(Kind::Dunning1, &facts);
    assert_eq!(dunning(&facts, &[], &text), Err(ComposeError::NothingDue("A-1001".to_owned())));
    let head = letterhead();
    let enrollment = Occasion::new(Kind::AchEnrollment, today(), &head);
    let text = template(Kind::AchEnrollment, &facts);
    assert_eq!(compose(&facts, &text, &enrollment, delivery()), Err(ComposeError::NoForm("A-1001".to_owned())));
    let mut with_form = delivery();
    with_form.attachments.push(Attachment {
        name: "authorization.pdf".to_owned(),
        media_type: "application/pdf".to_owned(),
        bytes: b"%PDF-1.7".to_vec(),
    });
    let email = compose(&facts, &text, &enrollment, with_form).expect("composes");
    assert_eq!(email.asked, None);
}

#[test]
fn a_letter_s_text_or_the_other_mode_s_is_refused() {
    let facts = testkit::facts();
    let letter = builtin(Kind::Dunning1, Channel::Letter, facts.account.mode);
    assert!(matches!(dunning(&facts, &[], &letter), Err(ComposeError::WrongTemplate { .. })));
    let other = template(Kind::Dunning1, &testkit::third_party());
    assert!(matches!(dunning(&facts, &[], &other), Err(ComposeError::WrongTemplate { .. })));
}

#[test]
fn an_arrangement_has_its_own_conversation_and_its_schedule_sums_up() {
    let facts = testkit::facts();
    let head = letterhead();
    let agreed = arrangement(&facts);
    let occasion =
        Occasion { arrangement: Some(&agreed), ..Occasion::new(Kind::ArrangementConfirmation, today(), &head) };
    let text = template(Kind::ArrangementConfirmation, &facts);
    let first = compose(&facts, &text, &occasion, delivery()).expect("composes");
    let mut next = delivery();
    next.id = OutboxId(Uuid::from_u128(8));
    next.previous = Some(first.id);
    let second = compose(&facts, &text, &occasion, next).expect("composes");
    assert_eq!(second.in_reply_to(), first.message_id());
    assert_eq!(second.references()[0], first.references()[0]);
    assert_eq!(first.in_reply_to(), first.references()[0]);
    let dunned = dunning(&facts, &[], &template(Kind::Dunning1, &facts)).expect("composes");
    assert_ne!(dunned.references()[0], first.references()[0]);
    assert!(first.message_id().ends_with("@example.com>"));
    let total = first.body.iter().find_map(|block| match block {
        Block::Table(table) => table.total.clone(),
        Block::Paragraph(_) => None,
    });
    assert_eq!(total.expect("a total")[2], "$200.00");
}

#[test]
fn neither_a_name_nor_a_subject_smuggles_a_header() {
    let mailbox = Mailbox::new("Eve\r\nBcc: all@example.com", "eve@example.com").expect("stands");
    assert_eq!(mailbox.name, "Eve Bcc: all@example.com");
    for wrong in [
        "",
        "nobody",
        "@example.com",
        "a@",
        "a@b@example.com",
        "a b@example.com",
        "a@example..com",
        "a@-example.com",
        "a@example.com\r\nBcc: b@example.com",
        "a@example.com>, <b@example.com",
    ] {
        assert!(Mailbox::new("", wrong).is_err(), "{wrong:?}");
    }
    let mut facts = testkit::facts();
    facts.account.reference = "A-1\r\nBcc: all@example.com".to_owned();
    let email = dunning(&facts, &[], &template(Kind::Dunning1, &facts)).expect("composes");
    assert!(!email.subject.contains(['\r', '\n']), "{:?}", email.subject);
}

#[test]
fn the_gate_stops_what_the_reader_opted_out_of_and_what_offers_no_opt_out() {
    let facts = testkit::third_party();
    let required = ["TXT_MM_INITIAL".to_owned()];
    let pass = |facts: &Facts, change: &dyn Fn(&mut Email)| {
        let mut email = dunning(facts, &required, &template(Kind::Dunning1, facts)).expect("composes");
        change(&mut email);
        clear(email, facts, &Policy::standard(), testkit::now())
    };
    pass(&facts, &|_| {}).expect("passes as composed");

    let silent = pass(&facts, &|email| email.opt_out = None).expect_err("offers no opt-out");
    assert!(silent.reasons.iter().any(|reason| reason.rule == "OPT-1"), "{silent:?}");

    let mut opted_out = facts.clone();
    for point in &mut opted_out.customer.points {
        point.opted_out |= point.kind == PointKind::Email;
    }
    pass(&opted_out, &|_| {}).expect_err("the reader said STOP");

    let other = |email: &mut Email| email.to.address = "someone@example.com".to_owned();
    pass(&facts, &other).expect_err("nobody knows that address");

    let more = |email: &mut Email| {
        if let Some(asked) = &mut email.asked {
            asked.amount = testkit::usd(20_001);
        }
    };
    pass(&facts, &more).expect_err("asks for a cent more than is due");
}
