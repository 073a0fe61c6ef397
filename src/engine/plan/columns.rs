//! Where each column of the sheet goes: to a mapped assignment, to one of its name, or to a new one.

use std::collections::HashMap;
use std::sync::Arc;

use jiff::Timestamp;
use jiff::tz::TimeZone;

use super::near_names::{near_name, title_of_another};
use super::new_column::{NoNewColumn, new_column, nowhere};
use super::schemes::{Schemes, is_lettered};
use super::untitled::binding_of_file;
use crate::canvas::{Assignment, AssignmentGroup, GradingPeriod};
use crate::domain::{
    AssignmentKey, Binding, Column, ColumnKey, ColumnScale, ColumnTarget, ComparableValue, CourseId, Exactness,
    FindingCode, GradingScheme, GradingType, NewColumn, PlanOptions, PlannedColumn, Points, ScorableItem, Score,
    ScoreType, Wanted,
};
use crate::engine::journal::may_exist;
use crate::engine::live::planned_assignment;
use crate::store::CreationInDoubt;

/// What the sheet's columns are matched against.
pub(super) struct Existing<'a> {
    pub(super) course: CourseId,
    pub(super) assignments: &'a [Assignment],
    /// By the sender's key.
    pub(super) bindings: &'a HashMap<ColumnKey, Binding>,
    /// For dates without a zone.
    pub(super) zone: &'a TimeZone,
    /// What a new column meets there.
    pub(super) room: &'a CreationLimits,
    /// New columns of earlier runs whose reply was lost.
    pub(super) in_doubt: &'a [CreationInDoubt],
    /// The grading schemes of letter and GPA columns.
    pub(super) schemes: &'a Schemes,
    /// What time it is.
    pub(super) now: Timestamp,
}

/// What a course has in store for a new column. It is read only where there is one.
#[derive(Debug, Clone, Default)]
pub(super) struct CreationLimits {
    /// The token may not create assignments.
    pub(super) is_forbidden: bool,
    /// The groups of the course's columns.
    pub(super) groups: Vec<AssignmentGroup>,
    /// Grading periods that are closed, where that counts.
    pub(super) closed: Vec<GradingPeriod>,
    /// Students whose course total a new column changes.
    pub(super) active_students: u64,
}

impl CreationLimits {
    fn is_closed_at(&self, due: Timestamp) -> bool {
        let holds = |period: &GradingPeriod| {
            period.start_date.is_none_or(|start| start <= due) && period.end_date.is_none_or(|end| due <= end)
        };
        self.closed.iter().any(holds)
    }
}

/// A column with everything that concerns all of its cells.
pub(super) struct Placed {
    pub(super) column: PlannedColumn,
    /// How the sender counts.
    pub(super) score_type: ScoreType,
    /// The words of a letter or GPA column, as far as they are known.
    pub(super) scheme: Option<Arc<GradingScheme>>,
    /// Why none of its cells can be written, most important first, each with a line that says so.
    pub(super) blocks: Vec<(FindingCode, String)>,
    /// What else there is to say.
    pub(super) remarks: Vec<(FindingCode, String)>,
}

impl Placed {
    /// Nothing of it is written for this reason.
    pub(super) fn hold(&mut self, code: FindingCode, why: String) {
        self.blocks.push((code, why));
        self.remarks.clear();
        self.column.target = ColumnTarget::Nowhere(code);
        "–".clone_into(&mut self.column.found_by);
    }

    /// The same column, going nowhere for this reason.
    pub(super) fn nowhere(self, code: FindingCode) -> Self {
        let column = PlannedColumn { target: ColumnTarget::Nowhere(code), found_by: "–".to_owned(), ..self.column };
        Self { column, remarks: Vec::new(), ..self }
    }

