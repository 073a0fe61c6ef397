//! Chunks and their jobs: intent is on disk before a request leaves (design, promise 4).

use std::collections::HashSet;

use jiff::Timestamp;
use rusqlite::{OptionalExtension, Row, Transaction, params};
use serde::{Deserialize, Serialize};

use super::cache_read::{each, list};
use super::columns::{Instant, Packed, Word, comment_code, outcome_code};
use super::record_totals::keep_totals;
use super::run::place;
use super::{Store, StoreError};
use crate::domain::{
    AssignmentId, CanvasHost, CellIndex, CommentOutcome, CourseId, JobId, Outcome, PartIndex, ProgressId, RunId, UserId,
};

/// A cell of a chunk, with what it is in Canvas.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct IntendedCell {
    /// Its place in the part's cells.
    pub cell: CellIndex,
    /// The assignment; created ones have their id by now.
    pub assignment: AssignmentId,
    /// The student.
    pub user: UserId,
    /// The comment that is sent with it, as lower-case hex SHA-256 of its text; `None` if none is sent.
    pub comment_sha256: Option<String>,
}

/// How a job ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum JobState {
    /// Canvas says completed, which says nothing of its cells.
    Completed,
    /// Canvas says failed; some of its cells may be written.
    Failed,
    /// Somebody cancelled it in Canvas.
    Cancelled,
    /// Canvas refused the request: nothing was queued.
    Refused,
    /// The reply was lost, and what became of its cells was decided without it.
    Lost,
    /// A person gave it up.
    Abandoned,
}

/// The end of a job.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct JobEnd {
    /// How.
    pub state: JobState,
    /// What Canvas said, if anything.
    pub message: Option<String>,
    /// When it was known.
    pub at: Timestamp,
}

/// A chunk that was about to be sent, or was.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Job {
    /// Its id in this store.
    pub id: JobId,
    /// The run it belongs to.
    pub run: RunId,
    /// The plan's part.
    pub part: PartIndex,
    /// The course.
    pub course: CourseId,
    /// What it writes.
    pub cells: Vec<IntendedCell>,
    /// When its request was about to leave.
    pub sent_at: Timestamp,
    /// Canvas's job; `None` while the reply is not here, or was lost.
    pub progress: Option<ProgressId>,
    /// Canvas's request-context id.
    pub request_id: Option<String>,
    /// How it ended; `None` while it may still write.
    pub end: Option<JobEnd>,
}

impl Job {
    /// Whether comments went with it: Canvas appends them, so a lost reply leaves them undecided for longer.
    pub fn has_comments(&self) -> bool {
        self.cells.iter().any(|cell| cell.comment_sha256.is_some())
    }
}

const JOBS: &str =
    "SELECT id, run, part, course, cells, sent_at, progress, request_id, state, message, ended_at FROM job";

impl Store {
    /// Journals a chunk, durably, before its request leaves: until its outcome is recorded every cell of it, and every
    /// comment, is unknown. Canvas may hold anything from here on.
    pub fn record_intent(
        &self,
        run: RunId,
        part: PartIndex,
        cells: &[IntendedCell],
        now: Timestamp,
    ) -> Result<JobId, StoreError> {
        self.write(|transaction| {
            let place = place(transaction, run, part)?;
            transaction.execute(
                "INSERT INTO job (run, part, host, course, cells, sent_at) VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
                params![run.0, part, place.host, place.course.0, Packed(cells), Instant(now)],
            )?;
            let job = JobId(transaction.last_insert_rowid());
            let (unknown, asked) = (outcome_code(Outcome::Unknown), comment_code(CommentOutcome::Unknown));
            keep_totals(transaction, (run, part), cells.iter().map(|one| one.cell), false, || {
                let mut record = transaction.prepare_cached(
                    "INSERT INTO record VALUES (?1, ?2, ?3, ?4, ?5, NULL)
                     ON CONFLICT DO UPDATE SET outcome = ?4, comment = coalesce(?5, comment), details = NULL",
                )?;
                let mut comment = transaction.prepare_cached(
                    "INSERT INTO comment VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)
                     ON CONFLICT DO UPDATE SET outcome = ?6, run = ?7, at = ?8",
                )?;
                for IntendedCell { cell, assignment, user, comment_sha256 } in cells {
                    record.execute(params![run.0, part, cell, unknown, comment_sha256.as_ref().map(|_| asked)])?;
                    if let Some(sha256) = comment_sha256 {
                        let (host, course) = (place.host, place.course.0);
                        let (now, assignment) = (Instant(now), assignment.0);
                        comment.execute(params![host, course, assignment, user.0, sha256, asked, run.0, now])?;
                    }
                }
                Ok(())
            })?;
            Ok(job)
        })
    }

    /// Journals Canvas's reply: the job that will write the chunk.
    pub fn record_reply(
        &self,
        job: JobId,
        progress: ProgressId,
        request_id: Option<&str>,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        self.write(|transaction| {
            let update = "UPDATE job SET progress = ?2, request_id = ?3, replied_at = ?4 WHERE id = ?1";
            match transaction.execute(update, params![job.0, progress.0, request_id, Instant(now)])? {
                0 => Err(StoreError::missing("job", job)),
                _ => Ok(()),
            }
        })
    }

