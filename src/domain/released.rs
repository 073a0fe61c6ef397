//! The cells that a push writes although they are in a conflict, by the reason that somebody released.

use std::ops::AddAssign;

use serde::{Deserialize, Serialize};

use super::FindingCode;

/// So many cells of each reason, each cell under one: other people's work goes before the rest.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", default)]
pub struct Released {
    /// Edited by somebody since this tool wrote.
    pub edited_in_canvas: u64,
    /// Graded by somebody else.
    pub grade_by_other: u64,
    /// Cleared by somebody since this tool wrote.
    pub cleared_in_canvas: u64,
    /// Excused by somebody.
    pub excused: u64,
    /// Graded by the token's own user.
    pub grade_by_you: u64,
    /// Taken back by an undo.
    pub undone_before: u64,
    /// With a newer attempt of the student's.
    pub resubmitted: u64,
    /// With a grade that a teacher has hidden.
    pub hidden: u64,
}

impl Released {
    /// Counts one cell; a code that is no conflict is none.
    pub fn add(&mut self, conflict: FindingCode) {
        let count = match conflict {
            FindingCode::EditedInCanvas => &mut self.edited_in_canvas,
            FindingCode::GradeByOther => &mut self.grade_by_other,
            FindingCode::ClearedInCanvas => &mut self.cleared_in_canvas,
            FindingCode::Excused => &mut self.excused,
            FindingCode::GradeByYou => &mut self.grade_by_you,
            FindingCode::UndoneBefore => &mut self.undone_before,
            FindingCode::Resubmitted => &mut self.resubmitted,
            FindingCode::RevealsHiddenGrade => &mut self.hidden,
            _ => return,
        };
        *count += 1;
    }

    /// Each reason with its cells, other people's work first.
    pub fn by_reason(&self) -> [(FindingCode, u64); 8] {
        let Self {
            edited_in_canvas,
            grade_by_other,
            cleared_in_canvas,
            excused,
            grade_by_you,
            undone_before,
            resubmitted,
            hidden,
        } = *self;
        [
            (FindingCode::GradeByOther, grade_by_other),
            (FindingCode::EditedInCanvas, edited_in_canvas),
            (FindingCode::ClearedInCanvas, cleared_in_canvas),
            (FindingCode::Excused, excused),
            (FindingCode::GradeByYou, grade_by_you),
            (FindingCode::UndoneBefore, undone_before),
            (FindingCode::Resubmitted, resubmitted),
            (FindingCode::RevealsHiddenGrade, hidden),
        ]
    }

    /// The cells in which other people's work is replaced: what a person has to agree to by its number.
    pub fn others_work(&self) -> u64 {
        self.by_reason().iter().filter(|(code, _)| code.is_others_work()).map(|(_, cells)| cells).sum()
    }

    /// All of them.
    pub fn total(&self) -> u64 {
        self.by_reason().iter().map(|(_, cells)| cells).sum()
    }
}

impl AddAssign for Released {
    fn add_assign(&mut self, other: Self) {
        let Self {
            edited_in_canvas,
            grade_by_other,
            cleared_in_canvas,
            excused,
            grade_by_you,
            undone_before,
            resubmitted,
            hidden,
        } = other;
        self.edited_in_canvas += edited_in_canvas;
        self.grade_by_other += grade_by_other;
        self.cleared_in_canvas += cleared_in_canvas;
        self.excused += excused;
        self.grade_by_you += grade_by_you;
        self.undone_before += undone_before;
        self.resubmitted += resubmitted;
        self.hidden += hidden;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::CellClass;

    #[test]
    fn every_conflict_is_counted_under_the_word_that_releases_it() {
        let mut all = Released::default();
        for code in FindingCode::ALL {
            all.add(*code);
        }
        let conflicts = FindingCode::ALL.iter().filter(|code| code.class() == Some(CellClass::Conflict));
        assert_eq!(all.total(), conflicts.count() as u64);
        assert_eq!(all.others_work(), 4);
        let json = serde_json::to_value(all).expect("an object");
        for (code, cells) in all.by_reason() {
            assert_eq!(json[code.overwrite_name().unwrap_or(code.code())], cells, "{code}");
        }
        let mut twice = all;
        twice += all;
        assert_eq!(twice.total(), 2 * all.total());
    }
}
