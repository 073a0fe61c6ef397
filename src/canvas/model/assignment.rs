//! Assignments: the columns of a gradebook.

use jiff::Timestamp;
use serde::{Deserialize, Deserializer, Serialize};

use super::Visible;
use super::null::null_as_default;
use crate::domain::{AssignmentGroupId, AssignmentId, CourseId, GradingType, Points};

/// A gradebook column (`canvas-contract §G2`).
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[expect(clippy::struct_excessive_bools, reason = "Canvas's own keys")]
pub struct Assignment {
    /// Internal id.
    pub id: AssignmentId,
    /// The course.
    pub course_id: CourseId,
    /// The title; titles may repeat within a course.
    #[serde(default, deserialize_with = "null_as_default")]
    pub name: String,
    /// Points possible; `None` for an ungraded column.
    #[serde(default)]
    pub points_possible: Option<Points>,
    /// How it counts. A type this version does not know is read as [`GradingType::NotGraded`], which takes no grades.
    #[serde(deserialize_with = "grading_type")]
    pub grading_type: GradingType,
    /// Its own grading standard; `None` for the course's.
    #[serde(default)]
    pub grading_standard_id: Option<i64>,
    /// When it is due.
    #[serde(default)]
    pub due_at: Option<Timestamp>,
    /// The assignment group.
    #[serde(default)]
    pub assignment_group_id: Option<AssignmentGroupId>,
    /// Canvas's words: `none`, `on_paper`, `online_upload` and so on.
    #[serde(default, deserialize_with = "null_as_default")]
    pub submission_types: Vec<String>,
    /// Whether students see it; an unpublished column takes no grades.
    #[serde(default, deserialize_with = "null_as_default")]
    pub published: bool,
    /// Canvas's word: `published`, `unpublished`.
    #[serde(default, deserialize_with = "null_as_default")]
    pub workflow_state: String,
    /// Whether grades stay hidden until somebody posts them.
    #[serde(default, deserialize_with = "null_as_default")]
    pub post_manually: bool,
    /// Whether graders see no names.
    #[serde(default, deserialize_with = "null_as_default")]
    pub anonymous_grading: bool,
    /// Whether names are hidden right now.
    #[serde(default, deserialize_with = "null_as_default")]
    pub anonymize_students: bool,
    /// Whether several graders propose and one decides.
    #[serde(default, deserialize_with = "null_as_default")]
    pub moderated_grading: bool,
    /// Whether the moderated grades are out; Canvas sends it only sometimes.
    #[serde(default)]
    pub grades_published: Option<bool>,
    /// For a group assignment: whether each member is graded alone.
    #[serde(default, deserialize_with = "null_as_default")]
    pub grade_group_students_individually: bool,
    /// The group set, for a group assignment.
    #[serde(default)]
    pub group_category_id: Option<i64>,
    /// Whether only named students or sections have it.
    #[serde(default, deserialize_with = "null_as_default")]
    pub only_visible_to_overrides: bool,
    /// Whether it does not count.
    #[serde(default, deserialize_with = "null_as_default")]
    pub omit_from_final_grade: bool,
    /// Whether somebody has handed something in.
    #[serde(default, deserialize_with = "null_as_default")]
    pub has_submitted_submissions: bool,
    /// Whether it holds a grade already.
    #[serde(default, deserialize_with = "null_as_default")]
    pub graded_submissions_exist: bool,
    /// Whether its grading period is closed.
    #[serde(default, deserialize_with = "null_as_default")]
    pub in_closed_grading_period: bool,
    /// The longest title this account allows, in letters.
    #[serde(default)]
    pub max_name_length: Option<u32>,
    /// Whether it is a quiz.
    #[serde(default, deserialize_with = "null_as_default")]
    pub is_quiz_assignment: bool,
    /// Whether the discussion has several parts, each graded on its own.
    #[serde(default, deserialize_with = "null_as_default")]
    pub has_sub_assignments: bool,
    /// The SIS assignment id.
    #[serde(default)]
    pub sis_assignment_id: Visible<String>,
    /// The key some integration gave it.
    #[serde(default)]
    pub integration_id: Visible<String>,
    /// When it was made.
    #[serde(default)]
    pub created_at: Option<Timestamp>,
    /// When it was last changed.
    #[serde(default)]
    pub updated_at: Option<Timestamp>,
}

fn grading_type<'de, D: Deserializer<'de>>(deserializer: D) -> Result<GradingType, D::Error> {
    let word = String::deserialize(deserializer)?;
    Ok(GradingType::from_name(&word).unwrap_or(GradingType::NotGraded))
}

/// A named group of columns.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct AssignmentGroup {
    /// Internal id.
    pub id: AssignmentGroupId,
    /// The name; names may repeat within a course.
    #[serde(default, deserialize_with = "null_as_default")]
    pub name: String,
}

/// A column to create. It is always published and takes no submissions, so that no late or missing policy applies to it
/// (`canvas-contract §G3`).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewAssignment {
    /// The title, at most 255 letters.
    pub name: String,
    /// Points possible.
    pub points_possible: Points,
    /// How it counts.
    pub grading_type: GradingType,
    /// The description, if any (Canvas takes HTML).
    pub description: Option<String>,
    /// When it is due, if ever.
    pub due_at: Option<Timestamp>,
    /// The group it goes into; `None` for the course's default group.
    pub assignment_group_id: Option<AssignmentGroupId>,
    /// Whether it stays out of the course total.
    pub omit_from_final_grade: bool,
    /// The sender's key; Canvas drops it in silence unless the token may manage SIS ids.
    pub integration_id: Option<String>,
}

impl NewAssignment {
    /// The request body.
    pub(in crate::canvas) fn to_json(&self) -> Vec<u8> {
        #[derive(Serialize)]
        struct Body<'a> {
            assignment: Wire<'a>,
        }
        #[derive(Serialize)]
        #[expect(clippy::struct_excessive_bools, reason = "each is one of Canvas's own parameters")]
        struct Wire<'a> {
            name: &'a str,
            points_possible: Points,
            grading_type: &'static str,
            submission_types: [&'static str; 1],
            published: bool,
            notify_of_update: bool,
            post_to_sis: bool,
            omit_from_final_grade: bool,
            #[serde(skip_serializing_if = "Option::is_none")]
            description: Option<&'a str>,
            #[serde(skip_serializing_if = "Option::is_none")]
            due_at: Option<String>,
            #[serde(skip_serializing_if = "Option::is_none")]
            assignment_group_id: Option<AssignmentGroupId>,
            #[serde(skip_serializing_if = "Option::is_none")]
            integration_id: Option<&'a str>,
            #[serde(skip_serializing_if = "Option::is_none")]
            integration_data: Option<IntegrationData<'a>>,
        }
        #[derive(Serialize)]
        struct IntegrationData<'a> {
            gradepush_key: &'a str,
        }
        let key = self.integration_id.as_deref();
        let body = Body {
            assignment: Wire {
                name: &self.name,
                points_possible: self.points_possible,
                grading_type: self.grading_type.name(),
                submission_types: ["none"],
                published: true,
                notify_of_update: false,
                post_to_sis: false,
                omit_from_final_grade: self.omit_from_final_grade,
                description: self.description.as_deref(),
                due_at: self.due_at.map(|due| due.strftime("%Y-%m-%dT%H:%M:%SZ").to_string()),
                assignment_group_id: self.assignment_group_id,
                integration_id: key,
                integration_data: key.map(|gradepush_key| IntegrationData { gradepush_key }),
            },
        };
        serde_json::to_vec(&body).expect("text and numbers are always JSON")
    }
}
