//! From an id as sent to a record (canvas-contract §B1, §B2).

use super::people::User;
use super::state::World;

/// What an id as sent means.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Key {
    Internal(i64),
    Field { field: String, value: String },
    Uuid(String),
    Nothing,
}

/// How many ids a shard has: hosted Canvas writes `1234~42` for record 42 of shard 1234 (canvas-contract §B4).
const SHARD: i64 = 10_000_000_000_000;

/// An id of this world, which is shard 1, as other shards know it.
pub(crate) fn global_id(id: i64) -> i64 {
    SHARD + id
}

/// A text of 40 letters that names a record where its number must not be shown: its `uuid`, and what LTI tools know.
pub(crate) fn opaque_id(kind: &str, id: i64) -> String {
    format!("{kind:_<20}{id:020}")
}

/// Reads an id in Canvas's order: hex form, prefixed form, number, uuid.
pub(crate) fn parse(text: &str) -> Key {
    let text = text.trim();
    if let Some(key) = text.strip_prefix("hex:").and_then(from_hex) {
        return key;
    }
    if let Some((field, value)) = prefixed(text) {
        return Key::Field { field: field.to_owned(), value: value.to_owned() };
    }
    if let Some((shard, local)) = text.split_once('~')
        && let (Some(shard), Some(local)) = (digits(shard), digits(local))
    {
        return shard.checked_mul(SHARD).and_then(|base| base.checked_add(local)).map_or(Key::Nothing, local_key);
    }
    if let Some(id) = digits(text) {
        return local_key(id);
    }
    match text.strip_prefix("uuid:") {
        Some(uuid) if uuid.len() >= 40 && uuid.chars().all(|c| c.is_alphanumeric() || c == '_') => {
            Key::Uuid(uuid.to_owned())
        }
        _ => Key::Nothing,
    }
}

/// A global id of this world's own shard is one of its records.
fn local_key(id: i64) -> Key {
    Key::Internal(if id / SHARD == 1 { id % SHARD } else { id })
}

fn prefixed(text: &str) -> Option<(&str, &str)> {
    let (field, value) = text.split_once(':')?;
    let known = field.starts_with("sis_") || field.starts_with("lti_");
    (known && !value.is_empty()).then_some((field, value))
}

fn from_hex(rest: &str) -> Option<Key> {
    let (field, value) = prefixed(rest)?;
    if !value.len().is_multiple_of(2) || !value.bytes().all(|byte| byte.is_ascii_hexdigit()) {
        return None;
    }
    let bytes: Option<Vec<u8>> =
        (0..value.len()).step_by(2).map(|at| u8::from_str_radix(&value[at..at + 2], 16).ok()).collect();
    Some(Key::Field { field: field.to_owned(), value: String::from_utf8(bytes?).ok()? })
}

fn digits(text: &str) -> Option<i64> {
    let fits = (1..=19).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_digit());
    fits.then(|| text.parse().ok()).flatten()
}

impl World {
    /// The user an id means; `me` is who `self` stands for.
    pub(crate) fn find_user(&self, text: &str, me: i64) -> Option<i64> {
        if text == "self" {
            return Some(me);
        }
        let by_login = |matches: &dyn Fn(&super::people::Login) -> bool| {
            self.users
                .values()
                .find(|user| user.logins.iter().any(|login| !login.deleted && matches(login)))
                .map(|user| user.id)
        };
        let by_opaque_id = |wanted: &str| self.users.keys().copied().find(|id| opaque_id("user", *id) == wanted);
        match parse(text) {
            Key::Internal(id) => self.users.contains_key(&id).then_some(id),
            Key::Field { field, value } => match field.as_str() {
                "sis_user_id" => by_login(&|login| login.sis_user_id.as_deref() == Some(&value)),
                "sis_integration_id" => by_login(&|login| login.integration_id.as_deref() == Some(&value)),
                "sis_login_id" => {
                    let wanted = value.to_lowercase();
                    by_login(&|login| login.unique_id.to_lowercase() == wanted)
                }
                "lti_user_id" | "lti_context_id" | "lti_1_1_id" | "lti_1_3_id" => by_opaque_id(&value),
                _ => None,
            },
            Key::Uuid(uuid) => by_opaque_id(&uuid),
            Key::Nothing => None,
        }
    }

