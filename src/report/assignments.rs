//! The mapping of columns: each column of the sheet, the assignment it goes to, and what that does to its scores.

use crate::domain::{
    AssignmentKey, ColumnTarget, CoursePart, GradingType, NewColumn, Outcome, PlannedAssignment, PlannedColumn, Points,
};

use super::header::ReportPart;
use super::histogram::{Histogram, Scores};
use super::status::Status;
use super::values;
use super::words::Count;

/// A column of the sheet in one line.
pub(super) struct ColumnRow {
    /// The sender's title, else what stands in for it.
    pub(super) title: String,
    /// The sender's key as far as it says more than the title.
    pub(super) key: String,
    /// Where it goes.
    pub(super) target: ColumnTarget,
    /// Under which rule.
    pub(super) found_by: String,
    /// `10`, or `100 in the sheet, 10 in Canvas`.
    pub(super) possible: String,
    /// Its cells.
    pub(super) cells: Count,
    /// The cells that a push writes, or a run wrote.
    pub(super) changing: Count,
    /// The share of the class that changes, in whole percent.
    pub(super) share: u64,
    /// How the scores are spread.
    pub(super) histogram: Option<Histogram>,
}

/// The columns of a part, in their order.
pub(super) fn column_rows(part: &ReportPart<'_>) -> Vec<ColumnRow> {
    let columns = &part.part.columns;
    let mut tallies: Vec<Tally> = columns.iter().map(|_| Tally::default()).collect();
    for (cell, status, record) in part.cells() {
        let (Some(column), Some(tally)) =
            (columns.get(cell.column.as_usize()), tallies.get_mut(cell.column.as_usize()))
        else {
            continue;
        };
        tally.cells += 1;
        tally.changing += u64::from(changes(status));
        let (before, after) = values::before_and_after(cell, status, record, column);
        tally.scores.before.extend(before);
        tally.scores.after.extend(after);
    }
    columns.iter().zip(tallies).map(|(column, tally)| tally.row(part.part, column)).collect()
}

fn changes(status: Status) -> bool {
    match status {
        Status::Class(class) => class.is_write(),
        Status::Outcome(outcome) => outcome == Outcome::Written,
    }
}

#[derive(Default)]
struct Tally {
    cells: u64,
    changing: u64,
    scores: Scores,
}

impl Tally {
    fn row(self, part: &CoursePart, column: &PlannedColumn) -> ColumnRow {
        let class = part.course.as_ref().map_or(0, |course| course.active_students).max(self.cells);
        ColumnRow {
            title: column.title.clone(),
            key: key_words(column),
            target: column.target.clone(),
            found_by: column.found_by.clone(),
            possible: possible_words(column),
            cells: Count(self.cells),
            changing: Count(self.changing),
            share: (self.changing * 100).checked_div(class).unwrap_or_default(),
            histogram: self.scores.histogram(column.points_possible().or(column.sheet_possible)),
        }
    }
}

fn key_words(column: &PlannedColumn) -> String {
    let key = match &column.key.assignment {
        AssignmentKey::Id(id) => id.to_string(),
        AssignmentKey::Title(_) | AssignmentKey::Untitled(_) => String::new(),
        AssignmentKey::Missing => "no assignment id".to_owned(),
    };
    let provider = &column.key.provider_id;
    match (key.is_empty(), provider.is_empty()) {
        (_, true) => key,
        (true, false) => format!("from {provider}"),
        (false, false) => format!("{key} from {provider}"),
    }
}

fn possible_words(column: &PlannedColumn) -> String {
    let number = |points: Option<Points>| points.map_or_else(|| "–".to_owned(), |points| points.to_string());
    match (column.sheet_possible, column.points_possible()) {
        (Some(sheet), canvas) if Some(sheet) != canvas && column.assignment().is_some() => {
            format!("{} (sheet: {sheet})", number(canvas))
        }
        (sheet, canvas) => number(canvas.or(sheet)),
    }
}

/// What is out of the ordinary about an existing assignment.
pub(super) fn remarks(assignment: &PlannedAssignment) -> Vec<&'static str> {
    let flags = [
        (!assignment.published, "unpublished"),
        (assignment.post_manually, "hidden until posted"),
        (assignment.moderated, "moderated"),
        (assignment.anonymous, "anonymous"),
        (assignment.grades_whole_group, "group grade"),
    ];
    let mut remarks: Vec<_> = flags.into_iter().filter(|(is_so, _)| *is_so).map(|(_, words)| words).collect();
    remarks.extend(type_remark(assignment.grading_type));
    remarks
}

/// What is out of the ordinary about an assignment that a push creates.
pub(super) fn new_remarks(column: &NewColumn) -> Vec<String> {
    let mut remarks: Vec<String> = type_remark(column.grading_type).into_iter().map(str::to_owned).collect();
    if !column.group.is_empty() {
        let new = if column.group_id.is_none() { "new group " } else { "" };
        remarks.push(format!("in {new}{}", column.group));
    }
    if column.omit_from_final_grade {
        remarks.push("outside the course total".to_owned());
    }
    if column.post_manually {
        remarks.push("hidden until posted".to_owned());
    }
    remarks
}

fn type_remark(kind: GradingType) -> Option<&'static str> {
    match kind {
        GradingType::Points => None,
        GradingType::Percent => Some("shown in percent"),
        GradingType::LetterGrade => Some("letter grade"),
        GradingType::GpaScale => Some("GPA scale"),
        GradingType::PassFail => Some("complete/incomplete"),
        GradingType::NotGraded => Some("not graded"),
    }
}
