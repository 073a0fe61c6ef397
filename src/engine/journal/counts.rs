//! What runs created and commented, and what of it undos delete: one count for every output (design, promise 5).

use std::collections::HashSet;

use crate::domain::{AssignmentCounts, AssignmentId, CommentCounts, PlanKind, RunId, TakeBack};
use crate::engine::EngineError;
use crate::store::{CreatedState, Store, StoredPlan};

/// What a run made of its new assignments; for an undo, also what it made of those of the run it took back.
pub fn assignment_counts(store: &Store, stored: &StoredPlan, run: RunId) -> Result<AssignmentCounts, EngineError> {
    let mut counts = AssignmentCounts::default();
    for one in store.created_assignments(run)? {
        match one.state {
            CreatedState::Created => counts.created += 1,
            CreatedState::Deleted => counts.deleted += 1,
            CreatedState::Intended | CreatedState::Failed => counts.failed += 1,
        }
    }
    if let PlanKind::Undo { run: undone, also: TakeBack { created: true, .. }, .. } = stored.header.kind {
        let here = assignments_in(store, stored)?;
        for one in store.created_assignments(undone)?.iter().filter(|one| here.contains(&one.assignment)) {
            match one.state {
                CreatedState::Deleted => counts.deleted += 1,
                CreatedState::Created | CreatedState::Intended => counts.failed += 1,
                CreatedState::Failed => {}
            }
        }
    }
    Ok(counts)
}

/// What became of a run's comments; for an undo, also of those of the run it took back.
pub fn comment_counts(store: &Store, stored: &StoredPlan, run: RunId) -> Result<CommentCounts, EngineError> {
    let counts = store.comment_counts(run)?;
    let kept = match stored.header.kind {
        PlanKind::Undo { .. } => comments_in(store, stored)?.saturating_sub(counts.deleted),
        PlanKind::Scores | PlanKind::Selection { .. } => 0,
    };
    Ok(CommentCounts { kept, ..counts })
}

/// What the plan of an undo would delete, beside the values it gives back.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Deletions {
    /// Assignments that the run created, those included that somebody used since and that will therefore stay.
    pub assignments: u64,
    /// Assignments that the run created and that stay, because their deletion was not asked for.
    pub kept: u64,
    /// Comments that the run sent.
    pub comments: u64,
}

impl Deletions {
    /// Of this plan; none if it is no undo.
    pub fn of(store: &Store, stored: &StoredPlan) -> Result<Self, EngineError> {
        let PlanKind::Undo { run, also, .. } = stored.header.kind else { return Ok(Self::default()) };
        let here = assignments_in(store, stored)?;
        let created = store.created_assignments(run)?;
        let may_be_there = |state| matches!(state, CreatedState::Created | CreatedState::Intended);
        let there = created.iter().filter(|one| may_be_there(one.state) && here.contains(&one.assignment));
        let there = there.count() as u64;
        let mut deletions = Self::default();
        *(if also.created { &mut deletions.assignments } else { &mut deletions.kept }) = there;
        deletions.comments = comments_in(store, stored)?;
        Ok(deletions)
    }
}

/// The comments in a plan; in an undo's, those that go.
fn comments_in(store: &Store, stored: &StoredPlan) -> Result<u64, EngineError> {
    let mut comments = 0;
    for ordinal in 0..stored.parts {
        let part = store.plan_part(stored.id, ordinal)?;
        comments += part.cells.iter().filter(|cell| cell.comment.is_some()).count() as u64;
    }
    Ok(comments)
}

/// The assignments of a plan's columns.
fn assignments_in(store: &Store, stored: &StoredPlan) -> Result<HashSet<Option<AssignmentId>>, EngineError> {
    let mut assignments = HashSet::new();
    for ordinal in 0..stored.parts {
        let part = store.plan_part(stored.id, ordinal)?;
        assignments.extend(part.columns.iter().filter_map(|column| column.assignment()).map(|one| Some(one.id)));
    }
    Ok(assignments)
}
