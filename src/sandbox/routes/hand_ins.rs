//! What students hand in.

use super::submission_json::{Shape, Shown};
use super::{Answer, Call};
use crate::sandbox::message::Reply;
use crate::sandbox::parameters::text;
use crate::sandbox::refusal;
use crate::sandbox::world::{AssignmentState, EnrollmentState};

/// `POST /courses/:id/assignments/:id/submissions`, by the student's own token.
pub(super) fn create(call: &mut Call<'_>, course: &str, assignment: &str) -> Answer {
    let (course, assignment) = call.assignment(course, assignment)?;
    let sent = |name: &str| call.parameters.within("submission", name).and_then(text);
    let kind = sent("submission_type").ok_or_else(|| refusal::message(400, "submission_type is missing"))?;
    let enrolled = course
        .enrollments
        .iter()
        .any(|held| held.user_id == call.user_id && held.is_student() && held.state == EnrollmentState::Active);
    let open = assignment.state == AssignmentState::Published && assignment.is_assigned_to(call.user_id);
    if !enrolled || !open {
        return Err(call.unauthorized());
    }
    if !assignment.submission_types.contains(&kind) {
        return Err(refusal::message(400, "Invalid submission[submission_type] given"));
    }
    let key = (course.id, assignment.id, call.user_id);
    let body = sent("body");
    call.world.hand_in(key, (&kind, body), call.now);
    let (course, assignment) = call.world.assignment(key.0, key.1).ok_or_else(refusal::not_found)?;
    Ok(Reply::json(201, &Shown::new(call, (course, assignment), call.user_id, &Shape::of(call))))
}
