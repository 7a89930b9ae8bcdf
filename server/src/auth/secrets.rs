//! Codes, tokens and nonces: random, shown once, and kept only as hashes.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use sha2::{Digest, Sha256};
use uuid::Uuid;

use crate::error::ServerError;

/// Letters and digits that are not mistaken for one another on paper or on the phone.
const ALPHABET: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";

/// Random bytes of the operating system.
pub fn random<const N: usize>() -> Result<[u8; N], ServerError> {
    let mut bytes = [0; N];
    getrandom::fill(&mut bytes).map_err(|error| ServerError::Unavailable(format!("no randomness: {error}")))?;
    Ok(bytes)
}

/// What is kept of a secret. The secrets have 100 bits or more, so a plain hash is not guessed.
#[must_use]
pub fn hash(secret: &str) -> Vec<u8> {
    Sha256::digest(secret.as_bytes()).to_vec()
}

/// An enrolment code with 100 random bits: `example-7K2QD-93MXA-0BC4D-ZZ1T8`.
pub fn code(slug: &str) -> Result<String, ServerError> {
    let bytes: [u8; 20] = random()?;
    let letters: Vec<char> = bytes.iter().map(|byte| char::from(ALPHABET[usize::from(byte & 31)])).collect();
    let groups: Vec<String> = letters.chunks(5).map(|group| group.iter().collect()).collect();
    Ok(format!("{slug}-{}", groups.join("-")))
}

/// A password with 100 random bits, to be typed: `7K2QD-93MXA-0BC4D-ZZ1T8`.
pub fn password() -> Result<String, ServerError> {
    Ok(code("")?.trim_start_matches('-').to_owned())
}

/// A code as it was typed, in the form it was made: capitals, no spaces, and the letters that look
/// like digits read as digits. With its organisation's short name.
#[must_use]
pub fn typed(code: &str) -> Option<(String, String)> {
    let (slug, rest) = code.trim().split_once('-')?;
    let rest: String = rest
        .to_ascii_uppercase()
        .chars()
        .filter(char::is_ascii_alphanumeric)
        .map(|letter| match letter {
            'O' => '0',
            'I' | 'L' => '1',
            other => other,
        })
        .collect();
    let groups: Vec<&str> = (0..rest.len()).step_by(5).map(|at| &rest[at..(at + 5).min(rest.len())]).collect();
    let slug = slug.to_ascii_lowercase();
    Some((slug.clone(), format!("{slug}-{}", groups.join("-"))))
}

/// A token or nonce that names its organisation, so that one key finds it: 16 bytes of id, 32 random.
pub fn token(org: Uuid) -> Result<String, ServerError> {
    let secret: [u8; 32] = random()?;
    Ok(URL_SAFE_NO_PAD.encode([org.as_bytes().as_slice(), &secret].concat()))
}

/// The organisation a token names; nothing is proved by it.
#[must_use]
pub fn org_of(token: &str) -> Option<Uuid> {
    let bytes = URL_SAFE_NO_PAD.decode(token).ok().filter(|bytes| bytes.len() == 48)?;
    Uuid::from_slice(&bytes[..16]).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_is_found_again_however_it_is_typed() {
        let made = code("example").unwrap();
        assert_eq!(made.len(), "example".len() + 24);
        for as_typed in [made.clone(), format!(" {} ", made.to_lowercase()), made.replace('0', "o").replace('1', "l")] {
            assert_eq!(typed(&as_typed), Some(("example".to_owned(), made.clone())), "{as_typed}");
        }
        assert_eq!(typed("nonsense"), None);
        assert!(typed("a-").is_some());
    }

    #[test]
    fn a_token_names_its_organisation_and_no_two_are_equal() {
        let org = Uuid::from_u128(7);
        let first = token(org).unwrap();
        assert_eq!(org_of(&first), Some(org));
        assert_ne!(first, token(org).unwrap());
        assert_eq!(org_of("x"), None);
        assert_eq!(org_of(&first[1..]), None);
    }
}
