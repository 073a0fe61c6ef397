//! `connector test`: a checklist, each line with how to mend it.

use crate::cli::context::Context;
use crate::cli::error::CliError;
use crate::cli::json::Finished;

/// Check that a connector works: token, account, courses, ids, permissions, each with how to mend it
#[derive(Debug, clap::Args)]
pub(super) struct Arguments {
    /// The connector's title [default: the connector in use]
    pub(super) title: Option<String>,
}

/// Does it.
pub(super) fn run(context: &Context, arguments: &Arguments) -> Result<Finished, CliError> {
    let file = context.config()?;
    let connector = match &arguments.title {
        Some(title) => context.connector_named(&file, title)?,
        None => context.connector(&file)?,
    };
    context.token(&connector)?;
    Err(crate::cli::commands::not_built("connector test"))
}
