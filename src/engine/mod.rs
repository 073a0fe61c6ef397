//! The verbs: sync, resolve, plan, push, retry, verify, undo, prove. Emits events and prints nothing.

mod clock;
mod error;
mod event;
mod journal;
mod live;
mod plan;
mod prove;
mod resolve;
mod run;
mod select;
mod selection;
mod session;
mod settings;
mod suggest_map;
mod sync;
mod undo;
mod verify;

pub use clock::Clock;
pub use error::EngineError;
pub use event::{Event, Events, Step};
pub use journal::{
    ColumnToDelete, Deletions, Retained, Undoable, UndoneBy, assignment_counts, columns_to_delete, comment_counts,
    retained, undoable,
};
pub use live::{Stop, StopReason};
pub use plan::{PlanRequest, PlanSummary, plan};
pub use prove::{Agreement, Check, Ending, Item, Leftover, Proof, Proven, Removal, prepare_proof, prove};
pub use resolve::{
    IdKind, KnownPerson, LookedUp, OriginCount, OriginTable, Register, ResolveSummary, RuleHint, Unmatched,
    look_up_targets, resolve, resolve_looking_up,
};
pub use run::{PushOptions, RunSummary, StopAfter, admit_push, admit_retry, operator, push, retry};
pub use select::select_to_push;
pub use selection::{CourseName, NamedCourse, Selected, Selection, Unmet};
pub use session::{Session, Traffic};
pub use settings::Settings;
pub use suggest_map::{SuggestedBinding, suggest_bindings};
pub use sync::{
    CoursePart, FromLists, RefusedCourse, Smaller, SyncPart, SyncRequest, SyncSource, Synced, TokenUser, sync,
};
pub use undo::{UndoOptions, plan_undo};
pub use verify::{Drift, VerifySummary, verify};
