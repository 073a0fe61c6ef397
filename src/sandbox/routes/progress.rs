//! Progress of asynchronous jobs.

use serde_json::{Value, json};

use super::call::moment;
use super::{Answer, Call};
use crate::sandbox::message::Reply;
use crate::sandbox::refusal;
use crate::sandbox::world::{Job, JobState, Work};

/// `GET /progress/:id`
pub(super) fn show(call: &Call<'_>, id: &str) -> Answer {
    let job = id.parse().ok().and_then(|id: i64| call.world.jobs.get(&id)).ok_or_else(refusal::not_found)?;
    let course = call.course(&job.course_id.to_string())?;
    // An account role reads it by its `read` on courses.
    if call.world.is_admin(call.user_id) {
        call.require_in(&["read_course_content"], course)?;
    }
    Ok(Reply::json(200, &progress_json(call, job)))
}

/// Progress JSON: completion stays null until the end (canvas-contract §H6), and only final grades tell results.
pub(super) fn progress_json(call: &Call<'_>, job: &Job) -> Value {
    let completed = job.state == JobState::Completed;
    let mut fields = json!({
        "id": job.id, "context_id": job.course_id, "context_type": "Course", "user_id": null, "tag": job.work.tag(),
        "completion": completed.then_some(100.0), "workflow_state": job.state.word(),
        "created_at": moment(Some(job.created_at)), "updated_at": moment(Some(job.updated_at)), "message": job.message,
        "url": format!("{}/api/v1/progress/{}", call.request.origin(), job.id),
    });
    if let (true, Work::FinalGrades(grades)) = (completed, &job.work) {
        // Ids that no student has are skipped. Only texts that cannot be an id are named.
        let invalid = grades.iter().filter(|(student, _)| *student <= 0);
        let errors: Vec<Value> =
            invalid.map(|(student, _)| json!({ "student_id": student, "error": "invalid_student_id" })).collect();
        fields["results"] = json!({ "errors": errors });
    }
    fields
}
