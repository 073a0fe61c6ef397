//! What Canvas shows now: cells, assignments, who works with whom; and how long it is waited for.

mod assignments;
mod cells;
mod changes;
mod errors;
mod freshness;
mod membership;
mod others_work;
mod remote;
mod stop;

pub(super) use assignments::{Assignments, planned_assignment};
pub(super) use cells::{Grid, Look, With, is_refusal};
pub(super) use changes::{Changes, Span};
pub(super) use errors::{ends_everything, is_unavailable, may_pass, shown};
pub(super) use freshness::Freshness;
pub(super) use membership::{Member, Membership, read_membership, sees_own_sections};
pub(super) use others_work::others_work;
pub(super) use remote::{Halt, Remote, is_about_all};
pub use stop::{Stop, StopReason};
