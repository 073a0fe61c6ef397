//! What would be lost if a load took the place of the cache: a token that sees less, or an answer that holds little,
//! must not do that silently.

use rusqlite::{Connection, OptionalExtension, named_params};

use super::StoreError;
use super::cache_load::{CacheLoad, CacheScope, OF_SOME_USER, ONLY_NAMED};

/// A number that falls below half of what the cache holds, or to nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Loss {
    /// Of what, in words for people and for machines.
    pub of: &'static str,
    /// How many the cache holds.
    pub before: u64,
    /// How many it would hold.
    pub after: u64,
}

/// How the token of a load reaches less far than the one that filled the cache.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Narrower {
    /// The cache holds an account, and the load the courses of the token's own user.
    OwnCourses,
    /// Both hold the courses of one user, each of another.
    AnotherUser,
}

/// What a load would lose of the cache.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Losses {
    /// How its token reaches less far, if it does.
    pub narrower: Option<Narrower>,
    /// What there would be much less of.
    pub counts: Vec<Loss>,
}

impl Losses {
    /// Whether nothing would be lost.
    pub fn is_empty(&self) -> bool {
        self.narrower.is_none() && self.counts.is_empty()
    }
}

/// Whether two loads cover the same courses.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Courses {
    Same,
    Others,
}

/// Something that is counted in the cache and in the load: what, from which rows of either.
struct Counted {
    of: &'static str,
    count: &'static str,
    cached: &'static str,
    staged: &'static str,
    condition: &'static str,
}

/// Everybody is covered by every load of an account, whatever its courses.
const PEOPLE: [Counted; 3] = [
    Counted { of: "people", count: "*", cached: "cached_user", staged: "staged_user", condition: "true" },
    Counted {
        of: "people with a login",
        count: "DISTINCT user",
        cached: "cached_login",
        staged: "staged_login",
        condition: "unique_id IS NOT NULL",
    },
    Counted {
        of: "people with a SIS id",
        count: "DISTINCT user",
        cached: "cached_login",
        staged: "staged_login",
        condition: "sis_user_id IS NOT NULL",
    },
];

const COURSES: [Counted; 3] = [
    Counted { of: "courses", count: "*", cached: "cached_course", staged: "staged_course", condition: "true" },
    Counted {
        of: "courses with a SIS id",
        count: "*",
        cached: "cached_course",
        staged: "staged_course",
        condition: "sis_course_id IS NOT NULL",
    },
    Counted {
        of: "enrollments",
        count: "*",
        cached: "cached_enrollment",
        staged: "staged_enrollment",
        condition: "true",
    },
];

/// The enrollments of the courses that a partial load replaces.
const ENROLLMENTS_OF_COURSES: Counted = Counted {
    of: "enrollments of these courses",
    count: "*",
    cached: "cached_enrollment",
    staged: "staged_enrollment",
    condition: "course IN (SELECT id FROM temp.staged_course)",
};

impl CacheLoad {
    /// What would be lost if this load took the place of the cache now. `complete_logins` as for
    /// [`CacheLoad::finish`].
    pub fn losses(&self, complete_logins: bool) -> Result<Losses, StoreError> {
        let Some((host, own_courses, covers)) = self.before()? else { return Ok(Losses::default()) };
        self.keep_what_was_not_shown(host, complete_logins)?;
        let mut losses = Losses::default();
        match self.scope {
            CacheScope::Partial => losses.counts.extend(ENROLLMENTS_OF_COURSES.loss(&self.connection, host)?),
            CacheScope::Whole => {
                losses.narrower = self.narrower(own_courses, &covers);
                for counted in &PEOPLE {
                    losses.counts.extend(counted.loss(&self.connection, host)?);
                }
                let courses = if covers == self.covers { Courses::Same } else { Courses::Others };
                for counted in &COURSES {
                    let loss = counted.loss(&self.connection, host)?;
                    // Another term has as many courses as it has, but none at all is suspicious.
                    losses.counts.extend(loss.filter(|loss| courses == Courses::Same || loss.after == 0));
                }
            }
        }
        Ok(losses)
    }

    /// The number of the host, and how far the token reached that filled the cache and which courses it covered; `None`
    /// where the cache holds nobody.
    fn before(&self) -> Result<Option<(i64, bool, String)>, StoreError> {
        let select = "SELECT host.id, own_courses, covers FROM cache JOIN host ON host.id = cache.host
            WHERE host.name = ?1 AND EXISTS (SELECT 1 FROM cached_user WHERE cached_user.host = host.id)";
        let mut select = self.connection.prepare_cached(select)?;
        let row = |row: &rusqlite::Row<'_>| Ok((row.get(0)?, row.get(1)?, row.get(2)?));
        Ok(select.query_row([self.host.as_str()], row).optional()?)
    }

    fn narrower(&self, own_courses: bool, covers: &str) -> Option<Narrower> {
        match (own_courses, self.own_courses) {
            (false, true) if covers != ONLY_NAMED => Some(Narrower::OwnCourses),
            (true, true) if covers != self.covers && covers != OF_SOME_USER => Some(Narrower::AnotherUser),
            _ => None,
        }
    }
}

impl Counted {
    /// The loss, if it is one.
    fn loss(&self, connection: &Connection, host: i64) -> Result<Option<Loss>, StoreError> {
        let Self { of, count, cached, staged, condition } = *self;
        let number = |from: String| -> rusqlite::Result<u64> {
            let select = format!("SELECT count({count}) FROM {from} AND {condition}");
            connection.prepare_cached(&select)?.query_row(named_params! {":host": host}, |row| row.get(0))
        };
        let before = number(format!("{cached} WHERE host = :host"))?;
        let after = number(format!("temp.{staged} WHERE :host = :host"))?;
        let is_loss = before > 0 && (after == 0 || after.saturating_mul(2) < before);
        Ok(is_loss.then_some(Loss { of, before, after }))
    }
}
