//! Whether and when to send a request again. Pure: time and chance come in as values.

use std::time::Duration;

/// The wait after the first failure; it doubles.
const FIRST_WAIT: Duration = Duration::from_millis(500);

/// The longest single wait that is not the server's own wish.
const LONGEST_WAIT: Duration = Duration::from_secs(30);

/// Less is no wish: a throttle that is met again at once would be met for ever.
const SHORTEST_WISH: Duration = Duration::from_secs(1);

/// The longest wait a server may wish for.
const LONGEST_WISH: Duration = Duration::from_mins(2);

/// How long to keep trying one request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RetryBudget {
    /// How often a request may fail with a server error or without an answer, the first time included.
    pub attempts: u32,
    /// How long all waits for one request may take together, throttles included.
    pub waiting: Duration,
}

impl Default for RetryBudget {
    fn default() -> Self {
        Self { attempts: 5, waiting: Duration::from_mins(5) }
    }
}

/// What went wrong with an attempt.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Trouble {
    /// Refused by the rate limit and never executed.
    Throttled {
        /// The server's wish.
        retry_after: Option<Duration>,
        /// What is left of the rate limit, in units; 10 flow back per second.
        remaining: Option<f64>,
    },
    /// A server error: a write may have been executed.
    ServerError {
        /// The server's wish.
        retry_after: Option<Duration>,
    },
    /// No answer.
    NoAnswer {
        /// Whether the request may have reached the server.
        sent: bool,
        /// Whether another attempt could end differently.
        lasting: bool,
    },
}

/// What was spent on a request so far.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Spent {
    /// Attempts that failed other than by a throttle, this one included.
    pub(super) failures: u32,
    /// Throttled attempts, this one included.
    pub(super) throttles: u32,
    /// The waits so far.
    pub(super) waited: Duration,
}

/// What to do now.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Verdict {
    /// Send it again after this wait.
    Again(Duration),
    /// Give up.
    GiveUp,
}

/// Decides. `read` says whether sending twice is harmless, `chance` in 0..1 spreads the waits.
pub(super) fn verdict(read: bool, trouble: Trouble, spent: Spent, budget: &RetryBudget, chance: f64) -> Verdict {
    let wait = match trouble {
        Trouble::Throttled { retry_after, remaining } => {
            heard(retry_after).unwrap_or_else(|| throttle_wait(spent.throttles, remaining))
        }
        Trouble::ServerError { .. } | Trouble::NoAnswer { sent: true, .. } if !read => return Verdict::GiveUp,
        Trouble::NoAnswer { lasting: true, .. } => return Verdict::GiveUp,
        Trouble::ServerError { .. } | Trouble::NoAnswer { .. } if spent.failures >= budget.attempts => {
            return Verdict::GiveUp;
        }
        Trouble::ServerError { retry_after } => {
            heard(retry_after).unwrap_or_else(|| doubled(FIRST_WAIT, spent.failures))
        }
        Trouble::NoAnswer { .. } => doubled(FIRST_WAIT, spent.failures),
    };
    let spread = wait + wait.mul_f64(0.5 * chance);
    if spent.waited + spread > budget.waiting { Verdict::GiveUp } else { Verdict::Again(spread) }
}

/// The server's wish, if it is one, and as far as it is granted.
fn heard(wish: Option<Duration>) -> Option<Duration> {
    wish.filter(|wish| *wish >= SHORTEST_WISH).map(|wish| wish.min(LONGEST_WISH))
}

/// How long to wait after a throttle without the server's wish: until two reservations fit, and longer each time.
fn throttle_wait(throttles: u32, remaining: Option<f64>) -> Duration {
    const TWO_RESERVATIONS: f64 = 100.0;
    const FLOW_PER_SECOND: f64 = 10.0;
    let missing = remaining.map_or(0.0, |remaining| (TWO_RESERVATIONS - remaining).clamp(0.0, 300.0));
    doubled(Duration::from_secs(1), throttles).max(Duration::from_secs_f64(missing / FLOW_PER_SECOND))
}

