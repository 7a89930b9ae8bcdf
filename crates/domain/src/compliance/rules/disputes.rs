//! Disputes of the debt: DSP-1 to DSP-3, and FUR-2's flag.

use chrono::NaiveDate;

use super::table::{DSP_1, DSP_2, DSP_3};
use crate::compliance::verdict::Finding;

/// A dispute, or a request for the original creditor's name and address.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Written {
    /// Day it was received; none when there is none.
    pub received: Option<NaiveDate>,
    /// On paper, or through an electronic channel that we accept; none when not known. Oral ones
    /// are not in writing.
    pub in_writing: Option<bool>,
    /// Day on which the answer was sent: verification or a copy of the judgment; the original
    /// creditor's name and address, or the notice that it is the current one.
    pub answered: Option<NaiveDate>,
}

/// DSP-1: collection of the disputed part stops for a dispute in writing on or before the last day
/// of the validation period, until verification was sent. A late or oral one stops nothing by law;
/// it is marked, and a supervisor decides.
#[must_use]
pub fn dsp_1(dispute: Written, validation_end: Option<NaiveDate>, today: Option<NaiveDate>) -> Finding {
    let Some(received) = dispute.received else {
        return Finding::allow(&DSP_1, "No dispute.");
    };
    if answered(dispute, today) {
        return Finding::allow(&DSP_1, "Disputed, and verification was sent.").with("received", received);
    }
    match (dispute.in_writing, validation_end) {
        (Some(false), _) => Finding::supervisor(&DSP_1, "Disputed orally: mark it disputed and look into it."),
        (None, _) => Finding::unknown(&DSP_1, "whether the dispute came in writing"),
        (Some(true), None) => Finding::block(&DSP_1, "Disputed in writing; no validation period has ended."),
        (Some(true), Some(end)) if received <= end => {
            Finding::block(&DSP_1, "Disputed in writing in time: collection stops until verification is sent.")
                .with("validation_end", end)
        }
        (Some(true), Some(end)) => Finding::supervisor(
            &DSP_1,
            "Disputed in writing after the validation period: mark it disputed and look into it.",
        )
        .with("validation_end", end),
    }
    .with("received", received)
}

/// DSP-2: the same for a request for the original creditor.
#[must_use]
pub fn dsp_2(request: Written, validation_end: Option<NaiveDate>, today: Option<NaiveDate>) -> Finding {
    let Some(received) = request.received else {
        return Finding::allow(&DSP_2, "The original creditor was not asked for.");
    };
    if answered(request, today) {
        return Finding::allow(&DSP_2, "The original creditor's name and address were sent.");
    }
    if request.in_writing == Some(false) {
        return Finding::supervisor(&DSP_2, "The original creditor was asked for orally.");
    }
    match validation_end {
        Some(end) if received > end => {
            Finding::supervisor(&DSP_2, "The original creditor was asked for after the validation period.")
        }
        _ => Finding::block(&DSP_2, "The original creditor was asked for: collection stops until the answer is sent."),
    }
    .with("received", received)
}

fn answered(written: Written, today: Option<NaiveDate>) -> bool {
    written.answered.is_some_and(|sent| today.is_none_or(|today| sent <= today))
}

/// DSP-3: a dispute that says nothing new may be answered by a notice that refers to the earlier
/// answer; then collection goes on. `new_information` is none when nobody has read it.
#[must_use]
pub fn dsp_3(new_information: Option<bool>, notice_sent: bool) -> Finding {
    match new_information {
        Some(true) => Finding::block(&DSP_3, "The dispute says something new: treat it as a dispute."),
        None => Finding::unknown(&DSP_3, "whether the dispute says anything new"),
        Some(false) if notice_sent => Finding::allow(&DSP_3, "Duplicative, and the notice that says so was sent."),
        Some(false) => Finding::block(&DSP_3, "Duplicative: send the notice that says so first."),
    }
}
