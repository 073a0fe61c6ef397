//! Assignments that are graded by group: Canvas writes a grade for one member into the cells of all
//! (`canvas-contract §0.9`). Such cells are written only when the plan wants the same for the whole group.

use std::collections::{BTreeMap, HashMap};

use crate::domain::{
    AssignmentId, Cell, CellClass, CoursePart, Finding, FindingCode, GroupId, Sending, Severity, UserId,
};
use crate::engine::live::{Member, Membership};

const UNREADABLE: &str = "a grade for one member goes to the whole group, and who is in it cannot be read";
const DIFFERENT: &str = "a grade for one member goes to the whole group, and not all of it get the same here";

/// Blocks the cells of groups whose members would not all get the same; of the others it says that they are written
/// together (findings, `group-assignment`).
pub(in crate::engine) fn hold_groups(part: &mut CoursePart, membership: &Membership, mut found: impl FnMut(Finding)) {
    let mut columns: Vec<AssignmentId> = part
        .columns
        .iter()
        .filter_map(|column| column.assignment())
        .filter(|assignment| assignment.grades_whole_group)
        .map(|assignment| assignment.id)
        .collect();
    columns.sort_unstable();
    columns.dedup();
    for assignment in columns {
        let held = match membership.get(&assignment) {
            Some(Some(members)) => sort_out(part, assignment, members),
            Some(None) | None => Sorted { held: cells_of(part, assignment), ..Sorted::default() },
        };
        let Sorted { held, different, together } = held;
        let title = |part: &CoursePart| {
            let column = part.columns.iter().find(|column| column.assignment().is_some_and(|one| one.id == assignment));
            column.map(|column| column.title.clone()).unwrap_or_default()
        };
        let mut report = |part: &CoursePart, places: &[usize], severity, text: &str| {
            if places.is_empty() {
                return;
            }
            let sources: Vec<_> = places.iter().flat_map(|place| part.cells[*place].sources.iter().copied()).collect();
            let finding = Finding::new(FindingCode::GroupAssignment, format!("{}: {text}", title(part)));
            let finding = finding.at(&sources).of_assignment(Some(assignment)).touching(places.len());
            found(Finding { severity, ..finding });
        };
        for (places, reason) in [(&held, UNREADABLE), (&different, DIFFERENT)] {
            for place in places {
                block(&mut part.cells[*place], reason);
            }
            report(part, places, Severity::Row, reason);
        }
        for place in &together {
            part.cells[*place].codes.push(FindingCode::GroupAssignment);
        }
        report(part, &together, Severity::Warning, "every member of the group gets the same, so the group is written");
    }
}

/// The cells of a group assignment, by what becomes of them.
#[derive(Default)]
struct Sorted {
    /// Of people whose group is unknown.
    held: Vec<usize>,
    /// Of groups whose members would differ.
    different: Vec<usize>,
    /// Of groups that are written together.
    together: Vec<usize>,
}

fn sort_out(part: &mut CoursePart, assignment: AssignmentId, members: &HashMap<UserId, Member>) -> Sorted {
    let mut sorted = Sorted::default();
    let mut groups: BTreeMap<GroupId, Vec<usize>> = BTreeMap::new();
    for place in cells_of(part, assignment) {
        match part.student(&part.cells[place]).user.map(|user| members.get(&user)) {
            Some(Some(Member { group: Some(group), .. })) => {
                part.cells[place].group = Some(*group);
                groups.entry(*group).or_default().push(place);
            }
            Some(Some(Member { group: None, .. })) => {}
            Some(None) | None => sorted.held.push(place),
        }
    }
    sorted.held.retain(|place| is_open(&part.cells[*place]));
    for (group, places) in groups {
        if is_one(part, group, &places, members) {
            let writes = places.iter().any(|place| part.cells[*place].class.is_write());
            sorted.together.extend(places.into_iter().filter(|_| writes));
        } else {
            sorted.different.extend(places.into_iter().filter(|place| is_open(&part.cells[*place])));
        }
    }
    sorted
}

/// Whether every member of the group gets, or has, the same.
fn is_one(part: &CoursePart, group: GroupId, places: &[usize], members: &HashMap<UserId, Member>) -> bool {
    let cell = |user: UserId| {
        let mut theirs =
            places.iter().map(|place| &part.cells[*place]).filter(|cell| part.student(cell).user == Some(user));
        theirs.next().filter(|_| theirs.next().is_none())
    };
    let mut wanted = None;
    members.iter().filter(|(_, member)| member.group == Some(group)).all(|(user, member)| {
        let Some(cell) = cell(*user) else { return member.excused };
        if member.excused && !cell.class.is_write() {
            return true;
        }
        let settled = cell.class.is_write() || cell.class == CellClass::Unchanged;
        settled && *wanted.get_or_insert(cell.wanted) == cell.wanted
    })
}

fn cells_of(part: &CoursePart, assignment: AssignmentId) -> Vec<usize> {
    let of = |cell: &Cell| part.column(cell).assignment().is_some_and(|one| one.id == assignment);
    part.cells.iter().enumerate().filter(|(_, cell)| of(cell)).map(|(place, _)| place).collect()
}

/// Whether something might still be written there: a cell that holds its value already needs nothing.
fn is_open(cell: &Cell) -> bool {
    !matches!(cell.class, CellClass::Unresolved | CellClass::Blocked | CellClass::Unchanged)
}

fn block(cell: &mut Cell, reason: &str) {
    if is_open(cell) {
        cell.class = CellClass::Blocked;
        cell.sending = Sending::Nothing;
        cell.comment = None;
        cell.codes.insert(0, FindingCode::GroupAssignment);
        cell.reason = reason.into();
    }
}
