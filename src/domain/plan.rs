//! The plan: an immutable list of cells with what Canvas holds, what should be there, and why. Execution decides
//! nothing new.
//!
//! A plan is a header and per-course parts, because a term does not fit a screen, and need not fit in memory.

use std::sync::Arc;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::sharing_bases::sharing_bases;
use super::{
    AccountId, AssignmentGroupId, AssignmentId, AssignmentKey, CanvasHost, CellClass, CellIndex, ColumnIndex,
    ColumnKey, CourseId, Exactness, Finding, FindingCode, GradingType, GroupId, LiveCell, Owner, PlanId, PlanOptions,
    PlannedStudent, Points, RunId, ScorableItem, Source, SourceFile, StudentIndex, UserId, Wanted, WhoseWork,
};

/// Where a plan comes from.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PlanKind {
    /// From scores.
    Scores,
    /// The reverse of a run.
    Undo {
        /// The run that is taken back.
        run: RunId,
        /// What else of it goes, beside the values.
        #[serde(default)]
        also: TakeBack,
        /// Whether it is of a selection of the run's cells: the rest of the run can still be taken back.
        #[serde(default)]
        partial: bool,
        /// The undo plan selected from, if it is a part of one.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        of: Option<PlanId>,
    },
    /// A selection of another plan's cells.
    Selection {
        /// The plan selected from.
        of: PlanId,
    },
}

impl PlanKind {
    /// The plan that a part was selected from.
    pub fn part_of(&self) -> Option<PlanId> {
        match self {
            Self::Scores => None,
            Self::Undo { of, .. } => *of,
            Self::Selection { of } => Some(*of),
        }
    }
}

/// What an undo takes back beside values.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct TakeBack {
    /// The assignments that the run created, unless somebody else used them since.
    pub created: bool,
    /// The comments that the run sent; the undo's cells hold their texts.
    pub comments: bool,
}

/// The person behind the token.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Operator {
    /// Their internal id.
    pub id: UserId,
    /// Their name in Canvas.
    pub name: String,
    /// The user of this machine who worked; `None` where that is not known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub local_user: Option<String>,
}

/// What holds for the whole plan.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PlanHeader {
    /// The Canvas it is for.
    pub host: CanvasHost,
    /// The connector's title.
    pub connector: String,
    /// From scores, an undo, or a selection.
    pub kind: PlanKind,
    /// The user's choices.
    pub options: PlanOptions,
    /// The files, with their hashes.
    pub sources: Vec<SourceFile>,
    /// The person behind the token.
    pub operator: Operator,
    /// When it was made.
    pub created_at: Timestamp,
    /// What the user noted about it, such as `midterms`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub note: Option<String>,
}

/// A Canvas course of a plan.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PlannedCourse {
    /// Canvas's internal id.
    pub id: CourseId,
    /// Its name.
    pub name: String,
    /// Its short code.
    pub course_code: String,
    /// Its SIS id, where visible.
    pub sis_course_id: Option<String>,
    /// The account it belongs to, where known.
    pub account: Option<AccountId>,
    /// Canvas's word: `unpublished`, `available`, `completed`.
    pub workflow_state: String,
    /// IANA name, where known.
    pub time_zone: Option<String>,
    /// Students who would hear of a new assignment.
    pub active_students: u64,
}

/// An existing assignment as the plan saw it (design, promise 2).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[expect(clippy::struct_excessive_bools, reason = "each is one of Canvas's own flags")]
pub struct PlannedAssignment {
    /// Canvas's internal id.
    pub id: AssignmentId,
    /// Its name.
    pub name: String,
    /// Points possible, if any.
    pub points_possible: Option<Points>,
    /// How it counts.
    pub grading_type: GradingType,
    /// Its grading standard, if it names one.
    pub grading_standard: Option<i64>,
    /// Whether it is published.
    pub published: bool,
    /// Whether grading is moderated.
    pub moderated: bool,
    /// Whether grading is anonymous.
    pub anonymous: bool,
    /// Whether grades stay hidden until posted.
    pub post_manually: bool,
    /// Whether one grade goes to the whole group.
    pub grades_whole_group: bool,
}

/// An assignment that a push creates before it sends the column's cells (design, Assignments).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct NewColumn {
    /// Its name: the item's title.
    pub name: String,
    /// Points possible.
    pub points_possible: Points,
    /// How it counts.
    pub grading_type: GradingType,
    /// The item's description; empty if none was sent.
    pub description: String,
    /// When it is due, already in the institution's time zone.
    pub due_at: Option<Timestamp>,
    /// The assignment group's name; empty for Canvas's default.
    pub group: String,
    /// The course's group of that name; without one, the push creates it.
    #[serde(default)]
    pub group_id: Option<AssignmentGroupId>,
    /// Whether it stays out of the course total.
    pub omit_from_final_grade: bool,
    /// Whether its grades stay hidden until posted.
    pub post_manually: bool,
}

/// Where a column of the sheet goes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ColumnTarget {
    /// To an assignment that exists.
    Existing(PlannedAssignment),
    /// To one that the push creates.
    Create(NewColumn),
    /// Nowhere: its cells are blocked or unresolved with this reason.
    Nowhere(FindingCode),
}

/// A column of the plan.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PlannedColumn {
    /// The sender's key.
    pub key: ColumnKey,
    /// The sender's title, else what stands in for it.
    pub title: String,
    /// The item as sent, if one was: what is left unwritten is given back with it.
    pub item: Option<ScorableItem>,
    /// Points possible as the sheet says, if it does.
    pub sheet_possible: Option<Points>,
    /// How exact the sheet's values are.
    #[serde(default, skip_serializing_if = "is_as_sent")]
    pub exactness: Exactness,
    /// Where it goes.
    pub target: ColumnTarget,
    /// How that was found: `map`, `existing assignment of that name`, `new`.
    pub found_by: String,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde passes references")]
