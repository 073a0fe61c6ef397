//! Reading the cache.

use std::collections::HashMap;

use jiff::Timestamp;
use rusqlite::{Connection, OptionalExtension, Params, Row, params};

use super::columns::{Instant, Word};
use super::looked_up::add_looked_up;
use super::{Store, StoreError};
use crate::domain::{
    AccountId, CachedCourse, CachedEnrollment, CachedLogin, CachedSection, CachedUser, CanvasHost, CourseId, Directory,
    SectionId, TermId, UserId, UserIdOrigin,
};

/// What the cache of a host holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CacheStatus {
    /// Where the last load came from: `report`, `rest`, `gradebook`.
    pub source: String,
    /// When the last load ended.
    pub synced_at: Timestamp,
    /// People.
    pub users: u64,
    /// Logins, deleted ones included.
    pub logins: u64,
    /// Whether all logins of everybody were visible, with their states; if not, an unmatched id may still exist, and a
    /// suspended login looks active.
    pub complete_logins: bool,
    /// Courses.
    pub courses: u64,
    /// Sections.
    pub sections: u64,
    /// Enrollments, in any state.
    pub enrollments: u64,
    /// Requests that the last load cost.
    pub requests: u64,
    /// Which courses the last whole load covered, in words for people.
    pub covers: String,
}

/// What a search of the cache found.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct FoundInCache {
    /// People, by name.
    pub users: Vec<FoundUser>,
    /// Courses, by name.
    pub courses: Vec<FoundCourse>,
}

/// A person with all their ids.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FoundUser {
    /// The person.
    pub user: CachedUser,
    /// Their logins.
    pub logins: Vec<CachedLogin>,
}

/// A course with all its ids.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FoundCourse {
    /// The course.
    pub course: CachedCourse,
    /// Its sections.
    pub sections: Vec<CachedSection>,
}

const USERS: &str = "SELECT id, name, sortable_name, email FROM cached_user
    WHERE host = (SELECT id FROM host WHERE name = ?1)";
const LOGINS: &str = "SELECT user, unique_id, sis_user_id, state FROM cached_login
    WHERE host = (SELECT id FROM host WHERE name = ?1)";
const COURSES: &str = "SELECT id, sis_course_id, name, course_code, workflow_state, account, term FROM cached_course
    WHERE host = (SELECT id FROM host WHERE name = ?1)";
const SECTIONS: &str = "SELECT id, course, sis_section_id, name, cross_listed_from FROM cached_section
    WHERE host = (SELECT id FROM host WHERE name = ?1)";
const ANY_PERSON: &str = "SELECT EXISTS (SELECT 1 FROM cached_user
    WHERE host = (SELECT id FROM host WHERE name = ?1))";
const ANY_SIS_ID: &str = "SELECT EXISTS (SELECT 1 FROM cached_login
    WHERE host = (SELECT id FROM host WHERE name = ?1) AND sis_user_id IS NOT NULL)";
const ANY_LOGIN: &str = "SELECT EXISTS (SELECT 1 FROM cached_login
    WHERE host = (SELECT id FROM host WHERE name = ?1) AND unique_id IS NOT NULL)";
const MERGES: &str = "SELECT user, into_user FROM merged_user
    WHERE host = (SELECT id FROM host WHERE name = ?1)";
const OWN_COURSES: &str = "SELECT own_courses FROM cache WHERE host = (SELECT id FROM host WHERE name = ?1)";
const ENROLLMENTS: &str = "SELECT course, user, section, kind, state FROM cached_enrollment
    WHERE host = (SELECT id FROM host WHERE name = ?1)";

impl Store {
    /// Whether the cache knows an id of this kind of anybody.
    pub fn knows_ids(&self, host: &CanvasHost, origin: UserIdOrigin) -> Result<bool, StoreError> {
        let select = match origin {
            UserIdOrigin::Internal => ANY_PERSON,
            UserIdOrigin::Sis => ANY_SIS_ID,
            UserIdOrigin::Login => ANY_LOGIN,
        };
        Ok(self.connection().prepare_cached(select)?.query_row([host.as_str()], |row| row.get(0))?)
    }

