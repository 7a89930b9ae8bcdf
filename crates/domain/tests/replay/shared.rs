//! The published examples come out as stated.

use dunlin_domain::replay;

#[test]
fn the_examples_come_out_without_a_difference() {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../../../shared/replay");
    let Ok(entries) = std::fs::read_dir(folder) else {
        println!("SKIPPED: {folder} is missing, so the published replay examples were not run");
        return;
    };
    let mut ran = 0;
    for entry in entries.flatten().filter(|entry| entry.path().extension().is_some_and(|end| end == "json")) {
        let json = std::fs::read_to_string(entry.path()).expect("readable");
        let report = replay::run(&json).expect("a scenario");
        assert_eq!(report.differences, [], "{}", entry.path().display());
        assert!(!report.runs.is_empty());
        ran += 1;
    }
    assert!(ran >= 2, "expected at least two examples in {folder}");
}
