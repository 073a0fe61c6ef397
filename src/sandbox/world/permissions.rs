//! Who may do what (canvas-contract §A5).

use super::course::{Course, CourseState, Enrollment, EnrollmentState};
use super::state::World;

/// Rights of a teacher while the course runs.
const TEACHER: [&str; 12] = [
    "read",
    "read_roster",
    "read_course_list",
    "view_all_grades",
    "manage_grades",
    "manage_assignments_add",
    "manage_assignments_edit",
    "manage_assignments_delete",
    "read_sis",
    "view_user_logins",
    "read_email_addresses",
    "select_final_grade",
];

/// What a teaching assistant has less.
const NOT_FOR_ASSISTANTS: [&str; 2] = ["read_sis", "select_final_grade"];

/// Rights of everybody who takes part, students among them.
const PARTICIPANT: [&str; 2] = ["read", "read_roster"];

/// Further permissions that Canvas knows, for accounts.
const OF_ACCOUNTS: [&str; 8] = [
    "read_course_content",
    "manage_sis",
    "read_reports",
    "become_user",
    "view_grade_changes",
    "manage_account_settings",
    "manage_user_logins",
    "import_sis",
];

/// Whether Canvas has a permission of this name.
pub(crate) fn is_permission(name: &str) -> bool {
    TEACHER.contains(&name) || OF_ACCOUNTS.contains(&name)
}

/// Rights that end when the course concludes.
const ENDS_WITH_COURSE: [&str; 5] = [
    "manage_grades",
    "manage_assignments_add",
    "manage_assignments_edit",
    "manage_assignments_delete",
    "select_final_grade",
];

impl World {
    /// The account without a parent.
    pub(crate) fn root_account_id(&self) -> i64 {
        let root = self.accounts.values().find(|account| account.parent_account_id.is_none());
        root.map_or(1, |account| account.id)
    }

    /// Whether a user is an admin of any account.
    pub(crate) fn is_admin(&self, user_id: i64) -> bool {
        self.accounts.values().any(|account| account.admins.iter().any(|admin| admin.user_id == user_id))
    }

    /// Whether a user has a right on the account. Admins have every right their role does not lack.
    pub(crate) fn may(&self, user_id: i64, right: &str) -> bool {
        self.accounts
            .values()
            .flat_map(|account| &account.admins)
            .any(|admin| admin.user_id == user_id && !admin.without.iter().any(|lacking| lacking == right))
    }

    /// Whether a user has a right in a course, by the account or by an enrollment.
    pub(crate) fn may_in(&self, user_id: i64, right: &str, course: &Course) -> bool {
        if self.may(user_id, right) {
            return true;
        }
        let concluded = course.state == CourseState::Completed;
        if concluded && ENDS_WITH_COURSE.contains(&right) {
            return false;
        }
        course.enrollments.iter().filter(|enrollment| enrollment.user_id == user_id).any(|enrollment| {
            let assistant = enrollment.kind() == "TaEnrollment";
            let staff = enrollment.is_active_staff()
                && TEACHER.contains(&right)
                && !(assistant && NOT_FOR_ASSISTANTS.contains(&right));
            let present = PARTICIPANT.contains(&right) && enrollment.state == EnrollmentState::Active;
            (staff || present) && !enrollment.without.iter().any(|lacking| lacking == right)
        })
    }

    /// Whether a user sees a course as one who grades: more people, and more of their keys.
    pub(crate) fn is_staff_in(&self, user_id: i64, course: &Course) -> bool {
        let theirs = || course.enrollments.iter().filter(|enrollment| enrollment.user_id == user_id);
        self.is_admin(user_id) || theirs().any(Enrollment::is_active_staff)
    }

    /// The sections a grader is confined to in a course; `None` sees all.
    pub(crate) fn confined_to(&self, user_id: i64, course: &Course) -> Option<Vec<i64>> {
        let staff = || {
            course.enrollments.iter().filter(|enrollment| enrollment.user_id == user_id && enrollment.is_active_staff())
        };
        if self.is_admin(user_id)
            || staff().next().is_none()
            || staff().any(|enrollment| !enrollment.limited_to_section)
        {
            return None;
        }
        Some(staff().filter_map(|enrollment| Some(course.section_of(enrollment)?.id)).collect())
    }

    /// Whether a user sees this enrollment, given the sections they are confined to.
    pub(crate) fn sees(course: &Course, confined_to: Option<&[i64]>, enrollment: &Enrollment) -> bool {
        confined_to
            .is_none_or(|sections| course.section_of(enrollment).is_some_and(|section| sections.contains(&section.id)))
    }

    /// Whether a user reads SIS ids in a course.
    pub(crate) fn reads_sis_in(&self, user_id: i64, course: &Course) -> bool {
        self.may_in(user_id, "read_sis", course) || self.may(user_id, "manage_sis")
    }

    /// Whether a user reads SIS ids in the account.
    pub(crate) fn reads_sis(&self, user_id: i64) -> bool {
        self.may(user_id, "read_sis") || self.may(user_id, "manage_sis")
    }
}
