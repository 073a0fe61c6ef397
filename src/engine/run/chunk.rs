//! One chunk of one course: look, intent on disk, request, job, read-back, records.

use std::collections::BTreeSet;
use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use tokio::time::Instant;

use super::course::CoursePush;
use super::groups::Groups;
use super::outgoing::Outgoing;
use super::queue::columns;
use super::task::Task;
use crate::canvas::{CanvasError, GradeData, SubmissionChange};
use crate::domain::{
    Before, CellKey, CellRecord, JobEnd, JobId, LiveCell, Outcome, Seen, ToSend, before_write, comment_digest,
    needs_change_log, unreadable,
};
use crate::engine::live::{Changes, Freshness, Halt, Look, Span, With, is_about_all};
use crate::store::{IntendedCell, JobState};

/// How long the rows of a new column may take (`canvas-contract §I1`): until then lists refuse it.
const ROWS_WITHIN: Duration = Duration::from_mins(1);

/// The pause between two looks for them.
const ROWS_EVERY: Duration = Duration::from_secs(1);

/// How far before the look the change log is read: its times are whole seconds, and a list may be some seconds behind.
const LOG_MARGIN: SignedDuration = SignedDuration::from_secs(5);

/// How to send cells.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum SendMode {
    /// In one request, by a job.
    Bulk,
    /// The first one alone: the answer says why Canvas refuses it. The others are its group, which Canvas writes with it.
    Alone,
}

/// What is left to do after a chunk.
#[derive(Debug, Default)]
pub(super) struct ChunkEnd {
    /// Cells that are neither decided nor written.
    pub(super) again: Vec<Task>,
    /// Cells that the job passed over without a word, although it ended well: they are to be written alone.
    pub(super) alone: Vec<Task>,
    pub(super) next: Next,
}

/// How to go on.
#[derive(Debug, Default)]
pub(super) enum Next {
    /// As before.
    #[default]
    Same,
    /// With less: the job died half-way.
    Died,
    /// With less: Canvas refused the request as a whole.
    Refused,
    /// With less: the request could not leave while the pre-check was fresh.
    Late(CanvasError),
    /// After looking: the answer to the request was lost, or Canvas was away.
    Look,
}

/// What became of a request.
enum Answer {
    /// Its job has ended, or it was carried out at once.
    Ended(Ended),
    /// Nobody knows.
    Lost,
    /// It did not leave in time.
    Late(CanvasError),
    /// Canvas was away; nothing was done.
    Away,
    /// Canvas refused it, and says that nothing was done.
    Refused(CanvasError),
}

/// How a request ended.
pub(super) struct Ended {
    pub(super) end: JobEnd,
    pub(super) request_id: Option<String>,
    /// From when on the change log tells what happened since the look, by Canvas's clock; `None` where Canvas gave no
    /// time.
    since: Option<Timestamp>,
}

/// What was seen right before a chunk.
struct PreCheck {
    look: Look,
    groups: Groups,
    changes: Changes,
    freshness: Freshness,
}

