//! The engine's verbs over a sandbox: what a user relies on, seen in Canvas's own world.

mod abandoned;
mod budget;
mod change_log;
mod clocks;
mod deleting;
mod faults;
mod group_grades;
mod hidden_grades;
mod identity;
mod late_runs;
mod lost_columns;
mod main_line;
mod many_hands;
mod missing_policy;
mod moved_columns;
mod overlap;
mod planning;
mod rate_limit;
mod settled_cells;
mod stage;
mod stale_reads;
mod taking_back;
mod through_throttling;
mod undoing;
mod university;
mod verifying;
