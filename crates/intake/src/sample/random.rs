//! A small seeded generator (`SplitMix64`, Steele, Lea and Flood 2014): the same seed gives the same
//! portfolio on every machine, whatever a library's next version does.

/// A stream of numbers.
pub(super) struct Random(u64);

impl Random {
    /// The stream of one account: accounts can be made in any order, and in parallel.
    pub(super) fn of(seed: u64, index: u64) -> Self {
        let mut random = Self(seed ^ index.wrapping_mul(0xd1b5_4a32_d192_ed03));
        random.next();
        random
    }

    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    /// From `low` to `high`, both included.
    pub(super) fn between(&mut self, low: u32, high: u32) -> u32 {
        let span = u64::from(high.saturating_sub(low)) + 1;
        // The upper half times the span, shifted back: no bias that a portfolio could show.
        low + u32::try_from(((self.next() >> 32) * span) >> 32).unwrap_or(0)
    }

    /// True in so many of a hundred.
    pub(super) fn percent(&mut self, share: u32) -> bool {
        self.between(0, 99) < share
    }

    /// One of several.
    pub(super) fn pick<'a, T: ?Sized>(&mut self, from: &[&'a T]) -> &'a T {
        let last = u32::try_from(from.len().saturating_sub(1)).unwrap_or(0);
        from[self.between(0, last) as usize]
    }
}
