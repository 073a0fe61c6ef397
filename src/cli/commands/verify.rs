//! `verify`: compares a run with Canvas.

use crate::cli::args::Selection;
use crate::cli::context::Context;
use crate::cli::error::CliError;
use crate::cli::json::Finished;

/// Read everything a run wrote again and report what changed since: who, when, old and new
#[derive(Debug, clap::Args)]
pub(crate) struct Arguments {
    /// The run, such as R3 [default: latest]
    #[arg(value_name = "RUN")]
    run: Option<String>,

    #[command(flatten)]
    selection: Selection,
}

/// Does it.
pub(crate) fn run(context: &Context, _arguments: &Arguments) -> Result<Finished, CliError> {
    context.connector(&context.config()?)?;
    Err(super::not_built("verify"))
}
