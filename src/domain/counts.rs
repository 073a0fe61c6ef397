//! The counts of plans and runs: one function each, used by every output.

use std::ops::AddAssign;

use serde::{Deserialize, Serialize};

use super::{Cell, CellClass, CellRecord, ColumnTarget, CommentOutcome, CoursePart, FindingCode, Outcome, Released};

/// What a plan holds. `rows + absent = cells + merged + ignored`, and `cells` is the sum of the nine classes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct PlanCounts {
    /// Score records with a value inside the selection.
    pub rows: u64,
    /// Zeros added for students without a row.
    pub absent: u64,
    /// All but one of equal duplicates, and settled repeats.
    pub merged: u64,
    /// Rows ignored by the user's own aliases or rules.
    pub ignored: u64,
    /// Cells.
    pub cells: u64,
    /// Assignments a push creates.
    pub create_assignments: u64,
    /// Empty cells that get a score.
    pub set: u64,
    /// Cells that get another score or a comment.
    pub change: u64,
    /// Cells that get excused.
    #[serde(default)]
    pub excuse: u64,
    /// Cells that lose their score.
    pub clear: u64,
    /// Cells that hold the wanted value.
    pub unchanged: u64,
    /// Cells left alone by a rule of the user.
    pub kept: u64,
    /// Cells that are someone's work.
    pub conflict: u64,
    /// Cells that must not or cannot be written.
    pub blocked: u64,
    /// Cells whose course or person is not identified.
    pub unresolved: u64,
    /// Of the cells that a push writes, those that are someone's work.
    #[serde(default)]
    pub released: Released,
}

impl PlanCounts {
    /// The counts of one course's part; a plan's are the sum over its parts.
    pub fn of(part: &CoursePart) -> Self {
        let created = part.columns.iter().filter(|column| matches!(column.target, ColumnTarget::Create(_))).count();
        let mut counts = Self {
            rows: part.tally.rows,
            absent: part.tally.absent,
            merged: part.tally.merged,
            ignored: part.tally.ignored,
            create_assignments: created as u64,
            ..Self::default()
        };
        for cell in &part.cells {
            counts.cells += 1;
            *counts.class_mut(cell.class) += 1;
            if let Some(conflict) = cell.released() {
                counts.released.add(conflict);
            }
        }
        counts
    }

    /// How many cells have this class.
    pub fn class(&self, class: CellClass) -> u64 {
        let mut copy = *self;
        *copy.class_mut(class)
    }

    /// The cells a push sends.
    pub fn planned(&self) -> u64 {
        self.set + self.change + self.excuse + self.clear
    }

    fn class_mut(&mut self, class: CellClass) -> &mut u64 {
        match class {
            CellClass::Set => &mut self.set,
            CellClass::Change => &mut self.change,
            CellClass::Excuse => &mut self.excuse,
            CellClass::Clear => &mut self.clear,
            CellClass::Unchanged => &mut self.unchanged,
            CellClass::Kept => &mut self.kept,
            CellClass::Conflict => &mut self.conflict,
            CellClass::Blocked => &mut self.blocked,
            CellClass::Unresolved => &mut self.unresolved,
        }
    }
}

impl AddAssign for PlanCounts {
    fn add_assign(&mut self, other: Self) {
        let Self {
            rows,
            absent,
            merged,
            ignored,
            cells,
            create_assignments,
            set,
            change,
            excuse,
            clear,
            unchanged,
            kept,
            conflict,
            blocked,
            unresolved,
            released,
        } = other;
        self.rows += rows;
        self.absent += absent;
        self.merged += merged;
        self.ignored += ignored;
        self.cells += cells;
        self.create_assignments += create_assignments;
        self.set += set;
        self.change += change;
        self.excuse += excuse;
        self.clear += clear;
        self.unchanged += unchanged;
        self.kept += kept;
        self.conflict += conflict;
        self.blocked += blocked;
        self.unresolved += unresolved;
        self.released += released;
    }
}

/// About how many notifications Canvas will send (`canvas-contract §G3`, §H4).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Notifications {
    /// About posted grades.
    pub grades: u64,
    /// About new assignments.
    pub assignments: u64,
    /// Grades that a teacher has hidden and that become visible; those of [`Notifications::grades`] tell of them.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub revealed: u64,
}

