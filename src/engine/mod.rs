//! The verbs: sync, resolve, plan, push, retry, verify, undo. Emits events and prints nothing.

mod clock;
mod event;

pub use clock::Clock;
pub use event::{Event, Events, Step};
