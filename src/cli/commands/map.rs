//! `map`: which assignment a key means.

use std::path::PathBuf;

use crate::cli::context::Context;
use crate::cli::error::CliError;
use crate::cli::json::Finished;

/// Keep the assignment map: the sender's key and the Canvas assignment
#[derive(Debug, clap::Args)]
pub(crate) struct Arguments {
    #[command(subcommand)]
    action: Action,
}

#[derive(Debug, clap::Subcommand)]
enum Action {
    /// List all bindings
    List,
    /// Bind a key to a Canvas assignment
    Bind {
        /// The course id as in the sheet
        #[arg(value_name = "COURSE")]
        course: String,
        /// The assignment id as in the sheet, or its title where it has none
        #[arg(value_name = "ASSIGNMENT")]
        assignment: String,
        /// The provider id, where the sheet names one
        #[arg(long, value_name = "ID", default_value = "")]
        provider: String,
        /// The customer number, where the sheet names one
        #[arg(long, value_name = "NUMBER", default_value = "")]
        customer: String,
        /// The internal id of the Canvas assignment
        #[arg(value_name = "CANVAS_ID")]
        to: crate::domain::AssignmentId,
    },
    /// Remove a binding
    Unbind {
        /// The course id as in the sheet
        #[arg(value_name = "COURSE")]
        course: String,
        /// The assignment id as in the sheet, or its title where it has none
        #[arg(value_name = "ASSIGNMENT")]
        assignment: String,
        /// The provider id, where the sheet names one
        #[arg(long, value_name = "ID", default_value = "")]
        provider: String,
        /// The customer number, where the sheet names one
        #[arg(long, value_name = "NUMBER", default_value = "")]
        customer: String,
    },
    /// Take the bindings of a CSV
    Import {
        /// A file of `map export`
        #[arg(value_name = "FILE")]
        file: PathBuf,
    },
    /// Print all bindings as CSV
    Export {
        /// Write to this file [default: standard output]
        #[arg(long, short, value_name = "FILE")]
        output: Option<PathBuf>,
    },
    /// Suggest bindings for the columns of these scores
    Suggest {
        /// Files with scores in any recognised format
        #[arg(required = true, value_name = "SCORES")]
        scores: Vec<PathBuf>,
        #[command(flatten)]
        intake: crate::cli::args::Intake,
    },
}

impl Arguments {
    /// Its name in machine output.
    pub(crate) fn name(&self) -> &'static str {
        match self.action {
            Action::List => "map list",
            Action::Bind { .. } => "map bind",
            Action::Unbind { .. } => "map unbind",
            Action::Import { .. } => "map import",
            Action::Export { .. } => "map export",
            Action::Suggest { .. } => "map suggest",
        }
    }
}

/// Does it.
pub(crate) fn run(context: &Context, arguments: &Arguments) -> Result<Finished, CliError> {
    context.connector(&context.config()?)?;
    Err(super::not_built(arguments.name()))
}
