//! How a Canvas assignment counts.

use serde::{Deserialize, Serialize};

/// Canvas's `grading_type` of an assignment (`canvas-contract §G3`).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum GradingType {
    /// Shown as points.
    #[default]
    Points,
    /// Shown as a percentage; a bare number is still points (`canvas-contract §0.8`).
    Percent,
    /// Shown as a letter from a grading standard.
    LetterGrade,
    /// Shown as a GPA from a grading standard.
    GpaScale,
    /// Complete or incomplete.
    PassFail,
    /// Takes no grades.
    NotGraded,
}

impl GradingType {
    /// Canvas's own word.
    pub fn name(self) -> &'static str {
        match self {
            Self::Points => "points",
            Self::Percent => "percent",
            Self::LetterGrade => "letter_grade",
            Self::GpaScale => "gpa_scale",
            Self::PassFail => "pass_fail",
            Self::NotGraded => "not_graded",
        }
    }

    /// Reads Canvas's own word.
    pub fn from_name(text: &str) -> Option<Self> {
        [Self::Points, Self::Percent, Self::LetterGrade, Self::GpaScale, Self::PassFail, Self::NotGraded]
            .into_iter()
            .find(|kind| kind.name() == text)
    }
}
