//! Reading plans: headers and totals at once, parts one by one.

use rusqlite::{OptionalExtension, Row, params};
use serde::{Deserialize, Serialize};

use super::cache_read::list;
use super::columns::{Json, Packed};
use super::{Store, StoreError};
use crate::domain::{
    CanvasHost, CourseId, CoursePart, Finding, Notifications, PartIndex, PlanCounts, PlanHeader, PlanId, RunId,
};

/// What is known of a plan once its last part is made.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PlanTotals {
    /// The digest that a person confirms.
    pub digest: String,
    /// The sum over its parts.
    pub counts: PlanCounts,
    /// About how many notifications a push causes.
    pub notifications: Notifications,
    /// What there is to say about the plan as a whole; a course's findings are in its part.
    pub findings: Vec<Finding>,
    /// Requests that planning cost.
    pub requests: u64,
}

/// A plan without its parts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredPlan {
    /// Its id in this store.
    pub id: PlanId,
    /// What holds for the whole plan.
    pub header: PlanHeader,
    /// What it adds up to.
    pub totals: PlanTotals,
    /// How many parts it has.
    pub parts: u32,
    /// The run that executed it.
    pub run: Option<RunId>,
}

const PLANS: &str = "SELECT plan.id, header, totals, (SELECT count(*) FROM part WHERE part.plan = plan.id), run.id
    FROM plan LEFT JOIN run ON run.plan = plan.id";

impl Store {
    /// A plan.
    pub fn plan(&self, id: PlanId) -> Result<StoredPlan, StoreError> {
        let connection = self.connection();
        let mut select = connection.prepare_cached(&format!("{PLANS} WHERE plan.id = ?1"))?;
        select.query_row([id.0], plan).optional()?.ok_or_else(|| StoreError::missing("plan", id))
    }

    /// One course's part.
    pub fn plan_part(&self, plan: PlanId, part: PartIndex) -> Result<CoursePart, StoreError> {
        let connection = self.connection();
        let mut select = connection.prepare_cached("SELECT packed FROM part WHERE plan = ?1 AND ordinal = ?2")?;
        let packed = select.query_row(params![plan.0, part], |row| row.get::<_, Packed<_>>(0)).optional()?;
        packed.map(|packed| packed.0).ok_or_else(|| StoreError::missing("plan part", format!("{plan}/{part}")))
    }

    /// The places of the parts of a plan about one course.
    pub fn parts_of_course(&self, plan: PlanId, course: CourseId) -> Result<Vec<PartIndex>, StoreError> {
        let select = "SELECT ordinal FROM part WHERE plan = ?1 AND course = ?2 ORDER BY ordinal";
        list(&self.connection(), select, [plan.0, course.0], |row| row.get(0))
    }

    /// The plans of a connector, or of all, newest first.
    pub fn plans(&self, connector: Option<&str>) -> Result<Vec<StoredPlan>, StoreError> {
        let select = format!("{PLANS} WHERE ?1 IS NULL OR connector = ?1 ORDER BY plan.id DESC");
        list(&self.connection(), &select, [connector], plan)
    }

    /// The newest plan of a connector that was made from scores, executed or not. Undos and parts of other plans are
    /// passed over: nobody means these who asks for the latest plan.
    pub fn latest_plan(&self, connector: &str, host: &CanvasHost) -> Result<Option<StoredPlan>, StoreError> {
        let connection = self.connection();
        let mut select = connection.prepare_cached(&format!(
            "{PLANS} WHERE connector = ?1 AND host = (SELECT id FROM host WHERE name = ?2)
                AND header ->> '$.kind' = 'scores' ORDER BY plan.id DESC LIMIT 1"
        ))?;
        Ok(select.query_row([connector, host.as_str()], plan).optional()?)
    }
}

fn plan(row: &Row<'_>) -> rusqlite::Result<StoredPlan> {
    Ok(StoredPlan {
        id: PlanId(row.get(0)?),
        header: row.get::<_, Json<_>>(1)?.0,
        totals: row.get::<_, Json<_>>(2)?.0,
        parts: row.get(3)?,
        run: row.get::<_, Option<_>>(4)?.map(RunId),
    })
}
