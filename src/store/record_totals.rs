//! What the records of a run add up to, part by part: kept by whoever changes records, in the same transaction.

use std::collections::BTreeMap;

use rusqlite::{OptionalExtension, Row, Transaction, params};

use super::cache_read::each;
use super::columns::{comment_code, outcome_code};
use super::{Store, StoreError};
use crate::domain::{CellIndex, CommentCounts, CommentOutcome, Outcome, PartIndex, RecordTotals, RunCounts, RunId};

/// The outcomes and comment outcomes that are counted, in the order of the columns.
const OUTCOMES: [Outcome; 6] =
    [Outcome::Written, Outcome::Already, Outcome::Held, Outcome::Rejected, Outcome::Unknown, Outcome::Pending];
const COMMENTS: [CommentOutcome; 3] = [CommentOutcome::Sent, CommentOutcome::Already, CommentOutcome::Unknown];

/// The place of the comments that were not sent though their cells are written.
const NOT_SENT: usize = OUTCOMES.len() + COMMENTS.len();

/// Cells, and comments, by these outcomes.
type Counts = [i64; NOT_SENT + 1];

const TOTALS: &str = "written, already, held, rejected, unknown, pending, comments_sent, comments_already,
    comments_unknown, comments_not_sent, overwrote";

impl Store {
    /// What the records of each part of a run add up to. Parts without a record are not in it.
    pub fn record_totals(&self, run: RunId) -> Result<BTreeMap<PartIndex, RecordTotals>, StoreError> {
        let mut all = BTreeMap::new();
        let select = format!("SELECT {TOTALS}, part FROM record_totals WHERE run = ?1");
        each(&self.connection(), &select, [run.0], |row| {
            all.insert(row.get(NOT_SENT + 2)?, totals(row)?);
            Ok(())
        })?;
        Ok(all)
    }

    /// What the records of one part of a run add up to.
    pub fn part_record_totals(&self, run: RunId, part: PartIndex) -> Result<RecordTotals, StoreError> {
        let connection = self.connection();
        let mut select =
            connection.prepare_cached(&format!("SELECT {TOTALS} FROM record_totals WHERE run = ?1 AND part = ?2"))?;
        Ok(select.query_row(params![run.0, part], totals).optional()?.unwrap_or_default())
    }

    /// What became of a run's planned cells: those without a record are pending.
    pub fn run_counts(&self, run: RunId) -> Result<RunCounts, StoreError> {
        let planned: Option<u64> = {
            let connection = self.connection();
            let select = "SELECT planned FROM run JOIN plan ON plan.id = run.plan WHERE run.id = ?1";
            connection.prepare_cached(select)?.query_row([run.0], |row| row.get(0)).optional()?
        };
        let planned = planned.ok_or_else(|| StoreError::missing("run", run))?;
        let mut all = RecordTotals::default();
        for one in self.record_totals(run)?.into_values() {
            all.outcomes += one.outcomes;
        }
        Ok(all.of_planned(planned))
    }

    /// What became of a run's comments; what an undo was to delete and did not is for the engine to count.
    pub fn comment_counts(&self, run: RunId) -> Result<CommentCounts, StoreError> {
        let mut counts = CommentCounts::default();
        for one in self.record_totals(run)?.into_values() {
            counts += one.comments;
        }
        each(&self.connection(), "SELECT count(*) FROM deleted_comment WHERE run = ?1", [run.0], |row| {
            counts.deleted = row.get(0)?;
            Ok(())
        })?;
        Ok(counts)
    }
}

fn totals(row: &Row<'_>) -> rusqlite::Result<RecordTotals> {
    let (mut outcomes, mut comments) = (RunCounts::default(), CommentCounts::default());
    for (column, outcome) in OUTCOMES.into_iter().enumerate() {
        outcomes.add(outcome, row.get(column)?);
    }
    for (column, outcome) in (OUTCOMES.len()..).zip(COMMENTS) {
        comments.add(outcome, row.get(column)?);
    }
    comments.not_sent = row.get(NOT_SENT)?;
    let may_have_overwritten = row.get(NOT_SENT + 1)?;
    Ok(RecordTotals { outcomes, comments, may_have_overwritten })
}

/// Changes records of these cells of a part, and of no others, and keeps the totals. `overwrote` says whether one of them
/// now tells of an edit that was overwritten.
pub(super) fn keep_totals(
    transaction: &Transaction<'_>,
    (run, part): (RunId, PartIndex),
    cells: impl Iterator<Item = CellIndex>,
    overwrote: bool,
    change: impl FnOnce() -> Result<(), StoreError>,
) -> Result<(), StoreError> {
    let spans = spans(cells);
    let mut more = Counts::default();
    for span in &spans {
        count(transaction, (run, part), *span, |place| more[place] -= 1)?;
    }
    change()?;
    for span in &spans {
        count(transaction, (run, part), *span, |place| more[place] += 1)?;
    }
    let [written, already, held, rejected, unknown, pending, sent, there, lost, not_sent] = more;
    transaction
        .prepare_cached(
            "INSERT INTO record_totals VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13)
             ON CONFLICT DO UPDATE SET written = written + ?3, already = already + ?4, held = held + ?5,
                rejected = rejected + ?6, unknown = unknown + ?7, pending = pending + ?8,
                comments_sent = comments_sent + ?9, comments_already = comments_already + ?10,
                comments_unknown = comments_unknown + ?11, overwrote = max(overwrote, ?12),
                comments_not_sent = comments_not_sent + ?13",
        )?
        .execute(params![
            run.0, part, written, already, held, rejected, unknown, pending, sent, there, lost, overwrote, not_sent
        ])?;
    Ok(())
}

/// Ranges that hold all of these cells, and few others: a chunk of a large part is spread over all of it.
fn spans(cells: impl Iterator<Item = CellIndex>) -> Vec<(CellIndex, CellIndex)> {
    /// Passing over so many records costs less than another look-up.
    const GAP: u32 = 4;
    let mut cells: Vec<CellIndex> = cells.collect();
    cells.sort_unstable();
    let mut spans: Vec<(CellIndex, CellIndex)> = Vec::new();
    for cell in cells {
        match spans.last_mut() {
            Some((_, last)) if cell.0 - last.0 <= GAP => *last = cell,
            _ => spans.push((cell, cell)),
        }
    }
    spans
}

/// Hands over the places, among the counts, of the records between two cells and of their comments.
fn count(
    transaction: &Transaction<'_>,
    (run, part): (RunId, PartIndex),
    (first, last): (CellIndex, CellIndex),
    mut take: impl FnMut(usize),
) -> Result<(), StoreError> {
    let (outcomes, comments) = (OUTCOMES.map(outcome_code), COMMENTS.map(comment_code));
    let not_sent = (outcome_code(Outcome::Written), Some(comment_code(CommentOutcome::Pending)));
    let select = "SELECT outcome, comment FROM record WHERE run = ?1 AND part = ?2 AND cell BETWEEN ?3 AND ?4";
    each(transaction, select, params![run.0, part, first, last], |row| {
        let (outcome, comment): (i64, Option<i64>) = (row.get(0)?, row.get(1)?);
        if (outcome, comment) == not_sent {
            take(NOT_SENT);
        }
        let outcome = outcomes.iter().position(|code| *code == outcome);
        let comment = comments.iter().position(|code| Some(*code) == comment).map(|place| outcomes.len() + place);
        outcome.into_iter().chain(comment).for_each(&mut take);
        Ok(())
    })
}
