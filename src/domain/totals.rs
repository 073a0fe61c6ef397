//! What a course's part, and what a run made of it, add up to: enough for summaries and for what is decided of a course as
//! a whole, without its cells.

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::{
    AssignmentId, CellRecord, ColumnIndex, ColumnKey, ColumnTarget, CommentCounts, CoursePart, FindingCode,
    Notifications, PlanCounts, PlannedCourse, RunCounts, Severity,
};

/// What a part of a plan adds up to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PartTotals {
    /// The Canvas course; `None` if the id is not identified.
    pub course: Option<PlannedCourse>,
    /// The course id as sent.
    pub sent_id: Arc<str>,
    /// What the part holds.
    pub counts: PlanCounts,
    /// About how many notifications Canvas sends.
    pub notifications: Notifications,
    /// Findings.
    pub findings: u64,
    /// Findings that stop the plan.
    pub stops: u64,
    /// Findings worth a look.
    pub warnings: u64,
    /// Cells that carry a code, by code.
    pub codes: Vec<(FindingCode, u64)>,
    /// Cells with a comment.
    pub comments: u64,
    /// The columns that a push creates.
    pub new_columns: Vec<(ColumnIndex, ColumnKey)>,
    /// The assignments that exist, with their names, by column.
    pub assignments: Vec<(AssignmentId, String)>,
}

impl PartTotals {
    /// Adds a part up.
    pub fn of(part: &CoursePart) -> Self {
        let weigh = |severity| part.findings.iter().filter(|finding| finding.severity == severity).count() as u64;
        let mut codes: Vec<(FindingCode, u64)> = Vec::new();
        for code in part.cells.iter().flat_map(|cell| &cell.codes) {
            match codes.iter_mut().find(|(known, _)| known == code) {
                Some((_, cells)) => *cells += 1,
                None => codes.push((*code, 1)),
            }
        }
        let columns = ColumnIndex::all().zip(&part.columns);
        let new_columns = columns.filter(|(_, column)| matches!(column.target, ColumnTarget::Create(_)));
        let assignments = part.columns.iter().filter_map(|column| column.assignment());
        Self {
            course: part.course.clone(),
            sent_id: Arc::clone(&part.sent_id),
            counts: PlanCounts::of(part),
            notifications: Notifications::of(part),
            findings: part.findings.len() as u64,
            stops: weigh(Severity::Plan),
            warnings: weigh(Severity::Warning),
            codes,
            comments: part.cells.iter().filter(|cell| cell.comment.is_some()).count() as u64,
            new_columns: new_columns.map(|(index, column)| (index, column.key.clone())).collect(),
            assignments: assignments.map(|assignment| (assignment.id, assignment.name.clone())).collect(),
        }
    }
}

/// What the records of one part of a run add up to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct RecordTotals {
    /// What became of the cells that have a record.
    pub outcomes: RunCounts,
    /// What became of their comments.
    pub comments: CommentCounts,
    /// Whether a record may tell of somebody's edit that was overwritten. Without it none does.
    pub may_have_overwritten: bool,
}

impl RecordTotals {
    /// Adds records up.
    pub fn of<'a>(records: impl IntoIterator<Item = &'a CellRecord> + Clone) -> Self {
        Self {
            outcomes: RunCounts::of(records.clone()),
            comments: CommentCounts::of(records.clone()),
            may_have_overwritten: records.into_iter().any(|record| !record.overwrote.is_empty()),
        }
    }

    /// What became of the planned cells of the part that these are the records of: those without a record are pending.
    pub fn of_planned(&self, planned: u64) -> RunCounts {
        let mut counts = self.outcomes;
        counts.pending += planned.saturating_sub(counts.planned);
        counts.planned = counts.planned.max(planned);
        counts
    }
}
