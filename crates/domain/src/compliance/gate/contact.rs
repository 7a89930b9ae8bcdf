//! Contact with a person: which rules speak, by profile, and on which facts. Regulation F binds
//! third-party collectors of consumer debt. Where it does not bind, the house keeps hours and caps,
//! and what a person recorded on the account (cease, attorney) waits for a supervisor.

use chrono::{NaiveDate, NaiveTime, Weekday};

use super::case::{Case, is_phone};
use super::{calls, house, overlay, validation, words};
use crate::account::{ContactPoint, Mode, PointKind};
use crate::compliance::act::{Act, Leaves, Purpose};
use crate::compliance::gate_policy::Hours;
use crate::compliance::rules::RuleRow;
use crate::compliance::rules::bankruptcy::{Claim as Part, DischargeAct, bk_1, bk_2};
use crate::compliance::rules::disputes::{Written, dsp_1, dsp_2};
use crate::compliance::rules::hours::{Inconvenient, federal_hours, plc_1, tim_3};
use crate::compliance::rules::scope::{Scope, scp_1};
use crate::compliance::rules::states::st_ca;
use crate::compliance::rules::stops::{
    Attorney, CeaseException, IdentityTheftAct, MediumException, att_1, cea_1, dec_1, idt_2, med_1,
};
use crate::compliance::rules::table::{ATT_1, CEA_1, DSP_2, PLC_1, TIM_1, TIM_3};
use crate::compliance::verdict::{Decision, Finding};
use crate::contact::{FollowUp, Medium};
use crate::followup::RETURNED_MAIL;
use crate::hold::HoldKind;

/// One contact about to happen.
pub(super) struct Contacting<'a, 'c> {
    pub case: &'c Case<'a>,
    pub medium: Medium,
    pub purpose: Purpose,
    /// The number or address used; none for a letter or visit.
    pub point: Option<&'a ContactPoint>,
    /// The item, if it is written already.
    pub item: Option<&'c dyn Leaves>,
}

/// Everything the rules say about a contact.
pub(super) fn findings(case: &Case<'_>, act: &Act<'_>, item: Option<&dyn Leaves>) -> Vec<Finding> {
    let (Some(medium), Some(purpose)) = (act.medium(), act.purpose()) else {
        return Vec::new();
    };
    let mut out = Vec::with_capacity(12);
    let point = match pick_point(case, act, purpose) {
        Ok(point) => point,
        Err(finding) => {
            out.push(*finding);
            None
        }
    };
    let contact = Contacting { case, medium, purpose, point, item };
    contact.stops(&mut out);
    contact.disputes(&mut out);
    validation::findings(&contact, &mut out);
    contact.hours(&mut out);
    contact.place(&mut out);
    words::electronic(&contact, &mut out);
    words::disclosures(&contact, &mut out);
    calls::findings(&contact, &mut out);
    overlay::findings(&contact, &mut out);
    out
}

/// The window of hours for an act, if it has one.
pub(super) fn window(case: &Case<'_>, act: &Act<'_>) -> Option<Hours> {
    let contact = Contacting { case, medium: act.medium()?, purpose: act.purpose()?, point: None, item: None };
    contact.window().map(|(window, _)| window)
}

/// The number or address it goes to, if it is the customer's and usable.
fn pick_point<'a>(case: &Case<'a>, act: &Act<'_>, purpose: Purpose) -> Result<Option<&'a ContactPoint>, Box<Finding>> {
    let points = &case.facts.customer.points;
    let confirms = purpose == Purpose::OptOutConfirmation;
    let usable = |point: &&ContactPoint| !point.bad && (confirms || !point.opted_out);
    let nothing = |text: &str| Box::new(Finding::block(&house::POINT, text));
    let found = match act {
        Act::Letter { .. } | Act::Visit { .. } => {
            let came_back = |task: &FollowUp| task.what == RETURNED_MAIL && task.done.is_none();
            return if !case.facts.customer.address.is_mailable() {
                Err(nothing("The customer has no complete postal address."))
            } else if matches!(act, Act::Letter { .. }) && case.facts.follow_ups.iter().any(came_back) {
                Err(nothing(
                    "A letter came back from this address; correct the address, or close that task, before the next.",
                ))
            } else {
                Ok(None)
            };
        }
        Act::Order { .. } => return Ok(None),
        Act::Email { to, .. } => points
            .iter()
            .filter(|point| point.kind == PointKind::Email)
            .find(|point| point.value.trim().eq_ignore_ascii_case(to.trim()))
            .ok_or_else(|| nothing("The email address is not one of the customer's."))?,
        Act::Call { point: Some(id), .. } | Act::Voicemail { point: Some(id) } | Act::Text { point: Some(id), .. } => {
            points
                .iter()
                .find(|point| point.id == *id && is_phone(point))
                .ok_or_else(|| nothing("The number is not one of the customer's."))?
        }
        Act::Call { point: None, .. } | Act::Voicemail { point: None } => points
            .iter()
            .find(|point| is_phone(point) && usable(point))
            .ok_or_else(|| nothing("The customer has no telephone number that may be used."))?,
        Act::Text { point: None, .. } => {
            points
                .iter()
                .find(|point| point.kind == PointKind::Mobile && usable(point))
                .ok_or_else(|| nothing("The customer has no mobile number that may be used."))?
        }
    };
    let why = if found.bad {
        "This number or address is known not to reach the customer."
    } else if found.opted_out && !confirms {
        "The customer asked not to be reached at this number or address."
    } else {
        return Ok(Some(found));
    };
    Err(Box::new(Finding::block(&house::POINT, why).with("point", &found.value)))
}

