//! `--absent zero`: zeros for assigned students without a row.

use std::collections::HashSet;

use super::facts::CourseFacts;
use crate::domain::{Cell, ColumnIndex, ColumnTarget, CoursePart, PlannedStudent, UserId, UserIdOrigin};

/// Adds the zeros, and the students they are for.
pub(super) fn add_absent(
    part: &mut CoursePart,
    facts: &CourseFacts,
    mut make: impl FnMut(&CoursePart, ColumnIndex, UserId) -> Option<Cell>,
) {
    let known: HashSet<UserId> = part.students.iter().filter_map(|student| student.user).collect();
    for user in facts.gradeable() {
        if !known.contains(&user) {
            part.students.push(PlannedStudent {
                sent_id: user.to_string().into(),
                sent_kind: Some(UserIdOrigin::Internal),
                sent_row: None,
                user: Some(user),
                name: None,
                sortable_name: None,
                sis_user_id: None,
                login_id: None,
                found_by: PlannedStudent::NOT_IN_SHEET.to_owned(),
                suggestions: Vec::new(),
            });
        }
    }
    let mut added = Vec::new();
    for (index, column) in ColumnIndex::all().zip(&part.columns) {
        let assignment = match &column.target {
            ColumnTarget::Existing(assignment) => Some(assignment.id),
            ColumnTarget::Create(_) => None,
            ColumnTarget::Nowhere(_) => continue,
        };
        let present: HashSet<UserId> = part
            .cells
            .iter()
            .filter(|cell| {
                cell.column == index
                    || assignment.is_some_and(|id| part.column(cell).assignment().is_some_and(|one| one.id == id))
            })
            .filter_map(|cell| part.student(cell).user)
            .collect();
        let assigned = |user: &UserId| assignment.is_none_or(|assignment| facts.is_assigned(assignment, *user));
        let absent = facts.gradeable().into_iter().filter(|user| !present.contains(user)).filter(assigned);
        added.extend(absent.filter_map(|user| make(part, index, user)));
    }
    part.tally.absent += added.len() as u64;
    part.cells.extend(added);
    part.cells.sort_by_key(|cell| (cell.column, cell.student));
}
