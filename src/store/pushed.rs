//! What this tool last put into cells: the third side of the three-way decision, read course by course.

use std::collections::HashMap;

use jiff::Timestamp;
use rusqlite::{Transaction, params};

use super::cache_read::each;
use super::columns::{CommentCode, Instant, Packed};
use super::run::Place;
use super::sequence::next;
use super::{RecordedCell, Store, StoreError};
use crate::domain::{AssignmentId, CanvasHost, CommentOutcome, CourseId, LastPushed, PlanId, RunId, UserId};

/// A row of the table `pushed`, packed.
pub(super) type PushedCells = Vec<(AssignmentId, UserId, LastPushed)>;

/// In the order it happened, so that a later row overrides an earlier one.
const PUSHED: &str = "SELECT run, packed FROM pushed
    WHERE host = (SELECT id FROM host WHERE name = ?1) AND course = ?2 ORDER BY id";

impl Store {
    /// What was last pushed into the cells of a course.
    pub fn last_pushed(
        &self,
        host: &CanvasHost,
        course: CourseId,
    ) -> Result<HashMap<(AssignmentId, UserId), LastPushed>, StoreError> {
        let mut last = HashMap::new();
        each(&self.connection(), PUSHED, params![host.as_str(), course.0], |row| {
            let packed: Packed<PushedCells> = row.get(1)?;
            last.extend(packed.0.into_iter().map(|(assignment, user, pushed)| ((assignment, user), pushed)));
            Ok(())
        })?;
        Ok(last)
    }

    /// What had been pushed into the cells of a course right before a run first pushed into each; nothing for a cell that
    /// the run was the first to push into.
    pub fn pushed_before(
        &self,
        host: &CanvasHost,
        course: CourseId,
        run: RunId,
    ) -> Result<HashMap<(AssignmentId, UserId), LastPushed>, StoreError> {
        let (mut last, mut before) = (HashMap::new(), HashMap::new());
        each(&self.connection(), PUSHED, params![host.as_str(), course.0], |row| {
            let is_of_run = row.get::<_, i64>(0)? == run.0;
            let packed: Packed<PushedCells> = row.get(1)?;
            for (assignment, user, pushed) in packed.0 {
                let earlier = last.insert((assignment, user), pushed);
                if is_of_run {
                    before.entry((assignment, user)).or_insert(earlier);
                }
            }
            Ok(())
        })?;
        Ok(before.into_iter().filter_map(|(cell, pushed)| Some((cell, pushed?))).collect())
    }

    /// Who pushed last into cells of a course since a plan was begun: for these cells it is superseded. What came
    /// later is known by its number, not by a clock that may have been wrong; only of a plan and a push that version 1
    /// stored nothing but the time is known.
    pub fn pushed_since(
        &self,
        plan: PlanId,
        course: CourseId,
    ) -> Result<HashMap<(AssignmentId, UserId), RunId>, StoreError> {
        let mut last = HashMap::new();
        let select = "SELECT pushed.run, packed FROM pushed JOIN plan ON plan.host = pushed.host
            WHERE plan.id = ?1 AND pushed.course = ?2 AND (pushed.sequence > coalesce(made_after, 0)
                OR made_after IS NULL AND pushed.at > plan.created_at) ORDER BY pushed.id";
        each(&self.connection(), select, params![plan.0, course.0], |row| {
            let run = RunId(row.get(0)?);
            let packed: Packed<PushedCells> = row.get(1)?;
            last.extend(packed.0.into_iter().map(|(assignment, user, _)| ((assignment, user), run)));
            Ok(())
        })?;
        Ok(last)
    }

    /// The comments that were sent in a course, or may have been, by lower-case hex SHA-256 of their text.
    pub fn comments_sent(
        &self,
        host: &CanvasHost,
        course: CourseId,
    ) -> Result<HashMap<(AssignmentId, UserId, String), CommentOutcome>, StoreError> {
        let mut sent = HashMap::new();
        let select = "SELECT assignment, user, sha256, outcome FROM comment
            WHERE host = (SELECT id FROM host WHERE name = ?1) AND course = ?2";
        each(&self.connection(), select, params![host.as_str(), course.0], |row| {
            let cell = (AssignmentId(row.get(0)?), UserId(row.get(1)?), row.get(2)?);
            sent.insert(cell, row.get::<_, CommentCode>(3)?.0);
            Ok(())
        })?;
        Ok(sent)
    }
}

/// Keeps what the cells hold by our doing.
pub(super) fn record_pushed(
    transaction: &Transaction<'_>,
    place: &Place,
    run: RunId,
    cells: &[RecordedCell],
    now: Timestamp,
) -> Result<(), StoreError> {
    let pushed: Vec<(AssignmentId, UserId, &LastPushed)> =
        cells.iter().filter_map(|cell| Some((cell.assignment?, cell.user?, cell.pushed.as_ref()?))).collect();
    if !pushed.is_empty() {
        let sequence = next(transaction)?;
        transaction
            .prepare_cached(
                "INSERT INTO pushed (host, course, run, at, packed, sequence) VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
            )?
            .execute(params![place.host, place.course.0, run.0, Instant(now), Packed(pushed), sequence])?;
    }
    Ok(())
}
