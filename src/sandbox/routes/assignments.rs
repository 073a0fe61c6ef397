//! Assignments and their groups (canvas-contract §G).

use serde_json::{Value, json};

use super::assignment_fields::apply;
use super::call::moment;
use super::{Answer, Call};
use crate::sandbox::message::Reply;
use crate::sandbox::refusal;
use crate::sandbox::world::{
    Assignment, AssignmentGroup, AssignmentState, Course, CourseState, EnrollmentState, GradingType, SubmissionState,
};

/// The most `assignment_ids[]` a list takes.
const MOST_IDS: usize = 100;

/// `GET /courses/:id/assignments`
pub(super) fn list(call: &Call<'_>, course: &str) -> Answer {
    let course = call.course(course)?;
    let staff = call.may_in("manage_grades", course) || call.may_in("view_all_grades", course);
    let mut found: Vec<&Assignment> = course.assignments.values().filter(|held| is_listed(held, staff)).collect();
    let ids = call.parameters.list("assignment_ids");
    if ids.len() > MOST_IDS {
        return Err(refusal::message_text("Request contains too many assignment_ids.  Limit 100"));
    }
    let unknown: Vec<&str> =
        ids.iter().map(String::as_str).filter(|id| !found.iter().any(|held| held.id.to_string() == **id)).collect();
    if !unknown.is_empty() {
        return Err(refusal::message_text(&format!("Invalid assignment_ids: {}", unknown.join(","))));
    }
    if !ids.is_empty() {
        found.retain(|held| ids.contains(&held.id.to_string()));
    }
    if let Some(term) = call.parameters.text("search_term") {
        if term.chars().count() < 2 {
            return Err(refusal::message_text("search_term must be at least 2 characters"));
        }
        let term = term.to_lowercase();
        found.retain(|held| held.name.to_lowercase().contains(&term));
    }
    match call.parameters.text("order_by").as_deref() {
        Some("name") => found.sort_by_key(|held| held.name.to_lowercase()),
        Some("due_at") => found.sort_by_key(|held| (held.due_at.is_none(), held.due_at)),
        _ => {}
    }
    let page = call.page(found.len(), true)?.by_course_number(course.id);
    Ok(page.reply(page.cut(found).map(|assignment| assignment_json(call, course, assignment))))
}

fn is_listed(assignment: &Assignment, staff: bool) -> bool {
    match assignment.state {
        AssignmentState::Published => true,
        AssignmentState::Unpublished => staff,
        AssignmentState::Deleted => false,
    }
}

/// `GET /courses/:id/assignments/:id`
pub(super) fn show(call: &Call<'_>, course: &str, assignment: &str) -> Answer {
    let (course, assignment) = call.assignment(course, assignment)?;
    Ok(Reply::json(200, &assignment_json(call, course, assignment)))
}

/// `POST /courses/:id/assignments`: unpublished unless asked otherwise.
pub(super) fn create(call: &mut Call<'_>, course: &str) -> Answer {
    let course = call.course(course)?;
    call.require_in(&["manage_assignments_add"], course)?;
    let course_id = course.id;
    let draft = Assignment {
        state: AssignmentState::Unpublished,
        points_possible: Some(0.0),
        post_manually: course.post_manually,
        created_at: Some(call.now),
        ..Assignment::default()
    };
    let mut assignment = apply(call, course, draft)?;
    if assignment.name.is_empty() {
        return Err(refusal::invalid("title", "blank", "can't be blank"));
    }
    if assignment.submission_types.is_empty() {
        assignment.submission_types = vec!["none".to_owned()];
    }
    check_period(call, course, &[&assignment])?;
    assignment.id = call.world.new_id();
    let id = assignment.id;
    let published = assignment.state == AssignmentState::Published;
    if let Some(course) = call.world.courses.get_mut(&course_id) {
        if course.assignment_groups.is_empty() {
            let group = AssignmentGroup { id: id + 1, name: "Assignments".to_owned() };
            course.assignment_groups.push(group);
            call.world.last_id = id + 1;
        }
        course.assignments.insert(id, assignment);
    }
    let now = call.now;
    call.world.column_made(course_id, id, now);
    if published {
        announce(call, course_id, id);
    }
    let (course, assignment) = call.world.assignment(course_id, id).ok_or_else(refusal::not_found)?;
    let mut shown = assignment_json(call, course, assignment);
    // It is computed from rows, and there are none yet.
    shown["in_closed_grading_period"] = json!(false);
    Ok(Reply::json(201, &shown))
}

