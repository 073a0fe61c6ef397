//! How a job ended, as Canvas says.

use std::collections::BTreeSet;

use super::CellKey;
use crate::domain::{AssignmentId, UserId};

/// The end of a job, or of a request for one cell. It says nothing about cells that it does not name
/// (`canvas-contract §0.1`).
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct JobEnd {
    /// Whether Canvas calls it completed.
    pub completed: bool,
    /// Students that it could not find (`canvas-contract §H7`). A message names them without their columns.
    pub missing_users: BTreeSet<UserId>,
    /// Columns that it could not grade.
    pub missing_assignments: BTreeSet<AssignmentId>,
    /// Canvas's words, without the ids; they hold no names.
    pub words: String,
}

impl JobEnd {
    /// Whether Canvas says that it wrote nothing for this student.
    pub fn names_user(&self, key: CellKey) -> bool {
        self.missing_users.contains(&key.user)
    }

    /// Whether Canvas says that it graded nothing in this column.
    pub fn names_assignment(&self, key: CellKey) -> bool {
        self.missing_assignments.contains(&key.assignment)
    }
}
