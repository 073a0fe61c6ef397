//! People, their logins, and their places in courses.

use serde::Deserialize;

use super::Visible;
use super::null::null_as_default;
use crate::domain::{AssignmentId, CourseId, EnrollmentId, GroupId, SectionId, UserId};

/// A person as one login shows them (`canvas-contract §E2`); other logins of the same person are not listed here.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct Person {
    /// Internal id.
    pub id: UserId,
    /// The full name.
    #[serde(default, deserialize_with = "null_as_default")]
    pub name: String,
    /// The name as lists sort it.
    #[serde(default, deserialize_with = "null_as_default")]
    pub sortable_name: String,
    /// The SIS user id of the shown login.
    #[serde(default)]
    pub sis_user_id: Visible<String>,
    /// The shown login.
    #[serde(default)]
    pub login_id: Visible<String>,
    /// The e-mail address; only where it was asked for and the token may see it.
    #[serde(default)]
    pub email: Visible<String>,
    /// The person's places in a course; only where they were asked for.
    #[serde(default, deserialize_with = "null_as_default")]
    pub enrollments: Vec<Enrollment>,
}

/// A student of a course with the columns that are assigned to them (`canvas-contract §E7`).
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct GradeableStudent {
    /// Internal id.
    pub id: UserId,
    /// Those of the columns that were asked about.
    #[serde(default, deserialize_with = "null_as_default")]
    pub assignment_ids: Vec<AssignmentId>,
}

/// One person's place in one section.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct Enrollment {
    /// Internal id.
    pub id: EnrollmentId,
    /// Who.
    pub user_id: UserId,
    /// In which course.
    pub course_id: CourseId,
    /// In which section.
    #[serde(default)]
    pub course_section_id: Option<SectionId>,
    /// Canvas's role type: `StudentEnrollment`, `TeacherEnrollment` and so on.
    #[serde(rename = "type")]
    pub kind: String,
    /// The role's own name, which an institution may have invented.
    #[serde(default)]
    pub role: Option<String>,
    /// Canvas's word: `active`, `invited`, `inactive`, `completed`, `deleted`, `rejected`.
    pub enrollment_state: String,
    /// Whether this grader sees only their own section.
    #[serde(default, deserialize_with = "null_as_default")]
    pub limit_privileges_to_course_section: bool,
    /// The SIS id of the course.
    #[serde(default)]
    pub sis_course_id: Visible<String>,
    /// The SIS id of the section.
    #[serde(default)]
    pub sis_section_id: Visible<String>,
    /// The SIS id of the person.
    #[serde(default)]
    pub sis_user_id: Visible<String>,
    /// The person, where Canvas sends them along.
    #[serde(default)]
    pub user: Option<Box<Person>>,
}

/// A group of students with everybody in it, whatever their enrollment is.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct StudentGroup {
    /// Internal id.
    pub id: GroupId,
    /// How many are in it.
    #[serde(default)]
    pub members_count: Option<usize>,
    /// Who is in it; `None` where Canvas does not send them along.
    #[serde(default)]
    pub users: Option<Vec<Person>>,
}
