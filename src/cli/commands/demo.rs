//! `demo`: the whole job on an embedded sandbox.

use std::path::PathBuf;

use crate::cli::context::Context;
use crate::cli::error::CliError;
use crate::cli::json::Finished;

/// Do the whole job on an embedded Canvas sandbox, with invented people
///
/// Exports a Tegrity capture, syncs, resolves, plans, pushes, plans again, retries and previews an undo, and prints each
/// step as the command a user would type. Needs no configuration and no network.
#[derive(Debug, clap::Args)]
pub(crate) struct Arguments {
    /// Write what it makes into this folder; always starts fresh, removing only what it made
    #[arg(long, value_name = "DIR", default_value = "./gradepush-demo")]
    dir: PathBuf,
}

/// Does it.
pub(crate) fn run(_context: &Context, _arguments: &Arguments) -> Result<Finished, CliError> {
    Err(super::not_built("demo"))
}
