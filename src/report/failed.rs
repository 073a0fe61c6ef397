//! What was not written, as a score sheet that can be mended and planned again.

use std::collections::HashMap;
use std::sync::Arc;

use jiff::tz::TimeZone;

use crate::domain::{
    AssignmentKey, Beside, Cell, CellClass, CellRecord, Column, ColumnKey, Outcome, PlannedColumn, ScorableItem, Score,
    ScoreSheet, SentPerson, Source, Wanted, asks_to_excuse,
};

use super::header::{ReportHeader, ReportPart};
use super::status::Status;
use super::values;

/// Gathers the cells that still need work: of a plan the conflicts, the blocked and the unresolved; of
/// a run also the planned cells that are neither written nor there already. Cells a rule of the user leaves alone are
/// no failures.
#[derive(Debug)]
pub struct FailedScores {
    sheet: ScoreSheet,
    /// Why each of the scores was not written.
    why: Vec<String>,
    places: HashMap<ColumnKey, u32>,
    zone: TimeZone,
}

impl FailedScores {
    /// Begins with the files of the plan, so that each score keeps its place in them.
    pub fn new(header: &ReportHeader) -> Self {
        let sheet = ScoreSheet { files: header.plan.sources.clone(), ..ScoreSheet::default() };
        Self { sheet, why: Vec::new(), places: HashMap::new(), zone: header.zone.clone() }
    }

    /// Adds what is missing of a course. What an undo takes away is no score, and the zeros of absent students are
    /// no rows: both are left out.
    pub fn part(&mut self, part: &ReportPart<'_>) {
        for (cell, status, record) in part.cells() {
            let takes_away = match cell.wanted {
                Some(Wanted::Excused) => !asks_to_excuse(&cell.received),
                wanted => wanted == Some(Wanted::Cleared),
            };
            if !is_failure(status) || takes_away || cell.sources.is_empty() || cell.received.is_empty() {
                continue;
            }
            self.why.push(self.reason(part, cell, (status, record)));
            let column = self.column(part.part.column(cell));
            let student = part.part.student(cell);
            // The name helps the person who mends the row. It is not used to identify anybody.
            let person =
                student.name.as_deref().map(|name| SentPerson { name: Some(name.into()), ..Default::default() });
            let source = cell.sources.first().copied().unwrap_or(Source { file: 0, line: 0 });
            let beside = Beside { submitted: None, comment: cell.comment.clone(), person: person.map(Box::new) };
            self.sheet.scores.push(Score {
                source,
                column,
                user: self.sheet.users.place(&student.sent_id, student.sent_kind, source),
                received: cell.received.as_ref().into(),
                beside: beside.if_any(),
            });
        }
    }

    /// The sheet, in the order of the plan, and why each of its scores was not written.
    pub fn finish(self) -> (ScoreSheet, Vec<String>) {
        (self.sheet, self.why)
    }

    /// `grade-by-other: somebody else graded it in Canvas: user 606, 2026-05-18 10:20:30 -0400`: the code or outcome first,
    /// so that the rows can be sorted by it.
    fn reason(&self, part: &ReportPart<'_>, cell: &Cell, (status, record): (Status, Option<&CellRecord>)) -> String {
        let word = match status {
            Status::Class(_) => cell.codes.first().map_or(status.name(), |code| code.code()),
            Status::Outcome(_) => status.name(),
        };
        let words = [word.to_owned(), values::reason(cell, status, record).to_owned(), part.whose(cell, &self.zone)];
        words.into_iter().filter(|words| !words.is_empty()).collect::<Vec<_>>().join(": ")
    }

    fn column(&mut self, column: &PlannedColumn) -> u32 {
        let next = u32::try_from(self.sheet.columns.len()).expect("a sheet has fewer than four billion columns");
        let key = column.key_in_any_file();
        *self.places.entry(key.clone()).or_insert_with(|| {
            let item = column.item.clone().or_else(|| bare_item(column));
            let source = Source { file: 0, line: 0 };
            let canvas = column
                .assignment()
                .map(|assignment| assignment.id)
                .filter(|_| column.found_by == PlannedColumn::BY_CANVAS_ID || key != column.key);
            self.sheet.columns.push(Column {
                key,
                item: item.map(|item| (item, source)),
                canvas,
                exactness: column.exactness,
                contradicted: None,
            });
            next
        })
    }
}

/// A sheet of scores alone may still say what its columns are worth.
fn bare_item(column: &PlannedColumn) -> Option<ScorableItem> {
    let title = match &column.key.assignment {
        AssignmentKey::Title(title) => Arc::clone(title),
        AssignmentKey::Id(_) | AssignmentKey::Untitled(_) | AssignmentKey::Missing => Arc::default(),
    };
    let possible = column.sheet_possible?;
    Some(ScorableItem { title, score_possible: possible.to_string().into(), ..ScorableItem::default() })
}

fn is_failure(status: Status) -> bool {
    match status {
        Status::Class(class) => {
            matches!(class, CellClass::Conflict | CellClass::Blocked | CellClass::Unresolved)
        }
        Status::Outcome(outcome) => !matches!(outcome, Outcome::Written | Outcome::Already),
    }
}
