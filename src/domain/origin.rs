//! Which kind of id a connector's scores carry. Origins are strict: an id is looked up only as this kind.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

/// The name is not one of the origins.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{given}` is not one of {known}")]
pub struct OriginError {
    given: String,
    known: &'static str,
}

/// What the `user_id` of a score is (`tegrity-connector §1`, User Id Origin).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum UserIdOrigin {
    /// Canvas's own number.
    #[default]
    Internal,
    /// The SIS user id; matched exactly.
    Sis,
    /// The login; matched without regard to letter case (`canvas-contract §B2`).
    Login,
}

/// What the `course_id` of a score is (`tegrity-connector §1`, Course Id Origin).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum CourseIdOrigin {
    /// Canvas's own number.
    #[default]
    Internal,
    /// The SIS course id; matched exactly.
    Sis,
}

impl UserIdOrigin {
    /// Every origin, in the order they are shown.
    pub const ALL: [Self; 3] = [Self::Internal, Self::Sis, Self::Login];

    /// The name used in files and flags.
    pub fn name(self) -> &'static str {
        match self {
            Self::Internal => "internal",
            Self::Sis => "sis",
            Self::Login => "login",
        }
    }
}

impl CourseIdOrigin {
    /// Every origin, in the order they are shown.
    pub const ALL: [Self; 2] = [Self::Internal, Self::Sis];

    /// The name used in files and flags.
    pub fn name(self) -> &'static str {
        match self {
            Self::Internal => "internal",
            Self::Sis => "sis",
        }
    }
}

impl fmt::Display for UserIdOrigin {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.pad(self.name())
    }
}

impl fmt::Display for CourseIdOrigin {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.pad(self.name())
    }
}

impl FromStr for UserIdOrigin {
    type Err = OriginError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let found = Self::ALL.into_iter().find(|origin| origin.name().eq_ignore_ascii_case(text));
        found.ok_or_else(|| OriginError { given: text.to_owned(), known: "internal, sis, login" })
    }
}

impl FromStr for CourseIdOrigin {
    type Err = OriginError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let found = Self::ALL.into_iter().find(|origin| origin.name().eq_ignore_ascii_case(text));
        found.ok_or_else(|| OriginError { given: text.to_owned(), known: "internal, sis" })
    }
}
