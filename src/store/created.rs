//! Assignments that runs create: intended, then created or failed, perhaps deleted by an undo.

use jiff::Timestamp;
use rusqlite::{Row, Transaction, params};
use serde::{Deserialize, Serialize};

use super::cache_read::list;
use super::columns::{Instant, Packed, Word};
use super::run::place;
use super::sequence::next;
use super::{Store, StoreError, binding};
use crate::domain::{
    AssignmentId, Binding, CanvasHost, ColumnIndex, CourseId, CoursePart, PartIndex, PlanId, PlannedColumn, RunId,
};

/// How far the creation of an assignment is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum CreatedState {
    /// The request was about to leave; Canvas may hold the assignment. Where it is known, Canvas does, and its grades
    /// are not hidden as they should be.
    Intended,
    /// It exists and is bound in the map.
    Created,
    /// Canvas refused.
    Failed,
    /// An undo deleted it.
    Deleted,
}

/// An assignment that a run set out to create.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CreatedAssignment {
    /// The plan's part.
    pub part: PartIndex,
    /// The place of the column in the part.
    pub column: ColumnIndex,
    /// How far it is.
    pub state: CreatedState,
    /// The assignment, once known.
    pub assignment: Option<AssignmentId>,
    /// The highest assignment id of the course before the request: one above it with the same name may be ours.
    pub highest_seen: Option<AssignmentId>,
    /// When it came to this state.
    pub at: Timestamp,
    /// Why it failed; where it exists, why an undo did not delete it; where one did, what else went with it.
    pub reason: Option<String>,
}

/// An assignment that may or may not have been created: the request may have left, and no reply came.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CreationInDoubt {
    /// The run that intended it; its `retry` settles it.
    pub run: RunId,
    /// The Canvas course.
    pub course: CourseId,
    /// The column it is for, and what it would be.
    pub column: PlannedColumn,
    /// The assignment, where it is known to exist and only its grades are not hidden yet.
    pub assignment: Option<AssignmentId>,
    /// The highest assignment id of the course before the request.
    pub highest_seen: Option<AssignmentId>,
    /// When the request was about to leave.
    pub at: Timestamp,
}

impl Store {
    /// Journals, durably, that an assignment is about to be created.
    pub fn intend_assignment(
        &self,
        run: RunId,
        part: PartIndex,
        column: ColumnIndex,
        highest_seen: Option<AssignmentId>,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        self.write(|transaction| {
            place(transaction, run, part)?;
            let sequence = next(transaction)?;
            transaction.execute(
                "INSERT OR REPLACE INTO created_assignment
                    (run, part, sheet_column, state, highest_seen, at, sequence) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
                params![
                    run.0,
                    part,
                    column,
                    Word(CreatedState::Intended),
                    highest_seen.map(|assignment| assignment.0),
                    Instant(now),
                    sequence
                ],
            )?;
            Ok(())
        })
    }

    /// Journals that an intended assignment exists, although it is not done yet.
    pub fn assignment_seen(
        &self,
        run: RunId,
        part: PartIndex,
        column: ColumnIndex,
        assignment: AssignmentId,
    ) -> Result<(), StoreError> {
        self.write(|transaction| {
            let update = "UPDATE created_assignment SET assignment = ?4
                WHERE run = ?1 AND part = ?2 AND sheet_column = ?3";
            changed(transaction.execute(update, params![run.0, part, column, assignment.0])?, run, part, column)
        })
    }

    /// Journals that an intended assignment exists, and binds the column's key to it in the same transaction, so that
    /// no later plan creates it again.
    pub fn assignment_created(
        &self,
        run: RunId,
        part: PartIndex,
        column: ColumnIndex,
        binding: &Binding,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        self.write(|transaction| {
            let place = place(transaction, run, part)?;
            let update = "UPDATE created_assignment SET state = ?4, at = ?5, assignment = ?6, reason = NULL
                WHERE run = ?1 AND part = ?2 AND sheet_column = ?3";
            let state = Word(CreatedState::Created);
            let values = params![run.0, part, column, state, Instant(now), binding.assignment.0];
            changed(transaction.execute(update, values)?, run, part, column)?;
            binding::insert(transaction, place.host, binding)
        })
    }

    /// Journals that Canvas refused to create an intended assignment.
    pub fn assignment_failed(
        &self,
        run: RunId,
        part: PartIndex,
        column: ColumnIndex,
        reason: &str,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        self.write(|transaction| {
            let update = "UPDATE created_assignment SET state = ?4, at = ?5, reason = ?6
                WHERE run = ?1 AND part = ?2 AND sheet_column = ?3";
            let values = params![run.0, part, column, Word(CreatedState::Failed), Instant(now), reason];
            changed(transaction.execute(update, values)?, run, part, column)
        })
    }

    /// Journals why an undo did not delete an assignment that the run had created.
    pub fn assignment_kept(
        &self,
        run: RunId,
        part: PartIndex,
        column: ColumnIndex,
        reason: &str,
    ) -> Result<(), StoreError> {
        self.write(|transaction| {
            let update = "UPDATE created_assignment SET reason = ?4
                WHERE run = ?1 AND part = ?2 AND sheet_column = ?3";
            changed(transaction.execute(update, params![run.0, part, column, reason])?, run, part, column)
        })
    }

