//! The one integration test binary: each module tests one area from outside.

mod report;
mod report_world;
