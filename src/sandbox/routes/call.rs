//! One request: who asks, for what, when; and what every route needs.

use std::cell::Cell;

use jiff::Timestamp;
use serde_json::{Value, json};

use crate::sandbox::message::{Reply, Request};
use crate::sandbox::options::Dialect;
use crate::sandbox::page::Page;
use crate::sandbox::parameters::Parameters;
use crate::sandbox::refusal;
use crate::sandbox::world::{Assignment, Course, World, is_permission};

/// When records of a world file were made that do not say it themselves.
pub(super) const TERM_BEGAN: Timestamp = Timestamp::constant(1_785_585_600, 0);

/// A reply; on the left as refused, on the right as asked for.
pub(crate) type Answer = Result<Reply, Reply>;

/// A request of a known user.
pub(crate) struct Call<'a> {
    pub(crate) world: &'a mut World,
    pub(crate) request: &'a Request,
    pub(crate) parameters: &'a Parameters,
    pub(crate) dialect: Dialect,
    /// What the verifiers of report files are made from.
    pub(crate) file_secret: &'a str,
    pub(crate) user_id: i64,
    /// When the request came in; what changed since then, changed while it was under way.
    pub(crate) arrived: Timestamp,
    pub(crate) now: Timestamp,
    /// How many rows of a list were put together; they are what a read costs.
    pub(crate) rows: &'a Cell<usize>,
}

impl Call<'_> {
    /// The account an id means, when the user is one of its admins.
    pub(super) fn account(&self, text: &str) -> Result<i64, Reply> {
        // The account of those who run Canvas itself: it is there, and nobody of this world is let in.
        if text == "site_admin" {
            return Err(self.unauthorized());
        }
        let account_id = self.world.find_account(text).ok_or_else(refusal::not_found)?;
        if self.world.is_admin(self.user_id) { Ok(account_id) } else { Err(self.unauthorized()) }
    }

    /// The course an id means, when the user may see it.
    pub(super) fn course(&self, text: &str) -> Result<&Course, Reply> {
        let course_id = self.world.find_course(text).ok_or_else(refusal::not_found)?;
        let course = self.world.courses.get(&course_id).ok_or_else(refusal::not_found)?;
        if self.may_in("read", course) { Ok(course) } else { Err(self.unauthorized()) }
    }

    /// The course and assignment two ids mean, when the user may see the course.
    pub(super) fn assignment(&self, course: &str, assignment: &str) -> Result<(&Course, &Assignment), Reply> {
        let course_id = self.course(course)?.id;
        let id = self.world.find_assignment(course_id, assignment).ok_or_else(refusal::not_found)?;
        self.world.assignment(course_id, id).ok_or_else(refusal::not_found)
    }

    /// Whether the user has a right in a course.
    pub(super) fn may_in(&self, right: &str, course: &Course) -> bool {
        self.world.may_in(self.user_id, right, course)
    }

    /// Refuses unless the user has one of these rights in the course.
    pub(super) fn require_in(&self, rights: &[&str], course: &Course) -> Result<(), Reply> {
        if rights.iter().any(|right| self.may_in(right, course)) { Ok(()) } else { Err(self.unauthorized()) }
    }

    /// Refuses unless the user has this right on the account.
    pub(super) fn require(&self, right: &str) -> Result<(), Reply> {
        if self.world.may(self.user_id, right) { Ok(()) } else { Err(self.unauthorized()) }
    }

    /// The moment that lists of submissions show: a while ago, where they read from a copy.
    pub(super) fn read_as_of(&self) -> Timestamp {
        self.now.checked_sub(self.world.conduct.replica_lag).unwrap_or(Timestamp::MIN)
    }

    /// A numbered page of a list: `last` is shown where Canvas counts.
    pub(super) fn page(&self, total: usize, counted: bool) -> Result<Page, Reply> {
        let page = Page::ordinal(self.request, self.parameters, total, counted)?;
        self.rows.set(page.count(total));
        Ok(page)
    }

    /// A page of a list that is paged by bookmarks.
    pub(super) fn bookmarked(&self, keys: &[Value]) -> Result<Page, Reply> {
        let page = Page::bookmarked(self.request, self.parameters, keys)?;
        self.rows.set(page.count(keys.len()));
        Ok(page)
    }

    /// Logged in, but not permitted.
    pub(super) fn unauthorized(&self) -> Reply {
        refusal::unauthorized(self.dialect)
    }

    /// The answers to `permissions[]`, by a right's name.
    pub(super) fn permissions(&self, may: impl Fn(&str) -> bool) -> Reply {
        let asked = self.parameters.list("permissions").into_iter();
        // Nobody has a permission that does not exist.
        let answers: Value = asked.map(|right| (right.clone(), json!(is_permission(&right) && may(&right)))).collect();
        Reply::json(200, &answers)
    }
}

/// A moment as Canvas writes it: whole seconds, UTC.
pub(super) fn moment(moment: Option<Timestamp>) -> Option<Timestamp> {
    moment.and_then(|at| Timestamp::from_second(at.as_second()).ok())
}

/// Integer ids as strings, for callers that ask for them (canvas-contract §A1).
pub(crate) fn with_string_ids(reply: Reply) -> Reply {
    let Ok(mut body) = serde_json::from_slice::<Value>(&reply.body) else { return reply };
    spell_ids(&mut body);
    Reply { body: body.to_string().into_bytes(), ..reply }
}

fn spell_ids(value: &mut Value) {
    match value {
        Value::Array(items) => items.iter_mut().for_each(spell_ids),
        Value::Object(fields) => {
            for (name, field) in fields {
                let named_id = name == "id" || name.ends_with("_id");
                if let (true, Some(id)) = (named_id, field.as_i64()) {
                    *field = Value::String(id.to_string());
                } else {
                    spell_ids(field);
                }
            }
        }
        _ => {}
    }
}
