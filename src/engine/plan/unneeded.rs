//! New columns that none of their rows would write to: they are not created.

use crate::domain::{ColumnIndex, ColumnTarget, CoursePart, FindingCode};

/// The new columns that have rows, none of which is written, each with what stands against its first row. A column
/// without rows is what its sender wanted: an item of its own.
pub(super) fn unneeded_columns(part: &CoursePart) -> Vec<(ColumnIndex, FindingCode)> {
    let mut unneeded = Vec::new();
    for (index, column) in ColumnIndex::all().zip(&part.columns) {
        let mut cells = part.cells.iter().filter(|cell| cell.column == index);
        let is_new = matches!(column.target, ColumnTarget::Create(_));
        let first = cells.clone().find_map(|cell| cell.codes.first().copied());
        if let (true, Some(code), false) = (is_new, first, cells.any(|cell| cell.class.is_write())) {
            unneeded.push((index, code));
        }
    }
    unneeded
}

/// Leaves them out of the plan.
pub(super) fn leave_out(part: &mut CoursePart, unneeded: &[(ColumnIndex, FindingCode)]) {
    for (index, code) in unneeded {
        let column = &mut part.columns[index.as_usize()];
        column.target = ColumnTarget::Nowhere(*code);
        "–".clone_into(&mut column.found_by);
    }
}
