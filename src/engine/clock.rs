//! Time as a parameter.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use jiff::Timestamp;
use tokio::time::Instant;

/// Says what time it is. The terminal hands in the real clock, tests a fixed or simulated one.
#[derive(Clone)]
pub struct Clock(Arc<dyn Fn() -> Timestamp + Send + Sync>);

impl Clock {
    /// A clock that asks `now`.
    pub fn new(now: impl Fn() -> Timestamp + Send + Sync + 'static) -> Self {
        Self(Arc::new(now))
    }

    /// The present time.
    pub fn now(&self) -> Timestamp {
        (self.0)()
    }
}

/// Says whether something is younger than `limit`, from now on. A machine that sleeps stops one of its two clocks, and
/// the other may be set: whichever says old counts.
pub(super) fn younger_than(limit: Duration, clock: &Clock) -> impl Fn() -> bool + Clone + Send + Sync + 'static {
    let (clock, began, began_at) = (clock.clone(), Instant::now(), clock.now());
    move || {
        let by_the_wall = Duration::try_from(clock.now().duration_since(began_at)).unwrap_or_default();
        began.elapsed() <= limit && by_the_wall <= limit
    }
}

impl fmt::Debug for Clock {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("Clock")
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicI64, Ordering};

    use super::*;

    #[tokio::test(start_paused = true)]
    async fn either_clock_makes_a_look_old() {
        let limit = Duration::from_mins(1);
        let wall = Arc::new(AtomicI64::new(1_000_000));
        let clock = {
            let wall = Arc::clone(&wall);
            Clock::new(move || Timestamp::from_second(wall.load(Ordering::Relaxed)).unwrap_or_default())
        };
        let asleep = younger_than(limit, &clock);
        assert!(asleep());
        // The machine slept: only the clock on the wall went on.
        wall.fetch_add(61, Ordering::Relaxed);
        assert!(!asleep());
        // Somebody set the clock back: only the other one tells.
        let set_back = younger_than(limit, &clock);
        wall.fetch_sub(3600, Ordering::Relaxed);
        assert!(set_back());
        tokio::time::advance(Duration::from_secs(61)).await;
        assert!(!set_back());
    }
}
