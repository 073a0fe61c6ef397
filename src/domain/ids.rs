//! Canvas's internal ids. SIS ids and logins stay text and never become one of these.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

/// The text is not an internal Canvas id: 1 to 19 ASCII digits that fit an `i64` (`canvas-contract §B1`, §B4).
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is not an internal Canvas id (1 to 19 digits)")]
pub struct IdError(pub String);

/// Declares newtypes over `i64`: a course's id must not be taken for a user's.
macro_rules! internal_ids {
    ($($(#[$doc:meta])* $name:ident),+ $(,)?) => {$(
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $name(pub i64);

        impl fmt::Display for $name {
            fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.fmt(formatter)
            }
        }

        impl FromStr for $name {
            type Err = IdError;

            fn from_str(text: &str) -> Result<Self, Self::Err> {
                let digits = (1..=19).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_digit());
                match text.parse() {
                    Ok(id) if digits => Ok(Self(id)),
                    _ => Err(IdError(text.to_owned())),
                }
            }
        }
    )+};
}

internal_ids! {
    /// A Canvas account (institution or sub-account).
    AccountId,
    /// A person in Canvas, whatever logins they have.
    UserId,
    /// A Canvas course.
    CourseId,
    /// A section of a Canvas course.
    SectionId,
    /// One person's place in one section.
    EnrollmentId,
    /// A gradebook column.
    AssignmentId,
    /// A group of gradebook columns within a course.
    AssignmentGroupId,
    /// A group of students who work together.
    GroupId,
    /// Canvas's asynchronous job.
    ProgressId,
    /// An enrollment term.
    TermId,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_digits_that_fit_are_internal_ids() {
        for (text, expected) in [
            ("7001", Some(7001)),
            ("0042", Some(42)),
            ("12340000000000042", Some(12_340_000_000_000_042)),
            ("9223372036854775807", Some(i64::MAX)),
            ("9223372036854775808", None),
            ("00000000000000000042", None),
            ("", None),
            ("-5", None),
            ("+5", None),
            (" 5", None),
            ("1234~42", None),
            ("٣", None),
        ] {
            assert_eq!(text.parse::<UserId>().ok(), expected.map(UserId), "{text:?}");
        }
    }
}