    /// Journals that Canvas refused the request and queued nothing: its cells and comments are as if never sent.
    pub fn record_refusal(&self, job: JobId, message: &str, now: Timestamp) -> Result<(), StoreError> {
        self.write(|transaction| {
            let refused = find(transaction, job)?;
            end(transaction, job, JobState::Refused, Some(message), now)?;
            let place = place(transaction, refused.run, refused.part)?;
            let cells = refused.cells.iter().map(|one| one.cell);
            keep_totals(transaction, (refused.run, refused.part), cells, false, || {
                let mut record = transaction.prepare_cached(
                    "UPDATE record SET outcome = ?4, comment = CASE WHEN ?5 THEN ?6 ELSE comment END
                     WHERE run = ?1 AND part = ?2 AND cell = ?3 AND outcome = ?7",
                )?;
                let mut comment = transaction.prepare_cached(
                    "DELETE FROM comment WHERE host = ?1 AND course = ?2 AND assignment = ?3 AND user = ?4
                        AND sha256 = ?5 AND outcome = ?6",
                )?;
                let (pending, unknown) = (outcome_code(Outcome::Pending), outcome_code(Outcome::Unknown));
                for IntendedCell { cell, assignment, user, comment_sha256 } in &refused.cells {
                    let unsent = comment_code(CommentOutcome::Pending);
                    let asked = comment_sha256.is_some();
                    record.execute(params![refused.run.0, refused.part, cell, pending, asked, unsent, unknown])?;
                    if let Some(sha256) = comment_sha256 {
                        let asked = comment_code(CommentOutcome::Unknown);
                        comment.execute(params![place.host, place.course.0, assignment.0, user.0, sha256, asked])?;
                    }
                }
                Ok(())
            })
        })
    }

    /// Journals how a job ended. Its cells stay as they are until they are read and recorded.
    pub fn record_job_end(
        &self,
        job: JobId,
        state: JobState,
        message: Option<&str>,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        self.write(|transaction| end(transaction, job, state, message, now))
    }

    /// The jobs of a host that may still write, of every run, oldest first.
    pub fn open_jobs(&self, host: &CanvasHost) -> Result<Vec<Job>, StoreError> {
        let select = format!("{JOBS} WHERE state IS NULL AND host = (SELECT id FROM host WHERE name = ?1) ORDER BY id");
        list(&self.connection(), &select, [host.as_str()], job)
    }

    /// The jobs of a run, oldest first.
    pub fn jobs(&self, run: RunId) -> Result<Vec<Job>, StoreError> {
        list(&self.connection(), &format!("{JOBS} WHERE run = ?1 ORDER BY id"), [run.0], job)
    }

    /// The jobs of a run that may still write, oldest first.
    pub fn open_jobs_of(&self, run: RunId) -> Result<Vec<Job>, StoreError> {
        list(&self.connection(), &format!("{JOBS} WHERE run = ?1 AND state IS NULL ORDER BY id"), [run.0], job)
    }

    /// The jobs of a run in the course of one of its parts, oldest first.
    pub fn jobs_beside(&self, run: RunId, part: PartIndex) -> Result<Vec<Job>, StoreError> {
        let select = format!(
            "{JOBS} WHERE run = ?1 AND course = (SELECT course FROM part
                WHERE plan = (SELECT plan FROM run WHERE id = ?1) AND ordinal = ?2) ORDER BY id"
        );
        list(&self.connection(), &select, params![run.0, part], job)
    }

    /// A job, such as `--abandon-job` names.
    pub fn job(&self, id: JobId) -> Result<Job, StoreError> {
        find(&self.connection(), id)
    }

    /// The cells that open jobs may still write: they may be in no new plan.
    pub fn cells_outstanding(
        &self,
        host: &CanvasHost,
    ) -> Result<HashSet<(CourseId, AssignmentId, UserId)>, StoreError> {
        let mut cells = HashSet::new();
        let select = format!("{JOBS} WHERE state IS NULL AND host = (SELECT id FROM host WHERE name = ?1)");
        each(&self.connection(), &select, [host.as_str()], |row| {
            let job = job(row)?;
            cells.extend(job.cells.iter().map(|cell| (job.course, cell.assignment, cell.user)));
            Ok(())
        })?;
        Ok(cells)
    }
}

fn find(connection: &rusqlite::Connection, id: JobId) -> Result<Job, StoreError> {
    let mut select = connection.prepare_cached(&format!("{JOBS} WHERE id = ?1"))?;
    select.query_row([id.0], job).optional()?.ok_or_else(|| StoreError::missing("job", id))
}

fn end(
    transaction: &Transaction<'_>,
    job: JobId,
    state: JobState,
    message: Option<&str>,
    now: Timestamp,
) -> Result<(), StoreError> {
    let update = "UPDATE job SET state = ?2, message = ?3, ended_at = ?4 WHERE id = ?1";
    match transaction.execute(update, params![job.0, Word(state), message, Instant(now)])? {
        0 => Err(StoreError::missing("job", job)),
        _ => Ok(()),
    }
}

fn job(row: &Row<'_>) -> rusqlite::Result<Job> {
    let state = row.get::<_, Option<Word<JobState>>>(8)?;
    let ended_at = row.get::<_, Option<Instant>>(10)?;
    let message = row.get(9)?;
    Ok(Job {
        id: JobId(row.get(0)?),
        run: RunId(row.get(1)?),
        part: row.get(2)?,
        course: CourseId(row.get(3)?),
        cells: row.get::<_, Packed<_>>(4)?.0,
        sent_at: row.get::<_, Instant>(5)?.0,
        progress: row.get::<_, Option<_>>(6)?.map(ProgressId),
        request_id: row.get(7)?,
        end: state.zip(ended_at).map(|(state, at)| JobEnd { state: state.0, message, at: at.0 }),
    })
}
