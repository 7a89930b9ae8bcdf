//! What shares a letter, what it then says, and that no share is printed without its clearance.

use chrono::TimeDelta;
use proptest::prelude::*;
use uuid::Uuid;

use super::*;
use crate::account::Mode;
use crate::aging::{AgingPolicy, age};
use crate::compliance::clear;
use crate::hold::HoldKind;
use crate::ids::{OutboxId, PaymentId};
use crate::letter::{Envelope, Letterhead, Part};
use crate::money::{Currency, Money};
use crate::outbox::Channel;
use crate::payment::{Payment, PaymentKind};
use crate::policy::Policy;
use crate::template::{Kind, builtin};
use crate::testkit::{self, cleared, day, usd, with_invoice};

/// One of the sample customer's accounts: its invoices in cents, past due since February, and what
/// is unapplied.
fn account(number: u32, invoices: &[i64], unapplied: i64) -> Facts {
    let mut facts = testkit::facts();
    facts.account.id = AccountId::derive("billing", &format!("B-{number}"));
    facts.account.reference = format!("B-{number}");
    facts.invoices.clear();
    for (index, cents) in invoices.iter().enumerate() {
        let days = u32::try_from(index).expect("few");
        facts = with_invoice(facts, &format!("INV-{number}-{index}"), day(2026, 2, 20 - days), usd(*cents));
    }
    if unapplied > 0 {
        facts.payments.push(Payment {
            id: PaymentId::derive("billing", &format!("P-{number}")),
            account: facts.account.id,
            reference: String::new(),
            kind: PaymentKind::Payment,
            posted: day(2026, 3, 1),
            amount: usd(unapplied),
            method: "check".to_owned(),
            reversed: None,
            allocations: Vec::new(),
        });
    }
    facts
}

fn compose(accounts: &[Facts], kind: Kind) -> Result<Vec<Share>, ComposeError> {
    compose_on(accounts, kind, &[])
}

