//! What of a run was taken back by now. A part of a run can be, and the rest of it goes on.

use std::collections::{HashMap, HashSet};

use crate::domain::{Cell, ColumnIndex, CourseId, Outcome, PlanId, PlanKind, RunId, StudentIndex};
use crate::engine::EngineError;
use crate::store::{Store, StoredRun};

/// The runs that took something of a run back.
#[derive(Debug, Default)]
pub(in crate::engine) struct Undone {
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
    /// What of it was itself taken back since.
    undone: Undone,
}

/// Cells of a part of the run, by column and student: the part of an undo has those of the part that it reverses.
#[derive(Debug, Default)]
pub(in crate::engine) struct TakenBack {
    /// They hold again what they held before the run, or what somebody entered since; with the run that gave it back to
    /// them.
    pub(in crate::engine) restored: HashMap<(ColumnIndex, StudentIndex), RunId>,
    /// A person chose them to be taken back, whatever came of it.
    pub(in crate::engine) chosen: HashSet<(ColumnIndex, StudentIndex)>,
}

/// The run that took another one back.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum UndoneBy {
    /// As far as it could be.
    Whole(RunId),
    /// Cells that a person selected.
    Part(RunId),
}

impl UndoneBy {
    /// What took this run back, if anything did and was not taken back itself.
    pub fn of(store: &Store, run: &StoredRun) -> Result<Option<Self>, EngineError> {
        Ok(Undone::of(store, run)?.latest())
    }
}

impl Undone {
    /// Looks for them among the later runs.
    pub(in crate::engine) fn of(store: &Store, run: &StoredRun) -> Result<Self, EngineError> {
        let Some(latest) = run.undone_by else { return Ok(Self::default()) };
        let mut undoings = Vec::new();
        for later in store.runs(None)?.into_iter().filter(|later| later.id > run.id) {
            let PlanKind::Undo { run: undone, partial, .. } = store.plan(later.plan)?.header.kind else { continue };
            if undone == run.id {
                let undone = Self::of(store, &later)?;
                undoings.push(Undoing { run: later.id, plan: later.plan, partial, undone });
            }
        }
        let holds = |one: &&Undoing| !one.partial && one.undone.by.is_none();
        let whole = undoings.iter().find(holds).map(|one| one.run);
        // One that was purged may have taken back anything.
        let purged = undoings.iter().all(|one| one.run != latest).then_some(latest);
        Ok(Self { by: whole.or(purged), undoings })
    }

    /// The latest run that took something of it back and was not taken back itself, and whether it took all.
    fn latest(&self) -> Option<UndoneBy> {
        let partial =
            self.undoings.iter().filter(|one| one.partial && one.undone.by.is_none()).map(|one| one.run).max();
        let whole = self.by.map(UndoneBy::Whole);
        whole.or(partial.map(UndoneBy::Part))
    }

    /// Whether only a part of it was taken back: then its cells say which.
    pub(in crate::engine) fn is_of_a_part(&self) -> bool {
        self.by.is_none() && !self.undoings.is_empty()
    }

    /// Which run took back the run as a whole, if one did.
    pub(in crate::engine) fn by(&self) -> Option<RunId> {
        self.by
    }

    /// The latest run that took back anything of it.
    pub(in crate::engine) fn by_any(&self) -> Option<RunId> {
        self.latest().map(|latest| match latest {
            UndoneBy::Whole(run) | UndoneBy::Part(run) => run,
        })
    }

    /// What was taken back in a course.
    pub(in crate::engine) fn cells(&self, store: &Store, course: CourseId) -> Result<TakenBack, EngineError> {
        let mut taken = TakenBack::default();
        for one in &self.undoings {
            for ordinal in store.parts_of_course(one.plan, course)? {
                let part = store.plan_part(one.plan, ordinal)?;
                let records = store.records(one.run, ordinal)?;
                let again = one.undone.cells(store, course)?;
                let restored = part.writes().filter_map(|(index, cell)| {
                    let record = records.get(&index).filter(|record| record.outcome == Outcome::Written)?;
                    let by = match again.restored.get(&place(cell)) {
                        None => one.run,
                        // The undo of the undo put somebody's edit there, which the undo had replaced.
                        Some(by) if !record.overwrote.is_empty() => *by,
                        // It gave the cell to the run again.
                        Some(_) => return None,
                    };
                    Some((place(cell), by))
                });
                taken.restored.extend(restored);
                if one.partial && one.undone.by.is_none() {
                    let chosen = part.cells.iter().map(place);
                    taken.chosen.extend(chosen.filter(|cell| !again.chosen.contains(cell)));
                }
            }
        }
        Ok(taken)
    }
}

/// Where a cell is in its part.
pub(in crate::engine) fn place(cell: &Cell) -> (ColumnIndex, StudentIndex) {
    (cell.column, cell.student)
}
