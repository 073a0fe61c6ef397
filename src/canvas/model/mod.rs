//! What Canvas sends, as plain values with Canvas's own key names. Unknown keys are ignored; keys that only some tokens
//! see are [`Visible`] or optional.

mod account;
mod assignment;
mod audit;
mod course;
mod null;
mod person;
mod policy;
mod progress;
mod report;
mod submission;
mod token;
mod visible;

pub use account::{Account, Permission, Permissions};
pub use assignment::{Assignment, AssignmentGroup, NewAssignment};
pub use audit::GradeChange;
pub(super) use audit::GradeChangePage;
pub(super) use course::TermPage;
pub use course::{Course, Section, Term};
pub use person::{Enrollment, GradeableStudent, Person, StudentGroup};
pub use policy::{GradingPeriod, GradingStandard, LatePolicy, SchemeEntry};
pub(super) use policy::{GradingPeriodList, LatePolicyEnvelope};
pub use progress::{JobState, Progress};
pub use report::{Attachment, Report, ReportParameters, ReportState};
pub use submission::{Comment, Group, StudentSubmissions, Submission, SubmissionVersion};
pub use token::Token;
pub use visible::Visible;
