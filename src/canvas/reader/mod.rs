//! Everything that reads. Nothing here can change anything in Canvas.

mod assignments;
mod audit;
mod capability;
mod courses;
mod grouped;
mod people;
mod submissions;

pub use audit::GradeChangeFilter;
pub use capability::Reader;
pub use courses::{CourseFilter, CourseRole};
pub use grouped::{GroupedPage, GroupedQuery, Students};
pub use people::EnrollmentFilter;
pub use submissions::SubmissionInclude;
