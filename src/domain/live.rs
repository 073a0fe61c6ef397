//! What Canvas holds in one cell, and what somebody wants there.

use std::fmt;
use std::sync::Arc;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::{Points, UserId};

/// The content of a cell: the entered score, before any late deduction.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Entered {
    /// No score, and not excused.
    #[default]
    Empty,
    /// Excused.
    Excused,
    /// Points.
    Score(Points),
}

impl Entered {
    /// The points, if there are any.
    pub fn points(self) -> Option<Points> {
        match self {
            Self::Score(points) => Some(points),
            Self::Empty | Self::Excused => None,
        }
    }
}

impl fmt::Display for Entered {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Empty => formatter.pad("–"),
            Self::Excused => formatter.pad("excused"),
            Self::Score(points) => points.fmt(formatter),
        }
    }
}

/// A cell as Canvas shows it: the base of a plan, and the other side of every comparison (design, promise 2).
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct LiveCell {
    /// The entered score.
    pub entered: Entered,
    /// The entered grade as Canvas writes it: decides for `pass_fail` columns.
    pub entered_grade: Option<String>,
    /// Who graded: negative for a quiz or tool, `None` if nobody did (`canvas-contract §I2`).
    pub grader: Option<i64>,
    /// When it was graded. A cleared cell may keep its old time (`canvas-contract §H4`).
    pub graded_at: Option<Timestamp>,
    /// The student's latest attempt.
    pub attempt: Option<i64>,
    /// When the latest attempt was submitted.
    pub submitted_at: Option<Timestamp>,
    /// Canvas's word: `submitted`, `unsubmitted`, `graded`, `pending_review`.
    pub workflow_state: String,
    /// Points that a late policy took off, if any: then comparisons allow 0.005.
    pub points_deducted: Option<Points>,
    /// `late`, `missing`, `extended`, `none`, or nothing.
    pub late_policy_status: Option<String>,
    /// Whether Canvas counts the work as missing, and the score, if any, is the one that the course's missing policy
    /// gives. Another one is a person's: SpeedGrader names no grader in such a cell (`canvas-contract §H9`).
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub missing: bool,
    /// A custom grade status.
    pub custom_grade_status: Option<i64>,
    /// When the grade was posted; `None` while hidden.
    pub posted_at: Option<Timestamp>,
    /// Whether the grade belongs to the latest attempt.
    pub grade_matches_current_submission: bool,
}

impl LiveCell {
    /// The cell of a student who has the assignment, while Canvas has not made its row yet (`canvas-contract §I1`).
    pub fn without_row() -> Self {
        Self::default()
    }

    /// Whether Canvas has a row for the cell; one comes a while after its column (`canvas-contract §I1`).
    pub fn has_row(&self) -> bool {
        !self.workflow_state.is_empty()
    }

    /// Whether the score is the zero that the course's missing policy put there: nobody gave it, and no label asked for
    /// it (`canvas-contract §H4`).
    pub fn is_automatic_zero(&self) -> bool {
        let is_labelled = self.late_policy_status.is_some();
        let is_by_nobody = self.grader.is_none() && self.attempt.is_none() && !is_labelled;
        self.missing && is_by_nobody && matches!(self.entered, Entered::Score(_))
    }

    /// Whether nobody has graded it: it is empty, or holds an automatic zero.
    pub fn is_blank(&self) -> bool {
        self.entered == Entered::Empty || self.is_automatic_zero()
    }

    /// Whether nobody has touched the cell since it looked like `before`.
    pub fn is_untouched_since(&self, before: &Self) -> bool {
        self.entered == before.entered && self.grader == before.grader && self.graded_at == before.graded_at
    }

    /// Whether a teacher has hidden what is there, in a column where grades are posted at once
    /// (`canvas-contract §I4`). In one that posts manually, grades are hidden until somebody posts them.
    pub fn is_hidden(&self, posts_manually: bool) -> bool {
        !posts_manually && !self.is_blank() && self.posted_at.is_none()
    }
}

/// The value that should be in a cell.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Wanted {
    /// These points.
    Score(Points),
    /// Complete or incomplete, in a `pass_fail` column.
    Complete(bool),
    /// Excused.
    Excused,
    /// Nothing; only an undo wants this.
    Cleared,
}

