//! The journal's outcomes: one record for each planned cell that was touched.

use std::collections::{BTreeMap, HashMap};

use jiff::Timestamp;
use rusqlite::{Transaction, params};
use serde::{Deserialize, Deserializer, Serialize};

use super::cache_read::each;
use super::columns::{CommentCode, Instant, OutcomeCode, Packed, comment_code, outcome_code};
use super::pushed::record_pushed;
use super::record_totals::keep_totals;
use super::run::{Place, place};
use super::{Store, StoreError};
use crate::domain::{
    AssignmentId, CellIndex, CellRecord, CommentOutcome, LastPushed, LiveCell, LostEdit, PartIndex, RunId, UserId,
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
            let overwrote = cells.iter().any(|cell| !cell.record.overwrote.is_empty());
            keep_totals(transaction, (run, part), cells.iter().map(|cell| cell.cell), overwrote, || {
                let mut insert =
                    transaction.prepare_cached("INSERT OR REPLACE INTO record VALUES (?1, ?2, ?3, ?4, ?5, ?6)")?;
                for cell in cells {
                    let CellRecord { outcome, comment, .. } = &cell.record;
                    let (outcome, comment) = (outcome_code(*outcome), comment.map(comment_code));
                    let details = Details::of(cell).map(|_| details_id);
                    insert.execute(params![run.0, part, cell.cell, outcome, comment, details])?;
                    record_comment(transaction, &place, run, cell, now)?;
                }
                Ok(())
            })?;
            record_pushed(transaction, &place, run, cells, now)
        })
    }

    /// The records of one part, by the place of their cell. Cells without one were not sent.
    pub fn records(&self, run: RunId, part: PartIndex) -> Result<BTreeMap<CellIndex, CellRecord>, StoreError> {
        let connection = self.connection();
        let mut has_details: HashMap<CellIndex, i64> = HashMap::new();
        let mut records = Vec::new();
        let select = "SELECT cell, outcome, comment, details FROM record WHERE run = ?1 AND part = ?2 ORDER BY cell";
        each(&connection, select, params![run.0, part], |row| {
            let cell: CellIndex = row.get(0)?;
            let outcome = row.get::<_, OutcomeCode>(1)?.0;
            let comment = row.get::<_, Option<CommentCode>>(2)?.map(|comment| comment.0);
            records.push((cell, CellRecord { outcome, comment, ..CellRecord::pending() }));
            has_details.extend(row.get::<_, Option<i64>>(3)?.map(|id| (cell, id)));
            Ok(())
        })?;
        // Made of all at once, a map has no half-empty nodes.
        let mut records: BTreeMap<CellIndex, CellRecord> = records.into_iter().collect();
        let select = "SELECT id, packed FROM record_details WHERE run = ?1 AND part = ?2";
        each(&connection, select, params![run.0, part], |row| {
            let id = row.get(0)?;
            for Details { cell, live, reason, overwrote, request_id } in row.get::<_, Packed<Vec<Details>>>(1)?.0 {
                if let Some(record) = records.get_mut(&cell).filter(|_| has_details.get(&cell) == Some(&id)) {
                    let CellRecord { outcome, comment, .. } = *record;
                    *record = CellRecord { outcome, comment, live, reason, overwrote, request_id };
                }
            }
            Ok(())
        })?;
        Ok(records)
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
