//! What things are and the rules on them. Pure: no IO, no clock, no async.

mod address;
mod ids;
mod points;

pub use address::{AddressError, CanvasAddress, CanvasHost};
pub use ids::{
    AccountId, AssignmentGroupId, AssignmentId, CourseId, EnrollmentId, IdError, ProgressId, SectionId, TermId, UserId,
};
pub use points::{Points, PointsError};
