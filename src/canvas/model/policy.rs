//! The rules of a course that change what a grade becomes.

use jiff::Timestamp;
use serde::Deserialize;

use super::null::null_as_default;
use crate::domain::Points;

/// A grading scheme.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct GradingStandard {
    /// Internal id.
    pub id: i64,
    /// The title.
    #[serde(default, deserialize_with = "null_as_default")]
    pub title: String,
    /// Whether its cut-offs are points rather than shares.
    #[serde(default, deserialize_with = "null_as_default")]
    pub points_based: bool,
    /// The full score that cut-offs of points are of; 1 for shares.
    #[serde(default)]
    pub scaling_factor: Option<Points>,
    /// Highest first.
    #[serde(default, deserialize_with = "null_as_default")]
    pub grading_scheme: Vec<SchemeEntry>,
}

/// One grade of a scheme.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct SchemeEntry {
    /// The letter, or whatever is shown.
    pub name: String,
    /// From which share on, 0..=1.
    pub value: Points,
}

/// What a course takes off for late work, and gives for missing work.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct LatePolicy {
    /// Whether late work loses points.
    #[serde(default, deserialize_with = "null_as_default")]
    pub late_submission_deduction_enabled: bool,
    /// Whether missing work gets a score by itself, so that clearing a cell may come back as a score.
    #[serde(default, deserialize_with = "null_as_default")]
    pub missing_submission_deduction_enabled: bool,
    /// What missing work loses, in percent.
    #[serde(default)]
    pub missing_submission_deduction: Option<Points>,
}

/// How Canvas wraps a late policy.
#[derive(Debug, Deserialize)]
pub(in crate::canvas) struct LatePolicyEnvelope {
    pub(in crate::canvas) late_policy: LatePolicy,
}

/// A grading period.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct GradingPeriod {
    /// The title.
    #[serde(default, deserialize_with = "null_as_default")]
    pub title: String,
    /// When it begins.
    #[serde(default)]
    pub start_date: Option<Timestamp>,
    /// When it ends.
    #[serde(default)]
    pub end_date: Option<Timestamp>,
    /// When grades close.
    #[serde(default)]
    pub close_date: Option<Timestamp>,
    /// Whether grades are closed now.
    #[serde(default, deserialize_with = "null_as_default")]
    pub is_closed: bool,
}

/// How Canvas wraps grading periods.
#[derive(Debug, Deserialize)]
pub(in crate::canvas) struct GradingPeriodList {
    #[serde(default, deserialize_with = "null_as_default")]
    pub(in crate::canvas) grading_periods: Vec<GradingPeriod>,
}
