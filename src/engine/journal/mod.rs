//! What the store knows of runs: what they sent, created and wrote, and what of it was taken back.

mod counts;
mod lost_creation;
mod records;
mod sent;
mod undoable;
mod undone;

pub use counts::{ColumnToDelete, Deletions, assignment_counts, columns_to_delete, comment_counts};
pub(super) use lost_creation::{LEAVES_WITHIN, TURNS_UP_WITHIN, may_be_it, may_exist, turns_up_until};
pub(super) use records::{Recorded, created_in, deleted_in, forgotten, places, recorded};
pub(super) use sent::{Sent, SentCell, given_up, sent_in};
pub use undoable::{Retained, Undoable, retained, undoable};
pub use undone::UndoneBy;
pub(super) use undone::{TakenBack, Undone, place};
