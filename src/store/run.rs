//! Runs: executions of plans, at most one each.

use std::time::Duration;

use jiff::Timestamp;
use rusqlite::{OptionalExtension, Row, Transaction, params};

use super::cache_read::list;
use super::columns::{Instant, Json};
use super::{Store, StoreError};
use crate::domain::{CanvasHost, CourseId, Operator, PartIndex, PlanId, RunId, UserId};

/// A run without its records.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredRun {
    /// Its id in this store.
    pub id: RunId,
    /// The plan it executes.
    pub plan: PlanId,
    /// The Canvas it wrote to.
    pub host: CanvasHost,
    /// The connector's title.
    pub connector: String,
    /// The person behind the token that began it.
    pub operator: Operator,
    /// Everybody under whose token it may have written: who began it, and who retried it.
    pub writers: Vec<UserId>,
    /// When it began.
    pub started_at: Timestamp,
    /// When it, or its last retry, ended; `None` while it runs, and after a crash.
    pub ended_at: Option<Timestamp>,
    /// Requests, retries of the run included.
    pub requests: u64,
    /// Requests that Canvas throttled.
    pub throttled: u64,
    /// Time spent waiting because Canvas throttled.
    pub waited: Duration,
    /// How long it was at work, retries included, without the time between them.
    pub took: Duration,
    /// Why it stopped early, if it did.
    pub stopped: Option<String>,
    /// The run that took it back.
    pub undone_by: Option<RunId>,
}

/// How a push or retry ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RunEnd {
    /// When.
    pub at: Timestamp,
    /// Requests of this push or retry; they are added to the run's.
    pub requests: u64,
    /// Throttled requests of this push or retry; added too.
    pub throttled: u64,
    /// Time waited because of them; added too, kept in milliseconds.
    pub waited: Duration,
    /// How long this push or retry took; added too, kept in milliseconds.
    pub took: Duration,
    /// Why it stopped early, if it did.
    pub stopped: Option<String>,
}

const RUNS: &str = "SELECT run.id, run.plan, host.name, plan.connector, run.operator, run.started_at, run.ended_at,
        run.requests, run.throttled, run.waited_ms, run.took_ms, run.stopped, run.undone_by,
        run.writers
    FROM run JOIN plan ON plan.id = run.plan JOIN host ON host.id = plan.host";

impl Store {
    /// Begins the one run of a plan.
    pub fn start_run(&self, plan: PlanId, operator: &Operator, now: Timestamp) -> Result<RunId, StoreError> {
        self.write(|transaction| {
            let exists = transaction.prepare_cached("SELECT 1 FROM plan WHERE id = ?1")?.exists([plan.0])?;
            if !exists {
                return Err(StoreError::missing("plan", plan));
            }
            let mut select = transaction.prepare_cached("SELECT id FROM run WHERE plan = ?1")?;
            if let Some(run) = select.query_row([plan.0], |row| row.get(0).map(RunId)).optional()? {
                return Err(StoreError::AlreadyExecuted { plan, run });
            }
            transaction.execute(
                "INSERT INTO run (plan, operator, writers, started_at) VALUES (?1, ?2, ?3, ?4)",
                params![plan.0, Json(operator), Json([operator.id]), Instant(now)],
            )?;
            Ok(RunId(transaction.last_insert_rowid()))
        })
    }

    /// Takes a run up again, under this person's token: until its next end it counts as running.
    pub fn resume_run(&self, run: RunId, writer: UserId) -> Result<(), StoreError> {
        self.change_run(run, |transaction| {
            let mut select = transaction.prepare_cached("SELECT writers FROM run WHERE id = ?1")?;
            let known = select.query_row([run.0], |row| row.get::<_, Json<Vec<UserId>>>(0)).optional()?;
            let mut writers = known.map(|known| known.0).unwrap_or_default();
            if !writers.contains(&writer) {
                writers.push(writer);
            }
            let update = "UPDATE run SET ended_at = NULL, stopped = NULL, writers = ?2 WHERE id = ?1";
            transaction.execute(update, params![run.0, Json(writers)])
        })
    }

    /// Ends a push or retry.
    pub fn end_run(&self, run: RunId, end: &RunEnd) -> Result<(), StoreError> {
        let RunEnd { at, requests, throttled, waited, took, stopped } = end;
        let [waited, took] = [waited, took].map(|time| u64::try_from(time.as_millis()).unwrap_or(u64::MAX));
        self.change_run(run, |transaction| {
            transaction.execute(
                "UPDATE run SET ended_at = ?2, requests = requests + ?3, throttled = throttled + ?4,
                    waited_ms = waited_ms + ?5, took_ms = took_ms + ?6, stopped = ?7 WHERE id = ?1",
                params![run.0, Instant(*at), requests, throttled, waited, took, stopped],
            )
        })
    }

