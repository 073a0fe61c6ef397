//! Plans one course: from its rows, what Canvas holds, and the journal, to cells. Pure.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::sync::Arc;

use jiff::Timestamp;
use jiff::tz::TimeZone;

use super::absent::{RowsAbout, add_absent};
use super::cell::{CellMaker, Made, course_blocks, row_cell};
use super::checks::check_columns;
use super::collector::{FindingCollector, Subject, Touched};
use super::columns::{Existing, Placed, hold_duplicate_columns, place};
use super::facts::CourseFacts;
use super::groups::hold_groups;
use super::near_names::hold_near_columns;
use super::rows::{Settled, settle};
use super::unneeded::{leave_out, unneeded_columns};
use crate::domain::{
    AssignmentId, Binding, Cell, CellClass, ColumnIndex, ColumnKey, ColumnTarget, CommentOutcome, CourseId, CoursePart,
    Directory, Finding, FindingCode, LastPushed, Ownership, PlanOptions, PlannedColumn, PlannedStudent, RepeatRule,
    RowTally, Score, SentUserIndex, Severity, StudentIndex, UserId,
};
use crate::engine::Selected;
use crate::engine::resolve::{ColumnRows, CourseRows, People};
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
    pub(super) people: &'a People<'a>,
    /// The cache.
    pub(super) directory: &'a Directory,
    pub(super) repeat: RepeatRule,
    /// The connector's zone; the course's own if `None`.
    pub(super) zone: Option<&'a TimeZone>,
    /// What time it is.
    pub(super) now: Timestamp,
    /// Whom the rows of each column may be about; empty unless absent students get zeros.
    pub(super) about: &'a RowsAbout<'a>,
    /// The columns and people that were chosen, where not all of the courses' are.
    pub(super) chosen: Option<&'a Selected>,
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
        schemes: &facts.schemes,
        now: inputs.now,
    };
    let place_column = |rows: &ColumnRows<'_>| {
        let placed = place(rows.column, &existing, inputs.options);
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
    let Filled { cells, tally, reasons, other_names } =
        placing.fill(inputs, |column, student, settled| maker.make(column, student, settled));
    let mut students = students;
    for (student, name) in other_names {
        students[student.as_usize()].sent_name = Some(name);
    }
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
        let findings = add_absent(&mut part, facts, inputs.about, |part, column, user| {
            let students = &part.students;
            let maker = CellMaker { facts, memory, inputs, placed: &placed, students, course_blocks: &blocks };
            maker.make_absent(column, user)
        });
        for finding in findings {
            collector.add(finding);
        }
    }
    if facts.course.workflow_state == "unpublished" {
        let message = "the course is not published: students see nothing of it yet";
        collector.add(Finding::new(FindingCode::CourseUnpublished, message).touching(part.writes().count()));
    }
    hold_groups(&mut part, &facts.membership, |finding| collector.add(finding));
    let name_taken =
        memory.name_taken_severity(inputs.options.accepts(FindingCode::AssignmentNameTaken, Some(facts.course.id)));
    let unneeded = unneeded_columns(&part);
    for (index, _) in &unneeded {
        placed[index.as_usize()].remarks.clear();
    }
    note_columns(&mut collector, &part, &placed, name_taken);
    note_equal_titles(&mut collector, &part, &placed);
    note_cells(&mut collector, &part, &reasons);
    check_columns(&mut collector, &part, inputs.options);
    leave_out(&mut part, &unneeded);
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
    let nowhere = |ColumnRows { column, .. }: &ColumnRows<'_>| {
        let title = column.item.as_ref().map(|(item, _)| item.title.to_string()).filter(|title| !title.is_empty());
        Placed {
            column: PlannedColumn {
                key: column.key.clone(),
                item: column.item.as_ref().map(|(item, _)| item.clone()),
                title: title.unwrap_or_else(|| column.key.assignment.to_string()),
                sheet_possible: column.item.as_ref().and_then(|(item, _)| item.possible().ok().flatten()),
                exactness: column.exactness,
                target: ColumnTarget::Nowhere(code),
                found_by: "–".to_owned(),
            },
            score_type: crate::domain::ScoreType::Points,
            scheme: None,
            blocks: Vec::new(),
            remarks: Vec::new(),
        }
    };
    let placed: Vec<Placed> = rows.columns.iter().map(nowhere).collect();
    let students = inputs.people.of_rows(rows);
    let course_id = course.as_ref().map(|course| course.id);
    let placing = Placing { rows, placed: &placed, students: &students, course: course_id, zone };
    let Filled { cells, tally, reasons, .. } =
        placing.fill(inputs, |column, student, settled| row_cell((column, student), settled, why));
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
    note_cells(&mut collector, &part, &reasons);
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

/// Why a further code stands against a cell, which keeps the reason of the decisive one.
type Reasons = HashMap<(FindingCode, ColumnIndex, StudentIndex), String>;

