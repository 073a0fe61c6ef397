//! Lists that are behind: Canvas may answer them from a copy of its database that our last push has not reached yet.

use std::collections::BTreeSet;

use super::part::CourseHistory;
use crate::canvas::{CanvasError, Reader, Submission};
use crate::domain::{CellKey, CourseId};
use crate::engine::live::{Grid, Look, With};

/// Looks once more at the cells that a list shows as they may have been before this tool's last push to them. Else a plan
/// that is made right after a push would compare with what is not there any more.
pub(super) async fn catch_up(
    reader: &Reader,
    course: CourseId,
    grid: &mut Grid,
    memory: &CourseHistory,
    with: With,
) -> Result<(), CanvasError> {
    let is_behind = |cell: &&Submission| {
        let last = memory.pushed.get(&(cell.assignment_id, cell.user_id));
        last.is_some_and(|last| last.may_be_newer_than(&cell.live_cell()))
    };
    let key = |cell: &Submission| CellKey { assignment: cell.assignment_id, user: cell.user_id };
    let behind: BTreeSet<CellKey> = grid.submissions().filter(is_behind).map(key).collect();
    if behind.is_empty() {
        return Ok(());
    }
    let behind = Vec::from_iter(behind);
    let again = Look::again(reader, course, &behind, with).await?;
    grid.add(again.grid);
    Ok(())
}
