//! Late and missing work (canvas-contract §H4).

use std::collections::BTreeSet;

use jiff::Timestamp;

use super::arithmetic::{default_scheme, grade_of, round};
use super::assignment::{Assignment, GradingType};
use super::course::LatePolicy;
use super::rows::Row;
use super::submission::{Submission, SubmissionState};

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
    // Any write ends it for good, also a clear.
    let written = submission.grader_id.is_some();
    match submission.late_policy_status.as_deref() {
        Some(status) => status == "missing",
        None => {
            assignment.expects_submission()
                && submission.submitted_at.is_none()
                && !written
                && assignment.due_at.is_some_and(|due_at| due_at < now)
        }
    }
}

/// Gives the missing score, without a grader, to every student who has a row and handed nothing in.
pub(super) fn give_missing(policy: &LatePolicy, assignment: &mut Assignment, students: &BTreeSet<i64>, now: Timestamp) {
    for student in students {
        if assignment.row(*student) != Row::Present {
            continue;
        }
        let mut submission = assignment.submission(*student);
        if submission.score.is_some() || !is_missing(assignment, &submission, now) {
            continue;
        }
        apply(policy, assignment, &mut submission, now);
        let Some(score) = submission.score else { continue };
        submission.grade = Some(grade_of(score, "", assignment, &default_scheme()));
        submission.state = SubmissionState::Graded;
        submission.graded_at = Some(now);
        submission.posted_at = (!assignment.hides_grades()).then_some(now);
        assignment.submissions.insert(*student, submission);
    }
}

/// Applies the policy to a submission whose score is still the raw one.
pub(super) fn apply(policy: &LatePolicy, assignment: &Assignment, submission: &mut Submission, now: Timestamp) {
    let possible = assignment.points_possible.unwrap_or(0.0);
    submission.points_deducted = None;
    if submission.score.is_none() && is_missing(assignment, submission, now) {
        let all_or_nothing = assignment.grading_type == GradingType::PassFail;
        let percent = policy.missing_percent.map(|percent| if all_or_nothing { 0.0 } else { percent });
        submission.score = percent.map(|percent| round(possible * percent / 100.0, 2));
        return;
    }
    let late = seconds_late(assignment, submission);
    let (Some(raw), Some(rate)) = (submission.score, policy.late_deduction) else { return };
    // What was handed in after the grade is not what was graded; complete or incomplete takes no deduction.
    let exempt = submission.resubmitted || assignment.checkpointed || assignment.grading_type == GradingType::PassFail;
    if late == 0 || possible <= 0.0 || exempt {
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