    /// How its values are written; `None` where nothing is.
    pub(super) fn scale(&self, options: &PlanOptions) -> Option<ColumnScale<'_>> {
        Some(ColumnScale { scheme: self.scheme.as_deref(), ..self.scale_of(self.score_type, options)? })
    }

    /// How the zero of an absent student is written: it is a number whatever the sheet counts in.
    pub(super) fn scale_of_zero(&self, options: &PlanOptions) -> Option<ColumnScale<'_>> {
        self.scale_of(ScoreType::Points, options)
    }

    fn scale_of(&self, score_type: ScoreType, options: &PlanOptions) -> Option<ColumnScale<'_>> {
        let (grading_type, points_possible) = match &self.column.target {
            ColumnTarget::Existing(assignment) => (assignment.grading_type, assignment.points_possible),
            ColumnTarget::Create(column) => (column.grading_type, Some(column.points_possible)),
            ColumnTarget::Nowhere(_) => return None,
        };
        Some(ColumnScale {
            score_type,
            sheet_possible: self.column.sheet_possible,
            grading_type,
            points_possible,
            scale: options.scale,
            scheme: None,
            exactness: self.column.exactness,
        })
    }

    /// What a row of this column comes to in Canvas: columns that count differently may lead to one assignment.
    pub(super) fn worth<'a>(&self, score: &'a Score, options: &PlanOptions) -> ComparableValue<'a> {
        let Some(scale) = self.scale(options) else { return ComparableValue::received(score) };
        match scale.normalise(&score.received).map(|value| value.wanted) {
            Ok(Wanted::Score(points)) => ComparableValue::Number(points),
            Ok(Wanted::Complete(complete)) => ComparableValue::Number(Points::whole(i32::from(complete))),
            Ok(Wanted::Excused) => ComparableValue::Text("EX"),
            Ok(Wanted::Cleared) | Err(_) => ComparableValue::Text(&score.received),
        }
    }
}

/// Places one column (`tegrity-connector §3`, rules 3 to 7 and 11).
pub(super) fn place(sent: &Column, existing: &Existing<'_>, options: &PlanOptions) -> Placed {
    let item = sent.item.as_ref().map(|(item, _)| item);
    let title = item.map(|item| item.title.to_string()).filter(|title| !title.is_empty());
    let title = title.unwrap_or_else(|| sent.key.assignment.to_string());
    let (target, found_by) = find(sent, item, existing, options);
    let sheet_possible = item.and_then(|item| item.possible().ok().flatten());
    let mut placed = Placed {
        column: PlannedColumn {
            key: sent.key.clone(),
            title,
            item: item.cloned(),
            sheet_possible,
            exactness: sent.exactness,
            target: ColumnTarget::Nowhere(FindingCode::ItemMissing),
            found_by: found_by.to_owned(),
        },
        score_type: item.map_or(ScoreType::Points, |item| item.score_type),
        scheme: None,
        blocks: Vec::new(),
        remarks: Vec::new(),
    };
    match target {
        Target::Assignment(assignment) => {
            placed.scheme = existing.schemes.of(assignment);
            // An export rounds the points possible, too.
            let is_export = sent.exactness == Exactness::CanvasGradebook;
            if is_export && assignment.points_possible.map(Points::in_gradebook) == sheet_possible {
                placed.column.sheet_possible = assignment.points_possible;
            }
            existing_remarks(assignment, options, &mut placed);
            if found_by == PlannedColumn::BY_CANVAS_ID {
                let why = title_of_another(sent, &placed.column.title, assignment, existing.assignments);
                placed.remarks.extend(why.map(|why| (FindingCode::TitleOfAnother, why)));
            }
            placed.column.target = ColumnTarget::Existing(planned_assignment(assignment));
        }
        Target::New(column) => {
            if existing.assignments.iter().any(|assignment| assignment.name == column.name) {
                let message =
                    "the course already has an assignment of this name; a second one would be created".to_owned();
                placed.remarks.push((FindingCode::AssignmentNameTaken, message));
            }
            if column.post_manually {
                placed.remarks.push((FindingCode::HiddenUntilPosted, "grades stay hidden until posted".to_owned()));
            }
            if !column.omit_from_final_grade && !column.points_possible.is_zero() {
                let students = existing.room.active_students;
                let message = format!(
                    "the new column counts towards the course total of {students} {}",
                    if students == 1 { "student" } else { "students" }
                );
                placed.remarks.push((FindingCode::ChangesCourseTotal, message));
            }
            placed.column.target = ColumnTarget::Create(column);
        }
        Target::Nowhere(code, why) => {
            placed.blocks.push((code, why));
            placed.column.target = ColumnTarget::Nowhere(code);
        }
    }
    placed
}

