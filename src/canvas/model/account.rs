//! Accounts, and what the token may do in them.

use std::collections::BTreeMap;

use serde::Deserialize;

use super::Visible;
use super::null::null_as_default;
use crate::domain::AccountId;

/// An institution or one of its sub-accounts.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct Account {
    /// Internal id.
    pub id: AccountId,
    /// The name.
    #[serde(default, deserialize_with = "null_as_default")]
    pub name: String,
    /// The account above; `None` for the institution itself.
    #[serde(default)]
    pub parent_account_id: Option<AccountId>,
    /// The institution; `None` for the institution itself.
    #[serde(default)]
    pub root_account_id: Option<AccountId>,
    /// The SIS account id.
    #[serde(default)]
    pub sis_account_id: Visible<String>,
    /// IANA name of the default time zone.
    #[serde(default)]
    pub default_time_zone: Option<String>,
}

/// A Canvas permission this tool asks about (`canvas-contract §A5`).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Permission {
    /// Edit grades.
    ManageGrades,
    /// See all grades.
    ViewAllGrades,
    /// See SIS ids.
    ReadSis,
    /// Manage SIS ids; needed to set `integration_id` of an assignment.
    ManageSis,
    /// See who is in a course or account.
    ReadRoster,
    /// List the courses of an account.
    ReadCourseList,
    /// Run account reports.
    ReadReports,
    /// See login ids.
    ViewUserLogins,
    /// See e-mail addresses.
    ReadEmailAddresses,
    /// Act as another user.
    BecomeUser,
    /// Create assignments.
    ManageAssignmentsAdd,
    /// Edit assignments.
    ManageAssignmentsEdit,
    /// Choose the final grade of a moderated assignment.
    SelectFinalGrade,
    /// Read the grade change log of the account.
    ViewGradeChanges,
}

impl Permission {
    /// All of them.
    pub const ALL: [Self; 14] = [
        Self::ManageGrades,
        Self::ViewAllGrades,
        Self::ReadSis,
        Self::ManageSis,
        Self::ReadRoster,
        Self::ReadCourseList,
        Self::ReadReports,
        Self::ViewUserLogins,
        Self::ReadEmailAddresses,
        Self::BecomeUser,
        Self::ManageAssignmentsAdd,
        Self::ManageAssignmentsEdit,
        Self::SelectFinalGrade,
        Self::ViewGradeChanges,
    ];

    /// Canvas's own word.
    pub fn name(self) -> &'static str {
        match self {
            Self::ManageGrades => "manage_grades",
            Self::ViewAllGrades => "view_all_grades",
            Self::ReadSis => "read_sis",
            Self::ManageSis => "manage_sis",
            Self::ReadRoster => "read_roster",
            Self::ReadCourseList => "read_course_list",
            Self::ReadReports => "read_reports",
            Self::ViewUserLogins => "view_user_logins",
            Self::ReadEmailAddresses => "read_email_addresses",
            Self::BecomeUser => "become_user",
            Self::ManageAssignmentsAdd => "manage_assignments_add",
            Self::ManageAssignmentsEdit => "manage_assignments_edit",
            Self::SelectFinalGrade => "select_final_grade",
            Self::ViewGradeChanges => "view_grade_changes",
        }
    }
}

/// Canvas's answer to "what may I do here".
#[derive(Debug, Clone, PartialEq, Eq, Default, Deserialize)]
#[serde(transparent)]
pub struct Permissions(BTreeMap<String, bool>);

impl Permissions {
    /// Whether Canvas said yes. A permission that was not asked about, or that Canvas does not know, is a no.
    pub fn has(&self, permission: Permission) -> bool {
        self.0.get(permission.name()).copied().unwrap_or(false)
    }
}
