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
        let events = patiently(remote, async |reader| read(reader, course, span).await).await?;
        Ok(Self(events.map(by_cell)))
    }

    /// These, or why they could not be read.
    pub(super) fn of_cells(cells: Result<HashMap<CellKey, Vec<LoggedChange>>, String>) -> Self {
        Self(cells)
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

/// Asks for events until there is an answer; gives why there is none where Canvas refuses.
pub(super) async fn patiently<T>(
    remote: &Remote<'_>,
    question: impl AsyncFn(&Reader) -> Result<T, CanvasError>,
) -> Result<Result<T, String>, Halt> {
    let reader = remote.session.reader();
    let began = Instant::now();
    let mut tries = 1;
    loop {
        let error = match remote.once(question(&reader)).await? {
            Ok(answer) => return Ok(Ok(answer)),
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
            return Ok(Err(error.to_string()));
        }
        if is_away {
            remote.wait_until_available(error).await?;
        } else {
            tries += 1;
            remote.sleep(PAUSE).await?;
        }
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

fn by_cell(events: Vec<GradeChange>) -> HashMap<CellKey, Vec<LoggedChange>> {
    let mut cells: HashMap<CellKey, Vec<LoggedChange>> = HashMap::new();
    // Newest first: so the reverse is the order in which they were made.
    for (key, _, change) in events.into_iter().rev().filter_map(logged) {
        cells.entry(key).or_default().push(change);
    }
    cells
}

/// An event's cell, id and change; `None` for one that is not about a cell.
pub(super) fn logged(event: GradeChange) -> Option<(CellKey, String, LoggedChange)> {
    let key = CellKey { assignment: event.assignment_id?, user: event.student_id? };
    let change = LoggedChange {
        at: event.created_at,
        grader: event.grader_id,
        before: LoggedGrade { grade: event.grade_before, excused: event.excused_before },
        after: LoggedGrade { grade: event.grade_after, excused: event.excused_after },
    };
    Some((key, event.id, change))
}
