//! Trouble on demand: what a faults file holds, and when it strikes.

mod event;
mod file;
mod rule;
mod run;

pub use event::{Event, Moment, What};
pub use file::{Faults, FaultsError};
pub use rule::{Fault, Rule};
pub(crate) use run::FaultRun;
