//! What looks at a course's cells need. Nothing here changes while cells are pushed but what is known of Canvas, so looks go
//! side by side with what is decided and sent.

use std::collections::HashMap;

use tokio::sync::Mutex;
use tokio::time::Instant;

use super::course::CourseRun;
use crate::domain::{AssignmentId, ColumnTarget};
use crate::engine::live::{Assignments, CourseLog};

/// A course that is looked at.
pub(super) struct Looks<'a> {
    pub(super) run: &'a CourseRun<'a>,
    /// When its push began.
    pub(super) began: Instant,
    /// What the plan knew of the assignments, as far as they exist by now.
    pub(super) targets: HashMap<AssignmentId, ColumnTarget>,
    /// What was last seen of the assignments.
    pub(super) assignments: Mutex<Option<Assignments>>,
    /// What was read of the change log.
    pub(super) log: Mutex<CourseLog>,
}

impl<'a> Looks<'a> {
    /// At a course whose columns are these.
    pub(super) fn new(
        run: &'a CourseRun<'a>,
        targets: HashMap<AssignmentId, ColumnTarget>,
        assignments: Option<Assignments>,
    ) -> Self {
        Self { run, began: Instant::now(), targets, assignments: Mutex::new(assignments), log: Mutex::default() }
    }

    /// Whether this run made the column.
    pub(super) fn is_created(&self, assignment: AssignmentId) -> bool {
        matches!(self.targets.get(&assignment), Some(ColumnTarget::Create(_)))
    }
}
