//! Aliases: what a person decided about an id, used before any look-up.

use std::collections::HashMap;
use std::fmt;

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use super::same_title::is_invisible;
use super::{CourseIdOrigin, UserIdOrigin};

/// What an alias is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum AliasKind {
    /// The id of a person.
    User,
    /// The id of a course.
    Course,
}

impl AliasKind {
    /// The word in files.
    pub fn name(self) -> &'static str {
        match self {
            Self::User => "user",
            Self::Course => "course",
        }
    }

    /// Reads the word back.
    pub fn from_name(text: &str) -> Option<Self> {
        [Self::User, Self::Course].into_iter().find(|kind| kind.name() == text)
    }
}

impl fmt::Display for AliasKind {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.pad(self.name())
    }
}

/// What an id means instead of what a look-up would find.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum AliasTarget {
    /// These internal Canvas ids: one, or several courses for a course id that several sections share.
    Canvas(Vec<i64>),
    /// Nothing: its rows are left out, and counted as ignored.
    Ignore,
}

/// A hand-made decision about one id of one origin.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Alias {
    /// A person's id or a course's.
    pub kind: AliasKind,
    /// Which kind of id it is: the name of a `UserIdOrigin` or `CourseIdOrigin`.
    pub origin: String,
    /// The id exactly as sent.
    pub from: String,
    /// What it means.
    pub target: AliasTarget,
    /// Why; empty if nobody said.
    pub note: String,
    /// The last day it holds; `None` for good.
    pub until: Option<Date>,
}

/// The aliases that hold on one day, by id.
#[derive(Debug, Clone, Default)]
pub struct Aliases {
    users: HashMap<(UserIdOrigin, String), AliasTarget>,
    courses: HashMap<(CourseIdOrigin, String), AliasTarget>,
}

impl Aliases {
    /// Those that hold on this day: the last day of an alias is `until`.
    pub fn holding_on(aliases: impl IntoIterator<Item = Alias>, day: Date) -> Self {
        let mut held = Self::default();
        for Alias { kind, origin, from, target, note: _, until } in aliases {
            // An empty id is no id. One of an earlier version would give the rows of everybody without an id to one person.
            if until.is_some_and(|until| until < day) || is_no_id(&from) {
                continue;
            }
            match kind {
                AliasKind::User => {
                    if let Ok(origin) = origin.parse() {
                        held.users.insert((origin, from), target);
                    }
                }
                AliasKind::Course => {
                    if let Ok(origin) = origin.parse() {
                        held.courses.insert((origin, from), target);
                    }
                }
            }
        }
        held
    }

    /// What a person decided about this user id, exactly as sent.
    pub fn user(&self, origin: UserIdOrigin, sent: &str) -> Option<&AliasTarget> {
        if self.users.is_empty() { None } else { self.users.get(&(origin, sent.to_owned())) }
    }

    /// What a person decided about this course id, exactly as sent.
    pub fn course(&self, origin: CourseIdOrigin, sent: &str) -> Option<&AliasTarget> {
        if self.courses.is_empty() { None } else { self.courses.get(&(origin, sent.to_owned())) }
    }
}

/// Whether a text is no id: nothing, or nothing that is seen. No alias can be made of it.
pub fn is_no_id(text: &str) -> bool {
    text.chars().all(|letter| letter.is_whitespace() || letter.is_control() || is_invisible(letter))
}

/// Joins a line that a person filled in with the id it is about, and tells when a spreadsheet changed the id on the
/// way: a letter, so that no spreadsheet takes the key itself for a number, and 11 hex digits of a hash over kind, origin
/// and id.
pub fn alias_key(kind: &str, origin: &str, from: &str) -> String {
    let mut key = format!("k{}", super::text_digest(&format!("{kind}\n{origin}\n{from}")));
    key.truncate(12);
    key
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_alias_holds_through_its_last_day() {
        let alias = Alias {
            kind: AliasKind::User,
            origin: "login".to_owned(),
            from: "zquist".to_owned(),
            target: AliasTarget::Ignore,
            note: String::new(),
            until: Some(jiff::civil::date(2026, 12, 14)),
        };
        for (day, holds) in [(13, true), (14, true), (15, false)] {
            let held = Aliases::holding_on([alias.clone()], jiff::civil::date(2026, 12, day));
            assert_eq!(held.user(UserIdOrigin::Login, "zquist").is_some(), holds, "on day {day}");
            assert_eq!(held.user(UserIdOrigin::Sis, "zquist"), None);
        }
    }

    #[test]
    fn a_changed_id_has_another_key() {
        let key = |origin, from| alias_key("user", origin, from);
        assert_eq!(key("sis", "00697").len(), 12);
        for (origin, from) in [("sis", "697"), ("login", "00697")] {
            assert_ne!(key("sis", "00697"), key(origin, from));
        }
        assert_ne!(key("sis", "00697"), alias_key("course", "sis", "00697"));
    }
}
