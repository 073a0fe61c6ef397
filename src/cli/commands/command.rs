//! The commands by name.

use super::{
    alias, cache, completions, config, connector, demo, export, forget, help, init, man, map, plan, purge, push,
    resolve, retry, runs, sandbox, show, store, sync, undo, verify,
};
use crate::cli::context::Context;
use crate::cli::error::CliError;
use crate::cli::json::Finished;

/// What to do.
#[derive(Debug, clap::Subcommand)]
pub(crate) enum Command {
    Demo(demo::Arguments),
    Init(init::Arguments),
    Connector(connector::Arguments),
    Export(export::Arguments),
    Sync(sync::Arguments),
    Cache(cache::Arguments),
    Resolve(resolve::Arguments),
    Alias(alias::Arguments),
    Map(map::Arguments),
    Plan(plan::Arguments),
    Push(push::Arguments),
    Retry(retry::Arguments),
    Verify(verify::Arguments),
    Undo(undo::Arguments),
    Runs(runs::Arguments),
    Show(show::Arguments),
    Purge(purge::Arguments),
    Forget(forget::Arguments),
    Store(store::Arguments),
    Sandbox(sandbox::Arguments),
    Config(config::Arguments),
    Completions(completions::Arguments),
    Man(man::Arguments),
    Help(help::Arguments),
}

impl Command {
    /// Its name in machine output.
    pub(crate) fn name(&self) -> &'static str {
        match self {
            Self::Demo(_) => "demo",
            Self::Init(_) => "init",
            Self::Connector(arguments) => arguments.name(),
            Self::Export(_) => "export",
            Self::Sync(_) => "sync",
            Self::Cache(arguments) => arguments.name(),
            Self::Resolve(_) => "resolve",
            Self::Alias(arguments) => arguments.name(),
            Self::Map(arguments) => arguments.name(),
            Self::Plan(_) => "plan",
            Self::Push(_) => "push",
            Self::Retry(_) => "retry",
            Self::Verify(_) => "verify",
            Self::Undo(_) => "undo",
            Self::Runs(_) => "runs",
            Self::Show(_) => "show",
            Self::Purge(_) => "purge",
            Self::Forget(_) => "forget",
            Self::Store(arguments) => arguments.name(),
            Self::Sandbox(_) => "sandbox",
            Self::Config(_) => "config",
            Self::Completions(_) => "completions",
            Self::Man(_) => "man",
            Self::Help(_) => "help",
        }
    }

    /// Does it.
    pub(crate) fn run(&self, context: &Context) -> Result<Finished, CliError> {
        match self {
            Self::Demo(arguments) => demo::run(context, arguments),
            Self::Init(arguments) => init::run(context, arguments),
            Self::Connector(arguments) => connector::run(context, arguments),
            Self::Export(arguments) => export::run(context, arguments),
            Self::Sync(arguments) => sync::run(context, arguments),
            Self::Cache(arguments) => cache::run(context, arguments),
            Self::Resolve(arguments) => resolve::run(context, arguments),
            Self::Alias(arguments) => alias::run(context, arguments),
            Self::Map(arguments) => map::run(context, arguments),
            Self::Plan(arguments) => plan::run(context, arguments),
            Self::Push(arguments) => push::run(context, arguments),
            Self::Retry(arguments) => retry::run(context, arguments),
            Self::Verify(arguments) => verify::run(context, arguments),
            Self::Undo(arguments) => undo::run(context, arguments),
            Self::Runs(arguments) => runs::run(context, arguments),
            Self::Show(arguments) => show::run(context, arguments),
            Self::Purge(arguments) => purge::run(context, arguments),
            Self::Forget(arguments) => forget::run(context, arguments),
            Self::Store(arguments) => store::run(context, arguments),
            Self::Sandbox(arguments) => sandbox::run(context, arguments),
            Self::Config(arguments) => config::run(context, arguments),
            Self::Completions(arguments) => completions::run(context, arguments),
            Self::Man(arguments) => man::run(context, arguments),
            Self::Help(arguments) => help::run(context, arguments),
        }
    }
}