impl Contacting<'_, '_> {
    /// Where the rule binds (Regulation F, or California's adoption of it for creditors), its answer
    /// stands. Elsewhere what a person recorded on the account waits for a supervisor.
    fn by_law(&self, rule: &RuleRow, finding: Finding) -> Finding {
        let case = self.case;
        match scp_1(rule, case.mode, case.kind, &case.states) {
            Scope::Applies => finding,
            _ if finding.permits() => finding,
            Scope::ThroughCalifornia => {
                let until = finding.changes_at;
                st_ca(vec![finding]).until(until)
            }
            Scope::NotApplicable => for_supervisor(finding),
        }
    }

    /// Whether a rule binds, by itself or through California.
    fn binds(&self, rule: &RuleRow) -> bool {
        let case = self.case;
        scp_1(rule, case.mode, case.kind, &case.states) != Scope::NotApplicable
    }

    /// Holds: what the customer or a court asked to stop.
    fn stops(&self, out: &mut Vec<Finding>) {
        let case = self.case;
        let mut refused: Vec<Medium> = Vec::new();
        for hold in case.holds() {
            match &hold.kind {
                HoldKind::Cease => {
                    let exception = match self.purpose {
                        Purpose::EffortsEnd => Some(CeaseException::EndingEfforts),
                        Purpose::RemedyNotice => Some(CeaseException::SpecifiedRemedy),
                        _ => None,
                    };
                    let finding = cea_1(Some(case.today), case.today, exception);
                    out.push(self.by_law(&CEA_1, finding));
                }
                HoldKind::RefusedMedium { medium } => refused.push(*medium),
                HoldKind::Attorney { contact, letter_sent } => {
                    let attorney = Attorney {
                        represented: Some(true),
                        contact_known: Some(!contact.trim().is_empty()),
                        letter_sent: *letter_sent,
                        ..Attorney::default()
                    };
                    let days = case.policy.gate.attorney_days;
                    let finding = att_1(attorney, case.today, days);
                    // Fla. Stat. 559.72(18) binds any person.
                    if case.is_consumer() && case.in_state("FL") {
                        out.push(finding);
                    } else {
                        out.push(self.by_law(&ATT_1, finding));
                    }
                }
                HoldKind::Bankruptcy { petition, file, .. } => {
                    if self.purpose.collects() {
                        let (today, part) = (case.today, Part::Prepetition);
                        out.push(bk_1(Some(file.petition(*petition, today)), part));
                        out.push(bk_2(file.discharged, Some(today), part, DischargeAct::Collect));
                    }
                }
                HoldKind::CreditorRequest { received, written, answered } => {
                    if self.purpose.collects() {
                        let asked =
                            Written { received: Some(*received), in_writing: Some(*written), answered: *answered };
                        out.push(self.by_law(&DSP_2, dsp_2(asked, self.validation_end(), Some(case.today))));
                    }
                }
                HoldKind::Deceased => out.push(dec_1(true, None)),
                HoldKind::IdentityTheft => {
                    let act =
                        if self.purpose.collects() { IdentityTheftAct::Collect } else { IdentityTheftAct::Inform };
                    out.push(idt_2(true, case.mode == Mode::FirstParty, act));
                }
                HoldKind::Manual => {
                    if self.purpose.collects() {
                        let text = "A person paused collection on this account.";
                        out.push(Finding::supervisor(&house::HOLD, text).with("note", &hold.note));
                    }
                }
                HoldKind::InconvenientTime { .. } | HoldKind::Invoice { .. } | HoldKind::Medical { .. } => {}
            }
        }
        if !refused.is_empty() {
            let exception = match self.purpose {
                Purpose::OptOutConfirmation => Some(MediumException::OptOutConfirmation),
                Purpose::Reply if self.is_reply() => Some(MediumException::Reply),
                Purpose::ValidationNotice | Purpose::DisputeAnswer => Some(MediumException::RequiredByLaw),
                _ => None,
            };
            out.push(med_1(&refused, self.medium, exception));
        }
    }

