//! What a person has to decide, for the top of the page: whose work a push would replace, and whose work is held.

use crate::domain::{Cell, FindingCode};

use super::cells::replaces;
use super::courses::CourseSummary;
use super::header::{ReportHeader, ReportPart};
use super::status::Status;
use super::values;
use super::words::Count;

/// So many cells of each kind are listed; the table of cells has the rest.
const LISTED_AT_MOST: usize = 50;

/// A cell that is somebody's work.
pub(super) struct DecisionRow {
    pub(super) status: Status,
    /// What becomes of the work; empty where it stays.
    pub(super) replaces: &'static str,
    /// The conflict.
    pub(super) code: FindingCode,
    pub(super) student: String,
    pub(super) sent_id: String,
    pub(super) course: String,
    pub(super) assignment: String,
    pub(super) before: String,
    pub(super) wanted: String,
    /// Who and when.
    pub(super) whose: String,
    /// Where it is seen in Canvas.
    pub(super) url: Option<String>,
}

/// The cells that are somebody's work: what is replaced, then what is held.
#[derive(Default)]
pub(super) struct Decisions {
    replaced: Vec<DecisionRow>,
    held: Vec<DecisionRow>,
    /// Those that are not listed.
    more: u64,
}

impl Decisions {
    /// Adds a course's.
    pub(super) fn add(&mut self, header: &ReportHeader, part: &ReportPart<'_>, summary: &CourseSummary) {
        for (cell, status, _) in part.cells() {
            let Some(code) = cell.conflict() else { continue };
            let done = replaces(Some(code), status);
            let rows = match status {
                _ if !done.is_empty() => &mut self.replaced,
                Status::Class(class) if !class.is_write() => &mut self.held,
                // Released, and nobody else's work; or a run's, which has its own word for it.
                Status::Class(_) | Status::Outcome(_) => continue,
            };
            if rows.len() == LISTED_AT_MOST {
                self.more += 1;
            } else {
                rows.push(row(header, part, summary, (cell, status, code)));
            }
        }
    }

    /// All that are listed, what is replaced first.
    pub(super) fn rows(&self) -> impl Iterator<Item = &DecisionRow> {
        self.replaced.iter().chain(&self.held)
    }

    pub(super) fn is_empty(&self) -> bool {
        self.replaced.is_empty() && self.held.is_empty()
    }

    /// How many are not listed.
    pub(super) fn more(&self) -> Count {
        Count(self.more)
    }
}

fn row(
    header: &ReportHeader,
    part: &ReportPart<'_>,
    summary: &CourseSummary,
    (cell, status, code): (&Cell, Status, FindingCode),
) -> DecisionRow {
    let column = part.part.column(cell);
    let student = part.part.student(cell);
    DecisionRow {
        status,
        replaces: replaces(Some(code), status),
        code,
        student: student.sortable_name.clone().or_else(|| student.name.clone()).unwrap_or_default(),
        sent_id: student.sent_id.to_string(),
        course: summary.code().to_owned(),
        assignment: column.assignment().map_or_else(|| column.title.clone(), |assignment| assignment.name.clone()),
        before: values::shown(cell.base.as_deref(), column),
        wanted: values::wanted(cell),
        whose: part.whose(cell, &header.zone),
        url: part.url(cell, header),
    }
}
