//! The plan that takes a run back.

mod cell;
mod make;

pub use make::{UndoOptions, plan_undo};
