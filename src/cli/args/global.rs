//! Flags that every command takes.

use std::path::PathBuf;

use crate::cli::ui::When;
use crate::domain::{CourseIdOrigin, UserIdOrigin};

/// Flags that every command takes.
#[derive(Debug, Clone, Default, clap::Args)]
#[command(next_help_heading = "Global options")]
#[expect(clippy::struct_excessive_bools, reason = "each is one flag")]
pub(crate) struct Global {
    /// Use this connector [default: the only one, or `default_connector` of the configuration] [env:
    /// `GRADEPUSH_CONNECTOR`]
    #[arg(long, global = true, value_name = "TITLE")]
    pub(crate) connector: Option<String>,

    /// Read this configuration [default: gradepush/config.toml in the XDG config folder] [env: `GRADEPUSH_CONFIG`]
    #[arg(long, global = true, value_name = "FILE")]
    pub(crate) config: Option<PathBuf>,

    /// Use this local store [default: gradepush/store.db in the XDG data folder] [env: `GRADEPUSH_STORE`]
    #[arg(long, global = true, value_name = "FILE")]
    pub(crate) store: Option<PathBuf>,

    /// Print one JSON object per line; the last one is the result
    #[arg(long, global = true)]
    pub(crate) json: bool,

    /// Print counts, codes and places only, and no progress
    #[arg(long, short, global = true)]
    pub(crate) quiet: bool,

    /// Print the causes of errors; repeat for more in the log file
    #[arg(long, short, global = true, action = clap::ArgAction::Count)]
    pub(crate) verbose: u8,

    /// Log to this file; ids only, never names, logins or scores
    #[arg(long, global = true, value_name = "FILE")]
    pub(crate) log_file: Option<PathBuf>,

    /// Colour the output; `NO_COLOR` in the environment turns `auto` off
    #[arg(long, global = true, value_enum, value_name = "WHEN", default_value_t, hide_possible_values = false)]
    pub(crate) color: When,

    /// Show no progress
    #[arg(long, global = true)]
    pub(crate) no_progress: bool,

    /// Show people's names and grades also without a terminal and with --quiet
    #[arg(long, global = true)]
    pub(crate) cells: bool,

    /// What user ids in the scores are: internal, sis or login; for the connector `env` only [default: internal]
    #[arg(long, global = true, value_name = "ORIGIN")]
    pub(crate) user_id_origin: Option<UserIdOrigin>,

    /// What course ids in the scores are: internal or sis; for the connector `env` only [default: internal]
    #[arg(long, global = true, value_name = "ORIGIN")]
    pub(crate) course_id_origin: Option<CourseIdOrigin>,
}
