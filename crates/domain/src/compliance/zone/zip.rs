//! ZIP codes by their first three digits, with the few five-digit codes that settle more; Canadian
//! postal codes by their first letter; states where there is no code.

use super::ZoneSet;

const E: ZoneSet = ZoneSet::EASTERN;
const C: ZoneSet = ZoneSet::CENTRAL;
const M: ZoneSet = ZoneSet::MOUNTAIN;
const AZ: ZoneSet = ZoneSet::ARIZONA;
const P: ZoneSet = ZoneSet::PACIFIC;
const EC: ZoneSet = E.or(C);
const CM: ZoneSet = C.or(M);
const MP: ZoneSet = M.or(P);
const MAZ: ZoneSet = M.or(AZ);
const NAVAJO: ZoneSet = MAZ;

/// First and last three-digit prefix, and its zones; in order, without overlap. Prefixes of military
/// mail (090-098, 340, 962-966) are left out: it may be anywhere.
const PREFIXES: &[(u16, u16, ZoneSet)] = &[
    (5, 5, E),
    (6, 7, ZoneSet::ATLANTIC),
    (8, 8, ZoneSet::ATLANTIC),
    (9, 9, ZoneSet::ATLANTIC),
    (10, 89, E),
    (100, 319, E),
    // Florida: the panhandle west of the Apalachicola is Central.
    (320, 322, E),
    (323, 324, EC),
    (325, 325, C),
    (326, 339, E),
    (341, 349, E),
    (350, 367, C),
    // Alabama across from Columbus keeps Georgia's time.
    (368, 368, EC),
    (369, 369, C),
    (370, 372, C),
    (373, 373, EC),
    (374, 384, EC),
    (385, 385, EC),
    (386, 397, C),
    (398, 399, E),
    (400, 400, E),
    (401, 401, EC),
    (402, 419, E),
    (420, 424, C),
    (425, 427, EC),
    (430, 459, E),
    // Indiana's corners are Central.
    (460, 462, E),
    (463, 464, C),
    (465, 466, EC),
    (467, 468, E),
    (469, 469, EC),
    (470, 474, E),
    (475, 477, EC),
    (478, 478, E),
    (479, 479, EC),
    (480, 497, E),
    (498, 499, EC),
    (500, 567, C),
    (569, 569, E),
    (570, 574, C),
    (575, 576, CM),
    (577, 577, M),
    (580, 584, C),
    (585, 586, CM),
    (587, 588, C),
    (590, 599, M),
    (600, 676, C),
    (677, 679, CM),
    (680, 689, C),
    (690, 693, CM),
    (700, 797, C),
    (798, 799, CM),
    (800, 834, M),
    (835, 835, MP),
    (836, 837, M),
    (838, 838, P),
    (840, 847, M),
    (850, 859, AZ),
    (860, 865, NAVAJO),
    (870, 885, M),
    (889, 897, P),
    (898, 898, MP),
    (900, 961, P),
    (967, 968, ZoneSet::HAWAII),
    (970, 978, P),
    (979, 979, MP),
    (980, 994, P),
    (995, 995, ZoneSet::ALASKA.or(ZoneSet::ALEUTIAN)),
    (996, 999, ZoneSet::ALASKA),
];

/// Five-digit codes that settle more than their prefix, or lie elsewhere.
const CODES: &[(u32, u32, ZoneSet)] = &[
    (88888, 88888, E),
    // Mesquite, Nevada, which the data put across the border.
    (89024, 89024, P.or(AZ)),
    // Wake Island.
    (96898, 96898, ZoneSet::MARSHALL),
    (96799, 96799, ZoneSet::SAMOA),
    (96910, 96932, ZoneSet::GUAM),
    (96939, 96940, ZoneSet::PALAU),
    (96941, 96941, ZoneSet::POHNPEI),
    (96942, 96943, ZoneSet::CHUUK),
    (96944, 96944, ZoneSet::POHNPEI),
    (96950, 96952, ZoneSet::GUAM),
    (96960, 96970, ZoneSet::MARSHALL),
];

