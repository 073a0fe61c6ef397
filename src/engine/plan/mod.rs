//! The dry run: reads Canvas, compares three ways, and stores an immutable plan. It is handed a reader and nothing
//! that writes.

mod absent;
mod book;
mod cell;
mod checks;
mod columns;
mod facts;
mod groups;
mod make;
mod merged;
mod part;
mod read;
mod rows;
mod shrunk;
mod tally;

pub(super) use columns::planned_assignment;
pub(super) use groups::{Membership, hold_groups, read_membership};
pub use make::{PlanRequest, PlanSummary, plan};
pub(super) use read::sees_own_sections;
pub(super) use tally::Tally;
