//! `cache`: what is known of Canvas locally.

use crate::cli::context::Context;
use crate::cli::error::CliError;
use crate::cli::json::Finished;

/// Look at the local cache of Canvas
#[derive(Debug, clap::Args)]
pub(crate) struct Arguments {
    #[command(subcommand)]
    action: Action,
}

#[derive(Debug, clap::Subcommand)]
enum Action {
    /// Show how old and how large the cache is
    Status,
    /// Show a person or course under all of their ids
    Find {
        /// A name, or any id
        #[arg(value_name = "TEXT")]
        text: String,
    },
    /// Empty the cache of this connector
    Clear,
}

impl Arguments {
    /// Its name in machine output.
    pub(crate) fn name(&self) -> &'static str {
        match self.action {
            Action::Status => "cache status",
            Action::Find { .. } => "cache find",
            Action::Clear => "cache clear",
        }
    }
}

/// Does it.
pub(crate) fn run(context: &Context, arguments: &Arguments) -> Result<Finished, CliError> {
    context.connector(&context.config()?)?;
    Err(super::not_built(arguments.name()))
}
