//! Sends cells: the intent on disk first, then the request (design, promise 4).

use std::time::Duration;

use jiff::{SignedDuration, Timestamp};

use super::chunk::{ChunkEnd, Ended, Next, Outgoing, SendMode, Unread, sent, tasks};
use super::course::{CoursePush, CourseRun};
use super::prepare::Prepared;
use super::task::Task;
use crate::canvas::{CanvasError, GradeData, SubmissionChange};
use crate::domain::{CellKey, JobEnd, JobId, ProgressId, comment_digest};
use crate::engine::live::{Freshness, Halt, is_about_all};
use crate::store::{IntendedCell, JobState};

/// How far before the look the change log is read: its times are whole seconds, and a list may be some seconds behind.
const LOG_MARGIN: SignedDuration = SignedDuration::from_secs(5);

/// What became of a request.
pub(super) enum Answer<T> {
    /// Canvas took it.
    Taken(T),
    /// Nobody knows.
    Lost,
    /// It did not leave in time.
    Late(CanvasError),
    /// Canvas was away; nothing was done.
    Away,
    /// Canvas refused it, and says that nothing was done.
    Refused(CanvasError),
}

/// A job of Canvas that works on a chunk.
pub(super) struct Working {
    pub(super) job: JobId,
    pub(super) progress: ProgressId,
    pub(super) request_id: Option<String>,
    /// See [`Ended::since`].
    pub(super) since: Option<Timestamp>,
}

impl CoursePush<'_> {
    /// Looks at the first of these cells and writes it alone, the others being its group; reads it back. No job of the
    /// course may be open.
    pub(super) async fn push_first(&mut self, tasks: Vec<Task>) -> Result<ChunkEnd, Halt> {
        let Prepared { mut outgoing, settled, freshness, .. } = self.looks.prepare(tasks).await?;
        self.record(settled)?;
        if outgoing.is_empty() {
            return Ok(ChunkEnd::default());
        }
        let mut end = ChunkEnd::default();
        let answer = self.run.put(&outgoing, &freshness).await?;
        let ended = match answer {
            Answer::Taken(ended) => ended,
            // Canvas may have written the grade before it refused the rest (`canvas-contract §H9`).
            Answer::Refused(error) => Ended::refused(&outgoing[0], &error),
            Answer::Lost => return Ok(lost(outgoing)),
            Answer::Late(error) => return Ok(not_sent(outgoing, Next::Late(error))),
            Answer::Away => return Ok(not_sent(outgoing, Next::Look)),
        };
        let was_taken = ended.end.completed;
        // What became of the first one's group is looked at next.
        let group = super::chunk::tasks(outgoing.split_off(1));
        for read in self.read_back(Unread::new(outgoing, ended, SendMode::Alone)).await? {
            end.add(read);
        }
        // Canvas has written them, too, which lists may not show yet.
        let unseen = |task: Task| Task { unseen: true, ..if was_taken { task.after_sending() } else { task } };
        end.again.extend(group.into_iter().map(unseen));
        Ok(end)
    }
}

impl CourseRun<'_> {
    /// Intent, and the request for a job.
    pub(super) async fn post(&self, outgoing: &[Outgoing], freshness: &Freshness) -> Result<Answer<Working>, Halt> {
        let mut data = GradeData::default();
        for Outgoing { task, parts, .. } in sent(outgoing) {
            data.insert(task.cell.key.assignment, task.cell.key.user, task.write(*parts));
        }
        let job = self.intend(outgoing)?;
        let context = self.context;
        let writer = context.writer.only_while(freshness.clone().into_check());
        match context.remote.once(writer.update_grades(self.course, &data)).await? {
            Ok(answer) => {
                // The request may have waited for its turn: the look is as old as that by now.
                let since = answer.content.created_at.and_then(|taken_at| log_start(taken_at, freshness.age()));
                let session = context.session;
                let (progress, request_id) = (answer.content.id, answer.request_id);
                session.store().record_reply(job, progress, request_id.as_deref(), session.clock.now())?;
                Ok(Answer::Taken(Working { job, progress, request_id, since }))
            }
            Err(error) => self.unanswered(job, error).await,
        }
    }

    /// Intent, and the first cell alone.
    async fn put(&self, outgoing: &[Outgoing], freshness: &Freshness) -> Result<Answer<Ended>, Halt> {
        let Outgoing { task, parts, .. } = &outgoing[0];
        let CellKey { assignment, user } = task.cell.key;
        let change = SubmissionChange { cell: task.write(*parts), ..SubmissionChange::default() };
        let job = self.intend(outgoing)?;
        let context = self.context;
        let writer = context.writer.only_while(freshness.clone().into_check());
        match context.remote.once(writer.put_submission(self.course, assignment, user, &change)).await? {
            Ok(answer) => {
                let session = context.session;
                session.store().record_job_end(job, JobState::Completed, None, session.clock.now())?;
                let end = JobEnd { completed: true, ..JobEnd::default() };
                Ok(Answer::Taken(Ended { end, request_id: answer.request_id, since: None }))
            }
            Err(error) => self.unanswered(job, error).await,
        }
    }

    fn intend(&self, outgoing: &[Outgoing]) -> Result<JobId, Halt> {
        let intended: Vec<IntendedCell> = sent(outgoing).map(intended).collect();
        let session = self.context.session;
        let now = session.clock.now();
        Ok(session.store().record_intent(self.context.run, self.ordinal, &intended, now)?)
    }

    /// A lost answer leaves the job open in the journal. Everything else means that nothing was queued.
    async fn unanswered<T>(&self, job: JobId, error: CanvasError) -> Result<Answer<T>, Halt> {
        if error.outcome_unknown() {
            return Ok(Answer::Lost);
        }
        let context = self.context;
        let session = context.session;
        session.store().record_refusal(job, &error.to_string(), session.clock.now())?;
        if matches!(error, CanvasError::TooLate { .. }) {
            return Ok(Answer::Late(error));
        }
        if is_about_all(&error) {
            context.remote.wait_until_available(error).await?;
            return Ok(Answer::Away);
        }
        Ok(Answer::Refused(error))
    }
}

/// Cells whose request may have been carried out: they are looked at before anything else is done.
pub(super) fn lost(outgoing: Vec<Outgoing>) -> ChunkEnd {
    let sent = |task: Task| Task { unseen: true, ..task.after_sending() };
    let again = tasks(outgoing).into_iter().map(sent).collect();
    ChunkEnd { again, next: Next::Look, ..ChunkEnd::default() }
}

/// Cells whose request was not carried out.
pub(super) fn not_sent(outgoing: Vec<Outgoing>, next: Next) -> ChunkEnd {
    ChunkEnd { again: tasks(outgoing), next, ..ChunkEnd::default() }
}

fn intended(one: &Outgoing) -> IntendedCell {
    let Outgoing { task, parts, .. } = one;
    let comment = task.cell.comment.as_deref().filter(|_| parts.comment);
    let CellKey { assignment, user } = task.cell.key;
    IntendedCell { cell: task.index, assignment, user, comment_sha256: comment.map(comment_digest) }
}

/// From when on the change log tells what happened since a look that was this old when Canvas had taken the request.
fn log_start(taken_at: Timestamp, age: Duration) -> Option<Timestamp> {
    let age = SignedDuration::try_from(age).unwrap_or_default();
    taken_at.checked_sub(age + LOG_MARGIN).ok()
}
