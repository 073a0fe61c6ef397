//! Plans one course: from its rows, what Canvas holds, and the journal, to cells. Pure.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::sync::Arc;

use jiff::Timestamp;
use jiff::tz::TimeZone;

use super::absent::add_absent;
use super::cell::{CellMaker, course_blocks, row_cell};
use super::checks::check_columns;
use super::collector::{FindingCollector, Subject, Touched};
use super::columns::{Existing, Placed, hold_duplicate_columns, place};
use super::facts::CourseFacts;
use super::groups::hold_groups;
use super::near_names::hold_near_columns;
use super::rows::{Settled, settle};
use crate::domain::{
    AssignmentId, Binding, Cell, CellClass, Column, ColumnIndex, ColumnKey, ColumnTarget, CommentOutcome, CourseId,
    CoursePart, Directory, Finding, FindingCode, LastPushed, Ownership, PlanOptions, PlannedColumn, PlannedStudent,
    RepeatRule, RowTally, Score, Severity, StudentIndex, UserId,
};
use crate::engine::resolve::{CourseRows, People};
use crate::store::CreationInDoubt;

/// What the journal and the map know of a course.
#[derive(Default)]
pub(super) struct CourseHistory {
    /// Who was in the course at the last sync.
    pub(super) enrolled_by_cache: HashSet<UserId>,
    /// What this tool last pushed into a cell.
    pub(super) pushed: HashMap<(AssignmentId, UserId), LastPushed>,
    /// Cells that an earlier job may still write.
    pub(super) outstanding: HashSet<(CourseId, AssignmentId, UserId)>,
    /// What became of comments: assignment, student, digest of the text.
    pub(super) comments: HashMap<(AssignmentId, UserId, String), CommentOutcome>,
    /// The assignment map.
    pub(super) bindings: HashMap<ColumnKey, Binding>,
    /// New columns of earlier runs whose reply was lost.
    pub(super) in_doubt: Vec<CreationInDoubt>,
}

impl CourseHistory {
    /// How much a second column of one name weighs: in a course that this store has never written to, somebody has to
    /// look first (findings, `assignment-name-taken`).
    fn name_taken_severity(&self, is_accepted: bool) -> Severity {
        let wrote_here = !self.pushed.is_empty() || self.bindings.values().any(|one| one.created_by_run.is_some());
        if wrote_here || is_accepted { Severity::Warning } else { Severity::Plan }
    }
}

/// What holds for every course of the plan.
pub(super) struct PlanInputs<'a> {
    pub(super) options: &'a PlanOptions,
    pub(super) ownership: &'a Ownership,
    pub(super) people: &'a People,
    /// The cache.
    pub(super) directory: &'a Directory,
    pub(super) repeat: RepeatRule,
    /// The connector's zone; the course's own if `None`.
    pub(super) zone: Option<&'a TimeZone>,
    /// What time it is.
    pub(super) now: Timestamp,
}

/// Where one student's rows of one column go: several of the sender's columns may lead to one assignment.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Place {
    Assignment(AssignmentId),
    Column(ColumnIndex),
}

