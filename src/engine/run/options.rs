//! How to push; none of this changes what is pushed.

use std::time::Duration;

use jiff::{SignedDuration, Timestamp};

use crate::domain::JobId;
use crate::engine::Selection;

/// When failing cells stop a push.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum StopAfter {
    /// After this many cells that failed.
    Cells(u64),
    /// After this share of the cells tried, in percent, once 200 cells were tried.
    Percent(u32),
}

impl StopAfter {
    /// Whether this many failures among this many tried cells are too many.
    pub(super) fn is_reached(self, failed: u64, tried: u64) -> bool {
        match self {
            Self::Cells(most) => failed >= most.max(1),
            Self::Percent(percent) => tried >= 200 && failed * 100 > tried * u64::from(percent),
        }
    }
}

/// How to push.
#[derive(Debug, Clone)]
pub struct PushOptions {
    /// Cells per request, 1 to 10,000; halved after a failed or slow job.
    pub chunk: usize,
    /// Courses pushed side by side, 1 to 32; `None` for as many as Canvas begins the jobs of without delay.
    pub courses_at_once: Option<usize>,
    /// Stop after this many courses; the rest stays pending.
    pub first: Option<usize>,
    /// Send nothing after this time.
    pub deadline: Option<Timestamp>,
    /// When failing cells stop the push.
    pub stop_after: StopAfter,
    /// How long to wait until Canvas is back from maintenance; zero stops at once.
    pub wait_for_canvas: Duration,
    /// How long to wait for one job.
    pub job_timeout: Duration,
    /// How old a plan may be; `None` for any age.
    pub max_age: Option<SignedDuration>,
    /// Which cells of a run a `retry` takes up; a push takes a plan as a whole.
    pub selection: Selection,
    /// A job that a `retry` waits for no longer.
    pub abandon: Option<JobId>,
}

impl Default for PushOptions {
    fn default() -> Self {
        Self {
            chunk: 4000,
            courses_at_once: None,
            first: None,
            deadline: None,
            stop_after: StopAfter::Percent(5),
            wait_for_canvas: Duration::ZERO,
            job_timeout: Duration::from_mins(30),
            max_age: Some(SignedDuration::from_hours(24)),
            selection: Selection::default(),
            abandon: None,
        }
    }
}
