//! What Canvas shows now: cells, assignments, groups; and how a push ends between two requests.

mod assignments;
mod cells;
mod changes;
mod course_log;
mod errors;
mod freshness;
mod membership;
mod others_work;
mod remote;
mod stop;

pub(super) use assignments::{Assignments, planned_assignment};
pub(super) use cells::{Grid, Look, With, is_refusal};
pub(super) use changes::{Changes, Span};
pub(super) use course_log::CourseLog;
pub(super) use errors::{ends_everything, is_unavailable, may_pass, shown};
pub(super) use freshness::Freshness;
pub(super) use membership::{Member, Membership, read_membership, sees_own_sections};
pub(super) use others_work::{Column, Work};
pub(super) use remote::{Halt, Remote, is_about_all};
pub use stop::{Stop, StopReason};