/// Plans a course that was read.
pub(super) fn plan_course(
    rows: &CourseRows<'_>,
    facts: &CourseFacts,
    memory: &CourseHistory,
    inputs: &PlanInputs<'_>,
) -> CoursePart {
    let course_zone = facts.course.time_zone.as_deref().and_then(|name| TimeZone::get(name).ok());
    let zone = &inputs.zone.cloned().or(course_zone).unwrap_or(TimeZone::UTC);
    let students = inputs.people.of_rows(rows);
    let blocks = course_blocks(facts, &students, inputs.options);
    let existing = Existing {
        course: facts.course.id,
        assignments: &facts.assignments,
        bindings: &memory.bindings,
        zone,
        room: &facts.room,
        in_doubt: &memory.in_doubt,
        now: inputs.now,
    };
    let place_column = |(column, _): &(&Column, Vec<&Score>)| {
        let placed = place(column, &existing, inputs.options);
        match blocks.first() {
            // Nothing is created in a course that must not be written to.
            Some((code, _)) if matches!(placed.column.target, ColumnTarget::Create(_)) => placed.nowhere(*code),
            _ => placed,
        }
    };
    let mut placed: Vec<Placed> = rows.columns.iter().map(place_column).collect();
    hold_duplicate_columns(&mut placed);
    hold_near_columns(&mut placed, inputs.options);
    let mut collector = FindingCollector::new(Some(facts.course.id));
    let maker = CellMaker { facts, memory, inputs, placed: &placed, students: &students, course_blocks: &blocks };
    let placing = Placing { rows, placed: &placed, students: &students, course: Some(facts.course.id), zone };
    let (cells, tally) = placing.fill(inputs, |column, student, settled| maker.make(column, student, settled));
    let mut part = CoursePart {
        course: Some(facts.course.clone()),
        sent_id: rows.sent_id.clone(),
        columns: placed.iter().map(|placed| placed.column.clone()).collect(),
        students,
        cells,
        findings: Vec::new(),
        tally,
    };
    if inputs.options.absent_zero {
        add_absent(&mut part, facts, |part, column, user| {
            let students = &part.students;
            let maker = CellMaker { facts, memory, inputs, placed: &placed, students, course_blocks: &blocks };
            maker.make_absent(column, user)
        });
    }
    if facts.course.workflow_state == "unpublished" {
        let message = "the course is not published: students see nothing of it yet";
        collector.add(Finding::new(FindingCode::CourseUnpublished, message).touching(part.writes().count()));
    }
    hold_groups(&mut part, &facts.membership, |finding| collector.add(finding));
    let name_taken =
        memory.name_taken_severity(inputs.options.accepts(FindingCode::AssignmentNameTaken, Some(facts.course.id)));
    note_columns(&mut collector, &part, &placed, name_taken);
    note_equal_titles(&mut collector, &part, &placed);
    note_cells(&mut collector, &part);
    warn_of_absent(&mut collector, &part);
    check_columns(&mut collector, &part, inputs.options);
    part.findings = collector.into_findings();
    part
}

/// Why a course is planned without having been read.
#[derive(Debug, Clone, Copy)]
pub(super) struct Unread<'a> {
    pub(super) code: FindingCode,
    pub(super) reason: &'a str,
}

/// Plans the rows of a course that is not identified, or that Canvas would not let us read.
pub(super) fn plan_without_canvas(
    rows: &CourseRows<'_>,
    course: Option<crate::domain::PlannedCourse>,
    why: Unread<'_>,
    inputs: &PlanInputs<'_>,
) -> CoursePart {
    let Unread { code, reason } = why;
    let zone = &inputs.zone.cloned().unwrap_or(TimeZone::UTC);
    let nowhere = |(column, _): &(&Column, Vec<&Score>)| {
        let title = column.item.as_ref().map(|(item, _)| item.title.to_string()).filter(|title| !title.is_empty());
        Placed {
            column: PlannedColumn {
                key: column.key.clone(),
                item: column.item.as_ref().map(|(item, _)| item.clone()),
                title: title.unwrap_or_else(|| column.key.assignment.to_string()),
                sheet_possible: column.item.as_ref().and_then(|(item, _)| item.possible().ok().flatten()),
                target: ColumnTarget::Nowhere(code),
                found_by: "–".to_owned(),
            },
            score_type: crate::domain::ScoreType::Points,
            blocks: Vec::new(),
            remarks: Vec::new(),
        }
    };
    let placed: Vec<Placed> = rows.columns.iter().map(nowhere).collect();
    let students = inputs.people.of_rows(rows);
    let course_id = course.as_ref().map(|course| course.id);
    let placing = Placing { rows, placed: &placed, students: &students, course: course_id, zone };
    let (cells, tally) = placing.fill(inputs, |column, student, settled| row_cell((column, student), settled, why));
    let mut part = CoursePart {
        course,
        sent_id: rows.sent_id.clone(),
        columns: placed.iter().map(|placed| placed.column.clone()).collect(),
        students,
        cells,
        findings: Vec::new(),
        tally,
    };
    let mut collector = FindingCollector::new(course_id);
    let sources: Vec<_> = part.cells.iter().flat_map(|cell| cell.sources.iter().copied()).collect();
    let subject = Subject { code, column: None, assignment: None, student: None };
    let touched = Touched { user: None, sources: &sources, cells: part.cells.len() as u64 };
    collector.note(subject, touched, || format!("{}: {reason}", rows.sent_id));
    note_cells(&mut collector, &part);
    part.findings = collector.into_findings();
    part
}

/// The rows of a course id that a person decided to leave out.
pub(super) fn ignored_part(sent_id: &Arc<str>, rows: u64) -> CoursePart {
    CoursePart {
        course: None,
        sent_id: sent_id.clone(),
        columns: Vec::new(),
        students: Vec::new(),
        cells: Vec::new(),
        findings: Vec::new(),
        tally: RowTally { rows, ignored: rows, ..RowTally::default() },
    }
}

