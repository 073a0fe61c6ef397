//! Courses with what lives in them: sections, enrollments, groups, policies, assignments.

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::assignment::Assignment;
use super::by_id::{self, Keyed};

/// A course.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub(crate) struct Course {
    pub(crate) id: i64,
    pub(crate) name: String,
    pub(crate) course_code: String,
    pub(crate) sis_course_id: Option<String>,
    pub(crate) integration_id: Option<String>,
    /// 0 stands for the root account.
    pub(crate) account_id: i64,
    /// 0 stands for the first term.
    pub(crate) enrollment_term_id: i64,
    pub(crate) state: CourseState,
    pub(crate) start_at: Option<Timestamp>,
    pub(crate) end_at: Option<Timestamp>,
    /// IANA name; the world's when absent.
    pub(crate) time_zone: Option<String>,
    pub(crate) grading_standard_id: Option<i64>,
    pub(crate) late_policy: Option<LatePolicy>,
    pub(crate) grading_periods: Vec<GradingPeriod>,
    /// New assignments hide their grades until someone posts them.
    pub(crate) post_manually: bool,
    /// Final grades may be set over the computed ones.
    pub(crate) allow_final_grade_override: bool,
    pub(crate) sections: Vec<Section>,
    pub(crate) enrollments: Vec<Enrollment>,
    pub(crate) group_categories: Vec<GroupCategory>,
    pub(crate) assignment_groups: Vec<AssignmentGroup>,
    #[serde(with = "by_id")]
    pub(crate) assignments: BTreeMap<i64, Assignment>,
}

/// A course's state, in the words of course JSON.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum CourseState {
    Unpublished,
    #[default]
    Available,
    Completed,
    Deleted,
}

impl CourseState {
    /// Canvas's word for it.
    pub(crate) fn word(self) -> &'static str {
        match self {
            Self::Unpublished => "unpublished",
            Self::Available => "available",
            Self::Completed => "completed",
            Self::Deleted => "deleted",
        }
    }
}

/// A section of a course.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub(crate) struct Section {
    pub(crate) id: i64,
    pub(crate) name: String,
    pub(crate) sis_section_id: Option<String>,
    pub(crate) integration_id: Option<String>,
    /// The course it was cross-listed from.
    pub(crate) nonxlist_course_id: Option<i64>,
}

/// One enrollment; a person may have several in one course.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub(crate) struct Enrollment {
    pub(crate) id: i64,
    pub(crate) user_id: i64,
    /// 0 stands for the course's first section.
    pub(crate) course_section_id: i64,
    /// `StudentEnrollment` when empty.
    pub(crate) kind: String,
    pub(crate) state: EnrollmentState,
    /// Sees and grades only their own section.
    pub(crate) limited_to_section: bool,
    /// Names of permissions this person's role lacks.
    pub(crate) without: Vec<String>,
    /// The final grade somebody set, in percent.
    pub(crate) override_score: Option<f64>,
    pub(crate) created_at: Option<Timestamp>,
}

impl Enrollment {
    /// Canvas's type name, such as `StudentEnrollment`.
    pub(crate) fn kind(&self) -> &str {
        if self.kind.is_empty() { "StudentEnrollment" } else { &self.kind }
    }

    /// The id of Canvas's built-in role of this type.
    pub(crate) fn role_id(&self) -> i64 {
        match self.kind() {
            "TeacherEnrollment" => 4,
            "TaEnrollment" => 5,
            "DesignerEnrollment" => 6,
            "ObserverEnrollment" => 7,
            _ => 3,
        }
    }

    /// A student or the test student.
    pub(crate) fn is_student(&self) -> bool {
        matches!(self.kind(), "StudentEnrollment" | "StudentViewEnrollment")
    }

    /// A teacher or teaching assistant whose enrollment counts.
    pub(crate) fn is_active_staff(&self) -> bool {
        matches!(self.kind(), "TeacherEnrollment" | "TaEnrollment") && self.state == EnrollmentState::Active
    }

