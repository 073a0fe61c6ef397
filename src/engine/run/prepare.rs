//! Looks at the cells of a chunk right before it is sent, and decides what is sent of it (design, promise 3).

use std::time::Duration;

use tokio::sync::watch;
use tokio::time::Instant;

use super::chunk::{Outgoing, Settled};
use super::groups::Groups;
use super::jobs::JobStage;
use super::looks::Looks;
use super::task::Task;
use crate::domain::{Before, CellKey, LiveCell, Outcome, Seen, ToSend, before_write, needs_change_log, unreadable};
use crate::engine::live::{Assignments, Changes, Freshness, Halt, Look, Span, With};

/// How long the rows of a new column may take (`canvas-contract §I1`): until then lists refuse it.
const ROWS_WITHIN: Duration = Duration::from_mins(1);

/// The pause between two looks for them.
const ROWS_EVERY: Duration = Duration::from_secs(1);

/// How long before the expected end of a job the look at the next chunk begins, beside twice the time that the last look
/// took.
const LEAD: Duration = Duration::from_secs(2);

/// How long a job whose course's speed is not known runs before the next chunk is looked at: a short one tells by its end
/// how large that chunk may be.
const SPEED_KNOWN_WITHIN: Duration = Duration::from_secs(2);

/// A chunk that was looked at.
pub(super) struct Prepared {
    /// What is to be sent, or is written with it.
    pub(super) outgoing: Vec<Outgoing>,
    /// What is decided without being sent.
    pub(super) settled: Vec<Settled>,
    /// How old the look is.
    pub(super) freshness: Freshness,
    /// How long it took.
    pub(super) took: Duration,
}

impl Prepared {
    /// The cells as they were before the look.
    pub(super) fn into_tasks(self) -> Vec<Task> {
        let settled = self.settled.into_iter().map(|(task, _)| task);
        self.outgoing.into_iter().map(|one| one.task).chain(settled).collect()
    }
}

/// What became of the chunk that was to be looked at while a job ran.
pub(super) enum Following {
    /// It was looked at.
    Ready(Prepared),
    /// The job ended, or the push was stopped, before it was its turn.
    Waiting(Vec<Task>),
}

/// What was seen right before a chunk.
struct PreCheck {
    look: Look,
    groups: Groups,
    changes: Changes,
    freshness: Freshness,
}

/// When the next chunk is looked at, so that the look is young when the job before it ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Turn {
    /// At once: the job is short, and the last one did not wait for a worker.
    Now,
    /// So long after a worker has taken the job.
    After(Duration),
}

impl Turn {
    /// `expected` is how long the job is expected to take, `last_look` how long the last look took, `queued` how long the
    /// last job waited for a worker.
    pub(super) fn of(expected: Option<Duration>, last_look: Duration, queued: Duration) -> Self {
        let lead = last_look.saturating_mul(2) + LEAD;
        let pause = expected.map_or(SPEED_KNOWN_WITHIN, |expected| expected.saturating_sub(lead));
        if pause.is_zero() && queued.is_zero() { Self::Now } else { Self::After(pause) }
    }
}

/// Waits until a worker has had the job for so long; says whether it ended before.
async fn has_ended_within(job: &mut watch::Receiver<JobStage>, pause: Duration) -> bool {
    // Without a sender nobody waits for the job any more.
    let Ok(JobStage::Working) = job.wait_for(|stage| *stage != JobStage::Queued).await.map(|stage| *stage) else {
        return true;
    };
    tokio::select! {
        biased;
        _ = job.wait_for(|stage| *stage == JobStage::Ended) => true,
        () = tokio::time::sleep(pause) => false,
    }
}

