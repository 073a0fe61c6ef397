//! Whose work stands in a cell: the person and the time, as far as Canvas tells.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::{Cell, CellClass, Entered, FindingCode, LiveCell, Owner};

/// Who did something to a cell, and when.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct WhoseWork {
    /// The Canvas user; negative for a quiz or an external tool (`canvas-contract §I2`), `None` where nobody knows.
    pub by: Option<i64>,
    /// When; `None` where Canvas keeps an older time or none.
    pub at: Option<Timestamp>,
}

impl WhoseWork {
    /// Whose work makes a cell this conflict. `last` is what this tool last put there, `owner` whose the cell is now.
    /// `None` where nobody's name and no time is known.
    pub fn of(conflict: FindingCode, live: &LiveCell, last: Option<&LiveCell>, owner: Owner) -> Option<Self> {
        // A cleared cell keeps the time of the grade that was there (`canvas-contract §H4`).
        let at = live.graded_at.filter(|_| live.entered != Entered::Empty);
        let grade = Self { by: live.grader, at };
        // An edit in SpeedGrader leaves who and when as they were (`canvas-contract §H9`): then both are ours.
        let is_traced = last.is_none_or(|last| last.grader != live.grader || last.graded_at != live.graded_at);
        let whose = match conflict {
            FindingCode::GradeByOther | FindingCode::GradeByYou | FindingCode::UndoneBefore => match owner {
                // An undo put the grade back: Canvas names whoever ran it.
                Owner::Person(person) if live.grader != Some(person.0) => Self { by: Some(person.0), at: None },
                Owner::Person(_) | Owner::Unknown => grade,
                Owner::Ours | Owner::Nobody => return None,
            },
            FindingCode::EditedInCanvas | FindingCode::Excused if is_traced => grade,
            FindingCode::ClearedInCanvas => {
                let by_another = last.is_none_or(|last| last.grader != live.grader);
                Self { by: live.grader.filter(|_| by_another), at }
            }
            FindingCode::Resubmitted => Self { by: None, at: live.submitted_at },
            _ => return None,
        };
        (whose.by.is_some() || whose.at.is_some()).then_some(whose)
    }
}

impl Cell {
    /// The conflict that keeps the cell from being written, or that somebody released so that it is; other people's work
    /// goes before the rest.
    pub fn conflict(&self) -> Option<FindingCode> {
        if self.class != CellClass::Conflict && !self.class.is_write() {
            return None;
        }
        let all = || self.codes.iter().copied().filter(|code| code.class() == Some(CellClass::Conflict));
        let decisive = || if self.class == CellClass::Conflict { all().next() } else { None };
        decisive().or_else(|| all().find(|code| code.is_others_work())).or_else(|| all().next())
    }

    /// The conflict that somebody released, so that a push writes the cell all the same.
    pub fn released(&self) -> Option<FindingCode> {
        self.conflict().filter(|_| self.class.is_write())
    }
}

impl FindingCode {
    /// Whether a cell in this conflict holds what other people did: a grade, an edit, a clearing or an excusal. What this
    /// tool or the token's own user did there is no other person's, nor is a hand-in or that a grade is hidden.
    pub fn is_others_work(self) -> bool {
        matches!(self, Self::EditedInCanvas | Self::GradeByOther | Self::ClearedInCanvas | Self::Excused)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::{Points, UserId};

    fn at(minute: i64) -> Option<Timestamp> {
        Timestamp::from_second(minute * 60).ok()
    }

    fn cell(grader: i64, minute: i64) -> LiveCell {
        let entered = Entered::Score(Points::whole(8));
        LiveCell { entered, grader: Some(grader), graded_at: at(minute), submitted_at: at(9), ..LiveCell::default() }
    }

    fn cleared(grader: i64) -> LiveCell {
        LiveCell { entered: Entered::Empty, ..cell(grader, 1) }
    }

    #[test]
    fn it_is_said_who_and_when_as_far_as_canvas_tells() {
        use FindingCode::{
            ClearedInCanvas, EditedInCanvas, Excused, GradeByOther, GradeByYou, Resubmitted, RevealsHiddenGrade,
            UndoneBefore,
        };
        let ours = cell(501, 1);
        let (teacher, restored) = (Owner::Person(UserId(77)), Owner::Person(UserId(78)));
        for (what, code, live, last, owner, expected) in [
            ("a teacher's", GradeByOther, cell(77, 2), None, teacher, Some((Some(77), at(2)))),
            ("a quiz's", GradeByOther, cell(-4, 2), None, Owner::Unknown, Some((Some(-4), at(2)))),
            ("the token's", GradeByYou, cell(501, 2), None, Owner::Person(UserId(501)), Some((Some(501), at(2)))),
            ("put back by an undo", GradeByOther, cell(501, 3), None, restored, Some((Some(78), None))),
            ("an edit", EditedInCanvas, cell(77, 3), Some(&ours), teacher, Some((Some(77), at(3)))),
            ("an edit in SpeedGrader", EditedInCanvas, cell(501, 1), Some(&ours), Owner::Ours, None),
            ("an excusal", Excused, cell(77, 3), None, teacher, Some((Some(77), at(3)))),
            ("a clearing", ClearedInCanvas, cleared(77), Some(&ours), Owner::Nobody, Some((Some(77), None))),
            ("a clearing by the token's user", ClearedInCanvas, cleared(501), Some(&ours), Owner::Nobody, None),
            (
                "a clearing of what is taken back",
                EditedInCanvas,
                cleared(77),
                Some(&ours),
                teacher,
                Some((Some(77), None)),
            ),
            ("undone, and blank", UndoneBefore, LiveCell::default(), Some(&ours), Owner::Nobody, None),
            ("undone, then graded", UndoneBefore, cell(77, 5), Some(&ours), teacher, Some((Some(77), at(5)))),
            ("a new attempt", Resubmitted, ours.clone(), Some(&ours), Owner::Ours, Some((None, at(9)))),
            ("a hidden grade", RevealsHiddenGrade, ours.clone(), Some(&ours), Owner::Ours, None),
        ] {
            let whose = WhoseWork::of(code, &live, last, owner).map(|whose| (whose.by, whose.at));
            assert_eq!(whose, expected, "{what}");
        }
    }
}
