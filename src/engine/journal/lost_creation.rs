//! Assignments whose creation was asked for and never answered: how long one may still turn up, and which of a course's
//! assignments may be it (design, Assignments).

use std::time::Duration;

use jiff::{SignedDuration, Timestamp};

use crate::canvas::Assignment;
use crate::domain::{AssignmentId, ColumnTarget, GradingType, NewColumn};
use crate::store::CreationInDoubt;

/// How long after its intent is journaled the request may still leave. It does not leave later, so a later
/// attempt knows from when on no such request is under way.
pub(in crate::engine) const LEAVES_WITHIN: Duration = Duration::from_mins(1);

/// How long after its departure an assignment whose reply was lost may still turn up (`canvas-contract §M`).
pub(in crate::engine) const TURNS_UP_WITHIN: SignedDuration = SignedDuration::from_mins(1);

/// Until when an assignment may turn up that was intended at this moment.
pub(in crate::engine) fn turns_up_until(intended_at: Timestamp) -> Timestamp {
    intended_at + SignedDuration::try_from(LEAVES_WITHIN).unwrap_or_default() + TURNS_UP_WITHIN
}

/// Whether this assignment may be the one: newer than all that was there before, with the name and points asked for.
pub(in crate::engine) fn may_be_it(one: &Assignment, highest_seen: Option<AssignmentId>, new: &NewColumn) -> bool {
    highest_seen.is_none_or(|highest| one.id > highest)
        && one.name == new.name
        && (one.points_possible == Some(new.points_possible) || new.grading_type == GradingType::NotGraded)
}

/// Whether the assignment may exist by now, or may yet come to: creating it again could make it a second time.
pub(in crate::engine) fn may_exist(lost: &CreationInDoubt, assignments: &[Assignment], now: Timestamp) -> bool {
    if let Some(known) = lost.assignment {
        return assignments.iter().any(|one| one.id == known);
    }
    let ColumnTarget::Create(new) = &lost.column.target else { return false };
    now < turns_up_until(lost.at) || assignments.iter().any(|one| may_be_it(one, lost.highest_seen, new))
}