/// Holds back the second of two new columns that are one assignment of the sender's, sent under two ids of one course:
/// both would be created, under one name.
pub(super) fn hold_duplicate_columns(placed: &mut [Placed]) {
    let mut first: HashMap<ColumnKey, Arc<str>> = HashMap::new();
    for placed in placed {
        let course_id = placed.column.key.course_id.clone();
        let of_any_course = ColumnKey { course_id: "".into(), ..placed.column.key.clone() };
        if !matches!(placed.column.target, ColumnTarget::Create(_)) {
            continue;
        }
        let Some(earlier) = first.get(&of_any_course) else {
            first.insert(of_any_course, course_id);
            continue;
        };
        let why = format!(
            "`{earlier}` and `{course_id}` are one course, and each would create it: push the first, bind the second to \
             what it created with `gradepush map bind`, and plan again"
        );
        placed.hold(FindingCode::AssignmentAmbiguous, why);
    }
}

enum Target<'a> {
    Assignment(&'a Assignment),
    New(NewColumn),
    Nowhere(FindingCode, String),
}

fn find<'a>(
    sent: &Column,
    item: Option<&ScorableItem>,
    existing: &Existing<'a>,
    options: &PlanOptions,
) -> (Target<'a>, &'static str) {
    let binding = match &sent.key.assignment {
        AssignmentKey::Untitled(column) => match binding_of_file(sent, column, existing.bindings) {
            Ok(binding) => Some(binding),
            Err(why) => return (Target::Nowhere(FindingCode::AssignmentUntitled, why), "–"),
        },
        _ => existing.bindings.get(&sent.key),
    };
    if sent.contradicted.is_some() {
        let why = "records of it give it different titles, points possible or ids in Canvas".to_owned();
        return (Target::Nowhere(FindingCode::ItemContradicted, why), "–");
    }
    if let Some(binding) = binding {
        return (mapped(binding, existing), "assignment map");
    }
    // Whatever it is called: the id is Canvas's own (`canvas-contract §J2`).
    if let Some(id) = sent.canvas
        && let Some(assignment) = existing.assignments.iter().find(|assignment| assignment.id == id)
    {
        return (Target::Assignment(assignment), PlannedColumn::BY_CANVAS_ID);
    }
    let Some(item) = item else {
        return (Target::Nowhere(FindingCode::ItemMissing, "the sheet has scores for it, but no item".to_owned()), "–");
    };
    if let Some(why) = lost(sent, existing) {
        return (Target::Nowhere(FindingCode::JobOutstanding, why), "–");
    }
    if options.use_existing && !item.title.is_empty() {
        let mut same_name = existing.assignments.iter().filter(|assignment| *assignment.name == *item.title);
        match (same_name.next(), same_name.count()) {
            (Some(assignment), 0) => return (Target::Assignment(assignment), "existing assignment of that name"),
            (Some(_), more) => {
                let why = format!("{} assignments have this name", more + 1);
                return (Target::Nowhere(FindingCode::AssignmentAmbiguous, why), "–");
            }
            (None, _) => {}
        }
        if let Some(why) = near_name(sent, &item.title, existing.assignments) {
            return (Target::Nowhere(FindingCode::AssignmentNameNear, why), "–");
        }
    }
    match new_column(item, existing, options) {
        Ok(column) if column.due_at.is_some_and(|due| existing.room.is_closed_at(due)) => {
            let why = "a new assignment would be due in a grading period that is closed".to_owned();
            (Target::Nowhere(FindingCode::ClosedGradingPeriod, why), "–")
        }
        Ok(column) => (Target::New(column), "new assignment"),
        Err(NoNewColumn::Lacks(what)) => {
            (Target::Nowhere(FindingCode::ItemMissing, nowhere(sent, item, what, existing)), "–")
        }
        Err(NoNewColumn::Points(why)) => (Target::Nowhere(FindingCode::ItemMissing, why), "–"),
    }
}

