//! The verbs: sync, resolve, plan, push, retry, verify, undo. Emits events and prints nothing.

mod clock;
mod created;
mod error;
mod event;
mod grid;
mod lost_creation;
mod plan;
mod push;
mod resolve;
mod reverse_cell;
mod select;
mod selection;
mod session;
mod settings;
mod suggest_map;
mod sync;
mod trouble;
mod undo;
mod undone;
mod verify;

pub use clock::Clock;
pub use created::{Deletions, assignment_counts, comment_counts};
pub use error::EngineError;
pub use event::{Event, Events, Step};
pub use plan::{PlanRequest, PlanSummary, plan};
pub use push::{PushOptions, RunSummary, Stop, StopAfter, StopReason, admit_push, admit_retry, operator, push, retry};
pub use resolve::{IdKind, KnownPerson, OriginCount, OriginTable, ResolveSummary, RuleHint, Unmatched, resolve};
pub use select::select;
pub use selection::{CourseName, NamedCourse, Selected, Selection, Unmet};
pub use session::Session;
pub use settings::Settings;
pub use suggest_map::{SuggestedBinding, suggest_bindings};
pub use sync::{FromLists, SyncPart, SyncRequest, SyncSource, Synced, sync};
pub use undo::plan_undo;
pub use undone::UndoneBy;
pub use verify::{Drift, VerifySummary, verify};
