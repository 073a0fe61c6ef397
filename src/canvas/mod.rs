//! The remote, client side: the only module that knows HTTP.
//!
//! Three types over one transport: [`Reader`] reads, [`Reports`] starts account reports, [`Writer`] writes and needs a
//! [`Confirmed`](crate::domain::Confirmed) plan or proof. Must not decide what a grade should be.

mod address;
mod carrier;
mod classify;
mod client;
mod decode;
mod download;
mod endpoint;
mod error;
mod grade_data;
mod http_carrier;
mod jitter;
mod link;
mod list_size;
mod model;
mod pages;
mod path;
mod reader;
mod refusal;
mod report_archive;
mod reports;
mod retry;
mod settings;
mod throttle;
mod transport;
mod unreachable;
mod wait;
mod writer;

pub use address::{AccountRef, CourseRef, UserRef};
pub use carrier::{Carrier, CarryError, CarryErrorKind, Method, Request, Response};
pub use client::Client;
pub use endpoint::{ENDPOINTS, Endpoint, Verb, endpoint};
pub use error::{CanvasError, Context, TokenTrouble};
pub use grade_data::{CellWrite, GradeData, PostedGrade, SubmissionChange};
pub use http_carrier::HttpCarrier;
pub use model::{
    Account, Assignment, AssignmentGroup, Attachment, Comment, Course, Enrollment, GradeChange, GradeableStudent,
    GradingPeriod, GradingStandard, Group, JobState, LatePolicy, NewAssignment, Permission, Permissions, Person,
    Progress, Report, ReportParameters, ReportState, SchemeEntry, Section, StudentGroup, StudentSubmissions,
    Submission, SubmissionVersion, Term, Token, Visible,
};
pub use pages::Pages;
pub use reader::{
    CourseFilter, CourseRole, EnrollmentFilter, GradeChangeFilter, GroupedPage, GroupedQuery, Reader, Students,
    SubmissionInclude,
};
pub use report_archive::{Record, ReportArchive, Table};
pub use reports::Reports;
pub use retry::RetryBudget;
pub use settings::{ConnectionSettings, SetupError};
pub use throttle::Bucket;
pub use unreachable::Unreachable;
pub use wait::{Wait, WaitReason, Waits};
pub use writer::{Answer, Writer};
