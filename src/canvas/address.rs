//! How a request names an object: by internal id, or by one of Canvas's prefixed ids (`canvas-contract §B`).

use crate::domain::{AccountId, CourseId, UserId};

/// Names an account.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum AccountRef {
    /// The institution of this host (`self`).
    Root,
    /// By internal id.
    Id(AccountId),
    /// By SIS account id, matched exactly.
    Sis(String),
}

/// Names a course.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum CourseRef {
    /// By internal id.
    Id(CourseId),
    /// By SIS course id, matched exactly.
    Sis(String),
}

/// Names a person.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum UserRef {
    /// The token's own user.
    Own,
    /// By internal id.
    Id(UserId),
    /// By SIS user id, matched exactly.
    Sis(String),
    /// By login, whatever the letter case.
    Login(String),
}

impl From<AccountId> for AccountRef {
    fn from(id: AccountId) -> Self {
        Self::Id(id)
    }
}

impl From<CourseId> for CourseRef {
    fn from(id: CourseId) -> Self {
        Self::Id(id)
    }
}

impl From<UserId> for UserRef {
    fn from(id: UserId) -> Self {
        Self::Id(id)
    }
}
