//! `plan`: the dry run.

use std::path::PathBuf;

use crate::cli::args::{Intake, Planning, Selection};
use crate::cli::context::Context;
use crate::cli::error::CliError;
use crate::cli::json::Finished;

/// Show what a push would change, cell by cell, without writing to Canvas
///
/// Reads Canvas and writes only to the local store and the report files. The plan that was shown is the plan that
/// `push` executes.
#[derive(Debug, clap::Args)]
pub(crate) struct Arguments {
    /// Files with scores in any recognised format; `-` is standard input
    #[arg(required = true, value_name = "SCORES")]
    scores: Vec<PathBuf>,

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
    Err(super::not_built("plan"))
}
