//! How many courses are pushed at once: as many as Canvas begins the jobs of without delay, because its free workers are
//! what a push waits for (`canvas-contract §H7`).

use std::time::Duration;

use tokio::sync::watch;
use tokio::time::Instant;

/// How many go first.
const FIRST: usize = 4;

/// The most.
const MOST: usize = 32;

/// A job that waited less than this began without delay.
const SOON: Duration = Duration::from_secs(2);

/// A job that waits longer than this shows that there are too many.
const LATE: Duration = Duration::from_secs(10);

/// The number of courses that are pushed at once, as it changes.
#[derive(Debug)]
pub(super) struct AtOnce {
    courses: watch::Sender<usize>,
    /// Whether the person said how many.
    is_fixed: bool,
    /// When there were too many, last.
    lowered_at: watch::Sender<Option<Instant>>,
}

impl AtOnce {
    /// So many and no others, or as many as Canvas allows.
    pub(super) fn new(fixed: Option<usize>) -> Self {
        let courses = fixed.unwrap_or(FIRST).clamp(1, MOST);
        Self { courses: watch::Sender::new(courses), is_fixed: fixed.is_some(), lowered_at: watch::Sender::new(None) }
    }

    /// How many, to be awaited when it changes.
    pub(super) fn watch(&self) -> watch::Receiver<usize> {
        self.courses.subscribe()
    }

    /// A job has begun that was seen waiting for so long.
    pub(super) fn has_begun(&self, waited: Duration) {
        if !self.is_fixed && waited < SOON {
            self.courses.send_modify(|courses| *courses = (*courses + 1).min(MOST));
        }
    }

    /// A job that was posted at this time has waited for so long. All that were posted before the number was lowered tell
    /// the same.
    pub(super) fn is_waiting(&self, posted_at: Instant, waited: Duration) {
        if self.is_fixed || waited <= LATE || self.lowered_at.borrow().is_some_and(|lowered| posted_at < lowered) {
            return;
        }
        self.lowered_at.send_replace(Some(Instant::now()));
        self.courses.send_modify(|courses| *courses = (*courses / 2).max(1));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn now(at_once: &AtOnce) -> usize {
        *at_once.watch().borrow()
    }

    #[tokio::test(start_paused = true)]
    async fn there_are_as_many_as_canvas_begins_without_delay() {
        let at_once = AtOnce::new(None);
        assert_eq!(now(&at_once), 4);
        at_once.has_begun(Duration::ZERO);
        at_once.has_begun(Duration::from_millis(1_900));
        assert_eq!(now(&at_once), 6);
        // Neither soon nor late.
        let posted_at = Instant::now();
        at_once.has_begun(Duration::from_secs(5));
        at_once.is_waiting(posted_at, Duration::from_secs(9));
        assert_eq!(now(&at_once), 6);
        // Many jobs wait at the same time: that is one sign.
        tokio::time::advance(Duration::from_secs(11)).await;
        for _ in 0..5 {
            at_once.is_waiting(posted_at, Duration::from_secs(11));
        }
        assert_eq!(now(&at_once), 3);
        for courses in [1, 1, 1] {
            let posted_at = Instant::now();
            tokio::time::advance(Duration::from_secs(11)).await;
            at_once.is_waiting(posted_at, Duration::from_secs(11));
            assert_eq!(now(&at_once), courses);
        }
        for _ in 0..50 {
            at_once.has_begun(Duration::ZERO);
        }
        assert_eq!(now(&at_once), 32);
    }

    #[tokio::test(start_paused = true)]
    async fn a_number_that_was_asked_for_stays() {
        let at_once = AtOnce::new(Some(7));
        at_once.has_begun(Duration::ZERO);
        at_once.is_waiting(Instant::now(), Duration::from_mins(1));
        assert_eq!(now(&at_once), 7);
    }
}
