//! What is left of a part of a plan when columns and people are chosen.

use gradepush::domain::{CellClass, CellIndex, ColumnTarget, CoursePart, FindingCode, PlanCounts, Sending};
use proptest::prelude::*;

use crate::report_world::small_plan;

fn flags(bits: u64, length: usize) -> Vec<bool> {
    (0..length).map(|place| bits >> (place % 64) & 1 == 1).collect()
}

fn parts() -> Vec<CoursePart> {
    small_plan().parts
}

proptest! {
    #[test]
    fn exactly_the_cells_of_the_chosen_columns_and_people_are_left_as_they_were(
        place in 0_usize..16, columns: u64, students: u64,
    ) {
        let parts = parts();
        let part = &parts[place % parts.len()];
        let (columns, students) = (flags(columns, part.columns.len()), flags(students, part.students.len()));
        let chosen: Vec<CellIndex> = CellIndex::all()
            .zip(&part.cells)
            .filter(|(_, cell)| columns[cell.column.as_usize()] && students[cell.student.as_usize()])
            .map(|(index, _)| index)
            .collect();
        let Some(left) = part.clone().narrowed(&columns, &students) else {
            prop_assert!(chosen.is_empty());
            return Ok(());
        };
        prop_assert_eq!(&left.cells, &chosen);
        for (cell, then) in left.part.cells.iter().zip(&left.cells) {
            let before = part.cell(*then);
            prop_assert_eq!(left.part.column(cell), part.column(before));
            prop_assert_eq!(left.part.student(cell), part.student(before));
            prop_assert_eq!((&cell.class, &cell.wanted, &cell.base), (&before.class, &before.wanted, &before.base));
        }
        let counts = PlanCounts::of(&left.part);
        prop_assert_eq!(counts.rows + counts.absent, counts.cells + counts.merged + counts.ignored);
        for finding in &left.part.findings {
            prop_assert!(finding.cells <= counts.cells, "{:?}", finding);
        }
    }
}

#[test]
fn a_part_that_is_chosen_whole_stays_as_it_is() {
    for part in parts() {
        let all = (vec![true; part.columns.len()], vec![true; part.students.len()]);
        assert_eq!(part.clone().narrowed(&all.0, &all.1).map(|left| left.part), Some(part));
    }
}

#[test]
fn of_a_group_all_are_written_or_none() {
    /// A column of [`small_plan`] in which three people get another score.
    const COLUMN: usize = 1;
    let mut part = parts().into_iter().find(|part| part.columns.len() > COLUMN).expect("the known course");
    if let ColumnTarget::Existing(assignment) = &mut part.columns[COLUMN].target {
        assignment.grades_whole_group = true;
    }
    let columns: Vec<bool> = (0..part.columns.len()).map(|index| index == COLUMN).collect();
    let everybody = vec![true; part.students.len()];
    let one: Vec<bool> = (0..part.students.len()).map(|index| index == 0).collect();
    let whole = part.clone().narrowed(&columns, &everybody).expect("the column").part;
    assert_eq!(whole.writes().count(), 3, "a whole column is whole groups");
    let torn = part.narrowed(&columns, &one).expect("a cell").part;
    let [cell] = &torn.cells[..] else { panic!("one cell: {:?}", torn.cells) };
    assert_eq!((cell.class, &cell.sending), (CellClass::Blocked, &Sending::Nothing));
    assert_eq!(cell.codes.first(), Some(&FindingCode::GroupAssignment));
}
