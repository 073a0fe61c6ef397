//! What a whole column says: many falling scores, many scores above possible.

use super::collector::FindingCollector;
use crate::domain::{Cell, ColumnIndex, CoursePart, Finding, FindingCode, PlanOptions, Points};

/// A column is suspicious from this many cells on (findings, `column-drops`).
const FEW: usize = 5;

/// Looks at each column of the part.
pub(super) fn check_columns(collector: &mut FindingCollector, part: &CoursePart, options: &PlanOptions) {
    let course = part.course.as_ref().map(|course| course.id);
    for (index, column) in ColumnIndex::all().zip(&part.columns) {
        let Some(possible) = column.points_possible().filter(|points| !points.is_zero()) else { continue };
        let cells: Vec<_> = part.cells.iter().filter(|cell| cell.column == index && cell.wanted.is_some()).collect();
        // A cell that is held for being far above counts: it is not the only one of its column that is wrong.
        let is_far_over = |cell: &Cell| cell.codes.first() == Some(&FindingCode::FarOverPossible);
        let changing: Vec<_> = cells.iter().filter(|cell| cell.class.is_write() || is_far_over(cell)).collect();
        let over: Vec<_> = changing
            .iter()
            .filter(|cell| {
                cell.wanted.and_then(|wanted| wanted.points(Some(possible))).is_some_and(|points| points > possible)
            })
            .collect();
        let assignment = column.assignment().map(|assignment| assignment.id);
        let mut found = |code, count: usize, message: String, sources: Vec<_>| {
            if !options.accepts(code, course) {
                collector.add(Finding::new(code, message).at(&sources).of_assignment(assignment).touching(count));
            }
        };
        if is_many(over.len(), changing.len()) {
            let message =
                format!("{}: {} of {} scores are above {possible} points", column.title, over.len(), changing.len());
            let sources = over.iter().flat_map(|cell| cell.sources.iter().copied()).collect();
            found(FindingCode::ColumnOverPossible, over.len(), message, sources);
        }
        let graded: Vec<_> = cells
            .iter()
            .filter(|cell| cell.base.as_ref().is_some_and(|base| base.entered.points().is_some() && !base.is_blank()))
            .collect();
        let falls = |cell: &&&&Cell| {
            let before = cell.base.as_ref().and_then(|base| base.entered.points());
            let after = cell.wanted.and_then(|wanted| wanted.points(Some(possible)));
            let far = possible.scaled(Points::whole(20), Points::whole(100));
            matches!((before, after, far), (Some(before), Some(after), Some(far)) if after < before && before.distance(after) > far)
        };
        let fallen: Vec<_> = graded.iter().filter(|cell| cell.class.is_write()).filter(falls).collect();
        if is_many(fallen.len(), graded.len()) {
            let message = format!(
                "{}: {} of {} graded cells fall by more than a fifth of the points possible",
                column.title,
                fallen.len(),
                graded.len()
            );
            let sources = fallen.iter().flat_map(|cell| cell.sources.iter().copied()).collect();
            found(FindingCode::ColumnDrops, fallen.len(), message, sources);
        }
    }
}

/// At least five, and more than 5 %.
fn is_many(some: usize, all: usize) -> bool {
    some >= FEW && some * 20 > all
}
