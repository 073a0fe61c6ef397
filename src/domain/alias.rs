//! Aliases: what a person decided about an id, used before any look-up.

use std::fmt;

use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

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

impl Alias {
    /// The name of an id in files that people edit: it changes when a spreadsheet changed the id. A letter comes first,
    /// so that no spreadsheet takes the name itself for a number.
    pub fn key(kind: AliasKind, origin: &str, from: &str) -> String {
        let mut hasher = Sha256::new();
        for part in [kind.name(), origin, from] {
            hasher.update(part.as_bytes());
            // No part may run into the next.
            hasher.update([0]);
        }
        hasher.finalize()[..5].iter().fold("K".to_owned(), |mut key, byte| {
            for half in [byte >> 4, byte & 15] {
                key.extend(char::from_digit(half.into(), 16));
            }
            key
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_changed_id_has_another_key() {
        let key = |origin, from| Alias::key(AliasKind::User, origin, from);
        assert_eq!(key("sis", "00697"), key("sis", "00697"));
        assert_eq!(key("sis", "00697").len(), 11);
        for (origin, from) in [("sis", "697"), ("login", "00697"), ("sis0", "0697")] {
            assert_ne!(key("sis", "00697"), key(origin, from));
        }
        assert_ne!(key("sis", "00697"), Alias::key(AliasKind::Course, "sis", "00697"));
    }
}
