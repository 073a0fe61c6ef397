//! What runs created and commented, and what of it undos delete: one count for every output (design, promise 5).

use std::collections::HashMap;

use crate::domain::{AssignmentCounts, AssignmentId, CommentCounts, CourseId, PlanKind, RunId, TakeBack};
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
    for column in columns_to_delete(store, stored)? {
        *(if column.deleted { &mut counts.deleted } else { &mut counts.failed }) += 1;
    }
    Ok(counts)
}

/// An assignment that an undo was to delete, because the run that it takes back had created it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ColumnToDelete {
    /// The course.
    pub course: CourseId,
    /// The assignment.
    pub assignment: AssignmentId,
    /// Its name when the undo was planned.
    pub name: String,
    /// Whether it was deleted.
    pub deleted: bool,
    /// Why not, where the undo has come that far, or what went with it: one line without names.
    pub reason: Option<String>,
}

/// What became of the assignments that this plan was to delete; none if it is no undo, or was to delete none.
pub fn columns_to_delete(store: &Store, stored: &StoredPlan) -> Result<Vec<ColumnToDelete>, EngineError> {
    let PlanKind::Undo { run: undone, also: TakeBack { created: true, .. }, .. } = stored.header.kind else {
        return Ok(Vec::new());
    };
    let mut here = assignments_in(store, stored)?;
    let created = store.created_assignments(undone)?.into_iter().filter(|one| one.state != CreatedState::Failed);
    let columns = created.filter_map(|one| {
        let assignment = one.assignment?;
        let (course, name) = here.remove(&assignment)?;
        let deleted = one.state == CreatedState::Deleted;
        Some(ColumnToDelete { course, assignment, name, deleted, reason: one.reason })
    });
    Ok(columns.collect())
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
        let is_here = |assignment: Option<AssignmentId>| assignment.is_some_and(|id| here.contains_key(&id));
        let there = created.iter().filter(|one| may_be_there(one.state) && is_here(one.assignment));
        let there = there.count() as u64;
        let mut deletions = Self::default();
        *(if also.created { &mut deletions.assignments } else { &mut deletions.kept }) = there;
        deletions.comments = comments_in(store, stored)?;
        Ok(deletions)
    }
}

/// The comments in a plan; in an undo's, those that go.
fn comments_in(store: &Store, stored: &StoredPlan) -> Result<u64, EngineError> {
    Ok(store.part_totals(stored.id)?.iter().map(|part| part.comments).sum())
}

/// The assignments of a plan's columns, with their courses and names.
fn assignments_in(
    store: &Store,
    stored: &StoredPlan,
) -> Result<HashMap<AssignmentId, (CourseId, String)>, EngineError> {
    let mut assignments = HashMap::new();
    for part in store.part_totals(stored.id)? {
        let Some(course) = part.course.map(|course| course.id) else { continue };
        assignments.extend(part.assignments.into_iter().map(|(assignment, name)| (assignment, (course, name))));
    }
    Ok(assignments)
}
