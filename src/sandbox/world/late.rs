//! Late and missing work (canvas-contract §H4).

use jiff::Timestamp;

use super::arithmetic::round;
use super::assignment::Assignment;
use super::course::LatePolicy;
use super::submission::Submission;

const DAY: i64 = 86_400;

/// How many seconds late a submission is; 0 when it is not late.
pub(crate) fn seconds_late(assignment: &Assignment, submission: &Submission) -> i64 {
    if submission.late_policy_status.as_deref() == Some("late") {
        return submission.seconds_late_override.unwrap_or(0);
    }
    if submission.late_policy_status.is_some() || !assignment.expects_submission() {
        return 0;
    }
    match (assignment.due_at, submission.submitted_at) {
        (Some(due_at), Some(submitted_at)) => (submitted_at.as_second() - due_at.as_second()).max(0),
        _ => 0,
    }
}

/// Whether Canvas counts the work as missing.
pub(crate) fn is_missing(assignment: &Assignment, submission: &Submission, now: Timestamp) -> bool {
    if submission.excused == Some(true) {
        return false;
    }
    let given = submission.grader_id.is_some() && submission.score.is_some();
    match submission.late_policy_status.as_deref() {
        Some(status) => status == "missing",
        None => {
            assignment.expects_submission()
                && submission.submitted_at.is_none()
                && !given
                && assignment.due_at.is_some_and(|due_at| due_at < now)
        }
    }
}

/// Applies the policy to a submission whose score is still the raw one.
pub(super) fn apply(policy: &LatePolicy, assignment: &Assignment, submission: &mut Submission, now: Timestamp) {
    let possible = assignment.points_possible.unwrap_or(0.0);
    submission.points_deducted = None;
    if submission.score.is_none() && is_missing(assignment, submission, now) {
        submission.score = policy.missing_percent.map(|percent| round(possible * percent / 100.0, 2));
        return;
    }
    let late = seconds_late(assignment, submission);
    let (Some(raw), Some(rate)) = (submission.score, policy.late_deduction) else { return };
    if late == 0 || possible <= 0.0 {
        return;
    }
    let interval = if policy.late_interval_seconds > 0 { policy.late_interval_seconds } else { DAY };
    let intervals = late.div_euclid(interval) + i64::from(late.rem_euclid(interval) > 0);
    #[expect(clippy::cast_precision_loss, reason = "a count of days is far below 2^52")]
    let taken = rate * intervals as f64;
    let room = (raw / possible * 100.0 - policy.late_minimum_percent).max(0.0);
    let deducted = round(possible * taken.min(room) / 100.0, 2);
    submission.score = Some((raw - deducted).max(raw.min(0.0)));
    submission.points_deducted = Some(deducted);
}
