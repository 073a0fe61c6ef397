//! Assignments.

use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::by_id::{self, Keyed};
use super::rows::Replaced;
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
    /// Assigned students whose rows are still to be made (canvas-contract §I1).
    pub(crate) lacking_rows: BTreeSet<i64>,
    /// Students who are no longer assigned, and whose rows are still to be deleted.
    pub(crate) departing_rows: BTreeSet<i64>,
    /// Students who are no longer assigned, and whose rows are deleted.
    pub(crate) deleted_rows: BTreeSet<i64>,
    /// When the missing policy was last applied to it.
    pub(crate) missing_since: Option<Timestamp>,
    /// What lagging reads may still see.
    #[serde(skip)]
    pub(crate) replaced: Vec<Replaced>,
    /// The names of an anonymous column are shown again: its grades were posted.
    pub(crate) names_shown: bool,
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

    /// Whether grades stay hidden until somebody posts them: by its policy, or while it is anonymous or moderated.
    pub(crate) fn hides_grades(&self) -> bool {
        self.post_manually || self.is_anonymized() || (self.moderated_grading && !self.grades_published)
    }

    /// Whether graders see no names right now.
    pub(crate) fn is_anonymized(&self) -> bool {
        self.anonymous_grading && !self.names_shown
    }

    /// What a read sees that is behind by a moment: the state at `as_of`.
    pub(crate) fn submission_as_of(&self, user_id: i64, as_of: Timestamp) -> Option<&Submission> {
        let replaced = self.replaced.iter().find(|old| old.held.user_id == user_id && old.at > as_of);
        replaced.map(|old| &old.held).or_else(|| self.submissions.get(&user_id))
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