/// Why the column could be a second one, or one that is not done: an earlier run may have created it.
fn lost(sent: &Column, existing: &Existing<'_>) -> Option<String> {
    let Existing { in_doubt, assignments, now, .. } = existing;
    let lost = in_doubt.iter().find(|one| one.column.key == sent.key && may_exist(one, assignments, *now))?;
    let run = lost.run;
    if lost.assignment.is_some() {
        return Some(format!("{run} created it and could not hide its grades: `gradepush retry {run}`"));
    }
    Some(format!("{run} may have created it, and the reply was lost: `gradepush retry {run}`, or `gradepush map bind`"))
}

/// The map is authoritative, and rechecked against Canvas at every plan.
fn mapped<'a>(binding: &Binding, existing: &Existing<'a>) -> Target<'a> {
    if binding.course != existing.course {
        let why = "the sender's key is bound to an assignment of another course".to_owned();
        return Target::Nowhere(FindingCode::AssignmentMoved, why);
    }
    match existing.assignments.iter().find(|assignment| assignment.id == binding.assignment) {
        Some(assignment) if is_another(assignment, binding) => Target::Nowhere(
            FindingCode::AssignmentGone,
            "the mapped assignment is gone, and its id belongs to another one".to_owned(),
        ),
        Some(assignment) => Target::Assignment(assignment),
        None => Target::Nowhere(
            FindingCode::AssignmentGone,
            "the mapped assignment is not in the course any more".to_owned(),
        ),
    }
}

/// Ids come back where a host was overwritten; the moment of creation does not.
fn is_another(assignment: &Assignment, binding: &Binding) -> bool {
    assignment.created_at.zip(binding.assignment_created_at).is_some_and(|(now, then)| now != then)
}

/// What an existing assignment itself says against writing to it, or about how values will look there.
fn existing_remarks(assignment: &Assignment, options: &PlanOptions, placed: &mut Placed) {
    let submits_to = |kind: &str| assignment.submission_types.iter().any(|one| one == kind);
    let blocks = [
        (!assignment.published, FindingCode::AssignmentUnpublished, "Canvas grades no unpublished assignment"),
        (
            assignment.moderated_grading && assignment.grades_published != Some(true),
            FindingCode::AssignmentModerated,
            "its grades are moderated",
        ),
        (
            assignment.anonymous_grading && assignment.anonymize_students,
            FindingCode::AssignmentAnonymous,
            "it is graded anonymously",
        ),
        (assignment.has_sub_assignments, FindingCode::AssignmentCheckpointed, "its parts are graded one by one"),
        (assignment.grading_type == GradingType::NotGraded, FindingCode::AssignmentNotGraded, "it takes no grades"),
        (
            assignment.in_closed_grading_period && !options.allow_closed_period,
            FindingCode::ClosedGradingPeriod,
            "its grading period is closed",
        ),
        (
            (assignment.is_quiz_assignment || submits_to("online_quiz")) && !options.allow_tool_columns,
            FindingCode::AssignmentQuiz,
            "a quiz owns the column",
        ),
        (
            submits_to("external_tool") && !options.allow_tool_columns,
            FindingCode::AssignmentExternalTool,
            "an external tool owns the column",
        ),
    ];
    let applying = blocks.into_iter().filter(|(applies, _, _)| *applies);
    placed.blocks.extend(applying.map(|(_, code, why)| (code, why.to_owned())));
    if let (Some(sheet), Some(canvas)) = (placed.column.sheet_possible, assignment.points_possible)
        && sheet != canvas
    {
        let done = if options.scale { "scores are converted" } else { "scores are written without rescaling" };
        let message = format!("the sheet counts {sheet} points, Canvas {canvas}; {done}");
        placed.remarks.push((FindingCode::PointsDiffer, message));
    }
    if is_lettered(assignment) {
        let message = "Canvas may read a number as a grade of the scheme, so percentages are sent".to_owned();
        placed.remarks.push((FindingCode::SchemeCapturesNumber, message));
    }
    if assignment.post_manually {
        placed.remarks.push((FindingCode::HiddenUntilPosted, "grades stay hidden until posted".to_owned()));
    }
}
