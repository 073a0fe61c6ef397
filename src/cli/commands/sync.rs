//! `sync`: fills the cache.

use std::path::PathBuf;

use crate::cli::args::Intake;
use crate::cli::context::Context;
use crate::cli::error::CliError;
use crate::cli::json::Finished;

/// Where the cache is filled from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, clap::ValueEnum)]
pub(crate) enum CacheSource {
    /// The provisioning report when the token may run reports, else the lists.
    #[default]
    Auto,
    /// The provisioning report.
    Report,
    /// The paginated lists.
    Rest,
}

/// Refresh the local cache of courses and people; reads Canvas and writes nothing there
#[derive(Debug, clap::Args)]
pub(crate) struct Arguments {
    /// Fill the cache from here
    #[arg(long, value_enum, value_name = "SOURCE", default_value_t)]
    source: CacheSource,

    /// Only what these scores name
    #[arg(long = "for", value_name = "SCORES", num_args = 1..)]
    scores: Vec<PathBuf>,

    /// Only this course, by the id in the sheet, `internal:ID` or `sis:ID`
    #[arg(long, value_name = "ID", num_args = 1..)]
    course: Vec<crate::cli::values::CourseName>,

    /// Only this term, by its internal id
    #[arg(long, value_name = "ID", conflicts_with = "all_terms")]
    term: Option<crate::domain::TermId>,

    /// All terms, the ended ones too [default: active terms]
    #[arg(long)]
    all_terms: bool,

    /// Take ids from Canvas's own gradebook export, for tokens that may not see SIS or login ids
    #[arg(long, value_name = "FILE", num_args = 1..)]
    gradebook: Vec<PathBuf>,

    #[command(flatten)]
    intake: Intake,
}

/// Does it.
pub(crate) fn run(context: &Context, _arguments: &Arguments) -> Result<Finished, CliError> {
    context.connector(&context.config()?)?;
    Err(super::not_built("sync"))
}