    /// Active, invited or inactive: may be graded (canvas-contract §H5).
    pub(crate) fn is_gradeable_student(&self) -> bool {
        self.is_student()
            && matches!(self.state, EnrollmentState::Active | EnrollmentState::Invited | EnrollmentState::Inactive)
    }
}

/// An enrollment's state, in the words of enrollment JSON.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum EnrollmentState {
    #[default]
    Active,
    Invited,
    Inactive,
    Completed,
    Rejected,
    Deleted,
}

impl EnrollmentState {
    /// Canvas's word for it.
    pub(crate) fn word(self) -> &'static str {
        match self {
            Self::Active => "active",
            Self::Invited => "invited",
            Self::Inactive => "inactive",
            Self::Completed => "completed",
            Self::Rejected => "rejected",
            Self::Deleted => "deleted",
        }
    }
}

/// A set of student groups.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub(crate) struct GroupCategory {
    pub(crate) id: i64,
    pub(crate) name: String,
    pub(crate) groups: Vec<Group>,
}

/// A student group.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub(crate) struct Group {
    pub(crate) id: i64,
    pub(crate) name: String,
    pub(crate) user_ids: Vec<i64>,
}

/// A named set of assignments.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub(crate) struct AssignmentGroup {
    pub(crate) id: i64,
    pub(crate) name: String,
}

/// What is taken off late work, and given for missing work (canvas-contract §H4). All figures are percent of
/// points possible.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct LatePolicy {
    /// Percent taken per started interval; no deduction when absent.
    pub late_deduction: Option<f64>,
    /// Length of the interval in seconds; 0 stands for a day.
    pub late_interval_seconds: i64,
    /// The deduction never goes below this percent.
    pub late_minimum_percent: f64,
    /// Percent given to missing work; nothing is given when absent.
    pub missing_percent: Option<f64>,
}

/// A stretch of time whose assignments lock for everyone but admins once `close_at` has passed.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct GradingPeriod {
    /// Internal id.
    pub id: i64,
    /// What people call it.
    pub title: String,
    /// The first moment inside.
    pub start_at: Timestamp,
    /// The last moment inside.
    pub end_at: Timestamp,
    /// From here on it is closed.
    pub close_at: Timestamp,
}

impl Course {
    /// The grading period an assignment falls into, by its due date.
    pub(crate) fn grading_period(&self, assignment: &Assignment) -> Option<&GradingPeriod> {
        let due_at = assignment.due_at?;
        self.grading_periods.iter().find(|period| period.start_at <= due_at && due_at <= period.end_at)
    }

    /// Whether an assignment lies in a closed grading period.
    pub(crate) fn is_closed(&self, assignment: &Assignment, now: Timestamp) -> bool {
        self.grading_period(assignment).is_some_and(|period| period.close_at < now)
    }

    /// The section of an enrollment.
    pub(crate) fn section_of(&self, enrollment: &Enrollment) -> Option<&Section> {
        match enrollment.course_section_id {
            0 => self.sections.first(),
            id => self.sections.iter().find(|section| section.id == id),
        }
    }

    /// The group a student is in, among the groups of an assignment.
    pub(crate) fn group_of(&self, assignment: &Assignment, user_id: i64) -> Option<&Group> {
        let category = assignment.group_category_id?;
        let category = self.group_categories.iter().find(|candidate| candidate.id == category)?;
        category.groups.iter().find(|group| group.user_ids.contains(&user_id))
    }

    /// A student's best enrollment, for reading: any that is not deleted.
    pub(crate) fn student(&self, user_id: i64) -> Option<&Enrollment> {
        self.enrollments.iter().find(|enrollment| {
            enrollment.user_id == user_id && enrollment.is_student() && enrollment.state != EnrollmentState::Deleted
        })
    }
}

impl Keyed for Course {
    fn key(&self) -> i64 {
        self.id
    }
}
