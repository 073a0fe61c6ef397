//! Whether a course has ended since its plan was made: nothing is written to one that has (findings, `course-concluded`).

use jiff::SignedDuration;

use super::context::RunContext;
use crate::domain::CourseId;
use crate::engine::live::Halt;

/// A plan younger than this has just seen the course, and the request budget holds no second look.
const PLAN_LASTS: SignedDuration = SignedDuration::from_mins(10);

/// Why nothing more may be sent to the course, if so.
pub(super) async fn has_ended(context: &RunContext<'_>, course: CourseId) -> Result<Option<String>, Halt> {
    let age = context.session.clock.now().duration_since(context.planned_at);
    if context.writes_to_concluded || age.abs() < PLAN_LASTS {
        return Ok(None);
    }
    // A course that is gone or hidden says so where its assignments are read.
    let now = context.remote.ask(async |reader| reader.course(&course.into()).await).await?.ok();
    let has_ended = now.is_some_and(|course| course.is_concluded());
    Ok(has_ended.then(|| "the course has ended since the plan was made: plan again".to_owned()))
}
