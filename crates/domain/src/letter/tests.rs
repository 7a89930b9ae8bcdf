//! A letter says what the facts say, and the gate is told what it prints.

use std::sync::Arc;

use super::*;
use crate::account::Mode;
use crate::compliance::{Leaves, Purpose};
use crate::money::Currency;
use crate::outbox::Channel;
use crate::template::{Occasion, builtin};
use crate::testkit;

fn sender() -> Arc<Letterhead> {
    Arc::new(Letterhead {
        name: "Example Telecom".to_owned(),
        return_address: vec!["PO Box 1200".to_owned(), "Boise ID 83701".to_owned()],
        phone: "208-555-0100".to_owned(),
        ..Letterhead::default()
    })
}

fn write(facts: &crate::facts::Facts, kind: Kind) -> Result<Letter, ComposeError> {
    let sender = sender();
    let occasion = Occasion::new(kind, testkit::day(2026, 3, 10), &sender);
    let template = builtin(kind, Channel::Letter, facts.account.mode);
    let mailing = Mailing {
        id: OutboxId(uuid::Uuid::from_u128(5)),
        sender: Arc::clone(&sender),
        envelope: Envelope::SingleWindow,
        imb: None,
        reprint_of: None,
        approval: None,
    };
    compose(facts, &template, &occasion, mailing)
}

#[test]
fn a_letter_asks_for_what_is_past_due_and_tells_the_gate_so() {
    let letter = write(&testkit::facts(), Kind::Dunning1).expect("composes");
    assert_eq!(letter.address, ["Sample Customer", "100 Example Street", "Boise ID 83702"]);
    assert_eq!(letter.items.len(), 2);
    let claim = letter.claim().expect("claims");
    assert_eq!(claim.amount, testkit::usd(20_000));
    assert_eq!(claim.invoices.len(), 2);
    assert_eq!(letter.act().purpose(), Some(Purpose::Dunning));
    assert!(letter.words().contains("$200.00"));
    let coupon = letter.coupon.as_ref().expect("coupon");
    assert!(coupon.qr.contains("ACCT:A-1001*DUE:USD200.00*LTR:"), "{}", coupon.qr);
    assert!(!coupon.qr.contains("Sample"), "no name in the code");
    assert_eq!(coupon.pay_by, Some(testkit::day(2026, 3, 24)));
}

#[test]
fn a_collectors_first_letter_carries_the_mini_miranda_and_names_no_day_to_pay_by() {
    let letter = write(&testkit::third_party(), Kind::Dunning1).expect("composes");
    assert!(letter.carries("TXT_MM_SUBSEQUENT"));
    assert!(!letter.carries("TXT_MM_INITIAL"));
    assert_eq!(letter.coupon.and_then(|coupon| coupon.pay_by), None);
}

#[test]
fn a_required_text_the_template_lost_is_put_in_before_the_closing() {
    let facts = testkit::third_party();
    let sender = sender();
    let required = ["TXT_MM_INITIAL".to_owned(), "TXT_MA_WORKPLACE".to_owned()];
    let occasion =
        Occasion { required: &required, ..Occasion::new(Kind::Dunning1, testkit::day(2026, 3, 10), &sender) };
    let mut template = builtin(Kind::Dunning1, Channel::Letter, Mode::ThirdParty);
    template.body = template.body.replace("{disclosures}", "");
    let mailing = Mailing {
        id: OutboxId(uuid::Uuid::from_u128(5)),
        sender: Arc::clone(&sender),
        envelope: Envelope::SingleWindow,
        imb: None,
        reprint_of: None,
        approval: None,
    };
    let letter = compose(&facts, &template, &occasion, mailing).expect("composes");
    assert!(letter.carries("TXT_MM_INITIAL") && letter.carries("TXT_MA_WORKPLACE"));
    assert!(letter.carries("TXT_MM_SUBSEQUENT"), "the initial text says more");
    let Some(Part::Paragraph(closing)) = letter.body.last() else { panic!("{:?}", letter.body) };
    assert!(closing.starts_with("Sincerely"));
}

#[test]
fn a_letter_over_nothing_is_not_written() {
    let mut facts = testkit::facts();
    for invoice in &mut facts.invoices {
        invoice.applied = invoice.amount.amount;
    }
    assert!(matches!(write(&facts, Kind::Dunning2), Err(ComposeError::NothingDue(_))));
    assert!(write(&facts, Kind::AchEnrollment).is_ok());
}

#[test]
fn one_letter_asks_for_one_currency() {
    let cad = crate::money::Money::from_minor(5_000, Currency::CAD);
    let facts = testkit::with_invoice(testkit::facts(), "INV-C", testkit::day(2026, 2, 1), cad);
    assert!(matches!(write(&facts, Kind::Dunning1), Err(ComposeError::TwoCurrencies { .. })));
}

#[test]
fn what_does_not_fit_is_refused_by_name() {
    let mut facts = testkit::facts();
    facts.customer.address.zip.clear();
    assert!(matches!(write(&facts, Kind::Dunning1), Err(ComposeError::NoAddress(_))));
    facts.customer.address.zip = "M5V 2T6".to_owned();
    facts.customer.address.country = "ca".to_owned();
    let abroad = write(&facts, Kind::Dunning1).expect("composes");
    assert_eq!(abroad.address.last().map(String::as_str), Some("CANADA"));
    assert_eq!(abroad.zip, "");
    facts.customer.address.lines = vec!["a".to_owned(); 5];
    assert!(matches!(write(&facts, Kind::Dunning1), Err(ComposeError::LongAddress { lines: 8, .. })));
    let occasion_sender = sender();
    let occasion = Occasion::new(Kind::Dunning1, testkit::day(2026, 3, 10), &occasion_sender);
    let mailing = Mailing {
        id: OutboxId(uuid::Uuid::from_u128(5)),
        sender: sender(),
        envelope: Envelope::SingleWindow,
        imb: None,
        reprint_of: None,
        approval: None,
    };
    let other = builtin(Kind::Dunning1, Channel::Letter, Mode::ThirdParty);
    let refused = compose(&testkit::facts(), &other, &occasion, mailing).expect_err("wrong mode");
    assert!(refused.to_string().contains("debt collector's name"), "{refused}");
}
