//! The dry run: reads Canvas, compares three ways, and stores an immutable plan. It is handed a reader and nothing
//! that writes.

mod absent;
mod accepted;
mod catch_up;
mod cell;
mod checks;
mod collector;
mod columns;
mod facts;
mod groups;
mod late_rows;
mod make;
mod merged;
mod missing_rows;
mod moved_ids;
mod near_names;
mod new_column;
mod old_scores;
mod part;
mod read;
mod rows;
mod schemes;
mod tally;
mod unneeded;
mod untitled;
mod whose;

pub(super) use groups::hold_groups;
pub use make::{PlanRequest, PlanSummary, plan};
pub(super) use tally::Tally;
