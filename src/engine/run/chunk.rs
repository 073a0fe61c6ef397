//! One chunk of one course: pre-check, intent on disk, request, job, read-back, records.

use std::collections::HashMap;
use std::time::Duration;

use super::context::RunContext;
use super::groups::Groups;
use super::jobs::JobEnd;
use super::settle::{Checked, OwnIds, Settled, check, pushed, record, settle};
use super::task::Task;
use crate::canvas::{CanvasError, GradeData, JobState, Submission, SubmissionChange};
use crate::domain::{
    AssignmentId, CellRecord, CommentOutcome, CourseId, Entered, JobId, LiveCell, Outcome, ProgressId, UserId,
    comment_digest,
};
use crate::engine::EngineError;
use crate::engine::clock::younger_than;
use crate::engine::live::{Look, With};
use crate::engine::live::{ends_everything, is_unavailable};
use crate::store::{IntendedCell, JobState as Ended, RecordedCell};

/// How old the pre-check may be when the request leaves (design, promise 3).
const LOOK_LASTS: Duration = Duration::from_mins(1);

/// How much later a cell without a trace of its request is looked at once more.
const BEHIND_BY: Duration = Duration::from_secs(3);

/// One part of a run, and the course it is about.
pub(super) struct CourseRun<'a> {
    pub(super) context: &'a RunContext<'a>,
    pub(super) part: u32,
    pub(super) course: CourseId,
}

/// How to send cells.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum SendMode {
    /// In one request, by a job.
    Bulk,
    /// The only one, alone: the answer says why Canvas refuses it.
    Alone,
}

/// What came of a chunk: cells decided, and what is to be done about the others.
#[derive(Debug, Default)]
pub(super) struct ChunkOutcome {
    pub(super) records: Vec<(u32, CellRecord)>,
    /// Cells that are neither decided nor written.
    pub(super) again: Vec<Task>,
    /// Cells that the job passed over without a word, although it ended well: they are to be written alone.
    pub(super) passed_over: Vec<Task>,
    pub(super) next: Next,
}

/// How to go on.
#[derive(Debug, Default)]
pub(super) enum Next {
    /// As before.
    #[default]
    Same,
    /// With less: the job died half-way.
    Less,
    /// With less: Canvas refused the request as a whole.
    Refused,
    /// With less: the request could not leave while the pre-check was fresh.
    Late(CanvasError),
    /// After looking: the answer to the request was lost, so `again` may be written.
    Look,
    /// Canvas answers nobody.
    Away(CanvasError),
    /// Not in this course, not now: its job has not ended, or Ctrl-C.
    Leave,
}

