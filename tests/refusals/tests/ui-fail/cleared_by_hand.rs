//! A clearance made by hand.

use chrono::{DateTime, Utc};
use domain::compliance::Cleared;
use domain::letter::Letter;

fn by_hand(item: Letter, at: DateTime<Utc>) -> Cleared<Letter> {
    Cleared {
        item,
        at,
        reasons: Vec::new(),
    }
}

fn main() {
    let _ = by_hand;
}
