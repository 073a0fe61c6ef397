//! `push`: executes a plan.

use std::time::Duration;

use crate::cli::args::{Intake, Planning, Selection};
use crate::cli::context::Context;
use crate::cli::error::CliError;
use crate::cli::json::Finished;
use crate::cli::values::{self, Deadline, FailureLimit};

/// Execute a stored plan, and read back every cell it wrote
///
/// With files instead of a plan: plan, show, ask, push. Without a terminal `--yes` and an explicit plan or file are
/// required.
#[derive(Debug, clap::Args)]
#[command(override_usage = "gradepush push [OPTIONS] [PLAN]\n       gradepush push [OPTIONS] FILE...")]
pub(crate) struct Arguments {
    /// A plan such as P17 or `latest`, or files with scores; an argument that names an existing file is a file
    #[arg(value_name = "PLAN|FILE")]
    what: Vec<String>,

    /// Do not ask
    #[arg(long, short)]
    yes: bool,

    /// Stop after showing the plan of the files
    #[arg(long)]
    dry_run: bool,

    /// Send so many cells per request, 1 to 10000
    #[arg(long, value_name = "N", default_value_t = 4000, value_parser = clap::value_parser!(u32).range(1..=10_000))]
    chunk: u32,

    /// Push so many courses side by side
    #[arg(long, value_name = "N", default_value_t = 4, value_parser = clap::value_parser!(u32).range(1..=10))]
    courses_at_once: u32,

    /// Push so many courses, read them back and stop; the rest stays pending
    #[arg(long, value_name = "N")]
    first: Option<u32>,

    /// Start no new request after this time, such as 18:30, in the connector's time zone
    #[arg(long, value_name = "TIME")]
    deadline: Option<Deadline>,

    /// Stop after so many failed cells, or such a percentage of at least 200 tried
    #[arg(long, value_name = "N|P%", default_value = "5%")]
    stop_after_failures: FailureLimit,

    /// Wait so long for a Canvas that is down, such as in a maintenance window
    #[arg(long, value_parser = values::duration, value_name = "DURATION", default_value = "0s")]
    wait_for_canvas: Duration,

    /// Wait so long for one job of Canvas
    #[arg(long, value_parser = values::duration, value_name = "DURATION", default_value = "30m")]
    job_timeout: Duration,

    /// Execute a plan that is older than 24 hours
    #[arg(long)]
    stale_ok: bool,

    #[command(flatten)]
    planning: Planning,

    #[command(flatten)]
    selection: Selection,

    #[command(flatten)]
    intake: Intake,
}

/// Does it.
pub(crate) fn run(context: &Context, _arguments: &Arguments) -> Result<Finished, CliError> {
    context.connector(&context.config()?)?;
    Err(super::not_built("push"))
}
