//! A planned cell on its way to Canvas.

use std::collections::{BTreeMap, HashMap};

use crate::canvas::{CellWrite, PostedGrade};
use crate::domain::{
    AssignmentId, CellRecord, ColumnTarget, CoursePart, GroupId, LiveCell, Outcome, Owner, PlanKind, Sending, UserId,
    Wanted,
};
use crate::engine::journal::SentCell;

/// A planned cell whose assignment exists.
#[derive(Debug, Clone)]
#[expect(clippy::struct_excessive_bools, reason = "what was sent and what is still to be sent are facts of their own")]
pub(super) struct Task {
    /// Its place in the part.
    pub(super) cell: u32,
    pub(super) assignment: AssignmentId,
    pub(super) user: UserId,
    /// The student's group, where Canvas writes a grade for one member into the cells of all.
    pub(super) group: Option<GroupId>,
    pub(super) wanted: Wanted,
    pub(super) sending: Sending,
    pub(super) comment: Option<String>,
    /// What Canvas held at plan time; `None` for a column that did not exist.
    pub(super) base: Option<LiveCell>,
    /// Whose work the cell was at plan time.
    pub(super) owner: Owner,
    /// Why nothing more may be sent to its assignment, if so.
    pub(super) objection: Option<String>,
    /// Whether this run has sent it before, so that finding the value there means that we wrote it.
    pub(super) sent_before: bool,
    /// Canvas's request-context id of the last request that held it.
    pub(super) request_id: Option<String>,
    /// Whether its comment may still come with a job that was given up.
    pub(super) comment_in_doubt: bool,
    /// Whether the grade is still to be sent: the pre-check decides.
    pub(super) grade_open: bool,
    /// Whether the comment is still to be sent: the pre-check decides.
    pub(super) comment_open: bool,
}

impl Task {
    /// Whether Canvas writes both cells when it writes one of them.
    pub(super) fn is_written_with(&self, other: &Self) -> bool {
        self.group.is_some() && (self.group, self.assignment) == (other.group, other.assignment)
    }

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

/// The tasks of a part that are neither written nor already there, ordered by student, then assignment, groups last. `sent` are the
/// cells that this run has sent before.
pub(super) fn tasks_of(
    part: &CoursePart,
    records: &BTreeMap<u32, CellRecord>,
    created: &BTreeMap<u32, AssignmentId>,
    sent: Option<&HashMap<u32, SentCell>>,
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
                group: cell.group,
                wanted: cell.wanted?,
                sending: cell.sending.clone(),
                comment: cell.comment.as_deref().filter(|_| comments).map(str::to_owned),
                base: cell.base.clone(),
                owner: cell.owner,
                objection: None,
                sent_before: sent.is_some(),
                request_id: sent.and_then(|sent| sent.request_id.clone()),
                comment_in_doubt: sent.is_some_and(|sent| sent.comment_in_doubt),
                grade_open: true,
                comment_open: true,
            })
        })
        .collect();
    put_in_order(&mut tasks);
    tasks
}

/// Puts tasks in the order in which they are sent. A chunk of few students in many columns takes the fewest pages to
/// read (design, Request budget); members of a group stand together, so that they go into one chunk.
pub(super) fn put_in_order(tasks: &mut [Task]) {
    tasks.sort_by_key(|task| (task.group.map(|group| (task.assignment, group)), task.user, task.assignment));
}
