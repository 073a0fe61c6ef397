//! `--absent zero`: zeros for assigned students without a row. Nobody gets one whom a row may be about.

use std::collections::{BTreeSet, HashMap, HashSet};

use super::facts::CourseFacts;
use crate::domain::{
    Cell, ColumnIndex, ColumnKey, ColumnTarget, CoursePart, Finding, FindingCode, PlannedStudent, Severity, Source,
    UserId, UserIdOrigin,
};
use crate::engine::resolve::MaybeAbout;

/// Whom the rows of each column may be about.
pub(super) type RowsAbout<'a> = HashMap<&'a ColumnKey, MaybeAbout>;

/// Adds the zeros, and the students they are for. Returns what there is to say of columns that get none.
pub(super) fn add_absent(
    part: &mut CoursePart,
    facts: &CourseFacts,
    about: &RowsAbout<'_>,
    make: impl Fn(&CoursePart, ColumnIndex, UserId) -> Option<Cell>,
) -> Vec<Finding> {
    let known: HashSet<UserId> = part.students.iter().filter_map(|student| student.user).collect();
    for user in facts.gradeable() {
        if !known.contains(&user) {
            part.students.push(PlannedStudent {
                sent_id: user.to_string().into(),
                sent_kind: Some(UserIdOrigin::Internal),
                sent_row: None,
                user: Some(user),
                name: None,
                sent_name: None,
                sortable_name: None,
                sis_user_id: None,
                login_id: None,
                found_by: PlannedStudent::NOT_IN_SHEET.to_owned(),
                suggestions: Vec::new(),
            });
        }
    }
    let (mut added, mut findings) = (Vec::new(), Vec::new());
    for (index, column) in ColumnIndex::all().zip(&part.columns) {
        let assignment = match &column.target {
            ColumnTarget::Existing(assignment) => Some(assignment.id),
            ColumnTarget::Create(_) => None,
            ColumnTarget::Nowhere(_) => continue,
        };
        let is_same = |other: ColumnIndex| {
            let there = part.columns[other.as_usize()].assignment().map(|one| one.id);
            other == index || assignment.is_some() && there == assignment
        };
        let Present { people, anybody } = present(part, facts, about, is_same);
        let assigned = |user: &UserId| assignment.is_none_or(|assignment| facts.is_assigned(assignment, *user));
        let absent = facts.gradeable().into_iter().filter(|user| !people.contains(user)).filter(assigned);
        let absent: Vec<UserId> = absent.collect();
        if anybody.is_empty() {
            added.extend(absent.into_iter().filter_map(|user| make(part, index, user)));
        } else if !absent.is_empty() {
            let message = format!(
                "{}: no zeros for students without a row, because rows may be theirs whose id names nobody for certain: {}",
                column.title,
                anybody.len()
            );
            let finding = Finding::new(FindingCode::AbsentZero, message).at(&Vec::from_iter(anybody));
            findings.push(Finding { severity: Severity::Warning, ..finding.of_assignment(assignment) });
        }
    }
    part.tally.absent += added.len() as u64;
    part.cells.extend(added);
    part.cells.sort_by_key(|cell| (cell.column, cell.student));
    findings
}

/// Who is not absent from an assignment.
struct Present {
    people: HashSet<UserId>,
    /// Rows that may be about anybody.
    anybody: BTreeSet<Source>,
}

/// Who has, or may have, a row in one of the columns of an assignment.
fn present(
    part: &CoursePart,
    facts: &CourseFacts,
    about: &RowsAbout<'_>,
    is_same: impl Fn(ColumnIndex) -> bool,
) -> Present {
    let (mut people, mut anybody) = (HashSet::new(), BTreeSet::new());
    for cell in part.cells.iter().filter(|cell| is_same(cell.column)) {
        let student = part.student(cell);
        people.extend(student.user);
        people.extend(student.user.and_then(|user| facts.merged_into.get(&user)).map(|heir| heir.id));
        // Whose the id is by now, Canvas did not say.
        if student.is_looked_up() && student.user.is_some_and(|user| facts.moved.contains_key(&user)) {
            anybody.extend(cell.sources.iter().copied());
        }
    }
    for (_, column) in ColumnIndex::all().zip(&part.columns).filter(|(index, _)| is_same(*index)) {
        if let Some(rows) = about.get(&column.key) {
            people.extend(rows.people.iter().copied());
            anybody.extend(rows.anybody.iter().copied());
        }
    }
    Present { people, anybody }
}
