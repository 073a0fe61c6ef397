//! What a sync is made of: each part comes from a report of its own, or from the lists where that report fails.

use std::fmt;

use crate::canvas::ReportParameters;
use crate::domain::TermId;

/// A part of what the report shows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SyncPart {
    /// Everybody of the account and the courses of every term.
    Everything,
    /// Everybody of the account. A term's report would hold them all again (`canvas-contract §F`).
    People,
    /// The courses of one term, with their sections and enrollments.
    Term {
        /// The term.
        id: TermId,
        /// Its name; `None` where only its id was given.
        name: Option<String>,
    },
}

/// A part that came from the lists, because its report failed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FromLists {
    /// Which part.
    pub part: SyncPart,
    /// What became of the report, one line.
    pub reason: String,
}

impl SyncPart {
    /// Whether it tells who there is, with all of their logins.
    pub(super) fn has_people(&self) -> bool {
        match self {
            Self::Everything | Self::People => true,
            Self::Term { .. } => false,
        }
    }

    /// What its report is asked for.
    pub(super) fn parameters(&self) -> ReportParameters {
        let courses = ["courses", "sections", "enrollments", "xlist"];
        let (tables, term) = match self {
            Self::Everything => ([&["users"][..], &courses].concat(), None),
            Self::People => (vec!["users"], None),
            Self::Term { id, .. } => (courses.to_vec(), Some(*id)),
        };
        // Without what is deleted, concluded courses and enrollments are missing; the rest is filtered here.
        ReportParameters { tables, enrollment_term_id: term, include_deleted: true }
    }
}

impl fmt::Display for SyncPart {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Everything => formatter.write_str("people and courses"),
            Self::People => formatter.write_str("people"),
            Self::Term { id, name: Some(name) } => write!(formatter, "courses of {name} (term {id})"),
            Self::Term { id, name: None } => write!(formatter, "courses of term {id}"),
        }
    }
}
