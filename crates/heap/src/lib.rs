//! Freed memory back to the system, after work that needed much of it. A crate of its own because it
//! holds the project's one unsafe call: `docs/decisions/0048-freed-memory-goes-back.md`.

/// Gives back what was freed and is kept for the next allocation. For the end of large work, when
/// nobody waits: it looks through the whole heap.
#[cfg(all(target_os = "linux", target_env = "gnu"))]
pub fn give_back() {
    // SAFETY: malloc_trim takes a number of bytes to keep on top, may be called by any thread at any
    // time, and touches no memory in use (malloc_trim(3)).
    #[expect(unsafe_code, reason = "no safe way to say it exists")]
    let _ = unsafe { libc::malloc_trim(0) };
}

/// Other systems' allocators give back by themselves.
#[cfg(not(all(target_os = "linux", target_env = "gnu")))]
pub fn give_back() {}

#[cfg(all(test, target_os = "linux", target_env = "gnu"))]
mod tests {
    use super::*;

    /// Bytes of this process that are in memory.
    fn resident() -> usize {
        let status = std::fs::read_to_string("/proc/self/statm").unwrap();
        status.split(' ').nth(1).unwrap().parse::<usize>().unwrap() * 4096
    }

    #[test]
    fn what_was_freed_between_what_is_kept_goes_back() {
        // Small enough not to be given back at once, and every hundredth stays.
        let pieces: Vec<Vec<u8>> = (0..200_000).map(|_| vec![1; 1_000]).collect();
        let full = resident();
        let kept: Vec<Vec<u8>> = pieces.into_iter().step_by(100).collect();
        give_back();
        assert!(kept.iter().all(|piece| piece[0] == 1));
        assert!(resident() + 100_000_000 < full, "{} of {full} are left", resident());
    }
}
