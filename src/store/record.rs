//! The journal's outcomes: one record for each planned cell that was touched, and their counts.

use std::collections::{BTreeMap, HashMap};

use jiff::Timestamp;
use rusqlite::{OptionalExtension, Transaction, params};
use serde::{Deserialize, Deserializer, Serialize};

use super::cache_read::each;
use super::columns::{CommentCode, Instant, OutcomeCode, Packed, comment_code, outcome_code};
use super::pushed::record_pushed;
use super::run::{Place, place};
use super::{Store, StoreError};
use crate::domain::{
    AssignmentId, CellIndex, CellRecord, CommentCounts, CommentOutcome, LastPushed, LiveCell, LostEdit, Outcome,
    PartIndex, RunCounts, RunId, UserId,
};

/// What became of a cell, and what that means for later plans.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RecordedCell {
    /// Its place in the part's cells.
    pub cell: CellIndex,
    /// What became of it.
    pub record: CellRecord,
    /// The assignment, if it exists.
    pub assignment: Option<AssignmentId>,
    /// The student, if identified.
    pub user: Option<UserId>,
    /// What is now there by our doing; `None` if we put nothing there. Needs the assignment and the student.
    pub pushed: Option<LastPushed>,
    /// The comment that the record's comment outcome is about, as lower-case hex SHA-256 of its text. Needs the
    /// assignment and the student.
    pub comment_sha256: Option<String>,
}

/// The part of a record that is only read, never searched.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub(super) struct Details {
    pub(super) cell: CellIndex,
    live: Option<LiveCell>,
    reason: Option<String>,
    #[serde(default, deserialize_with = "one_or_many")]
    overwrote: Vec<LostEdit>,
    request_id: Option<String>,
}

/// Reads lost edits. Earlier versions stored at most one of a cell, and no list.
fn one_or_many<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<LostEdit>, D::Error> {
    #[derive(Deserialize)]
    #[serde(untagged)]
    enum Stored {
        Many(Vec<LostEdit>),
        One(Option<LostEdit>),
    }
    Ok(match Stored::deserialize(deserializer)? {
        Stored::Many(edits) => edits,
        Stored::One(edit) => edit.into_iter().collect(),
    })
}

impl Store {
    /// Records outcomes of one part's cells in one transaction, and what was pushed and commented. A later record of
    /// a cell replaces an earlier one.
    pub fn record_cells(
        &self,
        run: RunId,
        part: PartIndex,
        cells: &[RecordedCell],
        now: Timestamp,
    ) -> Result<(), StoreError> {
        self.write(|transaction| {
            let place = place(transaction, run, part)?;
            let details: Vec<Details> = cells.iter().filter_map(Details::of).collect();
            transaction
                .prepare_cached("INSERT INTO record_details (run, part, packed) VALUES (?1, ?2, ?3)")?
                .execute(params![run.0, part, Packed(&details)])?;
            let details_id = transaction.last_insert_rowid();
            let mut insert =
                transaction.prepare_cached("INSERT OR REPLACE INTO record VALUES (?1, ?2, ?3, ?4, ?5, ?6)")?;
            for cell in cells {
                let CellRecord { outcome, comment, .. } = &cell.record;
                insert.execute(params![
                    run.0,
                    part,
                    cell.cell,
                    outcome_code(*outcome),
                    comment.map(comment_code),
                    Details::of(cell).map(|_| details_id)
                ])?;
                record_comment(transaction, &place, run, cell, now)?;
            }
            record_pushed(transaction, &place, run, cells, now)
        })
    }

    /// The records of one part, by the place of their cell. Cells without one were not sent.
    pub fn records(&self, run: RunId, part: PartIndex) -> Result<BTreeMap<CellIndex, CellRecord>, StoreError> {
        let connection = self.connection();
        let mut details: HashMap<(i64, CellIndex), Details> = HashMap::new();
        let select = "SELECT id, packed FROM record_details WHERE run = ?1 AND part = ?2";
        each(&connection, select, params![run.0, part], |row| {
            let id = row.get(0)?;
            let packed: Packed<Vec<Details>> = row.get(1)?;
            details.extend(packed.0.into_iter().map(|one| ((id, one.cell), one)));
            Ok(())
        })?;
        let mut records = BTreeMap::new();
        let select = "SELECT cell, outcome, comment, details FROM record WHERE run = ?1 AND part = ?2";
        each(&connection, select, params![run.0, part], |row| {
            let cell: CellIndex = row.get(0)?;
            let known = row.get::<_, Option<_>>(3)?.and_then(|id| details.remove(&(id, cell)));
            let Details { cell: _, live, reason, overwrote, request_id } = known.unwrap_or_default();
            let outcome = row.get::<_, OutcomeCode>(1)?.0;
            let comment = row.get::<_, Option<CommentCode>>(2)?.map(|comment| comment.0);
            records.insert(cell, CellRecord { outcome, comment, live, reason, overwrote, request_id });
            Ok(())
        })?;
        Ok(records)
    }

