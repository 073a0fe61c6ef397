//! Giving a grade and leaving a comment (canvas-contract §H3, §H4).

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::arithmetic::{default_scheme, grade_of, is_number, score_of};
use super::assignment::{Assignment, GradingType};
use super::course::{Course, LatePolicy};
use super::late;
use super::state::World;
use super::submission::{GradeChange, Stored, Submission, SubmissionState};

/// Canvas refuses longer grade texts.
const LONGEST_GRADE: usize = 255;

/// What one student gets for one assignment.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub(crate) struct Cell {
    /// The posted grade as text; empty clears. Absent when the key was not sent.
    pub(crate) posted_grade: Option<String>,
    pub(crate) excuse: Excuse,
    pub(crate) text_comment: Option<String>,
    pub(crate) group_comment: bool,
    /// Not an object of keys, as in `{"7001": null}`: the job dies of it.
    pub(crate) broken: bool,
}

/// The `excuse` key of a cell.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum Excuse {
    #[default]
    Absent,
    Yes,
    No,
}

/// Why Canvas refuses to grade.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum GradeError {
    ExcusedAndGraded,
    ClosedGradingPeriod,
    Moderated,
    Checkpointed,
    TooLong,
    /// A line of a bulk request that holds no keys.
    Broken,
    /// A comment that the database does not take; the grade beside it is written by then.
    Comment,
}

/// How a grade is given: in bulk an unchanged score is left untouched; alone it is written again.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct How {
    pub(crate) bulk: bool,
    /// A number stays a number even where the scheme has a letter of that name (canvas-contract §0.7).
    pub(crate) prefer_points: bool,
}

/// What the single PUT sets beside the grade (canvas-contract §H1), as text. Absent fields stay as they are; an empty
/// text, which is what null comes as, takes away.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Status {
    /// `late`, `missing`, `extended` or `none`.
    pub(crate) late: Option<String>,
    pub(crate) seconds_late: Option<String>,
    pub(crate) custom: Option<String>,
    pub(crate) sticker: Option<String>,
}

/// The rules of an assignment that a write needs, taken out of the world before it is changed.
struct Rules {
    scheme: Vec<(String, f64)>,
    scaling: f64,
    policy: Option<LatePolicy>,
    hides_grades: bool,
}

/// What was asked for, to be given to every member of a group.
#[derive(Clone, Copy)]
struct Given<'a> {
    posted: &'a str,
    excuse: bool,
    how: How,
}

impl World {
    /// Grades a student, and the whole group when the assignment is graded by group. Returns who was touched.
    pub(crate) fn grade(
        &mut self,
        (course_id, assignment_id, user_id): (i64, i64, i64),
        cell: &Cell,
        how: How,
        (grader_id, now): (i64, Timestamp),
    ) -> Result<Vec<i64>, GradeError> {
        let Some((course, assignment)) = self.assignment(course_id, assignment_id) else { return Ok(Vec::new()) };
        let excuse = cell.excuse == Excuse::Yes;
        if excuse && cell.posted_grade.is_some() {
            return Err(GradeError::ExcusedAndGraded);
        }
        self.refusal(course, assignment, grader_id, now).map_or(Ok(()), Err)?;
        let posted = cell.posted_grade.as_deref().unwrap_or_default();
        if posted.chars().count() > LONGEST_GRADE && is_number(posted) {
            return Err(GradeError::TooLong);
        }
        let rules = self.rules(course, assignment, now);
        let given = Given { posted, excuse, how };
        let students = Self::graded_together(course, assignment, user_id);
        for student in &students {
            let excused_member = *student != user_id && assignment_excuses(self, course_id, assignment_id, *student);
            if !excused_member {
                self.grade_one((course_id, assignment_id, *student), &given, &rules, (grader_id, now));
            }
        }
        Ok(students)
    }

    /// Why nobody, or not this person, may grade the assignment now.
    fn refusal(&self, course: &Course, assignment: &Assignment, grader_id: i64, now: Timestamp) -> Option<GradeError> {
        if course.is_closed(assignment, now) && !self.may(grader_id, "manage_grades") {
            return Some(GradeError::ClosedGradingPeriod);
        }
        let decides = assignment.final_grader_id == Some(grader_id) || self.may(grader_id, "select_final_grade");
        if assignment.moderated_grading && !assignment.grades_published && !decides {
            return Some(GradeError::Moderated);
        }
        assignment.checkpointed.then_some(GradeError::Checkpointed)
    }

