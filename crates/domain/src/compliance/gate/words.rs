//! What a message may be sent to and must say: electronic addresses, opt-outs, and what a collector
//! says about itself.

use super::case::same_number;
use super::contact::{Contacting, for_supervisor};
use crate::compliance::act::Purpose;
use crate::compliance::rules::electronic::{EmailBasis, eml_1, opt_1, txt_1};
use crate::compliance::rules::hours::{WorkEmail, plc_2};
use crate::compliance::rules::persons::mmd;
use crate::compliance::texts::TextId;
use crate::compliance::verdict::Finding;
use crate::contact::{Direction, Disposition, Medium};

/// May this address be written to: consent, opt-out, the employer's email.
pub(super) fn electronic(contact: &Contacting<'_, '_>, out: &mut Vec<Finding>) {
    let (case, Some(point)) = (contact.case, contact.point) else {
        return;
    };
    let confirms = contact.purpose == Purpose::OptOutConfirmation;
    if !matches!(contact.medium, Medium::Email | Medium::Text) || confirms {
        return;
    }
    let from_here = |value: &str| match contact.medium {
        Medium::Email => value.trim().eq_ignore_ascii_case(point.value.trim()),
        _ => same_number(value, &point.value),
    };
    let used = case.log().filter(|entry| {
        entry.medium == contact.medium && entry.direction == Direction::Inbound && from_here(&entry.point)
    });
    let last_used = used.map(|entry| case.date(entry)).max();
    if contact.medium == Medium::Text {
        let finding = txt_1(last_used, None, false, case.today);
        if case.is_reg_f() {
            out.push(finding);
        } else if !point.consented {
            out.push(for_supervisor(finding));
        }
    } else if case.is_reg_f() {
        let basis = match (last_used, point.consented) {
            (Some(_), _) => Some(EmailBasis::ConsumerUsed),
            (None, true) => Some(EmailBasis::DirectConsent),
            (None, false) => None,
        };
        out.push(eml_1(basis, Some(false), case.today));
        out.push(plc_2(WorkEmail {
            employer_provided: None,
            used_for_debt: last_used.is_some(),
            direct_consent: point.consented,
            opted_out: false,
        }));
    }
    if case.is_reg_f() {
        let has = contact.item.map(|item| item.carries(TextId::OptOut.id()));
        out.push(opt_1(contact.medium, has, false));
    }
}

/// What a collector's communication says about itself (12 CFR 1006.18(e)).
pub(super) fn disclosures(contact: &Contacting<'_, '_>, out: &mut Vec<Finding>) {
    let case = contact.case;
    let silent = matches!(contact.medium, Medium::Voicemail) || contact.purpose == Purpose::OptOutConfirmation;
    if !case.is_reg_f() || silent {
        return;
    }
    let written = |medium| matches!(medium, Medium::Letter | Medium::Email | Medium::Text);
    let (mut any, mut any_written) = (!case.facts.steps.is_empty(), !case.facts.steps.is_empty());
    for entry in case.log() {
        let outbound = entry.direction == Direction::Outbound;
        let spoke = entry.disposition.is_some_and(Disposition::is_right_party);
        any |= spoke || (outbound && written(entry.medium));
        any_written |= outbound && written(entry.medium);
    }
    let first_written = written(contact.medium) && !any_written;
    out.push(mmd(Some(!any), first_written, false));
}