/// The cells of a course's rows, and what is said of them.
struct Filled {
    /// Ordered by column, then student.
    cells: Vec<Cell>,
    tally: RowTally,
    reasons: Reasons,
    /// Names in rows that are not the person's.
    other_names: Vec<(StudentIndex, String)>,
}

impl<'rows> Placing<'_, 'rows> {
    /// Groups the rows by place and student, settles repeats, and makes the cells.
    fn fill(
        &self,
        inputs: &PlanInputs<'_>,
        mut make: impl FnMut(ColumnIndex, StudentIndex, &Settled<'rows>) -> Made,
    ) -> Filled {
        let Self { rows, placed, students, course, zone } = self;
        let people = inputs.people;
        let rows_of = |student| Some((people.place_of(student)?, people.stands_for_disagreement(student)));
        let index: HashMap<(SentUserIndex, bool), StudentIndex> =
            students.iter().zip(StudentIndex::all()).filter_map(|(one, place)| Some((rows_of(one)?, place))).collect();
        // Rows of two ids of one person meet under the first, except those of an id that may be somebody else's.
        let certain = |student: &PlannedStudent| {
            let doubt = people.problem(student).filter(|(code, _)| !inputs.options.accepts(*code, *course));
            student.user.filter(|_| doubt.is_none())
        };
        let certain: Vec<Option<UserId>> = students.iter().map(certain).collect();
        let mut first_of: HashMap<UserId, StudentIndex> = HashMap::new();
        let mut groups: BTreeMap<(Place, StudentIndex), Vec<(ColumnIndex, &'rows Score)>> = BTreeMap::new();
        let mut tally = RowTally { rows: rows.ignored, ignored: rows.ignored, ..RowTally::default() };
        for (column, rows) in ColumnIndex::all().zip(&rows.columns) {
            let place = placed[column.as_usize()]
                .column
                .assignment()
                .map_or(Place::Column(column), |one| Place::Assignment(one.id));
            for score in rows.scores() {
                tally.rows += 1;
                let student = index[&(score.user, people.disagrees(score))];
                let user = certain[student.as_usize()];
                let student = user.map_or(student, |user| *first_of.entry(user).or_insert(student));
                groups.entry((place, student)).or_default().push((column, score));
            }
        }
        let mut cells = Vec::with_capacity(groups.len());
        let (mut reasons, mut other_names) = (Reasons::new(), Vec::new());
        let worth = |column: ColumnIndex, score| placed[column.as_usize()].worth(score, inputs.options);
        for scores in groups.into_values() {
            // Shown under the id that its first row has.
            let student = index[&(scores[0].1.user, people.disagrees(scores[0].1))];
            let settled = settle(&scores, inputs.repeat, zone, worth);
            tally.merged += (scores.len() - settled.len()) as u64;
            for (column, settled) in &settled {
                let Made { cell, further, other_name } = make(*column, student, settled);
                cells.push(cell);
                reasons.extend(further.into_iter().map(|(code, reason)| ((code, *column, student), reason)));
                other_names.extend(other_name.map(|name| (student, name)));
            }
        }
        cells.sort_by_key(|cell| (cell.column, cell.student));
        Filled { cells, tally, reasons, other_names }
    }
}

/// What holds for whole columns, once each. Of a column that exists, only what would change is worth a word.
fn note_columns(collector: &mut FindingCollector, part: &CoursePart, placed: &[Placed], name_taken: Severity) {
    for (column, placed) in ColumnIndex::all().zip(placed) {
        let assignment = placed.column.assignment().map(|assignment| assignment.id);
        let would_change = |cell: &&Cell| cell.class.is_write() || cell.class == CellClass::Conflict;
        let cells = part.cells.iter().filter(|cell| cell.column == column);
        let cells = cells.filter(|cell| assignment.is_none() || would_change(cell)).count() as u64;
        if assignment.is_some() && cells == 0 {
            continue;
        }
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
fn note_cells(collector: &mut FindingCollector, part: &CoursePart, reasons: &Reasons) {
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
                    | FindingCode::NameDiffers
                    | FindingCode::NotEnrolled
                    | FindingCode::EnrollmentConcluded
                    | FindingCode::EnrollmentInactive
            );
            let of_course = matches!(code, FindingCode::CourseConcluded | FindingCode::CourseLooksWrong);
            let of_column = code.class().is_none()
                && !matches!(code, FindingCode::OverPossible | FindingCode::NameDiffers)
                || *code == FindingCode::ExcuseNotAllowed
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
            let own = reasons.get(&(*code, cell.column, cell.student)).map(String::as_str);
            let reason = remark(*code).or(own).unwrap_or(&cell.reason);
            let is_said_alone = of_student || of_course;
            collector.note(subject, touched, || {
                if is_said_alone { reason.to_owned() } else { format!("{}: {reason}", column.title) }
            });
        }
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
        FindingCode::ExcuseNotAllowed => {
            Some("the sheet excuses students, which stays with people unless it is allowed")
        }
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
        FindingCode::NameDiffers => {
            Some("the name in the row has nothing in common with that of the person whom its id names")
        }
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
