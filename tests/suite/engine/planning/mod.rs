//! What a plan says: every finding and class from a world that has it, and what holds for all plans.

mod absent;
mod accepted_before;
mod cases;
mod column_cases;
mod conflict_cases;
mod findings;
mod oracle;
mod person_cases;
mod random_terms;
mod range_cases;
mod reading_cases;
mod repeated_rows;
mod requests;
mod shrunk;
mod silence;
