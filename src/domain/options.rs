//! What a person may choose about a plan; part of its digest.

use std::collections::BTreeMap;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::{CourseId, FindingCode};

/// What to do with cells that are someone's work.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum OnConflict {
    /// Leave and list them.
    #[default]
    Hold,
    /// Replace them, except excusals.
    Overwrite,
}

/// When grades of newly created assignments become visible.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum CreatedPosting {
    /// At once; Canvas notifies.
    #[default]
    Automatic,
    /// When somebody posts them (`canvas-contract §I4`).
    Manual,
}

/// `--accept CODE[:COURSE]`: releases a finding everywhere, or in one course.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Acceptance {
    /// The finding that is accepted.
    pub code: FindingCode,
    /// Only in this course; everywhere if `None`.
    pub course: Option<CourseId>,
}

/// The user's choices; part of the digest.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[expect(clippy::struct_excessive_bools, reason = "each is one flag of `plan`, named as there")]
pub struct PlanOptions {
    /// Bind a new key to the one existing assignment of its title (`tegrity-connector §3`, rules 4 and 5).
    pub use_existing: bool,
    /// What to do with someone's work.
    pub on_conflict: OnConflict,
    /// Conflicts whose cells are replaced all the same, sorted.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub overwrite: Vec<FindingCode>,
    /// Treat grades by the token's own user as ours.
    pub adopt_own: bool,
    /// Never lower a score.
    pub only_raise: bool,
    /// Convert from the sheet's points possible to the assignment's.
    pub scale: bool,
    /// Give assigned students without a row a zero.
    pub absent_zero: bool,
    /// Create no assignments.
    pub no_create: bool,
    /// When grades of created assignments become visible.
    pub created_posting: CreatedPosting,
    /// Write to concluded courses.
    pub allow_concluded: bool,
    /// Write in closed grading periods.
    pub allow_closed_period: bool,
    /// Write to columns of quizzes and external tools.
    pub allow_tool_columns: bool,
    /// Excuse students where the sheet says so.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub allow_excuse: bool,
    /// Accepted findings, sorted.
    pub accept: Vec<Acceptance>,
    /// What holds in single courses instead, by course id as sent.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub courses: BTreeMap<Arc<str>, CourseOptions>,
}

/// The user's choices for one course; `None` where what holds for all courses holds here too.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct CourseOptions {
    /// As [`PlanOptions::use_existing`].
    pub use_existing: Option<bool>,
    /// As [`PlanOptions::on_conflict`].
    pub on_conflict: Option<OnConflict>,
}

impl PlanOptions {
    /// The choices that hold in a course.
    #[must_use]
    pub fn in_course(&self, sent_id: &str) -> Self {
        let own = self.courses.get(sent_id).copied().unwrap_or_default();
        Self {
            use_existing: own.use_existing.unwrap_or(self.use_existing),
            on_conflict: own.on_conflict.unwrap_or(self.on_conflict),
            // A course whose conflicts are held keeps all of them.
            overwrite: if own.on_conflict == Some(OnConflict::Hold) { Vec::new() } else { self.overwrite.clone() },
            ..self.clone()
        }
    }

    /// Whether the user accepted this finding in this course.
    pub fn accepts(&self, code: FindingCode, course: Option<CourseId>) -> bool {
        self.accept.iter().any(|one| one.code == code && (one.course.is_none() || one.course == course))
    }

    /// Whether the user lets cells in this conflict be written in this course.
    pub fn releases(&self, conflict: FindingCode, course: Option<CourseId>) -> bool {
        let overwrites = self.on_conflict == OnConflict::Overwrite || self.overwrite.contains(&conflict);
        match conflict {
            FindingCode::Excused => overwrites && self.accepts(conflict, course),
            FindingCode::GradeByYou => overwrites || self.adopt_own,
            _ => overwrites,
        }
    }
}
