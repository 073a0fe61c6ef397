//! The table of cells: which rows there is room for, and each row in as little markup as HTML allows.

use std::fmt::Write as _;

use askama::Template;

use crate::domain::{FindingCode, LostEdit, Outcome};

use super::courses::CourseSummary;
use super::header::{ReportError, ReportHeader, ReportPart};
use super::page::HtmlCells;
use super::status::Status;
use super::values;
use super::whose::{GraderNames, grader};
use super::words::for_people;

/// As many rows as a browser scrolls, filters and sorts at once.
const SHOWN_AT_MOST: u64 = 50_000;

/// Rows per `tbody`: the browser lays out only the groups in view.
const ROWS_PER_GROUP: usize = 200;

/// How many more cells of each status may be shown. The plan's counts are known before its first part, so the most
/// urgent cells of all courses get the room without a second pass.
pub(super) struct Room(Vec<(Status, u64)>);

impl Room {
    pub(super) fn new(header: &ReportHeader, cells: HtmlCells) -> Self {
        let mut statuses = Status::all(header.run().is_some()).to_vec();
        statuses.sort_by_key(|status| status.urgency());
        let mut left = match cells {
            HtmlCells::Auto => SHOWN_AT_MOST,
            HtmlCells::All => u64::MAX,
        };
        let room = statuses.into_iter().map(|status| {
            let granted = header.total(status).min(left);
            left -= granted;
            (status, granted)
        });
        Self(room.collect())
    }

    fn take(&mut self, status: Status) -> bool {
        match self.0.iter_mut().find(|(of, _)| *of == status) {
            Some((_, left)) if *left > 0 => {
                *left -= 1;
                true
            }
            _ => false,
        }
    }
}

/// A row of the table. The tags that HTML lets one leave out are left out: a plan has many rows.
#[derive(Template)]
#[template(path = "cell.html", config = "src/report/askama.toml")]
struct CellRow<'a> {
    status: Status,
    student: &'a str,
    sent_id: &'a str,
    /// What the row calls the student, where that is somebody else's name.
    sent_name: Option<&'a str>,
    course: &'a str,
    assignment: &'a str,
    before: String,
    wanted: String,
    now: Option<String>,
    reason: &'a str,
    /// Whose work it is, where it is in a conflict, and where that is seen.
    whose: String,
    url: Option<String>,
    /// That a push replaces other people's work there, or a run did.
    replaces: &'static str,
    comment: &'static str,
    lost: Vec<Lost>,
    codes: Vec<&'static str>,
    request: Option<&'a str>,
    places: String,
}

/// An edit that was lost.
struct Lost {
    value: String,
    grader: Option<String>,
    at: Option<String>,
}

/// What becomes of other people's work in a cell; empty where it stays, or where there is none.
pub(super) fn replaces(conflict: Option<FindingCode>, status: Status) -> &'static str {
    match status {
        _ if !conflict.is_some_and(FindingCode::is_others_work) => "",
        Status::Class(class) if class.is_write() => "replaces their work",
        Status::Outcome(Outcome::Written) => "replaced their work",
        Status::Class(_) | Status::Outcome(_) => "",
    }
}

fn lost(edits: &[LostEdit], header: &ReportHeader, names: Option<&GraderNames>) -> Vec<Lost> {
    let at = |edit: &LostEdit| edit.graded_at.map(|at| for_people(at, &header.zone));
    let by = |edit: &LostEdit| edit.grader.map(|by| grader(Some(by.0), names));
    edits.iter().map(|edit| Lost { value: edit.value(), grader: by(edit), at: at(edit) }).collect()
}

/// Adds the rows of a part that there is room for, the most urgent first, and returns how many these are.
pub(super) fn add_rows(
    out: &mut String,
    header: &ReportHeader,
    part: &ReportPart<'_>,
    summary: &CourseSummary,
    place: usize,
    room: &mut Room,
) -> Result<u64, ReportError> {
    let mut rows: Vec<_> = part.cells().filter(|(_, status, _)| room.take(*status)).collect();
    rows.sort_by_key(|(_, status, _)| status.urgency());
    for (group, rows_of_group) in rows.chunks(ROWS_PER_GROUP).enumerate() {
        let anchor = if group == 0 { format!(" id=c{place}") } else { String::new() };
        let rows_in_group = rows_of_group.len();
        write!(out, "<tbody{anchor} data-c={place} style=--n:{rows_in_group}>").map_err(askama::Error::from)?;
        for &(cell, status, record) in rows_of_group {
            let column = part.part.column(cell);
            let student = part.part.student(cell);
            let conflict = cell.conflict();
            CellRow {
                status,
                student: student.sortable_name.as_deref().or(student.name.as_deref()).unwrap_or_default(),
                sent_id: &student.sent_id,
                sent_name: student.sent_name.as_deref(),
                course: summary.code(),
                assignment: column.assignment().map_or(column.title.as_str(), |assignment| &assignment.name),
                before: values::shown(cell.base.as_deref(), column),
                wanted: values::wanted(cell),
                now: part.records.map(|_| values::shown(record.and_then(|record| record.live.as_ref()), column)),
                reason: values::reason(cell, status, record),
                whose: part.whose(cell, &header.zone),
                url: conflict.and_then(|_| part.url(cell, header)),
                replaces: replaces(conflict, status),
                comment: values::comment_note(cell, status, record),
                lost: record.map_or_else(Vec::new, |record| lost(&record.overwrote, header, part.names)),
                codes: cell.codes.iter().map(|code| code.code()).collect(),
                request: record.and_then(|record| record.request_id.as_deref()),
                places: header.places(&cell.sources),
            }
            .render_into(out)?;
        }
    }
    Ok(rows.len() as u64)
}
