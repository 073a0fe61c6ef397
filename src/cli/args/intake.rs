//! How input files become scores.

use std::path::PathBuf;

use crate::cli::values::{self, Possible};
use crate::domain::RepeatRule;

/// What a score is, where the input only says what somebody viewed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub(crate) enum Method {
    /// The percentage viewed, of 100 points.
    Percent,
    /// Complete or incomplete.
    Complete,
    /// The minutes viewed, as points.
    Minutes,
    /// The number as it stands, as points.
    Points,
}

/// What a blank is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub(crate) enum Missing {
    /// No score.
    Skip,
    /// The score 0.
    Zero,
}

/// How input files become scores; `export` and every command that reads scores take these.
#[derive(Debug, Clone, Default, clap::Args)]
#[command(next_help_heading = "Reading scores")]
pub(crate) struct Intake {
    /// Take the input as this format [default: recognised by content; `export --list-formats` lists them]
    #[arg(long, value_name = "FORMAT")]
    pub(crate) from: Option<String>,

    /// Read the input through this layout, a TOML file (`export --suggest-layout` writes one)
    #[arg(long, value_name = "FILE")]
    pub(crate) layout: Option<PathBuf>,

    /// Take the course id from the file's name: `{course}` in the pattern stands for it, `*` for anything
    #[arg(long, value_name = "PATTERN")]
    pub(crate) course_from_name: Option<String>,

    /// Take grading rules per course from this CSV (`export --suggest-courses` writes one)
    #[arg(long, value_name = "FILE")]
    pub(crate) courses: Option<PathBuf>,

    /// Grade viewing by this method [default: percent]
    #[arg(long, value_enum, value_name = "METHOD")]
    pub(crate) method: Option<Method>,

    /// Count as complete from this percentage on [default: 100]
    #[arg(long, value_name = "PERCENT")]
    pub(crate) complete_at: Option<crate::domain::Points>,

    /// Points possible where the input does not say: a number, or `recording` for its length in minutes
    #[arg(long, value_name = "N|recording")]
    pub(crate) possible: Option<Possible>,

    /// Take a blank as this [default: skip]
    #[arg(long, value_enum, value_name = "RULE")]
    pub(crate) missing: Option<Missing>,

    /// Settle several values of one student and column by this rule [default: by format: last for captures, max for
    /// cumulative reports, error for the canonical CSV]
    #[arg(long, value_parser = values::repeat_rule(), value_name = "RULE")]
    pub(crate) repeat: Option<RepeatRule>,
}
