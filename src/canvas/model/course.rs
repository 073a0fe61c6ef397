//! Courses, their sections and terms.

use jiff::Timestamp;
use serde::Deserialize;

use super::null::null_as_default;
use super::{Permissions, Visible};
use crate::domain::{AccountId, CourseId, SectionId, TermId};

/// A course.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct Course {
    /// Internal id.
    pub id: CourseId,
    /// The name; empty where the token may see only that the course exists.
    #[serde(default, deserialize_with = "null_as_default")]
    pub name: String,
    /// The short code.
    #[serde(default, deserialize_with = "null_as_default")]
    pub course_code: String,
    /// The SIS course id.
    #[serde(default)]
    pub sis_course_id: Visible<String>,
    /// Canvas's word: `unpublished`, `available`, `completed`, `deleted`.
    #[serde(default, deserialize_with = "null_as_default")]
    pub workflow_state: String,
    /// The account it belongs to.
    #[serde(default)]
    pub account_id: Option<AccountId>,
    /// Its term.
    #[serde(default)]
    pub enrollment_term_id: Option<TermId>,
    /// IANA name of its time zone.
    #[serde(default)]
    pub time_zone: Option<String>,
    /// Whether it has ended; only where it was asked for.
    #[serde(default)]
    pub concluded: Option<bool>,
    /// Its default grading standard; 0 or `None` for Canvas's own.
    #[serde(default)]
    pub grading_standard_id: Option<i64>,
    /// Its term; only where it was asked for.
    #[serde(default)]
    pub term: Option<Term>,
    /// What the token may do in it; only where it was asked for.
    #[serde(default)]
    pub permissions: Option<Permissions>,
    /// When it begins.
    #[serde(default)]
    pub start_at: Option<Timestamp>,
    /// When it ends.
    #[serde(default)]
    pub end_at: Option<Timestamp>,
}

impl Course {
    /// Whether it has ended, by its state or by its dates.
    pub fn is_concluded(&self) -> bool {
        self.concluded == Some(true) || self.workflow_state == "completed"
    }
}

/// An enrollment term.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct Term {
    /// Internal id.
    pub id: TermId,
    /// The name.
    #[serde(default, deserialize_with = "null_as_default")]
    pub name: String,
    /// Canvas's word: `active`, `deleted`; empty where a course only names its term.
    #[serde(default, deserialize_with = "null_as_default")]
    pub workflow_state: String,
    /// The SIS term id.
    #[serde(default)]
    pub sis_term_id: Visible<String>,
    /// When it begins.
    #[serde(default)]
    pub start_at: Option<Timestamp>,
    /// When it ends.
    #[serde(default)]
    pub end_at: Option<Timestamp>,
}

impl Term {
    /// Whether it is in use and `now` lies between its dates. An absent date is open, so the default term counts.
    pub fn is_active(&self, now: Timestamp) -> bool {
        self.workflow_state == "active"
            && self.start_at.is_none_or(|start| start <= now)
            && self.end_at.is_none_or(|end| now <= end)
    }
}

/// How Canvas wraps a page of terms.
#[derive(Debug, Deserialize)]
pub struct TermPage {
    enrollment_terms: Vec<Term>,
}

impl From<TermPage> for Vec<Term> {
    fn from(page: TermPage) -> Self {
        page.enrollment_terms
    }
}

/// A section of a course.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct Section {
    /// Internal id.
    pub id: SectionId,
    /// The name.
    #[serde(default, deserialize_with = "null_as_default")]
    pub name: String,
    /// The course it is in now.
    pub course_id: CourseId,
    /// The course it was cross-listed from, if it was.
    #[serde(default)]
    pub nonxlist_course_id: Option<CourseId>,
    /// The SIS section id.
    #[serde(default)]
    pub sis_section_id: Visible<String>,
    /// The SIS id of the course it is in now.
    #[serde(default)]
    pub sis_course_id: Visible<String>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_term_is_active_between_its_dates_and_an_absent_date_is_open() {
        let now = "2026-11-30T12:00:00Z".parse().expect("a time");
        for (term, expected) in [
            (r#"{"id":1,"workflow_state":"active","start_at":null,"end_at":null}"#, true),
            (r#"{"id":1,"workflow_state":"active"}"#, true),
            (
                r#"{"id":1,"workflow_state":"active","start_at":"2026-08-24T04:00:00Z","end_at":"2026-12-19T04:59:59Z"}"#,
                true,
            ),
            (
                r#"{"id":1,"workflow_state":"active","start_at":"2026-11-30T12:00:00Z","end_at":"2026-11-30T12:00:00Z"}"#,
                true,
            ),
            (r#"{"id":1,"workflow_state":"active","end_at":"2026-11-30T11:59:59Z"}"#, false),
            (r#"{"id":1,"workflow_state":"active","start_at":"2027-01-10T05:00:00Z"}"#, false),
            (r#"{"id":1,"workflow_state":"deleted"}"#, false),
        ] {
            let read: Term = serde_json::from_str(term).expect(term);
            assert_eq!(read.is_active(now), expected, "{term}");
        }
    }
}
