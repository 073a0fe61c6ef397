//! `runs`: the history.

use crate::cli::context::Context;
use crate::cli::error::CliError;
use crate::cli::json::Finished;
use crate::cli::table;
use crate::domain::{PlanKind, RunCounts};
use crate::engine::UndoneBy;
use crate::report::for_people;
use crate::store::Access;

/// List the plans and runs of this connector, newest first
#[derive(Debug, clap::Args)]
pub(crate) struct Arguments {}

/// Does it.
pub(crate) fn run(context: &Context, _arguments: &Arguments) -> Result<Finished, CliError> {
    let config = context.config()?;
    let connector = context.connector(&config)?;
    let store = context.open_store(&config, Access::ReadWrite)?;
    let zone = connector.zone();
    let mut rows = Vec::new();
    let mut machine = Vec::new();
    for plan in store.plans(Some(&connector.title))? {
        let counts = plan.totals.counts;
        let kind = match &plan.header.kind {
            PlanKind::Scores => "scores".to_owned(),
            PlanKind::Undo { run, .. } => format!("undo of {run}"),
            PlanKind::Selection { of } => format!("part of {of}"),
        };
        let run = match plan.run {
            None => None,
            Some(id) => Some((store.run(id)?, store.run_counts(id)?)),
        };
        let undone = match &run {
            None => None,
            Some((run, _)) => UndoneBy::of(&store, run)?,
        };
        let outcome = run.as_ref().map_or_else(
            || format!("{} to write, not run", counts.planned()),
            |(run, counts)| {
                let undone = match undone {
                    Some(UndoneBy::Whole(by)) => format!(", undone by {by}"),
                    Some(UndoneBy::Part(by)) => format!(", partly undone by {by}"),
                    None => String::new(),
                };
                format!("{}{}{undone}", run.id, outcomes(counts))
            },
        );
        rows.push([plan.id.to_string(), for_people(plan.header.created_at, &zone), kind.clone(), outcome]);
        machine.push(serde_json::json!({
            "plan": plan.id.to_string(),
            "created_at": plan.header.created_at.to_string(),
            "kind": kind,
            "host": plan.header.host.as_str(),
            "digest": plan.totals.digest,
            "counts": counts,
            "run": run.as_ref().map(|(run, _)| run.id.to_string()),
            "run_counts": run.as_ref().map(|(_, counts)| counts),
            "undone_by": undone.map(|(UndoneBy::Whole(by) | UndoneBy::Part(by))| by.to_string()),
        }));
    }
    if rows.is_empty() {
        context.ui.line("No plans yet.");
    } else {
        context.ui.line(table::of(["plan", "made", "from", "outcome"], rows));
    }
    Ok(Finished::done().with("plans", &machine))
}

/// `: 390 of 569 written, 179 unknown`: what is done, and what is still open.
fn outcomes(counts: &RunCounts) -> String {
    let RunCounts { planned, written, already, held, rejected, unknown, pending } = *counts;
    let open = [
        (already, "already there"),
        (held, "held"),
        (rejected, "rejected"),
        (unknown, "unknown"),
        (pending, "pending"),
    ];
    let open = open.iter().filter(|(count, _)| *count > 0).map(|(count, word)| format!(", {count} {word}"));
    format!(": {written} of {planned} written{}", open.collect::<String>())
}
