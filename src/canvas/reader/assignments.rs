//! Gradebook columns, schemes and jobs.

use super::super::address::AccountRef;
use super::super::error::CanvasError;
use super::super::model::{Assignment, AssignmentGroup, GradingStandard, Progress};
use super::super::pages::Pages;
use super::super::path::Path;
use super::Reader;
use crate::domain::{AssignmentId, CourseId, ProgressId};

impl Reader {
    /// The columns of a course, unpublished ones included, without their descriptions.
    pub fn assignments(&self, course: CourseId) -> Pages<Assignment> {
        let path = Path::api()
            .course(&course.into())
            .word("assignments")
            .query("exclude_response_fields[]", "description")
            .per_page(100);
        Pages::of(&self.transport, path)
    }

    /// One column.
    pub async fn assignment(&self, course: CourseId, assignment: AssignmentId) -> Result<Assignment, CanvasError> {
        self.transport.get(Path::api().course(&course.into()).word("assignments").id(assignment)).await
    }

    /// The groups of a course's columns, in their order.
    pub fn assignment_groups(&self, course: CourseId) -> Pages<AssignmentGroup> {
        Pages::of(&self.transport, Path::api().course(&course.into()).word("assignment_groups").per_page(100))
    }

    /// The grading standards of a course.
    pub fn course_grading_standards(&self, course: CourseId) -> Pages<GradingStandard> {
        Pages::of(&self.transport, Path::api().course(&course.into()).word("grading_standards").per_page(100))
    }

    /// The grading standards of an account.
    pub fn account_grading_standards(&self, account: &AccountRef) -> Pages<GradingStandard> {
        Pages::of(&self.transport, Path::api().account(account).word("grading_standards").per_page(100))
    }

    /// How far a job is. [`CanvasError::Forbidden`]: the token lost its rights on the course.
    pub async fn progress(&self, id: ProgressId) -> Result<Progress, CanvasError> {
        self.transport.get(Path::api().word("progress").id(id)).await
    }
}
