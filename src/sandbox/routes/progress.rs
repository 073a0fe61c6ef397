//! Progress of asynchronous jobs.

use serde_json::{Value, json};

use super::call::moment;
use super::{Answer, Call};
use crate::sandbox::message::Reply;
use crate::sandbox::refusal;
use crate::sandbox::world::{Job, JobState};

/// `GET /progress/:id`
pub(super) fn show(call: &Call<'_>, id: &str) -> Answer {
    let job = id.parse().ok().and_then(|id: i64| call.world.jobs.get(&id)).ok_or_else(refusal::not_found)?;
    call.course(&job.course_id.to_string())?;
    Ok(Reply::json(200, &progress_json(call, job)))
}

/// Progress JSON: completion stays null until the end, and no results ever appear (canvas-contract §H6).
pub(super) fn progress_json(call: &Call<'_>, job: &Job) -> Value {
    json!({
        "id": job.id, "context_id": job.course_id, "context_type": "Course", "user_id": null, "tag": job.tag,
        "completion": (job.state == JobState::Completed).then_some(100.0), "workflow_state": job.state.word(),
        "created_at": moment(Some(job.created_at)), "updated_at": moment(Some(job.updated_at)), "message": job.message,
        "url": format!("{}/api/v1/progress/{}", call.request.origin(), job.id),
    })
}
