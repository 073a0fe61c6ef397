//! Suggestions: what an id that leads nowhere may mean. Never applied: only a person turns one into an alias.

/// What an id may mean.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Suggestion {
    /// Canvas's internal id of the person or course.
    pub canvas_id: i64,
    /// Their name, or the course's.
    pub name: String,
    /// Why it is suggested, without names.
    pub reason: String,
    /// The other ids, to tell twins apart: `login zquist, SIS id 00042`.
    pub ids: String,
}
