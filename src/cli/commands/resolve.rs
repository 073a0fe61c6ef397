//! `resolve`: who and what each row means.

use std::path::PathBuf;

use crate::cli::args::Intake;
use crate::cli::context::Context;
use crate::cli::error::CliError;
use crate::cli::json::Finished;

/// Show offline who and what each row of the scores means
///
/// Looks only into the local cache. Rows that lead nowhere are listed with the reason and suggestions; a person turns a
/// suggestion into an alias, the tool never does.
#[derive(Debug, clap::Args)]
pub(crate) struct Arguments {
    /// Files with scores in any recognised format; `-` is standard input
    #[arg(required = true, value_name = "SCORES")]
    scores: Vec<PathBuf>,

    /// Write one line per unmatched id to this file, to fill in and give to `alias import`
    #[arg(long, value_name = "FILE")]
    csv: Option<PathBuf>,

    /// The course of files that name none, by its id, `internal:ID` or `sis:ID`
    #[arg(long, value_parser = crate::cli::values::course, value_name = "ID")]
    course: Vec<crate::engine::CourseName>,

    #[command(flatten)]
    intake: Intake,
}

/// Does it.
pub(crate) fn run(context: &Context, _arguments: &Arguments) -> Result<Finished, CliError> {
    context.connector(&context.config()?)?;
    Err(super::not_built("resolve"))
}