    fn rules(&self, course: &Course, assignment: &Assignment, now: Timestamp) -> Rules {
        let by_letter = matches!(assignment.grading_type, GradingType::LetterGrade | GradingType::GpaScale);
        let standard = assignment.grading_standard_id.or(course.grading_standard_id);
        let standard = standard.and_then(|id| self.grading_standards.get(&id)).filter(|_| by_letter);
        Rules {
            scheme: match standard {
                Some(standard) => standard.scheme.clone(),
                None if by_letter => default_scheme(),
                None => Vec::new(),
            },
            scaling: standard
                .map_or(1.0, |standard| if standard.points_based { standard.scaling_factor.max(1.0) } else { 1.0 }),
            policy: course.late_policy.clone().filter(|_| !course.is_closed(assignment, now)),
            hides_grades: assignment.hides_grades(),
        }
    }

    /// The student, or the student's whole group (canvas-contract §0.9).
    fn graded_together(course: &Course, assignment: &Assignment, user_id: i64) -> Vec<i64> {
        match course.group_of(assignment, user_id) {
            Some(group) if !assignment.grade_group_students_individually => group.user_ids.clone(),
            _ => vec![user_id],
        }
    }

    /// Whether a bulk line would change a cell: it compares score and excusal, nothing else (canvas-contract §H4).
    pub(super) fn would_change(&self, (course_id, assignment_id, user_id): (i64, i64, i64), cell: &Cell) -> bool {
        let Some((course, assignment)) = self.assignment(course_id, assignment_id) else { return false };
        let rules = self.rules(course, assignment, Timestamp::MIN);
        let excuse = cell.excuse == Excuse::Yes;
        let posted = cell.posted_grade.as_deref().unwrap_or_default();
        let score = score_of(posted, assignment, &rules.scheme, rules.scaling).filter(|_| !excuse);
        let held = assignment.submissions.get(&user_id);
        let excused = held.is_some_and(|held| held.excused == Some(true));
        excused != excuse || score != held.and_then(|held| held.score)
    }

    fn grade_one(
        &mut self,
        key: (i64, i64, i64),
        given: &Given<'_>,
        rules: &Rules,
        (grader_id, now): (i64, Timestamp),
    ) {
        let (course_id, assignment_id, user_id) = key;
        let Given { posted, excuse, how } = *given;
        let Some((_, assignment)) = self.assignment(course_id, assignment_id) else { return };
        let scheme = if how.prefer_points { &[] } else { rules.scheme.as_slice() };
        let score = score_of(posted, assignment, scheme, rules.scaling).filter(|_| !excuse);
        let before = assignment.submission(user_id);
        let excused_before = before.excused == Some(true);
        if how.bulk && excused_before == excuse && score == before.score {
            return;
        }
        let stored = if before.was_graded() { Stored::AsNew } else { Stored::InNewest };
        let mut after = before.clone();
        after.grader_id = Some(grader_id);
        after.excused = Some(excuse && score.is_none());
        after.score = score;
        if excuse {
            after.late_policy_status = None;
            after.custom_grade_status_id = None;
        }
        let is_given = score.is_some() || excuse;
        if is_given {
            after.resubmitted = false;
            after.graded_at = Some(now);
            after.posted_at = after.posted_at.or((!rules.hides_grades).then_some(now));
            after.state = SubmissionState::Graded;
        } else if after.attempt.is_none() {
            after.state = SubmissionState::Unsubmitted;
        }
        settle(&mut after, posted, assignment, rules, now);
        after.store(stored);
        let visible = after.posted_at.is_some() && is_given;
        let changed = self.log_change(key, (&before, &after), (grader_id, now));
        self.put_submission((course_id, assignment_id), after, now);
        self.notifications.grades += u64::from(changed && visible);
    }

    /// Adds a line to the change log when grade, score or excusal changed (canvas-contract §I3).
    fn log_change(
        &mut self,
        (course_id, assignment_id, student_id): (i64, i64, i64),
        (before, after): (&Submission, &Submission),
        (grader_id, now): (i64, Timestamp),
    ) -> bool {
        let excused = |held: &Submission| held.excused == Some(true);
        if before.score == after.score && before.grade == after.grade && excused(before) == excused(after) {
            return false;
        }
        let Some((_, assignment)) = self.assignment(course_id, assignment_id) else { return false };
        let points_possible = assignment.points_possible;
        let logged = after.version_before();
        let change = GradeChange {
            id: self.new_id(),
            created_at: now,
            course_id,
            assignment_id: Some(assignment_id),
            student_id,
            grader_id,
            grade_before: logged.and_then(|version| version.grade.clone()),
            grade_after: after.grade.clone(),
            excused_before: logged.is_some_and(|version| version.excused == Some(true)),
            excused_after: excused(after),
            points_possible,
            version_number: after.versions.len(),
        };
        self.grade_changes.push(change);
        true
    }

