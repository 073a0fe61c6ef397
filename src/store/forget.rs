//! Forgetting: one person, or what a host once held.

use jiff::Timestamp;
use rusqlite::{Transaction, params};

use super::cache_read::list;
use super::columns::{Instant, Json, Packed, Word, outcome_code};
use super::job::{IntendedCell, JobState};
use super::open::host_id;
use super::part_totals::{self, Summed};
use super::pushed::PushedCells;
use super::record::Details;
use super::{PlanTotals, Store, StoreError};
use crate::domain::{
    AliasKind, AliasTarget, CanvasHost, Cell, CellIndex, CoursePart, Outcome, Owner, PartIndex, PlanId, PlannedStudent,
    RunId, Sending, UserId,
};

/// What [`Store::forget`] removed.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Forgotten {
    /// Rows of the cache: the person, logins, enrollments, remembered ids.
    pub cached: u64,
    /// Aliases that named the person.
    pub aliases: u64,
    /// Plans that named them and were not executed: deleted.
    pub plans: u64,
    /// Cells of executed plans: emptied, and still counted.
    pub cells: u64,
    /// How many of these cells each run wrote, or may have written: after this, no undo takes them back.
    pub written: Vec<(RunId, u64)>,
}

impl Store {
    /// Removes a person: from the cache and aliases, with plans not yet executed that name them, and from the cells
    /// of executed ones, which stay counted but hold no id, name, value or comment. A retry can no longer send those
    /// cells. Jobs that may still write keep the internal id, and what they may still comment is remembered, by its
    /// digest, so that it is not sent twice.
    pub fn forget(&self, host: &CanvasHost, user: UserId) -> Result<Forgotten, StoreError> {
        let forgotten = self.write(|transaction| forget_person(transaction, host, user))?;
        self.shrink()?;
        Ok(forgotten)
    }

    /// What [`forget`](Self::forget) would remove.
    pub fn to_forget(&self, host: &CanvasHost, user: UserId) -> Result<Forgotten, StoreError> {
        self.rehearse(|transaction| forget_person(transaction, host, user))
    }

    /// Forgets what a host once held: the map, what was pushed and commented, what ids meant, and jobs that may still
    /// write. For a beta or test Canvas that was overwritten from production. Plans and runs stay as history.
    pub fn reset(&self, host: &CanvasHost, now: Timestamp) -> Result<(), StoreError> {
        self.write(|transaction| {
            let host = host_id(transaction, host)?;
            for table in ["binding", "pushed", "comment", "identity", "merged_user", "looked_up"] {
                transaction.execute(&format!("DELETE FROM {table} WHERE host = ?1"), [host])?;
            }
            transaction.execute(
                "UPDATE job SET state = ?2, ended_at = ?3 WHERE host = ?1 AND state IS NULL",
                params![host, Word(JobState::Abandoned), Instant(now)],
            )?;
            Ok(())
        })
    }

    /// Rewrites the file without what was deleted, so that it is gone from the disk too.
    pub(super) fn shrink(&self) -> Result<(), StoreError> {
        Ok(self.connection().execute_batch("VACUUM; PRAGMA wal_checkpoint(TRUNCATE);")?)
    }
}

