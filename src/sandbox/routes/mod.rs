//! The routes: each file translates one resource's HTTP to calls on the world.

mod accounts;
mod assignment_fields;
mod assignments;
mod audit;
mod call;
mod courses;
mod enrolling;
mod enrollments;
mod feed;
mod grades;
mod grading_days;
mod grading_rules;
mod graphql;
mod groups;
mod hand_ins;
mod progress;
mod reports;
mod sections;
mod submission_json;
mod submissions;
mod table;
mod tokens;
mod users;

pub(crate) use call::{Answer, Call, with_string_ids};
pub(crate) use reports::storage;
pub(crate) use table::dispatch;