    /// SpeedGrader's way of grading: past versions, grader and time; only the score moves (canvas-contract §H9).
    pub(crate) fn set_score(
        &mut self,
        (course_id, assignment_id, user_id): (i64, i64, i64),
        score: Option<f64>,
        by: (i64, Timestamp),
    ) {
        let Some((course, assignment)) = self.assignment(course_id, assignment_id) else { return };
        let rules = self.rules(course, assignment, by.1);
        let before = assignment.submission(user_id);
        let mut after = before.clone();
        after.score = score;
        after.grade = score.map(|score| grade_of(score, "", assignment, &rules.scheme));
        after.state = if score.is_some() { SubmissionState::Graded } else { after.state };
        if !after.versions.is_empty() {
            after.store(Stored::InNewest);
        }
        self.log_change((course_id, assignment_id, user_id), (&before, &after), by);
        self.put_submission((course_id, assignment_id), after, by.1);
    }

    /// Sets the status of a submission and applies the policy anew to the score that was entered.
    ///
    /// A status always makes a version, unless the same request has just graded (canvas-contract §H9).
    pub(crate) fn set_status(
        &mut self,
        (course_id, assignment_id, user_id): (i64, i64, i64),
        status: Status,
        has_graded: bool,
        by: (i64, Timestamp),
    ) {
        let Some((course, assignment)) = self.assignment(course_id, assignment_id) else { return };
        let rules = self.rules(course, assignment, by.1);
        let before = assignment.submission(user_id);
        let mut submission = before.clone();
        let Status { late, seconds_late, custom, sticker } = status;
        if late.is_some() || custom.is_some() {
            submission.excused = submission.excused.map(|_| false);
        }
        if let Some(late) = late {
            submission.late_policy_status = Some(late).filter(|status| !status.is_empty());
            submission.graded_at = Some(by.1);
            submission.grader_id = Some(by.0);
        }
        if let Some(seconds) = seconds_late {
            submission.seconds_late_override = seconds.parse().ok();
        }
        if let Some(custom) = custom {
            submission.custom_grade_status_id = custom.parse().ok();
        }
        if let Some(sticker) = sticker {
            submission.sticker = Some(sticker).filter(|name| !name.is_empty());
        }
        submission.score = submission.entered_score();
        let given = submission.grade.clone().unwrap_or_default();
        settle(&mut submission, &given, assignment, &rules, by.1);
        submission.store(if has_graded { Stored::InNewest } else { Stored::AsNew });
        self.log_change((course_id, assignment_id, user_id), (&before, &submission), by);
        self.put_submission((course_id, assignment_id), submission, by.1);
    }

    /// A person sets a label such as `missing`, which is no grade.
    pub fn set_label(&mut self, cell: (i64, i64, i64), label: &str, grader_id: i64, now: Timestamp) {
        let status = Status { late: Some(label.to_owned()), ..Status::default() };
        self.set_status(cell, status, false, (grader_id, now));
    }

    /// A person gives a cell a status of the institution's own.
    pub fn set_custom_status(&mut self, cell: (i64, i64, i64), id: i64, grader_id: i64, now: Timestamp) {
        let status = Status { custom: Some(id.to_string()), ..Status::default() };
        self.set_status(cell, status, false, (grader_id, now));
    }

    /// How Canvas writes a score down.
    pub(crate) fn grade_text(&self, course: &Course, assignment: &Assignment, score: f64) -> String {
        let rules = self.rules(course, assignment, Timestamp::MIN);
        grade_of(score, "", assignment, &rules.scheme)
    }
}

fn assignment_excuses(world: &World, course_id: i64, assignment_id: i64, user_id: i64) -> bool {
    let assignment = world.assignment(course_id, assignment_id);
    assignment.is_some_and(|(_, found)| found.submissions.get(&user_id).is_some_and(|held| held.excused == Some(true)))
}

/// Applies the late policy and writes the grade's text.
fn settle(submission: &mut Submission, posted: &str, assignment: &Assignment, rules: &Rules, now: Timestamp) {
    submission.points_deducted = None;
    if let Some(policy) = rules.policy.as_ref().filter(|_| submission.excused != Some(true)) {
        late::apply(policy, assignment, submission, now);
    }
    submission.grade = submission.score.map(|score| grade_of(score, posted, assignment, &rules.scheme));
    if submission.score.is_some() {
        submission.state = SubmissionState::Graded;
    }
}
