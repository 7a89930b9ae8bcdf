//! What to do about a refusal, by the rule that decided it.

use crate::compliance::verdict::Finding;

/// One sentence: what would unblock it.
pub(super) fn of(finding: &Finding) -> &'static str {
    match finding.reason.rule.as_ref() {
        "GATE-ACCOUNT" => "Load the account it is about and make it again.",
        "GATE-POINT" => "Use another number or address, or another channel.",
        "GATE-CLAIM" => "Make it again from today's balance, or drop it.",
        "GATE-HOLD" => "Release the hold, or ask a supervisor.",
        "GATE-TEXT" => "Put the required text into the template.",
        "GATE-SERVICE" => "Choose an order that fits the service.",
        "TIM-1" | "TIM-2" | "TIM-3" | "ST-FL" if finding.changes_at.is_some() => "Wait until the hours open.",
        "TIM-1" | "TIM-2" | "ST-FL" => "Find out where the customer is and record the time zone, or ask a supervisor.",
        "TIM-3" => "Correct the times on the hold.",
        "PLC-1" => "Use another number, or record the customer's consent to this one.",
        "PLC-2" | "EML-1" | "ST-NY" => "Record the customer's consent to this address, or send a letter.",
        "TXT-1" => "Get the customer's consent to texts, or call.",
        "ATT-1" => "Write to the attorney.",
        "CEA-1" | "ST-CA" => "Stop contact; only a notice that efforts end or of a remedy may still go out.",
        "MED-1" => "Use a medium that the customer did not refuse.",
        "DEC-1" => "Find the estate's representative and ask a supervisor.",
        "IDT-1" | "IDT-2" => "Look into the identity theft before anything else.",
        "BK-1" | "BK-2" | "BK-3" => "Stop collection; counsel says what may still be sent.",
        "BK-4" | "BK-5" => "Keep the service up and ask counsel about assurance of payment.",
        "DSP-1" | "DSP-2" => "Send the verification, or resolve the dispute, first.",
        "FRQ-1" | "FRQ-2" | "FRQ-3" | "FRQ-4" | "ST-MA" | "ST-WA" | "ST-WV" | "ST-DC" | "ST-NYC" | "ST-NYC27" => {
            "Wait, use another channel, or ask a supervisor."
        }
        "VAL-1" => "Send the validation notice, or record on which day it was sent by another way.",
        "VAL-3" => "Correct the address and send the validation notice again.",
        "VAL-4" => "Take out what presses or threatens, or wait until the validation period has ended.",
        "UT-3" => "Wait until the medical certificate has run out; it may be renewed.",
        "VAL-2" => "Put what is missing into the template or the letterhead.",
        "OPT-1" => "Put the opt-out into the message.",
        "UT-1" => "Send the final notice by letter and let its days run.",
        "UT-2" => "Release it on an allowed day and hour.",
        "UT-6" => "Resolve what is open first.",
        "UT-4" => "Look up the weather rules for the address and ask a supervisor.",
        "UT-7" | "UT-9" => "Find out what is unpaid and ask a supervisor.",
        _ => "Ask a supervisor.",
    }
}
