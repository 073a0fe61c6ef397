//! A run: admits a confirmed plan, pushes its courses side by side, and adds up. `retry` is the same over what is left.

use std::collections::HashMap;
use std::sync::Mutex;
use std::sync::PoisonError;

use futures_util::{StreamExt as _, stream};

use super::chunk::Errand;
use super::course::{push_part, stop_reason};
use super::jobs::settle_earlier;
use super::options::PushOptions;
use super::stop::{Stop, StopReason};
use crate::canvas::{CanvasError, Writer};
use crate::domain::{
    AssignmentCounts, CommentCounts, Confirmed, CourseId, Finding, FindingCode, JobId, Operator, PlanCounts, PlanId,
    PlanKind, RunCounts, RunId, Severity, UserId,
};
use crate::engine::{EngineError, Event, Session, Step};
use crate::store::{CreatedState, RunEnd, StoredPlan};

/// What a run came to.
#[derive(Debug, Clone)]
pub struct RunSummary {
    /// The run.
    pub run: RunId,
    /// Its plan.
    pub plan: PlanId,
    /// What became of the planned cells.
    pub counts: RunCounts,
    /// What the plan held.
    pub plan_counts: PlanCounts,
    /// Assignments.
    pub assignments: AssignmentCounts,
    /// Comments.
    pub comments: CommentCounts,
    /// Cells that `retry` takes up again.
    pub retryable: u64,
    /// HTTP requests of this attempt.
    pub requests: u64,
    /// Why it ended early, if it did.
    pub stopped: Option<StopReason>,
}

/// A run on its way.
pub(super) struct Journey<'a> {
    pub(super) session: &'a Session,
    pub(super) writer: Writer,
    pub(super) run: RunId,
    pub(super) plan: PlanId,
    pub(super) options: &'a PushOptions,
    pub(super) stop: &'a Stop,
    kind: PlanKind,
    token_user: UserId,
    /// Cells tried and failed in this attempt.
    tried: Mutex<(u64, u64)>,
}

impl Journey<'_> {
    pub(super) fn errand(&self, part: u32, course: CourseId) -> Errand<'_> {
        Errand {
            session: self.session,
            writer: &self.writer,
            run: self.run,
            part,
            course,
            kind: &self.kind,
            token_user: self.token_user,
            job_timeout: self.options.job_timeout,
        }
    }

    /// Whether nothing more may be sent.
    pub(super) fn should_stop(&self) -> bool {
        if self.options.deadline.is_some_and(|deadline| self.session.clock.now() >= deadline) {
            self.stop.now(StopReason::Deadline);
        }
        self.stop.is_set()
    }

    /// Canvas gave up on us.
    pub(super) fn refused(&self, error: &CanvasError) {
        self.stop.now(stop_reason(error));
    }

    /// Counts decided cells; too many failures stop the run.
    pub(super) fn tried(&self, cells: u64, failed: u64) {
        let mut so_far = self.tried.lock().unwrap_or_else(PoisonError::into_inner);
        so_far.0 += cells;
        so_far.1 += failed;
        if self.options.stop_after.is_reached(so_far.1, so_far.0) {
            self.stop.now(StopReason::Failures);
        }
    }
}

/// Executes a stored plan.
pub async fn push(
    session: &Session,
    plan: PlanId,
    confirmed: &Confirmed,
    options: &PushOptions,
    stop: &Stop,
) -> Result<RunSummary, EngineError> {
    let stored = session.store().plan(plan)?;
    admit(session, &stored, options)?;
    Confirmed::of(confirmed.digest(), &stored.totals.digest)?;
    let person = session.client.reader().whoami().await?;
    let operator = Operator { id: person.id, name: person.name };
    let run = session.store().start_run(plan, &operator, session.clock.now())?;
    travel(session, &stored, run, confirmed, &operator, options, stop).await
}

/// Finishes a run: executes the cells of its plan that are neither written nor already there.
pub async fn retry(
    session: &Session,
    run: RunId,
    confirmed: &Confirmed,
    options: &PushOptions,
    stop: &Stop,
) -> Result<RunSummary, EngineError> {
    let earlier = session.store().run(run)?;
    if let Some(by) = earlier.undone_by {
        return Err(EngineError::Undone { run, by });
    }
    let stored = session.store().plan(earlier.plan)?;
    same_connector(session, &stored)?;
    Confirmed::of(confirmed.digest(), &stored.totals.digest)?;
    let person = session.client.reader().whoami().await?;
    let operator = Operator { id: person.id, name: person.name };
    session.store().resume_run(run)?;
    travel(session, &stored, run, confirmed, &operator, options, stop).await
}

fn same_connector(session: &Session, stored: &StoredPlan) -> Result<(), EngineError> {
    let settings = &session.settings;
    let header = &stored.header;
    if header.host != settings.host || header.connector != settings.title {
        return Err(EngineError::OtherConnector {
            plan: stored.id,
            made_for: format!("{} at {}", header.connector, header.host),
            used: format!("{} at {}", settings.title, settings.host),
        });
    }
    Ok(())
}

