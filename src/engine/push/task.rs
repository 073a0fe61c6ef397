//! A planned cell on its way to Canvas.

use std::collections::{BTreeMap, HashMap};

use crate::canvas::{CellWrite, PostedGrade};
use crate::domain::{
    AssignmentId, CellRecord, ColumnTarget, CoursePart, LiveCell, Outcome, Owner, PlanKind, Sending, UserId, Wanted,
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
    /// Whether this run has sent it before, so that finding the value there means that we wrote it.
    pub(super) sent_before: bool,
    /// Canvas's request-context id of the last request that held it.
    pub(super) request_id: Option<String>,
    /// Whether the grade is still to be sent: the pre-check decides.
    pub(super) grade_open: bool,
    /// Whether the comment is still to be sent: the pre-check decides.
    pub(super) comment_open: bool,
}

impl Task {
    /// What is sent for this cell.
    pub(super) fn write(&self) -> CellWrite {
        let grade = match &self.sending {
            Sending::Grade(text) => Some(PostedGrade::Grade(text.clone())),
            Sending::Excuse => Some(PostedGrade::Excused),
            Sending::Clear => Some(PostedGrade::Cleared),
            Sending::CommentOnly | Sending::Nothing => None,
        };
        CellWrite {
            grade: grade.filter(|_| self.grade_open),
            comment: self.comment.clone().filter(|_| self.comment_open),
        }
    }
}

/// The tasks of a part that are neither written nor already there, ordered by student, then assignment. `sent` are the
/// cells that this run has sent before.
pub(super) fn tasks_of(
    part: &CoursePart,
    records: &BTreeMap<u32, CellRecord>,
    created: &BTreeMap<u32, AssignmentId>,
    sent: Option<&HashMap<u32, Option<String>>>,
    kind: &PlanKind,
) -> Vec<Task> {
    // The comments of an undo are those that go.
    let comments = !matches!(kind, PlanKind::Undo { .. });
    let mut tasks: Vec<Task> = part
        .writes()
        .filter_map(|(index, cell)| {
            let outcome = records.get(&index).map(|record| record.outcome);
            if matches!(outcome, Some(Outcome::Written | Outcome::Already)) {
                return None;
            }
            let assignment = match &part.column(cell).target {
                ColumnTarget::Existing(assignment) => assignment.id,
                ColumnTarget::Create(_) => *created.get(&cell.column)?,
                ColumnTarget::Nowhere(_) => return None,
            };
            let sent = sent.and_then(|sent| sent.get(&index));
            Some(Task {
                cell: index,
                assignment,
                user: part.student(cell).user?,
                wanted: cell.wanted?,
                sending: cell.sending.clone(),
                comment: cell.comment.as_deref().filter(|_| comments).map(str::to_owned),
                base: cell.base.clone(),
                owner: cell.owner,
                sent_before: sent.is_some(),
                request_id: sent.cloned().flatten(),
                grade_open: true,
                comment_open: true,
            })
        })
        .collect();
    // A chunk of few students in many columns takes the fewest pages to read (design, Request budget).
    tasks.sort_by_key(|task| (task.user, task.assignment));
    tasks
}
