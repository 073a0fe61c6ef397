//! When submission rows exist: a delayed job makes and deletes them (canvas-contract §I1).

use std::collections::BTreeSet;

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

use super::assignment::Assignment;
use super::course::{Course, EnrollmentState};
use super::late;
use super::state::World;
use super::submission::Submission;

/// A job that brings the rows of a course up to who is assigned.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct RowJob {
    pub(crate) course_id: i64,
    /// The column; all columns of the course when absent.
    #[serde(default)]
    pub(crate) assignment_id: Option<i64>,
    pub(crate) due_at: Timestamp,
}

/// Whether a student has a row for an assignment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Row {
    Present,
    /// Not made yet, or never to be made.
    Absent,
    /// Its student is no longer assigned.
    Deleted,
}

impl Assignment {
    /// Whether an enrolled student has a row.
    pub(crate) fn row(&self, user_id: i64) -> Row {
        if self.deleted_rows.contains(&user_id) {
            return Row::Deleted;
        }
        let stored = self.submissions.contains_key(&user_id);
        let made = self.is_assigned_to(user_id) && !self.lacking_rows.contains(&user_id);
        if stored || made || self.departing_rows.contains(&user_id) { Row::Present } else { Row::Absent }
    }

    /// Changes who is assigned; the rows follow with the next job.
    fn show_to(&mut self, only: Option<Vec<i64>>, students: &BTreeSet<i64>) {
        let before: BTreeSet<i64> = students.iter().copied().filter(|id| self.is_assigned_to(*id)).collect();
        let present: BTreeSet<i64> = before.iter().copied().filter(|id| self.row(*id) == Row::Present).collect();
        self.only_visible_to = only;
        for student in students {
            match (before.contains(student), self.is_assigned_to(*student)) {
                (true, false) => {
                    self.lacking_rows.remove(student);
                    if present.contains(student) {
                        self.departing_rows.insert(*student);
                    }
                }
                (false, true) => {
                    self.departing_rows.remove(student);
                    if !self.submissions.contains_key(student) {
                        self.lacking_rows.insert(*student);
                    }
                }
                _ => {}
            }
        }
    }

    /// Makes the rows that are lacking, and deletes those of students who are no longer assigned.
    fn settle_rows(&mut self) -> BTreeSet<i64> {
        let made = std::mem::take(&mut self.lacking_rows);
        let assigned = |id: &i64| self.only_visible_to.as_ref().is_none_or(|users| users.contains(id));
        let returned: Vec<i64> = self.deleted_rows.iter().copied().filter(assigned).collect();
        for student in &returned {
            self.deleted_rows.remove(student);
        }
        self.deleted_rows.append(&mut self.departing_rows);
        made.into_iter().chain(returned).collect()
    }
}

impl World {
    /// A column was made: nobody has a row until the job has run.
    pub(crate) fn column_made(&mut self, course_id: i64, assignment_id: i64, now: Timestamp) {
        let Some(course) = self.courses.get_mut(&course_id) else { return };
        let students = students(course);
        let Some(assignment) = course.assignments.get_mut(&assignment_id) else { return };
        assignment.lacking_rows = students.into_iter().filter(|id| assignment.is_assigned_to(*id)).collect();
        self.schedule_rows(course_id, Some(assignment_id), now);
    }

    /// A student came into a course: the rows come with the job.
    pub fn student_came(&mut self, course_id: i64, user_id: i64, now: Timestamp) {
        let Some(course) = self.courses.get_mut(&course_id) else { return };
        for assignment in course.assignments.values_mut().filter(|held| held.is_assigned_to(user_id)) {
            if !assignment.submissions.contains_key(&user_id) {
                assignment.lacking_rows.insert(user_id);
            }
        }
        self.schedule_rows(course_id, None, now);
    }

    /// Assigns a column to these students only, or to everybody.
    pub(crate) fn assign_to(&mut self, course_id: i64, assignment_id: i64, only: Option<Vec<i64>>, now: Timestamp) {
        let Some(course) = self.courses.get_mut(&course_id) else { return };
        let students = students(course);
        let Some(assignment) = course.assignments.get_mut(&assignment_id) else { return };
        assignment.show_to(only, &students);
        self.schedule_rows(course_id, Some(assignment_id), now);
    }

