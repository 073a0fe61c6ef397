//! `undo`: takes a run back.

use crate::cli::args::Selection;
use crate::cli::context::Context;
use crate::cli::error::CliError;
use crate::cli::json::Finished;

/// Plan and push the reverse of a run
///
/// What cannot be put back is listed with the reason. Notifications that students got stay with them.
#[derive(Debug, clap::Args)]
#[expect(clippy::struct_excessive_bools, reason = "each is one flag")]
pub(crate) struct Arguments {
    /// The run, such as R3
    #[arg(value_name = "RUN")]
    run: String,

    /// Show what would be put back, and stop
    #[arg(long)]
    dry_run: bool,

    /// Do not ask
    #[arg(long, short)]
    yes: bool,

    /// Delete the assignments that the run created, unless somebody else used them since
    #[arg(long)]
    delete_created: bool,

    /// Delete the comments that the run sent
    #[arg(long)]
    delete_comments: bool,

    #[command(flatten)]
    selection: Selection,
}

/// Does it.
pub(crate) fn run(context: &Context, _arguments: &Arguments) -> Result<Finished, CliError> {
    context.connector(&context.config()?)?;
    Err(super::not_built("undo"))
}