    /// Journals that an assignment the run had created was deleted, and what else went `with` it, and removes it from
    /// the map.
    pub fn assignment_deleted(
        &self,
        run: RunId,
        part: PartIndex,
        column: ColumnIndex,
        with: Option<&str>,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        self.write(|transaction| {
            let update = "UPDATE created_assignment SET state = ?4, at = ?5, reason = ?6
                WHERE run = ?1 AND part = ?2 AND sheet_column = ?3";
            let values = params![run.0, part, column, Word(CreatedState::Deleted), Instant(now), with];
            changed(transaction.execute(update, values)?, run, part, column)?;
            unbind(transaction, run, part, column)
        })
    }

    /// The assignments of a Canvas whose creation is in doubt.
    pub fn creations_in_doubt(&self, host: &CanvasHost) -> Result<Vec<CreationInDoubt>, StoreError> {
        let select = format!("{IN_DOUBT} AND plan.host = (SELECT id FROM host WHERE name = ?2) ORDER BY at");
        let all = params![Word(CreatedState::Intended), host.as_str()];
        let all = list(&self.connection(), &select, all, in_doubt)?;
        Ok(all.into_iter().flatten().collect())
    }

    /// Those of the same Canvas that were intended since a plan was begun; see [`Store::pushed_since`].
    pub fn creations_in_doubt_since(&self, plan: PlanId) -> Result<Vec<CreationInDoubt>, StoreError> {
        let select = format!(
            "{IN_DOUBT} AND EXISTS (SELECT 1 FROM plan AS made WHERE made.id = ?2 AND made.host = plan.host
                AND (created_assignment.sequence > coalesce(made.made_after, 0)
                    OR made.made_after IS NULL AND created_assignment.at > made.created_at)) ORDER BY at"
        );
        let all = list(&self.connection(), &select, params![Word(CreatedState::Intended), plan.0], in_doubt)?;
        Ok(all.into_iter().flatten().collect())
    }

    /// The assignments that a run set out to create, by part and column.
    pub fn created_assignments(&self, run: RunId) -> Result<Vec<CreatedAssignment>, StoreError> {
        let select = format!("{CREATED} WHERE run = ?1 ORDER BY part, sheet_column");
        list(&self.connection(), &select, [run.0], created)
    }

    /// Those of one part, by column.
    pub fn created_in_part(&self, run: RunId, part: PartIndex) -> Result<Vec<CreatedAssignment>, StoreError> {
        let select = format!("{CREATED} WHERE run = ?1 AND part = ?2 ORDER BY sheet_column");
        list(&self.connection(), &select, params![run.0, part], created)
    }

    /// Those of one Canvas course, by part and column.
    pub fn created_in_course(&self, run: RunId, course: CourseId) -> Result<Vec<CreatedAssignment>, StoreError> {
        let select = format!(
            "{CREATED} WHERE run = ?1 AND part IN (SELECT ordinal FROM part
                WHERE plan = (SELECT plan FROM run WHERE id = ?1) AND course = ?2) ORDER BY part, sheet_column"
        );
        list(&self.connection(), &select, params![run.0, course.0], created)
    }
}

const IN_DOUBT: &str = "SELECT run.id, part.packed, sheet_column, assignment, highest_seen, at FROM created_assignment
    JOIN run ON run.id = created_assignment.run
    JOIN plan ON plan.id = run.plan
    JOIN part ON part.plan = plan.id AND part.ordinal = created_assignment.part
    WHERE state = ?1";

fn in_doubt(row: &Row<'_>) -> rusqlite::Result<Option<CreationInDoubt>> {
    let CoursePart { course, columns, .. } = row.get::<_, Packed<CoursePart>>(1)?.0;
    let column = columns.into_iter().nth(row.get::<_, usize>(2)?);
    let (Some(course), Some(column)) = (course, column) else { return Ok(None) };
    Ok(Some(CreationInDoubt {
        run: RunId(row.get(0)?),
        course: course.id,
        column,
        assignment: row.get::<_, Option<_>>(3)?.map(AssignmentId),
        highest_seen: row.get::<_, Option<_>>(4)?.map(AssignmentId),
        at: row.get::<_, Instant>(5)?.0,
    }))
}

const CREATED: &str = "SELECT part, sheet_column, state, assignment, highest_seen, at, reason FROM created_assignment";

fn created(row: &Row<'_>) -> rusqlite::Result<CreatedAssignment> {
    Ok(CreatedAssignment {
        part: row.get(0)?,
        column: row.get(1)?,
        state: row.get::<_, Word<_>>(2)?.0,
        assignment: row.get::<_, Option<_>>(3)?.map(AssignmentId),
        highest_seen: row.get::<_, Option<_>>(4)?.map(AssignmentId),
        at: row.get::<_, Instant>(5)?.0,
        reason: row.get(6)?,
    })
}

fn unbind(transaction: &Transaction<'_>, run: RunId, part: PartIndex, column: ColumnIndex) -> Result<(), StoreError> {
    let place = place(transaction, run, part)?;
    transaction.execute(
        "DELETE FROM binding WHERE host = ?1 AND assignment = (SELECT assignment FROM created_assignment
            WHERE run = ?2 AND part = ?3 AND sheet_column = ?4)",
        params![place.host, run.0, part, column],
    )?;
    Ok(())
}

fn changed(rows: usize, run: RunId, part: PartIndex, column: ColumnIndex) -> Result<(), StoreError> {
    if rows == 0 {
        return Err(StoreError::missing("intended assignment", format!("{run}, part {part}, column {column}")));
    }
    Ok(())
}
