//! The SMTP client used past `mail::send`.

use chrono::{DateTime, Utc};
use domain::email::Email;

fn send(smtp: &mut mail::Smtp, email: &Email, now: DateTime<Utc>) {
    let _ = smtp.send(email, now);
}

fn main() {
    let _ = send;
}