/// Zones of a ZIP, ZIP+4 or Canadian postal code.
pub(super) fn zones(code: &str) -> ZoneSet {
    let code = code.trim().as_bytes();
    match code.first() {
        Some(b'0'..=b'9') => {}
        Some(letter) => return canadian(*letter),
        None => return ZoneSet::NONE,
    }
    let Some(five) = code.get(..5).filter(|five| five.iter().all(u8::is_ascii_digit)) else {
        return ZoneSet::NONE;
    };
    let number = five.iter().fold(0_u32, |sum, digit| sum * 10 + u32::from(digit - b'0'));
    let listed = CODES.iter().find(|(first, last, _)| (*first..=*last).contains(&number));
    if let Some((_, _, zones)) = listed {
        return *zones;
    }
    let prefix = number / 100;
    let at = PREFIXES.partition_point(|(_, last, _)| u32::from(*last) < prefix);
    PREFIXES.get(at).filter(|(first, ..)| u32::from(*first) <= prefix).map(|(.., zones)| *zones).unwrap_or_default()
}

fn canadian(letter: u8) -> ZoneSet {
    match letter.to_ascii_uppercase() {
        b'A' => ZoneSet::NEWFOUNDLAND.or(ZoneSet::MARITIME),
        b'B' | b'C' | b'E' => ZoneSet::MARITIME,
        // The Magdalen Islands and the lower north shore are an hour ahead of Quebec.
        b'G' => E.or(ZoneSet::MARITIME).or(ZoneSet::ATLANTIC),
        b'H' | b'J' | b'K' | b'L' | b'M' | b'N' => E,
        b'P' => EC.or(ZoneSet::JAMAICA),
        b'R' => C,
        b'S' => ZoneSet::SASKATCHEWAN.or(M),
        b'T' => M,
        b'V' => ZoneSet::VANCOUVER.or(M).or(ZoneSet::YUKON),
        b'X' => M.or(C).or(E).or(ZoneSet::JAMAICA),
        b'Y' => ZoneSet::YUKON,
        _ => ZoneSet::NONE,
    }
}

/// Zones of a state, territory or province; none if it is no such abbreviation.
pub(super) fn of_state(state: &str) -> ZoneSet {
    match state.trim() {
        "CT" | "DC" | "DE" | "GA" | "MA" | "MD" | "ME" | "NC" | "NH" | "NJ" | "NY" | "OH" | "PA" | "RI" | "SC"
        | "VA" | "VT" | "WV" => E,
        "AL" | "FL" | "IN" | "KY" | "MI" | "TN" => EC,
        "AR" | "IA" | "IL" | "LA" | "MN" | "MO" | "MS" | "OK" | "WI" | "MB" => C,
        "KS" | "ND" | "NE" | "SD" | "TX" => CM,
        "CO" | "MT" | "NM" | "UT" | "WY" | "AB" => M,
        "AZ" => MAZ,
        "ID" | "NV" | "OR" => MP,
        "CA" | "WA" => P,
        "AK" => ZoneSet::ALASKA.or(ZoneSet::ALEUTIAN),
        "HI" => ZoneSet::HAWAII,
        "PR" | "VI" => ZoneSet::ATLANTIC,
        "GU" | "MP" => ZoneSet::GUAM,
        "AS" => ZoneSet::SAMOA,
        "ON" => canadian(b'P'),
        "QC" => canadian(b'G'),
        "NB" | "NS" | "PE" => ZoneSet::MARITIME,
        "NL" => canadian(b'A'),
        "SK" => canadian(b'S'),
        "BC" => canadian(b'V'),
        "NT" | "NU" => canadian(b'X'),
        "YT" => ZoneSet::YUKON,
        _ => ZoneSet::NONE,
    }
}
