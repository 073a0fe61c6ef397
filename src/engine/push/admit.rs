//! Whether a plan may run at all.

use super::options::PushOptions;
use crate::domain::{Finding, FindingCode, Severity};
use crate::engine::{EngineError, Session};
use crate::store::StoredPlan;

pub(super) fn same_connector(session: &Session, stored: &StoredPlan) -> Result<(), EngineError> {
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
pub(super) fn admit(session: &Session, stored: &StoredPlan, options: &PushOptions) -> Result<(), EngineError> {
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
    if blocking.is_empty() {
        blocking.extend(superseded(session, stored)?);
    }
    if blocking.is_empty() { Ok(()) } else { Err(EngineError::PlanBlocked(blocking)) }
}

/// Whether a later run wrote or undid a cell of the plan: what it compared with is history.
fn superseded(session: &Session, stored: &StoredPlan) -> Result<Option<Finding>, EngineError> {
    let store = session.store();
    for ordinal in 0..stored.parts {
        let part = store.plan_part(stored.id, ordinal)?;
        let Some(course) = part.course.as_ref().map(|course| course.id) else { continue };
        let pushed = store.pushed_by(&stored.header.host, course)?;
        if pushed.is_empty() {
            continue;
        }
        for (_, cell) in part.writes() {
            let place = part.column(cell).assignment().map(|assignment| assignment.id).zip(part.student(cell).user);
            let later = place.and_then(|place| pushed.get(&place)).filter(|by| by.at > stored.header.created_at);
            if let Some(by) = later {
                let message = format!("{} wrote cells of {} after it was made", by.run, stored.id);
                return Ok(Some(Finding::new(FindingCode::PlanSuperseded, message).in_course(course)));
            }
        }
    }
    Ok(None)
}
