//! The grade change log (`canvas-contract §I3`).

use jiff::Timestamp;
use serde::{Deserialize, Deserializer, de};

use super::null::null_as_default;
use crate::domain::{AssignmentId, UserId};

/// One change of a grade, newest first in Canvas's list. Canvas writes the log a little after the grade.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GradeChange {
    /// The event's own id.
    pub id: String,
    /// When.
    pub created_at: Timestamp,
    /// The column.
    pub assignment_id: Option<AssignmentId>,
    /// The student.
    pub student_id: Option<UserId>,
    /// Who; `None` for a quiz or tool.
    pub grader_id: Option<UserId>,
    /// The grade text before.
    pub grade_before: Option<String>,
    /// The grade text after.
    pub grade_after: Option<String>,
    /// Whether the student was excused before.
    pub excused_before: bool,
    /// Whether the student is excused after.
    pub excused_after: bool,
    /// The version that the change made or wrote into (`canvas-contract §H9`); `None` where Canvas does not say.
    pub version: Option<u32>,
}

/// A page of the log as Canvas wraps it.
#[derive(Debug, Deserialize)]
pub(in crate::canvas) struct GradeChangePage {
    #[serde(default, deserialize_with = "null_as_default")]
    events: Vec<Event>,
}

#[derive(Debug, Deserialize)]
struct Event {
    id: String,
    created_at: Timestamp,
    #[serde(default)]
    grade_before: Option<String>,
    #[serde(default)]
    grade_after: Option<String>,
    #[serde(default)]
    excused_before: Option<bool>,
    #[serde(default)]
    excused_after: Option<bool>,
    #[serde(default)]
    version_number: Option<u32>,
    links: Links,
}

#[derive(Debug, Deserialize)]
struct Links {
    #[serde(default, deserialize_with = "number_or_text")]
    assignment: Option<i64>,
    #[serde(default, deserialize_with = "number_or_text")]
    student: Option<i64>,
    #[serde(default, deserialize_with = "number_or_text")]
    grader: Option<i64>,
}

/// Reads an id that Canvas writes as a number here and as text there.
fn number_or_text<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<i64>, D::Error> {
    match serde_json::Value::deserialize(deserializer)? {
        serde_json::Value::Null => Ok(None),
        serde_json::Value::Number(number) => {
            number.as_i64().map(Some).ok_or_else(|| de::Error::custom("an id that is no whole number"))
        }
        serde_json::Value::String(text) => text.parse().map(Some).map_err(de::Error::custom),
        _ => Err(de::Error::custom("an id that is neither number nor text")),
    }
}

impl From<GradeChangePage> for Vec<GradeChange> {
    fn from(page: GradeChangePage) -> Self {
        let change = |event: Event| GradeChange {
            id: event.id,
            created_at: event.created_at,
            assignment_id: event.links.assignment.map(AssignmentId),
            student_id: event.links.student.map(UserId),
            grader_id: event.links.grader.filter(|id| *id > 0).map(UserId),
            grade_before: event.grade_before,
            grade_after: event.grade_after,
            excused_before: event.excused_before.unwrap_or(false),
            excused_after: event.excused_after.unwrap_or(false),
            version: event.version_number,
        };
        page.events.into_iter().map(change).collect()
    }
}
