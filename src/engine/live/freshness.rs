//! How old a look at Canvas may be when something is decided by it.

use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use tokio::time::Instant;

use crate::engine::Clock;
use crate::engine::clock::younger_than;

/// How old a pre-check may be when its request leaves, and a look at the assignments when a chunk is taken up (design,
/// promise 3).
const LOOK_LASTS: Duration = Duration::from_mins(1);

/// When a look began, and whether it may still be decided by.
#[derive(Clone)]
pub(in crate::engine) struct Freshness {
    began: Instant,
    is_fresh: Arc<dyn Fn() -> bool + Send + Sync>,
    is_contradicted: Arc<AtomicBool>,
}

impl Freshness {
    /// Of a look that begins now.
    pub(in crate::engine) fn from_now(clock: &Clock) -> Self {
        let is_fresh = Arc::new(younger_than(LOOK_LASTS, clock));
        Self { began: Instant::now(), is_fresh, is_contradicted: Arc::default() }
    }

    /// Whether the look may still be decided by.
    pub(in crate::engine) fn holds(&self) -> bool {
        (self.is_fresh)() && !self.is_contradicted.load(Ordering::Relaxed)
    }

    /// A later look has shown something else: nothing may be decided by this one any more.
    pub(in crate::engine) fn contradict(&self) {
        self.is_contradicted.store(true, Ordering::Relaxed);
    }

    /// The check that a request makes before it leaves.
    pub(in crate::engine) fn into_check(self) -> impl Fn() -> bool + Send + Sync + 'static {
        move || self.holds()
    }

    /// Whether the look began before this moment.
    pub(in crate::engine) fn began_before(&self, moment: Instant) -> bool {
        self.began <= moment
    }

    /// How long ago the look began.
    pub(in crate::engine) fn age(&self) -> Duration {
        self.began.elapsed()
    }
}

impl fmt::Debug for Freshness {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("Freshness").field("began", &self.began).finish_non_exhaustive()
    }
}
