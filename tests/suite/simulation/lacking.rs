//! What the engine does not do yet on a Canvas that is true to the recorded one. Each is switched off here by its name,
//! and nowhere else; a name goes with the change that mends it.

/// A promise that is not kept yet.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Lack {
    /// What a cell held in between is looked for in `submission_history`, which is not the list of versions
    /// (canvas-contract §H9): lost edits are not noticed, and a grade of ours that somebody has written over since is
    /// not counted. A wanted value that somebody enters in SpeedGrader is taken for our own write, as only the log tells
    /// who entered it.
    FormerStates,
    /// A cell of a column made a moment ago is held as no longer assigned, for its row comes late (canvas-contract §I1).
    LateRows,
    /// Lists that are read from a copy (canvas-contract §I1) do not know a column made a moment ago, and its cells are
    /// rejected. A retry right after a crash does not see there what a job has just written, and sends it again with its
    /// comment.
    LaggingLists,
}

/// What is lacking today.
const LACKING: &[Lack] = &[Lack::FormerStates, Lack::LateRows, Lack::LaggingLists];

/// Whether a promise cannot be asked for yet.
pub(super) fn lacks(lack: Lack) -> bool {
    LACKING.contains(&lack)
}