/// See [`Store::forget`].
fn forget_person(transaction: &Transaction<'_>, host: &CanvasHost, user: UserId) -> Result<Forgotten, StoreError> {
    let host = host_id(transaction, host)?;
    let mut forgotten = Forgotten { aliases: forget_aliases(transaction, host, user)?, ..Forgotten::default() };
    for delete in [
        "DELETE FROM cached_user WHERE host = ?1 AND id = ?2",
        "DELETE FROM cached_login WHERE host = ?1 AND user = ?2",
        "DELETE FROM cached_enrollment WHERE host = ?1 AND user = ?2",
        "DELETE FROM identity WHERE host = ?1 AND user = ?2",
        "DELETE FROM looked_up WHERE host = ?1 AND kind = 'user' AND id = ?2",
        "DELETE FROM merged_user WHERE host = ?1 AND ?2 IN (user, into_user)",
    ] {
        forgotten.cached += transaction.execute(delete, params![host, user.0])? as u64;
    }
    transaction.execute(
        "DELETE FROM comment WHERE host = ?1 AND user = ?2 AND NOT EXISTS
            (SELECT 1 FROM job WHERE job.run = comment.run AND coalesce(job.state, ?3) = ?3)",
        params![host, user.0, Word(JobState::Abandoned)],
    )?;
    forget_pushed(transaction, host, user)?;
    let select = "SELECT plan.id, run.id FROM plan LEFT JOIN run ON run.plan = plan.id WHERE host = ?1";
    for (plan, run) in list(transaction, select, [host], |row| Ok((row.get(0)?, row.get(1)?)))? {
        match run {
            Some(run) => {
                let (cells, written) = forget_in_run(transaction, plan, run, user)?;
                forgotten.cells += cells;
                forgotten.written.extend((written > 0).then_some((RunId(run), written)));
            }
            None => forgotten.plans += forget_plan(transaction, plan, user)?,
        }
    }
    Ok(forgotten)
}

fn forget_aliases(transaction: &Transaction<'_>, host: i64, user: UserId) -> Result<u64, StoreError> {
    let select = "SELECT origin, sent, target FROM alias WHERE host = ?1 AND kind = ?2";
    let kind = AliasKind::User;
    let aliases = list(transaction, select, params![host, Word(kind)], |row| {
        Ok((row.get::<_, String>(0)?, row.get::<_, String>(1)?, row.get::<_, Json<AliasTarget>>(2)?.0))
    })?;
    let mut removed = 0;
    for (origin, sent, target) in aliases {
        if matches!(target, AliasTarget::Canvas(ids) if ids.contains(&user.0)) {
            let delete = "DELETE FROM alias WHERE host = ?1 AND kind = ?2 AND origin = ?3 AND sent = ?4";
            removed += transaction.execute(delete, params![host, Word(kind), origin, sent])? as u64;
        }
    }
    Ok(removed)
}

fn forget_pushed(transaction: &Transaction<'_>, host: i64, user: UserId) -> Result<(), StoreError> {
    let ids: Vec<i64> = list(transaction, "SELECT id FROM pushed WHERE host = ?1", [host], |row| row.get(0))?;
    for id in ids {
        rewrite(transaction, "pushed", "packed", id, |cells: &mut PushedCells| {
            let before = cells.len();
            cells.retain(|(_, whose, _)| *whose != user);
            cells.len() < before
        })?;
    }
    Ok(())
}

/// Deletes a plan that was not executed if it names the person: without them it would not be what was reviewed.
fn forget_plan(transaction: &Transaction<'_>, plan: i64, user: UserId) -> Result<u64, StoreError> {
    let select = "SELECT rowid FROM part WHERE plan = ?1";
    for part in list(transaction, select, [plan], |row| row.get::<_, i64>(0))? {
        if read::<CoursePart>(transaction, "part", "packed", part)?.students.iter().any(|one| one.user == Some(user)) {
            transaction.execute("DELETE FROM plan WHERE id = ?1", [plan])?;
            return Ok(1);
        }
    }
    Ok(0)
}