    /// One answer to the customer's own message, by the same medium.
    pub fn is_reply(&self) -> bool {
        let message = self.case.message(self.medium);
        message.is_some_and(|message| message.admits_reply(self.medium, self.case.now))
    }

    /// The last day of the validation period, where a notice is known to have been sent.
    fn validation_end(&self) -> Option<NaiveDate> {
        self.case.notice().end().ok().flatten()
    }

    /// A dispute in writing over all that is past due stops a third party. A partial one only takes
    /// its amount out of what may be asked for.
    fn disputes(&self, out: &mut Vec<Finding>) {
        let case = self.case;
        if !case.is_reg_f() || !self.purpose.collects() {
            return;
        }
        let mut open = case.facts.open_disputes(case.today).peekable();
        if open.peek().is_none() || !super::claim::is_all_disputed(case) {
            return;
        }
        for dispute in open {
            let written = Written { received: Some(dispute.opened), in_writing: Some(dispute.written), answered: None };
            out.push(dsp_1(written, self.validation_end(), Some(case.today)));
        }
    }

    /// The window of hours for this contact, if it has one, and whether it is the law's own.
    pub fn window(&self) -> Option<(Hours, bool)> {
        let case = self.case;
        let gate = &case.policy.gate;
        let live = !matches!(self.medium, Medium::Letter | Medium::Email);
        let by_law = self.binds(&TIM_1);
        if self.medium == Medium::Letter {
            None
        } else if by_law {
            Some((both(gate.consumer_hours, federal_hours()), true))
        } else if case.is_consumer() {
            (live && gate.first_party_apply_hours).then_some((gate.consumer_hours, true))
        } else {
            live.then_some((gate.business_hours, false))
        }
    }

    fn hours(&self, out: &mut Vec<Finding>) {
        let case = self.case;
        if let Some((window, binding)) = self.window() {
            let finding = case.hours(window);
            out.push(if binding || finding.permits() { finding } else { for_supervisor(finding) });
        }
        if self.medium == Medium::Letter {
            return;
        }
        let mut windows = Vec::new();
        for hold in case.holds() {
            if let HoldKind::InconvenientTime { days, from, to } = &hold.kind {
                match inconvenient(days, from, to) {
                    Some(window) => windows.push(window),
                    None => out.push(Finding::unknown(&TIM_3, "which times the customer named")),
                }
            }
        }
        if !windows.is_empty() {
            let replies = self.purpose == Purpose::Reply;
            let message = replies.then(|| case.message(self.medium)).flatten();
            let (zones, now) = (&case.zones, case.now);
            out.push(tim_3(&windows, false, zones, now, self.medium, message));
        }
    }

    fn place(&self, out: &mut Vec<Finding>) {
        let Some(point) = self.point else { return };
        if point.kind == PointKind::Work && self.case.is_consumer() {
            // Consent to the number says that the employer does not mind; silence says nothing.
            let finding = plc_1(true, point.consented.then_some(false));
            if self.binds(&PLC_1) {
                out.push(finding);
            }
        }
    }
}

/// The house's own application of a rule that does not bind here: a supervisor decides.
pub(super) fn for_supervisor(mut finding: Finding) -> Finding {
    if finding.decision == Decision::Block {
        finding.decision = Decision::Supervisor;
    }
    finding.overridable = true;
    finding.with("applies", "by house policy")
}

fn both(one: Hours, two: Hours) -> Hours {
    Hours { open: one.open.max(two.open), close: one.close.min(two.close) }
}

/// Reads a hold's window; none when a day or a time of it can't be read.
fn inconvenient(days: &[String], from: &str, to: &str) -> Option<Inconvenient> {
    let time = |text: &str| NaiveTime::parse_from_str(text.trim(), "%H:%M").ok();
    let days: Option<Vec<Weekday>> = days.iter().map(|day| day.trim().parse().ok()).collect();
    Some(Inconvenient { days: days.filter(|days| !days.is_empty())?, from: time(from)?, to: time(to)? })
}
