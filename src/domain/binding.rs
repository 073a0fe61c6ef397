//! The assignment map: which Canvas assignment a sender's column goes to.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::{AssignmentId, ColumnKey, CourseId, Points, RunId};

/// One entry of the map, with enough of the assignment to notice that it is no longer the same (design, Assignments).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Binding {
    /// The sender's key.
    pub key: ColumnKey,
    /// The Canvas course the assignment is in.
    pub course: CourseId,
    /// The assignment.
    pub assignment: AssignmentId,
    /// When Canvas says it was created; `None` where nobody looked.
    pub assignment_created_at: Option<Timestamp>,
    /// Its name when it was bound.
    pub name: String,
    /// Its points possible when it was bound.
    pub points_possible: Option<Points>,
    /// When it was bound.
    pub bound_at: Timestamp,
    /// The run that created the assignment; `None` if it was there before.
    pub created_by_run: Option<RunId>,
}
