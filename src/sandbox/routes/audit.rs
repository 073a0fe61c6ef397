//! The grade change log (canvas-contract §I3).

use jiff::Timestamp;
use serde_json::{Value, json};

use super::call::moment;
use super::{Answer, Call};
use crate::sandbox::message::Reply;
use crate::sandbox::page::Page;
use crate::sandbox::refusal;
use crate::sandbox::world::GradeChange;

/// What a query names: `(course, assignment, student, grader)`.
#[derive(Default)]
struct Conditions {
    course: Option<i64>,
    assignment: Option<i64>,
    student: Option<i64>,
    grader: Option<i64>,
}

/// `GET /audit/grade_change?course_id=&assignment_id=&student_id=&grader_id=`
pub(super) fn query(call: &Call<'_>) -> Answer {
    let id = |name: &str| call.parameters.text(name).filter(|text| !text.is_empty());
    let mut conditions = Conditions::default();
    if let Some(course) = id("course_id") {
        conditions.course = Some(call.world.find_course(&course).ok_or_else(refusal::not_found)?);
    }
    if let Some(assignment) = id("assignment_id") {
        conditions.assignment = Some(assignment.parse().map_err(|_| refusal::not_found())?);
    }
    for (name, place) in [("student_id", &mut conditions.student), ("grader_id", &mut conditions.grader)] {
        if let Some(user) = id(name) {
            *place = Some(call.world.find_user(&user, call.user_id).ok_or_else(refusal::not_found)?);
        }
    }
    let Conditions { course, assignment, student, grader } = &conditions;
    if course.or(*assignment).or(*student).or(*grader).is_none() {
        return Err(refusal::message_text("Must specify at least one query condition"));
    }
    page(call, &conditions)
}

/// `GET /audit/grade_change/{assignments,courses,students,graders}/:id`
pub(super) fn of(call: &Call<'_>, kind: &str, id: &str) -> Answer {
    let mut conditions = Conditions::default();
    match kind {
        "courses" => conditions.course = call.world.find_course(id),
        "students" => conditions.student = call.world.find_user(id, call.user_id),
        "graders" => conditions.grader = call.world.find_user(id, call.user_id),
        "assignments" => {
            let course = call.world.courses.keys().find(|course| call.world.find_assignment(**course, id).is_some());
            conditions.course = course.copied();
            conditions.assignment = course.and_then(|course| call.world.find_assignment(*course, id));
        }
        _ => return Err(refusal::no_route()),
    }
    let Conditions { course, assignment, student, grader } = &conditions;
    course.or(*assignment).or(*student).or(*grader).ok_or_else(refusal::not_found)?;
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
        let same = |wanted: Option<i64>, held: i64| wanted.is_none_or(|wanted| wanted == held);
        same(conditions.course, change.course_id)
            && same(conditions.assignment, change.assignment_id)
            && same(conditions.student, change.student_id)
            && same(conditions.grader, change.grader_id)
            && start.is_none_or(|start| change.created_at >= start)
            && end.is_none_or(|end| change.created_at <= end)
    };
    let found: Vec<&GradeChange> = call.world.grade_changes.iter().rev().filter(fits).collect();
    let keys: Vec<Value> = found.iter().map(|change| json!(change.id)).collect();
    let page = Page::bookmarked(call.request, call.parameters, &keys);
    let events: Vec<Value> = page.cut(found).map(event_json).collect();
    let linked = json!({ "page_views": [], "assignments": [], "courses": [], "users": [] });
    Ok(page.linked(Reply::json(200, &json!({ "links": {}, "events": events, "linked": linked }))))
}

fn event_json(change: &GradeChange) -> Value {
    json!({
        "id": format!("sandbox-{}", change.id), "created_at": moment(Some(change.created_at)), "event_type": "grade_change",
        "grade_before": change.grade_before, "grade_after": change.grade_after,
        "excused_before": change.excused_before, "excused_after": change.excused_after, "graded_anonymously": false,
        "points_possible_before": change.points_possible, "points_possible_after": change.points_possible,
        "version_number": change.version_number,
        "links": {
            "assignment": change.assignment_id, "course": change.course_id, "student": change.student_id.to_string(),
            "grader": change.grader_id.to_string(), "page_view": null,
        },
    })
}
