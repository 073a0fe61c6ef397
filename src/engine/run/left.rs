//! What is left of a run: the parts that have something to write, create or delete.

use std::collections::BTreeSet;

use super::context::RunContext;
use super::look_only::is_unknown;
use crate::domain::{
    Cell, CellIndex, ColumnIndex, CoursePart, Outcome, PartIndex, PlanKind, RecordTotals, RunCounts, TakeBack,
};
use crate::engine::EngineError;
use crate::store::{CreatedState, Store, StoredPlan};

/// The parts with something left to write or create, and whether `--first` cut some off.
pub(super) fn parts_to_push(
    context: &RunContext<'_>,
    stored: &StoredPlan,
) -> Result<(Vec<PartIndex>, bool), EngineError> {
    let store = context.session.store();
    let exists = |state| matches!(state, CreatedState::Created | CreatedState::Deleted);
    let created = store.created_assignments(context.run)?.into_iter().filter(|one| exists(one.state));
    let created: BTreeSet<(PartIndex, ColumnIndex)> = created.map(|one| (one.part, one.column)).collect();
    let records = store.record_totals(context.run)?;
    let left = Left { context, store: &store, stored, created };
    let mut parts = Vec::new();
    let mut unmet = context.selected.unmet();
    for (ordinal, totals) in PartIndex::of_plan(stored.parts).zip(store.part_totals(stored.id)?) {
        let records: RecordTotals = records.get(&ordinal).copied().unwrap_or_default();
        let counts = records.of_planned(totals.counts.planned());
        let new: Vec<ColumnIndex> = totals.new_columns.into_iter().map(|(column, _)| column).collect();
        let has_some = if context.selected.is_everything() {
            left.has_some(ordinal, &counts, &new)
        } else {
            let part = store.plan_part(stored.id, ordinal)?;
            unmet.meet(&part);
            left.has_selected(ordinal, &part, &counts, &new)?
        };
        if has_some {
            parts.push(ordinal);
        }
    }
    unmet.finish()?;
    let first = context.options.first.unwrap_or(usize::MAX);
    let cut = parts.len() > first;
    parts.truncate(first);
    Ok((parts, cut))
}

/// What decides whether something is left.
struct Left<'a> {
    context: &'a RunContext<'a>,
    store: &'a Store,
    stored: &'a StoredPlan,
    /// The columns that exist by now, or were deleted again.
    created: BTreeSet<(PartIndex, ColumnIndex)>,
}

impl Left<'_> {
    /// Whether something of a part is left, by its totals.
    fn has_some(&self, ordinal: PartIndex, counts: &RunCounts, new: &[ColumnIndex]) -> bool {
        if self.is_undone() {
            return counts.unknown > 0;
        }
        counts.retryable() > 0 || self.takes_more() || new.iter().any(|column| !self.exists(ordinal, *column))
    }

    /// Whether something of what is selected of a part is left.
    fn has_selected(
        &self,
        ordinal: PartIndex,
        part: &CoursePart,
        counts: &RunCounts,
        new: &[ColumnIndex],
    ) -> Result<bool, EngineError> {
        if !self.has_some(ordinal, counts, new) {
            return Ok(false);
        }
        let selected = &self.context.selected;
        let is_new = |column: &ColumnIndex| {
            !self.exists(ordinal, *column) && selected.has_planned(part, &part.columns[column.as_usize()])
        };
        if !self.is_undone() && (self.takes_more() || new.iter().any(is_new)) {
            return Ok(true);
        }
        let records = self.store.records(self.context.run, ordinal)?;
        let is_done = |cell: &CellIndex| {
            records.get(cell).is_some_and(|record| matches!(record.outcome, Outcome::Written | Outcome::Already))
        };
        let is_left = |(index, cell): (CellIndex, &Cell)| {
            let is_open = if self.is_undone() { is_unknown(records.get(&index)) } else { !is_done(&index) };
            is_open && selected.has_cell(part, cell)
        };
        Ok(part.writes().any(is_left))
    }

    /// Of a run that was taken back only what nobody knows is left, to be looked at.
    fn is_undone(&self) -> bool {
        self.context.undone.by().is_some()
    }

    /// Whether an undo takes back more than values.
    fn takes_more(&self) -> bool {
        match self.stored.header.kind {
            PlanKind::Undo { also, .. } => also != TakeBack::default(),
            PlanKind::Scores | PlanKind::Selection { .. } => false,
        }
    }

    fn exists(&self, ordinal: PartIndex, column: ColumnIndex) -> bool {
        self.created.contains(&(ordinal, column))
    }
}
