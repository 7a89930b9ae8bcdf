//! What a row says about its customer and account beyond their names: address, contact points, flags.

use std::borrow::Cow;

use domain::account::{Account, ContactPoint, Customer, CustomerKind, PointKind};
use domain::ids::{ContactPointId, CustomerId};
use rustc_hash::FxHashSet;
use sha2::{Digest, Sha256};

use crate::address::addresses;
use crate::cells::Record;
use crate::field::Field;
use crate::notes::Note;
use crate::value::{self, Flag};

fn fill(target: &mut String, text: &str) {
    if target.is_empty() && !text.is_empty() {
        text.clone_into(target);
    }
}

/// Address, kind and contact points of a row; what is known already stays. `points`: those of all
/// customers, since a cash customer may have a hundred thousand.
pub(crate) fn describe_customer(
    customer: &mut Customer,
    points: &mut FxHashSet<ContactPointId>,
    record: &mut Record<'_, '_>,
) {
    let address = &mut customer.address;
    if address.lines.is_empty() {
        for field in [Field::Address1, Field::Address2] {
            let text = record.words(field);
            address.lines.extend(text.lines().map(str::trim).filter(|line| !line.is_empty()).map(str::to_owned));
        }
        address.lines.truncate(3);
    }
    fill(&mut address.city, &record.words(Field::City));
    fill(&mut address.state, &record.words(Field::State));
    fill(&mut address.zip, &zip(&record.words(Field::Zip)));
    fill(&mut address.country, &country(&record.words(Field::Country)));
    match record.text(Field::CustomerKind).to_lowercase().as_str() {
        "consumer" | "residential" | "person" | "individual" | "private" | "b2c" => {
            customer.kind = CustomerKind::Consumer;
        }
        "business" | "commercial" | "company" | "corporate" | "b2b" | "organization" => {
            customer.kind = CustomerKind::Business;
        }
        _ => {}
    }
    let label = record.words(Field::ContactName);
    for (field, kind) in [
        (Field::Phone, PointKind::Phone),
        (Field::Mobile, PointKind::Mobile),
        (Field::WorkPhone, PointKind::Work),
        (Field::Email, PointKind::Email),
    ] {
        let text = record.words(field);
        let values: Vec<String> = if kind == PointKind::Email {
            let found = addresses(&text);
            for bad in found.bad {
                record.findings.detail(Note::Email, bad);
            }
            found.good
        } else {
            text.split(';').map(|value| value.trim().to_owned()).filter(|value| !value.is_empty()).collect()
        };
        for value in values {
            let source = &record.reading.mapping.source;
            let id = point_id(source, customer.id, kind, &value);
            if !points.insert(id) {
                continue;
            }
            customer.points.push(ContactPoint {
                id,
                kind,
                value,
                label: label.to_string(),
                source: source.clone(),
                bad: false,
                opted_out: false,
                consented: false,
            });
        }
    }
}

pub(crate) fn describe_account(account: &mut Account, record: &Record<'_, '_>) {
    let creditor = record.words(Field::Creditor);
    if !creditor.is_empty() {
        account.creditor = creditor.into_owned();
    }
    let segment = record.words(Field::Segment);
    if !segment.is_empty() {
        account.segment = segment.into_owned();
    }
    // Some extracts repeat these on every invoice as they stood then: one yes is enough, whatever
    // the order of the rows.
    account.autopay |= value::flag(&record.text(Field::Autopay)) == Flag::Yes;
    account.paperless |= value::flag(&record.text(Field::Paperless)) == Flag::Yes;
}

/// Spreadsheets take ZIP codes for numbers and drop their leading zeros.
fn zip(text: &str) -> String {
    let text = value::whole_number(text).unwrap_or(Cow::Borrowed(text));
    let digits = text.bytes().all(|b| b.is_ascii_digit());
    if digits && (3..5).contains(&text.len()) { format!("{text:0>5}") } else { text.into_owned() }
}

fn country(text: &str) -> String {
    match text.to_uppercase().as_str() {
        "US" | "USA" | "U.S." | "U.S.A." | "UNITED STATES" | "UNITED STATES OF AMERICA" => String::new(),
        "CAN" | "CANADA" => "CA".to_owned(),
        other => other.to_owned(),
    }
}

/// Version 8 of RFC 9562: made from a hash, so that importing again finds the same point.
pub(crate) fn point_id(source: &str, customer: CustomerId, kind: PointKind, value: &str) -> ContactPointId {
    let mut hash = Sha256::new();
    for part in [source, &customer.to_string(), &format!("{kind:?}"), value] {
        hash.update((part.len() as u64).to_le_bytes());
        hash.update(part.as_bytes());
    }
    let digest = hash.finalize();
    let mut bytes = [0_u8; 16];
    bytes.copy_from_slice(&digest[..16]);
    ContactPointId(uuid::Builder::from_custom_bytes(bytes).into_uuid())
}
