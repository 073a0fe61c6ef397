//! One command line: the global flags and a command.

use clap::Parser;

use super::Global;
use crate::cli::commands::Command;

/// Put scores into Canvas gradebooks in bulk, and account for every row
///
/// Scores of Tegrity and its kin become one CSV, people and courses are identified offline, a dry run shows what would
/// change, and a push writes it, reads it back and can be undone.
#[derive(Debug, Parser)]
#[command(name = "gradepush", version, disable_help_subcommand = true)]
pub(crate) struct Arguments {
    #[command(flatten)]
    pub(crate) global: Global,
    /// What to do; without a command, what to do next is said.
    #[command(subcommand)]
    pub(crate) command: Option<Command>,
}
