//! `verify`: compares a run with Canvas.

use super::retry::named_run;
use crate::cli::args::Selection;
use crate::cli::connector::Connector;
use crate::cli::context::Context;
use crate::cli::error::CliError;
use crate::cli::exit::Exit;
use crate::cli::json::Finished;
use crate::cli::views::{Stored, drift_json, tell_drift};
use crate::domain::RunId;
use crate::engine::{self, Session, UndoneBy};
use crate::store::Access;

/// Read everything a run wrote again and report what changed since: who, when, old and new
///
/// Machine output names each cell that drifted; the grades themselves are in it with `--cells`.
#[derive(Debug, clap::Args)]
pub(crate) struct Arguments {
    /// The run, such as R3 [default: the latest that wrote something]
    #[arg(value_name = "RUN")]
    run: Option<String>,

    #[command(flatten)]
    selection: Selection,
}

/// Does it.
pub(crate) fn run(context: &Context, arguments: &Arguments) -> Result<Finished, CliError> {
    let config = context.config()?;
    let connector = context.connector(&config)?;
    let session = context.session(&connector, context.open_store(&config, Access::ReadWrite)?)?;
    let run = match arguments.run.as_deref() {
        None | Some("latest") => latest_run(&session, &connector)?,
        named => named_run(&session, &connector, named)?,
    };
    arguments.selection.look_up(&context.ui, &session.store(), &connector)?;
    let found = Context::block_on(engine::verify(&session, run, &arguments.selection.for_engine()))??;
    context.ui.line(format!(
        "Run {run}: {} cells checked, {} holding, {} drifted, {} unreadable.",
        found.checked,
        found.holding,
        found.drifted.len(),
        found.unreadable
    ));
    for (by, count) in &found.taken_back {
        context
            .ui
            .line(format!("{count} more that it wrote were taken back by {by}; `gradepush verify {by}` checks these."));
    }
    if found.unknown > 0 {
        let count = found.unknown;
        context
            .ui
            .line(format!("Of {count} more nobody knows whether they were written: `gradepush retry {run}` looks."));
    }
    let drift = {
        let store = session.store();
        let stored = Stored::run(&store, run, &connector.zone())?;
        match stored.run.as_ref().map(|run| UndoneBy::of(&store, run)).transpose()?.flatten() {
            Some(UndoneBy::Whole(by)) => context.ui.line(format!("{by} took {run} back.")),
            Some(UndoneBy::Part(by)) => context.ui.line(format!("{by} took a part of {run} back.")),
            None => {}
        }
        tell_drift(&context.ui, &stored, &found.drifted)?;
        drift_json(&stored, &found.drifted, context.global.cells)?
    };
    let mut exit = Exit::Done;
    if found.unreadable + found.unknown > 0 {
        exit = exit.and(Exit::Partial);
    }
    if !found.drifted.is_empty() {
        exit = exit.and(Exit::Drift);
    }
    Ok(Finished::with_exit(exit)
        .with("run", &run.to_string())
        .with("checked", &found.checked)
        .with("holding", &found.holding)
        .with("drifted", &found.drifted.len())
        .with("drift", &drift)
        .with("unreadable", &found.unreadable)
        .with("taken_back", &found.taken_back.values().sum::<u64>())
        .with("unknown", &found.unknown)
        .with("requests", &found.requests))
}

/// The connector's latest run that wrote something; one without a cell to write has nothing to verify.
fn latest_run(session: &Session, connector: &Connector) -> Result<RunId, CliError> {
    match session.store().latest_run_that_wrote(&connector.title, connector.address.host())? {
        Some(run) => Ok(run.id),
        None => named_run(session, connector, None),
    }
}
