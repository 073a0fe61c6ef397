//! The three-way table of the design once more, row by row, over what people and this tool did to a cell.

use gradepush::domain::{CellClass, FindingCode};

/// Who graded.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Who {
    Teacher,
    /// The token's user, by hand.
    Token,
    /// One of the connector's own graders.
    Own,
    /// This tool.
    Tool,
}

/// What Canvas shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Shown {
    Nothing,
    Excused,
    /// Tenths of a point.
    Score(u32),
}

/// A cell with its history, as far as the table asks.
#[derive(Debug, Clone, Copy)]
pub(super) struct History {
    pub(super) shown: Shown,
    pub(super) by: Option<Who>,
    /// What this tool last put there.
    pub(super) pushed: Option<u32>,
    /// Whether somebody wrote to it after this tool.
    pub(super) touched: bool,
    /// Whether the student handed in a newer attempt after this tool wrote.
    pub(super) resubmitted: bool,
    /// What an undo took back.
    pub(super) undone: Option<u32>,
}

impl History {
    pub(super) const fn blank() -> Self {
        Self { shown: Shown::Nothing, by: None, pushed: None, touched: false, resubmitted: false, undone: None }
    }

    /// Somebody else than this tool writes.
    pub(super) fn write(&mut self, shown: Shown, by: Who) {
        (self.shown, self.by, self.touched) = (shown, Some(by), true);
    }

    /// This tool writes; what is there already it leaves alone.
    pub(super) fn push(&mut self, score: u32) {
        if self.shown != Shown::Score(score) {
            *self = Self { shown: Shown::Score(score), by: Some(Who::Tool), pushed: Some(score), ..Self::blank() };
        }
    }

    /// An undo gives back what was there before this tool wrote.
    pub(super) fn undo(&mut self, before: Self) {
        if let Some(score) = self.pushed {
            *self = Self { undone: Some(score), ..before };
        }
    }
}

/// The options the table knows.
#[derive(Debug, Clone, Copy)]
#[expect(clippy::struct_excessive_bools, reason = "each is one flag of `plan`")]
pub(super) struct Choices {
    pub(super) overwrite: bool,
    pub(super) adopt_own: bool,
    pub(super) only_raise: bool,
    pub(super) accept_excused: bool,
}

/// The first row of the table that fits, then the user's choices.
pub(super) fn expected(cell: &History, wanted: u32, choices: Choices) -> (CellClass, Option<FindingCode>) {
    let write = if cell.shown == Shown::Nothing { CellClass::Set } else { CellClass::Change };
    let (class, code) = table(cell, wanted);
    let released = match code {
        FindingCode::Excused => choices.overwrite && choices.accept_excused,
        FindingCode::GradeByYou => choices.overwrite || choices.adopt_own,
        _ => choices.overwrite,
    };
    let class = if class == CellClass::Conflict && released { write } else { class };
    let lowers = matches!(cell.shown, Shown::Score(shown) if wanted < shown);
    if choices.only_raise && lowers && matches!(class, CellClass::Set | CellClass::Change) {
        return (CellClass::Kept, Some(FindingCode::WouldLower));
    }
    (class, (class == CellClass::Conflict).then_some(code))
}

/// The table; the code is only meant where the class is conflict.
fn table(cell: &History, wanted: u32) -> (CellClass, FindingCode) {
    use CellClass::{Change, Conflict, Set, Unchanged};
    let nothing = FindingCode::GradeByOther;
    let same_as_pushed = cell.pushed.is_some_and(|pushed| cell.shown == Shown::Score(pushed));
    let is_empty = cell.shown == Shown::Nothing;
    let rows = [
        (cell.shown == Shown::Score(wanted), (Unchanged, nothing)),
        (cell.shown == Shown::Excused, (Conflict, FindingCode::Excused)),
        (cell.undone == Some(wanted), (Conflict, FindingCode::UndoneBefore)),
        (same_as_pushed && cell.resubmitted, (Conflict, FindingCode::Resubmitted)),
        (is_empty && cell.pushed.is_none(), (Set, nothing)),
        (is_empty, (Conflict, FindingCode::ClearedInCanvas)),
        (same_as_pushed && !cell.touched, (Change, nothing)),
        (cell.pushed.is_some(), (Conflict, FindingCode::EditedInCanvas)),
        (cell.by == Some(Who::Own), (Change, nothing)),
        (cell.by == Some(Who::Token), (Conflict, FindingCode::GradeByYou)),
    ];
    let first = rows.into_iter().find(|(fits, _)| *fits);
    first.map_or((Conflict, FindingCode::GradeByOther), |(_, outcome)| outcome)
}
