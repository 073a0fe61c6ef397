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

/// What `--overwrite` may name, of the conflicts that the terms have.
pub(super) const REASONS: [FindingCode; 6] = [
    FindingCode::EditedInCanvas,
    FindingCode::GradeByOther,
    FindingCode::GradeByYou,
    FindingCode::ClearedInCanvas,
    FindingCode::UndoneBefore,
    FindingCode::Resubmitted,
];

/// The options the table knows.
#[derive(Debug, Clone, Copy)]
#[expect(clippy::struct_excessive_bools, reason = "each is one flag of `plan`")]
pub(super) struct Choices {
    pub(super) overwrite: bool,
    /// Whether `--overwrite` names each of [`REASONS`].
    pub(super) only: [bool; REASONS.len()],
    pub(super) adopt_own: bool,
    pub(super) only_raise: bool,
    pub(super) accept_excused: bool,
}

impl Choices {
    /// The reasons that `--overwrite` names.
    pub(super) fn reasons(self) -> impl Iterator<Item = FindingCode> {
        REASONS.into_iter().zip(self.only).filter_map(|(code, is_named)| is_named.then_some(code))
    }

    fn releases(self, code: FindingCode) -> bool {
        let is_named = self.overwrite || self.reasons().any(|named| named == code);
        match code {
            FindingCode::Excused => self.overwrite && self.accept_excused,
            FindingCode::GradeByYou => is_named || self.adopt_own,
            _ => is_named,
        }
    }
}

/// The first row of the table that fits and is not released, then the user's other choices.
pub(super) fn expected(cell: &History, wanted: u32, choices: Choices) -> (CellClass, Option<FindingCode>) {
    let write = if cell.shown == Shown::Nothing { CellClass::Set } else { CellClass::Change };
    let mut class = write;
    for (_, (row, code)) in table(cell, wanted).into_iter().filter(|(fits, _)| *fits) {
        match row {
            CellClass::Conflict if !choices.releases(code) => return (CellClass::Conflict, Some(code)),
            // The next row may say whose grade stands there by now.
            CellClass::Conflict if matches!(code, FindingCode::UndoneBefore | FindingCode::Resubmitted) => continue,
            CellClass::Conflict => break,
            decided => class = decided,
        }
        break;
    }
    let lowers = matches!(cell.shown, Shown::Score(shown) if wanted < shown);
    if choices.only_raise && lowers && matches!(class, CellClass::Set | CellClass::Change) {
        return (CellClass::Kept, Some(FindingCode::WouldLower));
    }
    (class, None)
}

/// The table, each row with whether it fits; the code is only meant where the class is conflict.
fn table(cell: &History, wanted: u32) -> [(bool, (CellClass, FindingCode)); 11] {
    use CellClass::{Change, Conflict, Set, Unchanged};
    let nothing = FindingCode::GradeByOther;
    let same_as_pushed = cell.pushed.is_some_and(|pushed| cell.shown == Shown::Score(pushed));
    let is_empty = cell.shown == Shown::Nothing;
    [
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
        (true, (Conflict, FindingCode::GradeByOther)),
    ]
}
