//! How fast a sandbox works, and what it keeps waiting.

use std::path::PathBuf;
use std::time::Duration;

use clap::Args;

use crate::sandbox::{Options, Pace};

/// The flags of a sandbox's pace.
#[derive(Debug, Args)]
pub(crate) struct PaceArguments {
    /// Work as fast as this machine can, or as slowly as a real Canvas was measured
    #[arg(long, value_enum, value_name = "PACE", default_value_t)]
    pace: PaceName,

    /// Let jobs write so many cells per second [default: as the pace says]
    #[arg(long, value_name = "N")]
    job_cells_per_second: Option<u32>,

    /// Run so many jobs at once
    #[arg(long, value_name = "N", default_value_t = 2)]
    workers: usize,

    /// Have the rows of a new column, student or override after so many milliseconds; a real Canvas took 600 to 2,800
    #[arg(long, value_name = "MS", default_value_t = 1000)]
    rows_after: u64,

    /// Read lists of submissions from a copy that is so many milliseconds behind
    #[arg(long, value_name = "MS", default_value_t = 0)]
    replica_lag: u64,

    /// Let jobs wait while this file exists
    #[arg(long, value_name = "FILE")]
    hold_jobs: Option<PathBuf>,
}

/// How fast a sandbox works.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, clap::ValueEnum)]
pub(crate) enum PaceName {
    /// Jobs end at once.
    #[default]
    Fast,
    /// As measured on a Canvas of two cores (`canvas-contract §D`, `§H7`).
    Real,
}

impl PaceArguments {
    /// The options of a sandbox with this pace.
    pub(crate) fn apply(&self, options: Options) -> Options {
        Options {
            pace: match self.pace {
                PaceName::Fast => Pace::Fast,
                PaceName::Real => Pace::Real,
            },
            job_cells_per_second: self.job_cells_per_second,
            workers: self.workers,
            rows_after: Duration::from_millis(self.rows_after),
            replica_lag: Duration::from_millis(self.replica_lag),
            hold_jobs: self.hold_jobs.clone(),
            ..options
        }
    }
}
