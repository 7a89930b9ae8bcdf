//! Bytes into text: byte-order marks, UTF-16 without one, UTF-8, and the single-byte pages that
//! older billing systems write.

use std::borrow::Cow;

use encoding_rs::{Encoding, UTF_8, UTF_16BE, UTF_16LE, WINDOWS_1252};

use crate::error::IntakeError;

/// Text with the name of the encoding it was read by.
pub(crate) struct Decoded<'a> {
    pub(crate) text: Cow<'a, str>,
    pub(crate) name: &'static str,
}

/// How much of a file the guess of a single-byte page looks at.
const SAMPLE: usize = 1 << 20;

/// Reads bytes as text. Damage inside an otherwise good file is kept as U+FFFD or a control
/// character, so that its row can be named; bytes that are no text at all are refused here.
pub(crate) fn decode(bytes: &[u8]) -> Result<Decoded<'_>, IntakeError> {
    // The end-of-file mark that DOS programs still write.
    let bytes = bytes.strip_suffix(b"\x1a").unwrap_or(bytes);
    if let Some(what) = known_binary(bytes) {
        return Err(IntakeError::NotATable { what });
    }
    if let Some((encoding, mark)) = Encoding::for_bom(bytes) {
        let (text, _) = encoding.decode_without_bom_handling(&bytes[mark..]);
        return checked(text, encoding.name());
    }
    if let Some(encoding) = utf_16_without_mark(bytes) {
        let (text, _) = encoding.decode_without_bom_handling(bytes);
        return checked(text, encoding.name());
    }
    if let Ok(text) = std::str::from_utf8(bytes) {
        return checked(Cow::Borrowed(text), UTF_8.name());
    }
    let encoding = if mostly_utf_8(bytes) { UTF_8 } else { single_byte_page(bytes) };
    let (text, _) = encoding.decode_without_bom_handling(bytes);
    checked(text, encoding.name())
}

fn checked<'a>(text: Cow<'a, str>, name: &'static str) -> Result<Decoded<'a>, IntakeError> {
    let (mut seen, mut damaged) = (0_usize, 0_usize);
    for c in text.chars().take(100_000) {
        seen += 1;
        damaged += usize::from(is_damage(c));
    }
    if text.trim().is_empty() {
        return Err(IntakeError::Empty);
    }
    // A table with one broken row stays far below; a picture or an archive far above.
    if damaged * 10 > seen {
        return Err(IntakeError::NotATable { what: "binary data, not text" });
    }
    Ok(Decoded { text, name })
}

/// A character that no extract contains on purpose.
pub(crate) fn is_damage(c: char) -> bool {
    c == '\u{fffd}' || (c.is_control() && !matches!(c, '\n' | '\r' | '\t' | '\u{b}' | '\u{c}'))
}

fn known_binary(bytes: &[u8]) -> Option<&'static str> {
    [
        (b"%PDF".as_slice(), "a PDF"),
        (b"\x89PNG", "a picture"),
        (b"\xff\xd8\xff", "a picture"),
        (b"GIF8", "a picture"),
        (b"\x1f\x8b", "a gzip archive"),
        (b"7z\xbc\xaf", "a 7z archive"),
        (b"Rar!", "a RAR archive"),
        (b"SQLite format 3", "a SQLite database"),
        (b"PAR1", "a Parquet file"),
    ]
    .into_iter()
    .find(|(magic, _)| bytes.starts_with(magic))
    .map(|(_, what)| what)
}

/// ASCII text in UTF-16 has a zero in every second byte.
fn utf_16_without_mark(bytes: &[u8]) -> Option<&'static Encoding> {
    let sample = &bytes[..bytes.len().min(2_000)];
    let pairs = sample.len() / 2;
    if pairs < 4 {
        return None;
    }
    let zeros = |odd: usize| sample.iter().skip(odd).step_by(2).filter(|b| **b == 0).count();
    let (even, odd) = (zeros(0), zeros(1));
    if odd * 10 > pairs * 8 && even * 10 < pairs {
        Some(UTF_16LE)
    } else if even * 10 > pairs * 8 && odd * 10 < pairs {
        Some(UTF_16BE)
    } else {
        None
    }
}

/// `MÃ¼ller`: two letters in the place of one, where UTF-8 was read as a single-byte page.
pub(crate) fn is_mojibake(text: &str) -> bool {
    let lead = |c: char| matches!(c, '\u{c3}' | '\u{c2}' | '\u{c5}' | '\u{c4}');
    text.match_indices(lead).any(|(at, lead)| {
        let next = text[at + lead.len()..].chars().next();
        // The second byte as Latin-1 or Windows-1252 shows it; none is a small letter.
        next.is_some_and(|c| matches!(c, '\u{80}'..='\u{bf}' | '\u{152}' | '\u{160}' | '\u{178}' | '\u{17d}' | '\u{192}' | '\u{2c6}' | '\u{2dc}' | '\u{2013}'..='\u{203a}' | '\u{20ac}' | '\u{2122}'))
            && next != Some('\u{a0}')
    })
}

/// At least as many sound multi-byte sequences as broken ones: UTF-8 that was damaged, since two
/// letters of a single-byte page rarely form one. The broken cells are named by their lines.
fn mostly_utf_8(bytes: &[u8]) -> bool {
    let (mut sound, mut broken) = (0_usize, 0_usize);
    for chunk in bytes.utf8_chunks() {
        sound += chunk.valid().chars().filter(|c| !c.is_ascii()).count();
        broken += usize::from(!chunk.invalid().is_empty());
    }
    sound > 0 && sound >= broken
}

fn single_byte_page(bytes: &[u8]) -> &'static Encoding {
    let first = bytes.iter().position(|b| !b.is_ascii()).unwrap_or(0);
    let from = first.saturating_sub(SAMPLE / 2);
    let mut detector = chardetng::EncodingDetector::new(chardetng::Iso2022JpDetection::Deny);
    detector.feed(&bytes[from..bytes.len().min(from + SAMPLE)], true);
    let guess = detector.guess(None, chardetng::Utf8Detection::Deny);
    // Windows-1252 is the rule in this trade; leave it only for a page that is sure to differ.
    if guess.is_single_byte() || guess == encoding_rs::SHIFT_JIS || guess == encoding_rs::GBK {
        guess
    } else {
        WINDOWS_1252
    }
}
