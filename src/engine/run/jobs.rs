//! Waiting for Canvas's jobs: while one of a course may still write, nothing of that course is decided or sent
//! (design, promise 4).

use std::time::Duration;

use tokio::sync::watch;
use tokio::time::Instant;

use super::course::CourseRun;
use super::polling::{pause, pause_in_queue};
use crate::canvas::{CanvasError, GradeData, JobState as Remote, Progress};
use crate::domain::{AssignmentId, JobId, ProgressId};
use crate::engine::Event;
use crate::engine::live::{Halt, is_about_all};
use crate::store::{Job, JobState};

/// Of a job that takes longer, people are told that it is waited for.
const WORTH_TELLING: Duration = Duration::from_secs(5);

/// How long after its intent a request whose answer was lost may still be carried out: it leaves within a minute, while
/// its pre-check is fresh, and then has another one (`canvas-contract §M`).
const CARRIED_OUT_WITHIN: Duration = Duration::from_mins(2);

/// How many other assignments of a course are tried for an empty job, when Canvas takes none for the planned ones.
const OTHERS: usize = 3;

/// How often an empty job is tried when its own answer is lost.
const TRIES: usize = 3;

/// What became of an empty job.
enum Empty {
    Ended,
    /// Canvas takes none for this column.
    Refused,
    /// Its answer was lost as well, again and again.
    Lost(CanvasError),
}

/// How far Canvas is with a job, as it was seen last.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) enum JobStage {
    /// No worker has taken it.
    #[default]
    Queued,
    /// A worker has taken it.
    Working,
    /// It has ended, or is waited for no longer.
    Ended,
}

/// A job whose end was seen.
pub(super) struct JobSeen {
    pub(super) progress: Progress,
    /// How long it was seen waiting for a worker.
    pub(super) queued: Duration,
    /// How long it took, as far as was seen, since a worker had taken it.
    pub(super) worked: Duration,
}