impl CourseRun<'_> {
    /// Pushes one chunk. No earlier job of the course may be open. An error of the store ends the run; what Canvas says
    /// is in the outcome.
    pub(super) async fn push_chunk(&self, tasks: Vec<Task>, way: SendMode) -> Result<ChunkOutcome, EngineError> {
        let fresh = younger_than(LOOK_LASTS, &self.context.session.clock);
        let mut outcome = ChunkOutcome::default();
        let reader = self.context.session.client.reader();
        let groups = match self.context.stop.reply(Groups::of(&reader, self.course, &tasks)).await {
            Some(Ok(groups)) => groups,
            Some(Err(error)) => return Ok(ChunkOutcome { again: tasks, next: Next::Away(error), ..outcome }),
            None => return Ok(ChunkOutcome { next: Next::Leave, ..outcome }),
        };
        let history = tasks.iter().any(|task| task.sent_before);
        let look = match self.look(&tasks, &groups.cells(&tasks), history).await {
            Some(Ok(look)) => look,
            Some(Err(error)) => return Ok(ChunkOutcome { again: tasks, next: Next::Away(error), ..outcome }),
            None => return Ok(ChunkOutcome { next: Next::Leave, ..outcome }),
        };
        let (mut sending, mut settled, mut before) = (Vec::<Task>::new(), Vec::new(), HashMap::new());
        for task in tasks {
            if let Some(why) = look.refused.get(&task.assignment) {
                settled.push(unreadable(task, why));
                continue;
            }
            let submission = look.grid.submission(task.assignment, task.user);
            match check(&task, submission, self.us()) {
                Checked::Settled(record) => settled.push((task, *record)),
                Checked::Send(task) => {
                    before.insert(task.cell, seen(&task, submission));
                    sending.push(*task);
                }
            }
        }
        groups.hold(&mut sending, &mut settled, &look.grid, &before);
        self.journal(settled, &mut outcome)?;
        if sending.is_empty() {
            return Ok(outcome);
        }
        let sent = match way {
            SendMode::Bulk => self.send(&sending, fresh).await?,
            SendMode::Alone => self.put(&sending, fresh).await?,
        };
        match sent {
            Sent::Ended(end, request_id) => {
                for task in &mut sending {
                    task.sent_before = true;
                    task.request_id.clone_from(&request_id);
                }
                // What became of the first one's group is looked at next.
                let group = if way == SendMode::Alone { sending.split_off(1) } else { Vec::new() };
                self.read_back(sending, &before, &end, way, &mut outcome).await?;
                outcome.again.extend(group);
            }
            Sent::Open => outcome.next = Next::Leave,
            Sent::Lost => {
                for task in &mut sending {
                    task.sent_before = true;
                }
                outcome.again = sending;
                outcome.next = Next::Look;
            }
            Sent::Late(error) => {
                outcome.again = sending;
                outcome.next = Next::Late(error);
            }
            Sent::Refused(error) if ends_everything(&error) || is_unavailable(&error) => {
                outcome.again = sending;
                outcome.next = Next::Away(error);
            }
            Sent::Refused(_) if way == SendMode::Bulk => {
                outcome.again = sending;
                outcome.next = Next::Refused;
            }
            Sent::Refused(error) => {
                let said = error.server_message().map_or_else(|| error.to_string(), str::to_owned);
                let request_id = error.context().and_then(|context| context.request_id.clone());
                let rejected =
                    CellRecord { reason: Some(format!("Canvas: {said}")), request_id, ..record(Outcome::Rejected) };
                outcome.again = sending.split_off(1);
                let settled = sending.into_iter().map(|task| (task, rejected.clone())).collect();
                self.journal(settled, &mut outcome)?;
            }
        }
        Ok(outcome)
    }

    /// Intent, request, job.
    async fn send(
        &self,
        tasks: &[Task],
        fresh: impl Fn() -> bool + Send + Sync + 'static,
    ) -> Result<Sent, EngineError> {
        let mut data = GradeData::default();
        for task in tasks {
            data.insert(task.assignment, task.user, task.write());
        }
        let job = self.intend(tasks)?;
        let context = self.context;
        let writer = context.writer.only_while(fresh);
        match context.stop.reply(writer.update_grades(self.course, &data)).await {
            Some(Ok(answer)) => self.follow(job, answer.content.id, answer.request_id).await,
            Some(Err(error)) => self.unanswered(job, error),
            None => Ok(Sent::Open),
        }
    }

    /// Intent, and the first cell alone; the others are those of its group, which Canvas writes with it.
    async fn put(&self, tasks: &[Task], fresh: impl Fn() -> bool + Send + Sync + 'static) -> Result<Sent, EngineError> {
        let task = &tasks[0];
        let change = SubmissionChange { cell: task.write(), ..SubmissionChange::default() };
        let job = self.intend(tasks)?;
        let RunContext { session, stop, .. } = self.context;
        let writer = self.context.writer.only_while(fresh);
        match stop.reply(writer.put_submission(self.course, task.assignment, task.user, &change)).await {
            Some(Ok(answer)) => {
                session.store().record_job_end(job, Ended::Completed, None, session.clock.now())?;
                Ok(Sent::Ended(JobEnd { state: JobState::Completed, message: None }, answer.request_id))
            }
            Some(Err(error)) => self.unanswered(job, error),
            None => Ok(Sent::Open),
        }
    }

    fn intend(&self, tasks: &[Task]) -> Result<JobId, EngineError> {
        let intended: Vec<IntendedCell> = tasks.iter().map(intended).collect();
        let session = self.context.session;
        Ok(session.store().record_intent(self.context.run, self.part, &intended, session.clock.now())?)
    }

    /// Canvas made a job of the request: its end says when to look.
    async fn follow(&self, job: JobId, progress: ProgressId, request_id: Option<String>) -> Result<Sent, EngineError> {
        let session = self.context.session;
        session.store().record_reply(job, progress, request_id.as_deref(), session.clock.now())?;
        Ok(self.see_end(job, progress).await?.map_or(Sent::Open, |end| Sent::Ended(end, request_id)))
    }

    /// A lost answer leaves the job open in the journal. Everything else means that nothing was done.
    fn unanswered(&self, job: JobId, error: CanvasError) -> Result<Sent, EngineError> {
        if error.outcome_unknown() {
            return Ok(Sent::Lost);
        }
        let session = self.context.session;
        session.store().record_refusal(job, &error.to_string(), session.clock.now())?;
        Ok(match error {
            CanvasError::TooLate { .. } => Sent::Late(error),
            error => Sent::Refused(error),
        })
    }

    /// Reads every sent cell back and classifies it. A cell that shows no trace of its request is looked at twice: a
    /// Canvas that reads from a copy of its database may be a moment behind.
    async fn read_back(
        &self,
        tasks: Vec<Task>,
        before: &HashMap<u32, LiveCell>,
        end: &JobEnd,
        way: SendMode,
        outcome: &mut ChunkOutcome,
    ) -> Result<(), EngineError> {
        let (mut settled, mut left, mut is_second) = (Vec::new(), tasks, false);
        loop {
            // Until it is read back, the journal says unknown.
            let look = match self.look(&left, &[], true).await {
                Some(Ok(look)) => look,
                Some(Err(error)) => {
                    outcome.again.extend(left);
                    outcome.next = Next::Away(error);
                    break;
                }
                None => {
                    outcome.next = Next::Leave;
                    break;
                }
            };
            let (mut again, mut passed_over, mut traceless) = (Vec::new(), Vec::new(), Vec::new());
            for mut task in left {
                if let Some(why) = look.refused.get(&task.assignment) {
                    settled.push(unreadable(task, why));
                    continue;
                }
                let read = look.grid.submission(task.assignment, task.user);
                match settle(&task, &before[&task.cell], read, end, self.us()) {
                    Settled::Record(record) => settled.push((task, *record)),
                    Settled::PassedOver(_) if !is_second => traceless.push(task),
                    Settled::PassedOver(record) if way == SendMode::Alone => settled.push((task, *record)),
                    Settled::PassedOver(_) => {
                        // Canvas says that it did it, so its comment is not sent again.
                        task.comment_in_doubt |= task.comment.is_some() && task.comment_open;
                        passed_over.push(task);
                    }
                    Settled::Again if !is_second && task.comment.is_some() && task.comment_open => traceless.push(task),
                    Settled::Again => again.push(task),
                }
            }
            self.not_written(&again, &look)?;
            self.not_written(&passed_over, &look)?;
            outcome.again.extend(again);
            outcome.passed_over.extend(passed_over);
            if traceless.is_empty() {
                break;
            }
            left = traceless;
            is_second = true;
            if !self.context.stop.sleep(BEHIND_BY).await {
                outcome.next = Next::Leave;
                break;
            }
        }
        if end.state != JobState::Completed && !outcome.again.is_empty() && matches!(outcome.next, Next::Same) {
            outcome.next = Next::Less;
        }
        self.journal(settled, outcome)
    }

    /// The job has ended without these: they are not in doubt any more.
    fn not_written(&self, tasks: &[Task], look: &Look) -> Result<(), EngineError> {
        let holds =
            |task: &Task| look.grid.cell(task.assignment, task.user).is_some_and(|live| task.wanted.holds_in(&live));
        let pending: Vec<(Task, CellRecord)> = tasks
            .iter()
            .filter(|task| !holds(task))
            .map(|task| {
                let outcome = if task.comment_in_doubt { CommentOutcome::Unknown } else { CommentOutcome::Pending };
                let comment = task.comment.as_ref().map(|_| outcome);
                (task.clone(), CellRecord { comment, ..CellRecord::pending() })
            })
            .collect();
        self.journal(pending, &mut ChunkOutcome::default())
    }

    /// The cells of the tasks and these others as they are now; `None` after Ctrl-C.
    pub(super) async fn look(
        &self,
        tasks: &[Task],
        others: &[(AssignmentId, UserId)],
        history: bool,
    ) -> Option<Result<Look, CanvasError>> {
        let mut cells: Vec<(AssignmentId, UserId)> = tasks.iter().map(|task| (task.assignment, task.user)).collect();
        cells.extend(others);
        cells.sort_unstable();
        cells.dedup();
        let with = With { comments: tasks.iter().any(|task| task.comment.is_some()), history };
        let reader = self.context.session.client.reader();
        self.context.stop.reply(Look::at(&reader, self.course, &cells, with)).await
    }

    pub(super) fn us(&self) -> OwnIds<'_> {
        OwnIds { writers: &self.context.writers, commenters: &self.context.commenters }
    }

    /// Puts decided cells on disk, with what is now known to be ours.
    pub(super) fn journal(
        &self,
        settled: Vec<(Task, CellRecord)>,
        outcome: &mut ChunkOutcome,
    ) -> Result<(), EngineError> {
        if settled.is_empty() {
            return Ok(());
        }
        let RunContext { session, run, kind, .. } = self.context;
        let recorded: Vec<RecordedCell> = settled
            .iter()
            .map(|(task, record)| RecordedCell {
                cell: task.cell,
                record: record.clone(),
                assignment: Some(task.assignment),
                user: Some(task.user),
                pushed: pushed(task, record, kind),
                comment_sha256: task.comment.as_deref().map(comment_digest),
            })
            .collect();
        session.store().record_cells(*run, self.part, &recorded, session.clock.now())?;
        outcome.records.extend(settled.into_iter().map(|(task, record)| (task.cell, record)));
        Ok(())
    }
}

