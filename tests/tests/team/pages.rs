//! A laptop's file as whoever has its key could read it: every page decrypted by hand (SQLCipher 4:
//! AES-256-CBC, 80 bytes of IV and HMAC at a page's end), free pages and the write-ahead log among them.

// The stories and the journeys each use a part of it.
#![allow(dead_code)]

use std::path::Path;

use aes::cipher::{BlockModeDecrypt as _, KeyIvInit as _, block_padding::NoPadding};
use dunlin_app::Keychain as _;

use crate::common::Office;

const PAGE: usize = 4096;
const RESERVED: usize = 80;
/// The file's first bytes are the salt.
const SALT: usize = 16;
const WAL_HEADER: usize = 32;
const FRAME_HEADER: usize = 24;

/// The name under which the keychain has a database's key.
pub fn entry(folder: &Path) -> String {
    let source = std::fs::read_to_string(folder.join("dunlin.db.key.json")).expect("a key's source");
    let source: serde_json::Value = serde_json::from_str(&source).expect("JSON");
    source[0]["entry"].as_str().expect("an entry").to_owned()
}

fn page(key: &[u8], bytes: &[u8], skip: usize, into: &mut Vec<u8>) {
    let (body, rest) = bytes.split_at(PAGE - RESERVED);
    let mut body = body[skip..].to_vec();
    let cipher = cbc::Decryptor::<aes::Aes256>::new_from_slices(key, &rest[..16]).expect("a key and an IV");
    let plain = cipher.decrypt_padded::<NoPadding>(&mut body).expect("whole blocks");
    into.extend_from_slice(plain);
}

/// All of an office's.
pub fn decrypted(office: &Office) -> Vec<u8> {
    let key = office.keychain.get(&entry(office.folder.path())).expect("a key");
    decrypted_with(office.folder.path(), &key)
}

/// All of the database in a folder, by its key in hex.
pub fn decrypted_with(folder: &Path, key: &str) -> Vec<u8> {
    let key: Vec<u8> = (0..64).step_by(2).map(|at| u8::from_str_radix(&key[at..at + 2], 16).expect("hex")).collect();
    let mut plain = Vec::new();
    let file = std::fs::read(folder.join("dunlin.db")).expect("the database");
    for (nr, bytes) in file.chunks_exact(PAGE).enumerate() {
        page(&key, bytes, if nr == 0 { SALT } else { 0 }, &mut plain);
    }
    // The file's own header comes out readable, or nothing here means anything.
    assert_eq!(plain[..2], [0x10, 0x00], "the page size in SQLite's header");
    let wal = std::fs::read(folder.join("dunlin.db-wal")).unwrap_or_default();
    for frame in wal.get(WAL_HEADER..).unwrap_or_default().chunks_exact(FRAME_HEADER + PAGE) {
        let first = frame[..4] == [0, 0, 0, 1];
        page(&key, &frame[FRAME_HEADER..], if first { SALT } else { 0 }, &mut plain);
    }
    plain
}

/// Whether a text is in there.
pub fn holds(bytes: &[u8], text: &str) -> bool {
    bytes.windows(text.len()).any(|window| window == text.as_bytes())
}
