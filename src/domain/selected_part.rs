//! A part of a part: the columns and people somebody chose, with their cells.

use std::collections::{BTreeMap, BTreeSet};

use super::{
    Cell, CellClass, CellIndex, ColumnIndex, CoursePart, FindingCode, PlannedColumn, RowTally, Sending, StudentIndex,
};

/// What is left of a part.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Narrowed {
    /// The chosen columns, people and cells, counted anew.
    pub part: CoursePart,
    /// Where each of its cells was before.
    pub cells: Vec<CellIndex>,
}

impl CoursePart {
    /// Only these columns and people, one flag for each of the part's; `None` if nothing of the part is left.
    ///
    /// A score of one member of a group is everybody's in the group (`canvas-contract §H6`): where a column that grades
    /// whole groups loses a cell to the choice of people, its other cells are blocked.
    pub fn narrowed(self, columns: &[bool], students: &[bool]) -> Option<Narrowed> {
        if !columns.contains(&true) {
            return None;
        }
        if !columns.contains(&false) && !students.contains(&false) {
            let cells = CellIndex::all().zip(&self.cells).map(|(index, _)| index).collect();
            return Some(Narrowed { part: self, cells });
        }
        let all_people = !students.contains(&false);
        let Self { course, sent_id, columns: old_columns, students: old_students, cells, findings, tally: _ } = self;
        let torn = torn_groups(&old_columns, &cells, students);
        let mut kept = Vec::new();
        let mut places = Vec::new();
        for (place, mut cell) in CellIndex::all().zip(cells) {
            if columns[cell.column.as_usize()] && students[cell.student.as_usize()] {
                if torn.contains(&cell.column) && cell.class.is_write() {
                    block_group(&mut cell);
                }
                kept.push(cell);
                places.push(place);
            }
        }
        // A column without a cell is created all the same, unless people were chosen who have none in it.
        let needed: BTreeSet<ColumnIndex> = kept.iter().map(|cell| cell.column).collect();
        let stays = |index: ColumnIndex| columns[index.as_usize()] && (all_people || needed.contains(&index));
        let (columns, new_columns) = compact(old_columns, ColumnIndex::all, stays);
        let present: BTreeSet<StudentIndex> = kept.iter().map(|cell| cell.student).collect();
        let (students, new_students) = compact(old_students, StudentIndex::all, |index| present.contains(&index));
        if columns.is_empty() {
            return None;
        }
        for cell in &mut kept {
            cell.column = new_columns[&cell.column];
            cell.student = new_students[&cell.student];
        }
        let tally = tally_of(&kept);
        let mut part = Self { course, sent_id, columns, students, cells: kept, findings: Vec::new(), tally };
        part.findings = findings.into_iter().filter_map(|finding| part.finding_within(finding)).collect();
        Some(Narrowed { part, cells: places })
    }

    /// What a finding about the whole part says of this one; `None` if it concerns nothing here.
    fn finding_within(&self, mut finding: super::Finding) -> Option<super::Finding> {
        let concerns = |cell: &&Cell| {
            let here = self.column(cell).assignment().map(|assignment| assignment.id);
            (finding.assignment.is_none() || finding.assignment == here)
                && (finding.student.is_none() || finding.student == self.student(cell).user)
                && (finding.sources.is_empty() || cell.sources.iter().any(|source| finding.sources.contains(source)))
        };
        let cells = self.cells.iter().filter(concerns).count() as u64;
        if finding.cells > 0 || !finding.sources.is_empty() {
            let here: BTreeSet<_> = self.cells.iter().flat_map(|cell| cell.sources.iter().copied()).collect();
            finding.sources.retain(|source| here.contains(source));
            finding.cells = finding.cells.min(cells);
            return (cells > 0).then_some(finding);
        }
        let column = |id| self.columns.iter().any(|column| column.assignment().is_some_and(|one| one.id == id));
        finding.assignment.is_none_or(column).then_some(finding)
    }
}

/// The columns that grade whole groups and lose a cell that is sent.
fn torn_groups(columns: &[PlannedColumn], cells: &[Cell], students: &[bool]) -> BTreeSet<ColumnIndex> {
    let of_groups = |cell: &&Cell| {
        columns[cell.column.as_usize()].assignment().is_some_and(|assignment| assignment.grades_whole_group)
    };
    let lost = cells.iter().filter(|cell| cell.class.is_write() && !students[cell.student.as_usize()]);
    lost.filter(of_groups).map(|cell| cell.column).collect()
}

fn block_group(cell: &mut Cell) {
    cell.class = CellClass::Blocked;
    cell.sending = Sending::Nothing;
    cell.codes.insert(0, FindingCode::GroupAssignment);
    cell.reason = "graded by group, and members of groups are outside the selection".into();
}

/// The things that stay, and where each of them went.
fn compact<I: Copy + Ord, T, All: Iterator<Item = I>>(
    things: Vec<T>,
    all: impl Fn() -> All,
    stays: impl Fn(I) -> bool,
) -> (Vec<T>, BTreeMap<I, I>) {
    let kept: Vec<(I, T)> = all().zip(things).filter(|(index, _)| stays(*index)).collect();
    let moved = kept.iter().map(|(index, _)| *index).zip(all()).collect();
    (kept.into_iter().map(|(_, thing)| thing).collect(), moved)
}

/// The rows behind these cells. A row that was ignored belongs to no cell, and so to no selection of people or columns.
fn tally_of(cells: &[Cell]) -> RowTally {
    let absent = cells.iter().filter(|cell| cell.sources.is_empty()).count() as u64;
    let merged: usize = cells.iter().map(|cell| cell.sources.len().saturating_sub(1)).sum();
    let merged = merged as u64;
    RowTally { rows: cells.len() as u64 - absent + merged, absent, merged, ignored: 0 }
}
