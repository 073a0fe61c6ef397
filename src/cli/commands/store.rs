//! `store`: care of the local store.

use std::path::PathBuf;

use crate::cli::context::Context;
use crate::cli::error::CliError;
use crate::cli::json::Finished;

/// Look after the local store
#[derive(Debug, clap::Args)]
pub(crate) struct Arguments {
    #[command(subcommand)]
    action: Action,
}

#[derive(Debug, clap::Subcommand)]
enum Action {
    /// Show where the store is and what it holds
    Info,
    /// Check the store for damage
    Check,
    /// Copy the store to a file, also while it is in use
    Backup {
        /// The copy; must not exist
        #[arg(value_name = "FILE")]
        file: PathBuf,
    },
}

impl Arguments {
    /// Its name in machine output.
    pub(crate) fn name(&self) -> &'static str {
        match self.action {
            Action::Info => "store info",
            Action::Check => "store check",
            Action::Backup { .. } => "store backup",
        }
    }
}

/// Does it.
pub(crate) fn run(_context: &Context, arguments: &Arguments) -> Result<Finished, CliError> {
    Err(super::not_built(arguments.name()))
}
