//! The sealing of parts: XChaCha20-Poly1305 under a key that the database never sees. What a part is,
//! and where it belongs, is bound to it: a part moved to another place does not open.

use std::path::PathBuf;

use chacha20poly1305::aead::{Aead as _, KeyInit as _, Payload};
use chacha20poly1305::{Key, XChaCha20Poly1305, XNonce};
use sha2::{Digest as _, Sha256};

use crate::auth::secrets;
use crate::error::ServerError;

/// Bytes of a nonce: random ones never meet.
const NONCE: usize = 24;

/// Bytes of a key's name.
const NAME: usize = 8;

/// The server's keys; the first seals, any opens.
pub struct Seal {
    keys: Vec<([u8; NAME], XChaCha20Poly1305)>,
}

/// Why a key file can't be used.
#[derive(Debug, thiserror::Error)]
pub enum KeyError {
    /// It can't be read.
    #[error("{0} can't be read: {1}")]
    Unreadable(PathBuf, std::io::Error),
    /// It is no key.
    #[error("{0} holds no key: 64 hexadecimal digits, as `openssl rand -hex 32` makes them")]
    NoKey(PathBuf),
}

impl Seal {
    /// Of key files, the newest first.
    pub fn read(files: &[PathBuf]) -> Result<Self, KeyError> {
        let mut keys = Vec::with_capacity(files.len());
        for file in files {
            let text = std::fs::read_to_string(file).map_err(|error| KeyError::Unreadable(file.clone(), error))?;
            let key = unhex(text.trim()).ok_or_else(|| KeyError::NoKey(file.clone()))?;
            keys.push(Self::named(&key));
        }
        Ok(Self { keys })
    }

    fn named(key: &[u8; 32]) -> ([u8; NAME], XChaCha20Poly1305) {
        let mut name = [0; NAME];
        // Tells nothing of the key, and stays the same wherever the file lies.
        let digest = Sha256::digest([b"dunlin attachment key 1".as_slice(), key].concat());
        name.copy_from_slice(&digest[..NAME]);
        (name, XChaCha20Poly1305::new(Key::from_slice(key)))
    }

    /// The sealing key's name and the sealed bytes. `place` says where they belong.
    pub fn seal(&self, bytes: &[u8], place: &str) -> Result<(Vec<u8>, Vec<u8>), ServerError> {
        let (name, key) = self.keys.first().ok_or(ServerError::Missing("attachment key on this server"))?;
        let nonce: [u8; NONCE] = secrets::random()?;
        let sealed = key
            .encrypt(XNonce::from_slice(&nonce), Payload { msg: bytes, aad: place.as_bytes() })
            .map_err(|_| ServerError::Unavailable("an attachment can't be sealed".to_owned()))?;
        Ok((name.to_vec(), [nonce.as_slice(), &sealed].concat()))
    }

    /// The bytes again.
    pub fn open(&self, name: &[u8], sealed: &[u8], place: &str) -> Result<Vec<u8>, ServerError> {
        let broken = |why: &str| ServerError::Stored { what: "attachment".to_owned(), why: why.to_owned() };
        let (_, key) = self
            .keys
            .iter()
            .find(|(known, _)| known == name)
            .ok_or_else(|| broken("the key that sealed it is not configured"))?;
        let (nonce, body) = sealed.split_at_checked(NONCE).ok_or_else(|| broken("it is too short"))?;
        key.decrypt(XNonce::from_slice(nonce), Payload { msg: body, aad: place.as_bytes() })
            .map_err(|_| broken("it was altered"))
    }
}

/// 32 bytes of 64 hexadecimal digits.
#[must_use]
pub fn unhex(text: &str) -> Option<[u8; 32]> {
    let digits = text.as_bytes();
    if digits.len() != 64 || !digits.iter().all(u8::is_ascii_hexdigit) {
        return None;
    }
    let mut bytes = [0; 32];
    for (byte, pair) in bytes.iter_mut().zip(digits.chunks(2)) {
        *byte = u8::from_str_radix(std::str::from_utf8(pair).ok()?, 16).ok()?;
    }
    Some(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn file(folder: &tempfile::TempDir, name: &str, text: &str) -> PathBuf {
        let path = folder.path().join(name);
        std::fs::write(&path, text).unwrap();
        path
    }

    #[test]
    fn a_part_opens_only_unaltered_in_its_place_and_with_an_old_key_too() {
        let folder = tempfile::tempdir().unwrap();
        let old = file(&folder, "old", &"0a".repeat(32));
        let new = file(&folder, "new", &format!("{}\n", "B1".repeat(32)));
        let before = Seal::read(std::slice::from_ref(&old)).unwrap();
        let (name, sealed) = before.seal(b"Dear Ana", "here").unwrap();
        assert!(!sealed.windows(4).any(|part| part == b"Dear"));
        let after = Seal::read(&[new, old]).unwrap();
        assert_eq!(after.open(&name, &sealed, "here").unwrap(), b"Dear Ana");
        assert_ne!(after.seal(b"Dear Ana", "here").unwrap().0, name, "the newest key seals");
        assert!(after.open(&name, &sealed, "there").is_err(), "moved");
        let mut altered = sealed.clone();
        *altered.last_mut().unwrap() ^= 1;
        assert!(after.open(&name, &altered, "here").is_err(), "altered");
        assert!(after.open(&name, &sealed[..10], "here").is_err(), "cut");
        assert!(after.open(b"unknown!", &sealed, "here").is_err(), "a key that is gone");
        let error = Seal::read(&[file(&folder, "short", "0a0a")]).err().unwrap();
        assert!(error.to_string().contains("holds no key"), "{error}");
        assert!(Seal::read(&[]).unwrap().seal(b"x", "").is_err(), "without a key nothing is kept");
    }
}
