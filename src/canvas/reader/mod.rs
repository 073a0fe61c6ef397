//! Everything that reads. Nothing here can change anything in Canvas.

mod assignments;
mod audit;
mod courses;
mod grouped;
mod people;
mod submissions;

use std::sync::Arc;

pub use audit::GradeChangeFilter;
pub use courses::CourseFilter;
pub use grouped::{GroupedPage, GroupedQuery, Students};
pub use people::EnrollmentFilter;
pub use submissions::SubmissionInclude;

use super::transport::Transport;

/// Reads. Lists come as [`Pages`](super::Pages), single things as values; a thing the token may not know of is
/// [`CanvasError::NotFound`](super::CanvasError::NotFound).
#[derive(Clone)]
pub struct Reader {
    transport: Arc<Transport>,
}

impl Reader {
    pub(super) fn new(transport: Arc<Transport>) -> Self {
        Self { transport }
    }
}

impl std::fmt::Debug for Reader {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str("Reader")
    }
}
