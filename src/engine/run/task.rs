//! The cells of a part that are still to be written, in the order in which they are sent.

use std::collections::BTreeMap;

use crate::canvas::{CellWrite, PostedGrade};
use crate::domain::{
    AssignmentId, Attempt, CellIndex, CellKey, CellRecord, ColumnIndex, ColumnTarget, CoursePart, Outcome, PlanKind,
    RunCell, Sending, ToSend,
};
use crate::engine::journal::{Sent, SentCell};

/// A cell of the run, and its place in the part.
#[derive(Debug, Clone)]
pub(super) struct Task {
    /// Its place in the part's cells.
    pub(super) index: CellIndex,
    pub(super) cell: RunCell,
    /// Canvas's request-context id of the last request that held it.
    pub(super) request_id: Option<String>,
    /// Whether it was sent and not looked at since: lists may not show it yet.
    pub(super) unseen: bool,
}

impl Task {
    /// Whether Canvas writes both cells when it writes one of them.
    pub(super) fn is_written_with(&self, other: &Self) -> bool {
        self.cell.is_written_with(&other.cell)
    }

    pub(super) fn assignment(&self) -> AssignmentId {
        self.cell.key.assignment
    }

    /// What is sent when these parts are.
    pub(super) fn write(&self, parts: ToSend) -> CellWrite {
        let grade = match &self.cell.sending {
            Sending::Grade(text) => Some(PostedGrade::Grade(text.clone())),
            Sending::Excuse => Some(PostedGrade::Excused),
            Sending::Clear => Some(PostedGrade::Cleared),
            Sending::CommentOnly | Sending::Nothing => None,
        };
        CellWrite { grade: grade.filter(|_| parts.grade), comment: self.cell.comment.clone().filter(|_| parts.comment) }
    }
}

/// The tasks of a part that are neither written nor already there, in the order in which they are sent. `sent` are the
/// cells that this run has sent before.
pub(super) fn tasks_of(
    part: &CoursePart,
    records: &BTreeMap<CellIndex, CellRecord>,
    created: &BTreeMap<ColumnIndex, AssignmentId>,
    sent: &Sent,
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
            let column = part.column(cell);
            let assignment = match &column.target {
                ColumnTarget::Existing(assignment) => assignment.id,
                ColumnTarget::Create(_) => *created.get(&cell.column)?,
                ColumnTarget::Nowhere(_) => return None,
            };
            let sent = sent.get(&index);
            let cell = RunCell {
                key: CellKey { assignment, user: part.student(cell).user? },
                group: cell.group,
                wanted: cell.wanted?,
                sending: cell.sending.clone(),
                comment: cell.comment.as_deref().filter(|_| comments).map(str::to_owned),
                base: cell.base.clone(),
                grading_type: column.grading_type(),
                points_possible: column.points_possible(),
                posts_manually: !column.posts_at_once(),
                owner: cell.owner,
                attempt: match sent {
                    None => Attempt::Never,
                    Some(SentCell { comment_in_doubt: false, .. }) => Attempt::Sent,
                    Some(SentCell { comment_in_doubt: true, .. }) => Attempt::CommentInDoubt,
                },
                objection: None,
            };
            let request_id = sent.and_then(|sent| sent.request_id.clone());
            Some(Task { index, unseen: cell.was_sent(), cell, request_id })
        })
        .collect();
    put_in_order(&mut tasks);
    tasks
}

/// Puts tasks in the order in which they are sent: by student, then column, groups last. A chunk of few students in many
/// columns takes the fewest pages to read (design, Request budget); members of a group stand together, so that they go
/// into one chunk.
pub(super) fn put_in_order(tasks: &mut [Task]) {
    tasks.sort_by_key(|task| {
        let key = task.cell.key;
        (task.cell.group.map(|group| (key.assignment, group)), key.user, key.assignment)
    });
}
