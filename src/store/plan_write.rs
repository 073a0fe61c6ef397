//! Storing a plan: parts gather while Canvas is read, and become a plan in one transaction.

use rusqlite::{Connection, OptionalExtension as _, params};

use super::columns::{Instant, Json, Packed};
use super::open::{host_id, write_tx};
use super::part_totals::Summed;
use super::{PlanTotals, Store, StoreError};
use crate::domain::{CoursePart, PartTotals, PlanHeader, PlanId};

/// A plan in the making. Dropped before [`PlanWriter::finish`], it was never there.
#[derive(Debug)]
pub struct PlanWriter {
    connection: Connection,
    header: PlanHeader,
    /// What had happened when it was begun: what is pushed while it is made may not be in it. A part holds what its whole
    /// read, and is as old; `None` for the part of one that version 1 stored.
    made_after: Option<i64>,
    parts: u32,
}

const STAGING: &str = "
    PRAGMA temp.journal_mode = OFF;
    CREATE TEMP TABLE staged_part (
        ordinal INTEGER PRIMARY KEY, course INTEGER, digest TEXT, packed BLOB, totals TEXT, findings BLOB
    ) STRICT;
";

impl Store {
    /// Begins to store a plan.
    pub fn begin_plan(&self, header: &PlanHeader) -> Result<PlanWriter, StoreError> {
        let connection = self.second_connection()?;
        connection.execute_batch(STAGING)?;
        let made_after = match header.kind.part_of() {
            None => connection.query_row("SELECT last FROM sequence", [], |row| row.get(0))?,
            Some(whole) => {
                let select = "SELECT made_after FROM plan WHERE id = ?1";
                connection.query_row(select, [whole.0], |row| row.get(0)).optional()?.flatten()
            }
        };
        Ok(PlanWriter { connection, header: header.clone(), made_after, parts: 0 })
    }

    /// Removes a plan that was just made and that nobody wants; one that was executed stays.
    pub fn discard_plan(&self, plan: PlanId) -> Result<(), StoreError> {
        self.write(|transaction| {
            let delete = "DELETE FROM plan WHERE id = ?1 AND NOT EXISTS (SELECT 1 FROM run WHERE run.plan = plan.id)";
            transaction.execute(delete, [plan.0])?;
            Ok(())
        })
    }
}

impl PlanWriter {
    /// Adds the next course's part, and says what it adds up to; its ordinal is the number of parts before it.
    pub fn add_part(&mut self, part: &CoursePart, digest: &str) -> Result<PartTotals, StoreError> {
        let course = part.course.as_ref().map(|course| course.id.0);
        let Summed { totals, findings } = Summed::of(part);
        self.connection
            .prepare_cached("INSERT INTO temp.staged_part VALUES (?1, ?2, ?3, ?4, ?5, ?6)")?
            .execute(params![self.parts, course, digest, Packed(part), Json(&totals), findings])?;
        self.parts += 1;
        Ok(totals)
    }

    /// Stores the plan, whole, and gives it its id.
    pub fn finish(mut self, totals: &PlanTotals) -> Result<PlanId, StoreError> {
        let header = &self.header;
        write_tx(&mut self.connection, |transaction| {
            let host = host_id(transaction, &header.host)?;
            transaction.execute(
                "INSERT INTO plan (host, connector, created_at, header, totals, planned, made_after)
                 VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
                params![
                    host,
                    header.connector,
                    Instant(header.created_at),
                    Json(header),
                    Json(totals),
                    totals.counts.planned(),
                    self.made_after
                ],
            )?;
            let plan = transaction.last_insert_rowid();
            transaction.execute(
                "INSERT INTO part (plan, ordinal, course, digest, packed)
                 SELECT ?1, ordinal, course, digest, packed FROM temp.staged_part ORDER BY ordinal",
                [plan],
            )?;
            transaction.execute(
                "INSERT INTO part_totals (plan, ordinal, totals, findings)
                 SELECT ?1, ordinal, totals, findings FROM temp.staged_part ORDER BY ordinal",
                [plan],
            )?;
            Ok(PlanId(plan))
        })
    }
}
