//! The local database: the only module that knows SQL.
//!
//! One file holds the cache of Canvas's people and courses, the aliases and the assignment map, the plans, and the
//! journal of their runs. Everything is bound to a Canvas host (design, promise 10).
//!
//! * **Durability**: WAL with `synchronous=FULL`, so a transaction that returned survives a power cut. What is about
//!   to be sent is written before it is sent (design, promise 4).
//! * **Locking**: every write is one IMMEDIATE transaction, so it waits for its turn at the start and never fails half
//!   way. Readers are never blocked. Two processes that work on Canvas keep apart by [`StoreLock`].
//! * **Size**: what is only ever read as a whole (a course's part, a chunk's records) is stored as packed JSON, about
//!   thirty bytes a cell; what is searched or summed has columns. What parts and records add up to stands beside them,
//!   written in the same transaction.
//! * **Compatibility**: `user_version` counts schema changes; a file from a newer version is refused and left as it is.
//! * **Privacy**: files are created for their owner only; tokens never come near this module (design, promise 9).

mod alias;
mod binding;
mod cache_load;
mod cache_read;
mod columns;
mod created;
mod error;
mod forget;
mod identity;
mod job;
mod lock;
mod looked_up;
mod losses;
mod maintenance;
mod migrate;
mod open;
mod part_totals;
mod plan_read;
mod plan_write;
mod purge;
mod pushed;
mod record;
mod record_totals;
mod restore;
mod run;
mod sequence;

pub use cache_load::{CacheLoad, CacheScope};
pub use cache_read::{CacheStatus, FoundCourse, FoundInCache, FoundUser};
pub use created::{CreatedAssignment, CreatedState, CreationInDoubt};
pub use error::StoreError;
pub use forget::Forgotten;
pub use job::{IntendedCell, Job, JobEnd, JobState};
pub use lock::{Holder, StoreLock};
pub use losses::{Loss, Losses, Narrower};
pub use maintenance::StoreInfo;
pub use open::{Access, Store};
pub use plan_read::{PlanTotals, StoredPlan};
pub use plan_write::PlanWriter;
pub use purge::Purged;
pub use record::RecordedCell;
pub use restore::{Setback, StoreBackup};
pub use run::{RunEnd, StoredRun};
