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
    /// Earlier states, oldest first.
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

/// What a submission was before a write replaced it.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub(crate) struct Version {
    pub(crate) score: Option<f64>,
    pub(crate) grade: Option<String>,
    pub(crate) excused: Option<bool>,
    pub(crate) state: SubmissionState,
    pub(crate) attempt: Option<u32>,
    pub(crate) graded_at: Option<Timestamp>,
    pub(crate) grader_id: Option<i64>,
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
            graded_at: self.graded_at,
            grader_id: self.grader_id,
            points_deducted: self.points_deducted,
            posted_at: self.posted_at,
        }
    }

    /// The score somebody typed, before the late deduction.
    pub(crate) fn entered_score(&self) -> Option<f64> {
        Some(self.score? + self.points_deducted.unwrap_or(0.0))
    }
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
    pub(crate) assignment_id: i64,
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
