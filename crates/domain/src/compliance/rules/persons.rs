//! To whom, and in what words: TPD-1, VML-1, MMD-1, MMD-2, SOC-1.

use std::collections::BTreeSet;

use super::table::{MMD_1, MMD_2, SOC_1, TPD_1, VML_1};
use crate::compliance::texts::TextId;
use crate::compliance::verdict::Finding;

/// Who would be reached.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Person {
    /// The consumer; also a spouse, the parent of a minor, a guardian, an executor or
    /// administrator, a confirmed successor in interest (12 CFR 1006.6(a)).
    Consumer,
    /// The consumer's attorney, the creditor, its attorney, our attorney, a consumer reporting
    /// agency (1006.6(d)(1)(ii)-(vi)).
    Excepted,
    /// Anybody else.
    Other,
}

/// A call to find somebody (12 CFR 1006.10).
// Independent yes-or-no facts about one call; no two of them form a state.
#[allow(clippy::struct_excessive_bools)]
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct LocationContact {
    /// Earlier ones with the same person.
    pub earlier: u32,
    /// The person asked for it, or their earlier answer is believed wrong or incomplete and now
    /// known (1006.10(c)).
    pub repeat_justified: bool,
    /// It names the debt.
    pub mentions_debt: bool,
    /// It names our employer although nobody asked.
    pub names_employer_unasked: bool,
    /// An attorney is known to represent the consumer.
    pub attorney_known: bool,
}

/// TPD-1: contact with anybody but the consumer is for location only, once, without the debt.
/// `location` is none for any other purpose.
#[must_use]
pub fn tpd_1(person: Option<Person>, location: Option<LocationContact>) -> Finding {
    let location = match person {
        None => return Finding::unknown(&TPD_1, "who would be reached"),
        Some(Person::Consumer) => {
            return Finding::allow(&TPD_1, "Counts as the consumer.");
        }
        Some(Person::Excepted) => {
            return Finding::allow(&TPD_1, "May be told of the debt.");
        }
        Some(Person::Other) => location,
    };
    let Some(location) = location else {
        return Finding::block(&TPD_1, "Somebody else may only be asked where the customer is.");
    };
    let objection = if location.attorney_known {
        Some("An attorney is known: ask the attorney.")
    } else if location.mentions_debt {
        Some("A location call may not mention the debt.")
    } else if location.names_employer_unasked {
        Some("A location call names our company only when asked.")
    } else if location.earlier > 0 && !location.repeat_justified {
        Some("This person was already asked once.")
    } else {
        None
    };
    match objection {
        Some(text) => Finding::block(&TPD_1, text).with("earlier", location.earlier),
        None => Finding::allow(&TPD_1, "A first location call that keeps the debt unnamed."),
    }
}

/// What a voicemail contains.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum VoicemailPart {
    /// A business name that does not tell of collection.
    NeutralName,
    /// The request to reply.
    RequestReply,
    /// The name of a natural person.
    PersonName,
    /// The number to call.
    CallbackNumber,
    /// A salutation.
    Salutation,
    /// Date and time.
    DateTime,
    /// Suggested times to call back.
    SuggestedTimes,
    /// That any representative can help.
    AnyRepresentative,
    /// Anything else.
    Other,
}

/// VML-1: a limited-content message has its four parts and at most the four optional ones. Anything
/// more makes it a communication. It counts as a call in FRQ-1.
#[must_use]
pub fn vml_1(parts: &BTreeSet<VoicemailPart>) -> Finding {
    use VoicemailPart::{CallbackNumber, NeutralName, Other, PersonName, RequestReply};
    if parts.contains(&Other) {
        return Finding::block(&VML_1, "More than limited content: the voicemail becomes a communication.");
    }
    let required = [
        (NeutralName, "a business name that does not tell of collection"),
        (RequestReply, "a request to reply"),
        (PersonName, "a person's name"),
        (CallbackNumber, "a number to call"),
    ];
    match required.iter().find(|(part, _)| !parts.contains(part)) {
        Some((_, name)) => Finding::block(&VML_1, format!("The voicemail lacks {name}.")),
        None => Finding::allow(&VML_1, "A limited-content message."),
    }
}

/// MMD-1 and MMD-2: what a communication says about itself. `first_written` is the first one in
/// writing after an oral start: it repeats the initial text. Formal pleadings carry none.
#[must_use]
pub fn mmd(initial: Option<bool>, first_written: bool, pleading: bool) -> Finding {
    if pleading {
        return Finding::allow(&MMD_2, "A formal pleading carries no such text.");
    }
    match initial {
        None => Finding::unknown(&MMD_1, "whether this is the first communication"),
        Some(true) => Finding::with_text(
            &MMD_1,
            TextId::MiniMirandaInitial,
            "The first communication says that it is an attempt to collect a debt.",
        ),
        Some(false) if first_written => Finding::with_text(
            &MMD_1,
            TextId::MiniMirandaInitial,
            "The first writing repeats that it is an attempt to collect a debt.",
        ),
        Some(false) => Finding::with_text(
            &MMD_2,
            TextId::MiniMirandaSubsequent,
            "A later communication says that it is from a debt collector.",
        ),
    }
}

/// How something is shown to others than the consumer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Exposure {
    /// A postcard.
    Postcard,
    /// An envelope; whether it shows more than the address and a neutral name.
    Envelope {
        /// Any other language or symbol.
        telling: bool,
    },
    /// A message on social media.
    SocialMedia {
        /// The public or the person's contacts can see it.
        public: bool,
    },
}

/// SOC-1: nothing that tells others of the debt.
#[must_use]
pub fn soc_1(exposure: Exposure) -> Finding {
    match exposure {
        Exposure::Postcard => Finding::block(&SOC_1, "No postcards."),
        Exposure::Envelope { telling: true } => {
            Finding::block(&SOC_1, "The envelope shows more than addresses and a neutral name.")
        }
        Exposure::SocialMedia { public: true } => Finding::block(&SOC_1, "Others could see this message."),
        Exposure::Envelope { telling: false } | Exposure::SocialMedia { public: false } => {
            Finding::allow(&SOC_1, "Only the customer sees it.")
        }
    }
}
