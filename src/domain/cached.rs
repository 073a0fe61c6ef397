//! What the cache holds of a Canvas: people, logins, courses, sections, and who is in them.

use serde::{Deserialize, Serialize};

use super::{AccountId, CourseId, SectionId, TermId, UserId};

/// A person, whatever logins they have.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CachedUser {
    /// Canvas's internal id.
    pub id: UserId,
    /// The full name.
    pub name: String,
    /// The name as lists sort it.
    pub sortable_name: String,
    /// The e-mail address, where visible.
    pub email: Option<String>,
}

/// Whether a login may be used.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum LoginState {
    /// In use.
    Active,
    /// Suspended by an administrator.
    Suspended,
    /// Deleted; its ids may be given to somebody else.
    Deleted,
}

/// A login (Canvas: pseudonym). A person can have several; each carries its own SIS id.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CachedLogin {
    /// Whose it is.
    pub user: UserId,
    /// The login text; `None` where the token may not see it.
    pub unique_id: Option<String>,
    /// The SIS user id, if it has one and the token may see it.
    pub sis_user_id: Option<String>,
    /// Whether it may be used.
    pub state: LoginState,
}

/// A course.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CachedCourse {
    /// Canvas's internal id.
    pub id: CourseId,
    /// The SIS course id, if it has one and the token may see it.
    pub sis_course_id: Option<String>,
    /// The name.
    pub name: String,
    /// The short code.
    pub course_code: String,
    /// Canvas's word: `unpublished`, `available`, `completed`, `deleted`.
    pub workflow_state: String,
    /// The account it belongs to.
    pub account: Option<AccountId>,
    /// Its term.
    pub term: Option<TermId>,
}

/// A section.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CachedSection {
    /// Canvas's internal id.
    pub id: SectionId,
    /// The course it is in now.
    pub course: CourseId,
    /// The SIS section id, if it has one and the token may see it.
    pub sis_section_id: Option<String>,
    /// The name.
    pub name: String,
    /// The course it was cross-listed from, if it was.
    pub cross_listed_from: Option<CourseId>,
}

/// What somebody is in a section.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum EnrollmentKind {
    /// A student, who can have grades.
    Student,
    /// A teacher.
    Teacher,
    /// A teaching assistant.
    Ta,
    /// A designer.
    Designer,
    /// An observer.
    Observer,
    /// The test student of the course's student view.
    TestStudent,
}

impl EnrollmentKind {
    /// The word for people.
    pub fn name(self) -> &'static str {
        match self {
            Self::Student => "student",
            Self::Teacher => "teacher",
            Self::Ta => "ta",
            Self::Designer => "designer",
            Self::Observer => "observer",
            Self::TestStudent => "test student",
        }
    }

    /// Reads Canvas's role type, `StudentEnrollment` and so on.
    pub fn from_canvas(text: &str) -> Option<Self> {
        match text {
            "StudentEnrollment" => Some(Self::Student),
            "TeacherEnrollment" => Some(Self::Teacher),
            "TaEnrollment" => Some(Self::Ta),
            "DesignerEnrollment" => Some(Self::Designer),
            "ObserverEnrollment" => Some(Self::Observer),
            "StudentViewEnrollment" => Some(Self::TestStudent),
            _ => None,
        }
    }
}

/// The state of an enrollment.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum EnrollmentState {
    /// In the course.
    Active,
    /// Invited, not yet accepted; can be graded.
    Invited,
    /// Inactive; can be graded.
    Inactive,
    /// Concluded (Canvas's REST says `completed`); cannot be graded.
    Concluded,
    /// Dropped or rejected.
    Deleted,
}

impl EnrollmentState {
    /// Reads Canvas's word, of REST or of a report.
    pub fn from_canvas(text: &str) -> Option<Self> {
        match text {
            "active" => Some(Self::Active),
            "invited" | "creation_pending" => Some(Self::Invited),
            "inactive" => Some(Self::Inactive),
            "completed" | "concluded" => Some(Self::Concluded),
            "deleted" | "rejected" => Some(Self::Deleted),
            _ => None,
        }
    }

    /// Whether Canvas grades a student in this state (`canvas-contract §H7`).
    pub fn is_gradeable(self) -> bool {
        matches!(self, Self::Active | Self::Invited | Self::Inactive)
    }

    /// The word for people.
    pub fn name(self) -> &'static str {
        match self {
            Self::Active => "active",
            Self::Invited => "invited",
            Self::Inactive => "inactive",
            Self::Concluded => "concluded",
            Self::Deleted => "dropped",
        }
    }
}

/// Somebody's place in a section.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct CachedEnrollment {
    /// The course.
    pub course: CourseId,
    /// The person.
    pub user: UserId,
    /// The section, where known.
    pub section: Option<SectionId>,
    /// What they are there.
    pub kind: EnrollmentKind,
    /// In which state.
    pub state: EnrollmentState,
}
