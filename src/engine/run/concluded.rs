//! Whether a course has ended since its plan was made: nothing is written to one that has (findings, `course-concluded`).

use jiff::SignedDuration;

use super::context::RunContext;
use crate::domain::CourseId;
use crate::engine::live::{ends_everything, is_unavailable};

/// A plan younger than this has just seen the course, and the request budget holds no second look.
const PLAN_LASTS: SignedDuration = SignedDuration::from_mins(10);

/// Why nothing more may be sent to the course, if so; `None` where the run stops instead.
pub(super) async fn has_ended(context: &RunContext<'_>, course: CourseId) -> Option<Option<String>> {
    let age = context.session.clock.now().duration_since(context.planned_at);
    if context.writes_to_concluded || age.abs() < PLAN_LASTS {
        return Some(None);
    }
    let reader = context.session.client.reader();
    loop {
        match context.stop.reply(reader.course(&course.into())).await? {
            Ok(course) if course.is_concluded() => {
                return Some(Some("the course has ended since the plan was made: plan again".to_owned()));
            }
            Err(error) if ends_everything(&error) || is_unavailable(&error) => {
                if !context.wait_until_available(&error).await {
                    return None;
                }
            }
            // A course that is gone or hidden says so where its assignments are read.
            Ok(_) | Err(_) => return Some(None),
        }
    }
}
