//! Filling the cache: rows gather in temporary tables and replace the old ones in one transaction.

use jiff::Timestamp;
use rusqlite::{Connection, params};

use super::cache_read::cache_status;
use super::columns::{Instant, Word};
use super::open::{host_id, write_tx};
use super::{CacheStatus, Store, StoreError};
use crate::domain::{
    CachedCourse, CachedEnrollment, CachedLogin, CachedSection, CachedUser, CanvasHost, CourseId, UserId,
};

/// How much of Canvas a load covers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CacheScope {
    /// Everything: what it does not name is gone.
    Whole,
    /// Some people and courses: they are replaced, the others stay.
    Partial,
}

/// A load under way. Nothing of it is seen until [`CacheLoad::finish`]; dropped, it leaves the old cache as it was.
#[derive(Debug)]
pub struct CacheLoad {
    pub(super) connection: Connection,
    pub(super) host: CanvasHost,
    source: String,
    pub(super) scope: CacheScope,
    pub(super) covers: String,
    pub(super) own_courses: bool,
}

/// What a cache covers that no whole load ever filled.
pub(super) const ONLY_NAMED: &str = "only what was asked for";

/// What a cache covers that an earlier version filled with a user's own courses, without saying whose.
pub(super) const OF_SOME_USER: &str = "the token's own courses";

/// The temporary tables mirror the cached ones. SQLite keeps them in a nameless file that goes with the process.
const STAGING: &str = "
    PRAGMA temp.journal_mode = OFF;
    CREATE TEMP TABLE staged_user (id INTEGER PRIMARY KEY, name TEXT, sortable_name TEXT, email TEXT) STRICT;
    CREATE TEMP TABLE staged_login (user INTEGER, unique_id TEXT, sis_user_id TEXT, state TEXT) STRICT;
    CREATE TEMP TABLE staged_course (id INTEGER PRIMARY KEY, sis_course_id TEXT, name TEXT, course_code TEXT,
        workflow_state TEXT, account INTEGER, term INTEGER) STRICT;
    CREATE TEMP TABLE staged_section (id INTEGER PRIMARY KEY, course INTEGER, sis_section_id TEXT, name TEXT,
        cross_listed_from INTEGER) STRICT;
    CREATE TEMP TABLE staged_enrollment (course INTEGER, user INTEGER, section INTEGER, kind TEXT, state TEXT) STRICT;
    CREATE TEMP TABLE kept_sections (course INTEGER PRIMARY KEY) STRICT;
    CREATE TEMP TABLE kept_enrollments (course INTEGER PRIMARY KEY) STRICT;
    CREATE TEMP TABLE vanished (user INTEGER, unique_id TEXT COLLATE NOCASE, sis_user_id TEXT) STRICT;
";

/// What stays of the old cache although the load covers its course.
const KEEP: [&str; 2] = [
    "INSERT OR IGNORE INTO temp.staged_section SELECT id, course, sis_section_id, name, cross_listed_from
        FROM cached_section WHERE host = ?1 AND course IN (SELECT course FROM temp.kept_sections)",
    "INSERT INTO temp.staged_enrollment SELECT course, user, section, kind, state FROM cached_enrollment
        WHERE host = ?1 AND course IN (SELECT course FROM temp.kept_enrollments)",
];

