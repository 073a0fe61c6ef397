//! Pushes one course: its new assignments, then its cells, one chunk at a time.

use std::collections::{BTreeMap, VecDeque};

use super::chunk::{ChunkOutcome, Errand};
use super::create::{Columns, Place, bind_existing, create_columns};
use super::jobs::give_up;
use super::run::Journey;
use super::settle::record;
use super::stop::StopReason;
use super::task::{Task, tasks_of};
use crate::canvas::CanvasError;
use crate::domain::{CellRecord, CommentOutcome, CoursePart, JobId, Outcome, RunCounts, Sending};
use crate::engine::trouble::ends_everything;
use crate::engine::{EngineError, Event, Step};
use crate::store::RecordedCell;

/// Pushes what is left of one part of the run's plan.
pub(super) async fn push_part(journey: &Journey<'_>, ordinal: u32, lost: &[JobId]) -> Result<(), EngineError> {
    let session = journey.session;
    if journey.should_stop() {
        return Ok(());
    }
    let part = session.store().plan_part(journey.plan, ordinal)?;
    let Some(course) = part.course.as_ref().map(|course| course.id) else { return Ok(()) };
    let began = session.clock.now();
    let records = session.store().records(journey.run, ordinal)?;
    bind_existing(session, course, &part)?;
    let place = Place { run: journey.run, part: ordinal, course };
    let columns = match create_columns(session, &journey.writer, &place, &part).await {
        Ok(columns) => columns,
        Err(EngineError::Canvas(error)) => {
            journey.refused(&error);
            return Ok(());
        }
        Err(error) => return Err(error),
    };
    let tasks = tasks_of(&part, &records, &columns.created);
    let errand = journey.errand(ordinal, course);
    let mut pushing =
        Pushing { journey, errand, records, queue: tasks.into(), size: journey.options.chunk.clamp(1, 10_000) };
    pushing.reject_missing(&part, &columns)?;
    let done = pushing.run().await?;
    if done {
        give_up(session, lost)?;
    }
    let counts = pushing.counts(&part);
    let took = session.clock.now().duration_since(began).try_into().unwrap_or_default();
    session.events.send(Event::CoursePushed { course, counts, took });
    Ok(())
}

struct Pushing<'a> {
    journey: &'a Journey<'a>,
    errand: Errand<'a>,
    records: BTreeMap<u32, CellRecord>,
    queue: VecDeque<Task>,
    /// Cells of the next chunk.
    size: usize,
}

