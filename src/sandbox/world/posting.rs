//! Hiding and showing grades (canvas-contract §I4).

use std::collections::BTreeSet;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::course::{Course, Enrollment};
use super::state::World;
use super::submission::{Submission, SubmissionState};

/// Whose grades are posted or hidden; empty lists mean everybody.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub(crate) struct Whose {
    pub(crate) graded_only: bool,
    pub(crate) sections: Vec<i64>,
    pub(crate) only: Vec<i64>,
    pub(crate) skipped: Vec<i64>,
}

impl Whose {
    fn covers(&self, course: &Course, held: &Enrollment) -> bool {
        let in_section = || course.section_of(held).is_some_and(|section| self.sections.contains(&section.id));
        (self.sections.is_empty() || in_section())
            && (self.only.is_empty() || self.only.contains(&held.user_id))
            && !self.skipped.contains(&held.user_id)
    }
}

impl World {
    /// Sets whether grades of an assignment stay hidden until somebody posts them. What is posted stays posted.
    pub(crate) fn set_post_policy(&mut self, course_id: i64, assignment_id: i64, post_manually: bool) {
        let course = self.courses.get_mut(&course_id);
        if let Some(assignment) = course.and_then(|course| course.assignments.get_mut(&assignment_id)) {
            assignment.post_manually = post_manually;
        }
    }

    /// A teacher hides one student's grade; the column goes on posting at once.
    pub fn hide_grade(&mut self, (course_id, assignment_id, user_id): (i64, i64, i64), now: Timestamp) {
        let whose = Whose { only: vec![user_id], ..Whose::default() };
        self.post_grades(course_id, &Posting { assignment_id, post: false, whose }, now);
    }

    /// Posts or hides grades of an assignment.
    pub(super) fn post_grades(&mut self, course_id: i64, posting: &Posting, now: Timestamp) {
        let Posting { assignment_id, post, whose } = posting;
        let mut told = 0;
        let Some((course, assignment)) = self.assignment(course_id, *assignment_id) else { return };
        let covered = course.enrollments.iter().filter(|held| whose.covers(course, held));
        let students: BTreeSet<i64> = covered.map(|held| held.user_id).collect();
        let theirs = assignment.submissions.values().filter(|held| students.contains(&held.user_id));
        let theirs = theirs.filter(|held| !whose.graded_only || held.state == SubmissionState::Graded);
        let changing = theirs.filter(|held| held.posted_at.is_some() != *post);
        for submission in changing.cloned().collect::<Vec<_>>() {
            told += u64::from(*post && submission.state == SubmissionState::Graded);
            let submission = Submission { posted_at: post.then_some(now), ..submission };
            self.put_submission((course_id, *assignment_id), submission, now);
        }
        let course = self.courses.get_mut(&course_id);
        if let Some(assignment) = course.and_then(|course| course.assignments.get_mut(assignment_id)) {
            // Names come back once the grades of an anonymous column are out.
            assignment.names_shown = *post && assignment.anonymous_grading;
        }
        self.notifications.grades += told;
    }
}

/// Posting or hiding the grades of a column.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct Posting {
    pub(crate) assignment_id: i64,
    /// Whether they are posted; hidden otherwise.
    pub(crate) post: bool,
    #[serde(default)]
    pub(crate) whose: Whose,
}
