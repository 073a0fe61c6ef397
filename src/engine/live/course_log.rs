//! The change log of a course whose cells are being written, read as it grows: each part of it once.

use std::collections::{BTreeSet, HashMap};

use futures_util::{StreamExt as _, TryStreamExt as _, stream};
use jiff::{SignedDuration, Timestamp};
use tokio::time::Instant;

use super::changes::{Changes, logged, patiently};
use super::remote::{Halt, Remote};
use crate::canvas::{CanvasError, GradeChange, GradeChangeFilter, Reader};
use crate::domain::{AssignmentId, CellKey, CourseId, LoggedChange};

/// How far reads overlap: times are whole seconds, an event may be a moment older than the commit that shows it, and
/// Canvas's servers may differ by a little.
const OVERLAP: SignedDuration = SignedDuration::from_secs(3);

/// The pages of a log come one after another, a hundred events each. Where there are more, each column is asked for on its
/// own, side by side with the others.
const MOST_PAGES: usize = 8;

/// So many cells have changes on more pages.
const MANY: usize = 100 * MOST_PAGES;

/// How many columns are asked for side by side; the course's next request is not to wait for all of them.
const SIDE_BY_SIDE: usize = 9;

/// The log of a course, as far as it was read.
#[derive(Debug, Default)]
pub(in crate::engine) struct CourseLog {
    columns: HashMap<AssignmentId, Part>,
    cells: HashMap<CellKey, Vec<(String, LoggedChange)>>,
}

/// Which part of a column's log was read.
#[derive(Debug, Clone, Copy)]
struct Part {
    from: Timestamp,
    /// The time of the newest event that was met; everything up to it was.
    until: Timestamp,
    /// When it was read last.
    asked_at: Instant,
}

impl CourseLog {
    /// The changes of these cells from this time by Canvas's clock until they were looked at, or later. What is older is
    /// forgotten.
    pub(in crate::engine) async fn since(
        &mut self,
        (remote, course): (&Remote<'_>, CourseId),
        start: Timestamp,
        keys: &[CellKey],
        looked_at: Instant,
    ) -> Result<Changes, Halt> {
        // What was read for another chunk meanwhile is not read again.
        let is_known = |part: &Part| part.from <= start && part.asked_at > looked_at;
        let is_open = |column: &AssignmentId| !self.columns.get(column).is_some_and(is_known);
        let columns: BTreeSet<AssignmentId> = keys.iter().map(|key| key.assignment).filter(is_open).collect();
        if columns.is_empty() {
            return Ok(self.changes(keys));
        }
        let asked_at = Instant::now();
        let read = match patiently(remote, async |reader| self.read(reader, course, &columns, start, keys.len()).await)
            .await?
        {
            Ok(read) => read,
            Err(why) => return Ok(Changes::of_cells(Err(why))),
        };
        self.forget_before(start);
        for (query, events) in read {
            let until = events.iter().map(|event| event.created_at).max().unwrap_or(query.from).max(query.from);
            for column in query.columns {
                self.columns.insert(column, Part { from: start, until, asked_at });
            }
            self.add(events);
        }
        Ok(self.changes(keys))
    }

    fn changes(&self, keys: &[CellKey]) -> Changes {
        let known = keys.iter().filter_map(|key| Some((*key, self.cells.get(key)?)));
        let changes = known.map(|(key, events)| (key, events.iter().map(|(_, change)| change.clone()).collect()));
        Changes::of_cells(Ok(changes.collect()))
    }

    /// Reads what is not known of these columns, of which so many cells are in question.
    async fn read(
        &self,
        reader: &Reader,
        course: CourseId,
        columns: &BTreeSet<AssignmentId>,
        start: Timestamp,
        cells: usize,
    ) -> Result<Vec<(Query, Vec<GradeChange>)>, CanvasError> {
        let is_many = cells >= MANY && columns.len() > 1;
        if !is_many {
            let (only, most) = match columns.first() {
                Some(only) if columns.len() == 1 => (Some(*only), usize::MAX),
                _ => (None, MOST_PAGES),
            };
            let query = self.query(only, columns.clone(), start);
            if let Some(events) = self.answer(reader, course, &query, most).await? {
                return Ok(vec![(query, events)]);
            }
        }
        let each = columns.iter().map(async |column| {
            let query = self.query(Some(*column), [*column].into(), start);
            let events = self.answer(reader, course, &query, usize::MAX).await?;
            Ok((query, events.unwrap_or_default()))
        });
        stream::iter(each).buffered(SIDE_BY_SIDE).try_collect().await
    }

    /// What is to be asked for, so that these columns are known since this time.
    fn query(&self, only: Option<AssignmentId>, columns: BTreeSet<AssignmentId>, start: Timestamp) -> Query {
        let parts = columns.iter().map(|column| self.columns.get(column).filter(|part| part.from <= start));
        let until: Option<Vec<Timestamp>> = parts.map(|part| part.map(|part| part.until)).collect();
        let until = until.and_then(|until| until.into_iter().min());
        let from = until.and_then(|until| until.checked_sub(OVERLAP).ok());
        Query { only, columns, from: from.map_or(start, |from| from.max(start)), until }
    }

    /// Newest first; `None` if there are more pages than `most`. A page of events that are all known is the last one, where
    /// older ones were read before.
    async fn answer(
        &self,
        reader: &Reader,
        course: CourseId,
        query: &Query,
        most: usize,
    ) -> Result<Option<Vec<GradeChange>>, CanvasError> {
        let filter =
            GradeChangeFilter { assignment: query.only, start: Some(query.from), ..GradeChangeFilter::default() };
        let mut pages = reader.grade_changes(course, &filter);
        let (mut events, mut read) = (Vec::new(), 0);
        while let Some(page) = pages.next().await? {
            read += 1;
            // Columns may be known up to different times.
            let is_old = |event: &GradeChange| query.until.is_some_and(|until| event.created_at <= until);
            let is_known = page.last().is_some_and(is_old) && page.iter().all(|event| self.has(event));
            events.extend(page);
            if is_known {
                break;
            }
            if read == most {
                return Ok(None);
            }
        }
        Ok(Some(events))
    }

    fn has(&self, event: &GradeChange) -> bool {
        let (Some(assignment), Some(user)) = (event.assignment_id, event.student_id) else { return false };
        let known = self.cells.get(&CellKey { assignment, user });
        known.is_some_and(|known| known.iter().any(|(id, _)| *id == event.id))
    }

    fn forget_before(&mut self, start: Timestamp) {
        self.cells.retain(|_, events| {
            events.retain(|(_, change)| change.at >= start);
            !events.is_empty()
        });
        for part in self.columns.values_mut() {
            part.from = part.from.max(start);
        }
    }

    /// Takes events in, newest first.
    fn add(&mut self, events: Vec<GradeChange>) {
        for event in events.into_iter().rev() {
            if self.has(&event) {
                continue;
            }
            let Some((key, id, change)) = logged(event) else { continue };
            let cell = self.cells.entry(key).or_default();
            cell.push((id, change));
            cell.sort_by_key(|(_, change)| change.at);
        }
    }
}

/// A question about the log.
#[derive(Debug)]
struct Query {
    /// The only column, or the course.
    only: Option<AssignmentId>,
    /// The columns that are known by its answer.
    columns: BTreeSet<AssignmentId>,
    from: Timestamp,
    /// Up to when all of them were known before, if they were.
    until: Option<Timestamp>,
}
