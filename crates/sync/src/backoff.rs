//! How long to wait: doubling, with a random half, so that a thousand laptops that lost the same
//! server do not come back in the same second.

/// Between polls when nothing wakes the engine, milliseconds.
pub(crate) const POLL: u64 = 60_000;

/// At most so long after a wake-up, milliseconds.
pub(crate) const SPREAD: u64 = 2_000;

const FIRST: u64 = 1_000;
const LONGEST: u64 = 300_000;

/// After the `failures`-th failure in a row: between half and all of 1 s, 2 s, 4 s, ... 5 min; never
/// before the server's own word, and up to a quarter later.
pub(crate) fn after(failures: u32, retry_after: Option<u64>, dice: u64) -> u64 {
    let whole = FIRST.saturating_mul(1 << failures.saturating_sub(1).min(20)).min(LONGEST);
    let own = whole / 2 + dice % (whole / 2 + 1);
    match retry_after {
        Some(asked) => own.max(asked.saturating_add(dice % (asked / 4 + 1))),
        None => own,
    }
}

/// The next poll, a quarter sooner or later.
pub(crate) fn poll(dice: u64) -> u64 {
    POLL - POLL / 4 + dice % (POLL / 2)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn waits_double_up_to_a_bound_and_spread() {
        for failures in 1..40 {
            let whole = (1_000_u64 << (failures - 1).min(20)).min(LONGEST);
            let waits: Vec<u64> = (0..200).map(|dice| after(failures, None, dice * 7_919)).collect();
            assert!(waits.iter().all(|wait| (whole / 2..=whole).contains(wait)));
            assert!(waits.iter().max() > waits.iter().min());
        }
    }

    #[test]
    fn the_servers_word_is_a_lower_bound() {
        for dice in 0..1_000 {
            let wait = after(1, Some(30_000), dice * 104_729);
            assert!((30_000..=37_500).contains(&wait), "{wait}");
        }
    }
}
