//! Waiting for Canvas's jobs: while one of a course may still write, nothing of that course is decided or sent
//! (design, promise 4).

use std::time::Duration;

use super::chunk::CourseRun;
use crate::canvas::{CanvasError, GradeData, JobState as Remote};
use crate::domain::{AssignmentId, JobId, ProgressId};
use crate::engine::live::{ends_everything, is_unavailable};
use crate::engine::{EngineError, Event};
use crate::store::{Job, JobState};

/// The first look at a job, and the longest pause between two (design, Bulk writes).
const FIRST_POLL: Duration = Duration::from_millis(100);
const SLOWEST_POLL: Duration = Duration::from_secs(10);

/// How long after its intent a request whose answer was lost may still be carried out: it leaves within a minute, while
/// its pre-check is fresh, and then has another one (`canvas-contract §M`).
const CARRIED_OUT_WITHIN: Duration = Duration::from_mins(2);

/// How many other assignments of a course are tried for an empty job, when Canvas takes none for the planned ones.
const OTHERS: usize = 3;

/// How often an empty job is tried when its own answer is lost.
const TRIES: usize = 3;

/// How a job ended, as Canvas says.
#[derive(Debug, Clone)]
pub(super) struct JobEnd {
    pub(super) state: Remote,
    /// Canvas's words.
    pub(super) message: Option<String>,
}

/// What became of an empty job.
enum Empty {
    Ended,
    /// Its end was not seen.
    Open,
    /// Canvas takes none for this column.
    Refused,
    /// Its answer was lost as well, again and again.
    Lost(CanvasError),
}

impl CourseRun<'_> {
    /// Waits until the job has ended, as long as `--job-timeout` allows; `None` if its end could not be seen.
    pub(super) async fn wait_for(&self, progress: ProgressId) -> Option<JobEnd> {
        let context = self.context;
        let reader = context.session.client.reader();
        let began = tokio::time::Instant::now();
        let mut pause = FIRST_POLL;
        loop {
            if !context.stop.sleep(pause).await {
                return None;
            }
            match context.stop.reply(reader.progress(progress)).await? {
                Ok(progress) if progress.workflow_state.is_terminal() => {
                    return Some(JobEnd { state: progress.workflow_state, message: progress.message });
                }
                Ok(_) => {}
                Err(error) if ends_everything(&error) || is_unavailable(&error) => {
                    if !context.wait_until_available(&error).await {
                        return None;
                    }
                }
                Err(_) => return None,
            }
            if began.elapsed() >= context.options.job_timeout {
                return None;
            }
            pause = (pause * 2).min(SLOWEST_POLL);
            if pause > Duration::from_secs(1) {
                let reason = "Canvas is working on the job".to_owned();
                context.session.events.send(Event::Waiting { wait: pause, reason });
            }
        }
    }

    /// Waits for a job of the journal and notes its end; says whether there was one.
    pub(super) async fn see_end(&self, job: JobId, progress: ProgressId) -> Result<Option<JobEnd>, EngineError> {
        let end = self.wait_for(progress).await;
        if let Some(JobEnd { state, message }) = &end {
            let state = match state {
                Remote::Completed => JobState::Completed,
                Remote::Canceled => JobState::Cancelled,
                _ => JobState::Failed,
            };
            let session = self.context.session;
            session.store().record_job_end(job, state, message.as_deref(), session.clock.now())?;
        }
        Ok(end)
    }

    /// Sees to it that no job of the course, of whatever run, may still write; says whether that is so. `columns` are
    /// assignments of the course, for the empty job.
    pub(super) async fn settle_open_jobs(&self, columns: &[AssignmentId]) -> Result<bool, EngineError> {
        let session = self.context.session;
        let open = session.store().open_jobs(&session.settings.host)?;
        let (replied, lost): (Vec<Job>, Vec<Job>) =
            open.into_iter().filter(|job| job.course == self.course).partition(|job| job.progress.is_some());
        for job in replied {
            let Some(progress) = job.progress else { continue };
            if self.see_end(job.id, progress).await?.is_none() {
                return Ok(false);
            }
        }
        let Some(newest) = lost.iter().map(|job| job.sent_at).max() else { return Ok(true) };
        if !self.is_flushed(newest, columns).await {
            return Ok(false);
        }
        for job in lost {
            session.store().record_job_end(job.id, JobState::Lost, None, session.clock.now())?;
        }
        Ok(true)
    }

    /// A job whose reply was lost has no Progress id. Jobs of a course run one at a time and in order
    /// (`canvas-contract §H7`), so once a later one, which writes nothing, has ended, the lost one has too.
    async fn is_flushed(&self, sent_at: jiff::Timestamp, columns: &[AssignmentId]) -> bool {
        let context = self.context;
        // A clock that was set back says nothing: then all of it is waited.
        let age = Duration::try_from(context.session.clock.now().duration_since(sent_at)).unwrap_or_default();
        let wait = CARRIED_OUT_WITHIN.saturating_sub(age);
        let reason = "an answer was lost; until its request can no longer be carried out".to_owned();
        context.session.events.send(Event::Waiting { wait, reason });
        if !context.stop.sleep(wait).await {
            return false;
        }
        if let Some(ended) = self.empty_jobs(columns).await {
            return ended;
        }
        // The planned columns were all unpublished or deleted: any other of the course does as well.
        let reader = context.session.client.reader();
        let reading = async { reader.assignments(self.course).all().await };
        let Some(Ok(assignments)) = context.stop.reply(reading).await else { return false };
        let others = assignments.iter().filter(|one| one.published && !columns.contains(&one.id)).take(OTHERS);
        let others: Vec<AssignmentId> = others.map(|one| one.id).collect();
        self.empty_jobs(&others).await.unwrap_or(false)
    }

    /// Whether an empty job for one of these columns has ended; `None` if Canvas takes none for any of them.
    async fn empty_jobs(&self, columns: &[AssignmentId]) -> Option<bool> {
        for column in columns {
            match self.empty_job(*column).await {
                Empty::Ended => return Some(true),
                Empty::Open => return Some(false),
                Empty::Refused => {}
                // An error of Canvas itself may be about this course only.
                Empty::Lost(error) if error.context().and_then(|context| context.status) == Some(500) => {}
                Empty::Lost(error) => {
                    self.context.wait_until_available(&error).await;
                    return Some(false);
                }
            }
        }
        None
    }

    /// Sends a job that writes nothing, and waits for its end.
    async fn empty_job(&self, column: AssignmentId) -> Empty {
        let context = self.context;
        let nothing = GradeData::empty_job(column);
        let mut lost = Empty::Refused;
        for _ in 0..TRIES {
            if context.should_stop() {
                return Empty::Open;
            }
            match context.stop.reply(context.writer.update_grades(self.course, &nothing)).await {
                None => return Empty::Open,
                Some(Ok(answer)) => {
                    let end = self.wait_for(answer.content.id).await;
                    return end.map_or(Empty::Open, |_| Empty::Ended);
                }
                Some(Err(error)) if error.outcome_unknown() => lost = Empty::Lost(error),
                Some(Err(error)) if ends_everything(&error) || is_unavailable(&error) => {
                    if !context.wait_until_available(&error).await {
                        return Empty::Open;
                    }
                }
                Some(Err(_)) => return Empty::Refused,
            }
        }
        lost
    }
}
