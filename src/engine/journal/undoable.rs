//! What an undo could still take back of runs that are about to be forgotten.

use std::collections::BTreeSet;

use super::UndoneBy;
use crate::domain::{PlanKind, RunId};
use crate::engine::EngineError;
use crate::store::{CreatedState, Store};

/// A run that an undo could still take back.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Undoable {
    /// The run.
    pub run: RunId,
    /// How many grades it wrote, or may have written.
    pub grades: u64,
}

/// What stays of old runs when nothing that an undo could still take back may be forgotten.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Retained {
    /// The runs that an undo could still take back, oldest first.
    pub undoable: Vec<Undoable>,
    /// These runs, and those that took one of them back and were taken back themselves: without them, it would count as
    /// undone. Oldest first.
    pub runs: Vec<RunId>,
}

/// Which of these runs stay; they are given oldest first.
pub fn retained(store: &Store, old: &[RunId]) -> Result<Retained, EngineError> {
    let mut retained = Retained::default();
    let mut going: BTreeSet<RunId> = old.iter().copied().collect();
    for run in old.iter().copied() {
        let counts = store.run_counts(run)?;
        let grades = counts.written + counts.unknown;
        let made_columns = || -> Result<bool, EngineError> {
            Ok(store.created_assignments(run)?.iter().any(|one| one.state == CreatedState::Created))
        };
        if (grades > 0 || made_columns()?) && !is_undone(store, run)? {
            retained.undoable.push(Undoable { run, grades });
            going.remove(&run);
        } else if let PlanKind::Undo { run: undone, .. } = store.plan(store.run(run)?.plan)?.header.kind {
            // A run is older than what took it back, so it is settled already whether that one goes.
            if !going.contains(&undone) && store.run(undone).is_ok() {
                going.remove(&run);
            }
        }
    }
    retained.runs = old.iter().copied().filter(|run| !going.contains(run)).collect();
    Ok(retained)
}

/// Which of these runs an undo could still take back, with how many of the given grades.
pub fn undoable(store: &Store, grades: &[(RunId, u64)]) -> Result<Vec<Undoable>, EngineError> {
    let mut undoable = Vec::new();
    for (run, grades) in grades.iter().copied() {
        if !is_undone(store, run)? {
            undoable.push(Undoable { run, grades });
        }
    }
    Ok(undoable)
}

fn is_undone(store: &Store, run: RunId) -> Result<bool, EngineError> {
    Ok(matches!(UndoneBy::of(store, &store.run(run)?)?, Some(UndoneBy::Whole(_))))
}