/// Where the load does not show everybody, or one login of each only: the people of the enrollments that stay, and the
/// other logins of those whose shown login was known already. One that somebody else has now is nobody's of before.
const KEEP_PEOPLE: [&str; 3] = [
    "INSERT INTO temp.staged_login SELECT user, unique_id, sis_user_id, state FROM cached_login
        WHERE host = ?1
            AND user IN (SELECT shown.user FROM temp.staged_login AS shown JOIN cached_login AS known
                ON known.host = ?1 AND known.user = shown.user AND known.unique_id = shown.unique_id COLLATE NOCASE)
            AND unique_id COLLATE NOCASE NOT IN
                (SELECT unique_id FROM temp.staged_login WHERE unique_id IS NOT NULL)
            AND (sis_user_id IS NULL OR sis_user_id NOT IN
                (SELECT sis_user_id FROM temp.staged_login WHERE sis_user_id IS NOT NULL))",
    "INSERT INTO temp.staged_login SELECT user, unique_id, sis_user_id, state FROM cached_login
        WHERE host = ?1 AND user IN (SELECT user FROM temp.staged_enrollment)
            AND user NOT IN (SELECT id FROM temp.staged_user)",
    "INSERT OR IGNORE INTO temp.staged_user SELECT id, name, sortable_name, email FROM cached_user
        WHERE host = ?1 AND id IN (SELECT user FROM temp.staged_enrollment)",
];

/// Who was merged into whom, by a load that shows everybody, deleted people too: somebody it does not show at all, and
/// whose login or SIS id somebody else has.
const NOTE_MERGES: [&str; 5] = [
    "INSERT INTO temp.vanished SELECT user, unique_id, sis_user_id FROM cached_login
        WHERE host = ?1 AND state <> 'deleted' AND user NOT IN (SELECT id FROM temp.staged_user)",
    "INSERT OR REPLACE INTO merged_user SELECT ?1, old.user, new.user FROM temp.vanished old
        JOIN temp.staged_login new ON old.sis_user_id = new.sis_user_id WHERE new.state <> 'deleted'",
    "INSERT OR REPLACE INTO merged_user SELECT ?1, old.user, new.user FROM temp.vanished old
        JOIN temp.staged_login new ON old.unique_id = new.unique_id WHERE new.state <> 'deleted'",
    "UPDATE merged_user SET into_user = further.into_user FROM merged_user further
        WHERE merged_user.host = ?1 AND further.host = ?1 AND further.user = merged_user.into_user",
    "DELETE FROM merged_user WHERE host = ?1 AND user IN (SELECT id FROM temp.staged_user)",
];

/// What a whole load removes.
const REMOVE_ALL: [&str; 6] = [
    "DELETE FROM cached_user WHERE host = ?1",
    "DELETE FROM cached_login WHERE host = ?1",
    "DELETE FROM cached_course WHERE host = ?1",
    "DELETE FROM cached_section WHERE host = ?1",
    "DELETE FROM cached_enrollment WHERE host = ?1",
    "DELETE FROM looked_up WHERE host = ?1",
];

/// What a partial load removes: what it is about to replace. Logins only of people whose logins it saw, because an
/// instructor's token sees none.
const REMOVE_NAMED: [&str; 6] = [
    "DELETE FROM cached_user WHERE host = ?1 AND id IN (SELECT id FROM temp.staged_user)",
    "DELETE FROM cached_login WHERE host = ?1 AND user IN (SELECT user FROM temp.staged_login)",
    "DELETE FROM cached_course WHERE host = ?1 AND id IN (SELECT id FROM temp.staged_course)",
    "DELETE FROM cached_section WHERE host = ?1 AND (id IN (SELECT id FROM temp.staged_section)
        OR course IN (SELECT id FROM temp.staged_course))",
    "DELETE FROM cached_enrollment WHERE host = ?1 AND (course IN (SELECT id FROM temp.staged_course)
        OR (course, user) IN (SELECT course, user FROM temp.staged_enrollment))",
    "DELETE FROM looked_up WHERE host = ?1 AND (kind = 'user' AND id IN (SELECT id FROM temp.staged_user)
        OR kind = 'course' AND id IN (SELECT id FROM temp.staged_course))",
];