/// `first`, doubled with each further time, up to the longest wait.
fn doubled(first: Duration, times: u32) -> Duration {
    first.saturating_mul(1_u32.checked_shl(times.saturating_sub(1)).unwrap_or(u32::MAX)).min(LONGEST_WAIT)
}

#[cfg(test)]
mod tests {
    use super::*;

    const SENT: Trouble = Trouble::NoAnswer { sent: true, lasting: false };
    const NOT_SENT: Trouble = Trouble::NoAnswer { sent: false, lasting: false };
    const CERTIFICATE: Trouble = Trouble::NoAnswer { sent: false, lasting: true };
    const SERVER_ERROR: Trouble = Trouble::ServerError { retry_after: None };
    const THROTTLED: Trouble = Trouble::Throttled { retry_after: None, remaining: None };

    fn spent(failures: u32, throttles: u32, waited: u64) -> Spent {
        Spent { failures, throttles, waited: Duration::from_secs(waited) }
    }

    fn millis(wait: u64) -> Verdict {
        Verdict::Again(Duration::from_millis(wait))
    }

    #[test]
    fn every_row_of_the_verdict() {
        let wish = |seconds| Some(Duration::from_secs(seconds));
        for (name, read, trouble, spent, expected) in [
            ("read, server error", true, SERVER_ERROR, spent(1, 0, 0), millis(500)),
            ("doubles", true, SERVER_ERROR, spent(3, 0, 0), millis(2_000)),
            ("attempts are used up", true, SERVER_ERROR, spent(5, 0, 0), Verdict::GiveUp),
            ("read, no answer", true, SENT, spent(2, 0, 0), millis(1_000)),
            ("read, certificate", true, CERTIFICATE, spent(1, 0, 0), Verdict::GiveUp),
            ("write, server error", false, SERVER_ERROR, spent(1, 0, 0), Verdict::GiveUp),
            ("write, answer lost", false, SENT, spent(1, 0, 0), Verdict::GiveUp),
            ("write, never left", false, NOT_SENT, spent(1, 0, 0), millis(500)),
            ("write, throttled", false, THROTTLED, spent(0, 1, 0), millis(1_000)),
            ("read, throttled", true, THROTTLED, spent(0, 4, 0), millis(8_000)),
            ("throttles do not use attempts up", true, THROTTLED, spent(5, 40, 0), millis(30_000)),
            ("waiting is used up", true, THROTTLED, spent(0, 9, 290), Verdict::GiveUp),
            (
                "the server's wish",
                false,
                Trouble::Throttled { retry_after: wish(7), remaining: None },
                spent(0, 1, 0),
                millis(7_000),
            ),
            (
                "a wish for nothing",
                true,
                Trouble::Throttled { retry_after: wish(0), remaining: None },
                spent(0, 40, 0),
                millis(30_000),
            ),
            (
                "a wish for nothing after an error",
                true,
                Trouble::ServerError { retry_after: wish(0) },
                spent(2, 0, 0),
                millis(1_000),
            ),
            (
                "an absurd wish",
                true,
                Trouble::ServerError { retry_after: wish(86_400) },
                spent(1, 0, 0),
                millis(120_000),
            ),
            (
                "an empty bucket",
                true,
                Trouble::Throttled { retry_after: None, remaining: Some(18.49) },
                spent(0, 1, 0),
                millis(8_151),
            ),
        ] {
            assert_eq!(verdict(read, trouble, spent, &RetryBudget::default(), 0.0), expected, "{name}");
        }
    }

    #[test]
    fn chance_only_lengthens_a_wait_and_by_half_at_most() {
        for chance in [0.0, 0.3, 0.999] {
            let verdict = verdict(true, SERVER_ERROR, spent(1, 0, 0), &RetryBudget::default(), chance);
            let Verdict::Again(wait) = verdict else { panic!("{chance}: {verdict:?}") };
            assert!((500..=750).contains(&wait.as_millis()), "{chance}: {wait:?}");
        }
    }
}
