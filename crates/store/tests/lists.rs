//! What the window lists: filtered, sorted and counted as a plain pass over the rows would.
#![allow(clippy::unwrap_used, reason = "a test's way to fail")]

mod common;

use common::{Fresh, Portfolio, at, day};
use domain::account::CustomerKind;
use domain::aging::{AgingPolicy, age};
use domain::money::Currency;
use dunlin_store::{AccountLine, AccountQuery, AccountSort, Callable, Summary, Which, WorkQuery, WorkRow, WorkSort};
use rust_decimal::Decimal;

fn planned(accounts: usize) -> (Fresh, Portfolio, Vec<Summary>, Vec<WorkRow>) {
    let portfolio = Portfolio::of(accounts, 4);
    let fresh = Fresh::with(&portfolio);
    let mut summaries = Vec::new();
    fresh
        .store
        .for_each_facts(Which::All, at(0), |facts| {
            for aging in age(&facts, &AgingPolicy::default(), day(120)) {
                summaries.push(Summary { account: facts.account.id, aging, next: "Letter 1".into() });
            }
            Ok(())
        })
        .unwrap();
    let rows: Vec<WorkRow> = summaries
        .iter()
        .enumerate()
        .filter(|(_, summary)| summary.aging.past_due > Decimal::ZERO)
        .map(|(index, summary)| WorkRow {
            account: summary.account,
            kind: if index.is_multiple_of(3) { "follow_up" } else { "step_due" }.into(),
            urgency: u8::try_from(index % 4).unwrap(),
            rank: i64::try_from(index / 4).unwrap(),
            due: (index.is_multiple_of(2)).then(|| day(u64::try_from(index).unwrap())),
            amount: Some(domain::money::Money::new(summary.aging.past_due, summary.aging.currency)),
            assignee: None,
            text: format!("Customer {index}"),
            callable: Callable { yes: index.is_multiple_of(2), until: index.is_multiple_of(3).then(|| at(9)) },
            body: serde_json::json!({ "why": index }),
        })
        .collect();
    fresh.store.replace_plan(&rows, &summaries, day(120), at(7)).unwrap();
    (fresh, portfolio, summaries, rows)
}

/// What a line is sorted by.
type Key = fn(&AccountLine) -> (Option<Decimal>, String);

fn everything(fresh: &Fresh) -> Vec<AccountLine> {
    let query = AccountQuery { limit: usize::MAX, ..AccountQuery::default() };
    fresh.store.accounts(&query).unwrap().rows
}

#[test]
fn the_account_list_sorts_by_every_column_both_ways() {
    let (fresh, _, summaries, _) = planned(120);
    let all = everything(&fresh);
    assert_eq!(all.len(), 120);
    assert_eq!(all.iter().filter_map(|line| line.summary.as_ref()).count(), summaries.len());
    let page = fresh.store.accounts(&AccountQuery { limit: 1, ..AccountQuery::default() }).unwrap();
    for currency in [Currency::CAD, Currency::USD] {
        let of = summaries.iter().filter(|one| one.aging.currency == currency).map(|one| one.aging.past_due);
        let told = page.past_due.iter().find(|sum| sum.currency == currency).map(|sum| sum.amount);
        assert_eq!(told.unwrap_or_default(), of.sum(), "past due on every page, {currency}");
    }
    let keys: [(AccountSort, Key); 5] = [
        (AccountSort::PastDue, |line| (line.summary.as_ref().map(|own| own.aging.past_due), String::new())),
        (AccountSort::Open, |line| (line.summary.as_ref().map(|own| own.aging.open), String::new())),
        (AccountSort::Oldest, |line| (line.summary.as_ref().map(|own| own.aging.oldest_days.into()), String::new())),
        (AccountSort::Name, |line| (None, line.name.to_lowercase())),
        (AccountSort::Reference, |line| (None, line.reference.clone())),
    ];
    for (sort, key) in keys {
        for descending in [false, true] {
            let query = AccountQuery { sort, descending, limit: usize::MAX, ..AccountQuery::default() };
            let page = fresh.store.accounts(&query).unwrap();
            assert_eq!(page.total, 120);
            let keys: Vec<_> = page.rows.iter().map(key).collect();
            let sorted = if descending { keys.is_sorted_by(|a, b| a >= b) } else { keys.is_sorted() };
            assert!(sorted, "{sort:?} {descending}");
        }
    }
}

