//! What Canvas shows now: cells, assignments, groups; and how a push ends between two requests.

mod assignments;
mod cells;
mod errors;
mod membership;
mod stop;

pub(super) use assignments::{Assignments, Fresh, fresh, planned_assignment};
pub(super) use cells::{Grid, Look, With, is_refusal};
pub(super) use errors::{ends_everything, is_unavailable, may_pass};
pub(super) use membership::{Member, Membership, read_membership, sees_own_sections};
pub use stop::{Stop, StopReason};
