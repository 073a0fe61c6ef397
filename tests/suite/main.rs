//! The integration tests, as one binary.

mod sandbox_assignments;
mod sandbox_bulk;
mod sandbox_errors;
mod sandbox_faults;
mod sandbox_grades;
mod sandbox_ids;
mod sandbox_pages;
mod sandbox_reading;
mod sandbox_reports;
mod sandbox_rig;
mod sandbox_serving;
