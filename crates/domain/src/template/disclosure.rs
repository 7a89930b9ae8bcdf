//! The texts the law requires, by id (`compliance/rules.md`, *Required-text library*), and whether a
//! text really holds one: what counts is the printed words, not the intention to print them.

/// Required texts with their ids, in a wording that can be printed as it stands.
const LIBRARY: &[(&str, &str)] = &[
    (
        "TXT_MM_INITIAL",
        "This is an attempt to collect a debt and any information obtained will be used for that purpose.",
    ),
    ("TXT_MM_SUBSEQUENT", "This communication is from a debt collector."),
    ("TXT_OPTOUT", "To stop emails to this address, reply with the word UNSUBSCRIBE. There is no fee."),
    (
        "TXT_ESTATE_NOT_PERSONAL",
        "We are asking for payment from the assets of the estate. You are not personally asked to pay this debt.",
    ),
    (
        "TXT_MA_WORKPLACE",
        "NOTICE OF IMPORTANT RIGHTS. You have the right to make a written or oral request that telephone calls \
         regarding your debt not be made to you at your place of employment. Any such oral request will be valid \
         for only ten days unless you provide written confirmation of the request postmarked or delivered within \
         seven days of such request. You may terminate this request by writing to the debt collector.",
    ),
];

/// The words of a required text; none for an id nobody knows.
#[must_use]
pub fn required_text(id: &str) -> Option<&'static str> {
    LIBRARY.iter().find(|(known, _)| *known == id).map(|(_, text)| *text)
}

/// Whether a text holds a required one, whatever its line breaks and capitals. The initial
/// mini-Miranda also serves where the subsequent one is due (12 CFR 1006.18(e)): it says more.
#[must_use]
pub fn holds(text: &str, id: &str) -> bool {
    let plain = |text: &str| text.split_whitespace().collect::<Vec<_>>().join(" ").to_lowercase();
    let text = plain(text);
    let has = |id: &str| required_text(id).is_some_and(|required| text.contains(&plain(required)));
    has(id) || (id == "TXT_MM_SUBSEQUENT" && has("TXT_MM_INITIAL"))
}
