//! What the parts of a plan add up to, beside the packed parts.

use rusqlite::{Connection, Transaction, params};

use super::cache_read::{each, list};
use super::columns::{Json, Packed};
use super::{Store, StoreError};
use crate::domain::{CoursePart, Finding, PartIndex, PartTotals, PlanId};

impl Store {
    /// What each part of a plan adds up to, in their order. Of a plan that an earlier version stored, this unpacks every
    /// part once and keeps what it finds.
    pub fn part_totals(&self, plan: PlanId) -> Result<Vec<PartTotals>, StoreError> {
        let missing = missing(&self.connection(), plan)?;
        if !missing.is_empty() {
            let found: Result<Vec<_>, StoreError> =
                missing.into_iter().map(|part| Ok((part, Summed::of(&self.plan_part(plan, part)?)))).collect();
            let found = found?;
            self.write(|transaction| {
                found.iter().try_for_each(|(part, summed)| put(transaction, plan, *part, summed))
            })?;
        }
        let select = "SELECT totals FROM part_totals WHERE plan = ?1 ORDER BY ordinal";
        list(&self.connection(), select, [plan.0], |row| Ok(row.get::<_, Json<_>>(0)?.0))
    }

    /// The findings of a part.
    pub fn part_findings(&self, plan: PlanId, part: PartIndex) -> Result<Vec<Finding>, StoreError> {
        let mut findings = Vec::new();
        let select = "SELECT findings FROM part_totals WHERE plan = ?1 AND ordinal = ?2";
        each(&self.connection(), select, params![plan.0, part], |row| {
            findings = row.get::<_, Option<Packed<Vec<Finding>>>>(0)?.map(|packed| packed.0).unwrap_or_default();
            Ok(())
        })?;
        Ok(findings)
    }
}

/// The parts without totals.
fn missing(connection: &Connection, plan: PlanId) -> Result<Vec<PartIndex>, StoreError> {
    let select = "SELECT ordinal FROM part WHERE plan = ?1 AND NOT EXISTS
        (SELECT 1 FROM part_totals WHERE part_totals.plan = part.plan AND part_totals.ordinal = part.ordinal)
        ORDER BY ordinal";
    list(connection, select, [plan.0], |row| row.get(0))
}

/// What a part adds up to, and what it has to say.
pub(super) struct Summed {
    pub(super) totals: PartTotals,
    pub(super) findings: Option<Packed<Vec<Finding>>>,
}

impl Summed {
    pub(super) fn of(part: &CoursePart) -> Self {
        let findings = (!part.findings.is_empty()).then(|| Packed(part.findings.clone()));
        Self { totals: PartTotals::of(part), findings }
    }
}

/// Keeps what a part adds up to, in place of what was known of it.
pub(super) fn put(
    transaction: &Transaction<'_>,
    plan: PlanId,
    part: PartIndex,
    Summed { totals, findings }: &Summed,
) -> Result<(), StoreError> {
    transaction.prepare_cached("INSERT OR REPLACE INTO part_totals VALUES (?1, ?2, ?3, ?4)")?.execute(params![
        plan.0,
        part,
        Json(totals),
        findings
    ])?;
    Ok(())
}
