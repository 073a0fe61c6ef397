//! Proves on a Canvas that it behaves as the engine relies on: in one column of its own, which is removed again.

mod bench;
mod column;
mod grades;
mod items;
mod proof;
mod remove;
mod rights;
mod run;

pub use items::{Agreement, Check, Item};
pub use proof::{Leftover, Proof, prepare_proof};
pub use remove::Removal;
pub use run::{Ending, Proven, prove};
