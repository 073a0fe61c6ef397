//! `purge`: retention.

use jiff::civil::Date;

use crate::cli::context::Context;
use crate::cli::error::CliError;
use crate::cli::json::Finished;
use crate::store::{Access, Purged};

/// Remove plans and runs from before a date from the local store
#[derive(Debug, clap::Args)]
pub(crate) struct Arguments {
    /// Remove what is older than this day, such as 2026-06-30
    #[arg(long, value_name = "DATE")]
    before: Date,

    /// Show what would be removed, and stop
    #[arg(long)]
    dry_run: bool,
}

/// Does it.
pub(crate) fn run(context: &Context, arguments: &Arguments) -> Result<Finished, CliError> {
    let Arguments { before, dry_run } = arguments;
    let config = context.config()?;
    let midnight = before
        .to_zoned(context.zone(&config))
        .map_err(|error| CliError::usage(format!("`{before}` is not a day of the calendar")).caused_by(error))?;
    let store = context.open_store(&config, Access::ReadWrite)?;
    let _lock = context.lock(&store, "purge")?;
    let midnight = midnight.timestamp();
    let (verb, purged) =
        if *dry_run { ("would remove", store.to_purge(midnight)?) } else { ("removed", store.purge(midnight)?) };
    let Purged { plans, runs, records } = purged;
    context.ui.line(format!("{verb} {plans} plans, {runs} runs and {records} records from before {before}"));
    if runs > 0 {
        context.ui.note("what those runs wrote is from now on treated as somebody else's work");
    }
    Ok(Finished::done().with("dry_run", dry_run).with("plans", &plans).with("runs", &runs).with("records", &records))
}
