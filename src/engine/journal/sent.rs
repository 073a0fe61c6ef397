//! What runs sent, and what of it may still be on its way.

use std::collections::HashMap;

use crate::domain::{AssignmentId, CellIndex, PartIndex, RunId};
use crate::engine::{EngineError, Session};
use crate::store::{Job, JobState};

/// The cells of a part that left for Canvas.
pub(in crate::engine) type Sent = HashMap<CellIndex, SentCell>;

/// A cell that left for Canvas.
#[derive(Debug, Clone, Default)]
pub(in crate::engine) struct SentCell {
    /// The request-context id of the last reply.
    pub(in crate::engine) request_id: Option<String>,
    /// Whether its comment went with a job that was given up and may still run: sending it again could double it.
    pub(in crate::engine) comment_in_doubt: bool,
}

/// What the journal says was sent by a run of one of its parts and not refused as a whole.
pub(in crate::engine) fn sent_in(session: &Session, run: RunId, part: PartIndex) -> Result<Sent, EngineError> {
    let mut sent = Sent::new();
    let jobs = session.store().jobs_beside(run, part)?;
    for job in jobs.iter().filter(|job| job.part == part) {
        if has_ended_as(job, &[JobState::Refused]) {
            continue;
        }
        let in_doubt = may_still_run(job, &jobs);
        for one in &job.cells {
            let cell = sent.entry(one.cell).or_default();
            cell.request_id.clone_from(&job.request_id);
            cell.comment_in_doubt |= in_doubt && one.comment_sha256.is_some();
        }
    }
    Ok(sent)
}

/// The cells of a part of the run that a job may still write although a person gave it up, with their assignments.
pub(in crate::engine) fn given_up(
    session: &Session,
    run: RunId,
    part: PartIndex,
) -> Result<HashMap<CellIndex, AssignmentId>, EngineError> {
    let jobs = session.store().jobs_beside(run, part)?;
    let given_up = jobs.iter().filter(|job| job.part == part && may_still_run(job, &jobs));
    Ok(given_up.flat_map(|job| &job.cells).map(|cell| (cell.cell, cell.assignment)).collect())
}

/// Whether a job was given up that may still run.
fn may_still_run(job: &Job, jobs: &[Job]) -> bool {
    has_ended_as(job, &[JobState::Abandoned]) && !was_overtaken(job, jobs)
}

fn has_ended_as(job: &Job, states: &[JobState]) -> bool {
    job.end.as_ref().is_some_and(|end| states.contains(&end.state))
}

/// Whether a later job of the course has ended: jobs of a course run one at a time and in order
/// (`canvas-contract §H7`), so this one has too.
fn was_overtaken(job: &Job, jobs: &[Job]) -> bool {
    let ended = [JobState::Completed, JobState::Failed, JobState::Cancelled];
    let mut later = jobs.iter().filter(|other| other.course == job.course && other.id > job.id);
    later.any(|other| other.progress.is_some() && has_ended_as(other, &ended))
}
