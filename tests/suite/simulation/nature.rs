//! What kind of Canvas a seed meets.

use std::time::Duration;

use gradepush::sandbox::{Options, Pace};

use super::chance::Chance;

/// What is particular about a seed's Canvas.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Nature {
    /// Rows are there at once and lists show the present.
    Prompt,
    /// Rows of new columns come after a while: measured were 600 to 2,800 ms.
    LateRows,
    /// Lists are read from a copy that is behind.
    LaggingLists,
    /// Jobs queue, and are as slow as measured.
    Slow,
}

impl Nature {
    /// Of ten seeds, two have late rows, two lagging lists, and two are slow.
    pub(super) fn of(seed: u64) -> Self {
        match seed % 10 {
            0 | 5 => Self::LateRows,
            1 | 6 => Self::LaggingLists,
            2 | 7 => Self::Slow,
            _ => Self::Prompt,
        }
    }

    /// The sandbox's options.
    pub(super) fn options(self, chance: &mut Chance) -> Options {
        let pace = u32::try_from(chance.between(1, 20)).ok();
        let options = Options { job_cells_per_second: pace, ..Options::default() };
        let mut milliseconds = |from, to| Duration::from_millis(chance.between(from, to));
        match self {
            Self::Prompt => options,
            Self::LateRows => Options { rows_after: milliseconds(600, 2_800), ..options },
            Self::LaggingLists => Options { replica_lag: milliseconds(100, 2_000), ..options },
            Self::Slow => Options { pace: Pace::Real, job_cells_per_second: None, workers: 1, ..options },
        }
    }
}