#[test]
fn filters_select_what_they_say_and_pages_join_without_gap() {
    let (fresh, _, _, _) = planned(130);
    let all = everything(&fresh);
    let check = |query: AccountQuery, fits: &dyn Fn(&AccountLine) -> bool| {
        let mut expected: Vec<_> = all.iter().filter(|line| fits(line)).cloned().collect();
        assert!(!expected.is_empty() && expected.len() < all.len(), "the filter tells lines apart: {query:?}");
        let mut found = Vec::new();
        for offset in (0..).step_by(7) {
            let page = fresh.store.accounts(&AccountQuery { offset, limit: 7, ..query.clone() }).unwrap();
            assert_eq!(page.total, expected.len(), "{query:?}");
            if page.rows.is_empty() {
                break;
            }
            found.extend(page.rows);
        }
        expected.sort_by_key(|line| line.account);
        found.sort_by_key(|line| line.account);
        assert_eq!(found, expected, "{query:?}");
    };
    let base = AccountQuery::default();
    check(AccountQuery { text: "NORTH dental".into(), ..base.clone() }, &|line| {
        line.name.starts_with("Northgate Dental")
    });
    check(AccountQuery { text: "zoë".into(), ..base.clone() }, &|line| line.name.starts_with("Zoë"));
    check(AccountQuery { segment: Some("key account".into()), ..base.clone() }, &|line| line.segment == "key account");
    check(AccountQuery { kind: Some(CustomerKind::Business), ..base.clone() }, &|line| {
        line.kind == CustomerKind::Business
    });
    let figures = |line: &AccountLine| line.summary.clone().map(|summary| summary.aging);
    check(AccountQuery { currency: Some(Currency::CAD), ..base.clone() }, &|line| {
        figures(line).is_some_and(|own| own.currency == Currency::CAD)
    });
    check(AccountQuery { min_past_due: Some(Decimal::from(11)), ..base.clone() }, &|line| {
        figures(line).is_some_and(|own| own.past_due >= Decimal::from(11))
    });
    check(AccountQuery { min_days: Some(20), ..base.clone() }, &|line| {
        figures(line).is_some_and(|own| own.oldest_days >= 20)
    });
    let none = AccountQuery { segment: Some("unheard of".into()), ..base };
    assert_eq!(fresh.store.accounts(&none).unwrap().total, 0);
}

#[test]
fn planning_one_account_anew_changes_its_lines_and_no_others() {
    let (fresh, portfolio, summaries, _) = planned(80);
    everything(&fresh);
    fresh.store.warm_accounts(AccountSort::Name).unwrap();
    fresh.store.work_counts().unwrap();
    let account = summaries[5].account;
    let mut figures = summaries[5].clone();
    figures.aging.past_due = Decimal::new(9_999_999, 2);
    figures.aging.oldest_days = 999;
    let row = WorkRow {
        account,
        kind: "broken_arrangement".into(),
        urgency: 0,
        rank: -5,
        due: None,
        amount: None,
        assignee: None,
        text: "First of all".into(),
        callable: Callable::default(),
        body: serde_json::json!({}),
    };
    fresh.store.replace_account_plan(account, std::slice::from_ref(&row), std::slice::from_ref(&figures)).unwrap();
    let top = fresh.store.accounts(&AccountQuery { limit: 1, ..AccountQuery::default() }).unwrap();
    assert_eq!((top.total, top.rows[0].summary.clone()), (80, Some(figures)));
    assert_eq!(fresh.store.worklist(&WorkQuery { limit: 1, ..WorkQuery::default() }).unwrap().rows, vec![row.clone()]);
    assert_eq!(fresh.store.work_of(account).unwrap(), vec![row]);
    // Paid off: the line stays, without figures.
    fresh.store.replace_account_plan(account, &[], &[]).unwrap();
    let last = fresh
        .store
        .accounts(&AccountQuery { descending: false, limit: usize::MAX, ..AccountQuery::default() })
        .unwrap();
    assert_eq!(
        (last.total, last.rows.iter().find(|line| line.account == account).unwrap().summary.clone()),
        (80, None)
    );
    // Both boards say what a fresh look at the database says.
    let patched = (everything(&fresh), fresh.store.work_counts().unwrap());
    fresh.import(&portfolio).unwrap();
    assert_eq!((everything(&fresh), fresh.store.work_counts().unwrap()), patched);
}

