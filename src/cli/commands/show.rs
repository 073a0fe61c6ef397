//! `show`: any plan or run again.

use std::path::PathBuf;

use crate::cli::args::{HtmlCells, Selection};
use crate::cli::context::Context;
use crate::cli::error::CliError;
use crate::cli::json::Finished;

/// Show a plan or run again
#[derive(Debug, clap::Args)]
pub(crate) struct Arguments {
    /// The plan or run, such as P17 or R3
    #[arg(value_name = "PLAN|RUN")]
    what: String,

    /// Write it as a page to this file
    #[arg(long, value_name = "FILE")]
    html: Option<PathBuf>,

    /// List these cells on the page
    #[arg(long, value_enum, value_name = "WHICH", default_value_t)]
    html_cells: HtmlCells,

    /// Write its cells as CSV to this file
    #[arg(long, value_name = "FILE")]
    csv: Option<PathBuf>,

    /// Print what was not written as a canonical scores CSV
    #[arg(long, conflicts_with = "summary")]
    failed: bool,

    /// Print at most 40 lines without student data
    #[arg(long)]
    summary: bool,

    #[command(flatten)]
    selection: Selection,
}

/// Does it.
pub(crate) fn run(context: &Context, _arguments: &Arguments) -> Result<Finished, CliError> {
    context.connector(&context.config()?)?;
    Err(super::not_built("show"))
}
