//! How many requests may be in flight, from what Canvas says about its leaky bucket (`canvas-contract §D`).

use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::sync::Notify;
use tokio::time::Instant;

/// What Canvas reserves for each request in flight, in units of its bucket.
const RESERVATION: f64 = 50.0;

/// What flows back into the bucket per second.
const FLOW_PER_SECOND: f64 = 10.0;

/// The bucket level below which to slow down: two reservations.
const LOW: f64 = 2.0 * RESERVATION;

/// Never more than this, whatever the settings say.
const MOST_IN_FLIGHT: usize = 10;

/// What an answer said about the bucket, in finite numbers.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Bucket {
    /// Units left before Canvas refuses, with our other requests' reservations already taken off.
    pub remaining: Option<f64>,
    /// Units this request cost.
    pub cost: Option<f64>,
}

/// Lets requests through, a few at a time.
#[derive(Debug)]
pub(super) struct Throttle {
    ceiling: usize,
    state: Mutex<State>,
    changed: Notify,
}

#[derive(Debug)]
struct State {
    in_flight: usize,
    allowed: usize,
    paused_until: Option<Instant>,
    last: Bucket,
}

/// A request in flight; dropping it makes room.
#[derive(Debug)]
pub(super) struct Permit<'a>(&'a Throttle);

impl Drop for Permit<'_> {
    fn drop(&mut self) {
        self.0.state().in_flight -= 1;
        self.0.changed.notify_waiters();
    }
}

impl Throttle {
    pub(super) fn new(in_flight: usize) -> Self {
        let ceiling = in_flight.clamp(1, MOST_IN_FLIGHT);
        let state = State { in_flight: 0, allowed: ceiling, paused_until: None, last: Bucket::default() };
        Self { ceiling, state: Mutex::new(state), changed: Notify::new() }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Waits until a request may leave.
    pub(super) async fn permit(&self) -> Permit<'_> {
        loop {
            let changed = self.changed.notified();
            tokio::pin!(changed);
            changed.as_mut().enable();
            let pause = {
                let mut state = self.state();
                let pause = state.paused_until.filter(|until| *until > Instant::now());
                if pause.is_none() && state.in_flight < state.allowed {
                    state.in_flight += 1;
                    return Permit(self);
                }
                pause
            };
            match pause {
                Some(until) => tokio::time::sleep_until(until).await,
                None => changed.await,
            }
        }
    }

    /// Learns from an answer while its permit is still held; gives the pause that begins now, if one does.
    pub(super) fn learn(&self, bucket: Bucket) -> Option<Duration> {
        let mut state = self.state();
        state.last = bucket;
        let Some(remaining) = bucket.remaining else {
            // Nothing but refusals to go by: feel the way up again, one at a time.
            state.allowed = (state.allowed + 1).min(self.ceiling);
            return None;
        };
        let others = state.in_flight.saturating_sub(1);
        state.allowed = allowed(remaining, bucket.cost, others, self.ceiling);
        let pause = pause(remaining, others)?;
        extend(&mut state, pause);
        Some(pause)
    }

    /// What the latest answer said.
    pub(super) fn last(&self) -> Bucket {
        self.state().last
    }

    /// A request was refused: halve, and let nothing out for a while.
    pub(super) fn refused(&self, wait: Duration) {
        let mut state = self.state();
        state.allowed = (state.allowed / 2).max(1);
        extend(&mut state, wait);
    }
}

/// Pauses at least as long as `wait` from now on.
fn extend(state: &mut State, wait: Duration) {
    let until = Instant::now() + wait;
    state.paused_until = Some(state.paused_until.map_or(until, |present| present.max(until)));
}

/// How many requests may be in flight: as many as reservations (or costs, if larger) fit, less one.
fn allowed(remaining: f64, cost: Option<f64>, others: usize, ceiling: usize) -> usize {
    let each = cost.unwrap_or(0.0).max(RESERVATION);
    let free = remaining + RESERVATION * count(others);
    (1..=ceiling).rev().find(|number| count(number + 1) * each <= free).unwrap_or(1)
}

/// How long nothing should leave, so that the next request is not refused.
fn pause(remaining: f64, others: usize) -> Option<Duration> {
    let free = remaining + RESERVATION * count(others);
    let missing = (LOW - free).min(LOW + RESERVATION);
    (missing > 0.0).then(|| Duration::from_secs_f64(missing / FLOW_PER_SECOND))
}

fn count(number: usize) -> f64 {
    f64::from(u32::try_from(number).unwrap_or(u32::MAX))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_bucket_decides_how_many_may_leave() {
        for (remaining, cost, others, ceiling, expected) in [
            (700.0, None, 0, 4, 4),
            (700.0, None, 0, 10, 10),
            (600.0, Some(0.3), 3, 10, 10),
            (300.0, None, 0, 10, 5),
            (200.0, None, 2, 10, 5),
            (600.0, Some(200.0), 0, 10, 2),
            (150.0, None, 0, 10, 2),
            (100.0, None, 0, 10, 1),
            (0.0, None, 0, 10, 1),
            (-400.0, None, 0, 10, 1),
        ] {
            assert_eq!(allowed(remaining, cost, others, ceiling), expected, "{remaining} {cost:?} {others}");
        }
    }

    #[test]
    fn a_low_bucket_pauses_until_two_reservations_fit() {
        for (remaining, others, expected) in
            [(100.0, 0, None), (60.0, 0, Some(4_000)), (60.0, 1, None), (0.0, 0, Some(10_000)), (-1e9, 0, Some(15_000))]
        {
            assert_eq!(pause(remaining, others), expected.map(Duration::from_millis), "{remaining} {others}");
        }
    }

    #[tokio::test(start_paused = true)]
    async fn no_more_than_allowed_leave_and_a_refusal_holds_everybody() {
        let throttle = Throttle::new(64);
        let mut permits = Vec::new();
        for _ in 0..MOST_IN_FLIGHT {
            permits.push(throttle.permit().await);
        }
        assert!(tokio::time::timeout(Duration::from_secs(5), throttle.permit()).await.is_err());
        throttle.refused(Duration::from_secs(7));
        permits.clear();
        let before = Instant::now();
        let _permit = throttle.permit().await;
        assert_eq!(before.elapsed().as_secs(), 7);
        assert_eq!(throttle.state().allowed, 5);
        assert_eq!(throttle.learn(Bucket::default()), None);
        assert_eq!(throttle.state().allowed, 6, "without word from the server, one more with each answer");
    }
}
