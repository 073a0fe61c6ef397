//! A run on its way: what all of its courses share.

use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use jiff::Timestamp;

use super::at_once::AtOnce;
use super::options::PushOptions;
use crate::canvas::Writer;
use crate::domain::{CellRecord, Finding, Outcome, OwnIds, PlanId, PlanKind, RunId, UserId};
use crate::engine::journal::Undone;
use crate::engine::live::{Remote, Stop, StopReason};
use crate::engine::{EngineError, Event, Selected, Session};
use crate::store::StoredPlan;

/// A run on its way.
pub(super) struct RunContext<'a> {
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
    /// Canvas, to read, with what ends the run.
    pub(super) remote: Remote<'a>,
    /// What of the plan is taken up.
    pub(super) selected: Selected,
    /// Under whose names this run writes: the token's user, whoever began it, and whoever retried it before.
    pub(super) writers: Vec<UserId>,
    /// Comments by these count as ours: the writers and the connector's own graders.
    pub(super) commenters: Vec<UserId>,
    /// What of this run was taken back: none of it is sent.
    pub(super) undone: Undone,
    /// How many courses are pushed side by side.
    pub(super) at_once: AtOnce,
    /// What a cell of the last job took that ended, of whatever course.
    speed: Mutex<Option<Duration>>,
    /// Cells tried and failed in this attempt.
    tried: Mutex<(u64, u64)>,
    /// What was found in this attempt.
    findings: Mutex<Vec<Finding>>,
}

impl<'a> RunContext<'a> {
    pub(super) fn new(
        session: &'a Session,
        writer: Writer,
        (run, stored): (RunId, &StoredPlan),
        options: &'a PushOptions,
        stop: &'a Stop,
    ) -> Result<Self, EngineError> {
        let writers = session.store().run(run)?.writers;
        let (plan, planned_at, kind) = (stored.id, stored.header.created_at, stored.header.kind.clone());
        let is_undo = matches!(kind, PlanKind::Undo { .. });
        let writes_to_concluded = is_undo || stored.header.options.allow_concluded;
        let writes_to_closed = is_undo || stored.header.options.allow_closed_period;
        let mut commenters = writers.clone();
        commenters.extend(&session.settings.own_graders);
        let stored = session.store().run(run)?;
        let undone = Undone::of(&session.store(), &stored)?;
        let tried = Mutex::new((0, 0));
        let remote = Remote { session, stop, patience: options.wait_for_canvas, deadline: options.deadline };
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
            remote,
            selected,
            writers,
            commenters,
            undone,
            at_once: AtOnce::new(options.courses_at_once),
            speed: Mutex::default(),
            tried,
            findings: Mutex::default(),
        })
    }

    /// Under which ids we work.
    pub(super) fn own(&self) -> OwnIds<'_> {
        OwnIds { writers: &self.writers, commenters: &self.commenters }
    }

    /// Says what was found.
    pub(super) fn found(&self, finding: Finding) {
        self.session.events.send(Event::Found(finding.clone()));
        self.findings.lock().unwrap_or_else(PoisonError::into_inner).push(finding);
    }

    /// What was found so far.
    pub(super) fn into_findings(self) -> Vec<Finding> {
        self.findings.into_inner().unwrap_or_else(PoisonError::into_inner)
    }

    /// What a cell of a job takes, as far as this run has seen.
    pub(super) fn speed(&self) -> Option<Duration> {
        *self.speed.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// A cell of a job has taken so long.
    pub(super) fn note_speed(&self, per_cell: Duration) {
        *self.speed.lock().unwrap_or_else(PoisonError::into_inner) = Some(per_cell);
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
            self.remote.stop.now(StopReason::Failures);
        }
    }
}
