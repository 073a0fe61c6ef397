//! Executes a confirmed plan in bulk, reads every cell back, and finishes what an earlier run left.

mod chunk;
mod course;
mod create;
mod jobs;
mod options;
mod run;
mod settle;
mod stop;
mod task;

pub use options::{PushOptions, StopAfter};
pub use run::{RunSummary, push, retry};
pub use stop::{Stop, StopReason};
