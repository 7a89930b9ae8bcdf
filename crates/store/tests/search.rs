//! One box finds anything; one timeline shows all of it.
#![allow(clippy::unwrap_used, reason = "a test's way to fail")]

mod common;

use common::{Fresh, Portfolio, at, day, entry, usd};
use domain::contact::{Contact, Direction, Medium};
use domain::ids::ContactId;
use domain::plan::{Change, Plan};
use dunlin_store::{Document, Happened};
use uuid::Uuid;

#[test]
fn anything_is_found_by_what_is_printed_on_it() {
    let portfolio = Portfolio::of(60, 4);
    let fresh = Fresh::with(&portfolio);
    let found = |text: &str| fresh.store.search(text, 30).unwrap();
    let accounts = |text: &str| found(text).accounts.into_iter().map(|hit| hit.reference).collect::<Vec<_>>();
    assert_eq!(accounts("A-37"), ["A-37"]);
    assert_eq!(accounts("(208) 555-0037"), ["A-37"]);
    assert_eq!(accounts("+1 208 555 0037"), ["A-37"]);
    assert_eq!(accounts("555-0037"), ["A-37"]);
    assert_eq!(accounts("0037"), ["A-37"]);
    assert_eq!(accounts("ap37@example.com"), ["A-37"]);
    assert_eq!(accounts("zoe boi").len(), 7);
    assert!(accounts("zoe nampa").is_empty());
    for text in ["INV-0000123", "inv 123", "0000123", "123"] {
        let hits = found(text).invoices;
        assert_eq!(hits.iter().map(|hit| hit.number.as_str()).collect::<Vec<_>>(), ["INV-0000123"], "{text}");
        assert_eq!(hits[0].account, portfolio.accounts[30].id);
    }
    assert_eq!(found("INV-00001").invoices.len(), 30);
    for text in ["", "  ", "\"", "*", "a OR", "NEAR(", "(", "' --", "\u{301}", "日本"] {
        fresh.store.search(text, 5).unwrap();
    }
}

#[test]
fn the_timeline_merges_everything_newest_first_in_pages() {
    let portfolio = Portfolio::of(3, 4);
    let fresh = Fresh::with(&portfolio);
    let account = portfolio.accounts[0].id;
    let contact = |number: u128| Contact {
        id: ContactId(Uuid::from_u128(number)),
        account,
        at: at(i64::try_from(number).unwrap() * 3),
        local_date: day(410),
        actor: "specialist".into(),
        medium: Medium::Call,
        direction: Direction::Inbound,
        point: String::new(),
        disposition: None,
        note: String::new(),
        amount: Some(usd(5)),
        corrects: None,
    };
    fresh
        .store
        .commit(&Plan {
            changes: (1..5).map(contact).map(Change::AddContact).collect(),
            history: (1..5).map(|number| entry(number, Some(account))).collect(),
            ..Plan::default()
        })
        .unwrap();
    let letter = Document {
        id: Uuid::from_u128(9),
        account: Some(account),
        run: None,
        outbox: None,
        made: at(8),
        title: "Letter 1".into(),
        media_type: "application/pdf".into(),
    };
    fresh.store.add_document(&letter, b"%PDF-1.7 sample").unwrap();
    assert_eq!(fresh.store.document_bytes(letter.id).unwrap(), b"%PDF-1.7 sample");
    let all = fresh.store.timeline(account, 0, 100).unwrap();
    assert_eq!(all.len(), 4 + 4 + 1 + 2);
    assert!(all.is_sorted_by_key(|happened| std::cmp::Reverse(happened.at())));
    assert!(all.contains(&Happened::Document(letter)));
    let paged: Vec<_> =
        (0..all.len()).step_by(3).flat_map(|offset| fresh.store.timeline(account, offset, 3).unwrap()).collect();
    assert_eq!(paged, all);
}
