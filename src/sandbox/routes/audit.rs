//! The grade change log (canvas-contract §I3).

use jiff::Timestamp;
use serde_json::{Value, json};

use super::assignments::assignment_json;
use super::call::moment;
use super::courses::course_json;
use super::users::user_json;
use super::{Answer, Call};
use crate::sandbox::message::Reply;
use crate::sandbox::refusal;
use crate::sandbox::world::{Assignment, Course, GradeChange};

/// What a query names; absent conditions fit everything.
#[derive(Default)]
struct Conditions {
    course: Option<i64>,
    assignment: Option<Column>,
    student: Option<i64>,
    grader: Option<i64>,
}

/// The column of a query.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Column {
    Assignment(i64),
    /// Final grades that were set over the computed ones.
    Override,
}

impl Conditions {
    /// Reads one condition of a path, where ids are internal ones only.
    fn add_from_path(&mut self, call: &Call<'_>, kind: &str, id: &str) -> Result<(), Reply> {
        let is_internal = id.parse::<i64>().is_ok() || (kind == "assignment" && id == "override");
        if is_internal { self.add(call, kind, id) } else { Err(refusal::not_found()) }
    }

    /// Reads one condition; an id that is nothing is a 404.
    fn add(&mut self, call: &Call<'_>, kind: &str, id: &str) -> Result<(), Reply> {
        let user = || call.world.find_user(id, call.user_id).ok_or_else(refusal::not_found);
        match kind {
            "course" => self.course = Some(call.world.find_course(id).ok_or_else(refusal::not_found)?),
            "assignment" if id == "override" => self.assignment = Some(Column::Override),
            "assignment" => {
                self.assignment = Some(Column::Assignment(id.parse().map_err(|_| refusal::not_found())?));
            }
            "student" => self.student = Some(user()?),
            "grader" => self.grader = Some(user()?),
            _ => return Err(refusal::no_route()),
        }
        Ok(())
    }

    fn fit(&self, change: &GradeChange) -> bool {
        let same = |wanted: Option<i64>, held: i64| wanted.is_none_or(|wanted| wanted == held);
        let column = change.assignment_id.map_or(Column::Override, Column::Assignment);
        same(self.course, change.course_id)
            && self.assignment.is_none_or(|wanted| wanted == column)
            && same(self.student, change.student_id)
            && same(self.grader, change.grader_id)
    }
}

/// `GET /audit/grade_change?course_id=&assignment_id=&student_id=&grader_id=`
pub(super) fn query(call: &Call<'_>) -> Answer {
    let mut conditions = Conditions::default();
    let mut any = false;
    for kind in ["course", "assignment", "student", "grader"] {
        if let Some(id) = call.parameters.text(&format!("{kind}_id")).filter(|id| !id.is_empty()) {
            conditions.add(call, kind, &id)?;
            any = true;
        }
    }
    if !any {
        return Err(refusal::message_text("Must specify at least one query condition"));
    }
    page(call, &conditions)
}

/// `GET /audit/grade_change/{assignments,courses,students,graders}/:id`, and after a course further pairs of them.
pub(super) fn of(call: &Call<'_>, path: &[&str]) -> Answer {
    let mut conditions = Conditions::default();
    for pair in path.chunks(2) {
        let [kind, id] = pair else { return Err(refusal::no_route()) };
        let kind = kind.strip_suffix('s').ok_or_else(refusal::no_route)?;
        conditions.add_from_path(call, kind, id)?;
    }
    if path.len() > 2 && conditions.course.is_none() {
        return Err(refusal::no_route());
    }
    page(call, &conditions)
}

fn page(call: &Call<'_>, conditions: &Conditions) -> Answer {
    match conditions.course.and_then(|id| call.world.courses.get(&id)) {
        Some(course) => call.require_in(&["manage_grades", "view_all_grades"], course)?,
        None => call.require("view_grade_changes")?,
    }
    let edge = |name: &str| call.parameters.text(name).and_then(|text| text.parse::<Timestamp>().ok());
    let (start, end) = (edge("start_time"), edge("end_time"));
    let fits = |change: &&GradeChange| {
        conditions.fit(change)
            && start.is_none_or(|start| change.created_at >= start)
            && end.is_none_or(|end| change.created_at <= end)
    };
    let found: Vec<&GradeChange> = call.world.grade_changes.iter().rev().filter(fits).collect();
    let keys: Vec<Value> = found.iter().map(|change| json!(change.id)).collect();
    let page = call.bookmarked(&keys)?;
    let shown: Vec<&GradeChange> = page.cut(found).filter(|change| is_visible(call, change, conditions)).collect();
    let events: Vec<Value> = shown.iter().map(|change| event_json(call, change)).collect();
    let linked = linked_json(call, &shown);
    Ok(page.linked(Reply::json(200, &json!({ "links": links_json(call), "events": events, "linked": linked }))))
}

