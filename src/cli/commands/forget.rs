//! `forget`: removes one person.

use crate::cli::context::Context;
use crate::cli::error::CliError;
use crate::cli::json::Finished;

/// Remove everything about one person from the local store
#[derive(Debug, clap::Args)]
pub(crate) struct Arguments {
    /// The person, by the connector's user id origin, or `internal:ID`
    #[arg(long, value_name = "ID")]
    user: String,
}

/// Does it.
pub(crate) fn run(context: &Context, _arguments: &Arguments) -> Result<Finished, CliError> {
    context.connector(&context.config()?)?;
    Err(super::not_built("forget"))
}
