//! Our small encoder against printpdf's own serializer, pixel by pixel.

#[path = "../../tests/common/mod.rs"]
mod common;

use common::{account, letter, mailing, sender, tools};
use domain::letter::Envelope;
use domain::template::Kind;

use super::*;

#[test]
fn pages_look_the_same_through_printpdfs_serializer() {
    let mut facts = account(11, 70);
    facts.customer.name = "Zoë (Łukasiewicz) \\ Ελένη".to_owned();
    for (name, kind, envelope) in [
        ("single", Kind::FinalNotice, Envelope::SingleWindow),
        ("double", Kind::ArrangementConfirmation, Envelope::DoubleWindow),
    ] {
        let letter = letter(&facts, kind, mailing(&sender(), envelope, 11));
        let press = Press::new([&letter], Style::default()).expect("prepares");
        let pages = Press::whole(&letter, &press.context).expect("lays out");
        let count = pages.len();
        let ours = tools::file(&format!("ours-{name}"), &press.file(&letter).expect("prints"));
        let theirs = tools::file(&format!("theirs-{name}"), &press.save(pages, "x"));
        for page in 1..=count {
            let Some((width, height, left)) = tools::pixels(&ours, page, 100) else {
                return;
            };
            let Some(right) = tools::pixels(&theirs, page, 100) else {
                return;
            };
            assert_eq!((width, height), (right.0, right.1));
            let differing: Vec<usize> = (0..left.len()).filter(|at| left[*at].abs_diff(right.2[*at]) > 40).collect();
            assert!(
                differing.is_empty(),
                "{name}, page {page}: {} pixels differ, first at {:?}",
                differing.len(),
                differing.first().map(|at| (at % width, at / width))
            );
            assert!(left.iter().filter(|value| **value < 100).count() > 1_000, "not blank");
        }
    }
}
