//! Selecting from a stored plan: the chosen cells are a plan of their own, with its own id and digest (cli, Global).

use super::plan::Tally;
use super::run::admit_push;
use super::{EngineError, PushOptions, Selected, Session};
use crate::domain::{FindingCode, PartIndex, PlanHeader, PlanId, PlanKind};
use crate::store::{Store, StoredPlan};

/// The plan of the selected cells of another, to be pushed now. One that may not be pushed is an error and leaves no
/// plan.
pub fn select_to_push(
    session: &Session,
    of: PlanId,
    selected: &Selected,
    options: &PushOptions,
) -> Result<PlanId, EngineError> {
    let part = select(&session.store(), of, selected)?;
    let admitted = admit_push(session, part.plan, options);
    if admitted.is_err() && part.is_new {
        session.store().discard_plan(part.plan)?;
    }
    admitted.map(|stored| stored.id)
}

/// A part of a plan.
struct Part {
    /// The plan that it is.
    plan: PlanId,
    /// Whether it was made just now.
    is_new: bool,
}

/// Makes the plan of the selected cells. It holds what the whole one read, so it is as old; the same selection of the
/// same plan is the same plan again. Asks nothing of Canvas.
fn select(store: &Store, of: PlanId, selected: &Selected) -> Result<Part, EngineError> {
    let whole = store.plan(of)?;
    let kind = match whole.header.kind {
        // What is selected from an undo is an undo.
        PlanKind::Undo { run, also, .. } => PlanKind::Undo { run, also, partial: true, of: Some(of) },
        PlanKind::Scores | PlanKind::Selection { .. } => PlanKind::Selection { of },
    };
    let header = PlanHeader { kind, ..whole.header };
    let about_all = whole.totals.findings.into_iter();
    // What adds up over the courses is counted anew, and what concerns a course comes with its part.
    let counted = [FindingCode::StudentsNotified, FindingCode::AssignmentNameTaken];
    let about_all = about_all.filter(|one| one.course.is_none() && !counted.contains(&one.code));
    let mut tally = Tally::begin(store, &header, about_all.collect())?;
    let mut unmet = selected.unmet();
    for ordinal in PartIndex::of_plan(whole.parts) {
        let part = store.plan_part(of, ordinal)?;
        unmet.meet(&part);
        if let Some(narrowed) = selected.narrow(part) {
            tally.take(&narrowed.part)?;
        }
    }
    unmet.finish()?;
    let digest = tally.digest();
    let same = |plan: &&StoredPlan| plan.header == header && plan.totals.digest == digest;
    match store.plans(Some(&header.connector))?.iter().find(same) {
        Some(known) => Ok(Part { plan: known.id, is_new: false }),
        None => Ok(Part { plan: tally.finish(0)?.id, is_new: true }),
    }
}
