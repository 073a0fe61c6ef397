//! One chunk of one course: pre-check, intent on disk, request, job, read-back, records.

use std::collections::{HashMap, HashSet};
use std::time::Duration;

use super::jobs::{journaled, wait_for};
use super::settle::{Checked, JobEnd, Settled, check, pushed, record, settle};
use super::task::Task;
use crate::canvas::{CanvasError, GradeData, SubmissionChange, Writer};
use crate::domain::{
    AssignmentId, CellRecord, CommentOutcome, CourseId, LiveCell, Outcome, PlanKind, RunId, Sending, UserId,
    text_digest,
};
use crate::engine::grid::{Grid, With};
use crate::engine::trouble::{ends_everything, is_unavailable};
use crate::engine::{EngineError, Session};
use crate::store::{IntendedCell, RecordedCell};

/// What a chunk needs to know of its run.
pub(super) struct Errand<'a> {
    pub(super) session: &'a Session,
    pub(super) writer: &'a Writer,
    pub(super) run: RunId,
    pub(super) part: u32,
    pub(super) course: CourseId,
    pub(super) kind: &'a PlanKind,
    pub(super) token_user: UserId,
    pub(super) job_timeout: Duration,
}

/// What came of a chunk.
pub(super) struct ChunkOutcome {
    /// Cells decided, by outcome.
    pub(super) records: Vec<(u32, CellRecord)>,
    /// Cells that the job did not get to.
    pub(super) again: Vec<Task>,
    /// Whether the job failed or was slow, so that the next chunk should be smaller.
    pub(super) troubled: bool,
    /// Canvas gave up on us: nothing more can be sent.
    pub(super) refusal: Option<CanvasError>,
    /// Whether the job's end was seen.
    pub(super) ended: bool,
}

impl ChunkOutcome {
    fn new() -> Self {
        Self { records: Vec::new(), again: Vec::new(), troubled: false, refusal: None, ended: true }
    }
}

