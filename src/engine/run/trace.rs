//! Finds our write among the versions of a cell, and the edit that it replaced (design, promise 3; `canvas-contract §H9`).

use super::task::Task;
use crate::canvas::{Submission, SubmissionVersion};
use crate::domain::{Entered, LiveCell, LostEdit, UserId};

/// What the versions of a cell say.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Trace {
    /// Whether our write is among them.
    pub(super) wrote: bool,
    /// What it replaced, where that is not what we had looked at.
    pub(super) replaced: Option<LostEdit>,
}

/// Looks at the versions that are newer than `before`, which is what we saw when we decided to write.
pub(super) fn trace(task: &Task, before: &LiveCell, read: &Submission, writers: &[UserId]) -> Trace {
    let versions = &read.submission_history;
    let seen = |version: &SubmissionVersion| {
        version.entered() == before.entered
            && version.graded_at == before.graded_at
            && version.grader_id == before.grader
    };
    let ours = |version: &SubmissionVersion| {
        let is_writer = version.grader_id.is_some_and(|grader| writers.contains(&UserId(grader)));
        is_writer && task.wanted.holds_in(&version.live_cell())
    };
    let newer = &versions[versions.iter().rposition(seen).map_or(0, |place| place + 1)..];
    let replaced = newer.windows(2).filter(|pair| ours(&pair[1]) && !ours(&pair[0])).map(|pair| &pair[0]).next_back();
    Trace {
        wrote: newer.iter().any(ours),
        replaced: replaced.filter(|edit| is_edit(edit, before)).map(|edit| LostEdit {
            entered: Some(edit.entered()),
            grader: edit.grader_id.filter(|grader| *grader > 0).map(UserId),
            graded_at: edit.graded_at,
        }),
    }
}

/// Versions without a grader are hand-ins, and an empty cell that was filled and emptied again has lost nothing.
fn is_edit(version: &SubmissionVersion, before: &LiveCell) -> bool {
    version.grader_id.is_some() && (version.entered() != Entered::Empty || before.entered != Entered::Empty)
}
