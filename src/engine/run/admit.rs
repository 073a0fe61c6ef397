//! Whether a plan may run at all.

use super::options::PushOptions;
use crate::domain::{Binding, ColumnKey, CourseId, Finding, FindingCode, PartIndex, PlanId, RunId, Severity};
use crate::engine::session::same_connector;
use crate::engine::{EngineError, Session};
use crate::store::{CreationInDoubt, Store, StoreError, StoredPlan};

/// Whether the plan may run at all: its own findings, its age, its connector, and that it did not run yet.
pub(super) fn admit(session: &Session, stored: &StoredPlan, options: &PushOptions) -> Result<(), EngineError> {
    same_connector(session, stored)?;
    if let Some(run) = stored.run {
        return Err(EngineError::AlreadyExecuted { plan: stored.id, run });
    }
    let mut whole = stored.header.kind.part_of();
    while let Some(of) = whole {
        // The whole may have been purged meanwhile.
        let Some(plan) = known(session, of)? else { break };
        if let Some(run) = plan.run {
            return Err(EngineError::AlreadyExecuted { plan: of, run });
        }
        whole = plan.header.kind.part_of();
    }
    let mut blocking: Vec<Finding> =
        stored.totals.findings.iter().filter(|finding| finding.severity == Severity::Plan).cloned().collect();
    let age = session.clock.now().duration_since(stored.header.created_at);
    if options.max_age.is_some_and(|most| age > most) {
        let message = format!("{} is {} hours old", reviewed(stored), age.as_hours());
        blocking.push(Finding::new(FindingCode::PlanExpired, message));
    }
    if blocking.is_empty() {
        blocking.extend(superseded(session, stored)?);
    }
    if blocking.is_empty() { Ok(()) } else { Err(EngineError::PlanBlocked(blocking)) }
}

/// The plan that a person looked at and names: of a part of a plan that is made to be pushed, the whole.
fn reviewed(stored: &StoredPlan) -> PlanId {
    stored.header.kind.part_of().unwrap_or(stored.id)
}

/// A plan, if it is still there.
fn known(session: &Session, plan: PlanId) -> Result<Option<StoredPlan>, EngineError> {
    match session.store().plan(plan) {
        Ok(stored) => Ok(Some(stored)),
        Err(StoreError::Missing { .. }) => Ok(None),
        Err(error) => Err(error.into()),
    }
}

/// Whether a later run wrote or undid a cell of the plan: what it compared with is history.
fn superseded(session: &Session, stored: &StoredPlan) -> Result<Option<Finding>, EngineError> {
    let store = session.store();
    let named = reviewed(stored);
    let in_doubt = store.creations_in_doubt_since(stored.id)?;
    for (ordinal, totals) in PartIndex::of_plan(stored.parts).zip(store.part_totals(stored.id)?) {
        let Some(course) = totals.course.map(|course| course.id) else { continue };
        let new: Vec<&ColumnKey> = totals.new_columns.iter().map(|(_, key)| key).collect();
        if let Some(run) = intended_meanwhile(&in_doubt, course, &new) {
            let message = format!("{run} may have created columns of {named} after it was made; retry it first");
            return Ok(Some(Finding::new(FindingCode::PlanSuperseded, message).in_course(course)));
        }
        if let Some(binding) = bound_meanwhile(&store, stored, course, &new)? {
            let message = match binding.created_by_run {
                Some(run) => format!("{run} created columns of {named} after it was made"),
                None => format!("columns that {named} would create were bound to assignments after it was made"),
            };
            return Ok(Some(Finding::new(FindingCode::PlanSuperseded, message).in_course(course)));
        }
        let pushed = store.pushed_since(stored.id, course)?;
        if pushed.is_empty() {
            continue;
        }
        let part = store.plan_part(stored.id, ordinal)?;
        for (_, cell) in part.writes() {
            let place = part.column(cell).assignment().map(|assignment| assignment.id).zip(part.student(cell).user);
            if let Some(run) = place.and_then(|place| pushed.get(&place)) {
                let message = format!("{run} wrote cells of {named} after it was made");
                return Ok(Some(Finding::new(FindingCode::PlanSuperseded, message).in_course(course)));
            }
        }
    }
    Ok(None)
}

/// The entry of the map under a column that the plan would create: there was none when the plan was made, and creating
/// the column now would create it twice.
fn bound_meanwhile(
    store: &Store,
    stored: &StoredPlan,
    course: CourseId,
    new: &[&ColumnKey],
) -> Result<Option<Binding>, EngineError> {
    let mut sent: Vec<&str> = new.iter().map(|key| key.course_id.as_ref()).collect();
    sent.sort_unstable();
    sent.dedup();
    let bound = store.bindings_for(&stored.header.host, &sent)?;
    Ok(bound.into_iter().find(|binding| binding.course == course && new.contains(&&binding.key)))
}

/// The run that was about to create a column of the plan, of these whose reply never came.
fn intended_meanwhile(in_doubt: &[CreationInDoubt], course: CourseId, new: &[&ColumnKey]) -> Option<RunId> {
    let later = in_doubt.iter().filter(|one| one.course == course);
    later.filter(|one| new.contains(&&one.column.key)).map(|one| one.run).next()
}
