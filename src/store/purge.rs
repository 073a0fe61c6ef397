//! Retention: plans and runs from before a date go, but for the runs that are to stay.

use jiff::Timestamp;
use rusqlite::{Connection, params};

use super::cache_read::list;
use super::columns::{Instant, Json, comment_code};
use super::{Store, StoreError};
use crate::domain::{CommentOutcome, RunId};

/// What [`Store::purge`] removed, or would.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Purged {
    /// Plans, with their runs.
    pub plans: u64,
    /// Runs.
    pub runs: u64,
    /// Cells' records.
    pub records: u64,
}

/// The plans older than a date (`?1`), but for those of the runs that are to stay (`?2`). A run with a job that may still
/// write stays, whatever its age.
const OLD_PLANS: &str = "SELECT plan.id FROM plan LEFT JOIN run ON run.plan = plan.id
    WHERE plan.created_at < ?1 AND coalesce(run.ended_at, run.started_at, plan.created_at) < ?1
        AND NOT EXISTS (SELECT 1 FROM json_each(?2) AS kept WHERE kept.value = run.id)
        AND NOT EXISTS (SELECT 1 FROM job WHERE job.run = run.id AND job.state IS NULL)
        AND NOT EXISTS (SELECT 1 FROM created_assignment AS made WHERE made.run = run.id AND made.state = 'intended')";

impl Store {
    /// Removes plans and runs that ended before, and what they pushed before: a later plan finds such values as
    /// somebody else's work. The runs in `keep`, aliases, the map and the cache stay.
    pub fn purge(&self, before: Timestamp, keep: &[RunId]) -> Result<Purged, StoreError> {
        let purged = self.write(|transaction| {
            let purged = old(transaction, before, keep)?;
            transaction.execute(
                &format!("DELETE FROM plan WHERE id IN ({OLD_PLANS})"),
                params![Instant(before), numbers(keep)],
            )?;
            // A run that stays still needs to know what it sent, and what may yet come must not be sent again.
            let gone = "at < ?1 AND run NOT IN (SELECT id FROM run)";
            transaction.execute(&format!("DELETE FROM pushed WHERE {gone}"), [Instant(before)])?;
            transaction.execute(
                &format!("DELETE FROM comment WHERE {gone} AND outcome <> ?2"),
                params![Instant(before), comment_code(CommentOutcome::Unknown)],
            )?;
            Ok(purged)
        })?;
        self.shrink()?;
        Ok(purged)
    }

    /// What [`purge`](Self::purge) would remove.
    pub fn to_purge(&self, before: Timestamp, keep: &[RunId]) -> Result<Purged, StoreError> {
        old(&self.connection(), before, keep)
    }

    /// The runs that a purge would remove which keeps none of them, oldest first.
    pub fn runs_to_purge(&self, before: Timestamp) -> Result<Vec<RunId>, StoreError> {
        let select = format!("SELECT id FROM run WHERE plan IN ({OLD_PLANS}) ORDER BY id");
        list(&self.connection(), &select, params![Instant(before), numbers(&[])], |row| row.get(0).map(RunId))
    }
}

/// Runs as the SQL of [`OLD_PLANS`] takes them.
fn numbers(runs: &[RunId]) -> Json<Vec<i64>> {
    Json(runs.iter().map(|run| run.0).collect())
}

/// Counts what is older than a date.
fn old(connection: &Connection, before: Timestamp, keep: &[RunId]) -> Result<Purged, StoreError> {
    let count =
        |select: String| connection.query_row(&select, params![Instant(before), numbers(keep)], |row| row.get(0));
    Ok(Purged {
        plans: count(format!("SELECT count(*) FROM ({OLD_PLANS})"))?,
        runs: count(format!("SELECT count(*) FROM run WHERE plan IN ({OLD_PLANS})"))?,
        records: count(format!(
            "SELECT count(*) FROM record WHERE run IN (SELECT id FROM run WHERE plan IN ({OLD_PLANS}))"
        ))?,
    })
}
