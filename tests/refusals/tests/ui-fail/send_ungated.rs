//! An email sent without a clearance.

use chrono::{DateTime, Utc};
use domain::email::Email;

fn send(email: Email, transport: &mut mail::Transport, now: DateTime<Utc>) {
    let _ = mail::send(email, transport, now);
}

fn main() {
    let _ = send;
}
