//! When a job is looked at again: a short one is seen within half a second of its end, a long one within two, and one that
//! has begun is left alone for half of the time that it is expected to take. Pure.

use std::time::Duration;

/// The shortest pause.
const SHORTEST: Duration = Duration::from_millis(50);

/// The longest pause of a job that is short, as far as is known.
const HALF_A_SECOND: Duration = Duration::from_millis(500);

/// The shortest pause of a job that is long, and the longest: a look costs as much as twelve cells.
const A_SECOND: Duration = Duration::from_secs(1);
const LONGEST: Duration = Duration::from_secs(2);

/// Up to this long a job is short.
const SHORT: Duration = Duration::from_secs(5);

/// The pause before the next look at a job on which Canvas has worked for so long, and that is expected to take this long,
/// if its course's speed is known.
pub(super) fn pause(worked: Duration, expected: Option<Duration>) -> Duration {
    let Some(expected) = expected else {
        let (shortest, longest) = if worked < SHORT { (SHORTEST, HALF_A_SECOND) } else { (A_SECOND, LONGEST) };
        return (worked / 4).clamp(shortest, longest);
    };
    // Half of what is left; and of one that is overdue, more and more.
    let half = expected.abs_diff(worked) / 2;
    if expected < SHORT {
        half.clamp(SHORTEST, HALF_A_SECOND)
    } else if worked.is_zero() {
        // It may still wait in a queue.
        HALF_A_SECOND
    } else if let Some(left) = (expected / 2).checked_sub(worked).filter(|left| !left.is_zero()) {
        left
    } else {
        half.clamp(A_SECOND, LONGEST)
    }
}

/// The pause before the next look at a job that has waited in a queue for so long.
pub(super) fn pause_in_queue(waited: Duration) -> Duration {
    (waited / 4).clamp(SHORTEST, LONGEST)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// When the end is seen of a job that takes so many milliseconds, and with how many looks.
    fn seen(takes: u64, expected: Option<u64>) -> (u64, u32) {
        let (takes, expected) = (Duration::from_millis(takes), expected.map(Duration::from_millis));
        let (mut elapsed, mut looks) = (Duration::ZERO, 0);
        while elapsed < takes || looks == 0 {
            elapsed += pause(elapsed, expected);
            looks += 1;
        }
        (u64::try_from(elapsed.saturating_sub(takes).as_millis()).expect("small"), looks)
    }

    #[test]
    fn the_end_of_a_job_is_seen_soon_and_with_few_looks() {
        for (takes, expected) in [
            (20, None),
            (1_000, None),
            (4_000, None),
            (25_000, None),
            (600_000, None),
            (1_000, Some(1_000)),
            (1_000, Some(4_000)),
            (4_000, Some(1_000)),
            (25_000, Some(25_000)),
            (11_000, Some(25_000)),
            (60_000, Some(25_000)),
        ] {
            let (late, looks) = seen(takes, expected);
            let most = if takes < 5_000 { 500 } else { 2_000 };
            assert!(late <= most, "{takes} ms, expected {expected:?}: seen {late} ms late");
            assert!(u64::from(looks) <= 45 + takes / 2_000, "{takes} ms, expected {expected:?}: {looks} looks");
        }
        let (late, looks) = seen(25_000, Some(25_000));
        assert!(late <= 1_000 && looks <= 11, "{late} ms late, {looks} looks");
        // One that is much faster than the last one.
        assert_eq!(seen(5_000, Some(25_000)), (7_500, 2));
    }
}