/// Whether the plan may run at all: its own findings, its age, its connector, and that it did not run yet.
fn admit(session: &Session, stored: &StoredPlan, options: &PushOptions) -> Result<(), EngineError> {
    same_connector(session, stored)?;
    if let Some(run) = stored.run {
        return Err(EngineError::AlreadyExecuted { plan: stored.id, run });
    }
    let mut blocking: Vec<Finding> =
        stored.totals.findings.iter().filter(|finding| finding.severity == Severity::Plan).cloned().collect();
    let age = session.clock.now().duration_since(stored.header.created_at);
    if options.max_age.is_some_and(|most| age > most) {
        let message = format!("{} is {} hours old", stored.id, age.as_hours());
        blocking.push(Finding::new(FindingCode::PlanExpired, message));
    }
    if blocking.is_empty() { Ok(()) } else { Err(EngineError::PlanBlocked(blocking)) }
}

async fn travel(
    session: &Session,
    stored: &StoredPlan,
    run: RunId,
    confirmed: &Confirmed,
    operator: &Operator,
    options: &PushOptions,
    stop: &Stop,
) -> Result<RunSummary, EngineError> {
    let requests_before = session.client.requests();
    let (throttled_before, waited_before) = (session.client.throttled(), session.client.throttle_wait());
    let journey = Journey {
        session,
        writer: session.client.writer(confirmed),
        run,
        plan: stored.id,
        options,
        stop,
        kind: stored.header.kind.clone(),
        token_user: operator.id,
        tried: Mutex::new((0, 0)),
    };
    let left = session.store().run_counts(run)?;
    session.events.send(Event::Started { step: Step::Push, total: Some(left.retryable()) });
    let mut lost: HashMap<u32, Vec<JobId>> = HashMap::new();
    for job in settle_earlier(session, options.job_timeout, stop).await? {
        if job.run == run {
            lost.entry(job.part).or_default().push(job.id);
        }
    }
    let parts = parts_to_push(session, stored, options)?;
    let none = Vec::new();
    let mut courses = stream::iter(parts)
        .map(|part| push_part(&journey, part, lost.get(&part).unwrap_or(&none)))
        .buffer_unordered(options.courses_at_once.max(1));
    let mut failure = None;
    while let Some(outcome) = courses.next().await {
        if let Err(error) = outcome {
            // The other courses still finish the request they are at.
            stop.now(StopReason::Unavailable(error.to_string()));
            failure.get_or_insert(error);
        }
    }
    drop(courses);
    session.events.send(Event::Finished { step: Step::Push });
    let mut stopped = stop.reason();
    if stopped.is_none() && options.first.is_some() && session.store().run_counts(run)?.pending > 0 {
        stopped = Some(StopReason::FirstCourses);
    }
    if let Some(reason) = &stopped {
        session.events.send(Event::Stopped { reason: reason.text() });
    }
    let requests = session.client.requests() - requests_before;
    session.store().end_run(
        run,
        &RunEnd {
            at: session.clock.now(),
            requests,
            throttled: session.client.throttled() - throttled_before,
            waited: session.client.throttle_wait().saturating_sub(waited_before),
            stopped: stopped.as_ref().map(StopReason::text),
        },
    )?;
    if let Some(error) = failure {
        return Err(error);
    }
    if let PlanKind::Undo { run: undone } = stored.header.kind {
        session.store().mark_undone(undone, run)?;
    }
    summarize(session, stored, run, requests, stopped)
}

/// The parts with something to write or create; with `--first`, the first of them.
fn parts_to_push(session: &Session, stored: &StoredPlan, options: &PushOptions) -> Result<Vec<u32>, EngineError> {
    let mut parts = Vec::new();
    for ordinal in 0..stored.parts {
        let part = session.store().plan_part(stored.id, ordinal)?;
        let counts = PlanCounts::of(&part);
        if counts.planned() + counts.create_assignments > 0 {
            parts.push(ordinal);
        }
    }
    parts.truncate(options.first.unwrap_or(usize::MAX));
    Ok(parts)
}

/// Adds up what the journal holds of a run.
pub(in crate::engine) fn summarize(
    session: &Session,
    stored: &StoredPlan,
    run: RunId,
    requests: u64,
    stopped: Option<StopReason>,
) -> Result<RunSummary, EngineError> {
    let store = session.store();
    let mut assignments = AssignmentCounts::default();
    for one in store.created_assignments(run)? {
        match one.state {
            CreatedState::Created => assignments.created += 1,
            CreatedState::Deleted => assignments.deleted += 1,
            CreatedState::Intended | CreatedState::Failed => assignments.failed += 1,
        }
    }
    let counts = store.run_counts(run)?;
    Ok(RunSummary {
        run,
        plan: stored.id,
        counts,
        plan_counts: stored.totals.counts,
        assignments,
        comments: store.comment_counts(run)?,
        retryable: counts.retryable(),
        requests,
        stopped,
    })
}
