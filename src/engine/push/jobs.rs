//! Waiting for Canvas's jobs.

use std::time::Duration;

use super::settle::JobEnd;
use super::stop::Stop;
use crate::canvas::CanvasError;
use crate::domain::{JobId, ProgressId};
use crate::engine::trouble::ends_everything;
use crate::engine::{EngineError, Event, Session};
use crate::store::{Job, JobState};

/// The first look at a job, and the longest pause between two (design, Bulk writes).
const FIRST_POLL: Duration = Duration::from_millis(100);
const SLOWEST_POLL: Duration = Duration::from_secs(10);

/// Waits until the job has ended, for at most `patience`. An end that could not be seen is [`JobEnd::Lost`].
pub(super) async fn wait_for(
    session: &Session,
    progress: ProgressId,
    patience: Duration,
) -> Result<JobEnd, CanvasError> {
    let reader = session.client.reader();
    let began = tokio::time::Instant::now();
    let mut pause = FIRST_POLL;
    loop {
        tokio::time::sleep(pause).await;
        match reader.progress(progress).await {
            Ok(progress) if progress.workflow_state.is_terminal() => {
                return Ok(JobEnd::Ended { state: progress.workflow_state, message: progress.message });
            }
            Ok(_) => {}
            Err(error) if ends_everything(&error) => return Err(error),
            // The cells are read back in any case; a job that cannot be looked at is one whose end is not known.
            Err(_) => return Ok(JobEnd::Lost),
        }
        if began.elapsed() >= patience {
            return Ok(JobEnd::Lost);
        }
        pause = (pause * 2).min(SLOWEST_POLL);
        if pause > Duration::from_secs(1) {
            session.events.send(Event::Waiting { wait: pause, reason: "Canvas is working on the job".to_owned() });
        }
    }
}

/// What the journal remembers of an end.
pub(super) fn journaled(end: &JobEnd) -> Option<(JobState, Option<&str>)> {
    use crate::canvas::JobState as Remote;
    match end {
        JobEnd::Lost => None,
        JobEnd::Ended { state: Remote::Completed, message } => Some((JobState::Completed, message.as_deref())),
        JobEnd::Ended { state: Remote::Canceled, message } => Some((JobState::Cancelled, message.as_deref())),
        JobEnd::Ended { state: _, message } => Some((JobState::Failed, message.as_deref())),
    }
}

/// Waits for every job of earlier runs that Canvas gave an id, and journals how it ended. Jobs whose reply was lost
/// have none: they are returned, for the caller to settle by reading.
pub(super) async fn settle_earlier(
    session: &Session,
    patience: Duration,
    stop: &Stop,
) -> Result<Vec<Job>, EngineError> {
    let open = session.store().open_jobs(&session.settings.host)?;
    let mut without_reply = Vec::new();
    for job in open {
        let Some(progress) = job.progress else {
            without_reply.push(job);
            continue;
        };
        if stop.is_set() {
            break;
        }
        let end = wait_for(session, progress, patience).await?;
        if let Some((state, message)) = journaled(&end) {
            session.store().record_job_end(job.id, state, message, session.clock.now())?;
        }
    }
    Ok(without_reply)
}

/// Journals that these jobs whose reply was lost cannot write any more: a later job of the same course has ended.
pub(super) fn give_up(session: &Session, jobs: &[JobId]) -> Result<(), EngineError> {
    for job in jobs {
        session.store().record_job_end(*job, JobState::Lost, None, session.clock.now())?;
    }
    Ok(())
}