/// What we had seen of a cell when it was first decided to send it.
fn seen(task: &Task, submission: Option<&Submission>) -> LiveCell {
    let live = submission.map(Submission::live_cell);
    match &task.base {
        Some(base) if task.sent_before => base.clone(),
        // A cell of a column that the run created was as empty as it still is.
        None if task.sent_before => live.filter(|live| live.entered == Entered::Empty).unwrap_or_default(),
        base => live.or_else(|| base.clone()).unwrap_or_default(),
    }
}

/// A cell of a column that Canvas does not show any more: unpublished, deleted, or not for this token.
pub(super) fn unreadable(task: Task, why: &str) -> (Task, CellRecord) {
    let outcome = if task.sent_before { Outcome::Unknown } else { Outcome::Rejected };
    let comment = task.comment.as_ref().map(|_| match outcome {
        Outcome::Unknown => CommentOutcome::Unknown,
        _ => CommentOutcome::Pending,
    });
    let reason = Some(format!("the column cannot be read: {why}"));
    let record = CellRecord { comment, reason, request_id: task.request_id.clone(), ..record(outcome) };
    (task, record)
}

fn intended(task: &Task) -> IntendedCell {
    let comment = task.comment.as_deref().filter(|_| task.comment_open);
    IntendedCell {
        cell: task.cell,
        assignment: task.assignment,
        user: task.user,
        comment_sha256: comment.map(comment_digest),
    }
}

/// What became of a request.
enum Sent {
    /// Its job has ended.
    Ended(JobEnd, Option<String>),
    /// Its job has not, or nobody waited for it.
    Open,
    /// Nobody knows.
    Lost,
    /// It did not leave in time.
    Late(CanvasError),
    /// Nothing was done.
    Refused(CanvasError),
}
