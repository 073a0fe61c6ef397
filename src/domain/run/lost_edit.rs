//! An edit that our write replaced: it was made between our look and our write (design, promise 3).

use crate::domain::{Cell, CoursePart, Finding, FindingCode};

/// Says that somebody's edit of this cell was lost; the value is in the cell's record, for those who may see grades.
pub fn overwrote_edit(part: &CoursePart, cell: &Cell) -> Finding {
    let column = part.column(cell);
    let message = format!("{}: somebody edited it while it was being written", column.title);
    let mut finding = Finding::new(FindingCode::OverwroteEdit, message).at(&cell.sources).touching(1);
    finding.course = part.course.as_ref().map(|course| course.id);
    let assignment = column.assignment().map(|assignment| assignment.id);
    finding.of_student(part.student(cell).user).of_assignment(assignment)
}
