//! The validation notice: VAL-1 to VAL-5.

use chrono::{Month, NaiveDate, Weekday};

use super::table::{VAL_1, VAL_2, VAL_3, VAL_4, VAL_5};
use crate::calendar::{Calendar, add_business_days, plus_days};
use crate::compliance::verdict::Finding;

/// When the notice went out, or what made it needless.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct NoticeFacts {
    /// It is in the initial communication itself.
    pub in_initial: bool,
    /// Sent on that day.
    pub sent: Option<NaiveDate>,
    /// The debt was paid in full on that day.
    pub paid: Option<NaiveDate>,
}

/// The last day to send the notice: five calendar days after the initial communication.
#[must_use]
pub fn notice_due(initial: NaiveDate) -> NaiveDate {
    plus_days(initial, 5)
}

/// VAL-1. `initial` is the day of the initial communication; a formal pleading or proof of claim is
/// none. From the third day on, an unsent notice deserves an alert.
#[must_use]
pub fn val_1(initial: NaiveDate, notice: NoticeFacts, today: Option<NaiveDate>) -> Finding {
    let due = notice_due(initial);
    let finding = if notice.in_initial {
        Finding::allow(&VAL_1, "The notice is in the initial communication.")
    } else if notice.paid.is_some_and(|day| day <= due) {
        Finding::allow(&VAL_1, "Paid before the notice was due.")
    } else if let Some(sent) = notice.sent {
        if sent <= due {
            Finding::allow(&VAL_1, "The notice was sent in time.")
        } else {
            Finding::block(&VAL_1, format!("The notice was due by {due}: raise an incident."))
        }
        .with("sent", sent)
    } else {
        match today {
            None => Finding::unknown(&VAL_1, "whether the notice was sent"),
            Some(today) if today > due => {
                Finding::block(&VAL_1, format!("The notice was due by {due} and was not sent."))
            }
            Some(_) => {
                Finding::allow(&VAL_1, format!("The notice is to be sent by {due}.")).until_day(plus_days(due, 1))
            }
        }
    };
    finding.with("initial", initial).with("due", due)
}

/// VAL-2: `missing` are the items that the notice lacks (`texts::missing` names them).
#[must_use]
pub fn val_2(missing: &[String]) -> Finding {
    if missing.is_empty() {
        return Finding::allow(&VAL_2, "The notice has all its items.");
    }
    Finding::block(&VAL_2, format!("The notice lacks: {}.", missing.join(", ")))
}

/// A notice's mailing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Sending {
    /// Sent on that day.
    pub sent: NaiveDate,
    /// Came back on that day.
    pub returned: Option<NaiveDate>,
    /// Sent again on that day: it counts instead.
    pub resent: Option<NaiveDate>,
    /// Actual receipt, if known before the notice states an end.
    pub receipt: Option<NaiveDate>,
}

/// VAL-3: the last day of the validation period, that day included: 30 calendar days from receipt,
/// which is presumed five business days after sending; it does not roll. An error finding when the
/// notice came back and was not sent again. `Calendar::Federal` skips observed holidays as well,
/// which only makes the period longer; `Calendar::Statutory` is the letter.
pub fn val_3(sending: Sending, calendar: Calendar) -> Result<NaiveDate, Box<Finding>> {
    let sent = match (sending.returned, sending.resent) {
        (_, Some(resent)) => resent,
        (Some(_), None) => {
            return Err(Box::new(Finding::supervisor(
                &VAL_3,
                "The notice came back: send it again before a period can run.",
            )));
        }
        (None, None) => sending.sent,
    };
    let receipt = sending.receipt.filter(|day| *day >= sent);
    let from = receipt.unwrap_or_else(|| add_business_days(calendar, sent, 5));
    Ok(plus_days(from, 30))
}

/// Words that press for payment or threaten within the period.
const PRESSING: [&str; 22] = [
    " sue ",
    " sued ",
    " lawsuit",
    " legal action",
    " court",
    " garnish",
    " attorney ",
    " lien ",
    " immediately",
    " at once",
    " right away",
    " final notice",
    " final demand",
    " last chance",
    " must pay",
    " pay now",
    " pay today",
    " no later than",
    " credit bureau",
    " credit report",
    " days or ",
    " hours or ",
];

/// A month, a day of the week, or a word for one near.
fn names_a_day(word: &str) -> bool {
    word == "tomorrow" || word == "noon" || word.parse::<Month>().is_ok() || word.parse::<Weekday>().is_ok()
}

/// Whether a text presses for payment before the period ends, or threatens, so that it overshadows
/// the right to dispute. A list of words; it errs towards yes.
#[must_use]
pub fn overshadows(text: &str) -> bool {
    let words: String =
        text.chars().map(|letter| if letter.is_alphanumeric() { letter.to_ascii_lowercase() } else { ' ' }).collect();
    let words = words.split_whitespace().collect::<Vec<_>>();
    let line = format!(" {} ", words.join(" "));
    let deadline = words.windows(3).any(|three| {
        three[0] == "within"
            && three[1].chars().all(|letter| letter.is_ascii_digit())
            && matches!(three[2], "day" | "days" | "hour" | "hours")
    });
    let by_a_day = words.windows(3).any(|three| {
        three[0] == "pay"
            && three[1] == "by"
            && (three[2].chars().next().is_some_and(|first| first.is_ascii_digit()) || names_a_day(three[2]))
    });
    deadline || by_a_day || PRESSING.iter().any(|phrase| line.contains(phrase))
}

/// VAL-4: `overshadowing` as [`overshadows`] or a reader judged.
#[must_use]
pub fn val_4(overshadowing: Option<bool>, end: Option<NaiveDate>, today: Option<NaiveDate>) -> Finding {
    let (Some(end), Some(today)) = (end, today) else {
        return Finding::unknown(&VAL_4, "when the validation period ends");
    };
    if today > end {
        return Finding::allow(&VAL_4, "The validation period has ended.");
    }
    match overshadowing {
        None => Finding::unknown(&VAL_4, "what the text says"),
        Some(false) => Finding::allow(&VAL_4, "Nothing in the text overshadows the right to dispute."),
        Some(true) => Finding::block(&VAL_4, "The text overshadows the right to dispute the debt.")
            .with("validation_end", end)
            .until_day(plus_days(end, 1)),
    }
}

/// VAL-5: by electronic means. Within the initial communication on a valid basis no consent is
/// needed; later E-SIGN 101(c) consent is. None: not known.
#[must_use]
pub fn val_5(is_initial: Option<bool>, esign: Option<bool>, email_basis: Option<bool>) -> Finding {
    match (is_initial, esign, email_basis) {
        (_, Some(true), Some(true) | None) => Finding::allow(&VAL_5, "E-SIGN consent was given."),
        (Some(true), _, Some(true)) => {
            Finding::allow(&VAL_5, "Within the initial communication no E-SIGN consent is needed.")
        }
        (_, _, Some(false)) => Finding::supervisor(&VAL_5, "The address has no basis in 12 CFR 1006.6(d)(4)."),
        (Some(true), _, None) => Finding::unknown(&VAL_5, "on what the use of the address rests"),
        (Some(false), Some(false), _) => {
            Finding::block(&VAL_5, "After the initial communication a notice by email needs E-SIGN consent.")
        }
        (Some(false), None, _) => Finding::unknown(&VAL_5, "whether E-SIGN consent was given"),
        (None, _, _) => Finding::unknown(&VAL_5, "whether this is the initial communication"),
    }
}
