//! `export`: any input becomes the canonical scores CSV.

use std::path::PathBuf;

use crate::cli::args::Intake;
use crate::cli::context::Context;
use crate::cli::error::CliError;
use crate::cli::json::Finished;

/// Turn any input into the canonical scores CSV
///
/// Reads files only, never Canvas. Prints the CSV unless `--output` names a file.
#[derive(Debug, clap::Args)]
pub(crate) struct Arguments {
    /// Files in any recognised format; `-` is standard input
    #[arg(required_unless_present = "list_formats", value_name = "INPUT")]
    inputs: Vec<PathBuf>,

    /// Write to this file, readable by its owner only [default: standard output]
    #[arg(long, short, value_name = "FILE")]
    output: Option<PathBuf>,

    /// The course of files that name none
    #[arg(long, value_name = "ID", conflicts_with = "course_from_name")]
    course: Option<String>,

    /// List the formats that are recognised
    #[arg(long)]
    list_formats: bool,

    /// Print a layout for the input, ready to edit
    #[arg(long, conflicts_with_all = ["list_formats", "suggest_courses"])]
    suggest_layout: bool,

    /// Print a courses CSV for the input, ready to edit
    #[arg(long, conflicts_with = "list_formats")]
    suggest_courses: bool,

    #[command(flatten)]
    intake: Intake,
}

/// Does it.
pub(crate) fn run(_context: &Context, _arguments: &Arguments) -> Result<Finished, CliError> {
    Err(super::not_built("export"))
}
