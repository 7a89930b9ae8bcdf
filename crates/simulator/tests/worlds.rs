//! Seeded worlds keep every promise, twice alike; and each planted bug is found.
#![allow(clippy::unwrap_used, reason = "a test's way to fail")]

use std::path::{Path, PathBuf};

use dunlin_simulator::{Bug, Outcome, simulate, template};
use rayon::prelude::*;

/// Seeds of the ordinary run; `cargo xtask simulate --seeds 5000` plays more.
const SEEDS: u64 = 200;

/// Seeds within which a planted bug must be found.
const PATIENCE: u64 = 120;

/// In memory where the system has such a place.
fn scratch() -> tempfile::TempDir {
    let memory = PathBuf::from("/dev/shm");
    if memory.is_dir() { tempfile::tempdir_in(memory).unwrap() } else { tempfile::tempdir().unwrap() }
}

fn play(seed: u64, bug: Option<Bug>, empty: &Path, folder: &Path) -> Outcome {
    let outcome = simulate(seed, bug, empty, folder).unwrap();
    std::fs::remove_dir_all(folder).unwrap();
    outcome
}

#[test]
fn worlds_keep_their_promises_and_are_the_same_twice() {
    let folder = scratch();
    let empty = folder.path().join("empty.db");
    template(&empty).unwrap();
    let outcomes: Vec<Outcome> = (1..=SEEDS)
        .into_par_iter()
        .map(|seed| {
            let first = play(seed, None, &empty, &folder.path().join(format!("{seed}-a")));
            let second = play(seed, None, &empty, &folder.path().join(format!("{seed}-b")));
            assert_eq!(first.violations, Vec::<String>::new(), "seed {seed}");
            assert_eq!(first.trace, second.trace, "seed {seed} differs from itself");
            first
        })
        .collect();
    // The worlds are not idle.
    let crashes: u32 = outcomes.iter().map(|outcome| outcome.crashes).sum();
    let pages: u32 = outcomes.iter().map(|outcome| outcome.pages).sum();
    let commands: u64 = outcomes.iter().map(|outcome| outcome.commands).sum();
    assert!(
        crashes > 200 && pages > 2_000 && commands > 2_000,
        "{crashes} crashes, {pages} pages, {commands} commands"
    );
}

/// The checker finds each bug that others shipped.
#[test]
fn each_planted_bug_is_found() {
    let folder = scratch();
    let empty = folder.path().join("empty.db");
    template(&empty).unwrap();
    let missed: Vec<Bug> = Bug::ALL
        .into_par_iter()
        .filter(|bug| {
            !(1..=PATIENCE).any(|seed| {
                let outcome = play(seed, Some(*bug), &empty, &folder.path().join(format!("{bug:?}-{seed}")));
                if let Some(first) = outcome.violations.first() {
                    println!("{bug:?}: seed {seed}: {}", first.chars().take(160).collect::<String>());
                }
                !outcome.violations.is_empty()
            })
        })
        .collect();
    assert_eq!(missed, Vec::new(), "not found within {PATIENCE} seeds");
}
