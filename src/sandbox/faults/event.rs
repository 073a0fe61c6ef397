//! Things that happen once, at a moment or before a request.

use jiff::Timestamp;
use serde::Deserialize;

/// Something that happens once.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Event {
    /// When.
    pub moment: Moment,
    /// What.
    pub what: What,
}

/// When an event happens.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Moment {
    /// Just before the n-th request since the start, counted from 1.
    Request(u64),
    /// Just before the first request that is not a read.
    FirstWrite,
    /// At a moment of the sandbox's clock.
    Time(Timestamp),
    /// So many seconds after the sandbox's first request.
    Seconds(i64),
}

/// What happens. Records are named by any id Canvas accepts; an assignment also by its exact name.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum What {
    /// The sandbox's own token is revoked.
    RevokeToken,
    /// Every request is answered with 503 for so many seconds.
    Maintenance {
        /// Seconds.
        seconds: i64,
    },
    /// Another grader changes a cell in the gradebook.
    Grade {
        /// The course.
        course: String,
        /// The assignment.
        assignment: String,
        /// The student.
        user: String,
        /// A posted grade; empty clears, `EX` excuses.
        grade: String,
        /// Who does it.
        grader: String,
    },
    /// A student drops a course.
    DropEnrollment {
        /// The course.
        course: String,
        /// The student.
        user: String,
    },
}
