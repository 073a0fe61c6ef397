//! The grade change log of a course since a moment (design, promise 3; `canvas-contract §I3`).

use std::collections::{BTreeSet, HashMap};
use std::time::Duration;

use jiff::Timestamp;
use tokio::time::Instant;

use super::cells::is_refusal;
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

/// How often the log is asked for whose answer cannot be read.
const TRIES: u32 = 3;

/// The pause between two tries.
const PAUSE: Duration = Duration::from_secs(2);

/// The changes of each cell, oldest first, or why they could not be read.
#[derive(Debug)]
pub(in crate::engine) struct Changes(Result<HashMap<CellKey, Vec<LoggedChange>>, String>);

impl Changes {
    /// Reads them.
    pub(in crate::engine) async fn read(remote: &Remote<'_>, course: CourseId, span: &Span) -> Result<Self, Halt> {
        let reader = remote.session.reader();
        let began = Instant::now();
        let mut tries = 1;
        loop {
            let error = match remote.once(read(&reader, course, span)).await? {
                Ok(changes) => return Ok(Self(Ok(by_cell(changes)))),
                Err(error) => error,
            };
            let is_away = is_about_all(&error) && !lacks_scope(&error);
            // A Canvas that answers everything else is not waited for again and again.
            let is_lasting = if is_away {
                !remote.patience.is_zero() && began.elapsed() >= remote.patience
            } else {
                is_refusal(&error) || lacks_scope(&error) || tries == TRIES
            };
            if is_lasting {
                return Ok(Self(Err(error.to_string())));
            }
            if is_away {
                remote.wait_until_available(error).await?;
            } else {
                tries += 1;
                remote.sleep(PAUSE).await?;
            }
        }
    }

    /// None, because none are looked for.
    pub(in crate::engine) fn none() -> Self {
        Self(Ok(HashMap::new()))
    }

    /// Why the log could not be read, if so.
    pub(in crate::engine) fn unreadable(&self) -> Option<&str> {
        self.0.as_ref().err().map(String::as_str)
    }

    /// Those of a cell, oldest first; `None` where the log could not be read.
    pub(in crate::engine) fn of(&self, key: CellKey) -> Option<&[LoggedChange]> {
        self.0.as_ref().ok().map(|cells| cells.get(&key).map_or(&[][..], Vec::as_slice))
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
