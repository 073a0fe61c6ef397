//! Fills the cache from what the token may see: the provisioning report, the lists, or single courses. Reads Canvas and
//! writes nothing there, but for the reports it starts and deletes again.

mod by_report;
mod course_lists;
mod make;
mod part;
mod refused;
mod report;
mod reports;
mod rest;
mod seen;
mod shown;
mod terms;

pub use make::{Smaller, SyncRequest, SyncSource, Synced, TokenUser, sync};
pub use part::{FromLists, SyncPart};
pub use refused::{CoursePart, RefusedCourse};
