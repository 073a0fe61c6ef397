//! A planned cell on its way to Canvas.

use std::collections::BTreeMap;

use crate::canvas::{CellWrite, PostedGrade};
use crate::domain::{
    AssignmentId, CellRecord, ColumnTarget, CoursePart, Entered, LiveCell, Outcome, Owner, Sending, UserId, Wanted,
};

/// A planned cell whose assignment exists.
#[derive(Debug, Clone)]
pub(super) struct Task {
    /// Its place in the part.
    pub(super) cell: u32,
    pub(super) assignment: AssignmentId,
    pub(super) user: UserId,
    pub(super) wanted: Wanted,
    pub(super) sending: Sending,
    pub(super) comment: Option<String>,
    /// What Canvas held at plan time; `None` for a column that did not exist.
    pub(super) base: Option<LiveCell>,
    /// Whose work the cell was at plan time.
    pub(super) owner: Owner,
    /// Whether an earlier attempt sent it, so that finding the value there means that we wrote it.
    pub(super) sent_before: bool,
    /// Whether its comment may still be on its way from a job whose answer was lost.
    pub(super) comment_in_doubt: bool,
}

impl Task {
    /// What is sent for this cell, with or without its comment.
    pub(super) fn write(&self, with_comment: bool) -> CellWrite {
        let grade = match &self.sending {
            Sending::Grade(text) => Some(PostedGrade::Grade(text.clone())),
            Sending::Excuse => Some(PostedGrade::Excused),
            Sending::Clear => Some(PostedGrade::Cleared),
            // Without its comment, the value that is there already stands in: Canvas takes an equal score as a no-op
            // (`canvas-contract §H4`).
            Sending::CommentOnly | Sending::Nothing if !with_comment => {
                Some(PostedGrade::Grade(self.wanted.to_string()))
            }
            Sending::CommentOnly | Sending::Nothing => None,
        };
        CellWrite { grade, comment: self.comment.clone().filter(|_| with_comment) }
    }
}

/// The tasks of a part that are neither written nor already there, ordered by assignment, then student.
pub(super) fn tasks_of(
    part: &CoursePart,
    records: &BTreeMap<u32, CellRecord>,
    created: &BTreeMap<u32, AssignmentId>,
) -> Vec<Task> {
    let mut tasks: Vec<Task> = part
        .writes()
        .filter_map(|(index, cell)| {
            let record = records.get(&index);
            if record.is_some_and(|record| matches!(record.outcome, Outcome::Written | Outcome::Already)) {
                return None;
            }
            let assignment = match &part.column(cell).target {
                ColumnTarget::Existing(assignment) => assignment.id,
                ColumnTarget::Create(_) => *created.get(&cell.column)?,
                ColumnTarget::Nowhere(_) => return None,
            };
            let sent_before = record.is_some_and(|record| record.outcome == Outcome::Unknown);
            Some(Task {
                cell: index,
                assignment,
                user: part.student(cell).user?,
                wanted: cell.wanted?,
                sending: cell.sending.clone(),
                comment: cell.comment.as_deref().map(str::to_owned),
                base: cell.base.clone(),
                owner: cell.owner,
                sent_before,
                comment_in_doubt: sent_before && cell.comment.is_some(),
            })
        })
        .collect();
    tasks.sort_by_key(|task| (task.assignment, task.user));
    tasks
}

/// Whether a cell of a column that the run created is still as empty as it was made.
pub(super) fn is_untouched_new(live: &LiveCell) -> bool {
    live.entered == Entered::Empty
}
