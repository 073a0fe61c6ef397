//! Says of each conflict whose work it is about, and that it is only a warning where somebody released it.

use super::collector::{FindingCollector, Subject};
use crate::domain::{CellClass, CoursePart, FindingCode, Severity};

/// Completes the findings that were noted of the part's conflicts.
pub(super) fn say_whose(collector: &mut FindingCollector, part: &CoursePart) {
    let is_conflict = |code: &&FindingCode| code.class() == Some(CellClass::Conflict);
    for cell in &part.cells {
        for code in cell.codes.iter().filter(is_conflict) {
            let subject = Subject {
                code: *code,
                column: Some(cell.column),
                assignment: part.column(cell).assignment().map(|assignment| assignment.id),
                student: Some(cell.student),
            };
            let Some(finding) = collector.about(subject) else { continue };
            finding.whose = cell.whose.as_deref().copied().filter(|_| cell.conflict() == Some(*code));
            if cell.class.is_write() {
                finding.severity = Severity::Warning;
            }
            // The cell keeps the reason of its first code.
            if let Some(reason) = conflict_reason(*code).filter(|_| cell.codes.first() != Some(code) && is_work(*code))
            {
                finding.message = format!("{}: {reason}", part.column(cell).title);
            }
        }
    }
}

/// Whether the conflict says what was done; of a hidden grade the finding says what a write would do.
fn is_work(code: FindingCode) -> bool {
    code != FindingCode::RevealsHiddenGrade
}

/// What a conflict is about, in a line that names nobody.
pub(super) fn conflict_reason(code: FindingCode) -> Option<&'static str> {
    Some(match code {
        FindingCode::Excused => "excused in Canvas",
        FindingCode::GradeByOther => "somebody else graded it in Canvas",
        FindingCode::GradeByYou => "the token's own user graded it, but not with this tool",
        FindingCode::EditedInCanvas => "edited in Canvas since it was pushed",
        FindingCode::ClearedInCanvas => "cleared in Canvas since it was pushed",
        FindingCode::UndoneBefore => "an undo took this value back",
        FindingCode::Resubmitted => "the student has submitted a newer attempt since",
        FindingCode::RevealsHiddenGrade => "a teacher has hidden this grade, and the student would see it",
        _ => return None,
    })
}