    /// What became of a run's planned cells: those without a record are pending.
    pub fn run_counts(&self, run: RunId) -> Result<RunCounts, StoreError> {
        let connection = self.connection();
        let mut select =
            connection.prepare_cached("SELECT planned FROM run JOIN plan ON plan.id = run.plan WHERE run.id = ?1")?;
        let planned: Option<u64> = select.query_row([run.0], |row| row.get(0)).optional()?;
        let planned = planned.ok_or_else(|| StoreError::missing("run", run))?;
        let mut counts = RunCounts::default();
        each(&connection, "SELECT outcome, count(*) FROM record WHERE run = ?1 GROUP BY outcome", [run.0], |row| {
            counts.add(row.get::<_, OutcomeCode>(0)?.0, row.get(1)?);
            Ok(())
        })?;
        counts.add(Outcome::Pending, planned.saturating_sub(counts.planned));
        Ok(counts)
    }

    /// Notes that an undo deleted the comment of a cell of its plan: it is not there any more, so a later push may send
    /// it again. `sha256` is of its text, in lower-case hex.
    pub fn comment_deleted(
        &self,
        run: RunId,
        (part, cell): (PartIndex, CellIndex),
        (assignment, user): (AssignmentId, UserId),
        sha256: &str,
    ) -> Result<(), StoreError> {
        self.write(|transaction| {
            let place = place(transaction, run, part)?;
            transaction
                .prepare_cached("INSERT OR IGNORE INTO deleted_comment VALUES (?1, ?2, ?3)")?
                .execute(params![run.0, part, cell])?;
            forget_comment(transaction, &place, assignment, user, sha256)
        })
    }

    /// What became of a run's comments; what an undo was to delete and did not is for the engine to count.
    pub fn comment_counts(&self, run: RunId) -> Result<CommentCounts, StoreError> {
        let mut counts = CommentCounts::default();
        let select = "SELECT comment, count(*) FROM record WHERE run = ?1 AND comment IS NOT NULL GROUP BY comment";
        each(&self.connection(), select, [run.0], |row| {
            counts.add(row.get::<_, CommentCode>(0)?.0, row.get(1)?);
            Ok(())
        })?;
        each(&self.connection(), "SELECT count(*) FROM deleted_comment WHERE run = ?1", [run.0], |row| {
            counts.deleted = row.get(0)?;
            Ok(())
        })?;
        Ok(counts)
    }
}

impl Details {
    /// What a record says beyond its outcome; `None` if nothing.
    fn of(recorded: &RecordedCell) -> Option<Self> {
        let CellRecord { outcome: _, comment: _, live, reason, overwrote, request_id } = recorded.record.clone();
        let details = Self { cell: recorded.cell, live, reason, overwrote, request_id };
        (details != Self { cell: recorded.cell, ..Self::default() }).then_some(details)
    }
}

/// Keeps what is known of a comment; one that was not sent is forgotten.
fn record_comment(
    transaction: &Transaction<'_>,
    place: &Place,
    run: RunId,
    cell: &RecordedCell,
    now: Timestamp,
) -> Result<(), StoreError> {
    let RecordedCell { record, assignment, user, comment_sha256, .. } = cell;
    let (Some(outcome), Some(assignment), Some(user), Some(sha256)) =
        (record.comment, assignment, user, comment_sha256)
    else {
        return Ok(());
    };
    if outcome == CommentOutcome::Pending {
        return forget_comment(transaction, place, *assignment, *user, sha256);
    }
    let (host, course) = (place.host, place.course.0);
    transaction
        .prepare_cached("INSERT OR REPLACE INTO comment VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)")?
        .execute(params![host, course, assignment.0, user.0, sha256, comment_code(outcome), run.0, Instant(now)])?;
    Ok(())
}

fn forget_comment(
    transaction: &Transaction<'_>,
    place: &Place,
    assignment: AssignmentId,
    user: UserId,
    sha256: &str,
) -> Result<(), StoreError> {
    transaction
        .prepare_cached(
            "DELETE FROM comment WHERE host = ?1 AND course = ?2 AND assignment = ?3 AND user = ?4 AND sha256 = ?5",
        )?
        .execute(params![place.host, place.course.0, assignment.0, user.0, sha256])?;
    Ok(())
}
