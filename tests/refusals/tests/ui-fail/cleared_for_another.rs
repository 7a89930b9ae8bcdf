//! The item of a clearance exchanged for another.

use domain::compliance::Cleared;
use domain::email::Email;

fn exchange(cleared: Cleared<Email>, other: Email) -> Cleared<Email> {
    *cleared.item() = other;
    cleared
}

fn main() {
    let _ = exchange;
}