/// The rows of a course, and where each of them goes.
struct Placing<'a, 'rows> {
    rows: &'a CourseRows<'rows>,
    /// For each column of the rows.
    placed: &'a [Placed],
    students: &'a [PlannedStudent],
    course: Option<CourseId>,
    zone: &'a TimeZone,
}

impl<'rows> Placing<'_, 'rows> {
    /// Groups the rows by place and student, settles repeats, and makes the cells, ordered by column, then student.
    fn fill(
        &self,
        inputs: &PlanInputs<'_>,
        mut make: impl FnMut(ColumnIndex, StudentIndex, &Settled<'rows>) -> Cell,
    ) -> (Vec<Cell>, RowTally) {
        let Self { rows, placed, students, course, zone } = self;
        let people = inputs.people;
        let index: HashMap<(&str, bool), StudentIndex> = students
            .iter()
            .map(|student| (student.sent_id.as_ref(), people.stands_for_disagreement(student)))
            .zip(StudentIndex::all())
            .collect();
        // Two ids of one person are one student: rows meet under the first of them, except those of an id that may be
        // somebody else's.
        let mut first_of: HashMap<UserId, StudentIndex> = HashMap::new();
        let mut groups: BTreeMap<(Place, StudentIndex), Vec<(ColumnIndex, &'rows Score)>> = BTreeMap::new();
        let mut tally = RowTally { rows: rows.ignored, ignored: rows.ignored, ..RowTally::default() };
        for (column, (_, scores)) in ColumnIndex::all().zip(&rows.columns) {
            let place = placed[column.as_usize()]
                .column
                .assignment()
                .map_or(Place::Column(column), |one| Place::Assignment(one.id));
            for score in scores {
                tally.rows += 1;
                let student = index[&(score.user_id.as_ref(), people.disagrees(score))];
                let person = &students[student.as_usize()];
                let doubt = people.problem(person).filter(|(code, _)| !inputs.options.accepts(*code, *course));
                let user = person.user.filter(|_| doubt.is_none());
                let student = user.map_or(student, |user| *first_of.entry(user).or_insert(student));
                groups.entry((place, student)).or_default().push((column, score));
            }
        }
        let mut cells = Vec::with_capacity(groups.len());
        let worth = |column: ColumnIndex, score| placed[column.as_usize()].worth(score, inputs.options);
        for ((_, student), scores) in groups {
            let settled = settle(&scores, inputs.repeat, zone, worth);
            tally.merged += (scores.len() - settled.len()) as u64;
            cells.extend(settled.iter().map(|(column, settled)| make(*column, student, settled)));
        }
        cells.sort_by_key(|cell| (cell.column, cell.student));
        (cells, tally)
    }
}

/// What holds for whole columns, once each.
fn note_columns(collector: &mut FindingCollector, part: &CoursePart, placed: &[Placed], name_taken: Severity) {
    for (column, placed) in ColumnIndex::all().zip(placed) {
        let cells = part.cells.iter().filter(|cell| cell.column == column).count() as u64;
        let assignment = placed.column.assignment().map(|assignment| assignment.id);
        for (code, message) in &placed.remarks {
            let subject = Subject { code: *code, column: Some(column), assignment, student: None };
            let touched = Touched { user: None, sources: &[], cells };
            let finding = collector.note(subject, touched, || format!("{}: {message}", placed.column.title));
            if *code == FindingCode::AssignmentNameTaken {
                finding.severity = name_taken;
            }
        }
    }
}

/// Says of each new column whose title an earlier new one has that Canvas would show two of one name.
fn note_equal_titles(collector: &mut FindingCollector, part: &CoursePart, placed: &[Placed]) {
    let mut titles: HashSet<&str> = HashSet::new();
    for (index, placed) in ColumnIndex::all().zip(placed) {
        let ColumnTarget::Create(column) = &placed.column.target else { continue };
        let is_noted = placed.remarks.iter().any(|(code, _)| *code == FindingCode::AssignmentNameTaken);
        if !titles.insert(&column.name) && !is_noted {
            let cells = part.cells.iter().filter(|cell| cell.column == index).count();
            let message =
                format!("{}: another new column of the sheet has this title; two would be created", column.name);
            collector.add(Finding::new(FindingCode::AssignmentNameTaken, message).touching(cells));
        }
    }
}

/// One finding per cell for conflicts and values, per student for identity and enrollment, per column for the rest.
fn note_cells(collector: &mut FindingCollector, part: &CoursePart) {
    for cell in &part.cells {
        let student = part.student(cell);
        let column = part.column(cell);
        let assignment = column.assignment().map(|assignment| assignment.id);
        for code in &cell.codes {
            let whole_course = matches!(
                code,
                FindingCode::CourseUnresolved
                    | FindingCode::CourseAmbiguous
                    | FindingCode::CourseCrossListed
                    | FindingCode::CourseUnreadable
            );
            // Both are said once, elsewhere.
            if whole_course || *code == FindingCode::GroupAssignment {
                continue;
            }
            let of_student = matches!(
                code,
                FindingCode::UserUnresolved
                    | FindingCode::UserAmbiguous
                    | FindingCode::IdentityMoved
                    | FindingCode::IdsDisagree
                    | FindingCode::UserMerged
                    | FindingCode::NotEnrolled
                    | FindingCode::EnrollmentConcluded
                    | FindingCode::EnrollmentInactive
            );
            let of_course = matches!(code, FindingCode::CourseConcluded | FindingCode::CourseLooksWrong);
            let of_column = code.class().is_none() && *code != FindingCode::OverPossible
                || placed_block(*code)
                || column.target == ColumnTarget::Nowhere(*code);
            let subject = Subject {
                code: *code,
                column: (!of_student && !of_course).then_some(cell.column),
                assignment: assignment.filter(|_| !of_student && !of_course),
                student: (!of_course && !of_column).then_some(cell.student),
            };
            let user = student.user.filter(|_| subject.student.is_some());
            let touched = Touched { user, sources: &cell.sources, cells: 1 };
            collector.note(subject, touched, || match (remark(*code), of_student || of_course) {
                (Some(text), true) => text.to_owned(),
                (Some(text), false) => format!("{}: {text}", column.title),
                (None, true) => cell.reason.to_string(),
                (None, false) => format!("{}: {}", column.title, cell.reason),
            });
        }
    }
}

/// Warns that `--absent zero` may give zeros to students who have a row: a row whose person was not identified does not
/// count as theirs.
fn warn_of_absent(collector: &mut FindingCollector, part: &CoursePart) {
    let unresolved = part.cells.iter().filter(|cell| cell.class == CellClass::Unresolved).count();
    if unresolved == 0 {
        return;
    }
    for finding in collector.of_code(FindingCode::AbsentZero) {
        finding.severity = Severity::Warning;
        finding.message = format!("{}; unresolved rows that may be theirs: {unresolved}", finding.message);
    }
}

/// What a code says that did not decide about its cell; the others say why they did.
fn remark(code: FindingCode) -> Option<&'static str> {
    match code {
        FindingCode::UserMerged => Some("merged into somebody else since the sync"),
        FindingCode::AutomaticZero => {
            Some("the course's missing policy put a score there, in nobody's name: counted as blank")
        }
        FindingCode::RevealsHiddenGrade => Some("a teacher has hidden this grade; writing shows it to the student"),
        FindingCode::OverPossible => Some("above the points possible"),
        FindingCode::EnrollmentInactive => Some("inactive in this course; Canvas accepts the grade"),
        FindingCode::LatePolicyApplies => Some("Canvas deducts for lateness; compared on the entered score"),
        FindingCode::SubmissionWaiting => Some("a submitted attempt is waiting for a grade"),
        FindingCode::DuplicateEqual => Some("the same value stands more than once"),
        FindingCode::RepeatSettled => Some("another value was dropped by the repeat rule"),
        FindingCode::RepeatSummed => Some("the values of several rows were added up"),
        FindingCode::CommentDropped => Some("rows of one value have different comments; only one of them is sent"),
        FindingCode::CommentShownAsHtml => {
            Some("Canvas takes part of a comment for HTML, and shows the comment without it in places")
        }
        FindingCode::CommentUnknown => Some("a comment was sent, and nobody saw whether it arrived; not sent again"),
        FindingCode::AbsentZero => Some("zeros for assigned students without a row"),
        _ => None,
    }
}

/// Codes that block a whole column.
fn placed_block(code: FindingCode) -> bool {
    matches!(
        code,
        FindingCode::ItemMissing
            | FindingCode::ItemContradicted
            | FindingCode::AssignmentUntitled
            | FindingCode::AssignmentAmbiguous
            | FindingCode::AssignmentNameNear
            | FindingCode::AssignmentGone
            | FindingCode::AssignmentMoved
            | FindingCode::AssignmentUnpublished
            | FindingCode::AssignmentModerated
            | FindingCode::AssignmentAnonymous
            | FindingCode::AssignmentCheckpointed
            | FindingCode::AssignmentNotGraded
            | FindingCode::AssignmentQuiz
            | FindingCode::AssignmentExternalTool
            | FindingCode::ClosedGradingPeriod
    )
}