const INSERT: [&str; 5] = [
    "INSERT INTO cached_user SELECT ?1, id, name, sortable_name, email FROM temp.staged_user",
    "INSERT INTO cached_login SELECT DISTINCT ?1, user, unique_id, sis_user_id, state FROM temp.staged_login",
    "INSERT INTO cached_course SELECT ?1, id, sis_course_id, name, course_code, workflow_state, account, term
        FROM temp.staged_course",
    "INSERT INTO cached_section SELECT ?1, id, course, sis_section_id, name, cross_listed_from
        FROM temp.staged_section",
    "INSERT INTO cached_enrollment SELECT DISTINCT ?1, course, user, section, kind, state
        FROM temp.staged_enrollment ORDER BY course, user",
];

impl Store {
    /// Begins to fill the cache of a host. `source` says where from: `report`, `rest`, `gradebook`.
    pub fn begin_cache_load(
        &self,
        host: &CanvasHost,
        source: &str,
        scope: CacheScope,
    ) -> Result<CacheLoad, StoreError> {
        let connection = self.second_connection()?;
        connection.execute_batch(STAGING)?;
        let covers = "everything the token may see".to_owned();
        Ok(CacheLoad { connection, host: host.clone(), source: source.to_owned(), scope, covers, own_courses: false })
    }

    /// Empties the cache of a host; what ids have meant is still remembered.
    pub fn clear_cache(&self, host: &CanvasHost) -> Result<(), StoreError> {
        self.write(|transaction| {
            let host = host_id(transaction, host)?;
            for remove in REMOVE_ALL {
                transaction.execute(remove, [host])?;
            }
            transaction.execute("DELETE FROM cache WHERE host = ?1", [host])?;
            Ok(())
        })
    }
}

impl CacheLoad {
    /// Notes, in words for people, which courses a whole load covers.
    #[must_use]
    pub fn covering(mut self, what: &str) -> Self {
        what.clone_into(&mut self.covers);
        self
    }

    /// Notes that a whole load holds no more than the courses of the token's own user, who is this one.
    #[must_use]
    pub fn of_own_courses(self, user: UserId) -> Self {
        Self { own_courses: true, ..self.covering(&format!("the courses of user {user}")) }
    }

    /// Notes where it came from in the end: `report`, `rest`, `gradebook`.
    #[must_use]
    pub fn filled_from(mut self, source: &str) -> Self {
        source.clone_into(&mut self.source);
        self
    }

    /// Adds a person; a later one of the same id replaces it.
    pub fn add_user(&self, user: &CachedUser) -> Result<(), StoreError> {
        let CachedUser { id, name, sortable_name, email } = user;
        self.add(
            "INSERT OR REPLACE INTO temp.staged_user VALUES (?1, ?2, ?3, ?4)",
            params![id.0, name, sortable_name, email],
        )
    }

    /// Adds a login, deleted ones included: they explain why an id leads nowhere.
    pub fn add_login(&self, login: &CachedLogin) -> Result<(), StoreError> {
        let CachedLogin { user, unique_id, sis_user_id, state } = login;
        self.add(
            "INSERT INTO temp.staged_login VALUES (?1, ?2, ?3, ?4)",
            params![user.0, unique_id, sis_user_id, Word(state)],
        )
    }

    /// Adds a course; a later one of the same id replaces it.
    pub fn add_course(&self, course: &CachedCourse) -> Result<(), StoreError> {
        let CachedCourse { id, sis_course_id, name, course_code, workflow_state, account, term } = course;
        self.add(
            "INSERT OR REPLACE INTO temp.staged_course VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
            params![
                id.0,
                sis_course_id,
                name,
                course_code,
                workflow_state,
                account.map(|account| account.0),
                term.map(|term| term.0)
            ],
        )
    }

    /// Adds a section; a later one of the same id replaces it.
    pub fn add_section(&self, section: &CachedSection) -> Result<(), StoreError> {
        let CachedSection { id, course, sis_section_id, name, cross_listed_from } = section;
        self.add(
            "INSERT OR REPLACE INTO temp.staged_section VALUES (?1, ?2, ?3, ?4, ?5)",
            params![id.0, course.0, sis_section_id, name, cross_listed_from.map(|course| course.0)],
        )
    }

