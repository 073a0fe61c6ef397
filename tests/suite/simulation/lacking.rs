//! What the engine does not do yet on a Canvas that is true to the recorded one. Each is switched off here by its name,
//! and nowhere else; a name goes with the change that mends it.

/// A promise that is not kept yet.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Lack {
    /// What a cell held in between is looked for in `submission_history`, which is not the list of versions
    /// (canvas-contract §H9): lost edits are not noticed, and a grade of ours that somebody has written over since is
    /// not counted.
    FormerStates,
    /// A cell of a column made a moment ago is held as no longer assigned, for its row comes late (canvas-contract §I1).
    LateRows,
    /// A column made a moment ago is unknown to lists that are read from a copy (canvas-contract §I1), and its cells are
    /// rejected.
    LaggingLists,
}

/// What is lacking today.
const LACKING: &[Lack] = &[Lack::FormerStates, Lack::LateRows, Lack::LaggingLists];

/// Whether a promise cannot be asked for yet.
pub(super) fn lacks(lack: Lack) -> bool {
    LACKING.contains(&lack)
}
