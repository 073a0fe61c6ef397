//! A run: admits a confirmed plan, pushes its courses side by side, and adds up. `retry` is the same over what is left.

use futures_util::StreamExt as _;
use futures_util::stream::FuturesUnordered;
use tokio::time::Instant;

use super::admit::admit;
use super::context::RunContext;
use super::course::push_part;
use super::left::parts_to_push;
use super::options::PushOptions;
use crate::domain::{
    AssignmentCounts, CommentCounts, Confirmed, Finding, JobId, Operator, PartIndex, PlanCounts, PlanId, PlanKind,
    RunCounts, RunId,
};
use crate::engine::journal::Undone;
use crate::engine::live::{Halt, Remote, Stop, StopReason};
use crate::engine::session::same_connector;
use crate::engine::{EngineError, Event, Session, Step, Traffic, assignment_counts, comment_counts};
use crate::store::{JobState, RunEnd, StoredPlan};

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
    /// What this attempt found beside its counts: edits that were lost, comments that are there twice, what an undo kept.
    pub findings: Vec<Finding>,
    /// Why it ended early, if it did.
    pub stopped: Option<StopReason>,
}

/// Executes a stored plan.
pub async fn push(
    session: &Session,
    plan: PlanId,
    confirmed: &Confirmed,
    options: &PushOptions,
    stop: &Stop,
) -> Result<RunSummary, EngineError> {
    let began = Began::now(session);
    let stored = admit_push(session, plan, options)?;
    let writer = session.writer(confirmed, &stored)?;
    let operator = operator(session, options).await?;
    let run = session.store().start_run(plan, &operator, session.clock.now())?;
    if let PlanKind::Undo { run: undone, .. } = stored.header.kind {
        // What it did not send stays unsent from now on, even where there is nothing to put back.
        session.store().mark_undone(undone, run)?;
    }
    travel(RunContext::new(session, writer, (run, &stored), options, stop)?, &stored, &began).await
}

/// Finishes a run: executes the cells of its plan that are neither written nor already there.
pub async fn retry(
    session: &Session,
    run: RunId,
    confirmed: &Confirmed,
    options: &PushOptions,
    stop: &Stop,
) -> Result<RunSummary, EngineError> {
    let began = Began::now(session);
    let stored = admit_retry(session, run)?;
    let earlier = session.store().run(run)?;
    let is_undone = Undone::of(&session.store(), &earlier)?.by().is_some();
    let writer = session.writer(confirmed, &stored)?;
    if let Some(job) = options.abandon {
        abandon(session, job, run)?;
    }
    let operator = operator(session, options).await?;
    session.store().resume_run(run, operator.id)?;
    let mut summary = travel(RunContext::new(session, writer, (run, &stored), options, stop)?, &stored, &began).await?;
    if is_undone {
        summary.retryable = summary.counts.unknown;
    }
    Ok(summary)
}

/// The plan, if it may be pushed now: nobody is to be asked in vain.
pub fn admit_push(session: &Session, plan: PlanId, options: &PushOptions) -> Result<StoredPlan, EngineError> {
    let stored = session.store().plan(plan)?;
    admit(session, &stored, options)?;
    Ok(stored)
}

/// The plan of a run, if there may be something to retry.
pub fn admit_retry(session: &Session, run: RunId) -> Result<StoredPlan, EngineError> {
    let store = session.store();
    let earlier = store.run(run)?;
    let stored = store.plan(earlier.plan)?;
    same_connector(session, &stored)?;
    // What was sent and never settled is still looked at; nothing else is left to do of a run that was taken back.
    if let Some(by) = Undone::of(&store, &earlier)?.by()
        && store.run_counts(run)?.unknown == 0
    {
        return Err(EngineError::undone(&store, run, by));
    }
    Ok(stored)
}

