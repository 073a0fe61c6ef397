//! Every cell of a plan or a run as CSV, whatever its number.

use std::collections::HashMap;
use std::io;

use crate::domain::{AssignmentId, ColumnKey, CommentOutcome, CourseId, FindingCode, LostEdit, UserId};

use super::header::{ReportError, ReportHeader, ReportPart};
use super::status::Status;
use super::values;

pub(super) const COLUMNS: [&str; 34] = [
    "course_id",
    "sis_course_id",
    "course_name",
    "course_id_sent",
    "assignment_id",
    "assignment",
    "assignment_id_sent",
    "points_possible",
    "user_id",
    "sis_user_id",
    "login_id",
    "student",
    "user_id_sent",
    "class",
    "score_received",
    "old",
    "new",
    "outcome",
    "canvas_shows",
    "codes",
    "reason",
    "source",
    "comment",
    "comment_outcome",
    "lost_value",
    "lost_grader",
    "lost_at",
    "request_id",
    "released",
    "work_by",
    "work_by_name",
    "work_at",
    "canvas_url",
    "student_sent",
];

/// Writes one record per cell, course by course. Fields are exact: a spreadsheet that turns `00697` into a number does
/// that on its own.
pub struct CellCsv<'a, W> {
    header: &'a ReportHeader,
    created: CreatedColumns,
    out: W,
}

/// The assignments that a run created for columns which the plan had none for.
pub type CreatedColumns = HashMap<(CourseId, ColumnKey), AssignmentId>;

impl<'a, W: io::Write> CellCsv<'a, W> {
    /// Begins with the names of the columns.
    pub fn new(header: &'a ReportHeader, created: CreatedColumns, mut out: W) -> Result<Self, ReportError> {
        write_record(&mut out, &COLUMNS.map(str::to_owned))?;
        Ok(Self { header, created, out })
    }

    /// Adds a course's cells.
    pub fn part(&mut self, part: &ReportPart<'_>) -> Result<(), ReportError> {
        let course = part.part.course.as_ref();
        let text = |field: Option<&String>| field.cloned().unwrap_or_default();
        for (cell, status, record) in part.cells() {
            let column = part.part.column(cell);
            let student = part.part.student(cell);
            let live = record.and_then(|record| record.live.as_ref());
            let lost = record.map_or(&[][..], |record| &record.overwrote);
            let assignment = column.assignment().map(|assignment| assignment.id).or_else(|| {
                let place = (course?.id, column.key.clone());
                self.created.get(&place).copied()
            });
            let places: Vec<String> = cell.sources.iter().map(|source| self.header.locate(*source)).collect();
            let overwrote = (!lost.is_empty()).then_some(FindingCode::OverwroteEdit);
            let conflict = cell.conflict();
            let whose = conflict.and(cell.whose.as_deref());
            let name = whose.and_then(|whose| part.names?.get(&UserId(whose.by?)).cloned());
            let codes: Vec<&str> = cell.codes.iter().copied().chain(overwrote).map(FindingCode::code).collect();
            let record = [
                optional(course.map(|course| course.id)),
                text(course.and_then(|course| course.sis_course_id.as_ref())),
                course.map(|course| course.name.clone()).unwrap_or_default(),
                column.key.course_id.to_string(),
                optional(assignment),
                column.assignment().map_or_else(|| column.title.clone(), |assignment| assignment.name.clone()),
                column.key.assignment.to_string(),
                optional(column.points_possible()),
                optional(student.user),
                text(student.sis_user_id.as_ref()),
                text(student.login_id.as_ref()),
                text(student.sortable_name.as_ref().or(student.name.as_ref())),
                student.sent_id.to_string(),
                cell.class.name().to_owned(),
                cell.received.to_string(),
                bare(values::shown(cell.base.as_deref(), column)),
                bare(cell.wanted.map(|wanted| wanted.to_string()).unwrap_or_default()),
                if matches!(status, Status::Outcome(_)) { status.name().to_owned() } else { String::new() },
                bare(values::shown(live, column)),
                codes.join(" "),
                values::reason(cell, status, record).to_owned(),
                places.join(" "),
                cell.comment.as_deref().unwrap_or_default().to_owned(),
                record.and_then(|record| record.comment).map(comment_word).unwrap_or_default().to_owned(),
                bare(each(lost, values::lost)),
                each(lost, |lost| optional(lost.grader)),
                each(lost, |lost| optional(lost.graded_at)),
                text(record.and_then(|record| record.request_id.as_ref())),
                cell.released().map(FindingCode::code).unwrap_or_default().to_owned(),
                optional(whose.and_then(|whose| whose.by)),
                name.unwrap_or_default(),
                optional(whose.and_then(|whose| whose.at)),
                conflict.and_then(|_| part.url(cell, self.header)).unwrap_or_default(),
                text(student.sent_name.as_ref()),
            ];
            write_record(&mut self.out, &record)?;
        }
        Ok(())
    }

    /// Hands everything to the file.
    pub fn finish(mut self) -> Result<W, ReportError> {
        self.out.flush()?;
        Ok(self.out)
    }
}

/// One field for all lost edits of a cell, oldest first.
fn each(lost: &[LostEdit], field: impl Fn(&LostEdit) -> String) -> String {
    lost.iter().map(field).collect::<Vec<_>>().join("; ")
}

fn comment_word(outcome: CommentOutcome) -> &'static str {
    match outcome {
        CommentOutcome::Sent => "sent",
        CommentOutcome::Already => "already",
        CommentOutcome::Unknown => "unknown",
        CommentOutcome::Pending => "pending",
    }
}

fn optional(value: Option<impl ToString>) -> String {
    value.map(|value| value.to_string()).unwrap_or_default()
}

/// The dash that people see in an empty cell is no value for a machine.
fn bare(text: String) -> String {
    if text == "–" { String::new() } else { text }
}

/// RFC 4180: CRLF, and quotation marks where a field would fall apart or a reader would trim it.
fn write_record(out: &mut impl io::Write, fields: &[String]) -> io::Result<()> {
    for (place, field) in fields.iter().enumerate() {
        if place > 0 {
            out.write_all(b",")?;
        }
        let fragile = field.contains([',', '"', '\r', '\n']) || field.starts_with(' ') || field.ends_with(' ');
        if fragile {
            write!(out, "\"{}\"", field.replace('"', "\"\""))?;
        } else {
            out.write_all(field.as_bytes())?;
        }
    }
    out.write_all(b"\r\n")
}
