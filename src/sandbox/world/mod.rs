//! The state of a university's Canvas and the rules on it, without HTTP.
//!
//! Nothing here knows a route, a header or a token string's transport; routes translate to calls on [`World`].

#![expect(clippy::struct_field_names, reason = "fields carry Canvas's own names")]

mod account;
mod arithmetic;
mod assignment;
mod build;
mod by_id;
mod comments;
mod conduct;
mod course;
mod final_grades;
mod generate;
mod identify;
mod inspect;
mod job;
mod jobs;
mod late;
mod names;
mod people;
mod permissions;
mod posting;
mod report_tables;
mod reports;
mod rows;
mod state;
mod submission;
mod summary;
mod tokens;
mod write;

pub(crate) use account::{Account, GradingStandard, Term, Token};
pub(crate) use assignment::{Assignment, AssignmentState, GradingType};
pub use build::{NewAssignment, Role};
pub(crate) use comments::shown_as_text;
pub(crate) use conduct::JobPace;
pub(crate) use course::{
    AssignmentGroup, Course, CourseState, Enrollment, EnrollmentState, Group, GroupCategory, Section,
};
pub use course::{GradingPeriod, LatePolicy};
pub use generate::Generate;
pub(crate) use identify::{global_id, opaque_id};
pub use inspect::Served;
pub use job::JobScript;
pub(crate) use job::{Bulk, BulkRow, Job, JobState, Work};
pub(crate) use late::{is_missing, seconds_late};
pub(crate) use people::User;
pub(crate) use permissions::is_permission;
pub(crate) use posting::{Posting, Whose};
pub use reports::ReportFate;
pub(crate) use reports::{OFFERED, Report, ReportFile, ReportState};
pub(crate) use rows::Row;
pub use state::{Notifications, World};
pub(crate) use submission::{GradeChange, Submission, SubmissionState, Version};
pub use summary::{HeldToken, Holder, Summary, TokenState};
pub use tokens::is_well_known_token;
pub(crate) use write::{Cell, Excuse, GradeError, How, Status};
