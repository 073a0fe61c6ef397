//! What became of a planned cell.

use serde::{Deserialize, Serialize};

use super::{Entered, LiveCell, UserId};
use jiff::Timestamp;

/// Exactly one of these for every planned cell, whatever happened.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Outcome {
    /// Sent, and read back with the wanted value.
    Written,
    /// Somebody had put the wanted value there before it was sent.
    Already,
    /// The cell had changed since the plan; nothing was sent.
    Held,
    /// Canvas refused it, or shows another value.
    Rejected,
    /// Sent, and the answer was lost: only Canvas knows.
    Unknown,
    /// Not sent.
    Pending,
}

impl Outcome {
    /// Every outcome, in the order of the counts.
    pub const ALL: [Self; 6] = [Self::Written, Self::Already, Self::Held, Self::Rejected, Self::Unknown, Self::Pending];

    /// The word in JSON and reports.
    pub fn name(self) -> &'static str {
        match self {
            Self::Written => "written",
            Self::Already => "already",
            Self::Held => "held",
            Self::Rejected => "rejected",
            Self::Unknown => "unknown",
            Self::Pending => "pending",
        }
    }

    /// Reads the word back; for the store.
    pub fn from_name(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|outcome| outcome.name() == text)
    }

    /// Whether `retry` takes the cell up again.
    pub fn is_retryable(self) -> bool {
        matches!(self, Self::Held | Self::Rejected | Self::Unknown | Self::Pending)
    }
}

/// What became of a comment that went with a cell.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum CommentOutcome {
    /// Sent, and read back.
    Sent,
    /// It was there already.
    Already,
    /// Sent, and the answer was lost.
    Unknown,
    /// Not sent, because its cell was not.
    Pending,
}

/// A grade that somebody entered between our last look and our write (design, promise 3).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LostEdit {
    /// What they had entered; `None` if that is not known.
    pub entered: Option<Entered>,
    /// Who; `None` if Canvas does not say.
    pub grader: Option<UserId>,
    /// When; `None` if Canvas does not say.
    pub graded_at: Option<Timestamp>,
}

/// The record of one planned cell in a run.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CellRecord {
    /// What became of it.
    pub outcome: Outcome,
    /// What became of its comment, if it has one.
    pub comment: Option<CommentOutcome>,
    /// What Canvas showed when it was last looked at in this run.
    pub live: Option<LiveCell>,
    /// Why, where it is not written: Canvas's own words or ours, without names.
    pub reason: Option<String>,
    /// An edit that was lost.
    pub overwrote: Option<LostEdit>,
    /// Canvas's request-context id, for its support.
    pub request_id: Option<String>,
}

impl CellRecord {
    /// A cell that was not sent yet.
    pub fn pending() -> Self {
        Self { outcome: Outcome::Pending, comment: None, live: None, reason: None, overwrote: None, request_id: None }
    }
}
