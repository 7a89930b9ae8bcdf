//! Names put together from syllables and common words, so that no real person or house is meant.

use super::random::Random;

const FIRST_START: &[&str] =
    &["Ka", "Lo", "Mi", "Ta", "Re", "Sa", "No", "Be", "Da", "El", "Fi", "Ga", "Ha", "Ju", "Vi", "Zo"];
const FIRST_END: &[&str] = &["rin", "lan", "mira", "don", "via", "sel", "ten", "ri", "nora", "bel", "kai", "lin"];
const LAST_START: &[&str] = &[
    "Bram", "Cald", "Dorr", "Elk", "Farn", "Garr", "Holl", "Ivers", "Kett", "Lorr", "Marr", "Norr", "Pell", "Quin",
    "Rusk", "Sedd", "Tarr", "Ulm", "Varr", "Wend",
];
const LAST_END: &[&str] = &["ow", "bury", "den", "ley", "mere", "ton", "well", "wick", "stad", "gard", "holm", "ane"];
const WORDS: &[&str] = &[
    "Juniper", "Granite", "Copper", "Willow", "Harbor", "Prairie", "Cedar", "Summit", "Lantern", "Meadow", "Orchard",
    "Raven", "Silver", "Timber", "Aspen", "Beacon", "Canyon", "Delta", "Ember", "Falcon",
];
const TRADES: &[&str] = &[
    "Bakery",
    "Dental Group",
    "Logistics",
    "Plumbing",
    "Veterinary Clinic",
    "Machine Works",
    "Print Shop",
    "Legal",
    "Realty",
    "Hardware",
    "Brewing",
    "Auto Repair",
    "Fitness",
    "Landscaping",
    "Staffing",
    "Catering",
];
const FORMS: &[&str] = &["LLC", "Inc.", "Co.", "Corp."];
const STREETS: &[&str] = &["St", "Ave", "Rd", "Ln", "Dr", "Ct", "Blvd"];

/// First and last name.
pub(super) fn person(random: &mut Random) -> (String, String) {
    let first = format!("{}{}", random.pick(FIRST_START), random.pick(FIRST_END));
    let last = format!("{}{}", random.pick(LAST_START), random.pick(LAST_END));
    (first, last)
}

/// A business.
pub(super) fn business(random: &mut Random) -> String {
    format!("{} {} {} {}", random.pick(WORDS), random.pick(LAST_START), random.pick(TRADES), random.pick(FORMS))
}

/// Street lines.
pub(super) fn street(random: &mut Random) -> Vec<String> {
    let mut lines = vec![format!("{} {} {}", random.between(10, 9_899), random.pick(WORDS), random.pick(STREETS))];
    if random.percent(20) {
        lines.push(format!("Apt {}", random.between(1, 48)));
    }
    lines
}

/// A place: city, state, ZIP and area code that belong together.
pub(super) type Place = (&'static str, &'static str, &'static str, &'static str);

/// Places in every zone of the United States.
pub(super) const PLACES: &[&Place] = &[
    &("Boston", "MA", "02108", "617"),
    &("Providence", "RI", "02903", "401"),
    &("Hartford", "CT", "06103", "860"),
    &("New York", "NY", "10001", "212"),
    &("Buffalo", "NY", "14202", "716"),
    &("Newark", "NJ", "07102", "973"),
    &("Philadelphia", "PA", "19103", "215"),
    &("Pittsburgh", "PA", "15222", "412"),
    &("Baltimore", "MD", "21202", "410"),
    &("Richmond", "VA", "23219", "804"),
    &("Charlotte", "NC", "28202", "704"),
    &("Atlanta", "GA", "30303", "404"),
    &("Jacksonville", "FL", "32202", "904"),
    &("Miami", "FL", "33131", "305"),
    &("Cleveland", "OH", "44113", "216"),
    &("Columbus", "OH", "43215", "614"),
    &("Detroit", "MI", "48226", "313"),
    &("Indianapolis", "IN", "46204", "317"),
    &("Louisville", "KY", "40202", "502"),
    &("Nashville", "TN", "37203", "615"),
    &("Memphis", "TN", "38103", "901"),
    &("Birmingham", "AL", "35203", "205"),
    &("Chicago", "IL", "60601", "312"),
    &("Milwaukee", "WI", "53202", "414"),
    &("Minneapolis", "MN", "55401", "612"),
    &("Saint Louis", "MO", "63101", "314"),
    &("Kansas City", "MO", "64105", "816"),
    &("New Orleans", "LA", "70112", "504"),
    &("Dallas", "TX", "75201", "214"),
    &("Houston", "TX", "77002", "713"),
    &("Oklahoma City", "OK", "73102", "405"),
    &("Omaha", "NE", "68102", "402"),
    &("El Paso", "TX", "79901", "915"),
    &("Denver", "CO", "80202", "303"),
    &("Salt Lake City", "UT", "84101", "801"),
    &("Albuquerque", "NM", "87102", "505"),
    &("Boise", "ID", "83702", "208"),
    &("Phoenix", "AZ", "85003", "602"),
    &("Las Vegas", "NV", "89101", "702"),
    &("Los Angeles", "CA", "90012", "213"),
    &("San Diego", "CA", "92101", "619"),
    &("San Francisco", "CA", "94103", "415"),
    &("Sacramento", "CA", "95814", "916"),
    &("Portland", "OR", "97204", "503"),
    &("Seattle", "WA", "98101", "206"),
    &("Spokane", "WA", "99201", "509"),
    &("Anchorage", "AK", "99501", "907"),
    &("Honolulu", "HI", "96813", "808"),
];
