//! `docs/policy.md` and the code say the same: every rule, its source, functions and tests.

// A test that cannot read its own input has failed.
#![allow(clippy::unwrap_used)]

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

use dunlin_domain::compliance::rules;

const ROOT: &str = env!("CARGO_MANIFEST_DIR");

/// Rows of the rule tables: five cells, the first a rule's id.
fn rows(text: &str) -> Vec<Vec<String>> {
    text.lines()
        .filter(|line| line.starts_with("| "))
        .map(|line| {
            let inner = line.trim_matches('|');
            inner.split(" | ").map(|cell| cell.trim().to_owned()).collect()
        })
        .filter(|cells: &Vec<String>| cells.len() == 5 && cells[0] != "Rule")
        .collect()
}

fn sources(folder: &Path, into: &mut String) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            sources(&path, into);
        } else if path.extension().is_some_and(|kind| kind == "rs") {
            into.push_str(&fs::read_to_string(path).unwrap());
        }
    }
}

fn quoted(cell: &str) -> impl Iterator<Item = &str> {
    cell.split('`').skip(1).step_by(2)
}

fn policy() -> Vec<Vec<String>> {
    let path = Path::new(ROOT).join("../../docs/policy.md");
    rows(&fs::read_to_string(path).unwrap())
}

/// Where the policy's rows and the rule table differ.
fn differences(policy: &[Vec<String>]) -> Vec<String> {
    let mut found = Vec::new();
    let table: BTreeMap<&str, _> = rules::rules().map(|row| (row.id, row)).collect();
    let named: BTreeSet<&str> = policy.iter().map(|cells| cells[0].as_str()).collect();
    found.extend(table.keys().filter(|id| !named.contains(*id)).map(|id| format!("{id} is not in the policy")));
    if named.len() != policy.len() {
        found.push("a rule twice in the policy".to_owned());
    }
    for cells in policy {
        match table.get(cells[0].as_str()) {
            None => found.push(format!("{} is no rule", cells[0])),
            Some(row) if cells[1] != row.what => found.push(format!("{} says something else", row.id)),
            Some(row) if cells[2] != row.source => found.push(format!("{} has another source", row.id)),
            Some(_) => {}
        }
    }
    found
}

#[test]
fn every_rule_is_in_the_policy_and_every_row_is_a_rule() {
    let ids: BTreeSet<&str> = rules::rules().map(|row| row.id).collect();
    assert_eq!(ids.len(), rules::rules().count(), "a rule's id twice");
    assert_eq!(differences(&policy()), [""; 0]);
}

#[test]
fn a_row_taken_out_changed_or_doubled_is_found() {
    let policy = policy();
    assert_eq!(policy.len(), rules::rules().count());
    for index in 0..policy.len() {
        let id = policy[index][0].clone();
        let mut without = policy.clone();
        without.remove(index);
        assert_eq!(differences(&without), [format!("{id} is not in the policy")]);
        let mut twice = policy.clone();
        twice.push(policy[index].clone());
        assert_eq!(differences(&twice), ["a rule twice in the policy"]);
        for (cell, told) in [(0, "is no rule"), (1, "says something else"), (2, "has another source")] {
            let mut changed = policy.clone();
            changed[index][cell].push('X');
            let found = differences(&changed);
            assert!(found.iter().any(|text| text.contains(told)), "{id}: {found:?}");
        }
    }
}

#[test]
fn every_function_of_the_policy_exists() {
    let mut code = String::new();
    sources(&Path::new(ROOT).join("src/compliance"), &mut code);
    for cells in policy() {
        let mut functions = quoted(&cells[3]).peekable();
        assert!(functions.peek().is_some(), "{} names no function", cells[0]);
        for function in functions {
            let name = function.rsplit("::").next().unwrap();
            let exists = code.contains(&format!("pub fn {name}(")) || code.contains(&format!("pub fn {name}<"));
            assert!(exists, "{}: {function} does not exist", cells[0]);
        }
    }
}

#[test]
fn every_test_of_the_policy_exists() {
    for cells in policy() {
        assert_ne!(cells[4], "-", "{} has no test", cells[0]);
        for test in quoted(&cells[4]) {
            let (file, name) = test.split_once("::").unwrap();
            let path = Path::new(ROOT).join(format!("tests/{file}.rs"));
            let code = fs::read_to_string(&path).unwrap();
            let exists = code.contains(&format!("fn {name}("));
            assert!(exists, "{}: {test} does not exist", cells[0]);
            let concerns = file != "neighbours" || code.contains(&format!(" {} | ", cells[0]));
            assert!(concerns, "{}: no case of it in {file}", cells[0]);
        }
    }
}

#[test]
fn every_shared_case_is_in_the_policy_under_its_rule() {
    let path = Path::new(ROOT).join("../../../shared/compliance/vectors.csv");
    if !path.exists() {
        println!("SKIPPED: {} is missing", path.display());
        return;
    }
    let mut cases = BTreeSet::new();
    for row in csv::Reader::from_path(path).unwrap().records() {
        let row = row.unwrap();
        cases.insert((row[1].to_owned(), row[0].to_owned()));
    }
    let is_case = |word: &&str| word.starts_with('V') && word[1..].parse::<u32>().is_ok();
    let named: BTreeSet<(String, String)> = policy()
        .iter()
        .flat_map(|cells| {
            let words = cells[4].split_whitespace().filter(is_case);
            words.map(|word| (cells[0].clone(), word.to_owned())).collect::<Vec<_>>()
        })
        .collect();
    assert_eq!(named, cases);
}