    /// One strand a course: a job runs after those before it.
    fn schedule_rows(&mut self, course_id: i64, assignment_id: Option<i64>, now: Timestamp) {
        let before = self.row_jobs.iter().filter(|job| job.course_id == course_id).map(|job| job.due_at).max();
        let start = before.map_or(now, |due_at| due_at.max(now));
        let due_at = start.checked_add(self.conduct.rows_after).unwrap_or(Timestamp::MAX);
        self.row_jobs.push(RowJob { course_id, assignment_id, due_at });
        if !self.conduct.jobs_held {
            self.advance_rows(now);
        }
    }

    /// Runs the jobs that are due.
    pub(super) fn advance_rows(&mut self, now: Timestamp) {
        if self.row_jobs.iter().any(|job| job.due_at <= now) {
            let (due, waiting): (Vec<RowJob>, Vec<RowJob>) =
                std::mem::take(&mut self.row_jobs).into_iter().partition(|job| job.due_at <= now);
            self.row_jobs = waiting;
            for job in due {
                self.run_row_job(&job);
            }
        }
        self.apply_missing_policies(now);
    }

    fn run_row_job(&mut self, job: &RowJob) {
        let Some(course) = self.courses.get_mut(&job.course_id) else { return };
        let ids: Vec<i64> = match job.assignment_id {
            Some(id) => vec![id],
            None => course.assignments.keys().copied().collect(),
        };
        for id in ids {
            let Some(assignment) = course.assignments.get_mut(&id) else { continue };
            let made = assignment.settle_rows();
            // What is missing now is found anew, for the rows that have just come.
            if !made.is_empty() {
                assignment.missing_since = None;
            }
        }
    }

    /// Gives the missing policy's score where work is missing, without a grader (canvas-contract §H4).
    fn apply_missing_policies(&mut self, now: Timestamp) {
        for course in self.courses.values_mut() {
            let Some(policy) = course.late_policy.clone().filter(|policy| policy.missing_percent.is_some()) else {
                continue;
            };
            let due: Vec<i64> = course
                .assignments
                .values()
                .filter(|held| held.missing_since.is_none() && held.due_at.is_some_and(|due_at| due_at < now))
                .filter(|held| held.expects_submission() && !course.is_closed(held, now))
                .map(|held| held.id)
                .collect();
            if due.is_empty() {
                continue;
            }
            let students = students(course);
            for id in due {
                let Some(assignment) = course.assignments.get_mut(&id) else { continue };
                assignment.missing_since = Some(now);
                late::give_missing(&policy, assignment, &students, now);
            }
        }
    }

    /// Puts a submission into its place. What lagging reads still see is kept as long as they may.
    pub(crate) fn put_submission(
        &mut self,
        (course_id, assignment_id): (i64, i64),
        submission: Submission,
        now: Timestamp,
    ) {
        let lag = self.conduct.replica_lag;
        let course = self.courses.get_mut(&course_id);
        let Some(assignment) = course.and_then(|course| course.assignments.get_mut(&assignment_id)) else { return };
        let user_id = submission.user_id;
        let submission = Submission { updated_at: Some(now), ..submission };
        let held = assignment.submissions.insert(user_id, submission);
        if lag > SignedDuration::ZERO {
            assignment.replaced.retain(|old| now.duration_since(old.at) <= lag);
            let held = held.unwrap_or_else(|| Submission { user_id, ..Submission::default() });
            assignment.replaced.push(Replaced { at: now, held });
        }
    }
}

/// A state that was replaced a moment ago.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Replaced {
    pub(crate) at: Timestamp,
    pub(crate) held: Submission,
}

/// Everybody who may have rows in a course.
pub(super) fn students(course: &Course) -> BTreeSet<i64> {
    let enrolled = course.enrollments.iter().filter(|held| held.is_student() && held.state != EnrollmentState::Deleted);
    enrolled.map(|held| held.user_id).collect()
}
