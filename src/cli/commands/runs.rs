//! `runs`: the history.

use crate::cli::context::Context;
use crate::cli::error::CliError;
use crate::cli::json::Finished;

/// List the plans and runs of this connector, newest first
#[derive(Debug, clap::Args)]
pub(crate) struct Arguments {}

/// Does it.
pub(crate) fn run(context: &Context, _arguments: &Arguments) -> Result<Finished, CliError> {
    context.connector(&context.config()?)?;
    Err(super::not_built("runs"))
}
