//! Final grades that a person sets over the computed ones (canvas-contract §I5).

use jiff::Timestamp;

use super::state::World;
use super::submission::GradeChange;

impl World {
    /// Sets the overrides of a course: student and percentage, or `None` to take one back. A person who is no
    /// student of the course is skipped, as Canvas does.
    pub(super) fn set_final_grades(
        &mut self,
        course_id: i64,
        grades: &[(i64, Option<f64>)],
        (grader_id, now): (i64, Timestamp),
    ) {
        for (student_id, score) in grades {
            let Some(course) = self.courses.get_mut(&course_id) else { return };
            let theirs = course.enrollments.iter_mut().filter(|held| held.user_id == *student_id && held.is_student());
            let mut before = None;
            for enrollment in theirs {
                before = Some(std::mem::replace(&mut enrollment.override_score, *score));
            }
            let Some(before) = before.filter(|before| before != score) else { continue };
            let change = GradeChange {
                id: self.new_id(),
                created_at: now,
                course_id,
                assignment_id: None,
                student_id: *student_id,
                grader_id,
                grade_before: before.map(|score| score.to_string()),
                grade_after: score.map(|score| score.to_string()),
                excused_before: false,
                excused_after: false,
                points_possible: None,
                version_number: 0,
            };
            self.grade_changes.push(change);
        }
    }
}