impl Looks<'_> {
    /// Looks at a chunk while the job before it runs, so late that the look is young when it ends.
    pub(super) async fn prepare_in_time(
        &self,
        tasks: Vec<Task>,
        mut job: watch::Receiver<JobStage>,
        turn: Turn,
    ) -> Result<Following, Halt> {
        let is_over = match turn {
            Turn::Now => false,
            Turn::After(pause) => has_ended_within(&mut job, pause).await,
        };
        if tasks.is_empty() || is_over || self.run.context.remote.should_stop() {
            return Ok(Following::Waiting(tasks));
        }
        Ok(Following::Ready(self.prepare(tasks).await?))
    }

    /// Looks at the assignments and at these cells, and decides what is sent of them.
    pub(super) async fn prepare(&self, mut tasks: Vec<Task>) -> Result<Prepared, Halt> {
        let began = Instant::now();
        self.check_assignments(&mut tasks).await?;
        let PreCheck { look, groups, changes, freshness } = self.pre_check(&tasks).await?;
        let (mut outgoing, mut settled) = (Vec::new(), Vec::new());
        let own = self.run.context.own();
        for task in tasks {
            if let Some(why) = look.refused.get(&task.assignment()) {
                let record = unreadable(&task.cell, why);
                settled.push((task, record));
                continue;
            }
            let before = look.seen(&task.cell, own);
            match before_write(&task.cell, before.as_ref(), changes.of(task.cell.key), own) {
                Before::Done(record) => settled.push((task, *record)),
                Before::Send(parts) => {
                    let task = Task { unseen: false, ..task };
                    outgoing.push(Outgoing { task, parts, before: before.unwrap_or_default() });
                }
            }
        }
        groups.hold(&mut outgoing, &mut settled, &look.grid);
        read_back_with_group(&mut outgoing, &mut settled);
        self.take_on_hand(&outgoing, &freshness);
        Ok(Prepared { outgoing, settled, freshness, took: began.elapsed() })
    }

    /// Looks at the assignments and notes which are not what the plan compared with.
    async fn check_assignments(&self, tasks: &mut [Task]) -> Result<(), Halt> {
        let mut known = self.assignments.lock().await;
        let assignments = match known.take().filter(Assignments::is_fresh) {
            Some(fresh) => fresh,
            None => Assignments::read(&self.run.context.remote, self.run.course).await?,
        };
        for task in tasks {
            let assignment = task.assignment();
            let objection = self.targets.get(&assignment).and_then(|target| assignments.objection(assignment, target));
            let closed = || "its grading period has closed since the plan was made: plan again".to_owned();
            let is_closed = !self.run.context.writes_to_closed && assignments.is_closed(assignment);
            task.cell.objection = self.run.ended.clone().or(objection).or_else(|| is_closed.then(closed));
        }
        *known = Some(assignments);
        Ok(())
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
            let look = self.look_past_lists(tasks, look, with, Some(&groups)).await?;
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
    pub(super) async fn look_past_lists(
        &self,
        tasks: &[Task],
        mut look: Look,
        with: With,
        groups: Option<&Groups>,
    ) -> Result<Look, Halt> {
        let (course, remote) = (self.run.course, &self.run.context.remote);
        let is_traceless = |task: &&Task| {
            let seen = look.seen(&task.cell, self.run.context.own());
            let holds = seen.as_ref().is_some_and(|seen| task.cell.wanted.holds_in(&seen.live));
            let lacks_comment = task.cell.comment.is_some() && seen.is_none_or(|seen| seen.our_comments == 0);
            task.unseen && (!holds || lacks_comment)
        };
        // Graded earlier than the plan has seen it.
        let is_behind = |task: &&Task| {
            let seen = look.seen(&task.cell, self.run.context.own());
            let earlier = |(base, seen): (&LiveCell, Seen)| seen.live.graded_at < base.graded_at;
            task.cell.base.as_deref().zip(seen).is_some_and(earlier)
        };
        let in_question = tasks.iter().filter(|task| is_traceless(task) || is_behind(task));
        let mut cells: Vec<CellKey> = in_question.map(|task| task.cell.key).collect();
        // Members of their groups were written with them.
        let unseen: Vec<Task> = tasks.iter().filter(|task| task.unseen && task.cell.group.is_some()).cloned().collect();
        cells.extend(groups.into_iter().flat_map(|groups| groups.cells(&unseen)));
        cells.sort_unstable();
        cells.dedup();
        if cells.is_empty() {
            return Ok(look);
        }
        let again = remote.ask_or_halt(async |reader| Look::again(reader, course, &cells, with).await).await?;
        look.grid.add(again.grid);
        Ok(look)
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
