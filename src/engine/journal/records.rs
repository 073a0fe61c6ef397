//! What the journal has of a run's cells, and where they are.

use std::collections::BTreeMap;

use crate::domain::{
    AssignmentId, Cell, CellIndex, CellKey, CellRecord, ColumnIndex, CoursePart, PartIndex, RunId, UserId,
};
use crate::engine::{EngineError, Session};
use crate::store::CreatedState;

/// A cell with what the journal has of it and where it is.
#[derive(Clone, Copy)]
pub(in crate::engine) struct Recorded<'a> {
    pub(in crate::engine) cell: CellIndex,
    pub(in crate::engine) assignment: AssignmentId,
    pub(in crate::engine) user: UserId,
    pub(in crate::engine) record: &'a CellRecord,
}

/// The cells of a part whose record is `of_interest`. Columns that the run created have their assignment from the
/// journal.
pub(in crate::engine) fn recorded<'a>(
    part: &CoursePart,
    records: &'a BTreeMap<CellIndex, CellRecord>,
    created: &BTreeMap<ColumnIndex, AssignmentId>,
    of_interest: impl Fn(&CellRecord) -> bool,
) -> Vec<Recorded<'a>> {
    let mut cells = Vec::new();
    for (index, cell) in part.writes() {
        let Some(record) = records.get(&index).filter(|record| of_interest(record)) else { continue };
        let assignment = part
            .column(cell)
            .assignment()
            .map(|assignment| assignment.id)
            .or_else(|| created.get(&cell.column).copied());
        if let (Some(assignment), Some(user)) = (assignment, part.student(cell).user) {
            cells.push(Recorded { cell: index, assignment, user, record });
        }
    }
    cells
}

/// Where these cells are in Canvas.
pub(in crate::engine) fn places(cells: &[Recorded<'_>]) -> Vec<CellKey> {
    cells.iter().map(|one| CellKey { assignment: one.assignment, user: one.user }).collect()
}

/// Cells of people who were forgotten: the store no longer has their ids in Canvas.
pub(in crate::engine) fn forgotten(
    part: &CoursePart,
    records: &BTreeMap<CellIndex, CellRecord>,
    of_interest: impl Fn(&CellRecord) -> bool,
) -> Vec<CellIndex> {
    let is_one = |(index, cell): &(CellIndex, &Cell)| {
        part.student(cell).user.is_none() && records.get(index).is_some_and(&of_interest)
    };
    part.writes().filter(is_one).map(|(index, _)| index).collect()
}

/// The assignments that a run created in a part, without those that an undo deleted again.
pub(in crate::engine) fn created_in(
    session: &Session,
    run: RunId,
    part: PartIndex,
) -> Result<BTreeMap<ColumnIndex, AssignmentId>, EngineError> {
    columns_in(session, run, part, |state| state != CreatedState::Deleted)
}

/// The assignments that a run created in a part and an undo deleted again.
pub(in crate::engine) fn deleted_in(
    session: &Session,
    run: RunId,
    part: PartIndex,
) -> Result<BTreeMap<ColumnIndex, AssignmentId>, EngineError> {
    columns_in(session, run, part, |state| state == CreatedState::Deleted)
}

fn columns_in(
    session: &Session,
    run: RunId,
    part: PartIndex,
    of_interest: impl Fn(CreatedState) -> bool,
) -> Result<BTreeMap<ColumnIndex, AssignmentId>, EngineError> {
    let created = session.store().created_in_part(run, part)?;
    let here = created.into_iter().filter(|one| of_interest(one.state));
    Ok(here.filter_map(|one| Some((one.column, one.assignment?))).collect())
}
