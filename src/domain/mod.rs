//! What things are and the rules on them. Pure: no IO, no clock, no async.

mod address;
mod confirmed;
mod grading;
mod ids;
mod origin;
mod points;
mod sheet;

pub use address::{AddressError, CanvasAddress, CanvasHost};
pub use confirmed::{Confirmed, NotWhatWasShown};
pub use grading::GradingType;
pub use ids::{
    AccountId, AssignmentGroupId, AssignmentId, CourseId, EnrollmentId, IdError, ProgressId, SectionId, TermId, UserId,
};
pub use origin::{CourseIdOrigin, OriginError, UserIdOrigin};
pub use points::{Points, PointsError};
pub use sheet::{
    AssignmentKey, Column, ColumnKey, RepeatRule, ScorableItem, Score, ScoreSheet, ScoreType, SentDate, SentPerson,
    SkipReason, Skipped, Source, SourceFile,
};
