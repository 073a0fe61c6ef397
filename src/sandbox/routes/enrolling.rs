//! Bringing people into a course, and out of it.

use super::enrollments::enrollment_json;
use super::users::user_json;
use super::{Answer, Call};
use crate::sandbox::message::Reply;
use crate::sandbox::parameters::text;
use crate::sandbox::refusal;
use crate::sandbox::world::{Enrollment, EnrollmentState};

/// `POST /courses/:id/enrollments`
pub(super) fn create(call: &mut Call<'_>, course: &str) -> Answer {
    let course_id = call.course(course)?.id;
    call.require("manage_account_settings")?;
    let sent = |name: &str| call.parameters.within("enrollment", name).and_then(text);
    let user = sent("user_id").ok_or_else(|| refusal::message(400, "Can't create an enrollment without a user"))?;
    let user_id = call.world.find_user(&user, call.user_id).ok_or_else(refusal::not_found)?;
    let state = match sent("enrollment_state").as_deref() {
        Some("active") => EnrollmentState::Active,
        Some("inactive") => EnrollmentState::Inactive,
        _ => EnrollmentState::Invited,
    };
    let enrollment = Enrollment {
        id: call.world.new_id(),
        user_id,
        course_section_id: sent("course_section_id").and_then(|id| id.parse().ok()).unwrap_or(0),
        kind: sent("type").unwrap_or_default(),
        state,
        created_at: Some(call.now),
        ..Enrollment::default()
    };
    let id = enrollment.id;
    let is_student = enrollment.is_student();
    if let Some(course) = call.world.courses.get_mut(&course_id) {
        course.enrollments.push(enrollment);
    }
    if is_student {
        let now = call.now;
        call.world.student_came(course_id, user_id, now);
    }
    shown(call, course_id, id)
}

/// `DELETE /courses/:id/enrollments/:id?task=conclude|delete|inactivate|deactivate`
pub(super) fn end(call: &mut Call<'_>, course: &str, enrollment: &str) -> Answer {
    let course_id = call.course(course)?.id;
    call.require("manage_account_settings")?;
    let id: i64 = enrollment.parse().map_err(|_| refusal::not_found())?;
    let state = match call.parameters.text("task").as_deref() {
        Some("delete") => EnrollmentState::Deleted,
        Some("inactivate" | "deactivate") => EnrollmentState::Inactive,
        _ => EnrollmentState::Completed,
    };
    let course = call.world.courses.get_mut(&course_id).ok_or_else(refusal::not_found)?;
    let held = course.enrollments.iter_mut().find(|held| held.id == id).ok_or_else(refusal::not_found)?;
    held.state = state;
    shown(call, course_id, id)
}

fn shown(call: &Call<'_>, course_id: i64, enrollment_id: i64) -> Answer {
    let course = call.world.courses.get(&course_id).ok_or_else(refusal::not_found)?;
    let held = course.enrollments.iter().find(|held| held.id == enrollment_id).ok_or_else(refusal::not_found)?;
    let person = call.world.user(held.user_id).map(|user| user_json(call, user, Some(course), false));
    Ok(Reply::json(200, &enrollment_json(call, course, held, person)))
}
