//! The first snapshot: rows in zstd chunks with digests, taken from one REPEATABLE READ view. A
//! device fetches the chunks in order, going on after a break where it stopped, into a *new* file, and swaps it in
//! only when every digest and the manifest's counts fit: an interrupted one is never taken for whole.

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use crate::feed::Cursor;
use crate::ids::SnapshotId;
use crate::push::CommandResult;
use crate::row::WireRow;

/// Asks for a first snapshot.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ManifestRequest {
    /// The rows' form that the device reads.
    pub schema_version: u16,
    /// The device knows the verdicts on its commands up to this one.
    pub decided: u64,
}

/// What a snapshot consists of.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Manifest {
    /// Identity.
    pub id: SnapshotId,
    /// The rows are those of this cursor; the feed goes on right after it.
    pub cursor: Cursor,
    /// The device's last command whose effects are in the rows. Later ones are pending again.
    pub last_device_seq: u64,
    /// Verdicts on this device's commands after the request's `decided`, up to `last_device_seq`: what
    /// was refused must reach the person, whichever way the device catches up.
    pub results: Vec<CommandResult>,
    /// Rows in all chunks.
    pub rows: u64,
    /// The chunks, in order: tables in the order of [`crate::Table`].
    pub chunks: Vec<Chunk>,
}

/// One chunk.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Chunk {
    /// SHA-256 of its compressed bytes, as hex.
    pub sha256: String,
    /// Its compressed bytes.
    pub bytes: u64,
    /// Its rows.
    pub rows: u64,
}

/// Why a chunk is no good.
#[derive(Debug, thiserror::Error)]
pub enum SnapshotError {
    /// Not the bytes that the manifest promised.
    #[error("a part of the snapshot arrived damaged: it is fetched again")]
    Damaged,
    /// Decompression or JSON failed although the digest fits.
    #[error("a part of the snapshot can't be read: {0}")]
    Unreadable(String),
}

/// SHA-256, as hex.
#[must_use]
pub fn chunk_digest(bytes: &[u8]) -> String {
    use std::fmt::Write as _;
    Sha256::digest(bytes).iter().fold(String::with_capacity(64), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}

/// Rows into a chunk: one JSON object a line, zstd level 3.
pub fn pack(rows: &[WireRow]) -> Result<(Chunk, Vec<u8>), SnapshotError> {
    let mut lines = Vec::new();
    for row in rows {
        serde_json::to_writer(&mut lines, row).map_err(|error| SnapshotError::Unreadable(error.to_string()))?;
        lines.push(b'\n');
    }
    let packed = zstd::bulk::compress(&lines, 3).map_err(|error| SnapshotError::Unreadable(error.to_string()))?;
    let chunk = Chunk { sha256: chunk_digest(&packed), bytes: packed.len() as u64, rows: rows.len() as u64 };
    Ok((chunk, packed))
}

/// A chunk's rows, after its digest and count were checked.
pub fn unpack(chunk: &Chunk, packed: &[u8]) -> Result<Vec<WireRow>, SnapshotError> {
    if packed.len() as u64 != chunk.bytes || chunk_digest(packed) != chunk.sha256 {
        return Err(SnapshotError::Damaged);
    }
    let lines = zstd::decode_all(packed).map_err(|error| SnapshotError::Unreadable(error.to_string()))?;
    let rows: Vec<WireRow> = serde_json::Deserializer::from_slice(&lines)
        .into_iter()
        .collect::<Result<_, _>>()
        .map_err(|error| SnapshotError::Unreadable(error.to_string()))?;
    if rows.len() as u64 == chunk.rows { Ok(rows) } else { Err(SnapshotError::Damaged) }
}