    /// Notes that another run took this one back.
    pub fn mark_undone(&self, run: RunId, by: RunId) -> Result<(), StoreError> {
        self.change_run(run, |transaction| {
            transaction.execute("UPDATE run SET undone_by = ?2 WHERE id = ?1", [run.0, by.0])
        })
    }

    /// A run.
    pub fn run(&self, id: RunId) -> Result<StoredRun, StoreError> {
        let connection = self.connection();
        let mut select = connection.prepare_cached(&format!("{RUNS} WHERE run.id = ?1"))?;
        select.query_row([id.0], run).optional()?.ok_or_else(|| StoreError::missing("run", id))
    }

    /// The runs of a connector, or of all, newest first.
    pub fn runs(&self, connector: Option<&str>) -> Result<Vec<StoredRun>, StoreError> {
        let select = format!("{RUNS} WHERE ?1 IS NULL OR plan.connector = ?1 ORDER BY run.id DESC");
        list(&self.connection(), &select, [connector], run)
    }

    /// The newest run of a connector.
    pub fn latest_run(&self, connector: &str, host: &CanvasHost) -> Result<Option<StoredRun>, StoreError> {
        let connection = self.connection();
        let mut select = connection.prepare_cached(&format!(
            "{RUNS} WHERE plan.connector = ?1 AND host.name = ?2 ORDER BY run.id DESC LIMIT 1"
        ))?;
        Ok(select.query_row([connector, host.as_str()], run).optional()?)
    }

    /// The newest run of a connector of which Canvas may hold something: one that found everything as it should be, or
    /// was held back, is passed over.
    pub fn latest_run_that_wrote(&self, connector: &str, host: &CanvasHost) -> Result<Option<StoredRun>, StoreError> {
        let connection = self.connection();
        let mut select = connection.prepare_cached(&format!(
            "{RUNS} WHERE plan.connector = ?1 AND host.name = ?2 AND EXISTS
                (SELECT 1 FROM record_totals AS sum WHERE sum.run = run.id AND sum.written + sum.unknown > 0)
             ORDER BY run.id DESC LIMIT 1"
        ))?;
        Ok(select.query_row([connector, host.as_str()], run).optional()?)
    }

    fn change_run(
        &self,
        run: RunId,
        change: impl FnOnce(&Transaction<'_>) -> rusqlite::Result<usize>,
    ) -> Result<(), StoreError> {
        self.write(|transaction| match change(transaction)? {
            0 => Err(StoreError::missing("run", run)),
            _ => Ok(()),
        })
    }
}

/// Where a run's part is: the number of the host, and the Canvas course.
pub(super) struct Place {
    pub(super) host: i64,
    pub(super) course: CourseId,
}

/// Looks up where a part of a run is. Nothing is ever sent for a part without a course.
pub(super) fn place(transaction: &Transaction<'_>, run: RunId, part: PartIndex) -> Result<Place, StoreError> {
    let mut select = transaction.prepare_cached(
        "SELECT plan.host, part.course FROM run JOIN plan ON plan.id = run.plan JOIN part ON part.plan = plan.id
         WHERE run.id = ?1 AND part.ordinal = ?2 AND part.course IS NOT NULL",
    )?;
    let place =
        select.query_row(params![run.0, part], |row| Ok(Place { host: row.get(0)?, course: CourseId(row.get(1)?) }));
    place.optional()?.ok_or_else(|| StoreError::missing("course in run", format!("{run}, part {part}")))
}

fn run(row: &Row<'_>) -> rusqlite::Result<StoredRun> {
    Ok(StoredRun {
        id: RunId(row.get(0)?),
        plan: PlanId(row.get(1)?),
        host: CanvasHost::from_stored(row.get(2)?),
        connector: row.get(3)?,
        operator: row.get::<_, Json<_>>(4)?.0,
        started_at: row.get::<_, Instant>(5)?.0,
        ended_at: row.get::<_, Option<Instant>>(6)?.map(|at| at.0),
        requests: row.get(7)?,
        throttled: row.get(8)?,
        waited: Duration::from_millis(row.get(9)?),
        took: Duration::from_millis(row.get(10)?),
        stopped: row.get(11)?,
        undone_by: row.get::<_, Option<_>>(12)?.map(RunId),
        writers: row.get::<_, Json<_>>(13)?.0,
    })
}
