//! `man`: the manual pages.

use std::path::PathBuf;

use crate::cli::context::Context;
use crate::cli::error::CliError;
use crate::cli::json::Finished;

/// Write the manual pages into a folder
#[derive(Debug, clap::Args)]
pub(crate) struct Arguments {
    /// The folder
    #[arg(value_name = "DIR")]
    folder: PathBuf,
}

/// Does it.
pub(crate) fn run(context: &Context, arguments: &Arguments) -> Result<Finished, CliError> {
    let wrong = |error: std::io::Error| CliError::usage(format!("the manual cannot be written: {error}"));
    fs_err::create_dir_all(&arguments.folder).map_err(wrong)?;
    clap_mangen::generate_to(crate::cli::command(), &arguments.folder).map_err(wrong)?;
    context.ui.line(format!("wrote the manual pages to {}", arguments.folder.display()));
    Ok(Finished::done().with("folder", &arguments.folder))
}
