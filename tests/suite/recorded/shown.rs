//! How much of an answer is compared.

use serde_json::Value;

use super::names::Kind;
use super::probe::picked;

/// The fields of a cell that tell its grade.
pub(super) const SHORT: [&str; 11] = [
    "score",
    "grade",
    "entered_score",
    "entered_grade",
    "excused",
    "workflow_state",
    "graded_at",
    "posted_at",
    "grader_id",
    "late_policy_status",
    "missing",
];

/// What of an answer is kept, besides its status and content type.
#[derive(Debug, Clone, Default)]
pub(super) struct Shown {
    /// What the `id` of the body is an id of.
    pub(super) kind: Option<Kind>,
    /// The keys of the body, or of its items; all when empty.
    keys: Vec<&'static str>,
    /// The relations of `Link`.
    pub(super) links: bool,
    /// The headers of which is kept whether they are there.
    pub(super) headers: &'static [&'static str],
}

impl Shown {
    /// The whole body.
    pub(super) fn whole() -> Self {
        Self::default()
    }

    /// The whole body, whose ids are of this kind.
    pub(super) fn of(kind: Kind) -> Self {
        Self { kind: Some(kind), ..Self::default() }
    }

    /// These keys of the body.
    pub(super) fn keys(keys: &[&'static str]) -> Self {
        Self::default().only(keys)
    }

    /// The grade of a cell, and these keys.
    pub(super) fn grade_and(keys: &[&'static str]) -> Self {
        Self::keys(&[&SHORT, keys].concat())
    }

    pub(super) fn only(self, keys: &[&'static str]) -> Self {
        Self { keys: keys.to_vec(), ..self }
    }

    pub(super) fn with_links(self) -> Self {
        Self { links: true, ..self }
    }

    pub(super) fn with_headers(self, headers: &'static [&'static str]) -> Self {
        Self { headers, ..self }
    }

    /// The kept part of a body.
    pub(super) fn body(&self, body: &Value) -> Value {
        match body {
            _ if self.keys.is_empty() => body.clone(),
            Value::Array(items) => items.iter().map(|item| self.one(item)).collect(),
            other => self.one(other),
        }
    }

    fn one(&self, body: &Value) -> Value {
        if body.is_object() { picked(body, &self.keys) } else { body.clone() }
    }
}
