//! A run: what becomes of a planned cell on its way to Canvas. Pure rules on what was seen; no clock and no requests.

mod after;
#[cfg(test)]
mod after_cases;
#[cfg(test)]
mod after_lost;
#[cfg(test)]
mod after_words;
mod before;
#[cfg(test)]
mod before_cases;
#[cfg(test)]
mod cases;
mod cell;
mod change_log;
mod comment_outcome;
mod job_end;
mod lost_edit;
mod outcome;
mod versions;

pub use after::{After, Reading, Sent, after_job};
pub use before::{Before, before_write, held, look_after, needs_change_log, not_written, unreadable};
pub use cell::{Attempt, CellKey, OwnIds, RunCell, Seen, ToSend};
pub use change_log::{LoggedChange, LoggedGrade};
pub use job_end::JobEnd;
pub use lost_edit::overwrote_edit;
pub use outcome::{CellRecord, CommentOutcome, LostEdit, Outcome};
