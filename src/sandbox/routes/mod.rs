//! The routes: each file translates one resource's HTTP to calls on the world.

mod accounts;
mod assignment_fields;
mod assignments;
mod call;
mod courses;
mod enrollments;
mod grades;
mod progress;
mod sections;
mod submission_json;
mod submissions;
mod table;
mod users;

pub(crate) use call::{Answer, Call, with_string_ids};
pub(crate) use table::dispatch;
