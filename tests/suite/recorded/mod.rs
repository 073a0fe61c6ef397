//! What a real Canvas answered to the questions of a laboratory, and what the sandbox answers to the same.

mod accepted;
mod answers;
mod bulk_jobs;
mod compare;
mod errors;
mod history;
mod ids;
mod lookups;
mod names;
mod paging;
mod probe;
mod provisioning;
mod question;
mod shown;
mod single;
mod steps;
