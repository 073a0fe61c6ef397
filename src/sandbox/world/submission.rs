//! Submissions, their versions and comments, and the grade change log.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::by_id::Keyed;

/// What a student has for an assignment. Absent from the world while it is empty.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub(crate) struct Submission {
    pub(crate) user_id: i64,
    /// Points, after any late deduction.
    pub(crate) score: Option<f64>,
    pub(crate) grade: Option<String>,
    pub(crate) excused: Option<bool>,
    pub(crate) state: SubmissionState,
    pub(crate) attempt: Option<u32>,
    pub(crate) submission_type: Option<String>,
    pub(crate) submitted_at: Option<Timestamp>,
    /// What the student wrote, for text entries.
    pub(crate) body: Option<String>,
    pub(crate) graded_at: Option<Timestamp>,
    /// Negative: graded by a quiz or a tool.
    pub(crate) grader_id: Option<i64>,
    /// The student has handed in again since the grade was given.
    pub(crate) resubmitted: bool,
    pub(crate) late_policy_status: Option<String>,
    pub(crate) seconds_late_override: Option<i64>,
    pub(crate) points_deducted: Option<f64>,
    pub(crate) custom_grade_status_id: Option<i64>,
    pub(crate) sticker: Option<String>,
    pub(crate) posted_at: Option<Timestamp>,
    pub(crate) comments: Vec<Comment>,
    /// When anything of it was last written.
    pub(crate) updated_at: Option<Timestamp>,
    /// The stored versions, oldest first. Their number is the N of `preview_url` (canvas-contract §H9).
    pub(crate) versions: Vec<Version>,
}

/// A submission's state.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum SubmissionState {
    #[default]
    Unsubmitted,
    Submitted,
    Graded,
    PendingReview,
}

impl SubmissionState {
    /// Canvas's word for it.
    pub(crate) fn word(self) -> &'static str {
        match self {
            Self::Unsubmitted => "unsubmitted",
            Self::Submitted => "submitted",
            Self::Graded => "graded",
            Self::PendingReview => "pending_review",
        }
    }
}

/// A stored version of a submission. The newest may be written into, so that it tells the latest state, not the first.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub(crate) struct Version {
    pub(crate) score: Option<f64>,
    pub(crate) grade: Option<String>,
    pub(crate) excused: Option<bool>,
    pub(crate) state: SubmissionState,
    pub(crate) attempt: Option<u32>,
    pub(crate) submission_type: Option<String>,
    pub(crate) submitted_at: Option<Timestamp>,
    pub(crate) body: Option<String>,
    pub(crate) graded_at: Option<Timestamp>,
    pub(crate) grader_id: Option<i64>,
    pub(crate) resubmitted: bool,
    pub(crate) late_policy_status: Option<String>,
    pub(crate) points_deducted: Option<f64>,
    pub(crate) posted_at: Option<Timestamp>,
}

impl Submission {
    /// The present state as a version.
    pub(crate) fn version(&self) -> Version {
        Version {
            score: self.score,
            grade: self.grade.clone(),
            excused: self.excused,
            state: self.state,
            attempt: self.attempt,
            submission_type: self.submission_type.clone(),
            submitted_at: self.submitted_at,
            body: self.body.clone(),
            graded_at: self.graded_at,
            grader_id: self.grader_id,
            resubmitted: self.resubmitted,
            late_policy_status: self.late_policy_status.clone(),
            points_deducted: self.points_deducted,
            posted_at: self.posted_at,
        }
    }

    /// The score somebody typed, before the late deduction.
    pub(crate) fn entered_score(&self) -> Option<f64> {
        Some(self.score? + self.points_deducted.unwrap_or(0.0))
    }

    /// Whether the next grade makes a new version: a grade or an excusal is there now, or a grade was once. An earlier
    /// excusal alone does not count (canvas-contract §H9).
    pub(crate) fn was_graded(&self) -> bool {
        self.grade.is_some()
            || self.excused == Some(true)
            || self.versions.iter().any(|version| version.grade.is_some())
    }

    /// Stores the present state: as a new version, or into the newest one.
    pub(crate) fn store(&mut self, stored: Stored) {
        let version = self.version();
        match (stored, self.versions.last_mut()) {
            (Stored::InNewest, Some(newest)) => *newest = version,
            (Stored::InNewest | Stored::AsNew, _) => self.versions.push(version),
        }
    }

    /// What the change log takes for the state before: the version before the newest (canvas-contract §I3).
    pub(crate) fn version_before(&self) -> Option<&Version> {
        self.versions.iter().rev().nth(1)
    }

    /// One state for every hand-in, the newest of each, oldest first; without a hand-in the present state alone
    /// (canvas-contract §H9).
    pub(crate) fn hand_ins(&self) -> Vec<Version> {
        let mut found: Vec<Version> = Vec::new();
        for version in self.versions.iter().cloned().chain([self.version()]) {
            match found.iter_mut().find(|held| held.submitted_at == version.submitted_at) {
                Some(held) => *held = version,
                None => found.push(version),
            }
        }
        found.retain(|version| version.submitted_at.is_some() || self.submitted_at.is_none());
        found
    }
}

/// How a state is stored among the versions of a submission.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Stored {
    AsNew,
    /// Into the newest version; as the first one where there is none.
    InNewest,
}

/// A comment on a submission.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub(crate) struct Comment {
    pub(crate) id: i64,
    pub(crate) author_id: i64,
    pub(crate) comment: String,
    pub(crate) created_at: Option<Timestamp>,
    pub(crate) edited_at: Option<Timestamp>,
    pub(crate) attempt: Option<u32>,
}

/// One line of the grade change log (canvas-contract §I3).
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct GradeChange {
    pub(crate) id: i64,
    pub(crate) created_at: Timestamp,
    pub(crate) course_id: i64,
    /// The column; absent for a final grade that was set over the computed one.
    #[serde(default)]
    pub(crate) assignment_id: Option<i64>,
    pub(crate) student_id: i64,
    pub(crate) grader_id: i64,
    #[serde(default)]
    pub(crate) grade_before: Option<String>,
    #[serde(default)]
    pub(crate) grade_after: Option<String>,
    #[serde(default)]
    pub(crate) excused_before: bool,
    #[serde(default)]
    pub(crate) excused_after: bool,
    #[serde(default)]
    pub(crate) points_possible: Option<f64>,
    #[serde(default)]
    pub(crate) version_number: usize,
}

impl Keyed for Submission {
    fn key(&self) -> i64 {
        self.user_id
    }
}
