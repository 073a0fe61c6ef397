//! `sandbox`: a Canvas to rehearse on.

use std::path::PathBuf;

use crate::cli::context::Context;
use crate::cli::error::CliError;
use crate::cli::json::Finished;

/// Serve a sandbox that behaves like Canvas, until interrupted
///
/// Prints its address and its token, which is not a secret. Nothing leaves this machine.
#[derive(Debug, clap::Args)]
pub(crate) struct Arguments {
    /// Listen here; port 0 takes any free one
    #[arg(long, value_name = "ADDRESS", default_value = "127.0.0.1:8765")]
    addr: std::net::SocketAddr,

    /// Serve this saved world, or `demo`
    #[arg(long, value_name = "FILE|demo", conflicts_with_all = ["courses", "students", "assignments", "seed"])]
    world: Option<String>,

    /// Generate so many courses
    #[arg(long, value_name = "N", default_value_t = 6)]
    courses: usize,

    /// Generate so many students in the whole world
    #[arg(long, value_name = "N", default_value_t = 150)]
    students: usize,

    /// Generate so many assignments per course
    #[arg(long, value_name = "N", default_value_t = 12)]
    assignments: usize,

    /// Generate the world of this number
    #[arg(long, value_name = "N", default_value_t = 1)]
    seed: u64,

    /// Save the world to this file at the end
    #[arg(long, value_name = "FILE")]
    save: Option<PathBuf>,

    /// Fail as this file says
    #[arg(long, value_name = "FILE")]
    faults: Option<PathBuf>,

    /// Answer after so many milliseconds
    #[arg(long, value_name = "MS", default_value_t = 0)]
    latency: u64,

    /// Let jobs write so many cells per second [default: at once]
    #[arg(long, value_name = "N")]
    job_cells_per_second: Option<u32>,

    /// Throttle and refuse as this kind of Canvas does
    #[arg(long, value_enum, value_name = "KIND", default_value_t)]
    dialect: DialectName,

    /// Refuse forms with more parameters than this, or `off`
    #[arg(long, value_name = "N|off", default_value = "4096")]
    form_parameter_limit: String,

    /// Accept this token [default: a fixed one]
    #[arg(long, value_name = "TOKEN")]
    token: Option<String>,
}

/// How a Canvas throttles and refuses (`canvas-contract §A2`).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, clap::ValueEnum)]
pub(crate) enum DialectName {
    /// As Instructure's own.
    #[default]
    Hosted,
    /// As an installation of one's own.
    SelfHosted,
}

/// Does it.
pub(crate) fn run(_context: &Context, _arguments: &Arguments) -> Result<Finished, CliError> {
    Err(super::not_built("sandbox"))
}