impl Notifications {
    /// Those of one course's part: Canvas sends none in a course that is not available.
    pub fn of(part: &CoursePart) -> Self {
        let reveals = |cell: &Cell| cell.codes.contains(&FindingCode::RevealsHiddenGrade);
        let revealed = part.writes().filter(|(_, cell)| reveals(cell)).count() as u64;
        let Some(course) = part.course.as_ref().filter(|course| course.workflow_state == "available") else {
            return Self { revealed, ..Self::default() };
        };
        // Canvas sends no notification when a grade is cleared.
        let heard = |cell: &Cell| cell.class != CellClass::Clear && part.column(cell).posts_at_once();
        let grades = part.writes().filter(|(_, cell)| heard(cell)).count() as u64;
        let created =
            part.columns.iter().filter(|column| matches!(column.target, ColumnTarget::Create(_))).count() as u64;
        Self { grades, assignments: created * course.active_students, revealed }
    }

    /// All of them.
    pub fn total(self) -> u64 {
        self.grades + self.assignments
    }
}

impl AddAssign for Notifications {
    fn add_assign(&mut self, other: Self) {
        let Self { grades, assignments, revealed } = other;
        self.grades += grades;
        self.assignments += assignments;
        self.revealed += revealed;
    }
}

/// What became of a plan's cells. `planned` is the sum of the other six.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct RunCounts {
    /// Cells the plan sends.
    pub planned: u64,
    /// Sent and read back.
    pub written: u64,
    /// There before we sent.
    pub already: u64,
    /// Changed since the plan.
    pub held: u64,
    /// Refused, or showing another value.
    pub rejected: u64,
    /// Sent, answer lost.
    pub unknown: u64,
    /// Not sent.
    pub pending: u64,
}

impl RunCounts {
    /// Counts records, one for each planned cell.
    pub fn of<'a>(records: impl IntoIterator<Item = &'a CellRecord>) -> Self {
        let mut counts = Self::default();
        for record in records {
            counts.add(record.outcome, 1);
        }
        counts
    }

    /// Adds planned cells with this outcome.
    pub fn add(&mut self, outcome: Outcome, cells: u64) {
        self.planned += cells;
        match outcome {
            Outcome::Written => self.written += cells,
            Outcome::Already => self.already += cells,
            Outcome::Held => self.held += cells,
            Outcome::Rejected => self.rejected += cells,
            Outcome::Unknown => self.unknown += cells,
            Outcome::Pending => self.pending += cells,
        }
    }

    /// Cells that `retry` takes up again.
    pub fn retryable(&self) -> u64 {
        self.held + self.rejected + self.unknown + self.pending
    }
}

impl AddAssign for RunCounts {
    fn add_assign(&mut self, other: Self) {
        let Self { planned, written, already, held, rejected, unknown, pending } = other;
        self.planned += planned;
        self.written += written;
        self.already += already;
        self.held += held;
        self.rejected += rejected;
        self.unknown += unknown;
        self.pending += pending;
    }
}

/// What a run did to assignments.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct AssignmentCounts {
    /// Created.
    pub created: u64,
    /// Deleted again by an undo.
    pub deleted: u64,
    /// Not created, not deleted, or in doubt.
    pub failed: u64,
}

/// What became of a run's comments.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct CommentCounts {
    /// Sent and read back.
    pub sent: u64,
    /// There already.
    pub already: u64,
    /// Sent, answer lost.
    pub unknown: u64,
    /// Not sent, though their cells are written.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub not_sent: u64,
    /// Deleted again by an undo.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub deleted: u64,
    /// An undo was to delete them, and did not.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub kept: u64,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde hands over a reference")]
fn is_zero(count: &u64) -> bool {
    *count == 0
}

impl CommentCounts {
    /// Counts records, one for each planned cell.
    pub fn of<'a>(records: impl IntoIterator<Item = &'a CellRecord>) -> Self {
        let mut counts = Self::default();
        for record in records {
            match record.comment {
                Some(CommentOutcome::Pending) if record.outcome == Outcome::Written => counts.not_sent += 1,
                Some(outcome) => counts.add(outcome, 1),
                None => {}
            }
        }
        counts
    }

    /// Adds comments with this outcome; those that wait with their cells are in no sum.
    pub fn add(&mut self, outcome: CommentOutcome, comments: u64) {
        match outcome {
            CommentOutcome::Sent => self.sent += comments,
            CommentOutcome::Already => self.already += comments,
            CommentOutcome::Unknown => self.unknown += comments,
            CommentOutcome::Pending => {}
        }
    }
}

impl AddAssign for CommentCounts {
    fn add_assign(&mut self, other: Self) {
        let Self { sent, already, unknown, not_sent, deleted, kept } = other;
        self.sent += sent;
        self.already += already;
        self.unknown += unknown;
        self.not_sent += not_sent;
        self.deleted += deleted;
        self.kept += kept;
    }
}
