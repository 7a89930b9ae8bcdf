//! The validation notice: a letter that lacks a prescribed item is refused, and the refusal names it.

use std::sync::Arc;

use dunlin_domain::compliance::texts::{Checklist, items};
use dunlin_domain::compliance::{Purpose, clear};
use dunlin_domain::contact::Medium;
use dunlin_domain::facts::Facts;
use dunlin_domain::ids::{OutboxId, PaymentId};
use dunlin_domain::letter::{Envelope, Letter, Letterhead, Mailing, Part, compose};
use dunlin_domain::outbox::Channel;
use dunlin_domain::payment::{Allocation, Payment, PaymentKind};
use dunlin_domain::policy::Policy;
use dunlin_domain::reason::Lift;
use dunlin_domain::template::{Kind, Occasion, builtin};
use dunlin_domain::testkit::{self, Doing, Sample, day};

fn sender() -> Arc<Letterhead> {
    Arc::new(Letterhead {
        name: "Harbor Recovery".to_owned(),
        return_address: vec!["PO Box 12".to_owned(), "Boise ID 83701".to_owned()],
        phone: "208-555-0100".to_owned(),
        ..Letterhead::default()
    })
}

fn notice(facts: &Facts) -> Letter {
    let sender = sender();
    let required = ["TXT_MM_INITIAL".to_owned()];
    let occasion = Occasion { required: &required, ..Occasion::new(Kind::ValidationNotice, day(2026, 3, 10), &sender) };
    let template = builtin(Kind::ValidationNotice, Channel::Letter, facts.account.mode);
    let mailing = Mailing {
        id: OutboxId(uuid::Uuid::from_u128(7)),
        sender: Arc::clone(&sender),
        envelope: Envelope::SingleWindow,
        imb: None,
        reprint_of: None,
        approval: None,
    };
    compose(facts, &template, &occasion, mailing).expect("composes")
}

/// What the refusal of a changed notice says.
fn refused(change: impl FnOnce(&mut Letter)) -> String {
    let facts = testkit::third_party();
    let mut letter = notice(&facts);
    change(&mut letter);
    let refusal = clear(letter, &facts, &Policy::standard(), testkit::now()).expect_err("should be refused");
    assert_ne!(refusal.lift, Lift::Supervisor, "no supervisor lifts it");
    refusal.reasons.iter().map(|reason| format!("{} {}\n", reason.rule, reason.text)).collect()
}

fn without(letter: &mut Letter, words: &str) {
    let before = letter.body.len();
    letter.body.retain(|part| !matches!(part, Part::Paragraph(text) if text.contains(words)));
    assert!(letter.body.len() < before, "{words}");
}

#[test]
fn the_built_in_notice_has_every_item_and_passes() {
    let facts = testkit::third_party();
    let letter = notice(&facts);
    let figures = letter.notice.clone().expect("figures");
    assert_eq!(figures.itemization_date, day(2026, 2, 9));
    assert_eq!((figures.then, figures.now), (testkit::usd(20_000), testkit::usd(20_000)));
    // Five business days after March 10, then thirty days.
    assert_eq!(figures.end, day(2026, 4, 16));
    assert!(letter.coupon.is_none(), "its form takes the coupon's place");
    clear(letter, &facts, &Policy::standard(), testkit::now()).expect("passes");
}

#[test]
fn each_missing_item_is_refused_by_name() {
    let facts = testkit::third_party();
    let mut count = 0;
    for item in items(Checklist::ValidationNotice) {
        let doing = Doing::Contact(Medium::Letter, Purpose::ValidationNotice);
        let sample = Sample {
            texts: vec!["TXT_MM_INITIAL", "TXT_MM_SUBSEQUENT"],
            lacks: vec![item.id],
            ..Sample::new(&facts, doing)
        };
        let refusal = clear(sample, &facts, &Policy::standard(), testkit::now()).expect_err(item.id);
        assert_eq!(refusal.reasons[0].rule, "VAL-2");
        assert!(refusal.message.contains(item.id) && refusal.message.contains(item.requires), "{}", refusal.message);
        count += 1;
    }
    assert_eq!(count, 22);
}

#[test]
fn words_taken_out_of_the_text_are_missed() {
    for (words, item) in [
        ("is a debt collector", "collector_statement"),
        ("we will assume that our information", "assumed_valid_statement"),
        ("on any amount you dispute", "dispute_statement"),
        ("original creditor, if different", "original_creditor_statement"),
    ] {
        let said = refused(|letter| without(letter, words));
        assert!(said.contains("VAL-2") && said.contains(item), "{words}: {said}");
    }
}

#[test]
fn an_itemization_or_address_left_out_is_missed() {
    let said = refused(|letter| letter.body.retain(|part| *part != Part::Itemization));
    for item in ["itemization_date", "itemization_amount", "interest", "fees", "payments", "credits", "current_amount"]
    {
        assert!(said.contains(item), "{item}: {said}");
    }
    let said = refused(|letter| letter.notice = None);
    for item in ["validation_end", "response_heading", "dispute_boxes", "original_creditor_box", "response_addresses"] {
        assert!(said.contains(item), "{item}: {said}");
    }
    let nameless = |letter: &mut Letter| letter.sender = Arc::new(Letterhead::default());
    let said = refused(nameless);
    assert!(said.contains("collector_name") && said.contains("collector_address"), "{said}");
    let said = refused(|letter| letter.address.truncate(1));
    assert!(said.contains("consumer_address") && !said.contains("consumer_name"), "{said}");
}

#[test]
fn what_was_paid_since_the_last_statement_is_itemized() {
    let mut facts = testkit::third_party();
    let invoice = facts.invoices[0].id;
    facts.payments.push(Payment {
        id: PaymentId::derive("billing", "P-1"),
        account: facts.account.id,
        reference: "P-1".to_owned(),
        kind: PaymentKind::Payment,
        posted: day(2026, 3, 2),
        amount: testkit::usd(5_000),
        method: "check".to_owned(),
        reversed: None,
        allocations: vec![Allocation { invoice, amount: testkit::usd(5_000) }],
    });
    let letter = notice(&facts);
    let figures = letter.notice.clone().expect("figures");
    assert_eq!(figures.payments, testkit::usd(5_000));
    assert_eq!((figures.then, figures.now), (testkit::usd(20_000), testkit::usd(15_000)));
    clear(letter, &facts, &Policy::standard(), testkit::now()).expect("passes");
}
