//! The assignment map.

use rusqlite::{Row, Transaction, params};

use super::cache_read::{each, list};
use super::columns::{Instant, Json};
use super::open::host_id;
use super::{Store, StoreError};
use crate::domain::{AssignmentId, AssignmentKey, Binding, CanvasHost, ColumnKey, CourseId, RunId};

const BINDINGS: &str = "SELECT sent_course, customer_number, provider_id, sent_assignment, course, assignment,
        assignment_created_at, name, points_possible, bound_at, created_by_run
    FROM binding WHERE host = (SELECT id FROM host WHERE name = ?1)";

impl Store {
    /// The whole map of a host, by the sender's course.
    pub fn bindings(&self, host: &CanvasHost) -> Result<Vec<Binding>, StoreError> {
        let select = format!("{BINDINGS} ORDER BY sent_course, customer_number, provider_id, sent_assignment, course");
        list(&self.connection(), &select, [host.as_str()], binding)
    }

    /// The entries for these course ids, as sent.
    pub fn bindings_for(&self, host: &CanvasHost, sent_courses: &[&str]) -> Result<Vec<Binding>, StoreError> {
        let connection = self.connection();
        let select = format!("{BINDINGS} AND sent_course = ?2");
        let mut all = Vec::new();
        for course in sent_courses {
            each(&connection, &select, [host.as_str(), course], |row| binding(row).map(|one| all.push(one)))?;
        }
        Ok(all)
    }

    /// Adds entries, all or none; one of the same key and course is replaced. A key has several courses where an alias
    /// gives its course id several.
    pub fn bind(&self, host: &CanvasHost, bindings: &[Binding]) -> Result<(), StoreError> {
        self.write(|transaction| {
            let host = host_id(transaction, host)?;
            bindings.iter().try_for_each(|binding| insert(transaction, host, binding))
        })
    }

    /// Removes the entries of a key; says whether there was one. The assignment itself stays in Canvas.
    pub fn unbind(&self, host: &CanvasHost, key: &ColumnKey) -> Result<bool, StoreError> {
        self.write(|transaction| {
            let host = host_id(transaction, host)?;
            let ColumnKey { customer_number, provider_id, course_id, assignment } = key;
            let removed = transaction.execute(
                "DELETE FROM binding WHERE host = ?1 AND sent_course = ?2 AND customer_number = ?3
                    AND provider_id = ?4 AND sent_assignment = ?5",
                params![host, &**course_id, &**customer_number, &**provider_id, Json(assignment)],
            )?;
            Ok(removed > 0)
        })
    }
}

/// Adds or replaces one entry.
pub(super) fn insert(transaction: &Transaction<'_>, host: i64, binding: &Binding) -> Result<(), StoreError> {
    let Binding {
        key: ColumnKey { customer_number, provider_id, course_id, assignment: sent_assignment },
        course,
        assignment,
        assignment_created_at,
        name,
        points_possible,
        bound_at,
        created_by_run,
    } = binding;
    let mut insert = transaction
        .prepare_cached("INSERT OR REPLACE INTO binding VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12)")?;
    insert.execute(params![
        host,
        &**course_id,
        &**customer_number,
        &**provider_id,
        Json(sent_assignment),
        course.0,
        assignment.0,
        assignment_created_at.map(Instant),
        name,
        points_possible.map(Json),
        Instant(*bound_at),
        created_by_run.map(|run| run.0)
    ])?;
    Ok(())
}

fn binding(row: &Row<'_>) -> rusqlite::Result<Binding> {
    let text = |column| row.get::<_, String>(column).map(Into::into);
    Ok(Binding {
        key: ColumnKey {
            course_id: text(0)?,
            customer_number: text(1)?,
            provider_id: text(2)?,
            assignment: row.get::<_, Json<AssignmentKey>>(3)?.0,
        },
        course: CourseId(row.get(4)?),
        assignment: AssignmentId(row.get(5)?),
        assignment_created_at: row.get::<_, Option<Instant>>(6)?.map(|at| at.0),
        name: row.get(7)?,
        points_possible: row.get::<_, Option<Json<_>>>(8)?.map(|points| points.0),
        bound_at: row.get::<_, Instant>(9)?.0,
        created_by_run: row.get::<_, Option<_>>(10)?.map(RunId),
    })
}
