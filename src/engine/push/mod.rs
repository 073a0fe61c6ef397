//! Executes a confirmed plan in bulk, reads every cell back, and finishes what an earlier run left.

mod admit;
mod assignments;
mod bind;
mod chunk;
mod course;
mod create;
mod ended;
mod groups;
mod jobs;
mod journey;
mod options;
mod run;
mod settle;
mod stop;
mod take_back;
mod task;
mod trace;
mod undone;

pub(super) use admit::same_connector;
pub(super) use journey::given_up;
pub use options::{PushOptions, StopAfter};
pub use run::{RunSummary, admit_push, admit_retry, operator, push, retry};
pub use stop::{Stop, StopReason};
