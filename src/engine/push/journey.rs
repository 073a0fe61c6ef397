//! A run on its way: what all of its courses share.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use jiff::Timestamp;

use super::options::PushOptions;
use super::stop::{Stop, StopReason};
use crate::canvas::{CanvasError, Writer};
use crate::domain::{AssignmentId, CellRecord, Outcome, PlanId, PlanKind, RunId, UserId};
use crate::engine::trouble::{ends_everything, may_pass};
use crate::engine::undone::Undone;
use crate::engine::{EngineError, Event, Selected, Session};
use crate::store::{Job, JobState, StoredPlan};

/// The pause between two looks at a Canvas that is away.
pub(super) const KNOCKS_EVERY: Duration = Duration::from_secs(30);

/// A run on its way.
pub(super) struct Journey<'a> {
    pub(super) session: &'a Session,
    pub(super) writer: Writer,
    pub(super) run: RunId,
    pub(super) plan: PlanId,
    /// When the plan was made.
    pub(super) planned_at: Timestamp,
    pub(super) kind: PlanKind,
    /// Whether courses that have ended may be written to: an undo restores them, and else the plan's options say it.
    pub(super) writes_to_concluded: bool,
    /// The same of closed grading periods.
    pub(super) writes_to_closed: bool,
    pub(super) options: &'a PushOptions,
    pub(super) stop: &'a Stop,
    /// What of the plan is taken up.
    pub(super) selected: Selected,
    /// Under whose names this run writes: the token's user, whoever began it, and whoever retried it before.
    pub(super) writers: Vec<UserId>,
    /// Comments by these count as ours: the writers and the connector's own graders.
    pub(super) commenters: Vec<UserId>,
    /// The cells that earlier attempts of this run sent.
    pub(super) sent: Sent,
    /// What of this run was taken back: none of it is sent.
    pub(super) undone: Undone,
    /// Cells tried and failed in this attempt.
    tried: Mutex<(u64, u64)>,
}

/// Cells that left for Canvas, by part.
pub(super) type Sent = HashMap<u32, HashMap<u32, SentCell>>;

/// A cell that left for Canvas.
#[derive(Debug, Clone, Default)]
pub(super) struct SentCell {
    /// The request-context id of the last reply.
    pub(super) request_id: Option<String>,
    /// Whether its comment went with a job that was given up and may still run: sending it again could double it.
    pub(super) comment_in_doubt: bool,
}

/// What the journal says was sent by a run and not refused as a whole.
pub(super) fn sent_by(session: &Session, run: RunId) -> Result<Sent, EngineError> {
    let mut sent = Sent::new();
    let jobs = session.store().jobs(run)?;
    for job in &jobs {
        if has_ended_as(job, &[JobState::Refused]) {
            continue;
        }
        let in_doubt = may_still_run(job, &jobs);
        let cells = sent.entry(job.part).or_default();
        for one in &job.cells {
            let cell = cells.entry(one.cell).or_default();
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
    part: u32,
) -> Result<HashMap<u32, AssignmentId>, EngineError> {
    let jobs = session.store().jobs(run)?;
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

impl<'a> Journey<'a> {
    pub(super) fn new(
        session: &'a Session,
        writer: Writer,
        (run, stored): (RunId, &StoredPlan),
        writers: Vec<UserId>,
        options: &'a PushOptions,
        stop: &'a Stop,
    ) -> Result<Self, EngineError> {
        let (plan, planned_at, kind) = (stored.id, stored.header.created_at, stored.header.kind.clone());
        let is_undo = matches!(kind, PlanKind::Undo { .. });
        let writes_to_concluded = is_undo || stored.header.options.allow_concluded;
        let writes_to_closed = is_undo || stored.header.options.allow_closed_period;
        let mut commenters = writers.clone();
        commenters.extend(&session.settings.own_graders);
        let sent = sent_by(session, run)?;
        let stored = session.store().run(run)?;
        let undone = Undone::of(&session.store(), &stored)?;
        let tried = Mutex::new((0, 0));
        let settings = &session.settings;
        let selected = options.selection.look_up(&session.store(), &settings.host, settings.course_id_origin)?;
        Ok(Self {
            session,
            writer,
            run,
            plan,
            planned_at,
            kind,
            writes_to_concluded,
            writes_to_closed,
            options,
            stop,
            selected,
            writers,
            commenters,
            sent,
            undone,
            tried,
        })
    }

    /// Whether nothing more may be sent.
    pub(super) fn should_stop(&self) -> bool {
        if self.options.deadline.is_some_and(|deadline| self.session.clock.now() >= deadline) {
            self.stop.now(StopReason::Deadline);
        }
        self.stop.is_set()
    }

    /// Counts decided cells; too many failures stop the run.
    pub(super) fn count<'r>(&self, records: impl IntoIterator<Item = &'r CellRecord>) {
        let mut so_far = self.tried.lock().unwrap_or_else(PoisonError::into_inner);
        for record in records {
            let (tried, failed) = match record.outcome {
                Outcome::Written => (1, 0),
                Outcome::Rejected | Outcome::Unknown => (1, 1),
                Outcome::Already | Outcome::Held | Outcome::Pending => (0, 0),
            };
            so_far.0 += tried;
            so_far.1 += failed;
        }
        if self.options.stop_after.is_reached(so_far.1, so_far.0) {
            self.stop.now(StopReason::Failures);
        }
    }

    /// Whether to go on after an error that is about all of Canvas: where `--wait-for-canvas` allows it, waits until
    /// Canvas is back. Otherwise the run stops.
    pub(super) async fn outlasts(&self, error: &CanvasError) -> bool {
        let patience = self.options.wait_for_canvas;
        let began = tokio::time::Instant::now();
        while may_pass(error) && began.elapsed() < patience && !self.should_stop() {
            let wait = KNOCKS_EVERY.min(patience);
            let reason = "Canvas is unavailable; waiting until it is back".to_owned();
            self.session.events.send(Event::Waiting { wait, reason });
            if !self.stop.sleep(wait).await {
                return false;
            }
            match self.stop.reply(self.session.client.reader().whoami()).await {
                Some(Ok(_)) => return true,
                Some(Err(error)) if may_pass(&error) => {}
                Some(Err(_)) | None => break,
            }
        }
        self.stop.now(stop_reason(error));
        false
    }
}

/// Why a refusal ends the push.
fn stop_reason(error: &CanvasError) -> StopReason {
    if ends_everything(error) {
        StopReason::Refused(error.to_string())
    } else {
        StopReason::Unavailable(error.to_string())
    }
}
