//! The Intelligent Mail barcode: 31 digits into 65 bars, as USPS-B-3200 prescribes.

use std::fmt;
use std::sync::LazyLock;

/// One of the four kinds of bars.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Bar {
    /// The short middle piece only.
    Tracker,
    /// Middle and up.
    Ascender,
    /// Middle and down.
    Descender,
    /// Full height.
    Full,
}

impl Bar {
    /// `T`, `A`, `D` or `F`.
    #[must_use]
    pub fn letter(self) -> char {
        match self {
            Self::Tracker => 'T',
            Self::Ascender => 'A',
            Self::Descender => 'D',
            Self::Full => 'F',
        }
    }

    /// Reaches up.
    #[must_use]
    pub fn rises(self) -> bool {
        matches!(self, Self::Ascender | Self::Full)
    }

    /// Reaches down.
    #[must_use]
    pub fn descends(self) -> bool {
        matches!(self, Self::Descender | Self::Full)
    }
}

/// The 65 bars, left to right.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Bars(pub [Bar; 65]);

impl fmt::Display for Bars {
    /// The 65 letters.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|bar| write!(f, "{}", bar.letter()))
    }
}

/// Why digits are no barcode.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ImbError {
    /// Something else than digits.
    #[error("the {part} \"{text}\" holds \"{found}\"; an Intelligent Mail barcode takes digits only")]
    NotDigits {
        /// "tracking code" or "routing code".
        part: &'static str,
        /// As given.
        text: String,
        /// The first character that is no digit.
        found: char,
    },
    /// The tracking code's length.
    #[error("the tracking code \"{0}\" has {count} digits; it needs 20: barcode id (2), service type (3), mailer id and serial number (15)", count = .0.len())]
    TrackingLength(String),
    /// The barcode id's second digit.
    #[error("the tracking code \"{0}\" starts with a barcode id whose second digit is above 4; USPS allows 0 to 4")]
    BarcodeId(String),
    /// The routing code's length.
    #[error("the routing code \"{0}\" has {count} digits; it takes none, 5 (ZIP), 9 (ZIP+4) or 11 (ZIP+4 and delivery point)", count = .0.len())]
    RoutingLength(String),
}

/// Encodes a tracking code (20 digits) and a routing code (0, 5, 9 or 11 digits).
pub fn encode(tracking: &str, routing: &str) -> Result<Bars, ImbError> {
    digits("tracking code", tracking)?;
    digits("routing code", routing)?;
    if tracking.len() != 20 {
        return Err(ImbError::TrackingLength(tracking.to_owned()));
    }
    if tracking.as_bytes()[1] > b'4' {
        return Err(ImbError::BarcodeId(tracking.to_owned()));
    }
    // Each length of routing code starts where the shorter one's range ends.
    let offset = match routing.len() {
        0 => 0,
        5 => 1,
        9 => 100_001,
        11 => 1_000_100_001,
        _ => return Err(ImbError::RoutingLength(routing.to_owned())),
    };
    let value = |digit: u8| u128::from(digit - b'0');
    let mut number = offset + routing.bytes().fold(0, |sum, digit| sum * 10 + value(digit));
    for (index, digit) in tracking.bytes().enumerate() {
        number = number * if index == 1 { 5 } else { 10 } + value(digit);
    }
    Ok(bars(&characters(number)))
}

fn digits(part: &'static str, text: &str) -> Result<(), ImbError> {
    match text.chars().find(|found| !found.is_ascii_digit()) {
        None => Ok(()),
        Some(found) => Err(ImbError::NotDigits { part, text: text.to_owned(), found }),
    }
}

/// Ten characters of 13 bits (steps 2 to 5 of the specification).
fn characters(number: u128) -> [u16; 10] {
    let check = crc(number);
    let mut rest = number;
    let mut words = [0_usize; 10];
    let mut take = |base: u128| {
        let word = rest % base;
        rest /= base;
        // Below 1365, so it fits.
        usize::try_from(word).unwrap_or(0)
    };
    words[9] = take(636) * 2;
    for word in words[1..9].iter_mut().rev() {
        *word = take(1365);
    }
    words[0] = take(1365);
    if check & 0x400 != 0 {
        words[0] += 659;
    }
    let mut characters = [0; 10];
    for (index, word) in words.into_iter().enumerate() {
        let character = CHARACTERS[word];
        characters[index] = if check >> index & 1 == 1 { !character & 0x1FFF } else { character };
    }
    characters
}