impl Wanted {
    /// Whether the live cell already holds this. A late deduction makes Canvas compute the entered score, so then
    /// 0.005 points are allowed (design, Grades). In a column of no points Canvas shows the word that was entered, and
    /// knows two for each (`canvas-contract §H2`).
    pub fn holds_in(self, live: &LiveCell) -> bool {
        match self {
            Self::Score(points) => live.entered.points().is_some_and(|entered| match live.points_deducted {
                Some(deducted) if !deducted.is_zero() => entered.distance(points) <= Points::LATE_TOLERANCE,
                _ => entered == points,
            }),
            Self::Complete(complete) => {
                let words = if complete { ["complete", "pass"] } else { ["incomplete", "fail"] };
                live.entered.points().is_some()
                    && live.entered_grade.as_deref().is_some_and(|word| words.contains(&word))
            }
            Self::Excused => live.entered == Entered::Excused,
            Self::Cleared => live.entered == Entered::Empty,
        }
    }

    /// The word that Canvas shows for complete and incomplete.
    pub fn word(self) -> Option<&'static str> {
        match self {
            Self::Complete(true) => Some("complete"),
            Self::Complete(false) => Some("incomplete"),
            Self::Score(_) | Self::Excused | Self::Cleared => None,
        }
    }

    /// What a cell holds once this is in it; `None` for complete and incomplete, whose points depend on the column.
    pub fn entered(self) -> Option<Entered> {
        match self {
            Self::Score(points) => Some(Entered::Score(points)),
            Self::Excused => Some(Entered::Excused),
            Self::Cleared => Some(Entered::Empty),
            Self::Complete(_) => None,
        }
    }

    /// The points this amounts to in a column of `possible` points; `None` where it is no score.
    pub fn points(self, possible: Option<Points>) -> Option<Points> {
        match self {
            Self::Score(points) => Some(points),
            Self::Complete(true) => possible,
            Self::Complete(false) => Some(Points::ZERO),
            Self::Excused | Self::Cleared => None,
        }
    }
}

impl fmt::Display for Wanted {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Score(points) => points.fmt(formatter),
            Self::Complete(true) => formatter.pad("complete"),
            Self::Complete(false) => formatter.pad("incomplete"),
            Self::Excused => formatter.pad("excused"),
            Self::Cleared => formatter.pad("–"),
        }
    }
}

/// What this tool last put into a cell and read back, from the journal: the third side of the comparison.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LastPushed {
    /// The cell as it was read back.
    pub cell: LiveCell,
    /// Who is taken to have set it: the token's user, or whoever an undo gave the cell back to.
    pub owner: Owner,
    /// The cell as it was before an undo took its value back; wanting that value again is a conflict.
    pub undone: Option<Arc<LiveCell>>,
}

impl LastPushed {
    /// Whether what was read back may be newer than `live`, which a list shows: it looks otherwise, and was not graded
    /// later, or looks as before the undo.
    pub fn may_be_newer_than(&self, live: &LiveCell) -> bool {
        let is_before_undo = self.undone.as_ref().is_some_and(|undone| live.is_untouched_since(undone));
        !live.is_untouched_since(&self.cell) && (live.graded_at <= self.cell.graded_at || is_before_undo)
    }
}

/// Whose work a cell is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Owner {
    /// This tool's.
    Ours,
    /// This Canvas user's; an undo put their value back.
    Person(UserId),
    /// Nobody known: a quiz, a tool, or a deleted grader.
    Unknown,
    /// Nobody's: the cell is empty, or holds the score of the missing policy.
    #[default]
    Nobody,
}

impl Owner {
    /// Whose work a live cell is, given what this tool last pushed there.
    pub fn of(live: &LiveCell, last: Option<&LastPushed>) -> Self {
        match (last.filter(|last| live.is_untouched_since(&last.cell)), live.grader) {
            _ if live.is_blank() => Self::Nobody,
            (Some(last), _) => last.owner,
            (None, Some(grader)) if grader > 0 => Self::Person(UserId(grader)),
            (None, _) => Self::Unknown,
        }
    }
}
