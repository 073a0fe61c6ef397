//! The grade change log of a course since a moment (design, promise 3; `canvas-contract §I3`).

use std::collections::{BTreeSet, HashMap};

use jiff::Timestamp;

use super::remote::{Halt, Remote, is_about_all, lacks_scope};
use crate::canvas::{CanvasError, GradeChange, GradeChangeFilter, Reader};
use crate::domain::{AssignmentId, CellKey, CourseId, LoggedChange, LoggedGrade};

/// Which part of the log.
#[derive(Debug, Clone)]
pub(in crate::engine) enum Span {
    /// Everything in the course since this time by Canvas's clock.
    Since(Timestamp),
    /// Everything in these columns, whenever it was.
    Columns(BTreeSet<AssignmentId>),
    /// Everything in this cell, whenever it was.
    Cell(CellKey),
}

/// The changes of each cell, oldest first; `None` where the log may not be read.
#[derive(Debug, Default)]
pub(in crate::engine) struct Changes(Option<HashMap<CellKey, Vec<LoggedChange>>>);

impl Changes {
    /// Reads them.
    pub(in crate::engine) async fn read(remote: &Remote<'_>, course: CourseId, span: &Span) -> Result<Self, Halt> {
        let reader = remote.session.reader();
        loop {
            match remote.once(read(&reader, course, span)).await? {
                Ok(changes) => return Ok(Self(Some(by_cell(changes)))),
                Err(error) if is_about_all(&error) && !lacks_scope(&error) => {
                    remote.wait_until_available(error).await?;
                }
                Err(_refused) => return Ok(Self(None)),
            }
        }
    }

    /// Those of a cell, oldest first; `None` where the log may not be read.
    pub(in crate::engine) fn of(&self, key: CellKey) -> Option<&[LoggedChange]> {
        self.0.as_ref().map(|cells| cells.get(&key).map_or(&[][..], Vec::as_slice))
    }
}

/// Newest first, as Canvas sends them.
async fn read(reader: &Reader, course: CourseId, span: &Span) -> Result<Vec<GradeChange>, CanvasError> {
    let none = GradeChangeFilter::default();
    let filters: Vec<GradeChangeFilter> = match span {
        Span::Since(start) => vec![GradeChangeFilter { start: Some(*start), ..none }],
        Span::Columns(assignments) => {
            assignments.iter().map(|one| GradeChangeFilter { assignment: Some(*one), ..none.clone() }).collect()
        }
        Span::Cell(CellKey { assignment, user }) => {
            vec![GradeChangeFilter { assignment: Some(*assignment), student: Some(*user), ..none }]
        }
    };
    let mut changes = Vec::new();
    for filter in filters {
        changes.extend(reader.grade_changes(course, &filter).all().await?);
    }
    Ok(changes)
}

fn by_cell(changes: Vec<GradeChange>) -> HashMap<CellKey, Vec<LoggedChange>> {
    let mut cells: HashMap<CellKey, Vec<LoggedChange>> = HashMap::new();
    // Newest first: so the reverse is the order in which they were made.
    for change in changes.into_iter().rev() {
        let (Some(assignment), Some(user)) = (change.assignment_id, change.student_id) else { continue };
        cells.entry(CellKey { assignment, user }).or_default().push(LoggedChange {
            at: change.created_at,
            grader: change.grader_id,
            before: LoggedGrade { grade: change.grade_before, excused: change.excused_before },
            after: LoggedGrade { grade: change.grade_after, excused: change.excused_after },
        });
    }
    cells
}