impl CourseRun<'_> {
    /// Waits until the job has ended that is expected to take this long once it has begun. One whose end is not seen within
    /// `--job-timeout` halts its course.
    pub(super) async fn wait_for(
        &self,
        progress: ProgressId,
        expected: Option<Duration>,
        stage: &watch::Sender<JobStage>,
    ) -> Result<JobSeen, Halt> {
        let remote = &self.context.remote;
        let posted_at = Instant::now();
        let (mut told, mut queued) = (Duration::ZERO, Duration::ZERO);
        let (mut is_queued, mut has_begun) = (false, false);
        loop {
            let pause = if is_queued {
                pause_in_queue(queued)
            } else {
                pause(posted_at.elapsed().saturating_sub(queued), expected)
            };
            remote.sleep(pause).await?;
            let seen = remote.ask(async |reader| reader.progress(progress).await).await?;
            let Ok(progress) = seen else { return Err(Halt::Stopped) };
            let elapsed = posted_at.elapsed();
            is_queued = progress.workflow_state == Remote::Queued;
            if is_queued {
                queued = elapsed;
                self.context.at_once.is_waiting(posted_at, queued);
            } else if !has_begun {
                has_begun = true;
                stage.send_replace(JobStage::Working);
                self.context.at_once.has_begun(queued);
            }
            if progress.workflow_state.is_terminal() {
                return Ok(JobSeen { progress, queued, worked: elapsed.saturating_sub(queued) });
            }
            if elapsed >= self.context.options.job_timeout {
                return Err(Halt::Stopped);
            }
            if elapsed > told + WORTH_TELLING {
                told = elapsed;
                let reason = "Canvas is working on the job".to_owned();
                self.context.session.events.send(Event::Waiting { wait: WORTH_TELLING, reason });
            }
        }
    }

    /// Waits for a job of the journal and notes its end.
    pub(super) async fn see_end(
        &self,
        job: JobId,
        progress: ProgressId,
        expected: Option<Duration>,
        watched: &watch::Sender<JobStage>,
    ) -> Result<JobSeen, Halt> {
        let ended = self.wait_for(progress, expected, watched).await?;
        let state = match ended.progress.workflow_state {
            Remote::Completed => JobState::Completed,
            Remote::Canceled => JobState::Cancelled,
            _ => JobState::Failed,
        };
        let session = self.context.session;
        session.store().record_job_end(job, state, ended.progress.message.as_deref(), session.clock.now())?;
        Ok(ended)
    }

    /// Sees to it that no job of the course, of whatever run, may still write. `columns` are assignments of the course,
    /// for the empty job. A course of which that cannot be said is halted.
    pub(super) async fn settle_open_jobs(&self, columns: &[AssignmentId]) -> Result<(), Halt> {
        let session = self.context.session;
        let open = session.store().open_jobs(&session.settings.host)?;
        let (replied, lost): (Vec<Job>, Vec<Job>) =
            open.into_iter().filter(|job| job.course == self.course).partition(|job| job.progress.is_some());
        for job in replied {
            let Some(progress) = job.progress else { continue };
            self.see_end(job.id, progress, None, &watch::Sender::default()).await?;
        }
        let Some(newest) = lost.iter().map(|job| job.sent_at).max() else { return Ok(()) };
        self.flush(newest, columns).await?;
        for job in lost {
            session.store().record_job_end(job.id, JobState::Lost, None, session.clock.now())?;
        }
        Ok(())
    }

    /// A job whose reply was lost has no Progress id. Jobs of a course run one at a time and in order
    /// (`canvas-contract §H7`), so once a later one, which writes nothing, has ended, the lost one has too.
    async fn flush(&self, sent_at: jiff::Timestamp, columns: &[AssignmentId]) -> Result<(), Halt> {
        let context = self.context;
        // A clock that was set back says nothing: then all of it is waited.
        let age = Duration::try_from(context.session.clock.now().duration_since(sent_at)).unwrap_or_default();
        let wait = CARRIED_OUT_WITHIN.saturating_sub(age);
        context.remote.wait(wait, "an answer was lost; until its request can no longer be carried out").await?;
        if self.has_ended_empty_job(columns).await? {
            return Ok(());
        }
        // The planned columns were all unpublished or deleted: any other of the course does as well.
        let course = self.course;
        let reading = context.remote.ask(async |reader| reader.assignments(course).all().await).await?;
        let others: Vec<AssignmentId> = reading
            .unwrap_or_default()
            .iter()
            .filter(|one| one.published && !columns.contains(&one.id))
            .map(|one| one.id)
            .take(OTHERS)
            .collect();
        if self.has_ended_empty_job(&others).await? { Ok(()) } else { Err(Halt::Stopped) }
    }

    /// Whether an empty job for one of these columns has ended; not so if Canvas takes none for any of them.
    async fn has_ended_empty_job(&self, columns: &[AssignmentId]) -> Result<bool, Halt> {
        for column in columns {
            match self.empty_job(*column).await? {
                Empty::Ended => return Ok(true),
                Empty::Refused => {}
                // An error of Canvas itself may be about this course only.
                Empty::Lost(error) if error.context().and_then(|context| context.status) == Some(500) => {}
                Empty::Lost(error) => {
                    self.context.remote.wait_until_available(error).await?;
                    return Err(Halt::Stopped);
                }
            }
        }
        Ok(false)
    }

    /// Sends a job that writes nothing, and waits for its end.
    async fn empty_job(&self, column: AssignmentId) -> Result<Empty, Halt> {
        let context = self.context;
        let nothing = GradeData::empty_job(column);
        let mut lost = Empty::Refused;
        for _ in 0..TRIES {
            context.remote.may_go_on()?;
            match context.remote.once(context.writer.update_grades(self.course, &nothing)).await? {
                Ok(answer) => {
                    self.wait_for(answer.content.id, None, &watch::Sender::default()).await?;
                    return Ok(Empty::Ended);
                }
                Err(error) if error.outcome_unknown() => lost = Empty::Lost(error),
                Err(error) if is_about_all(&error) => context.remote.wait_until_available(error).await?,
                Err(_) => return Ok(Empty::Refused),
            }
        }
        Ok(lost)
    }
}
