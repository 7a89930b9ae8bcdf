//! One clearance used for two sendings.

use chrono::{DateTime, Utc};
use domain::compliance::Cleared;
use domain::email::Email;

fn send(email: Cleared<Email>, transport: &mut mail::Transport, now: DateTime<Utc>) {
    let _ = mail::send(email, transport, now);
    let _ = mail::send(email, transport, now);
}

fn main() {
    let _ = send;
}
