//! Letters for tests and measurements, made as the product makes them: facts, template, gate.
#![allow(dead_code)] // each test file uses its own part of it

pub mod tools;

use std::sync::Arc;

use chrono::Days;
use domain::account::{Address, Mode};
use domain::arrangement::{Arrangement, ArrangementKind, Installment};
use domain::compliance::{Act, Cleared, required_texts};
use domain::facts::Facts;
use domain::ids::{AccountId, ArrangementId, OutboxId};
use domain::letter::{Envelope, Imb, Letter, Letterhead, Mailing, compose, compose_joint, join};
use domain::outbox::Channel;
use domain::policy::Policy;
use domain::template::{Kind, Occasion, builtin};
use domain::testkit;

/// The date of every letter here.
pub fn today() -> chrono::NaiveDate {
    testkit::day(2026, 3, 10)
}

/// A letterhead with a logo.
pub fn sender() -> Arc<Letterhead> {
    Arc::new(Letterhead {
        name: "Example Telecom".to_owned(),
        return_address: vec!["1200 Harbor Way, Suite 4".to_owned(), "Boise ID 83701".to_owned()],
        remit_to: vec!["PO Box 1300".to_owned(), "Boise ID 83701-1300".to_owned()],
        phone: "208-555-0100".to_owned(),
        email: "billing@example.com".to_owned(),
        website: "www.example.com".to_owned(),
        hours: "Monday to Friday, 8 am to 5 pm".to_owned(),
        footer: "Licensed collection agency no. 0000 in states that ask for a licence.".to_owned(),
        logo_png: Some(logo()),
    })
}

/// A PNG of 240 by 60 pixels: rings on a transparent ground.
pub fn logo() -> Vec<u8> {
    let (width, height) = (240_u32, 60_u32);
    let mut pixels = Vec::new();
    for y in 0..height {
        for x in 0..width {
            let (dx, dy) = (i64::from(x % 60) - 30, i64::from(y) - 30);
            let away = dx * dx + dy * dy;
            let inside = (300..800).contains(&away);
            pixels.extend_from_slice(&[15, 84, if x < 120 { 92 } else { 150 }, if inside { 255 } else { 0 }]);
        }
    }
    let mut bytes = Vec::new();
    let mut encoder = png::Encoder::new(&mut bytes, width, height);
    encoder.set_color(png::ColorType::Rgba);
    encoder.set_depth(png::BitDepth::Eight);
    let mut writer = encoder.write_header().expect("header");
    writer.write_image_data(&pixels).expect("pixels");
    writer.finish().expect("end");
    bytes
}

/// Account number `index`, past due on `invoices` invoices.
pub fn account(index: u32, invoices: u32) -> Facts {
    let mut facts = testkit::facts();
    facts.account.reference = format!("A-{:06}", 100_000 + index);
    facts.customer.name = format!("Sample Customer {index}");
    facts.customer.address = Address {
        lines: vec![format!("{} Example Street", 100 + index % 900), format!("Unit {}", index % 40)],
        city: "Boise".to_owned(),
        state: "ID".to_owned(),
        zip: format!("{:05}", 83_700 + index * 7 % 100),
        country: String::new(),
    };
    facts.invoices.clear();
    for number in 0..invoices {
        let due = today() - Days::new(u64::from(10 + number * 3 % 90));
        let amount = testkit::usd(i64::from(4_000 + index % 977 * 13 + number * 731));
        facts = testkit::with_invoice(facts, &format!("INV-{index}-{number}"), due, amount);
    }
    facts
}

/// What a letter is mailed in, with a barcode.
pub fn mailing(sender: &Arc<Letterhead>, envelope: Envelope, index: u32) -> Mailing {
    Mailing {
        id: OutboxId(domain_uuid(index)),
        sender: Arc::clone(sender),
        envelope,
        imb: Some(Imb { tracking: format!("00270123456{:09}", 200_000_000 + index), routing: "837021234".to_owned() }),
        reprint_of: None,
        approval: None,
    }
}

fn domain_uuid(index: u32) -> uuid::Uuid {
    uuid::Uuid::from_u128(0x0198_0000_0000_7000_8000_0000_0000_0000 + u128::from(index))
}

/// A letter of a kind on those facts.
pub fn letter(facts: &Facts, kind: Kind, mailing: Mailing) -> Letter {
    let arrangement = arrangement(facts);
    let sender = Arc::clone(&mailing.sender);
    let act = Act::Letter { purpose: kind.purpose() };
    let required: Vec<String> = required_texts(&act, facts, &Policy::standard(), testkit::now())
        .into_iter()
        .map(|text| text.id().to_owned())
        .collect();
    let occasion = Occasion {
        required: &required,
        arrangement: matches!(kind, Kind::ArrangementConfirmation | Kind::ArrangementBroken).then_some(&arrangement),
        ..Occasion::new(kind, today(), &sender)
    };
    let template = builtin(kind, Channel::Letter, facts.account.mode);
    compose(facts, &template, &occasion, mailing).expect("composes")
}

/// The same, through the gate.
pub fn cleared(facts: &Facts, kind: Kind, mailing: Mailing) -> Cleared<Letter> {
    testkit::cleared(letter(facts, kind, mailing), facts)
}

/// One letter about several accounts of a customer, through the gate on each.
pub fn joint(accounts: &[Facts], kind: Kind, mailing: Mailing) -> Cleared<Letter> {
    let sender = Arc::clone(&mailing.sender);
    let occasion = Occasion::new(kind, today(), &sender);
    let all: Vec<(&Facts, &Occasion<'_>)> = accounts.iter().map(|facts| (facts, &occasion)).collect();
    let template = builtin(kind, Channel::Letter, accounts[0].account.mode);
    let shares = compose_joint(all[0], &all[1..], &template, mailing).expect("composes");
    let cleared = shares.into_iter().zip(accounts).map(|(share, facts)| testkit::cleared(share, facts));
    join(cleared.collect()).expect("joins")
}

/// Further accounts of one customer: the first as [`account`] has it, the others with numbers of
/// their own and so many invoices each.
pub fn accounts(invoices: &[u32]) -> Vec<Facts> {
    let first = account(1, 0);
    (0..)
        .zip(invoices)
        .map(|(place, count)| {
            let mut facts = account(1 + place, *count);
            facts.customer = first.customer.clone();
            facts.account.id = AccountId::derive("billing", &facts.account.reference);
            facts
        })
        .collect()
}

/// In the name of a debt collector.
pub fn third_party(mut facts: Facts) -> Facts {
    facts.account.mode = Mode::ThirdParty;
    facts
}

fn arrangement(facts: &Facts) -> Arrangement {
    let installment = |month| Installment { due: testkit::day(2026, month, 6), amount: testkit::usd(10_000) };
    Arrangement {
        id: ArrangementId(domain_uuid(1)),
        kind: ArrangementKind::Installments,
        agreed: testkit::now(),
        agreed_on: testkit::day(2026, 3, 2),
        covers: facts.invoices.iter().map(|invoice| invoice.id).collect(),
        installments: vec![installment(3), installment(4), installment(5)],
        policy_version: 1,
        approved_by: None,
        cancelled: None,
        before: vec![],
    }
}
