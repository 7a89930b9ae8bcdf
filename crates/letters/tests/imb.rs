//! The barcode against vectors on which three independent encoders agree.

use dunlin_letters::imb::{self, ImbError};
use proptest::prelude::*;

#[test]
fn every_vector_encodes_as_three_other_encoders_do() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../../shared/data/imb_vectors.json");
    let Ok(text) = std::fs::read_to_string(path) else {
        println!("SKIPPED: {path} is missing, the barcode is checked against the built-in example only");
        return;
    };
    let vectors: Vec<[String; 3]> = serde_json::from_str(&text).expect("vectors");
    assert!(vectors.len() > 100);
    for [tracking, routing, letters] in &vectors {
        let bars = imb::encode(tracking, routing).expect("encodes");
        assert_eq!(&bars.to_string(), letters, "{tracking} {routing}");
    }
}

#[test]
fn the_published_examples_of_all_four_lengths() {
    for (routing, letters) in [
        ("", "ATTFATTDTTADTAATTDTDTATTDAFDDFADFDFTFFFFFTATFAAAATDFFTDAADFTFDTDT"),
        ("01234", "DTTAFADDTTFTDTFTFDTDDADADAFADFATDDFTAAAFDTTADFAAATDFDTDFADDDTDFFT"),
        ("012345678", "ADFTTAFDTTTTFATTADTAAATFTFTATDAAAFDDADATATDTDTTDFDTDATADADTDFFTFA"),
        ("01234567891", "AADTFFDFTDADTAADAATFDTDDAAADDTDTTDAFADADDDTFFFDDTTTADFAAADFTDAADA"),
    ] {
        let bars = imb::encode("01234567094987654321", routing).expect("encodes");
        assert_eq!(bars.to_string(), letters, "{routing}");
    }
}

#[test]
fn what_is_wrong_with_the_digits_is_said() {
    let refused = |tracking: &str, routing: &str| imb::encode(tracking, routing).expect_err("refused");
    assert!(matches!(refused("0123456709498765432", ""), ImbError::TrackingLength(_)));
    assert!(matches!(refused("05234567094987654321", ""), ImbError::BarcodeId(_)));
    assert!(matches!(refused("01234567094987654321", "123456"), ImbError::RoutingLength(_)));
    let letters = refused("0123456709498765432X", "").to_string();
    assert!(letters.contains("\"X\"") && letters.contains("tracking code"), "{letters}");
    let hyphen = refused("01234567094987654321", "01234-5678").to_string();
    assert!(hyphen.contains("routing code"), "{hyphen}");
}

proptest! {
    #[test]
    fn any_digits_encode_and_different_digits_differ(
        tracking in "[0-9][0-4][0-9]{18}", other in "[0-9][0-4][0-9]{18}", routing in "([0-9]{5})?([0-9]{4})?",
    ) {
        prop_assume!(routing.len() != 4);
        let bars = imb::encode(&tracking, &routing).expect("encodes");
        prop_assert_eq!(tracking == other, bars == imb::encode(&other, &routing).expect("encodes"));
    }
}
