//! `alias`: decisions made by hand.

use std::path::PathBuf;

use crate::cli::context::Context;
use crate::cli::error::CliError;
use crate::cli::json::Finished;

/// Keep decisions about ids, which come before look-up
#[derive(Debug, clap::Args)]
pub(crate) struct Arguments {
    #[command(subcommand)]
    action: Action,
}

#[derive(Debug, clap::Subcommand)]
enum Action {
    /// Let an id mean a person or course, or be ignored
    Add {
        /// What the id names: `user` or `course`
        #[arg(value_name = "KIND", value_parser = ["user", "course"])]
        kind: String,
        /// The id as in the sheet
        #[arg(value_name = "FROM")]
        from: String,
        /// The internal Canvas id it means, or `ignore`; several for a course taught in several
        #[arg(required = true, value_name = "CANVAS_ID|ignore")]
        to: Vec<String>,
        /// Why
        #[arg(long, value_name = "TEXT", default_value = "")]
        note: String,
        /// Until this day [default: for good]
        #[arg(long, value_name = "DATE")]
        until: Option<jiff::civil::Date>,
    },
    /// Take the decisions that somebody filled in
    Import {
        /// The filled-in file of `resolve --csv` or `alias export`
        #[arg(value_name = "FILE")]
        file: PathBuf,
        /// Show what it would change, and stop
        #[arg(long)]
        dry_run: bool,
    },
    /// Print all decisions as CSV
    Export {
        /// Write to this file [default: standard output]
        #[arg(long, short, value_name = "FILE")]
        output: Option<PathBuf>,
    },
    /// List all decisions
    List,
    /// Forget a decision
    Remove {
        /// What the id names: `user` or `course`
        #[arg(value_name = "KIND", value_parser = ["user", "course"])]
        kind: String,
        /// The id as in the sheet
        #[arg(value_name = "FROM")]
        from: String,
    },
}

impl Arguments {
    /// Its name in machine output.
    pub(crate) fn name(&self) -> &'static str {
        match self.action {
            Action::Add { .. } => "alias add",
            Action::Import { .. } => "alias import",
            Action::Export { .. } => "alias export",
            Action::List => "alias list",
            Action::Remove { .. } => "alias remove",
        }
    }
}

/// Does it.
pub(crate) fn run(context: &Context, arguments: &Arguments) -> Result<Finished, CliError> {
    context.connector(&context.config()?)?;
    Err(super::not_built(arguments.name()))
}
