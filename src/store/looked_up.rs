//! Ids that no list shows to a token: Canvas was asked for each alone. They are kept until the next whole load.

use jiff::Timestamp;
use rusqlite::{Connection, params};

use super::cache_read::each;
use super::columns::{Instant, Word};
use super::open::host_id;
use super::{Store, StoreError};
use crate::domain::{
    AliasKind, CachedCourse, CachedUser, CanvasHost, CourseId, CourseIdOrigin, Directory, UserId, UserIdOrigin,
};

const KEEP: &str = "INSERT OR REPLACE INTO looked_up VALUES (?1, ?2, ?3, ?4, ?5, ?6)";

impl Store {
    /// Keeps whom an id of this kind names by Canvas's answer.
    pub fn keep_person(
        &self,
        host: &CanvasHost,
        (origin, sent): (UserIdOrigin, &str),
        person: &CachedUser,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        self.write(|transaction| {
            let host = host_id(transaction, host)?;
            let CachedUser { id, name, sortable_name, email } = person;
            transaction.execute(
                "INSERT OR IGNORE INTO cached_user VALUES (?1, ?2, ?3, ?4, ?5)",
                params![host, id.0, name, sortable_name, email],
            )?;
            transaction.execute(KEEP, params![host, Word(AliasKind::User), Word(origin), sent, id.0, Instant(now)])?;
            Ok(())
        })
    }

    /// Keeps which course an id of this kind names by Canvas's answer.
    pub fn keep_course(
        &self,
        host: &CanvasHost,
        (origin, sent): (CourseIdOrigin, &str),
        course: &CachedCourse,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        self.write(|transaction| {
            let host = host_id(transaction, host)?;
            let CachedCourse { id, sis_course_id, name, course_code, workflow_state, account, term } = course;
            transaction.execute(
                "INSERT OR IGNORE INTO cached_course VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)",
                params![
                    host,
                    id.0,
                    sis_course_id,
                    name,
                    course_code,
                    workflow_state,
                    account.map(|account| account.0),
                    term.map(|term| term.0)
                ],
            )?;
            transaction
                .execute(KEEP, params![host, Word(AliasKind::Course), Word(origin), sent, id.0, Instant(now)])?;
            Ok(())
        })
    }
}

/// Adds what was looked up to the people and courses that a load showed.
pub(super) fn add_looked_up(
    connection: &Connection,
    host: &CanvasHost,
    directory: &mut Directory,
) -> Result<(), StoreError> {
    let select = |kind| {
        format!(
            "SELECT origin, sent, id FROM looked_up WHERE host = (SELECT id FROM host WHERE name = ?1)
                AND kind = '{kind}' ORDER BY origin, sent"
        )
    };
    each(connection, &select(AliasKind::User), [host.as_str()], |row| {
        directory.add_found_user(row.get::<_, Word<_>>(0)?.0, row.get(1)?, UserId(row.get(2)?));
        Ok(())
    })?;
    each(connection, &select(AliasKind::Course), [host.as_str()], |row| {
        directory.add_found_course(row.get::<_, Word<_>>(0)?.0, row.get(1)?, CourseId(row.get(2)?));
        Ok(())
    })
}
