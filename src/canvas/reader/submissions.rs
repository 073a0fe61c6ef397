//! Cells, one by one or by column.

use std::fmt;

use super::super::error::CanvasError;
use super::super::model::Submission;
use super::super::pages::Pages;
use super::super::path::Path;
use super::Reader;
use crate::domain::{AssignmentId, CourseId, UserId};

/// What to send along with a cell.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum SubmissionInclude {
    /// Its comments.
    Comments,
    /// Its comments as they are stored.
    StoredComments,
    /// Its versions.
    History,
    /// The student's group.
    Group,
}

impl fmt::Display for SubmissionInclude {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.pad(match self {
            Self::Comments => "submission_comments",
            Self::StoredComments => "submission_html_comments",
            Self::History => "submission_history",
            Self::Group => "group",
        })
    }
}

impl Reader {
    /// One cell. Canvas gives an empty one for a student who does not have the assignment (`canvas-contract §I1`).
    pub async fn submission(
        &self,
        course: CourseId,
        assignment: AssignmentId,
        student: UserId,
        include: &[SubmissionInclude],
    ) -> Result<Submission, CanvasError> {
        let path = column(course, assignment).id(student).query_each("include[]", include);
        self.transport.get(path).await
    }

    /// The cells of one column, of active and invited students only.
    pub fn assignment_submissions(
        &self,
        course: CourseId,
        assignment: AssignmentId,
        include: &[SubmissionInclude],
    ) -> Pages<Submission> {
        Pages::of(&self.transport, column(course, assignment).query_each("include[]", include).per_page(100))
    }

    /// Every stored version of the cells of one column, newest first, of people too who have left the course
    /// (`canvas-contract §I3`). A comment makes no version.
    pub fn gradebook_history(&self, course: CourseId, assignment: AssignmentId) -> Pages<Submission> {
        let feed = Path::api().course(&course.into()).word("gradebook_history/feed");
        Pages::of(&self.transport, feed.query("assignment_id", assignment).per_page(100))
    }
}

fn column(course: CourseId, assignment: AssignmentId) -> Path {
    Path::api().course(&course.into()).word("assignments").id(assignment).word("submissions")
}
