//! The one word that says how a cell stands: its class in a plan, its outcome in a run.

use std::fmt;

use crate::domain::{Cell, CellClass, CellRecord, Outcome};

use super::words::Count;

/// The status of a cell.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) enum Status {
    /// In a plan, and in a run for cells that the plan leaves alone.
    Class(CellClass),
    /// In a run.
    Outcome(Outcome),
}

impl Status {
    /// The statuses of a plan, in the order they are shown.
    const OF_PLAN: [Self; 9] = [
        Self::Class(CellClass::Set),
        Self::Class(CellClass::Change),
        Self::Class(CellClass::Excuse),
        Self::Class(CellClass::Clear),
        Self::Class(CellClass::Conflict),
        Self::Class(CellClass::Blocked),
        Self::Class(CellClass::Unresolved),
        Self::Class(CellClass::Kept),
        Self::Class(CellClass::Unchanged),
    ];

    /// The statuses of a run, in the order they are shown.
    const OF_RUN: [Self; 11] = [
        Self::Outcome(Outcome::Written),
        Self::Outcome(Outcome::Already),
        Self::Outcome(Outcome::Held),
        Self::Outcome(Outcome::Rejected),
        Self::Outcome(Outcome::Unknown),
        Self::Outcome(Outcome::Pending),
        Self::Class(CellClass::Conflict),
        Self::Class(CellClass::Blocked),
        Self::Class(CellClass::Unresolved),
        Self::Class(CellClass::Kept),
        Self::Class(CellClass::Unchanged),
    ];

    /// The statuses that the report of a plan, or of a run, can show.
    pub(super) fn all(of_run: bool) -> &'static [Self] {
        if of_run { &Self::OF_RUN } else { &Self::OF_PLAN }
    }

    /// A planned cell without a record was not sent yet.
    pub(super) fn of(cell: &Cell, of_run: bool, record: Option<&CellRecord>) -> Self {
        match record {
            Some(record) => Self::Outcome(record.outcome),
            None if of_run && cell.class.is_write() => Self::Outcome(Outcome::Pending),
            None => Self::Class(cell.class),
        }
    }

    /// The word in reports.
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Class(class) => class.name(),
            Self::Outcome(outcome) => outcome.name(),
        }
    }

    /// What a tile says under its number.
    #[expect(clippy::trivially_copy_pass_by_ref, reason = "templates pass arguments by reference")]
    pub(super) fn label(self, total: &Count) -> &'static str {
        match self {
            Self::Class(CellClass::Conflict) if total.0 == 1 => "conflict held",
            Self::Class(CellClass::Set) => "to set",
            Self::Class(CellClass::Change) => "to change",
            Self::Class(CellClass::Excuse) => "to excuse",
            Self::Class(CellClass::Clear) => "to clear",
            Self::Class(CellClass::Conflict) => "conflicts held",
            Self::Outcome(Outcome::Already) => "already there",
            other => other.name(),
        }
    }

    /// Whether most reports can do without it, so that it is left out where it has no cells.
    pub(super) fn is_rare(self) -> bool {
        matches!(self, Self::Class(CellClass::Excuse | CellClass::Clear | CellClass::Kept))
    }

    /// The word explained in one sentence.
    pub(super) fn meaning(self) -> &'static str {
        match self {
            Self::Class(CellClass::Set) => "The cell is empty and gets a score.",
            Self::Class(CellClass::Change) => "The score becomes another one, or gets a comment.",
            Self::Class(CellClass::Excuse) => "The student gets excused; a score that is there goes.",
            Self::Class(CellClass::Clear) => "The score is taken away; only an undo does that.",
            Self::Class(CellClass::Conflict) => "It could be written, but is somebody’s work.",
            Self::Class(CellClass::Blocked) => "It must not or cannot be written.",
            Self::Class(CellClass::Unresolved) => "The course or the person is not identified.",
            Self::Class(CellClass::Kept) => "It is left alone by a rule you chose.",
            Self::Class(CellClass::Unchanged) => "Canvas holds the value already.",
            Self::Outcome(Outcome::Written) => "Sent, and read back with the wanted value.",
            Self::Outcome(Outcome::Already) => "Somebody had put the wanted value there before it was sent.",
            Self::Outcome(Outcome::Held) => "It had changed since the plan; nothing was sent.",
            Self::Outcome(Outcome::Rejected) => "Canvas refused it, or shows another value.",
            Self::Outcome(Outcome::Unknown) => "Sent, and the answer was lost; only Canvas knows.",
            Self::Outcome(Outcome::Pending) => "Not sent yet.",
        }
    }

    /// What needs a person first: the lower, the sooner.
    pub(super) fn urgency(self) -> u8 {
        match self {
            Self::Outcome(Outcome::Rejected) => 0,
            Self::Outcome(Outcome::Unknown) => 1,
            Self::Outcome(Outcome::Held) => 2,
            Self::Outcome(Outcome::Pending) => 3,
            Self::Class(CellClass::Unresolved) => 4,
            Self::Class(CellClass::Blocked) => 5,
            Self::Class(CellClass::Conflict) => 6,
            Self::Class(CellClass::Clear) => 7,
            Self::Class(CellClass::Excuse) => 8,
            Self::Class(CellClass::Change) => 9,
            Self::Class(CellClass::Set) => 10,
            Self::Outcome(Outcome::Written) => 11,
            Self::Class(CellClass::Kept) => 12,
            Self::Outcome(Outcome::Already) => 13,
            Self::Class(CellClass::Unchanged) => 14,
        }
    }
}

impl fmt::Display for Status {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.pad(self.name())
    }
}