    /// Everybody and every course of a host, indexed; empty if the cache is.
    pub fn directory(&self, host: &CanvasHost) -> Result<Directory, StoreError> {
        let connection = self.connection();
        let mut directory = Directory::default();
        let (of_host, host) = (host, [host.as_str()]);
        let users = list(&connection, USERS, host, user)?;
        directory.reserve(users.len());
        for user in users {
            directory.add_user(user);
        }
        each(&connection, LOGINS, host, |row| login(row).map(|login| directory.add_login(login)))?;
        each(&connection, COURSES, host, |row| course(row).map(|course| directory.add_course(course)))?;
        each(&connection, SECTIONS, host, |row| section(row).map(|section| directory.add_section(section)))?;
        each(&connection, MERGES, host, |row| {
            directory.add_merge(UserId(row.get(0)?), UserId(row.get(1)?));
            Ok(())
        })?;
        add_looked_up(&connection, of_host, &mut directory)?;
        each(&connection, OWN_COURSES, host, |row| {
            directory.set_own_courses_only(row.get(0)?);
            Ok(())
        })?;
        Ok(directory)
    }

    /// The names of these people, as far as the cache knows them.
    pub fn names(&self, host: &CanvasHost, people: &[UserId]) -> Result<HashMap<UserId, String>, StoreError> {
        let connection = self.connection();
        let mut select = connection.prepare_cached(&format!("{USERS} AND id = ?2"))?;
        let mut names = HashMap::new();
        for id in people {
            let known = select.query_row(params![host.as_str(), id.0], user).optional()?;
            names.extend(known.map(|known| (known.id, known.name)));
        }
        Ok(names)
    }

    /// The enrollments of a course, by person.
    pub fn enrollments(&self, host: &CanvasHost, course: CourseId) -> Result<Vec<CachedEnrollment>, StoreError> {
        let select = format!("{ENROLLMENTS} AND course = ?2 ORDER BY user, rowid");
        list(&self.connection(), &select, params![host.as_str(), course.0], enrollment)
    }

    /// The enrollments of a person, by course.
    pub fn enrollments_of(&self, host: &CanvasHost, user: UserId) -> Result<Vec<CachedEnrollment>, StoreError> {
        let select = format!("{ENROLLMENTS} AND user = ?2 ORDER BY course, rowid");
        list(&self.connection(), &select, params![host.as_str(), user.0], enrollment)
    }

    /// Whether the cache was ever filled.
    pub fn has_cache(&self, host: &CanvasHost) -> Result<bool, StoreError> {
        let connection = self.connection();
        let mut select =
            connection.prepare_cached("SELECT 1 FROM cache WHERE host = (SELECT id FROM host WHERE name = ?1)")?;
        Ok(select.exists([host.as_str()])?)
    }

    /// What the cache holds; `None` if it was never filled. It is counted.
    pub fn cache_status(&self, host: &CanvasHost) -> Result<Option<CacheStatus>, StoreError> {
        cache_status(&self.connection(), host)
    }

