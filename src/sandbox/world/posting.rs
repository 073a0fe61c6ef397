//! Hiding and showing grades (canvas-contract §I4).

use jiff::Timestamp;

use super::jobs::{Fate, Job, JobState};
use super::state::World;
use super::submission::SubmissionState;

impl World {
    /// Sets whether grades of an assignment stay hidden until somebody posts them. What is posted stays posted.
    pub(crate) fn set_post_policy(&mut self, course_id: i64, assignment_id: i64, post_manually: bool) {
        let course = self.courses.get_mut(&course_id);
        if let Some(assignment) = course.and_then(|course| course.assignments.get_mut(&assignment_id)) {
            assignment.post_manually = post_manually;
        }
    }

    /// Posts or hides all grades of an assignment, and returns the Progress's id.
    pub(crate) fn post_grades(
        &mut self,
        course_id: i64,
        assignment_id: i64,
        post: bool,
        (by, now): (i64, Timestamp),
    ) -> i64 {
        let mut told = 0;
        let course = self.courses.get_mut(&course_id);
        if let Some(assignment) = course.and_then(|course| course.assignments.get_mut(&assignment_id)) {
            for submission in assignment.submissions.values_mut() {
                if !post {
                    submission.posted_at = None;
                } else if submission.posted_at.is_none() {
                    submission.posted_at = Some(now);
                    told += u64::from(submission.state == SubmissionState::Graded);
                }
            }
        }
        self.notifications.grades += told;
        let id = self.new_id();
        let tag = if post { "post_assignment_grades" } else { "hide_assignment_grades" };
        let job = Job {
            id,
            course_id,
            tag: tag.to_owned(),
            grader_id: by,
            section_id: None,
            created_at: now,
            updated_at: now,
            state: JobState::Completed,
            message: None,
            rows: Vec::new(),
            done: 0,
            missing: Vec::new(),
            skipped: std::collections::BTreeSet::new(),
            fate: Fate::Runs,
        };
        self.jobs.insert(id, job);
        id
    }
}
