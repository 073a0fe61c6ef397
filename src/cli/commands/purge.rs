//! `purge`: retention.

use jiff::civil::Date;
use serde_json::{Value, json};

use crate::cli::consent::{self, counted};
use crate::cli::context::Context;
use crate::cli::error::CliError;
use crate::cli::json::Finished;
use crate::cli::values::day;
use crate::engine::{self, Retained, Undoable};
use crate::store::{Access, Purged};

/// Remove plans and runs from before a date from the local store
///
/// Runs that an undo could still take back stay, unless they are asked for. It counts first and asks.
#[derive(Debug, clap::Args)]
pub(crate) struct Arguments {
    /// Remove what is older than this day, such as 2026-06-30
    #[arg(long, value_name = "DATE", value_parser = day)]
    before: Date,

    /// Show what would be removed, and stop
    #[arg(long)]
    dry_run: bool,

    /// Do not ask
    #[arg(long, short)]
    yes: bool,

    /// Remove runs that an undo could still take back, too
    #[arg(long)]
    including_undoable: bool,
}

/// Does it.
pub(crate) fn run(context: &Context, arguments: &Arguments) -> Result<Finished, CliError> {
    let Arguments { before, dry_run, yes, including_undoable } = arguments;
    let config = context.config()?;
    let midnight = before
        .to_zoned(context.zone(&config))
        .map_err(|error| CliError::usage(format!("`{before}` is not a day of the calendar")).caused_by(error))?
        .timestamp();
    let store = context.open_store(&config, Access::ReadWrite)?;
    let _lock = context.lock(&store, "purge")?;
    let Retained { undoable, runs } = engine::retained(&store, &store.runs_to_purge(midnight)?)?;
    let keep = if *including_undoable { Vec::new() } else { runs };
    let found = store.to_purge(midnight, &keep)?;
    let Purged { plans, runs, records } = found;
    let (of_plans, of_runs) = (counted(plans, "plan"), counted(runs, "run"));
    let what = format!("{of_plans}, {of_runs} and {} from before {before}", counted(records, "record"));
    if *including_undoable {
        tell_undoable(context, &undoable, "no undo takes them back after this");
    } else {
        tell_undoable(context, &undoable, "an undo could still take them back, so they stay (--including-undoable)");
    }
    if *dry_run {
        context.ui.line(format!("would remove {what}"));
    } else if found == Purged::default() {
        context.ui.line(format!("there is nothing to remove from before {before}"));
    } else {
        consent::ask(context, *yes, "purge", &format!("Remove {what}?"))?;
        store.purge(midnight, &keep)?;
        context.ui.line(format!("removed {what}"));
    }
    if runs > 0 {
        context.ui.note("what those runs wrote is from now on treated as somebody else's work");
    }
    let kept = if *including_undoable { Vec::new() } else { undoable.iter().map(undoable_json).collect() };
    Ok(Finished::done()
        .with("dry_run", dry_run)
        .with("plans", &plans)
        .with("runs", &runs)
        .with("records", &records)
        .with("kept", &kept))
}

/// Names the runs that an undo could still take back, with how many grades.
fn tell_undoable(context: &Context, undoable: &[Undoable], what: &str) {
    if !undoable.is_empty() {
        context.ui.warning(format!("{}: {what}", described(undoable)));
    }
}

/// The runs with their grades, such as `R3 (25 grades), R5 (1 grade)`.
pub(super) fn described(undoable: &[Undoable]) -> String {
    let each = undoable.iter().map(|Undoable { run, grades }| format!("{run} ({})", counted(*grades, "grade")));
    each.collect::<Vec<_>>().join(", ")
}

/// The same for machines.
pub(super) fn undoable_json(Undoable { run, grades }: &Undoable) -> Value {
    json!({ "run": run.to_string(), "grades": grades })
}
