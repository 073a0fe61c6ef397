//! New columns in which nothing would be written: they are not created.

use super::columns::Placed;
use crate::domain::{ColumnIndex, ColumnTarget, CoursePart};

/// Holds each new column that has cells, none of which is written. It returns them. A
/// column without any cell is an item that the sender lists, and is created.
pub(super) fn hold_empty_columns(part: &CoursePart, placed: &mut [Placed]) -> Vec<ColumnIndex> {
    let mut empty = Vec::new();
    for (index, placed) in ColumnIndex::all().zip(placed) {
        if !matches!(placed.column.target, ColumnTarget::Create(_)) {
            continue;
        }
        let cells = || part.cells.iter().filter(|cell| cell.column == index);
        let code = cells().flat_map(|cell| &cell.codes).copied().find(|code| code.class().is_some());
        if let Some(code) = code
            && !cells().any(|cell| cell.class.is_write())
        {
            placed.leave_out(code);
            empty.push(index);
        }
    }
    empty
}
