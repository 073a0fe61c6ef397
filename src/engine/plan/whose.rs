//! Says of each conflict whose work it is about, and that it is only a warning where somebody released it.

use std::collections::HashMap;

use crate::domain::{AssignmentId, CellClass, CoursePart, Finding, FindingCode, Severity, UserId};

/// Completes the findings about the conflicts of a part.
pub(super) fn say_whose(part: &mut CoursePart) {
    let CoursePart { columns, students, cells, findings, .. } = part;
    let is_conflict = |code: FindingCode| code.class() == Some(CellClass::Conflict);
    let place = |finding: &Finding| Some((finding.code, finding.assignment?, finding.student?));
    let conflicts = findings.iter_mut().filter(|finding| is_conflict(finding.code));
    let mut conflicts: HashMap<(FindingCode, AssignmentId, UserId), &mut Finding> =
        conflicts.filter_map(|finding| Some((place(finding)?, finding))).collect();
    if conflicts.is_empty() {
        return;
    }
    for cell in &*cells {
        let column = &columns[cell.column.as_usize()];
        let Some(assignment) = column.assignment().map(|assignment| assignment.id) else { continue };
        let Some(user) = students[cell.student.as_usize()].user else { continue };
        for code in cell.codes.iter().copied().filter(|code| is_conflict(*code)) {
            let Some(finding) = conflicts.get_mut(&(code, assignment, user)) else { continue };
            finding.whose = cell.whose.as_deref().copied().filter(|_| cell.conflict() == Some(code));
            if cell.class.is_write() {
                finding.severity = Severity::Warning;
            }
            // The cell keeps the reason of its first code.
            if let Some(reason) = conflict_reason(code).filter(|_| cell.codes.first() != Some(&code) && is_work(code)) {
                finding.message = format!("{}: {reason}", column.title);
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
        FindingCode::UndoneBefore => "an undo put an earlier value back",
        FindingCode::Resubmitted => "the student has submitted a newer attempt since",
        FindingCode::RevealsHiddenGrade => "a teacher has hidden this grade, and the student would see it",
        _ => return None,
    })
}
