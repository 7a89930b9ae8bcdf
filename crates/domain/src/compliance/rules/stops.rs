//! What stops contact with a person: attorney, cease request, refused medium, death, identity
//! theft, minority. ATT-1, CEA-1, MED-1, DEC-1, IDT-1, IDT-2, MIN-1.

use chrono::NaiveDate;

use super::table::{ATT_1, CEA_1, DEC_1, IDT_1, IDT_2, MED_1, MIN_1};
use crate::calendar::plus_days;
use crate::compliance::planted;
use crate::compliance::texts::TextId;
use crate::compliance::verdict::Finding;
use crate::contact::Medium;

/// What is known about an attorney.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Attorney {
    /// The consumer is represented on this debt; none when not known.
    pub represented: Option<bool>,
    /// The attorney's name and address are known or readily ascertained; none when not known.
    pub contact_known: Option<bool>,
    /// The attorney agreed to direct contact.
    pub consented: bool,
    /// The attorney answered our letter.
    pub replied: bool,
    /// We wrote to the attorney on that day.
    pub letter_sent: Option<NaiveDate>,
}

/// ATT-1: a represented consumer is not contacted. Consent, or an unanswered letter older than
/// `reasonable_days`, lets a supervisor decide: "reasonable period" has no number.
#[must_use]
pub fn att_1(attorney: Attorney, today: NaiveDate, reasonable_days: u32) -> Finding {
    match attorney.represented {
        Some(false) => return Finding::allow(&ATT_1, "Not represented by an attorney."),
        None => return Finding::unknown(&ATT_1, "whether an attorney represents the customer"),
        Some(true) => {}
    }
    if attorney.consented {
        return Finding::supervisor(&ATT_1, "The attorney consents to direct contact: confirm it.");
    }
    if attorney.contact_known != Some(true) {
        return Finding::supervisor(&ATT_1, "Represented, but the attorney's address is not known.")
            .with("unknown", "the attorney's name and address");
    }
    let block = Finding::block(&ATT_1, "Represented by an attorney: contact the attorney.");
    let Some(sent) = attorney.letter_sent.filter(|_| !attorney.replied) else {
        return block;
    };
    let last = plus_days(sent, planted::days(&ATT_1, reasonable_days));
    if today > last {
        Finding::supervisor(&ATT_1, "The attorney has not answered in a reasonable time.").with("letter_sent", sent)
    } else {
        block.with("letter_sent", sent).until_day(plus_days(last, 1))
    }
}

/// What may still be said after a cease request (12 CFR 1006.6(c)(2)).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CeaseException {
    /// That further efforts end.
    EndingEfforts,
    /// That remedies may be invoked which ordinarily are.
    RemediesOrdinarilyInvoked,
    /// That a specified remedy will be invoked.
    SpecifiedRemedy,
}

/// CEA-1: `received` is the day a written refusal or cease request came in, by mail or through an
/// electronic channel we accept; it binds from that day on.
#[must_use]
pub fn cea_1(received: Option<NaiveDate>, today: NaiveDate, exception: Option<CeaseException>) -> Finding {
    match received {
        Some(day) if day <= today => match exception {
            Some(_) => Finding::allow(&CEA_1, "One of the notices allowed after a cease request."),
            None => Finding::block(&CEA_1, "The customer asked in writing that contact cease.").with("received", day),
        },
        _ => Finding::allow(&CEA_1, "No written cease request."),
    }
}

/// When a refused medium may be used all the same (12 CFR 1006.14(h)(2)).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MediumException {
    /// To confirm the opt-out, and nothing else.
    OptOutConfirmation,
    /// Once, to answer the person's own contact by that medium.
    Reply,
    /// Law requires the communication.
    RequiredByLaw,
}

/// MED-1: a medium that the person asked not to use, orally or in writing.
#[must_use]
pub fn med_1(refused: &[Medium], medium: Medium, exception: Option<MediumException>) -> Finding {
    if !refused.iter().any(|refused| same_medium(*refused, medium)) {
        return Finding::allow(&MED_1, "The customer did not refuse this medium.");
    }
    match exception {
        Some(_) => Finding::allow(&MED_1, "One of the exceptions to a refused medium."),
        None => Finding::block(&MED_1, "The customer asked not to be contacted this way."),
    }
}

/// A voicemail is a use of the telephone.
fn same_medium(one: Medium, two: Medium) -> bool {
    let telephone = |medium| matches!(medium, Medium::Call | Medium::Voicemail);
    one == two || (telephone(one) && telephone(two))
}

/// Who would be contacted about a dead consumer's debt.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum EstateContact {
    /// The surviving spouse.
    Spouse,
    /// Executor, administrator or personal representative.
    Representative,
    /// Anybody else.
    Other,
}

/// DEC-1: after a death only the spouse and the estate's representative are contacted, and never
/// as if they owed it themselves.
#[must_use]
pub fn dec_1(deceased: bool, contact: Option<EstateContact>) -> Finding {
    if !deceased {
        return Finding::allow(&DEC_1, "Not reported dead.");
    }
    match contact {
        None => Finding::unknown(&DEC_1, "who represents the estate"),
        Some(EstateContact::Other) => {
            Finding::block(&DEC_1, "The customer has died; this person does not represent the estate.")
        }
        Some(_) => Finding::with_text(
            &DEC_1,
            TextId::EstateNotPersonal,
            "The customer has died: ask for payment from the estate only.",
        ),
    }
}

/// IDT-1: sale, transfer or placement after a 605B notice. Other acts are IDT-2's.
#[must_use]
pub fn idt_1(notified_605b: Option<bool>, disposes: bool) -> Finding {
    match (disposes, notified_605b) {
        (false, _) => Finding::allow(&IDT_1, "Not a sale, transfer or placement."),
        (true, Some(false)) => Finding::allow(&IDT_1, "No identity-theft notice."),
        (true, Some(true)) => {
            Finding::block(&IDT_1, "After an identity-theft notice the debt is not sold, transferred or placed.")
        }
        (true, None) => Finding::unknown(&IDT_1, "whether an identity-theft notice was received"),
    }
}

/// An act towards somebody who says that the debt is identity theft.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum IdentityTheftAct {
    /// Any collection.
    Collect,
    /// Telling the creditor, giving documents to the victim.
    Inform,
}

/// IDT-2: hold, tell the creditor, give documents. After the creditor was told the hold stays
/// until a person has looked into it.
#[must_use]
pub fn idt_2(claimed: bool, told_creditor: bool, act: IdentityTheftAct) -> Finding {
    match (claimed, act) {
        (false, _) => Finding::allow(&IDT_2, "No identity theft reported."),
        (true, IdentityTheftAct::Inform) => Finding::allow(&IDT_2, "Informs the creditor or the victim."),
        (true, IdentityTheftAct::Collect) => {
            Finding::block(&IDT_2, "Identity theft reported: collection rests.").with("creditor_told", told_creditor)
        }
    }
}

/// MIN-1: the parent of a minor is the consumer; the contract may be voidable, so a supervisor
/// decides. A child's age of none means that nothing suggests a minor.
#[must_use]
pub fn min_1(age: Option<u32>) -> Finding {
    match age {
        Some(age) if age < 18 => {
            Finding::supervisor(&MIN_1, "A minor: only the parent is contacted, and the contract may be voidable.")
                .with("age", age)
        }
        _ => Finding::allow(&MIN_1, "Not a minor."),
    }
}