fn compose_on(accounts: &[Facts], kind: Kind, required: &[Vec<String>]) -> Result<Vec<Share>, ComposeError> {
    let sender =
        Arc::new(Letterhead { name: "Example Telecom".to_owned(), phone: "208-555-0100".to_owned(), ..sample() });
    let mut occasions: Vec<Occasion<'_>> =
        accounts.iter().map(|_| Occasion::new(kind, day(2026, 3, 10), &sender)).collect();
    for (occasion, required) in occasions.iter_mut().zip(required) {
        occasion.required = required;
    }
    let all: Vec<(&Facts, &Occasion<'_>)> = accounts.iter().zip(&occasions).collect();
    let template = builtin(kind, Channel::Letter, accounts[0].account.mode);
    let mailing = Mailing {
        id: OutboxId(Uuid::from_u128(5)),
        sender: Arc::clone(&sender),
        envelope: Envelope::SingleWindow,
        imb: None,
        reprint_of: None,
        approval: None,
    };
    compose_joint(all[0], &all[1..], &template, mailing)
}

fn sample() -> Letterhead {
    Letterhead { return_address: vec!["PO Box 1200".to_owned(), "Boise ID 83701".to_owned()], ..Letterhead::default() }
}

fn all_cleared(shares: Vec<Share>, accounts: &[Facts]) -> Vec<Cleared<Share>> {
    shares.into_iter().zip(accounts).map(|(share, facts)| cleared(share, facts)).collect()
}

#[test]
fn one_letter_names_every_account_its_invoices_and_the_sum() {
    let accounts = [account(1, &[12_000], 0), account(2, &[3_000, 5_000], 1_000), account(3, &[2_550], 0)];
    let shares = compose(&accounts, Kind::Dunning2).expect("composes");
    let letter = join(all_cleared(shares, &accounts)).expect("joins");
    let letter = letter.item();
    assert_eq!((letter.account_number.as_str(), letter.account_numbers().as_str()), ("B-1", "B-1, B-2 and B-3"));
    assert_eq!(letter.amount_due(), Some(usd(21_550)));
    assert_eq!(
        letter.accounts.iter().map(|share| share.due).collect::<Vec<_>>(),
        [usd(12_000), usd(7_000), usd(2_550)]
    );
    let items: Vec<_> = letter.items.iter().map(|item| (item.account, item.number.as_str())).collect();
    assert_eq!(items, [(0, "INV-1-0"), (1, "INV-2-1"), (1, "INV-2-0"), (2, "INV-3-0")]);
    assert_eq!(letter.subject, "Second notice: past-due balance on accounts B-1, B-2 and B-3");
    let words = letter.words();
    assert!(words.contains("about your accounts and have") && words.contains("$215.50 is past due"), "{words}");
    // The oldest is the second account's, due on February 19.
    assert!(words.contains("for 19 days"), "{words}");
    let coupon = letter.coupon.as_ref().expect("a coupon");
    assert_eq!(coupon.amounts, [usd(21_550)]);
    let shares = "ACCT:B-1*DUE:USD120.00*ACCT:B-2*DUE:USD70.00*ACCT:B-3*DUE:USD25.50*LTR:";
    assert!(coupon.qr.starts_with(shares), "{}", coupon.qr);
    let tables = letter.body.iter().filter(|part| **part == Part::InvoiceTable).count();
    assert_eq!(tables, 1);
}

#[test]
fn many_accounts_are_counted_in_the_words_and_the_code_names_the_whole() {
    let accounts: Vec<Facts> = (1..=9).map(|number| account(number, &[1_000], 0)).collect();
    let letter = join(all_cleared(compose(&accounts, Kind::Dunning1).expect("composes"), &accounts)).expect("joins");
    assert!(letter.item().subject.ends_with("accounts B-1, B-2, B-3 and 6 more"), "{}", letter.item().subject);
    let coupon = letter.item().coupon.as_ref().expect("a coupon");
    assert!(coupon.qr.starts_with("ACCT:B-1*DUE:USD90.00*LTR:"), "{}", coupon.qr);
}

#[test]
fn one_account_alone_is_the_letter_it_always_was() {
    let facts = testkit::facts();
    let accounts = [facts];
    let joint = join(all_cleared(compose(&accounts, Kind::Dunning1).expect("composes"), &accounts)).expect("joins");
    assert!(joint.item().accounts.is_empty());
    assert_eq!(joint.item().subject, "Past-due balance on account A-1001");
    assert_eq!(joint.item().amount_due(), Some(usd(20_000)));
}

#[test]
fn a_share_does_not_pass_on_anothers_facts_or_after_a_payment_or_under_a_hold() {
    let policy = Policy::standard();
    let accounts = [account(1, &[12_000], 0), account(2, &[8_000], 0)];
    let shares = || compose(&accounts, Kind::Dunning1).expect("composes");
    for share in shares() {
        let other = usize::from(share.own().number == "B-1");
        assert!(clear(share, &accounts[other], &policy, testkit::now()).is_err());
    }
    let paid = account(2, &[8_000], 500);
    let held = testkit::with_hold(accounts[1].clone(), HoldKind::Manual);
    for facts in [paid, held] {
        let mut shares = shares();
        let second = shares.pop().expect("two");
        assert!(clear(second, &facts, &policy, testkit::now()).is_err());
        let first = cleared(shares.remove(0), &accounts[0]);
        // The other share alone makes no letter: its words name what was refused.
        assert_eq!(join(vec![first]).expect_err("incomplete"), JoinError::Missing("B-2".to_owned()));
    }
    // Nor does the whole letter pass as one of its account's.
    let whole = shares()[0].letter().clone();
    assert!(clear(whole, &accounts[0], &policy, testkit::now()).is_err());
}

#[test]
fn shares_are_joined_each_once_of_one_letter_and_one_moment() {
    let accounts = [account(1, &[12_000], 0), account(2, &[8_000], 0)];
    let shares = || all_cleared(compose(&accounts, Kind::Dunning1).expect("composes"), &accounts);
    assert_eq!(join(Vec::new()).expect_err("none"), JoinError::Empty);
    let mut mixed = shares();
    mixed[1] = shares().remove(1);
    assert!(matches!(join(mixed).expect_err("of two letters"), JoinError::Different(..)));
    let mut again = compose(&accounts, Kind::Dunning1).expect("composes");
    let late = clear(again.remove(1), &accounts[1], &Policy::standard(), testkit::now() + TimeDelta::minutes(1));
    let early = cleared(again.remove(0), &accounts[0]);
    let error = join(vec![early, late.expect("passes")]).expect_err("of two moments");
    assert_eq!(error, JoinError::Moments("B-2".to_owned()));
    let twice = compose(&[accounts[0].clone(), accounts[0].clone()], Kind::Dunning1).expect_err("the same account");
    assert!(matches!(twice, ComposeError::Apart { what: "nothing", .. }));
}

#[test]
fn what_differs_never_shares_a_letter() {
    let first = account(1, &[12_000], 0);
    let refused = |change: &dyn Fn(&mut Facts)| {
        let mut second = account(2, &[8_000], 0);
        change(&mut second);
        match compose(&[first.clone(), second], Kind::Dunning1).expect_err("apart") {
            ComposeError::Apart { what, .. } => what,
            ComposeError::TwoCurrencies { .. } => "the currency",
            ComposeError::NothingDue(account) => Box::leak(account.into_boxed_str()),
            other => panic!("{other}"),
        }
    };
    assert_eq!(refused(&|facts| facts.account.creditor = "Example Power".to_owned()), "the creditor");
    assert_eq!(refused(&|facts| facts.account.mode = Mode::ThirdParty), "in whose name it is written");
    assert_eq!(refused(&|facts| facts.customer.address.city = "Nampa".to_owned()), "the customer's data");
    assert_eq!(refused(&|facts| facts.invoices[0].amount = Money::from_minor(8_000, Currency::CAD)), "the currency");
    assert_eq!(refused(&|facts| facts.invoices[0].disputed = true), "B-2", "nothing is due on it");
    let second = account(2, &[8_000], 0);
    assert!(compose(&[first, second], Kind::AchEnrollment).is_err(), "it asks for nothing to share");
}

#[test]
fn a_text_that_one_account_requires_stands_in_the_letter_for_all() {
    let mut accounts = [account(1, &[12_000], 0), account(2, &[8_000], 0)];
    for facts in &mut accounts {
        facts.account.mode = Mode::ThirdParty;
    }
    let required = [vec!["TXT_MM_SUBSEQUENT".to_owned()], vec!["TXT_MM_INITIAL".to_owned()]];
    let shares = compose_on(&accounts, Kind::Dunning1, &required).expect("composes");
    for share in &shares {
        assert!(share.carries("TXT_MM_INITIAL") && share.carries("TXT_MM_SUBSEQUENT"));
    }
    assert_eq!(shares[0].letter().words().matches("attempt to collect a debt").count(), 1);
}

proptest! {
    #[test]
    fn the_letter_asks_for_what_aging_says_of_its_accounts_together(
        drawn in prop::collection::vec((prop::collection::vec(1_i64..1_000_000, 1..5), 0_i64..2_000_000), 1..7),
    ) {
        let accounts: Vec<Facts> = (1..)
            .zip(&drawn)
            .map(|(number, (invoices, unapplied))| account(number, invoices, *unapplied))
            .filter(|facts| age(facts, &AgingPolicy::default(), day(2026, 3, 10))[0].collectable() > Decimal::ZERO)
            .collect();
        prop_assume!(!accounts.is_empty());
        let collectable: Decimal = accounts
            .iter()
            .map(|facts| age(facts, &AgingPolicy::default(), day(2026, 3, 10))[0].collectable())
            .sum();
        let shares = compose(&accounts, Kind::Dunning1).expect("composes");
        prop_assert_eq!(shares.len(), accounts.len());
        let letter = join(all_cleared(shares, &accounts)).expect("joins").into_item();
        let due = letter.amount_due().expect("one currency");
        prop_assert_eq!(due.amount, collectable);
        let asked = format!("Please pay {} by", due.pretty());
        prop_assert!(letter.words().contains(&asked));
        prop_assert_eq!(letter.coupon.expect("a coupon").amounts, vec![due]);
        let open: Decimal = letter.items.iter().map(|item| item.open.amount).sum();
        prop_assert_eq!(open, letter.totals[0].open);
        prop_assert_eq!(open - letter.totals[0].unapplied, collectable);
    }
}
