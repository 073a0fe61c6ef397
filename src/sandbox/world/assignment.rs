//! Assignments.

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::by_id::{self, Keyed};
use super::submission::Submission;

/// An assignment with the submissions that hold anything.
#[expect(clippy::struct_excessive_bools, reason = "Canvas's assignment is made of switches")]
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub(crate) struct Assignment {
    pub(crate) id: i64,
    pub(crate) name: String,
    pub(crate) description: Option<String>,
    pub(crate) points_possible: Option<f64>,
    pub(crate) grading_type: GradingType,
    pub(crate) grading_standard_id: Option<i64>,
    pub(crate) state: AssignmentState,
    pub(crate) due_at: Option<Timestamp>,
    pub(crate) unlock_at: Option<Timestamp>,
    pub(crate) lock_at: Option<Timestamp>,
    pub(crate) created_at: Option<Timestamp>,
    pub(crate) updated_at: Option<Timestamp>,
    /// 0 stands for the course's first assignment group.
    pub(crate) assignment_group_id: i64,
    pub(crate) submission_types: Vec<String>,
    pub(crate) post_manually: bool,
    pub(crate) anonymous_grading: bool,
    pub(crate) moderated_grading: bool,
    /// Grades of a moderated assignment have been released.
    pub(crate) grades_published: bool,
    /// The grader who may decide a moderated grade.
    pub(crate) final_grader_id: Option<i64>,
    pub(crate) group_category_id: Option<i64>,
    pub(crate) grade_group_students_individually: bool,
    pub(crate) omit_from_final_grade: bool,
    pub(crate) hide_in_gradebook: bool,
    pub(crate) post_to_sis: bool,
    pub(crate) checkpointed: bool,
    /// Differentiated: only these users are assigned. Everyone is when absent.
    pub(crate) only_visible_to: Option<Vec<i64>>,
    pub(crate) sis_assignment_id: Option<String>,
    pub(crate) integration_id: Option<String>,
    pub(crate) integration_data: BTreeMap<String, String>,
    #[serde(with = "by_id")]
    pub(crate) submissions: BTreeMap<i64, Submission>,
}

/// How an assignment is graded.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum GradingType {
    #[default]
    Points,
    Percent,
    LetterGrade,
    GpaScale,
    PassFail,
    NotGraded,
}

impl GradingType {
    /// Reads Canvas's word.
    pub(crate) fn from_word(word: &str) -> Option<Self> {
        [Self::Points, Self::Percent, Self::LetterGrade, Self::GpaScale, Self::PassFail, Self::NotGraded]
            .into_iter()
            .find(|candidate| candidate.word() == word)
    }

    /// Canvas's word for it.
    pub(crate) fn word(self) -> &'static str {
        match self {
            Self::Points => "points",
            Self::Percent => "percent",
            Self::LetterGrade => "letter_grade",
            Self::GpaScale => "gpa_scale",
            Self::PassFail => "pass_fail",
            Self::NotGraded => "not_graded",
        }
    }
}

/// An assignment's state.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum AssignmentState {
    #[default]
    Published,
    Unpublished,
    Deleted,
}

impl AssignmentState {
    /// Canvas's word for it.
    pub(crate) fn word(self) -> &'static str {
        match self {
            Self::Published => "published",
            Self::Unpublished => "unpublished",
            Self::Deleted => "deleted",
        }
    }
}

impl Assignment {
    /// Whether students hand something in online, so that late and missing policies apply (canvas-contract §H4).
    pub(crate) fn expects_submission(&self) -> bool {
        self.submission_types.iter().any(|kind| {
            matches!(
                kind.as_str(),
                "online_upload"
                    | "online_text_entry"
                    | "online_url"
                    | "media_recording"
                    | "discussion_topic"
                    | "online_quiz"
            )
        })
    }

    /// Whether a student is assigned, enrollment aside.
    pub(crate) fn is_assigned_to(&self, user_id: i64) -> bool {
        self.only_visible_to.as_ref().is_none_or(|users| users.contains(&user_id))
    }

    /// The stored submission, or the empty one every assigned student has.
    pub(crate) fn submission(&self, user_id: i64) -> Submission {
        self.submissions.get(&user_id).cloned().unwrap_or_else(|| Submission { user_id, ..Submission::default() })
    }
}

impl Keyed for Assignment {
    fn key(&self) -> i64 {
        self.id
    }
}
