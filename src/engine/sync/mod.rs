//! Fills the cache from what the token may see: the provisioning report, the lists, or single courses. Reads Canvas and
//! writes nothing there, but for the report it starts and deletes again.

mod make;
mod report;
mod rest;

pub use make::{SyncRequest, SyncSource, sync};
