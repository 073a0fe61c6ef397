//! What Canvas shows now: cells, assignments, who works with whom; and how long it is waited for.

mod assignments;
mod cells;
mod errors;
mod membership;
mod others_work;
mod stop;

pub(super) use assignments::{Assignments, Fresh, fresh, planned_assignment};
pub(super) use cells::{Grid, Look, With, is_refusal};
pub(super) use errors::{ends_everything, is_unavailable, may_pass, shown};
pub(super) use membership::{Member, Membership, read_membership, sees_own_sections};
pub(super) use others_work::others_work;
pub use stop::{Stop, StopReason};