/// Who is behind the token now. Where `--wait-for-canvas` allows it, this waits until Canvas is back.
pub async fn operator(session: &Session, options: &PushOptions) -> Result<Operator, EngineError> {
    let stop = Stop::default();
    let remote = Remote { session, stop: &stop, patience: options.wait_for_canvas, deadline: None };
    match remote.ask_or_halt(async |reader| reader.whoami().await).await {
        Ok(person) => Ok(session.operator(person.id, person.name)),
        Err(Halt::Away(error)) => Err(error.into()),
        Err(Halt::Failed(error)) => Err(error),
        Err(Halt::Stopped) => Err(EngineError::Interrupted),
    }
}

/// Waits no longer for a job of the run. Its cells are looked at again like any others; a comment that went with it is
/// sent again only after a later job of its course has ended.
fn abandon(session: &Session, job: JobId, run: RunId) -> Result<(), EngineError> {
    let store = session.store();
    let is_open = store.open_jobs_of(run)?.iter().any(|one| one.id == job);
    if !is_open {
        return Err(EngineError::NotWaitedFor { job, run });
    }
    Ok(store.record_job_end(job, JobState::Abandoned, None, session.clock.now())?)
}

/// When an attempt began, and what the client had sent and waited before.
struct Began {
    at: Instant,
    traffic: Traffic,
}

impl Began {
    fn now(session: &Session) -> Self {
        Self { at: Instant::now(), traffic: session.traffic() }
    }
}

/// Pushes what is left of a run, and journals how the attempt ended.
async fn travel(context: RunContext<'_>, stored: &StoredPlan, began: &Began) -> Result<RunSummary, EngineError> {
    let RunContext { session, run, .. } = context;
    let stop = context.remote.stop;
    let left = session.store().run_counts(run)?;
    session.events.send(Event::Started { step: Step::Push, total: Some(left.retryable()) });
    let (parts, cut) = parts_to_push(&context, stored)?;
    let failure = push_parts(&context, parts).await;
    session.events.send(Event::Finished { step: Step::Push });
    let mut stopped = stop.reason();
    if stopped.is_none() && cut {
        stopped = Some(StopReason::FirstCourses);
    }
    if let Some(reason) = &stopped {
        session.events.send(Event::Stopped { reason: reason.text() });
    }
    let (before, now) = (began.traffic, session.traffic());
    let requests = now.requests - before.requests;
    session.store().end_run(
        run,
        &RunEnd {
            at: session.clock.now(),
            requests,
            throttled: now.throttled - before.throttled,
            waited: now.waited.saturating_sub(before.waited),
            took: began.at.elapsed(),
            stopped: stopped.as_ref().map(StopReason::text),
        },
    )?;
    if let Some(error) = failure {
        return Err(error);
    }
    let summary = summarize(session, stored, run, requests, stopped)?;
    Ok(RunSummary { findings: context.into_findings(), ..summary })
}

/// Pushes parts, as many at once as Canvas allows; gives the first error of the store.
async fn push_parts(context: &RunContext<'_>, parts: Vec<PartIndex>) -> Option<EngineError> {
    let mut left = parts.into_iter();
    let mut at_once = context.at_once.watch();
    let mut courses = FuturesUnordered::new();
    let mut failure = None;
    loop {
        while courses.len() < *at_once.borrow_and_update()
            && let Some(part) = left.next()
        {
            courses.push(push_part(context, part));
        }
        tokio::select! {
            outcome = courses.next() => match outcome {
                Some(Ok(())) => {}
                Some(Err(error)) => {
                    // The other courses still finish the request they are at.
                    context.remote.stop.now(StopReason::Unavailable(error.to_string()));
                    failure.get_or_insert(error);
                }
                None => return failure,
            },
            // The context holds the sender.
            Ok(()) = at_once.changed() => {}
        }
    }
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
    let counts = store.run_counts(run)?;
    Ok(RunSummary {
        run,
        plan: stored.id,
        counts,
        plan_counts: stored.totals.counts,
        assignments: assignment_counts(&store, stored, run)?,
        comments: comment_counts(&store, stored, run)?,
        retryable: counts.retryable(),
        requests,
        findings: Vec::new(),
        stopped,
    })
}
