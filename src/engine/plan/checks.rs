//! What a whole column says: many falling scores, many scores above possible.

use super::collector::FindingCollector;
use crate::domain::{
    AssignmentId, Cell, CellIndex, ColumnIndex, CoursePart, Finding, FindingCode, PlanOptions, PlannedColumn, Points,
    Source,
};

/// A column is suspicious from this many cells on (findings, `column-drops`).
const FEW: usize = 5;

/// A column in which much is as it is when a file is the wrong one.
pub(super) struct Suspicion {
    /// What it is.
    pub(super) code: FindingCode,
    /// The column.
    pub(super) column: ColumnIndex,
    /// The cells that make it so.
    pub(super) cells: Vec<CellIndex>,
    message: String,
}

impl Suspicion {
    /// The rows of its cells.
    pub(super) fn sources(&self, part: &CoursePart) -> Vec<Source> {
        self.cells.iter().flat_map(|index| part.cell(*index).sources.iter().copied()).collect()
    }

    fn finding(self, part: &CoursePart, assignment: Option<AssignmentId>) -> Finding {
        let sources = self.sources(part);
        Finding::new(self.code, self.message).at(&sources).of_assignment(assignment).touching(self.cells.len())
    }
}

/// Looks at each column of the part.
pub(super) fn check_columns(collector: &mut FindingCollector, part: &CoursePart, options: &PlanOptions) {
    let course = part.course.as_ref().map(|course| course.id);
    for suspicion in suspicions(part) {
        if !options.accepts(suspicion.code, course) {
            let assignment = part.columns[suspicion.column.as_usize()].assignment().map(|assignment| assignment.id);
            collector.add(suspicion.finding(part, assignment));
        }
    }
}

/// What is suspicious in a part, accepted or not, column by column.
pub(super) fn suspicions(part: &CoursePart) -> Vec<Suspicion> {
    let columns = ColumnIndex::all().zip(&part.columns);
    let columns = columns.filter_map(|(index, column)| {
        let possible = column.points_possible().filter(|points| !points.is_zero())?;
        let cells = CellIndex::all().zip(&part.cells);
        let cells: Vec<(CellIndex, &Cell)> =
            cells.filter(|(_, cell)| cell.column == index && cell.wanted.is_some()).collect();
        Some([above(index, column, possible, &cells), fallen(index, column, possible, &cells)])
    });
    columns.flatten().flatten().collect()
}

fn above(
    index: ColumnIndex,
    column: &PlannedColumn,
    possible: Points,
    cells: &[(CellIndex, &Cell)],
) -> Option<Suspicion> {
    // A cell that is held for being far above counts: it is not the only one of its column that is wrong.
    let is_far_over = |cell: &Cell| cell.codes.first() == Some(&FindingCode::FarOverPossible);
    let changing = cells.iter().filter(|(_, cell)| cell.class.is_write() || is_far_over(cell));
    let all = changing.clone().count();
    let is_over = |cell: &Cell| wanted(cell, possible).is_some_and(|points| points > possible);
    let over: Vec<CellIndex> = changing.filter(|(_, cell)| is_over(cell)).map(|(place, _)| *place).collect();
    is_many(over.len(), all).then(|| Suspicion {
        code: FindingCode::ColumnOverPossible,
        column: index,
        message: format!("{}: {} of {all} scores are above {possible} points", column.title, over.len()),
        cells: over,
    })
}

fn fallen(
    index: ColumnIndex,
    column: &PlannedColumn,
    possible: Points,
    cells: &[(CellIndex, &Cell)],
) -> Option<Suspicion> {
    let is_graded =
        |cell: &Cell| cell.base.as_ref().is_some_and(|base| base.entered.points().is_some() && !base.is_blank());
    let graded = cells.iter().filter(|(_, cell)| is_graded(cell));
    let all = graded.clone().count();
    let falls = |cell: &Cell| {
        let before = cell.base.as_ref().and_then(|base| base.entered.points());
        let far = possible.scaled(Points::whole(20), Points::whole(100));
        matches!((before, wanted(cell, possible), far), (Some(before), Some(after), Some(far)) if after < before && before.distance(after) > far)
    };
    let fallen = graded.filter(|(_, cell)| cell.class.is_write() && falls(cell));
    let fallen: Vec<CellIndex> = fallen.map(|(place, _)| *place).collect();
    is_many(fallen.len(), all).then(|| Suspicion {
        code: FindingCode::ColumnDrops,
        column: index,
        message: format!(
            "{}: {} of {all} graded cells fall by more than a fifth of the points possible",
            column.title,
            fallen.len()
        ),
        cells: fallen,
    })
}

fn wanted(cell: &Cell, possible: Points) -> Option<Points> {
    cell.wanted.and_then(|wanted| wanted.points(Some(possible)))
}

/// At least five, and more than 5 %.
fn is_many(some: usize, all: usize) -> bool {
    some >= FEW && some * 20 > all
}
