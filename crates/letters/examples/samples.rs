//! Writes one PDF of each kind of page into a folder, to look at: `cargo run -p dunlin-letters
//! --example samples -- FOLDER`.

#[path = "../tests/common/mod.rs"]
mod common;

use std::path::PathBuf;

use common::{account, cleared, letter, mailing, sender, third_party};
use domain::account::CustomerKind;
use domain::letter::Envelope;
use domain::template::Kind;
use dunlin_letters::{Enrollment, Style, enrollment_form, preview, render};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let folder = PathBuf::from(std::env::args().nth(1).ok_or("name a folder")?);
    std::fs::create_dir_all(&folder)?;
    let sender = sender();
    let style = Style::default();
    let write = |name: &str, bytes: Vec<u8>| std::fs::write(folder.join(name), bytes);
    let facts = account(1, 8);
    let print = |facts: &_, kind, envelope| render(&cleared(facts, kind, mailing(&sender, envelope, 1)), style);
    write("single.pdf", print(&facts, Kind::Dunning1, Envelope::SingleWindow)?)?;
    write("double.pdf", print(&third_party(account(2, 5)), Kind::Dunning2, Envelope::DoubleWindow)?)?;
    write("long.pdf", print(&account(3, 95), Kind::FinalNotice, Envelope::SingleWindow)?)?;
    write("broken.pdf", print(&facts, Kind::ArrangementBroken, Envelope::SingleWindow)?)?;
    write("arranged.pdf", print(&facts, Kind::ArrangementConfirmation, Envelope::DoubleWindow)?)?;
    write("notice.pdf", print(&third_party(account(5, 3)), Kind::ValidationNotice, Envelope::SingleWindow)?)?;
    write("notice-double.pdf", print(&third_party(account(6, 1)), Kind::ValidationNotice, Envelope::DoubleWindow)?)?;
    write("ach.pdf", print(&facts, Kind::AchEnrollment, Envelope::SingleWindow)?)?;
    let mut names = account(4, 3);
    "Zoë Ångström-Łukasiewicz & Ελένη Юрьева".clone_into(&mut names.customer.name);
    names.customer.address.lines = vec!["12 Cañón Ñuñoa".to_owned()];
    let mut again = mailing(&sender, Envelope::SingleWindow, 4);
    again.reprint_of = Some(common::today());
    write("names.pdf", render(&cleared(&names, Kind::Reminder, again), style)?)?;
    let sample = letter(&facts, Kind::Dunning1, mailing(&sender, Envelope::SingleWindow, 1));
    write("preview.pdf", preview(&sample, style)?)?;
    for (name, kind) in [("form-consumer.pdf", CustomerKind::Consumer), ("form-corporate.pdf", CustomerKind::Business)]
    {
        let enrollment = Enrollment {
            kind,
            customer_name: "Sample Customer 1",
            account_number: "A-100001",
            creditor: "Example Telecom",
            sender: &sender,
            company_id: "1234567890",
            date: common::today(),
        };
        write(name, enrollment_form(&enrollment, style)?)?;
    }
    Ok(())
}
