//! The simulated term: one seed decides a small university, a sheet, and everything that goes wrong between plan and
//! undo. The real client and engine talk to the sandbox in the same process, on one thread, in paused time, so a seed
//! always takes the same course.
//!
//! `cargo test --test suite simulation` runs the first 300 seeds, `.ci/simulate 2000` as many as wanted. A failing
//! seed replays alone, with its requests, by `GRADEPUSH_SEED=123 cargo test --test suite simulation`.

mod campaign;
mod chance;
mod fault_profile;
mod in_process;
mod nature;
mod oracle;
mod simulated_run;
mod term;
mod wire;