impl CoursePush<'_> {
    /// Pushes one chunk. No earlier job of the course may be open.
    pub(super) async fn push_chunk(&mut self, tasks: Vec<Task>, mode: SendMode) -> Result<ChunkEnd, Halt> {
        let seen = self.pre_check(&tasks).await?;
        for task in &tasks {
            self.unseen.remove(&task.index);
        }
        let (mut outgoing, mut settled) = (Vec::new(), Vec::new());
        let context = self.run.context;
        for task in tasks {
            if let Some(why) = seen.look.refused.get(&task.assignment()) {
                let record = unreadable(&task.cell, why);
                settled.push((task, record));
                continue;
            }
            let before = seen.look.seen(&task.cell, context.own());
            match before_write(&task.cell, before.as_ref(), seen.changes.of(task.cell.key), context.own()) {
                Before::Done(record) => settled.push((task, *record)),
                Before::Send(parts) => outgoing.push(Outgoing { task, parts, before: before.unwrap_or_default() }),
            }
        }
        seen.groups.hold(&mut outgoing, &mut settled, &seen.look.grid);
        read_back_with_group(&mut outgoing, &mut settled);
        self.record(settled)?;
        if outgoing.is_empty() {
            return Ok(ChunkEnd::default());
        }
        self.send(outgoing, &seen.freshness, mode).await
    }

    /// Looks at the cells, at everybody whose cell is written with theirs, and where it decides, at the change log. Lists
    /// refuse a column that was just made, so that is waited for.
    async fn pre_check(&self, tasks: &[Task]) -> Result<PreCheck, Halt> {
        let remote = &self.run.context.remote;
        let course = self.run.course;
        let with = With { comments: tasks.iter().any(|task| task.cell.comment.is_some()) };
        loop {
            let (look, groups, freshness) = remote
                .ask_or_halt(async |reader| {
                    let freshness = remote.freshness();
                    let groups = Groups::of(reader, course, tasks).await?;
                    let mut cells: Vec<CellKey> = tasks.iter().map(|task| task.cell.key).collect();
                    cells.extend(groups.cells(tasks));
                    Ok((Look::at(reader, course, &cells, with).await?, groups, freshness))
                })
                .await?;
            let is_young = look.refused.keys().any(|column| self.is_created(*column));
            if is_young && self.began.elapsed() < ROWS_WITHIN {
                remote.wait(ROWS_EVERY, "until Canvas shows the new columns").await?;
                continue;
            }
            let look = self.look_past_lists(tasks, look, with).await?;
            let own = self.run.context.own();
            let in_question =
                tasks.iter().filter(|task| needs_change_log(&task.cell, look.seen(&task.cell, own).as_ref()));
            let span = Span::Columns(in_question.map(Task::assignment).collect());
            let changes = Changes::read(remote, course, &span).await?;
            return Ok(PreCheck { look, groups, changes, freshness });
        }
    }

    /// Looks once more at cells that were sent, were not looked at since, and show nothing of it, and at those that look
    /// older than the plan has seen them: lists may come from a copy of the database that is behind. What is not seen would
    /// be sent again, comments and all.
    pub(super) async fn look_past_lists(&self, tasks: &[Task], mut look: Look, with: With) -> Result<Look, Halt> {
        let (course, remote) = (self.run.course, &self.run.context.remote);
        let is_traceless = |task: &&Task| {
            let seen = look.seen(&task.cell, self.run.context.own());
            let holds = seen.as_ref().is_some_and(|seen| task.cell.wanted.holds_in(&seen.live));
            let lacks_comment = task.cell.comment.is_some() && seen.is_none_or(|seen| seen.our_comments == 0);
            self.unseen.contains(&task.index) && (!holds || lacks_comment)
        };
        // Graded earlier than the plan has seen it.
        let is_behind = |task: &&Task| {
            let seen = look.seen(&task.cell, self.run.context.own());
            let earlier = |(base, seen): (&LiveCell, Seen)| seen.live.graded_at < base.graded_at;
            task.cell.base.as_deref().zip(seen).is_some_and(earlier)
        };
        let in_question = tasks.iter().filter(|task| is_traceless(task) || is_behind(task));
        let cells: Vec<CellKey> = in_question.map(|task| task.cell.key).collect();
        if cells.is_empty() {
            return Ok(look);
        }
        let again = remote.ask_or_halt(async |reader| Look::again(reader, course, &cells, with).await).await?;
        look.grid.add(again.grid);
        Ok(look)
    }

    /// Sends cells, waits for the end, and reads them back.
    async fn send(
        &mut self,
        mut outgoing: Vec<Outgoing>,
        freshness: &Freshness,
        mode: SendMode,
    ) -> Result<ChunkEnd, Halt> {
        let began = Instant::now();
        let answer = match mode {
            SendMode::Bulk => self.send_bulk(&outgoing, freshness).await?,
            SendMode::Alone => self.send_alone(&outgoing, freshness).await?,
        };
        let again = |outgoing: Vec<Outgoing>| outgoing.into_iter().map(|one| one.task).collect::<Vec<Task>>();
        match answer {
            Answer::Ended(ended) => {
                if mode == SendMode::Bulk && ended.end.completed {
                    self.queue.size.ended(sent(&outgoing).count(), began.elapsed());
                }
                // What became of the first one's group is looked at next.
                let group = if mode == SendMode::Alone { outgoing.split_off(1) } else { Vec::new() };
                let span = span(&outgoing, ended.since);
                let mut end = self.read_back(outgoing, &ended, &span, mode).await?;
                end.again.extend(again(group).into_iter().map(Task::after_sending));
                Ok(end)
            }
            Answer::Lost => {
                self.unseen.extend(outgoing.iter().map(|one| one.task.index));
                let again = again(outgoing).into_iter().map(Task::after_sending).collect();
                Ok(ChunkEnd { again, next: Next::Look, ..ChunkEnd::default() })
            }
            Answer::Late(error) => {
                Ok(ChunkEnd { again: again(outgoing), next: Next::Late(error), ..ChunkEnd::default() })
            }
            Answer::Away => Ok(ChunkEnd { again: again(outgoing), next: Next::Look, ..ChunkEnd::default() }),
            Answer::Refused(_) if mode == SendMode::Bulk => {
                Ok(ChunkEnd { again: again(outgoing), next: Next::Refused, ..ChunkEnd::default() })
            }
            Answer::Refused(error) => {
                // Canvas may have written the grade before it refused the rest (`canvas-contract §H9`).
                let group = outgoing.split_off(1);
                let ended = refused(&outgoing[0], &error);
                let span = span(&outgoing, None);
                let mut end = self.read_back(outgoing, &ended, &span, mode).await?;
                end.again.extend(again(group));
                Ok(end)
            }
        }
    }

    /// Intent, request, job.
    async fn send_bulk(&mut self, outgoing: &[Outgoing], freshness: &Freshness) -> Result<Answer, Halt> {
        let mut data = GradeData::default();
        for Outgoing { task, parts, .. } in sent(outgoing) {
            data.insert(task.cell.key.assignment, task.cell.key.user, task.write(*parts));
        }
        let job = self.intend(outgoing)?;
        let context = self.run.context;
        let writer = context.writer.only_while(freshness.clone().into_check());
        match context.remote.once(writer.update_grades(self.run.course, &data)).await? {
            Ok(answer) => {
                // The request may have waited for its turn: the look is as old as that by now.
                let since = answer.content.created_at.and_then(|taken_at| log_start(taken_at, freshness.age()));
                let session = context.session;
                let (progress, request_id) = (answer.content.id, answer.request_id);
                session.store().record_reply(job, progress, request_id.as_deref(), session.clock.now())?;
                let expected = self.queue.size.expected(sent(outgoing).count());
                let end = self.run.see_end(job, progress, expected).await?.end();
                Ok(Answer::Ended(Ended { end, request_id, since }))
            }
            Err(error) => self.unanswered(job, error).await,
        }
    }

    /// Intent, and the first cell alone.
    async fn send_alone(&mut self, outgoing: &[Outgoing], freshness: &Freshness) -> Result<Answer, Halt> {
        let Outgoing { task, parts, .. } = &outgoing[0];
        let CellKey { assignment, user } = task.cell.key;
        let change = SubmissionChange { cell: task.write(*parts), ..SubmissionChange::default() };
        let job = self.intend(outgoing)?;
        let context = self.run.context;
        let writer = context.writer.only_while(freshness.clone().into_check());
        match context.remote.once(writer.put_submission(self.run.course, assignment, user, &change)).await? {
            Ok(answer) => {
                let session = context.session;
                session.store().record_job_end(job, JobState::Completed, None, session.clock.now())?;
                let end = JobEnd { completed: true, ..JobEnd::default() };
                Ok(Answer::Ended(Ended { end, request_id: answer.request_id, since: None }))
            }
            Err(error) => self.unanswered(job, error).await,
        }
    }

    fn intend(&self, outgoing: &[Outgoing]) -> Result<JobId, Halt> {
        let intended: Vec<IntendedCell> = sent(outgoing).map(intended).collect();
        let session = self.run.context.session;
        let now = session.clock.now();
        Ok(session.store().record_intent(self.run.context.run, self.run.ordinal, &intended, now)?)
    }

    /// A lost answer leaves the job open in the journal. Everything else means that nothing was queued.
    async fn unanswered(&self, job: JobId, error: CanvasError) -> Result<Answer, Halt> {
        if error.outcome_unknown() {
            return Ok(Answer::Lost);
        }
        let context = self.run.context;
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

/// Takes up again, without sending anything of them, the cells that hold their value already and whose group is written:
/// Canvas writes them too, so they are decided with it, after the job.
fn read_back_with_group(outgoing: &mut Vec<Outgoing>, settled: &mut Vec<Settled>) {
    let is_written_too = |(task, record): &Settled| {
        let writes = |one: &Outgoing| one.parts.grade && one.task.is_written_with(task);
        record.outcome == Outcome::Already && outgoing.iter().any(writes)
    };
    let (with_group, others): (Vec<Settled>, Vec<Settled>) =
        std::mem::take(settled).into_iter().partition(is_written_too);
    *settled = others;
    outgoing.extend(with_group.into_iter().map(|(task, record)| {
        let before = Seen { live: record.live.unwrap_or_default(), ..Seen::default() };
        Outgoing { task, parts: ToSend::default(), before }
    }));
}

/// Those of which something is sent.
fn sent(outgoing: &[Outgoing]) -> impl Iterator<Item = &Outgoing> {
    outgoing.iter().filter(|one| one.parts != ToSend::default())
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

/// Where the change log shows what happened since the look. Of cells that were sent before, everything since the plan
/// matters.
fn span(outgoing: &[Outgoing], since: Option<Timestamp>) -> Span {
    if outgoing.len() == 1 {
        return Span::Cell(outgoing[0].task.cell.key);
    }
    let was_sent = outgoing.iter().any(|one| one.task.cell.was_sent());
    match since.filter(|_| !was_sent) {
        Some(start) => Span::Since(start),
        None => Span::Columns(columns(outgoing.iter().map(|one| &one.task)).into_iter().collect()),
    }
}

/// The end of a request for one cell that Canvas refused.
fn refused(one: &Outgoing, error: &CanvasError) -> Ended {
    let words = error.server_message().map_or_else(|| error.to_string(), str::to_owned);
    let missing_users = BTreeSet::from([one.task.cell.key.user]);
    let request_id = error.context().and_then(|context| context.request_id.clone());
    Ended { end: JobEnd { missing_users, words, ..JobEnd::default() }, request_id, since: None }
}

/// A decided cell.
pub(super) type Settled = (Task, CellRecord);
