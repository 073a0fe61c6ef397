//! Gives account of plans and runs: on the terminal, in files, and in machine output. One source for all of them.

mod all_cells;
mod deleted;
mod drift;
mod files;
mod lines;
mod machine;
mod reading;
mod said_once;
mod stored;
mod terminal;
mod words;

pub(crate) use deleted::with_columns_to_delete;
pub(crate) use drift::{drift_json, tell_drift};
pub(crate) use files::Reports;
pub(crate) use machine::{no_run_fields, plan_fields, reading_fields, run_fields, time_fields, with_findings};
pub(crate) use reading::{tell_reading, tell_skipped};
pub(crate) use stored::Stored;
pub(crate) use terminal::{headline, tell_found, tell_plan, tell_run};
pub(crate) use words::{left_out_words, run_words, source_names};
