//! How much one list request asks for, by how long the last ones took.

use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

/// Rows of the first list. A slow Canvas takes three seconds for 640 (`canvas-contract §D`), and gets fewer from then on.
const FIRST: u32 = 2_000;

/// Rows of the longest list, so that no answer is many megabytes.
const MOST: u32 = 3_000;

/// Fewer are not worth a request.
const FEWEST: u32 = 100;

/// How long a list may take.
const TAKES: Duration = Duration::from_secs(3);

/// How many times longer the next list may be.
const GROWS_BY: u32 = 4;

/// Rows of the next list.
#[derive(Debug)]
pub(super) struct ListSize(AtomicU32);

impl ListSize {
    pub(super) fn new() -> Self {
        Self(AtomicU32::new(FIRST))
    }

    /// Rows that the next list may ask for.
    pub(super) fn rows(&self) -> u32 {
        self.0.load(Ordering::Relaxed)
    }

    /// A list of so many rows was answered after this time. A short one tells nothing of longer ones, unless it was slow.
    pub(super) fn took(&self, rows: u32, took: Duration) {
        let fits = u128::from(rows) * TAKES.as_millis() / took.as_millis().max(1);
        let fits = u32::try_from(fits).unwrap_or(u32::MAX).min(rows.saturating_mul(GROWS_BY)).clamp(FEWEST, MOST);
        let now = self.rows();
        if fits < now && took > TAKES || fits > now {
            self.0.store(fits, Ordering::Relaxed);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_list_is_as_long_as_canvas_answers_in_about_three_seconds() {
        let size = ListSize::new();
        for (rows, millis, expected) in [
            (2_000, 3_000, 2_000),
            // Slower.
            (2_000, 9_375, 640),
            (640, 6_000, 320),
            // Of few rows, quickly: nothing is known of more.
            (20, 50, 320),
            // Few rows, slowly.
            (20, 6_000, 100),
            (100, 100, 400),
            (400, 100, 1_600),
            (1_600, 100, 3_000),
            (3_000, 100, 3_000),
            (0, 9_000, 100),
        ] {
            size.took(rows, Duration::from_millis(millis));
            assert_eq!(size.rows(), expected, "{rows} rows in {millis} ms");
        }
    }
}