impl Errand<'_> {
    /// Pushes one chunk. An error of the store ends the run; what Canvas says is in the outcome.
    pub(super) async fn push_chunk(&self, tasks: Vec<Task>, with_comments: bool) -> Result<ChunkOutcome, EngineError> {
        let mut outcome = ChunkOutcome::new();
        let grid = match self.read(&tasks, false).await {
            Ok(grid) => grid,
            Err(error) => {
                outcome.refusal = Some(error);
                return Ok(outcome);
            }
        };
        let mut before: HashMap<u32, LiveCell> = HashMap::new();
        let mut sending = Vec::new();
        let mut settled = Vec::new();
        for task in tasks {
            let submission = grid.submission(task.assignment, task.user);
            match check(&task, submission, self.token_user) {
                Checked::Settled(record) => settled.push((task, *record)),
                Checked::Send => {
                    before.insert(task.cell, submission.map(crate::canvas::Submission::live_cell).unwrap_or_default());
                    sending.push(task);
                }
            }
        }
        self.journal(settled, &mut outcome)?;
        if sending.is_empty() {
            return Ok(outcome);
        }
        let end = match self.send(&sending, with_comments).await? {
            Sent::Job(end) => end,
            Sent::Refused(error) => {
                outcome.troubled = true;
                if ends_everything(&error) || is_unavailable(&error) {
                    // Not executed: the cells are pending again.
                    let pending = sending.into_iter().map(|task| (task, CellRecord::pending())).collect();
                    self.journal(pending, &mut outcome)?;
                    outcome.refusal = Some(error);
                } else {
                    outcome.again = sending;
                }
                return Ok(outcome);
            }
        };
        outcome.ended = matches!(end, JobEnd::Ended { .. });
        outcome.troubled = !matches!(end, JobEnd::Ended { state: crate::canvas::JobState::Completed, .. });
        self.read_back(sending, &before, &end, with_comments, &mut outcome).await?;
        Ok(outcome)
    }

    /// Intent, request, job.
    async fn send(&self, tasks: &[Task], with_comments: bool) -> Result<Sent, EngineError> {
        let mut data = GradeData::default();
        for task in tasks {
            data.insert(task.assignment, task.user, task.write(with_comments));
        }
        let intended: Vec<IntendedCell> = tasks.iter().map(|task| intended(task, with_comments)).collect();
        let now = self.session.clock.now();
        let job = self.session.store().record_intent(self.run, self.part, &intended, now)?;
        match self.writer.update_grades(self.course, &data).await {
            Ok(answer) => {
                let progress = answer.content.id;
                self.session.store().record_reply(
                    job,
                    progress,
                    answer.request_id.as_deref(),
                    self.session.clock.now(),
                )?;
                let end = match wait_for(self.session, progress, self.job_timeout).await {
                    Ok(end) => end,
                    // The token is gone: what the job did is for a later retry to see.
                    Err(_) => JobEnd::Lost,
                };
                if let Some((state, message)) = journaled(&end) {
                    self.session.store().record_job_end(job, state, message, self.session.clock.now())?;
                }
                Ok(Sent::Job(end))
            }
            Err(error) if error.outcome_unknown() => Ok(Sent::Job(JobEnd::Lost)),
            Err(error) => {
                self.session.store().record_refusal(job, &error.to_string(), self.session.clock.now())?;
                Ok(Sent::Refused(error))
            }
        }
    }

    /// Reads every sent cell back and classifies it.
    async fn read_back(
        &self,
        tasks: Vec<Task>,
        before: &HashMap<u32, LiveCell>,
        end: &JobEnd,
        with_comments: bool,
        outcome: &mut ChunkOutcome,
    ) -> Result<(), EngineError> {
        let grid = match self.read(&tasks, true).await {
            Ok(grid) => grid,
            Err(error) => {
                // Sent, and not read back: the journal says unknown already.
                outcome.records.extend(tasks.into_iter().map(|task| {
                    let comment = task.comment.map(|_| CommentOutcome::Unknown);
                    (task.cell, CellRecord { comment, ..record(Outcome::Unknown) })
                }));
                outcome.refusal = Some(error);
                return Ok(());
            }
        };
        let mut settled = Vec::new();
        for task in tasks {
            let read = grid.submission(task.assignment, task.user);
            match settle(&task, &before[&task.cell], read, end, with_comments, self.token_user) {
                Settled::Record(record) => settled.push((task, *record)),
                Settled::Again => outcome.again.push(task),
            }
        }
        self.journal(settled, outcome)
    }

    /// Writes one cell alone: the answer says why Canvas refuses it.
    pub(super) async fn push_single(&self, task: Task) -> Result<ChunkOutcome, EngineError> {
        let mut outcome = ChunkOutcome::new();
        let now = self.session.clock.now();
        let job = self.session.store().record_intent(self.run, self.part, &[intended(&task, true)], now)?;
        let change = SubmissionChange { cell: task.write(true), ..SubmissionChange::default() };
        let end = match self.writer.put_submission(self.course, task.assignment, task.user, &change).await {
            Ok(_) => JobEnd::Ended { state: crate::canvas::JobState::Completed, message: None },
            Err(error) if error.outcome_unknown() => JobEnd::Lost,
            Err(error) => {
                self.session.store().record_refusal(job, &error.to_string(), self.session.clock.now())?;
                if ends_everything(&error) || is_unavailable(&error) {
                    self.journal(vec![(task, CellRecord::pending())], &mut outcome)?;
                    outcome.refusal = Some(error);
                } else {
                    let said = error.server_message().map_or_else(|| error.to_string(), str::to_owned);
                    let request_id = error.context().and_then(|context| context.request_id.clone());
                    let reason = Some(format!("Canvas: {said}"));
                    let rejected = CellRecord { reason, request_id, ..record(Outcome::Rejected) };
                    self.journal(vec![(task, rejected)], &mut outcome)?;
                }
                return Ok(outcome);
            }
        };
        if let Some((state, message)) = journaled(&end) {
            self.session.store().record_job_end(job, state, message, self.session.clock.now())?;
        }
        let before = HashMap::from([(task.cell, task.base.clone().unwrap_or_default())]);
        self.read_back(vec![task], &before, &end, true, &mut outcome).await?;
        // A single write that was taken and is not there will not be there the next time either.
        for task in std::mem::take(&mut outcome.again) {
            let reason = Some("Canvas took the value, but shows another one".to_owned());
            self.journal(vec![(task, CellRecord { reason, ..record(Outcome::Rejected) })], &mut outcome)?;
        }
        Ok(outcome)
    }

    async fn read(&self, tasks: &[Task], after: bool) -> Result<Grid, CanvasError> {
        let assignments: HashSet<AssignmentId> = tasks.iter().map(|task| task.assignment).collect();
        let students: HashSet<UserId> = tasks.iter().map(|task| task.user).collect();
        let mut assignments: Vec<AssignmentId> = assignments.into_iter().collect();
        let mut students: Vec<UserId> = students.into_iter().collect();
        assignments.sort_unstable();
        students.sort_unstable();
        let with = With { comments: tasks.iter().any(|task| task.comment.is_some()), history: after };
        Grid::read(&self.session.client.reader(), self.course, &assignments, &students, with).await
    }

    /// Puts decided cells on disk, with what is now known to be ours.
    fn journal(&self, settled: Vec<(Task, CellRecord)>, outcome: &mut ChunkOutcome) -> Result<(), EngineError> {
        let recorded: Vec<RecordedCell> = settled
            .iter()
            .map(|(task, record)| RecordedCell {
                cell: task.cell,
                record: record.clone(),
                assignment: Some(task.assignment),
                user: Some(task.user),
                pushed: self.pushed(task, record),
                comment_sha256: task.comment.as_deref().map(text_digest),
            })
            .collect();
        if !recorded.is_empty() {
            let now = self.session.clock.now();
            self.session.store().record_cells(self.run, self.part, &recorded, now)?;
        }
        outcome.records.extend(settled.into_iter().map(|(task, record)| (task.cell, record)));
        Ok(())
    }

    /// A comment alone does not make the grade ours.
    fn pushed(&self, task: &Task, record: &CellRecord) -> Option<crate::domain::LastPushed> {
        if task.sending == Sending::CommentOnly {
            return None;
        }
        pushed(task, record, self.kind)
    }
}

fn intended(task: &Task, with_comments: bool) -> IntendedCell {
    let comment = task.comment.as_deref().filter(|_| with_comments);
    IntendedCell {
        cell: task.cell,
        assignment: task.assignment,
        user: task.user,
        comment_sha256: comment.map(text_digest),
    }
}

enum Sent {
    Job(JobEnd),
    Refused(CanvasError),
}
