//! What of a run was taken back by now. A part of a run can be, and the rest of it goes on.

use std::collections::HashSet;

use super::{EngineError, Session};
use crate::domain::{Cell, CourseId, Outcome, PlanId, PlanKind, RunId};
use crate::store::StoredRun;

/// The runs that took something of a run back.
#[derive(Debug, Default)]
pub(super) struct Undone {
    /// The one that took back the run as a whole.
    by: Option<RunId>,
    undoings: Vec<Undoing>,
}

/// A run that took back some of another one's cells.
#[derive(Debug)]
struct Undoing {
    run: RunId,
    plan: PlanId,
    partial: bool,
}

/// Cells of a part of the run, by column and student: the part of an undo has those of the part that it reverses.
#[derive(Debug, Default)]
pub(super) struct TakenBack {
    /// They hold again what they held before the run.
    pub(super) restored: HashSet<(u32, u32)>,
    /// A person chose them to be taken back, whatever came of it.
    pub(super) chosen: HashSet<(u32, u32)>,
}

impl Undone {
    /// Looks for them among the later runs.
    pub(super) fn of(session: &Session, run: &StoredRun) -> Result<Self, EngineError> {
        let Some(latest) = run.undone_by else { return Ok(Self::default()) };
        let store = session.store();
        let mut undoings = Vec::new();
        for later in store.runs(None)?.into_iter().filter(|later| later.id > run.id) {
            let PlanKind::Undo { run: undone, partial, .. } = store.plan(later.plan)?.header.kind else { continue };
            if undone == run.id && store.run_counts(later.id)?.written > 0 {
                undoings.push(Undoing { run: later.id, plan: later.plan, partial });
            }
        }
        let whole = undoings.iter().find(|one| !one.partial).map(|one| one.run);
        // One that was purged may have taken back anything.
        let purged = undoings.iter().all(|one| one.run != latest).then_some(latest);
        Ok(Self { by: whole.or(purged), undoings })
    }

    /// Which run took back the run as a whole, if one did.
    pub(super) fn by(&self) -> Option<RunId> {
        self.by
    }

    /// What was taken back in a course.
    pub(super) fn cells(&self, session: &Session, course: CourseId) -> Result<TakenBack, EngineError> {
        let mut taken = TakenBack::default();
        let store = session.store();
        for one in &self.undoings {
            for ordinal in store.part_ordinals(one.plan, course)? {
                let part = store.plan_part(one.plan, ordinal)?;
                let records = store.records(one.run, ordinal)?;
                let is_restored =
                    |cell: u32| records.get(&cell).is_some_and(|record| record.outcome == Outcome::Written);
                let restored = part.writes().filter(|(cell, _)| is_restored(*cell));
                taken.restored.extend(restored.map(|(_, cell)| place(cell)));
                if one.partial {
                    taken.chosen.extend(part.cells.iter().map(place));
                }
            }
        }
        Ok(taken)
    }
}

/// Where a cell is in its part.
pub(super) fn place(cell: &Cell) -> (u32, u32) {
    (cell.column, cell.student)
}