/// `PUT /courses/:id/assignments/:id`
pub(super) fn edit(call: &mut Call<'_>, course: &str, assignment: &str) -> Answer {
    let (course, before) = call.assignment(course, assignment)?;
    call.require_in(&["manage_assignments_edit"], course)?;
    let after = apply(call, course, before.clone())?;
    check_period(call, course, &[before, &after])?;
    let graded = before.submissions.values().any(|held| held.state == SubmissionState::Graded);
    if graded && grading(before) != grading(&after) {
        call.require_in(&["manage_grades"], course)?;
    }
    let handed_in = before.submissions.values().any(|held| held.submitted_at.is_some());
    if handed_in && before.state == AssignmentState::Published && after.state == AssignmentState::Unpublished {
        return Err(refusal::invalid("published", "invalid", "Can't unpublish if there are student submissions"));
    }
    let announced = before.state == AssignmentState::Unpublished && after.state == AssignmentState::Published;
    let (course_id, id) = (course.id, before.id);
    let visible_before = before.only_visible_to.clone();
    let only = after.only_visible_to.clone();
    let missing_since = after.missing_since.filter(|_| before.due_at == after.due_at);
    let after = Assignment { only_visible_to: visible_before.clone(), missing_since, ..after };
    if let Some(course) = call.world.courses.get_mut(&course_id) {
        course.assignments.insert(id, after);
    }
    let now = call.now;
    if visible_before != only {
        call.world.assign_to(course_id, id, only, now);
    }
    if announced {
        announce(call, course_id, id);
    }
    let (course, assignment) = call.world.assignment(course_id, id).ok_or_else(refusal::not_found)?;
    Ok(Reply::json(200, &assignment_json(call, course, assignment)))
}

/// What may change under existing grades only by the right to grade.
fn grading(assignment: &Assignment) -> (Option<f64>, GradingType, Option<i64>) {
    (assignment.points_possible, assignment.grading_type, assignment.grading_standard_id)
}

/// Only an admin moves an assignment in, out of or within a closed grading period.
fn check_period(call: &Call<'_>, course: &Course, states: &[&Assignment]) -> Result<(), Reply> {
    let closed = states.iter().any(|assignment| course.is_closed(assignment, call.now));
    if closed && !call.world.is_admin(call.user_id) { Err(refusal::closed_period()) } else { Ok(()) }
}

/// `DELETE /courses/:id/assignments/:id`: the record stays, as deleted.
pub(super) fn delete(call: &mut Call<'_>, course: &str, assignment: &str) -> Answer {
    let (course, assignment) = call.assignment(course, assignment)?;
    call.require_in(&["manage_assignments_delete"], course)?;
    let mut shown = assignment_json(call, course, assignment);
    shown["workflow_state"] = json!("deleted");
    shown["published"] = json!(false);
    let (course_id, id) = (course.id, assignment.id);
    call.world.delete_assignment(course_id, id);
    Ok(Reply::json(200, &shown))
}

/// Participants of an available course hear of a published assignment.
fn announce(call: &mut Call<'_>, course_id: i64, assignment_id: i64) {
    let Some((course, assignment)) = call.world.assignment(course_id, assignment_id) else { return };
    if course.state != CourseState::Available {
        return;
    }
    let active = course.enrollments.iter().filter(|held| held.is_student() && held.state == EnrollmentState::Active);
    let told = active.filter(|held| assignment.is_assigned_to(held.user_id)).count();
    call.world.notifications.assignments += u64::try_from(told).unwrap_or(u64::MAX);
}

/// `GET /courses/:id/assignment_groups`
pub(super) fn groups(call: &Call<'_>, course: &str) -> Answer {
    let course = call.course(course)?;
    // Canvas makes the first one with the first assignment.
    let groups = if course.assignments.is_empty() { &[][..] } else { &course.assignment_groups };
    let page = call.page(groups.len(), true)?;
    let rows = page.cut(groups.iter().enumerate());
    Ok(page.reply(rows.map(|(position, group)| group_json(position, group))))
}

