//! `retry`: finishes a run.

use crate::cli::args::Selection;
use crate::cli::context::Context;
use crate::cli::error::CliError;
use crate::cli::json::Finished;
use crate::domain::JobId;

/// Finish a run: send what is neither written nor there already, and nothing blindly
#[derive(Debug, clap::Args)]
pub(crate) struct Arguments {
    /// The run, such as R3 [default: latest]
    #[arg(value_name = "RUN")]
    run: Option<String>,

    /// Do not ask
    #[arg(long, short)]
    yes: bool,

    /// Show what would be sent, and stop
    #[arg(long)]
    dry_run: bool,

    /// Wait no longer for this job, such as J2 as `show` prints it
    #[arg(long, value_name = "ID")]
    abandon_job: Option<JobId>,

    #[command(flatten)]
    selection: Selection,
}

/// Does it.
pub(crate) fn run(context: &Context, _arguments: &Arguments) -> Result<Finished, CliError> {
    context.connector(&context.config()?)?;
    Err(super::not_built("retry"))
}