    /// Adds an enrollment; equal ones count once.
    pub fn add_enrollment(&self, enrollment: &CachedEnrollment) -> Result<(), StoreError> {
        let CachedEnrollment { course, user, section, kind, state } = enrollment;
        self.add(
            "INSERT INTO temp.staged_enrollment VALUES (?1, ?2, ?3, ?4, ?5)",
            params![course.0, user.0, section.map(|section| section.0), Word(kind), Word(state)],
        )
    }

    /// Keeps the sections that the cache holds of a course: Canvas did not show them this time.
    pub fn keep_sections(&self, course: CourseId) -> Result<(), StoreError> {
        self.add("INSERT OR IGNORE INTO temp.kept_sections VALUES (?1)", params![course.0])
    }

    /// Keeps the enrollments that the cache holds of a course, and their people: Canvas did not show them this time.
    pub fn keep_enrollments(&self, course: CourseId) -> Result<(), StoreError> {
        self.add("INSERT OR IGNORE INTO temp.kept_enrollments VALUES (?1)", params![course.0])
    }

    /// Puts what was gathered in the place of the old rows. `complete_logins` says whether all logins of everybody
    /// were visible; a partial load cannot make an incomplete cache complete. `requests` is what it cost.
    pub fn finish(mut self, complete_logins: bool, requests: u64, now: Timestamp) -> Result<CacheStatus, StoreError> {
        let (host_name, source, covers, own_courses) = (&self.host, &self.source, &self.covers, self.own_courses);
        let partial = self.scope == CacheScope::Partial;
        let people = people_kept(complete_logins);
        write_tx(&mut self.connection, |transaction| {
            let host = host_id(transaction, host_name)?;
            let keep = KEEP.iter().chain(people).copied();
            let merges = if complete_logins && !partial { &NOTE_MERGES[..] } else { &[] };
            let remove = if partial { REMOVE_NAMED } else { REMOVE_ALL };
            for statement in keep.chain(merges.iter().copied()).chain(remove).chain(INSERT) {
                transaction.execute(statement, [host])?;
            }
            transaction.execute(
                "INSERT INTO cache (host, source, synced_at, complete_logins, requests, covers, own_courses)
                 VALUES (?1, ?2, ?3, ?4, ?5, iif(?6, ?9, ?7), ?8)
                 ON CONFLICT (host) DO UPDATE SET source = ?2, synced_at = ?3, requests = ?5,
                    complete_logins = ?4 AND (complete_logins OR NOT ?6), covers = iif(?6, covers, ?7),
                    own_courses = iif(?6, own_courses, ?8)",
                params![
                    host,
                    source,
                    Instant(now),
                    complete_logins,
                    requests,
                    partial,
                    covers,
                    own_courses,
                    ONLY_NAMED
                ],
            )?;
            cache_status(transaction, host_name)?.ok_or_else(|| StoreError::missing("cache of", host_name))
        })
    }

    /// Takes over what of the old cache stays, as [`CacheLoad::finish`] does. That may be done twice, because equal rows
    /// count once in the end.
    pub(super) fn keep_what_was_not_shown(&self, host: i64, complete_logins: bool) -> Result<(), StoreError> {
        for statement in KEEP.iter().chain(people_kept(complete_logins)) {
            self.connection.execute(statement, [host])?;
        }
        Ok(())
    }

    fn add(&self, insert: &str, values: &[&dyn rusqlite::ToSql]) -> Result<(), StoreError> {
        self.connection.prepare_cached(insert)?.execute(values)?;
        Ok(())
    }
}

/// The statements that keep people, where a load does not show everybody's logins.
fn people_kept(complete_logins: bool) -> &'static [&'static str] {
    if complete_logins { &[] } else { &KEEP_PEOPLE }
}
