//! Version numbers: a hint that somebody else wrote, where the change log may not be read (`canvas-contract §H9`).

use super::Seen;

/// Whether more was stored than one write of ours and the student's hand-ins. Not seen are edits in SpeedGrader, which
/// make no version; nothing is said where Canvas tells no versions.
pub(super) fn show_another_write(before: &Seen, now: &Seen) -> bool {
    let (Some(earlier), Some(version)) = (before.version, now.version) else { return false };
    let changed = before.live.entered != now.live.entered || before.live.entered_grade != now.live.entered_grade;
    let hand_ins = now.live.attempt.unwrap_or_default() - before.live.attempt.unwrap_or_default();
    let expected = earlier + u32::from(changed) + u32::try_from(hand_ins).unwrap_or_default();
    version > expected
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::{Entered, LiveCell, Points};

    fn seen(points: Option<i32>, version: u32, attempt: i64) -> Seen {
        let entered = points.map_or(Entered::Empty, |points| Entered::Score(Points::whole(points)));
        let attempt = (attempt > 0).then_some(attempt);
        Seen { live: LiveCell { entered, attempt, ..LiveCell::default() }, version: Some(version), ..Seen::default() }
    }

    #[test]
    fn more_versions_than_ours_and_the_students_are_somebody_elses() {
        for (before, now, expected) in [
            // The stories of canvas-contract §H9.
            ((None, 0, 0), (Some(5), 1, 0), false),
            ((Some(5), 1, 0), (Some(6), 2, 0), false),
            ((Some(6), 2, 0), (Some(6), 2, 0), false),
            ((None, 1, 1), (Some(5), 1, 1), false),
            ((None, 3, 0), (Some(5), 4, 0), false),
            ((Some(5), 1, 1), (Some(8), 3, 2), false),
            // Handed in again while somebody else wrote.
            ((Some(5), 2, 2), (Some(8), 5, 3), true),
            // Somebody else wrote in between.
            ((None, 0, 0), (Some(8), 2, 0), true),
            ((Some(5), 1, 0), (Some(8), 3, 0), true),
            ((Some(6), 2, 0), (Some(6), 3, 0), true),
        ] {
            let (before, now) = (seen(before.0, before.1, before.2), seen(now.0, now.1, now.2));
            assert_eq!(show_another_write(&before, &now), expected, "{before:?} {now:?}");
        }
        assert!(!show_another_write(&Seen::default(), &seen(Some(8), 9, 0)));
    }
}
