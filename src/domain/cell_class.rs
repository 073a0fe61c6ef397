//! What becomes of a cell.

use serde::{Deserialize, Serialize};

/// What a plan would do with a cell; exactly one per cell, the first that applies in this order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum CellClass {
    /// The course or the person is not identified.
    Unresolved,
    /// Identified, but must not or cannot be written.
    Blocked,
    /// Canvas holds the wanted value already.
    Unchanged,
    /// Could be written, but is someone's work.
    Conflict,
    /// Left alone by a rule the user chose.
    Kept,
    /// An empty cell gets a score.
    Set,
    /// A score becomes another one, or gets a comment.
    Change,
    /// The student gets excused; a score that is there goes.
    Excuse,
    /// A score is taken away; only an undo does that.
    Clear,
}

impl CellClass {
    /// Every class, in order of precedence.
    pub const ALL: [Self; 9] = [
        Self::Unresolved,
        Self::Blocked,
        Self::Unchanged,
        Self::Conflict,
        Self::Kept,
        Self::Set,
        Self::Change,
        Self::Excuse,
        Self::Clear,
    ];

    /// Whether a push sends the cell.
    pub fn is_write(self) -> bool {
        matches!(self, Self::Set | Self::Change | Self::Excuse | Self::Clear)
    }

    /// The word in JSON and reports.
    pub fn name(self) -> &'static str {
        match self {
            Self::Unresolved => "unresolved",
            Self::Blocked => "blocked",
            Self::Unchanged => "unchanged",
            Self::Conflict => "conflict",
            Self::Kept => "kept",
            Self::Set => "set",
            Self::Change => "change",
            Self::Excuse => "excuse",
            Self::Clear => "clear",
        }
    }

    /// The mark that stands for the word on a terminal.
    pub fn mark(self) -> char {
        match self {
            Self::Set => '+',
            Self::Change | Self::Excuse | Self::Clear => '~',
            Self::Unchanged | Self::Kept => '=',
            Self::Conflict | Self::Blocked => '!',
            Self::Unresolved => '?',
        }
    }
}