/// The 11-bit frame check sequence over the number's low 102 bits, high bit first: generator 0xF35,
/// start 0x7FF.
fn crc(number: u128) -> u16 {
    (0..102).rev().fold(0x7FF, |crc: u16, bit| {
        let next = u16::from(number >> bit & 1 == 1) << 10;
        let shifted = crc << 1 & 0x7FE;
        if (crc ^ next) & 0x400 == 0 { shifted } else { shifted ^ 0x735 }
    })
}

/// All characters by codeword: those of 13 bits with five set (1,287), then with two set (78).
static CHARACTERS: LazyLock<Vec<u16>> = LazyLock::new(|| {
    let mut table = characters_with(5);
    table.extend(characters_with(2));
    table
});

/// The characters with so many bits set: pairs of a character and its mirror image by rising value
/// of the smaller, then the symmetric ones by falling value.
fn characters_with(bits: u32) -> Vec<u16> {
    let mut table = Vec::new();
    let mut symmetric = Vec::new();
    for character in (0..0x2000_u16).filter(|character| character.count_ones() == bits) {
        let mirror = character.reverse_bits() >> 3;
        match character.cmp(&mirror) {
            std::cmp::Ordering::Less => table.extend([character, mirror]),
            std::cmp::Ordering::Equal => symmetric.push(character),
            std::cmp::Ordering::Greater => {}
        }
    }
    table.extend(symmetric.into_iter().rev());
    table
}

/// For each bar the character and bit that make it descend, and those that make it rise (the
/// specification's bar-to-character mapping; character 0 is A, 9 is J).
#[rustfmt::skip]
const MAP: [(usize, u8, usize, u8); 65] = [
    (7, 2, 4, 3), (1, 10, 0, 0), (9, 12, 2, 8), (5, 5, 6, 11), (8, 9, 3, 1),
    (0, 1, 5, 12), (2, 5, 1, 8), (4, 4, 9, 11), (6, 3, 8, 10), (3, 9, 7, 6),
    (5, 11, 1, 4), (8, 5, 2, 12), (9, 10, 0, 2), (7, 1, 6, 7), (3, 6, 4, 9),
    (0, 3, 8, 6), (6, 4, 2, 7), (1, 1, 9, 9), (7, 10, 5, 2), (4, 0, 3, 8),
    (6, 2, 0, 4), (8, 11, 1, 0), (9, 8, 3, 12), (2, 6, 7, 7), (5, 1, 4, 10),
    (1, 12, 6, 9), (7, 3, 8, 0), (5, 8, 9, 7), (4, 6, 2, 10), (3, 4, 0, 5),
    (8, 4, 5, 7), (7, 11, 1, 9), (6, 0, 9, 6), (0, 6, 4, 8), (2, 1, 3, 2),
    (5, 9, 8, 12), (4, 11, 6, 1), (9, 5, 7, 4), (3, 3, 1, 2), (0, 7, 2, 0),
    (1, 3, 4, 1), (6, 10, 3, 5), (8, 7, 9, 4), (2, 11, 5, 6), (0, 8, 7, 12),
    (4, 2, 8, 1), (5, 10, 3, 0), (9, 3, 0, 9), (6, 5, 2, 4), (7, 8, 1, 7),
    (5, 0, 4, 5), (2, 3, 0, 10), (6, 12, 9, 2), (3, 11, 1, 6), (8, 8, 7, 9),
    (5, 4, 0, 11), (1, 5, 2, 2), (9, 1, 4, 12), (8, 3, 6, 6), (7, 0, 3, 7),
    (4, 7, 7, 5), (0, 12, 1, 11), (2, 9, 9, 0), (6, 8, 5, 3), (3, 10, 8, 2),
];

fn bars(characters: &[u16; 10]) -> Bars {
    let set = |character: usize, bit: u8| characters[character] >> bit & 1 == 1;
    Bars(MAP.map(|(down, down_bit, up, up_bit)| match (set(down, down_bit), set(up, up_bit)) {
        (false, false) => Bar::Tracker,
        (false, true) => Bar::Ascender,
        (true, false) => Bar::Descender,
        (true, true) => Bar::Full,
    }))
}
