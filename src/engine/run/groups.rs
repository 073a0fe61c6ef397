//! Assignments that are graded by group: Canvas writes a grade for one member into the cells of all
//! (`canvas-contract §0.9`). So right before a group is sent, every member it has by then is looked at, in the plan or
//! not.

use std::collections::{BTreeSet, HashMap};

use super::chunk::Outgoing;
use super::task::Task;
use crate::canvas::{CanvasError, Reader};
use crate::domain::{AssignmentId, CellKey, CellRecord, CourseId, Entered, GroupId, Outcome, UserId, held};
use crate::engine::live::{Grid, Membership, read_membership};

/// Who works with whom at this moment.
pub(super) struct Groups(Membership);

impl Groups {
    /// Reads the groups of the tasks' assignments, where there are any.
    pub(super) async fn of(reader: &Reader, course: CourseId, tasks: &[Task]) -> Result<Self, CanvasError> {
        let by_group: BTreeSet<AssignmentId> =
            tasks.iter().filter(|task| task.cell.group.is_some()).map(Task::assignment).collect();
        Ok(Self(read_membership(reader, course, by_group).await?))
    }

    /// The cells that are written with a task's.
    fn members(&self, assignment: AssignmentId, group: GroupId) -> impl Iterator<Item = UserId> {
        let members = self.0.get(&assignment).and_then(Option::as_ref).into_iter().flatten();
        members.filter(move |(_, member)| member.group == Some(group)).map(|(user, _)| *user)
    }

    /// The cells that are written with these.
    pub(super) fn cells(&self, tasks: &[Task]) -> Vec<CellKey> {
        let groups: BTreeSet<(AssignmentId, GroupId)> =
            tasks.iter().filter_map(|task| Some((task.assignment(), task.cell.group?))).collect();
        let cells = groups.into_iter().flat_map(|(assignment, group)| {
            let members = self.members(assignment, group);
            members.map(move |user| CellKey { assignment, user })
        });
        cells.collect()
    }

    /// Why this cell's group must not be written, if so.
    fn objection(&self, task: &Task, planned: &[&Task], grid: &Grid) -> Option<&'static str> {
        let group = task.cell.group?;
        let Some(Some(members)) = self.0.get(&task.assignment()) else {
            return Some("a grade for one member goes to the whole group, and who is in it cannot be read");
        };
        if members.get(&task.cell.key.user).is_none_or(|member| member.group != Some(group)) {
            return Some("the groups changed in Canvas since the plan");
        }
        let is_planned =
            |user: UserId| planned.iter().any(|one| one.cell.key.user == user && one.is_written_with(task));
        let is_in_the_way = |user: UserId| {
            // Canvas skips excused members.
            grid.cell(task.assignment(), user)
                .is_some_and(|live| live.entered != Entered::Excused && !task.cell.wanted.holds_in(&live))
        };
        self.members(task.assignment(), group)
            .any(|user| !is_planned(user) && is_in_the_way(user))
            .then_some("another member of the group, whose cell is not to be written, holds something else by now")
    }

    /// Takes out of `outgoing` what must not be sent: where one member's cell is not as planned, the whole group is
    /// held, because a grade for one of them would replace it.
    pub(super) fn hold(&self, outgoing: &mut Vec<Outgoing>, settled: &mut Vec<(Task, CellRecord)>, grid: &Grid) {
        // A comment alone is its student's only.
        let is_of_group = |one: &Outgoing| one.task.cell.group.is_some() && one.parts.grade;
        if !outgoing.iter().any(is_of_group) {
            return;
        }
        let is_in_the_way = |record: &CellRecord| !matches!(record.outcome, Outcome::Written | Outcome::Already);
        let moved: Vec<Task> = settled
            .iter()
            .filter(|(task, record)| task.cell.group.is_some() && is_in_the_way(record))
            .map(|(task, _)| task.clone())
            .collect();
        let taken = std::mem::take(outgoing);
        let planned: Vec<&Task> =
            taken.iter().map(|one| &one.task).chain(settled.iter().map(|(task, _)| task)).collect();
        let mut objections: HashMap<(AssignmentId, Option<GroupId>), &'static str> = HashMap::new();
        for task in taken.iter().filter(|one| is_of_group(one)).map(|one| &one.task) {
            let why = if moved.iter().any(|other| other.is_written_with(task)) {
                Some("the cell of another member of the group changed in Canvas since the plan")
            } else {
                self.objection(task, &planned, grid)
            };
            if let Some(why) = why {
                objections.entry((task.assignment(), task.cell.group)).or_insert(why);
            }
        }
        drop(planned);
        for one in taken {
            match objections.get(&(one.task.assignment(), one.task.cell.group)).filter(|_| is_of_group(&one)) {
                None => outgoing.push(one),
                Some(why) => settled.push((one.task.clone(), held(&one.task.cell, &one.before, why))),
            }
        }
    }
}
