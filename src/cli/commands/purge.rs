//! `purge`: retention.

use crate::cli::context::Context;
use crate::cli::error::CliError;
use crate::cli::json::Finished;

/// Remove plans and runs from before a date from the local store
#[derive(Debug, clap::Args)]
pub(crate) struct Arguments {
    /// Remove what is older than this day, such as 2026-06-30
    #[arg(long, value_name = "DATE")]
    before: jiff::civil::Date,

    /// Show what would be removed, and stop
    #[arg(long)]
    dry_run: bool,
}

/// Does it.
pub(crate) fn run(_context: &Context, _arguments: &Arguments) -> Result<Finished, CliError> {
    Err(super::not_built("purge"))
}
