//! The validation notice at the gate: VAL-1, VAL-3 and VAL-4, on what the contact log and the outbox
//! say. They bind third-party collectors of consumer debt, as the rest of Regulation F.

use super::contact::{Contacting, for_supervisor};
use crate::compliance::act::Purpose;
use crate::compliance::rules::validation::{NoticeFacts, val_1, val_4};
use crate::compliance::verdict::{Decision, Finding};
use crate::contact::Medium;

/// What the rules say about a contact that collects, beside the notice itself.
pub(super) fn findings(contact: &Contacting<'_, '_>, out: &mut Vec<Finding>) {
    let case = contact.case;
    let own = contact.purpose == Purpose::ValidationNotice;
    if !case.is_reg_f() || !contact.purpose.collects() || own {
        return;
    }
    let notice = case.notice();
    let end = match notice.end() {
        Ok(end) => end,
        Err(finding) => {
            out.push(*finding);
            None
        }
    };
    if let Some(initial) = notice.initial {
        let facts = NoticeFacts { in_initial: false, sent: notice.first_sent, paid: None };
        let finding = val_1(initial, facts, Some(case.today));
        // Late is late: an incident, and a supervisor's to decide while the period runs.
        match (finding.decision == Decision::Block, notice.first_sent) {
            (true, Some(_)) if end.is_some_and(|end| end < case.today) => {}
            (true, Some(_)) => out.push(for_supervisor(finding)),
            _ => out.push(finding),
        }
    }
    // Spoken words are not known before they are said.
    let written = matches!(contact.medium, Medium::Letter | Medium::Email | Medium::Text);
    let running = end.is_none_or(|end| case.today <= end);
    if let Some(item) = contact.item.filter(|_| written && running) {
        match item.overshadows() {
            Some(false) if end.is_none() => {}
            judged => out.push(val_4(judged, end, Some(case.today))),
        }
    }
}