/// `POST /courses/:id/assignment_groups`
pub(super) fn create_group(call: &mut Call<'_>, course: &str) -> Answer {
    let course = call.course(course)?;
    call.require_in(&["manage_assignments_add"], course)?;
    let course_id = course.id;
    let position = course.assignment_groups.len();
    let name = call.parameters.text("name").unwrap_or_else(|| "Assignments".to_owned());
    let group = AssignmentGroup { id: call.world.new_id(), name };
    let shown = group_json(position, &group);
    if let Some(course) = call.world.courses.get_mut(&course_id) {
        course.assignment_groups.push(group);
    }
    Ok(Reply::json(200, &shown))
}

fn group_json(position: usize, group: &AssignmentGroup) -> Value {
    json!({
        "id": group.id, "name": group.name, "position": position + 1, "group_weight": 0.0, "rules": {},
        "sis_source_id": null, "integration_data": {},
    })
}

/// Assignment JSON (canvas-contract §G2).
pub(super) fn assignment_json(call: &Call<'_>, course: &Course, assignment: &Assignment) -> Value {
    let graded = assignment.submissions.values().any(|held| held.state == SubmissionState::Graded);
    let handed_in = assignment.submissions.values().any(|held| held.submitted_at.is_some());
    let waiting = assignment.submissions.values().filter(|held| held.state == SubmissionState::Submitted).count();
    let position = course.assignments.keys().position(|id| *id == assignment.id).map(|at| at + 1);
    let first_group = course.assignment_groups.first().map(|group| group.id);
    let group = if assignment.assignment_group_id == 0 { first_group } else { Some(assignment.assignment_group_id) };
    let not_graded = assignment.grading_type == GradingType::NotGraded;
    let mut fields = json!({
        "id": assignment.id, "name": assignment.name, "description": assignment.description,
        "points_possible": assignment.points_possible.filter(|_| !not_graded),
        "grading_type": assignment.grading_type.word(), "grading_standard_id": assignment.grading_standard_id,
        "due_at": moment(assignment.due_at), "lock_at": moment(assignment.lock_at), "unlock_at": moment(assignment.unlock_at),
        "created_at": moment(assignment.created_at), "updated_at": moment(assignment.updated_at.or(assignment.created_at)),
        "assignment_group_id": group, "course_id": course.id, "position": position,
        "submission_types": assignment.submission_types, "published": assignment.state == AssignmentState::Published,
        "workflow_state": assignment.state.word(), "unpublishable": !handed_in, "muted": true,
        "post_manually": assignment.hides_grades(), "anonymous_grading": assignment.anonymous_grading,
        "anonymize_students": assignment.is_anonymized(), "moderated_grading": assignment.moderated_grading,
        "final_grader_id": assignment.final_grader_id,
        "grade_group_students_individually": assignment.grade_group_students_individually,
        "group_category_id": assignment.group_category_id,
        "only_visible_to_overrides": assignment.only_visible_to.is_some(),
        "omit_from_final_grade": assignment.omit_from_final_grade, "hide_in_gradebook": assignment.hide_in_gradebook,
        "post_to_sis": assignment.post_to_sis, "has_submitted_submissions": handed_in, "graded_submissions_exist": graded,
        "in_closed_grading_period": course.is_closed(assignment, call.now), "max_name_length": 255,
        "is_quiz_assignment": assignment.submission_types.iter().any(|kind| kind == "online_quiz"), "needs_grading_count": waiting,
        "html_url": format!("{}/courses/{}/assignments/{}", call.request.origin(), course.id, assignment.id),
    });
    if assignment.moderated_grading {
        fields["grades_published"] = json!(assignment.grades_published);
    }
    if call.world.reads_sis_in(call.user_id, course) {
        fields["sis_assignment_id"] = json!(assignment.sis_assignment_id);
        fields["integration_id"] = json!(assignment.integration_id);
        fields["integration_data"] = json!(assignment.integration_data);
    }
    if assignment.checkpointed {
        fields["has_sub_assignments"] = json!(true);
    }
    if call.parameters.includes("include", "assignment_visibility") {
        let students = course.enrollments.iter().filter(|held| held.is_gradeable_student());
        let assigned = students.filter(|held| assignment.is_assigned_to(held.user_id));
        fields["assignment_visibility"] = assigned.map(|held| json!(held.user_id.to_string())).collect();
    }
    for name in call.parameters.list("exclude_response_fields") {
        if let Value::Object(held) = &mut fields {
            held.remove(&name);
        }
    }
    fields
}