/// A limited grader sees their own students' events; by student, those of an anonymous column are left out. Both are
/// left out after paging, so that pages are short.
fn is_visible(call: &Call<'_>, change: &GradeChange, conditions: &Conditions) -> bool {
    let Some(course) = call.world.courses.get(&change.course_id) else { return false };
    let anonymous = is_anonymous(course, change) && conditions.student.is_some();
    let seen = match call.world.confined_to(call.user_id, course) {
        None => true,
        Some(sections) => {
            let mut theirs = course.enrollments.iter().filter(|held| held.user_id == change.student_id);
            theirs.any(|held| course.section_of(held).is_some_and(|section| sections.contains(&section.id)))
        }
    };
    seen && !anonymous
}

fn is_anonymous(course: &Course, change: &GradeChange) -> bool {
    let assignment = change.assignment_id.and_then(|id| course.assignments.get(&id));
    assignment.is_some_and(Assignment::is_anonymized)
}

fn event_json(call: &Call<'_>, change: &GradeChange) -> Value {
    let course = call.world.courses.get(&change.course_id);
    let anonymous = course.is_some_and(|course| is_anonymous(course, change));
    let student = (!anonymous).then(|| change.student_id.to_string());
    let mut fields = json!({
        "id": format!("sandbox-{}", change.id), "created_at": moment(Some(change.created_at)), "event_type": "grade_change",
        "grade_before": change.grade_before, "grade_after": change.grade_after,
        "excused_before": change.excused_before, "excused_after": change.excused_after,
        "graded_anonymously": anonymous,
        "points_possible_before": change.points_possible, "points_possible_after": change.points_possible,
        "version_number": change.version_number,
        "links": {
            "assignment": change.assignment_id, "course": change.course_id, "student": student,
            "grader": change.grader_id.to_string(), "page_view": null,
        },
    });
    if change.assignment_id.is_none() {
        fields["course_override_grade"] = json!(true);
    }
    if call.parameters.includes("include", "current_grade") {
        let held = course.and_then(|course| course.assignments.get(&change.assignment_id?));
        let held = held.and_then(|assignment| assignment.submissions.get(&change.student_id));
        fields["grade_current"] = json!(held.and_then(|held| held.grade.as_ref()));
    }
    fields
}

/// Templates of what the ids of an event lead to.
fn links_json(call: &Call<'_>) -> Value {
    let origin = call.request.origin();
    json!({
        "events.assignment": format!("{origin}/api/v1/courses/{{events.course}}/assignments/{{events.assignment}}"),
        "events.course": format!("{origin}/api/v1/courses/{{events.course}}"),
        "events.student": { "href": null, "type": "user" },
        "events.grader": { "href": null, "type": "user" },
    })
}

/// The assignments, courses and people that a page of events names, once each and in full.
fn linked_json(call: &Call<'_>, shown: &[&GradeChange]) -> Value {
    let mut assignments: Vec<(i64, i64)> =
        shown.iter().filter_map(|change| Some((change.course_id, change.assignment_id?))).collect();
    let mut courses: Vec<i64> = shown.iter().map(|change| change.course_id).collect();
    let mut users: Vec<i64> = shown.iter().flat_map(|change| [change.student_id, change.grader_id]).collect();
    assignments.sort_unstable();
    assignments.dedup();
    courses.sort_unstable();
    courses.dedup();
    users.sort_unstable();
    users.dedup();
    let assignments = assignments.iter().filter_map(|(course, id)| call.world.assignment(*course, *id));
    let assignments: Vec<Value> =
        assignments.map(|(course, assignment)| assignment_json(call, course, assignment)).collect();
    let users = users.iter().filter_map(|id| call.world.user(*id));
    let users: Vec<Value> = users.map(|user| user_json(call, user, None, false)).collect();
    let courses = courses.iter().filter_map(|id| call.world.courses.get(id));
    let courses: Vec<Value> = courses.map(|course| course_json(call, course)).collect();
    json!({ "page_views": [], "assignments": assignments, "courses": courses, "users": users })
}
