//! The grade change log.

use jiff::Timestamp;

use super::super::decode::decode;
use super::super::model::{GradeChange, GradeChangePage};
use super::super::pages::Pages;
use super::super::path::Path;
use super::Reader;
use crate::domain::{AssignmentId, CourseId, UserId};

/// Which changes.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct GradeChangeFilter {
    /// In this column only.
    pub assignment: Option<AssignmentId>,
    /// Of this student only.
    pub student: Option<UserId>,
    /// From this time on.
    pub start: Option<Timestamp>,
    /// Up to this time.
    pub end: Option<Timestamp>,
}

impl Reader {
    /// The grade changes of a course, newest first (`canvas-contract §I3`).
    pub fn grade_changes(&self, course: CourseId, filter: &GradeChangeFilter) -> Pages<GradeChange> {
        let path = Path::api()
            .word("audit/grade_change")
            .query("course_id", course)
            .query_each("assignment_id", filter.assignment)
            .query_each("student_id", filter.student)
            .query_each("start_time", filter.start)
            .query_each("end_time", filter.end)
            .per_page(100);
        Pages::wrapped(&self.transport, path, |body, context| decode::<GradeChangePage>(body, context).map(Vec::from))
    }
}