impl Pushing<'_> {
    /// Pushes chunk by chunk; says whether it came to the end.
    async fn run(&mut self) -> Result<bool, EngineError> {
        while !self.queue.is_empty() {
            if self.journey.should_stop() {
                return Ok(false);
            }
            // Comments that may still be on their way are decided only after a later job without comments has ended.
            let in_doubt = self.queue.iter().any(|task| task.comment_in_doubt);
            let chunk: Vec<Task> = if in_doubt {
                let (doubtful, rest): (VecDeque<_>, VecDeque<_>) =
                    self.queue.drain(..).partition(|task| task.comment_in_doubt);
                self.queue = rest;
                doubtful.into()
            } else {
                let size = self.size.min(self.queue.len());
                self.queue.drain(..size).collect()
            };
            let flushed: Vec<Task> = if in_doubt { chunk.clone() } else { Vec::new() };
            let outcome = self.errand.push_chunk(chunk, !in_doubt).await?;
            if outcome.troubled {
                self.size = (self.size / 2).max(1);
            }
            let ended = outcome.ended;
            let again = self.take(outcome);
            if ended {
                self.send_comments(flushed);
            }
            self.isolate(again).await?;
        }
        Ok(!self.journey.stop.is_set())
    }

    /// Notes what a chunk decided; gives back what its job did not get to.
    fn take(&mut self, outcome: ChunkOutcome) -> Vec<Task> {
        let ChunkOutcome { records, again, troubled: _, refusal, ended: _ } = outcome;
        let failed = records.iter().filter(|(_, one)| one.outcome == Outcome::Rejected).count() as u64;
        let decided = records.len() as u64;
        self.journey.session.events.send(Event::Advanced { step: Step::Push, by: decided });
        self.records.extend(records);
        self.journey.tried(decided, failed);
        if let Some(error) = refusal {
            self.journey.refused(&error);
        }
        again
    }

    /// After the flush, comments that are not there are sent, alone.
    fn send_comments(&mut self, flushed: Vec<Task>) {
        for task in flushed {
            let record = self.records.get(&task.cell);
            let missing = record.is_some_and(|record| {
                record.outcome == Outcome::Written && record.comment == Some(CommentOutcome::Pending)
            });
            if missing {
                let base = record.and_then(|record| record.live.clone());
                self.queue.push_back(Task { sending: Sending::CommentOnly, base, comment_in_doubt: false, ..task });
            }
        }
    }

    /// A job that ended early stopped at some cell: the first one left is written alone, which says why; the others are
    /// sent again. If Canvas refuses even that one as not permitted, it refuses them all.
    async fn isolate(&mut self, again: Vec<Task>) -> Result<(), EngineError> {
        let mut again = again.into_iter();
        let Some(first) = again.next() else { return Ok(()) };
        if self.journey.should_stop() {
            return Ok(());
        }
        let assignment = first.assignment;
        let cell = first.cell;
        let outcome = self.errand.push_single(first).await?;
        self.take(outcome);
        let refused = self.records.get(&cell).filter(|record| record.outcome == Outcome::Rejected).cloned();
        let rest: Vec<Task> = again.collect();
        let of_assignment = |task: &&Task| task.assignment == assignment;
        match refused {
            // Canvas checks the assignment before the student (`canvas-contract §H5`, §H6): two refusals in a row of one
            // assignment are one reason for all of its cells.
            Some(record) if self.size == 1 => {
                let same: Vec<Task> = rest.iter().filter(of_assignment).cloned().collect();
                self.reject(&same, &record)?;
                self.queue.extend(rest.into_iter().filter(|task| task.assignment != assignment));
            }
            _ => {
                for task in rest.into_iter().rev() {
                    self.queue.push_front(task);
                }
            }
        }
        Ok(())
    }

    fn reject(&mut self, tasks: &[Task], like: &CellRecord) -> Result<(), EngineError> {
        let recorded: Vec<RecordedCell> = tasks
            .iter()
            .map(|task| RecordedCell {
                cell: task.cell,
                record: CellRecord { live: None, ..like.clone() },
                assignment: Some(task.assignment),
                user: Some(task.user),
                pushed: None,
                comment_sha256: None,
            })
            .collect();
        self.journal(&recorded)
    }

    /// The cells of columns that could not be created.
    fn reject_missing(&mut self, part: &CoursePart, columns: &Columns) -> Result<(), EngineError> {
        let recorded: Vec<RecordedCell> = part
            .writes()
            .filter_map(|(index, cell)| {
                let (outcome, why) = columns.missing.get(&cell.column)?;
                Some(RecordedCell {
                    cell: index,
                    record: CellRecord { reason: Some(why.clone()), ..record(*outcome) },
                    assignment: None,
                    user: part.student(cell).user,
                    pushed: None,
                    comment_sha256: None,
                })
            })
            .collect();
        self.journal(&recorded)
    }

    fn journal(&mut self, recorded: &[RecordedCell]) -> Result<(), EngineError> {
        if recorded.is_empty() {
            return Ok(());
        }
        let errand = &self.errand;
        let now = errand.session.clock.now();
        errand.session.store().record_cells(errand.run, errand.part, recorded, now)?;
        self.records.extend(recorded.iter().map(|one| (one.cell, one.record.clone())));
        self.journey.session.events.send(Event::Advanced { step: Step::Push, by: recorded.len() as u64 });
        Ok(())
    }

    fn counts(&self, part: &CoursePart) -> RunCounts {
        let mut counts = RunCounts::default();
        for (index, _) in part.writes() {
            counts.add(self.records.get(&index).map_or(Outcome::Pending, |record| record.outcome), 1);
        }
        counts
    }
}

/// Why a refusal ends the push.
pub(super) fn stop_reason(error: &CanvasError) -> StopReason {
    if ends_everything(error) {
        StopReason::Refused(error.to_string())
    } else {
        StopReason::Unavailable(error.to_string())
    }
}
