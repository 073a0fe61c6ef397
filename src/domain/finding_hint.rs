//! How to mend a finding, and the word that releases a conflict, where that takes more than the code.

use super::{CellClass, FindingCode, OnConflict, PlanHeader, PlanKind, Severity};

impl FindingCode {
    /// The word of `--overwrite` that releases this conflict; `None` for what that flag does not release. An excusal
    /// takes more (findings, `excused`).
    pub fn overwrite_name(self) -> Option<&'static str> {
        match self {
            Self::RevealsHiddenGrade => Some("hidden"),
            Self::Excused => None,
            other => (other.class() == Some(CellClass::Conflict)).then_some(other.code()),
        }
    }

    /// Whether a finding of this severity says of a conflict that it was released: its cell is written.
    pub fn is_released(self, severity: Severity) -> bool {
        self.class() == Some(CellClass::Conflict) && severity < Severity::Row
    }

    /// How to mend a finding of this severity in this plan, or in one that is not made yet: an undo knows no
    /// `--on-conflict`, and what is released needs no release.
    pub fn hint_in(self, plan: Option<&PlanHeader>, severity: Severity) -> &'static str {
        let overwrites = plan.is_some_and(|plan| plan.options.on_conflict == OnConflict::Overwrite);
        match (plan.map_or(&PlanKind::Scores, |plan| &plan.kind), self) {
            (PlanKind::Undo { .. }, Self::EditedInCanvas) => "somebody's work stays; look at the cell in Canvas",
            (PlanKind::Undo { .. }, Self::OverwroteEdit) => "ask who entered it, and put it right in Canvas",
            (PlanKind::Undo { .. }, Self::RevealsHiddenGrade) => {
                "ask who hid it; `--overwrite hidden` gives a held cell its earlier value, and the student sees it"
            }
            (PlanKind::Undo { .. }, Self::AssignmentGone) => "nothing to do; what is gone cannot be put back",
            (PlanKind::Scores | PlanKind::Selection { .. }, _) if self.is_released(severity) => {
                "a push writes it, because the plan's options release it; plan without that to leave the cell alone"
            }
            (PlanKind::Scores | PlanKind::Selection { .. }, Self::Excused) if overwrites => {
                "`--accept excused` replaces the excusal"
            }
            (_, Self::ValueAltered) if severity == Severity::Warning => {
                "say how decimals are written with `--decimal point` or `--decimal comma`, and plan again"
            }
            (_, Self::RowSkipped) if severity == Severity::Warning => {
                "where they are students of the course, correct the role or the name in the file, or enter the scores by hand"
            }
            (PlanKind::Undo { .. } | PlanKind::Scores | PlanKind::Selection { .. }, _) => self.hint(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::{CanvasHost, Operator, PlanOptions, UserId};

    fn plan(kind: PlanKind, on_conflict: OnConflict) -> PlanHeader {
        PlanHeader {
            host: CanvasHost::from_stored("canvas.example.edu".to_owned()),
            connector: "Tegrity".to_owned(),
            kind,
            options: PlanOptions { on_conflict, ..PlanOptions::default() },
            sources: Vec::new(),
            operator: Operator { id: UserId(9), name: "Robin Okafor".to_owned(), local_user: None },
            created_at: jiff::Timestamp::UNIX_EPOCH,
            note: None,
        }
    }

    #[test]
    fn what_is_released_is_not_told_to_be_released() {
        let (holding, overwriting) =
            (plan(PlanKind::Scores, OnConflict::Hold), plan(PlanKind::Scores, OnConflict::Overwrite));
        for code in FindingCode::ALL.iter().filter(|code| code.class() == Some(CellClass::Conflict)) {
            let released = code.hint_in(Some(&overwriting), Severity::Warning);
            assert!(!released.contains("--"), "{code}: {released}");
            let held = code.hint_in(Some(&holding), Severity::Row);
            let word =
                code.overwrite_name().map_or("--accept excused".to_owned(), |word| format!("--overwrite {word}"));
            assert!(held.contains(&word) || *code == FindingCode::GradeByYou, "{code}: {held}");
        }
        let excused = |plan: &PlanHeader| FindingCode::Excused.hint_in(Some(plan), Severity::Row);
        assert!(excused(&holding).contains("--on-conflict overwrite"), "{}", excused(&holding));
        assert!(!excused(&overwriting).contains("--on-conflict"), "{}", excused(&overwriting));
    }
}