/// Returns how many cells it emptied, and how many of them the run wrote or may have written.
fn forget_in_run(transaction: &Transaction<'_>, plan: i64, run: i64, user: UserId) -> Result<(u64, u64), StoreError> {
    let (mut emptied, mut written) = (0, 0);
    let in_canvas = "SELECT count(*) FROM record WHERE run = ?1 AND part = ?2 AND cell = ?3 AND outcome IN (?4, ?5)";
    let outcomes = [Outcome::Written, Outcome::Unknown].map(outcome_code);
    let select = "SELECT rowid, ordinal FROM part WHERE plan = ?1";
    let parts: Vec<(i64, PartIndex)> = list(transaction, select, [plan], |row| Ok((row.get(0)?, row.get(1)?)))?;
    for (row, ordinal) in parts {
        let (mut cells, mut summed) = (Vec::new(), None);
        rewrite(transaction, "part", "packed", row, |part: &mut CoursePart| {
            cells = empty_cells_of(part, user);
            summed = (!cells.is_empty()).then(|| Summed::of(part));
            summed.is_some()
        })?;
        let Some(summed) = summed else { continue };
        part_totals::put(transaction, PlanId(plan), ordinal, &summed)?;
        emptied += cells.len() as u64;
        for cell in &cells {
            let values = params![run, ordinal, cell, outcomes[0], outcomes[1]];
            written += transaction.prepare_cached(in_canvas)?.query_row(values, |row| row.get::<_, u64>(0))?;
            let update = "UPDATE record SET details = NULL WHERE run = ?1 AND part = ?2 AND cell = ?3";
            transaction.execute(update, params![run, ordinal, cell])?;
        }
        let select = "SELECT id FROM record_details WHERE run = ?1 AND part = ?2";
        for id in list(transaction, select, params![run, ordinal], |row| row.get(0))? {
            rewrite(transaction, "record_details", "packed", id, |details: &mut Vec<Details>| {
                details.retain(|one| !cells.contains(&one.cell));
                true
            })?;
        }
    }
    for id in list(transaction, "SELECT id FROM job WHERE run = ?1 AND state IS NOT NULL", [run], |row| row.get(0))? {
        rewrite(transaction, "job", "cells", id, |cells: &mut Vec<IntendedCell>| {
            cells.retain(|cell| cell.user != user);
            true
        })?;
    }
    let select = "SELECT totals FROM plan WHERE id = ?1";
    let mut totals: PlanTotals = transaction.query_row(select, [plan], |row| row.get::<_, Json<_>>(0))?.0;
    totals.findings.iter_mut().filter(|finding| finding.student == Some(user)).for_each(|one| one.student = None);
    transaction.execute("UPDATE plan SET totals = ?2 WHERE id = ?1", params![plan, Json(totals)])?;
    Ok((emptied, written))
}

/// Empties a person's cells, keeping their classes so that the counts still add up, and returns their places.
fn empty_cells_of(part: &mut CoursePart, user: UserId) -> Vec<CellIndex> {
    let mut emptied = Vec::new();
    for (place, cell) in CellIndex::all().zip(&mut part.cells) {
        if part.students[cell.student.as_usize()].user == Some(user) {
            emptied.push(place);
            *cell = Cell {
                received: "".into(),
                base: None,
                owner: Owner::Unknown,
                whose: None,
                wanted: None,
                sending: Sending::Nothing,
                comment: None,
                reason: "forgotten".into(),
                ..cell.clone()
            };
        }
    }
    for student in part.students.iter_mut().filter(|student| student.user == Some(user)) {
        *student = PlannedStudent {
            sent_id: "".into(),
            sent_kind: None,
            sent_row: None,
            user: None,
            name: None,
            sent_name: None,
            sortable_name: None,
            sis_user_id: None,
            login_id: None,
            found_by: "forgotten".to_owned(),
            suggestions: Vec::new(),
        };
    }
    for finding in part.findings.iter_mut().filter(|finding| finding.student == Some(user)) {
        (finding.student, finding.whose) = (None, None);
    }
    emptied
}

fn read<T: serde::de::DeserializeOwned>(
    transaction: &Transaction<'_>,
    table: &str,
    column: &str,
    row: i64,
) -> Result<T, StoreError> {
    let mut select = transaction.prepare_cached(&format!("SELECT {column} FROM {table} WHERE rowid = ?1"))?;
    Ok(select.query_row([row], |row| row.get::<_, Packed<T>>(0))?.0)
}

/// Changes a packed value in its place; `change` says whether it did.
fn rewrite<T: serde::Serialize + serde::de::DeserializeOwned>(
    transaction: &Transaction<'_>,
    table: &str,
    column: &str,
    row: i64,
    change: impl FnOnce(&mut T) -> bool,
) -> Result<(), StoreError> {
    let mut value: T = read(transaction, table, column, row)?;
    if change(&mut value) {
        let update = format!("UPDATE {table} SET {column} = ?2 WHERE rowid = ?1");
        transaction.prepare_cached(&update)?.execute(params![row, Packed(value)])?;
    }
    Ok(())
}