fn is_as_sent(exactness: &Exactness) -> bool {
    *exactness == Exactness::AsSent
}

impl PlannedColumn {
    /// How a column was found whose source names the assignment's id in Canvas.
    pub const BY_CANVAS_ID: &str = "its id in Canvas, which the source names";

    /// The assignment, if it exists already.
    pub fn assignment(&self) -> Option<&PlannedAssignment> {
        match &self.target {
            ColumnTarget::Existing(assignment) => Some(assignment),
            ColumnTarget::Create(_) | ColumnTarget::Nowhere(_) => None,
        }
    }

    /// Its key in a file of another name. Where the name of its file said which assignment its header means, it is called
    /// as a gradebook of Canvas calls it, which no other column is.
    pub fn key_in_any_file(&self) -> ColumnKey {
        match (&self.key.assignment, self.assignment()) {
            (AssignmentKey::Untitled(_), Some(assignment)) => {
                let title = format!("{} ({})", assignment.name, assignment.id);
                ColumnKey { assignment: AssignmentKey::Title(title.into()), ..self.key.clone() }
            }
            _ => self.key.clone(),
        }
    }

    /// How grades of it are shown in Canvas, now or once created; points where there is no column.
    pub fn grading_type(&self) -> GradingType {
        match &self.target {
            ColumnTarget::Existing(assignment) => assignment.grading_type,
            ColumnTarget::Create(column) => column.grading_type,
            ColumnTarget::Nowhere(_) => GradingType::Points,
        }
    }

    /// Points possible in Canvas, now or once created.
    pub fn points_possible(&self) -> Option<Points> {
        match &self.target {
            ColumnTarget::Existing(assignment) => assignment.points_possible,
            ColumnTarget::Create(column) => Some(column.points_possible),
            ColumnTarget::Nowhere(_) => None,
        }
    }

    /// Whether a grade written here notifies the student (`canvas-contract §H4`, §I4).
    pub fn posts_at_once(&self) -> bool {
        match &self.target {
            ColumnTarget::Existing(assignment) => !assignment.post_manually,
            ColumnTarget::Create(column) => !column.post_manually,
            ColumnTarget::Nowhere(_) => false,
        }
    }
}

/// What a push sends for a cell.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Sending {
    /// Nothing: the class is no write.
    Nothing,
    /// This `posted_grade`, normalised so that Canvas cannot misread it (`canvas-contract §H2`).
    Grade(String),
    /// `excuse: true`.
    Excuse,
    /// An empty `posted_grade`, which clears.
    Clear,
    /// Only the comment.
    CommentOnly,
}

/// A cell of the plan.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Cell {
    /// Which column it is in.
    pub column: ColumnIndex,
    /// Whose it is.
    pub student: StudentIndex,
    /// The rows it comes from; empty for a zero that `--absent zero` added.
    pub sources: Vec<Source>,
    /// The value as received.
    pub received: Box<str>,
    /// What Canvas held; `None` where it was not looked at. Cells that were the same may share it.
    pub base: Option<Arc<LiveCell>>,
    /// Whose work it was then; an undo gives the cell back to them.
    pub owner: Owner,
    /// In a conflict, and where one was released: who did that work and when.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub whose: Option<Box<WhoseWork>>,
    /// What should be there; `None` where no value was understood.
    pub wanted: Option<Wanted>,
    /// What a push sends.
    pub sending: Sending,
    /// The comment to send with it.
    pub comment: Option<Box<str>>,
    /// What becomes of it.
    pub class: CellClass,
    /// The student's group, where a grade for one member goes to the whole group.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub group: Option<GroupId>,
    /// Every code that applies, the one that decided first.
    pub codes: Vec<FindingCode>,
    /// One line that says why, without names.
    pub reason: Box<str>,
}

/// Rows that became no cell, so that every row is in a sum (cli, Machine output).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct RowTally {
    /// Score records with a value inside the selection.
    pub rows: u64,
    /// Zeros added for students without a row.
    pub absent: u64,
    /// All but one of equal duplicates, and repeats settled by the repeat rule.
    pub merged: u64,
    /// Rows ignored by an alias or rule of the user.
    pub ignored: u64,
}

/// One course's part of a plan; also the rows of one course id that is not identified.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CoursePart {
    /// The Canvas course; `None` if the id is not identified.
    pub course: Option<PlannedCourse>,
    /// The course id as sent; of the first column where several name one course.
    pub sent_id: Arc<str>,
    /// The columns.
    pub columns: Vec<PlannedColumn>,
    /// The people.
    pub students: Vec<PlannedStudent>,
    /// The cells, ordered by column, then student.
    #[serde(deserialize_with = "sharing_bases")]
    pub cells: Vec<Cell>,
    /// What there is to say about this course.
    pub findings: Vec<Finding>,
    /// Its rows.
    pub tally: RowTally,
}

impl CoursePart {
    /// The column of a cell.
    pub fn column(&self, cell: &Cell) -> &PlannedColumn {
        &self.columns[cell.column.as_usize()]
    }

    /// The person of a cell.
    pub fn student(&self, cell: &Cell) -> &PlannedStudent {
        &self.students[cell.student.as_usize()]
    }

    /// The cell at this place.
    pub fn cell(&self, index: CellIndex) -> &Cell {
        &self.cells[index.as_usize()]
    }

    /// The cells a push sends, with their places.
    pub fn writes(&self) -> impl Iterator<Item = (CellIndex, &Cell)> {
        CellIndex::all().zip(&self.cells).filter(|(_, cell)| cell.class.is_write())
    }
}
