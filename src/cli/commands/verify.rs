//! `verify`: compares a run with Canvas.

use super::named;
use crate::cli::args::Selection;
use crate::cli::consent::counted;
use crate::cli::context::Context;
use crate::cli::error::CliError;
use crate::cli::exit::Exit;
use crate::cli::json::Finished;
use crate::cli::views::{Stored, drift_json, tell_drift};
use crate::domain::RunId;
use crate::engine::{self, UndoneBy, VerifySummary};
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
    let store = context.open_store(&config, Access::ReadWrite)?;
    let run = named::run_that_wrote(&store, &connector, arguments.run.as_deref())?;
    let session = context.session(&connector, store)?;
    let selected = arguments.selection.look_up(&context.ui, &session.store(), &connector)?;
    let found = Context::block_on(engine::verify(&session, run, &arguments.selection.for_engine()))??;
    let chosen = if context.ui.shows_people() { selected.words() } else { selected.words_without_people() };
    let part = if selected.is_everything() { String::new() } else { format!(", {chosen}") };
    context.ui.line(format!(
        "Run {run}{part}: {} checked, {} holding, {} drifted, {} unreadable.",
        counted(found.checked, "cell"),
        found.holding,
        found.drifted.len(),
        found.unreadable
    ));
    tell_unchecked(context, run, &found);
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
    if found.unreadable + found.unknown + found.pending > 0 {
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
        .with("written_again", &found.written_again.values().sum::<u64>())
        .with("unknown", &found.unknown)
        .with("pending", &found.pending)
        .with("requests", &found.requests))
}

/// Says of the cells that were not compared why not, and what looks at them.
fn tell_unchecked(context: &Context, run: RunId, found: &VerifySummary) {
    let say = |count: u64, what: &str, command: &str, does: &str| {
        let was = if count == 1 { "was" } else { "were" };
        context.ui.line(format!("{count} more {was} {what}; `{}` {does}.", Context::command(command)));
    };
    for (by, count) in &found.taken_back {
        say(*count, &format!("taken back by {by}"), &format!("verify {by}"), "checks what it gave back");
    }
    for (by, count) in &found.written_again {
        say(*count, &format!("written again by {by}"), &format!("verify {by}"), "checks what it wrote");
    }
    let retry = format!("retry {run}");
    if found.unknown > 0 {
        say(found.unknown, "sent without an answer", &retry, "looks what became of it");
    }
    if found.pending > 0 {
        say(found.pending, "not sent", &retry, "sends what is left");
    }
}
