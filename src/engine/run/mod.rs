//! Executes a confirmed plan in bulk, reads every cell back, and finishes what an earlier run left.

mod admit;
mod at_once;
mod bind;
mod chunk;
mod concluded;
mod context;
mod course;
mod create;
mod delete;
mod execute;
mod groups;
mod isolate;
mod jobs;
mod left;
mod look_only;
mod looks;
mod options;
mod pipeline;
mod polling;
mod prepare;
mod queue;
mod read_back;
mod send;
mod task;

pub use execute::{RunSummary, admit_push, admit_retry, operator, push, retry};
pub use options::{PushOptions, StopAfter};
