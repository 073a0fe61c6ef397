//! The command line: every command and flag. Doc comments are the help.

mod global;
mod intake;
mod planning;
mod selection;

pub(crate) use global::Global;
pub(crate) use intake::{Intake, input};
pub(crate) use planning::{Absent, HtmlCells, Planning};
pub(crate) use selection::Selection;

use clap::Parser;

use super::commands::Command;

/// Put scores into Canvas gradebooks in bulk, and account for every row
///
/// Scores of Tegrity and its kin become one CSV, people and courses are identified offline, a dry run shows what would
/// change, and a push writes it, reads it back and can be undone.
#[derive(Debug, Parser)]
#[command(name = "gradepush", version, disable_help_subcommand = true)]
pub(crate) struct Arguments {
    #[command(flatten)]
    pub(crate) global: Global,
    #[command(subcommand)]
    pub(crate) command: Command,
}
