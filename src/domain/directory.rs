//! The directory: what the cache knows of a Canvas, indexed for resolving ids offline.

use std::collections::HashMap;
use std::sync::OnceLock;

use serde::{Deserialize, Serialize};

use super::{AccountId, CourseId, CourseIdOrigin, SectionId, TermId, UserId, UserIdOrigin};

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

/// People and courses of one Canvas, indexed by every kind of id. Enrollments are read course by course.
#[derive(Debug, Default)]
pub struct Directory {
    users: HashMap<UserId, CachedUser>,
    logins: HashMap<UserId, Vec<CachedLogin>>,
    users_by_sis: HashMap<String, Vec<UserId>>,
    users_by_login: HashMap<String, Vec<UserId>>,
    /// Built when somebody asks: only a rule of a connector does.
    users_by_folded_sis: OnceLock<HashMap<String, Vec<UserId>>>,
    /// Ids of deleted logins: they name nobody, and explain why.
    deleted_sis: HashMap<String, Vec<UserId>>,
    deleted_logins: HashMap<String, Vec<UserId>>,
    /// Into whom people were merged.
    heirs: HashMap<UserId, UserId>,
    courses: HashMap<CourseId, CachedCourse>,
    courses_by_sis: HashMap<String, Vec<CourseId>>,
    sections_by_sis: HashMap<String, Vec<CachedSection>>,
    moved_sections: HashMap<CourseId, Vec<CachedSection>>,
}

impl Directory {
    /// Adds a person.
    pub fn add_user(&mut self, user: CachedUser) {
        self.users.insert(user.id, user);
    }

    /// Adds a login. Deleted logins name nobody, but are kept to explain why an id leads nowhere.
    pub fn add_login(&mut self, login: CachedLogin) {
        let (by_sis, by_login) = match login.state {
            LoginState::Deleted => (&mut self.deleted_sis, &mut self.deleted_logins),
            LoginState::Active | LoginState::Suspended => (&mut self.users_by_sis, &mut self.users_by_login),
        };
        if let Some(sis) = &login.sis_user_id {
            add_once(by_sis.entry(sis.clone()).or_default(), login.user);
        }
        if let Some(text) = &login.unique_id {
            add_once(by_login.entry(text.to_lowercase()).or_default(), login.user);
        }
        self.logins.entry(login.user).or_default().push(login);
    }

    /// Notes that somebody was merged into somebody else.
    pub fn add_merge(&mut self, merged: UserId, into: UserId) {
        self.heirs.insert(merged, into);
    }

    /// Adds a course; deleted ones resolve to nothing and need not be added.
    pub fn add_course(&mut self, course: CachedCourse) {
        if let Some(sis) = &course.sis_course_id {
            add_once(self.courses_by_sis.entry(sis.clone()).or_default(), course.id);
        }
        self.courses.insert(course.id, course);
    }

    /// Adds a section.
    pub fn add_section(&mut self, section: CachedSection) {
        if let Some(from) = section.cross_listed_from {
            self.moved_sections.entry(from).or_default().push(section.clone());
        }
        if let Some(sis) = &section.sis_section_id {
            self.sections_by_sis.entry(sis.clone()).or_default().push(section);
        }
    }

    /// The person with this internal id.
    pub fn user(&self, id: UserId) -> Option<&CachedUser> {
        self.users.get(&id)
    }

    /// The person whom this one was merged into, if a sync saw that.
    pub fn heir(&self, merged: UserId) -> Option<UserId> {
        self.heirs.get(&merged).copied()
    }

    /// The people with this SIS id, matched exactly.
    pub fn users_by_sis(&self, text: &str) -> &[UserId] {
        self.users_by_sis.get(text).map_or(&[], Vec::as_slice)
    }

    /// The people with this login, whatever the letter case (`canvas-contract §B2`).
    pub fn users_by_login(&self, text: &str) -> &[UserId] {
        self.users_by_login.get(&text.to_lowercase()).map_or(&[], Vec::as_slice)
    }

    /// The people with this SIS id, whatever the letter case: only where a rule asks for it.
    pub fn users_by_folded_sis(&self, text: &str) -> &[UserId] {
        let folded = self.users_by_folded_sis.get_or_init(|| {
            let mut folded: HashMap<String, Vec<UserId>> = HashMap::with_capacity(self.users_by_sis.len());
            for (text, users) in &self.users_by_sis {
                let same = folded.entry(text.to_lowercase()).or_default();
                for user in users {
                    add_once(same, *user);
                }
            }
            folded
        });
        folded.get(&text.to_lowercase()).map_or(&[], Vec::as_slice)
    }

    /// The people whose deleted logins had this id as this kind.
    pub fn formerly(&self, origin: UserIdOrigin, text: &str) -> &[UserId] {
        let found = match origin {
            UserIdOrigin::Internal => None,
            UserIdOrigin::Sis => self.deleted_sis.get(text),
            UserIdOrigin::Login => self.deleted_logins.get(&text.to_lowercase()),
        };
        found.map_or(&[], Vec::as_slice)
    }

    /// Whether any person's id of this kind is known: a token may be allowed to see none.
    pub fn shows_users_by(&self, origin: UserIdOrigin) -> bool {
        match origin {
            UserIdOrigin::Internal => true,
            UserIdOrigin::Sis => !self.users_by_sis.is_empty(),
            UserIdOrigin::Login => !self.users_by_login.is_empty(),
        }
    }

    /// Whether any course's id of this kind is known.
    pub fn shows_courses_by(&self, origin: CourseIdOrigin) -> bool {
        origin == CourseIdOrigin::Internal || !self.courses_by_sis.is_empty()
    }

    /// All logins of a person.
    pub fn logins(&self, id: UserId) -> &[CachedLogin] {
        self.logins.get(&id).map_or(&[], Vec::as_slice)
    }

    /// The course with this internal id.
    pub fn course(&self, id: CourseId) -> Option<&CachedCourse> {
        self.courses.get(&id)
    }

    /// The courses with this SIS id, matched exactly.
    pub fn courses_by_sis(&self, text: &str) -> &[CourseId] {
        self.courses_by_sis.get(text).map_or(&[], Vec::as_slice)
    }

    /// The sections with this SIS id, matched exactly.
    pub fn sections_by_sis(&self, text: &str) -> &[CachedSection] {
        self.sections_by_sis.get(text).map_or(&[], Vec::as_slice)
    }

    /// The sections that were cross-listed away from this course.
    pub fn sections_moved_from(&self, course: CourseId) -> &[CachedSection] {
        self.moved_sections.get(&course).map_or(&[], Vec::as_slice)
    }

    /// Everybody.
    pub fn users(&self) -> impl Iterator<Item = &CachedUser> {
        self.users.values()
    }

    /// Every course.
    pub fn courses(&self) -> impl Iterator<Item = &CachedCourse> {
        self.courses.values()
    }
}

fn add_once<T: PartialEq>(list: &mut Vec<T>, one: T) {
    if !list.contains(&one) {
        list.push(one);
    }
}