    /// The course an id means, unless it is deleted.
    pub(crate) fn find_course(&self, text: &str) -> Option<i64> {
        let by_opaque_id = |wanted: &str| self.courses.values().find(|held| opaque_id("course", held.id) == wanted);
        let found = match parse(text) {
            Key::Internal(id) => self.courses.get(&id),
            Key::Field { field, value } => match field.as_str() {
                "sis_course_id" => self.courses.values().find(|course| course.sis_course_id.as_deref() == Some(&value)),
                "sis_integration_id" => {
                    self.courses.values().find(|course| course.integration_id.as_deref() == Some(&value))
                }
                "lti_context_id" => by_opaque_id(&value),
                _ => None,
            },
            Key::Uuid(uuid) => by_opaque_id(&uuid),
            Key::Nothing => None,
        };
        found.filter(|course| course.state != super::CourseState::Deleted).map(|course| course.id)
    }

    /// The course and id of the section an id means.
    pub(crate) fn find_section(&self, text: &str) -> Option<(i64, i64)> {
        let key = parse(text);
        let fits = |section: &super::Section| match &key {
            Key::Internal(id) => section.id == *id,
            Key::Field { field, value } if field == "sis_section_id" => section.sis_section_id.as_ref() == Some(value),
            Key::Field { field, value } if field == "sis_integration_id" => {
                section.integration_id.as_ref() == Some(value)
            }
            _ => false,
        };
        self.courses
            .values()
            .filter(|course| course.state != super::CourseState::Deleted)
            .find_map(|course| Some((course.id, course.sections.iter().find(|section| fits(section))?.id)))
    }

    /// The assignment of a course an id means, unless it is deleted.
    pub(crate) fn find_assignment(&self, course_id: i64, text: &str) -> Option<i64> {
        let course = self.courses.get(&course_id)?;
        let found = match parse(text) {
            Key::Internal(id) => course.assignments.get(&id),
            Key::Field { field, value } => course.assignments.values().find(|held| match field.as_str() {
                "sis_assignment_id" => held.sis_assignment_id.as_ref() == Some(&value),
                "lti_context_id" => opaque_id("assignment", held.id) == value,
                _ => false,
            }),
            Key::Uuid(_) | Key::Nothing => None,
        };
        found.filter(|assignment| assignment.state != super::AssignmentState::Deleted).map(|assignment| assignment.id)
    }

    /// The account an id means; `self` and `default` are the root account.
    pub(crate) fn find_account(&self, text: &str) -> Option<i64> {
        if matches!(text, "self" | "default") {
            return Some(self.root_account_id());
        }
        match parse(text) {
            Key::Internal(id) => self.accounts.contains_key(&id).then_some(id),
            Key::Field { field, value } => {
                let found = self.accounts.values().find(|account| match field.as_str() {
                    "sis_account_id" => account.sis_account_id.as_ref() == Some(&value),
                    "sis_integration_id" => account.integration_id.as_ref() == Some(&value),
                    _ => false,
                });
                found.map(|account| account.id)
            }
            Key::Uuid(_) | Key::Nothing => None,
        }
    }

    /// The term an id means.
    pub(crate) fn find_term(&self, text: &str) -> Option<i64> {
        if matches!(text, "default" | "current") {
            return self.terms.keys().next().copied();
        }
        match parse(text) {
            Key::Internal(id) => self.terms.contains_key(&id).then_some(id),
            Key::Field { field, value } => {
                let found = self.terms.values().find(|term| match field.as_str() {
                    "sis_term_id" => term.sis_term_id.as_ref() == Some(&value),
                    "sis_integration_id" => term.integration_id.as_ref() == Some(&value),
                    _ => false,
                });
                found.map(|term| term.id)
            }
            Key::Uuid(_) | Key::Nothing => None,
        }
    }

    /// A user by internal id.
    pub(crate) fn user(&self, id: i64) -> Option<&User> {
        self.users.get(&id)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_are_read_in_canvas_order() {
        let field = |field: &str, value: &str| Key::Field { field: field.into(), value: value.into() };
        for (text, wanted) in [
            (" 42 ", Key::Internal(42)),
            ("00042", Key::Internal(42)),
            ("1234~42", Key::Internal(12_340_000_000_000_042)),
            ("1~42", Key::Internal(42)),
            ("10000000000042", Key::Internal(42)),
            ("sis_course_id:a:b/c", field("sis_course_id", "a:b/c")),
            ("hex:sis_course_id:43532f313031", field("sis_course_id", "CS/101")),
            ("hex:sis_course_id:4", Key::Nothing),
            ("12345678901234567890", Key::Nothing),
            ("9999999999999999999", Key::Nothing),
            ("abc", Key::Nothing),
            ("", Key::Nothing),
            ("sis_course_id:", Key::Nothing),
            ("uuid:short", Key::Nothing),
        ] {
            assert_eq!(parse(text), wanted, "{text:?}");
        }
    }
}
