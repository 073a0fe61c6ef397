//! Spreads waits, from a seed, so that a simulation repeats exactly.

use std::sync::atomic::{AtomicU64, Ordering};

/// `SplitMix64`: small, and good enough to spread waits.
#[derive(Debug)]
pub(super) struct Jitter(AtomicU64);

impl Jitter {
    pub(super) fn new(seed: u64) -> Self {
        Self(AtomicU64::new(seed))
    }

    /// The next number in 0..1.
    pub(super) fn fraction(&self) -> f64 {
        const STEP: u64 = 0x9E37_79B9_7F4A_7C15;
        let mut number = self.0.fetch_add(STEP, Ordering::Relaxed).wrapping_add(STEP);
        number = (number ^ (number >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        number = (number ^ (number >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        number ^= number >> 31;
        f64::from(u32::try_from(number >> 32).unwrap_or(u32::MAX)) / (f64::from(u32::MAX) + 1.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_seed_repeats_and_fills_the_range() {
        let (first, second) = (Jitter::new(7), Jitter::new(7));
        let numbers: Vec<f64> = (0..1000).map(|_| first.fraction()).collect();
        assert!(numbers.iter().all(|number| (0.0..1.0).contains(number)));
        assert!(numbers.iter().any(|number| *number < 0.05) && numbers.iter().any(|number| *number > 0.95));
        assert_eq!(numbers, (0..1000).map(|_| second.fraction()).collect::<Vec<f64>>());
    }
}