#[test]
fn the_worklist_comes_in_the_plans_order_before_and_after_it_is_loaded() {
    let (fresh, _, _, mut rows) = planned(90);
    rows.sort_by_key(|row| (row.urgency, row.rank, row.account));
    let query = WorkQuery { offset: 3, limit: 20, ..WorkQuery::default() };
    let cold = fresh.store.worklist(&query).unwrap();
    assert_eq!((cold.total, &cold.rows[..]), (rows.len(), &rows[3..23]));
    let counts = fresh.store.work_counts().unwrap();
    assert_eq!(counts.total, rows.len());
    assert_eq!(counts.urgent, rows.iter().filter(|row| row.urgency == 0).count());
    assert_eq!(counts.kinds.iter().map(|(_, count)| count).sum::<usize>(), rows.len());
    assert_eq!(fresh.store.worklist(&query).unwrap(), cold);
}

#[test]
fn the_worklist_filters_and_sorts() {
    let (fresh, _, _, rows) = planned(150);
    let find = |query: WorkQuery| fresh.store.worklist(&WorkQuery { limit: usize::MAX, ..query }).unwrap();
    let count = |fits: &dyn Fn(&WorkRow) -> bool| rows.iter().filter(|row| fits(row)).count();
    let kind = find(WorkQuery { kinds: vec!["follow_up".into()], ..WorkQuery::default() });
    assert_eq!(kind.total, count(&|row| row.kind == "follow_up"));
    let urgent = find(WorkQuery { max_urgency: Some(1), ..WorkQuery::default() });
    assert_eq!(urgent.total, count(&|row| row.urgency <= 1));
    let text = find(WorkQuery { text: "customer 7".into(), ..WorkQuery::default() });
    assert_eq!(text.total, count(&|row| row.text.contains('7')));
    let foreign = find(WorkQuery { currency: Some(Currency::CAD), ..WorkQuery::default() });
    assert!(foreign.total > 0);
    assert_eq!(foreign.total, count(&|row| row.amount.unwrap().currency == Currency::CAD));
    let least = find(WorkQuery { min_amount: Some(Decimal::from(21)), sort: WorkSort::Amount, ..WorkQuery::default() });
    assert_eq!(least.total, count(&|row| row.amount.unwrap().amount >= Decimal::from(21)));
    assert!(least.rows.is_sorted_by_key(|row| std::cmp::Reverse(row.amount.unwrap().amount)));
    let due = find(WorkQuery { sort: WorkSort::Due, ..WorkQuery::default() });
    assert!(due.rows.is_sorted_by_key(|row| row.due.unwrap_or(chrono::NaiveDate::MAX)));
}

#[test]
fn who_may_be_called_is_listed_with_those_whose_answer_ran_out() {
    let (fresh, _, _, rows) = planned(90);
    let find = |now| {
        let query = WorkQuery { callable_at: Some(now), limit: usize::MAX, ..WorkQuery::default() };
        fresh.store.worklist(&query).unwrap()
    };
    let count = |fits: &dyn Fn(&WorkRow) -> bool| rows.iter().filter(|row| fits(row)).count();
    assert_eq!(find(at(8)).total, count(&|row| row.callable.yes));
    let later = find(at(9));
    assert_eq!(later.total, count(&|row| row.callable.yes || row.callable.until.is_some()));

    // Asked again, nobody of them may be called: the row and the list in memory say so at once.
    let never = Callable { yes: false, until: None };
    let stale: Vec<_> =
        later.rows.iter().filter(|row| !row.callable.holds(at(9))).map(|row| (row.account, never)).collect();
    assert!(!stale.is_empty());
    fresh.store.set_callable(&stale).unwrap();
    let fresh_now = find(at(9));
    assert_eq!(fresh_now.total, later.total - stale.len());
    assert!(fresh_now.rows.iter().all(|row| row.callable.yes));
    assert_eq!(fresh.store.work_of(stale[0].0).unwrap()[0].callable, never);
}