    /// People and courses with this text in a name or any id, at most `limit` of each.
    pub fn find_in_cache(&self, host: &CanvasHost, text: &str, limit: u32) -> Result<FoundInCache, StoreError> {
        let connection = self.connection();
        let pattern = format!("%{}%", text.replace('\\', r"\\").replace('%', r"\%").replace('_', r"\_"));
        let found = params![host.as_str(), pattern, text, limit];
        let users = format!(
            r"{USERS} AND (name LIKE ?2 ESCAPE '\' OR sortable_name LIKE ?2 ESCAPE '\' OR email LIKE ?2 ESCAPE '\'
                OR CAST(id AS TEXT) = ?3 OR id IN (SELECT user FROM cached_login WHERE host = cached_user.host
                    AND (unique_id LIKE ?2 ESCAPE '\' OR sis_user_id LIKE ?2 ESCAPE '\')))
            ORDER BY sortable_name, id LIMIT ?4"
        );
        let courses = format!(
            r"{COURSES} AND (name LIKE ?2 ESCAPE '\' OR course_code LIKE ?2 ESCAPE '\'
                OR sis_course_id LIKE ?2 ESCAPE '\' OR CAST(id AS TEXT) = ?3 OR id IN (SELECT course
                    FROM cached_section WHERE host = cached_course.host AND sis_section_id LIKE ?2 ESCAPE '\'))
            ORDER BY name, id LIMIT ?4"
        );
        let mut result = FoundInCache::default();
        for user in list(&connection, &users, found, user)? {
            let select = format!("{LOGINS} AND user = ?2 ORDER BY rowid");
            let logins = list(&connection, &select, params![host.as_str(), user.id.0], login)?;
            result.users.push(FoundUser { user, logins });
        }
        for course in list(&connection, &courses, found, course)? {
            let select = format!("{SECTIONS} AND course = ?2 ORDER BY id");
            let sections = list(&connection, &select, params![host.as_str(), course.id.0], section)?;
            result.courses.push(FoundCourse { course, sections });
        }
        Ok(result)
    }
}

/// See [`Store::cache_status`]; also what a load reports at its end.
pub(super) fn cache_status(connection: &Connection, host: &CanvasHost) -> Result<Option<CacheStatus>, StoreError> {
    let mut select = connection.prepare_cached(
        "SELECT source, synced_at, complete_logins, requests, covers,
            (SELECT count(*) FROM cached_user WHERE host = cache.host),
            (SELECT count(*) FROM cached_login WHERE host = cache.host),
            (SELECT count(*) FROM cached_course WHERE host = cache.host),
            (SELECT count(*) FROM cached_section WHERE host = cache.host),
            (SELECT count(*) FROM cached_enrollment WHERE host = cache.host)
         FROM cache WHERE host = (SELECT id FROM host WHERE name = ?1)",
    )?;
    let status = select.query_row([host.as_str()], |row| {
        Ok(CacheStatus {
            source: row.get(0)?,
            synced_at: row.get::<_, Instant>(1)?.0,
            complete_logins: row.get(2)?,
            requests: row.get(3)?,
            covers: row.get(4)?,
            users: row.get(5)?,
            logins: row.get(6)?,
            courses: row.get(7)?,
            sections: row.get(8)?,
            enrollments: row.get(9)?,
        })
    });
    Ok(status.optional()?)
}

/// Reads rows one by one.
pub(super) fn each(
    connection: &Connection,
    select: &str,
    values: impl Params,
    mut take: impl FnMut(&Row<'_>) -> rusqlite::Result<()>,
) -> Result<(), StoreError> {
    let mut statement = connection.prepare_cached(select)?;
    let mut rows = statement.query(values)?;
    while let Some(row) = rows.next()? {
        take(row)?;
    }
    Ok(())
}

/// Reads all rows.
pub(super) fn list<T>(
    connection: &Connection,
    select: &str,
    values: impl Params,
    read: impl Fn(&Row<'_>) -> rusqlite::Result<T>,
) -> Result<Vec<T>, StoreError> {
    let mut all = Vec::new();
    each(connection, select, values, |row| read(row).map(|one| all.push(one)))?;
    Ok(all)
}

fn user(row: &Row<'_>) -> rusqlite::Result<CachedUser> {
    Ok(CachedUser { id: UserId(row.get(0)?), name: row.get(1)?, sortable_name: row.get(2)?, email: row.get(3)? })
}

fn login(row: &Row<'_>) -> rusqlite::Result<CachedLogin> {
    Ok(CachedLogin {
        user: UserId(row.get(0)?),
        unique_id: row.get(1)?,
        sis_user_id: row.get(2)?,
        state: row.get::<_, Word<_>>(3)?.0,
    })
}

fn course(row: &Row<'_>) -> rusqlite::Result<CachedCourse> {
    Ok(CachedCourse {
        id: CourseId(row.get(0)?),
        sis_course_id: row.get(1)?,
        name: row.get(2)?,
        course_code: row.get(3)?,
        workflow_state: row.get(4)?,
        account: row.get::<_, Option<_>>(5)?.map(AccountId),
        term: row.get::<_, Option<_>>(6)?.map(TermId),
    })
}

fn section(row: &Row<'_>) -> rusqlite::Result<CachedSection> {
    Ok(CachedSection {
        id: SectionId(row.get(0)?),
        course: CourseId(row.get(1)?),
        sis_section_id: row.get(2)?,
        name: row.get(3)?,
        cross_listed_from: row.get::<_, Option<_>>(4)?.map(CourseId),
    })
}

fn enrollment(row: &Row<'_>) -> rusqlite::Result<CachedEnrollment> {
    Ok(CachedEnrollment {
        course: CourseId(row.get(0)?),
        user: UserId(row.get(1)?),
        section: row.get::<_, Option<_>>(2)?.map(SectionId),
        kind: row.get::<_, Word<_>>(3)?.0,
        state: row.get::<_, Word<_>>(4)?.0,
    })
}
