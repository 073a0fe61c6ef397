//! Assignments that are graded by group: Canvas writes a grade for one member into the cells of all
//! (`canvas-contract §0.9`). So right before a group is sent, every member it has by then is looked at, in the plan or
//! not.

use std::collections::{BTreeSet, HashMap};

use super::settle::record;
use super::task::Task;
use crate::canvas::{CanvasError, Reader};
use crate::domain::{AssignmentId, CellRecord, CommentOutcome, CourseId, Entered, GroupId, LiveCell, Outcome, UserId};
use crate::engine::live::{Grid, Membership, read_membership};

/// Who works with whom at this moment.
pub(super) struct Groups(Membership);

impl Groups {
    /// Reads the groups of the tasks' assignments, where there are any.
    pub(super) async fn of(reader: &Reader, course: CourseId, tasks: &[Task]) -> Result<Self, CanvasError> {
        let by_group: BTreeSet<AssignmentId> =
            tasks.iter().filter(|task| task.group.is_some()).map(|task| task.assignment).collect();
        Ok(Self(read_membership(reader, course, by_group).await?))
    }

    /// The cells that are written with a task's.
    fn members(&self, assignment: AssignmentId, group: GroupId) -> impl Iterator<Item = UserId> {
        let members = self.0.get(&assignment).and_then(Option::as_ref).into_iter().flatten();
        members.filter(move |(_, member)| member.group == Some(group)).map(|(user, _)| *user)
    }

    /// The cells that are written with these.
    pub(super) fn cells(&self, tasks: &[Task]) -> Vec<(AssignmentId, UserId)> {
        let groups: BTreeSet<(AssignmentId, GroupId)> =
            tasks.iter().filter_map(|task| Some((task.assignment, task.group?))).collect();
        let cells = groups.into_iter().flat_map(|(assignment, group)| {
            let members = self.members(assignment, group);
            members.map(move |user| (assignment, user))
        });
        cells.collect()
    }

    /// Why this cell's group must not be written, if so.
    fn objection(&self, task: &Task, planned: &[&Task], grid: &Grid) -> Option<&'static str> {
        let group = task.group?;
        let Some(Some(members)) = self.0.get(&task.assignment) else {
            return Some("a grade for one member goes to the whole group, and who is in it cannot be read");
        };
        if members.get(&task.user).is_none_or(|member| member.group != Some(group)) {
            return Some("the groups changed in Canvas since the plan");
        }
        let is_planned = |user: UserId| planned.iter().any(|one| one.user == user && one.is_written_with(task));
        let is_in_the_way = |user: UserId| {
            // Canvas skips excused members.
            grid.cell(task.assignment, user)
                .is_some_and(|live| live.entered != Entered::Excused && !task.wanted.holds_in(&live))
        };
        self.members(task.assignment, group)
            .any(|user| !is_planned(user) && is_in_the_way(user))
            .then_some("another member of the group, whose cell is not to be written, holds something else by now")
    }

    /// Takes out of `sending` what must not be sent: where one member's cell is not as planned, the whole group is
    /// held, because a grade for one of them would replace it. `before` is what was seen of each cell.
    pub(super) fn hold(
        &self,
        sending: &mut Vec<Task>,
        settled: &mut Vec<(Task, CellRecord)>,
        grid: &Grid,
        before: &HashMap<u32, LiveCell>,
    ) {
        // A comment alone is its student's only.
        let is_of_group = |task: &Task| task.group.is_some() && task.grade_open;
        if !sending.iter().any(is_of_group) {
            return;
        }
        let is_in_the_way = |record: &CellRecord| !matches!(record.outcome, Outcome::Written | Outcome::Already);
        let moved: Vec<Task> = settled
            .iter()
            .filter(|(task, record)| task.group.is_some() && is_in_the_way(record))
            .map(|(task, _)| task.clone())
            .collect();
        let taken = std::mem::take(sending);
        let planned: Vec<&Task> = taken.iter().chain(settled.iter().map(|(task, _)| task)).collect();
        let mut objections: HashMap<(AssignmentId, Option<GroupId>), &'static str> = HashMap::new();
        for task in taken.iter().filter(|task| is_of_group(task)) {
            let why = if moved.iter().any(|other| other.is_written_with(task)) {
                Some("the cell of another member of the group changed in Canvas since the plan")
            } else {
                self.objection(task, &planned, grid)
            };
            if let Some(why) = why {
                objections.entry((task.assignment, task.group)).or_insert(why);
            }
        }
        drop(planned);
        for task in taken {
            let Some(why) = objections.get(&(task.assignment, task.group)).filter(|_| is_of_group(&task)) else {
                sending.push(task);
                continue;
            };
            let outcome = if task.comment_open { CommentOutcome::Pending } else { CommentOutcome::Already };
            let comment = task.comment.as_ref().map(|_| outcome);
            let live = before.get(&task.cell).cloned();
            let reason = Some((*why).to_owned());
            settled.push((task, CellRecord { comment, live, reason, ..record(Outcome::Held) }));
        }
    }
}
