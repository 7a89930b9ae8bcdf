//! Currencies as extracts name them: codes, signs and words.

use domain::money::Currency;

/// Active codes of ISO 4217 (list one), without funds, metals and test codes.
const CODES: &str = "AED AFN ALL AMD ANG AOA ARS AUD AWG AZN BAM BBD BDT BGN BHD BIF BMD BND BOB BRL BSD BTN \
BWP BYN BZD CAD CDF CHF CLP CNY COP CRC CUP CVE CZK DJF DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL GHS GIP \
GMD GNF GTQ GYD HKD HNL HRK HTG HUF IDR ILS INR IQD IRR ISK JMD JOD JPY KES KGS KHR KMF KPW KRW KWD KYD KZT \
LAK LBP LKR LRD LSL LYD MAD MDL MGA MKD MMK MNT MOP MRU MUR MVR MWK MXN MYR MZN NAD NGN NIO NOK NPR NZD OMR \
PAB PEN PGK PHP PKR PLN PYG QAR RON RSD RUB RWF SAR SBD SCR SDG SEK SGD SHP SLE SOS SRD SSP STN SVC SYP SZL \
THB TJS TMT TND TOP TRY TTD TWD TZS UAH UGX USD UYU UZS VED VES VND VUV WST XAF XCD XCG XOF XPF YER ZAR ZMW ZWG";

/// What a text says about the currency.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Named {
    /// This one.
    Is(Currency),
    /// A sign that several share: `$`.
    Dollar,
    /// Nothing known.
    Unknown,
}

/// Codes stand in order, four bytes apart.
fn is_code(code: [u8; 3]) -> bool {
    let (mut low, mut high) = (0, CODES.len().div_ceil(4));
    while low < high {
        let middle = usize::midpoint(low, high);
        match CODES.as_bytes()[middle * 4..middle * 4 + 3].cmp(&code) {
            std::cmp::Ordering::Equal => return true,
            std::cmp::Ordering::Less => low = middle + 1,
            std::cmp::Ordering::Greater => high = middle,
        }
    }
    false
}

/// A code of ISO 4217 that is in use.
pub(crate) fn is_listed(currency: Currency) -> bool {
    <[u8; 3]>::try_from(currency.code().as_bytes()).is_ok_and(is_code)
}

/// Reads a code, sign or word.
pub(crate) fn named(text: &str) -> Named {
    let text = crate::value::trim(text);
    // Great Plains calls its own currencies Z-US$ and Z-EURO.
    let text = text.strip_prefix("Z-").unwrap_or(text);
    match text {
        "" => return Named::Unknown,
        "$" => return Named::Dollar,
        "USD" => return Named::Is(Currency::USD),
        _ => {}
    }
    if let Ok(code) = <[u8; 3]>::try_from(text.to_ascii_uppercase().as_bytes())
        && is_code(code)
    {
        return text.parse().map_or(Named::Unknown, Named::Is);
    }
    // `United States Dollar - USD`, `Euro (EUR)`.
    if text.contains([' ', '(']) {
        let mut codes = text.split(|c: char| !c.is_alphanumeric()).filter_map(|word| {
            let code = <[u8; 3]>::try_from(word.as_bytes()).ok().filter(|code| is_code(*code))?;
            std::str::from_utf8(&code).ok()?.parse().ok()
        });
        if let (Some(code), None) = (codes.next(), codes.next()) {
            return Named::Is(code);
        }
    }
    let lower = text.to_lowercase();
    let code = match lower.trim_end_matches('.') {
        "us$"
        | "$us"
        | "us dollar"
        | "us dollars"
        | "u.s. dollar"
        | "usa dollar"
        | "united states dollar"
        | "us"
        | "dollar"
        | "dollars" => "USD",
        "c$" | "ca$" | "can$" | "cdn$" | "cdn" | "canadian dollar" | "canadian dollars" => "CAD",
        "a$" | "au$" | "aus$" | "australian dollar" => "AUD",
        "nz$" | "new zealand dollar" => "NZD",
        "€" | "euro" | "euros" => "EUR",
        "£" | "uk" | "british pound" | "british pound sterling" | "pound sterling" | "pounds" => "GBP",
        "¥" | "japanese yen" | "yen" => "JPY",
        "₹" | "rs" | "indian rupee" => "INR",
        "r$" => "BRL",
        "fr" | "sfr" | "swiss franc" => "CHF",
        "mex$" | "mx$" | "mexican peso" => "MXN",
        "zł" => "PLN",
        "₩" => "KRW",
        "₺" => "TRY",
        _ => return Named::Unknown,
    };
    code.parse().map_or(Named::Unknown, Named::Is)
}

/// A currency that a heading names in brackets or as its last word: `Amount (EUR)`, `Total USD`.
pub(crate) fn in_heading(heading: &str) -> Option<Currency> {
    let words = heading.split(|c: char| c.is_whitespace() || matches!(c, '(' | ')' | '[' | ']' | '_'));
    let mut found = words.filter(|word| !word.is_empty()).filter_map(|word| {
        let sound =
            word.len() == 3 && word.bytes().all(|b| b.is_ascii_uppercase()) || matches!(word, "€" | "£" | "US$");
        match named(word) {
            // Words that are codes too, but are rarely meant so in a heading.
            Named::Is(currency) if sound && !matches!(word, "ALL" | "TOP" | "TRY") => Some(currency),
            _ => None,
        }
    });
    found.next_back()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_signs_and_words() {
        assert_eq!(named(" usd "), Named::Is(Currency::USD));
        assert_eq!(named("Canadian Dollar"), Named::Is(Currency::CAD));
        assert_eq!(named("United States Dollar - USD"), Named::Is(Currency::USD));
        assert!(matches!(named("Euro (EUR)"), Named::Is(code) if code.code() == "EUR"));
        assert_eq!(named("$"), Named::Dollar);
        assert_eq!(named("USX"), Named::Unknown);
        for code in CODES.split(' ') {
            assert!(matches!(named(code), Named::Is(_)), "{code}");
        }
        assert_eq!(in_heading("Amount (CAD)"), Some(Currency::CAD));
        assert_eq!(in_heading("ALL amounts"), None);
    }
}
