//! Looking at a world without HTTP.

use serde_json::{Value, json};

use super::assignment::AssignmentState;
use super::identify::opaque_id;
use super::job::{JobState, Work};
use super::state::{Notifications, World};

/// One request the sandbox has answered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Served {
    /// `GET`, `POST`, …
    pub method: String,
    /// Path and query as sent, without host.
    pub path: String,
    /// The status that was answered; 0 when the connection was cut instead.
    pub status: u16,
}

impl World {
    /// Whether it is nobody's: a Canvas has at least one account.
    pub fn is_empty(&self) -> bool {
        self.accounts.is_empty()
    }

    /// The score, in points after late deduction, of a student's submission.
    pub fn score_of(&self, course_id: i64, assignment_id: i64, user_id: i64) -> Option<f64> {
        let (_, assignment) = self.assignment(course_id, assignment_id)?;
        assignment.submissions.get(&user_id)?.score
    }

    /// The grade as Canvas shows it.
    pub fn grade_of(&self, course_id: i64, assignment_id: i64, user_id: i64) -> Option<String> {
        let (_, assignment) = self.assignment(course_id, assignment_id)?;
        assignment.submissions.get(&user_id)?.grade.clone()
    }

    /// Whether a student is excused.
    pub fn is_excused(&self, course_id: i64, assignment_id: i64, user_id: i64) -> bool {
        let assignment = self.assignment(course_id, assignment_id);
        assignment
            .is_some_and(|(_, found)| found.submissions.get(&user_id).is_some_and(|held| held.excused == Some(true)))
    }

    /// Who gave the grade.
    pub fn grader_of(&self, course_id: i64, assignment_id: i64, user_id: i64) -> Option<i64> {
        let (_, assignment) = self.assignment(course_id, assignment_id)?;
        assignment.submissions.get(&user_id)?.grader_id
    }

    /// Whether the student may see the grade.
    pub fn is_posted(&self, course_id: i64, assignment_id: i64, user_id: i64) -> bool {
        let assignment = self.assignment(course_id, assignment_id);
        assignment
            .is_some_and(|(_, found)| found.submissions.get(&user_id).is_some_and(|held| held.posted_at.is_some()))
    }

    /// The comments on a student's submission, oldest first.
    pub fn comments_of(&self, course_id: i64, assignment_id: i64, user_id: i64) -> Vec<String> {
        let Some((_, assignment)) = self.assignment(course_id, assignment_id) else { return Vec::new() };
        let submission = assignment.submissions.get(&user_id);
        submission.map(|held| held.comments.iter().map(|comment| comment.comment.clone()).collect()).unwrap_or_default()
    }

    /// Ids and names of a course's assignments that are not deleted, in order of id.
    pub fn assignments_of(&self, course_id: i64) -> Vec<(i64, String)> {
        let Some(course) = self.courses.get(&course_id) else { return Vec::new() };
        let living = course.assignments.values().filter(|assignment| assignment.state != AssignmentState::Deleted);
        living.map(|assignment| (assignment.id, assignment.name.clone())).collect()
    }

    /// An assignment as plain data, in the field names of a world file.
    pub fn assignment_data(&self, course_id: i64, assignment_id: i64) -> Value {
        self.assignment(course_id, assignment_id).map_or(Value::Null, |(_, assignment)| json!(assignment))
    }

    /// The lines of the change log about a cell, oldest first, in the field names of a world file.
    pub fn changes_of(&self, (course_id, assignment_id, user_id): (i64, i64, i64)) -> Vec<Value> {
        let changes = self.grade_changes.iter().filter(|change| {
            change.course_id == course_id && change.assignment_id == Some(assignment_id) && change.student_id == user_id
        });
        changes.map(|change| json!(change)).collect()
    }

    /// What LTI tools call an assignment.
    pub fn lti_id_of_assignment(&self, assignment_id: i64) -> String {
        opaque_id("assignment", assignment_id)
    }

    /// Internal ids of all courses.
    pub fn course_ids(&self) -> Vec<i64> {
        self.courses.keys().copied().collect()
    }

    /// The course with a SIS id.
    pub fn course_by_sis_id(&self, sis_course_id: &str) -> Option<i64> {
        self.find_course(&format!("sis_course_id:{sis_course_id}"))
    }

    /// The user with a login, whatever its case.
    pub fn user_by_login(&self, unique_id: &str) -> Option<i64> {
        self.find_user(&format!("sis_login_id:{unique_id}"), 0)
    }

    /// Internal ids of a course's students who may be graded.
    pub fn students_of(&self, course_id: i64) -> Vec<i64> {
        let Some(course) = self.courses.get(&course_id) else { return Vec::new() };
        let students = course.enrollments.iter().filter(|enrollment| enrollment.is_gradeable_student());
        students.map(|enrollment| enrollment.user_id).collect()
    }

    /// How many submissions hold a score.
    pub fn score_count(&self) -> usize {
        let assignments = self.courses.values().flat_map(|course| course.assignments.values());
        assignments.flat_map(|assignment| assignment.submissions.values()).filter(|held| held.score.is_some()).count()
    }

    /// Ids and states (`queued`, `running`, `completed`, `failed`) of all jobs, in order of creation.
    pub fn job_states(&self) -> Vec<(i64, &'static str)> {
        self.jobs.values().map(|job| (job.id, job.state.word())).collect()
    }

    /// Whether a job of this course that names a cell has neither completed nor failed. One that names none grades
    /// nothing, and may be carried out whenever a request of it arrives that was given up for lost.
    pub fn is_grading(&self, course_id: i64) -> bool {
        let is_open = |state: &JobState| matches!(state, JobState::Queued | JobState::Running);
        let names_cells = |work: &Work| match work {
            Work::Bulk(bulk) => !bulk.rows.is_empty(),
            Work::Posting(_) | Work::FinalGrades(_) => true,
        };
        self.jobs.values().any(|job| job.course_id == course_id && is_open(&job.state) && names_cells(&job.work))
    }

    /// How many messages people would have received.
    pub fn notifications(&self) -> Notifications {
        self.notifications
    }

    /// How many lines the grade change log has.
    pub fn grade_change_count(&self) -> usize {
        self.grade_changes.len()
    }

    /// Every request answered since the sandbox started.
    pub fn requests(&self) -> &[Served] {
        &self.served
    }

    /// How many of the requests were not reads.
    pub fn write_requests(&self) -> usize {
        self.served.iter().filter(|served| served.method != "GET" && served.method != "HEAD").count()
    }
}
