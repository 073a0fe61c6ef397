//! What a plan does with what it finds.

use std::path::PathBuf;
use std::time::Duration;

use crate::cli::output::Force;
use crate::cli::values::{self, Accept};
use crate::domain::{CreatedPosting, FindingCode, OnConflict};

/// Which cells an HTML report lists.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, clap::ValueEnum)]
pub(crate) enum HtmlCells {
    /// All that need a look, and the rest while the report stays small.
    #[default]
    Auto,
    /// Every cell.
    All,
}

/// What assigned students without a row get.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, clap::ValueEnum)]
pub(crate) enum Absent {
    /// Nothing.
    #[default]
    Skip,
    /// The score 0.
    Zero,
}

/// What a plan does with what it finds; `plan` and `push FILE` take these.
#[derive(Debug, Clone, clap::Args)]
#[command(next_help_heading = "Planning")]
#[expect(clippy::struct_excessive_bools, reason = "each is one flag")]
pub(crate) struct Planning {
    /// Write the plan as a page to this file
    #[arg(long, value_name = "FILE")]
    pub(crate) html: Option<PathBuf>,

    /// List these cells on the page
    #[arg(long, value_enum, value_name = "WHICH", default_value_t)]
    pub(crate) html_cells: HtmlCells,

    /// Write the plan's cells as CSV to this file
    #[arg(long, value_name = "FILE")]
    pub(crate) csv: Option<PathBuf>,

    #[command(flatten)]
    pub(crate) force: Force,

    /// Leave cells that are someone's work, or replace them
    #[arg(long, value_parser = values::on_conflict(), value_name = "WHAT", default_value = "hold")]
    pub(crate) on_conflict: OnConflict,

    /// Replace cells that are held for these reasons, and leave the others
    #[arg(long, value_parser = values::overwrite(), value_name = "REASONS", value_delimiter = ',')]
    pub(crate) overwrite: Vec<FindingCode>,

    /// Treat grades by the token's own user as this tool's
    #[arg(long)]
    pub(crate) adopt_own: bool,

    /// Never lower a score
    #[arg(long)]
    pub(crate) only_raise: bool,

    /// Convert scores from the sheet's points possible to the assignment's
    #[arg(long)]
    pub(crate) scale: bool,

    /// Give assigned students without a row this
    #[arg(long, value_enum, value_name = "WHAT", default_value_t)]
    pub(crate) absent: Absent,

    /// Write into the existing assignment of a column's name instead of creating another [default: as the connector
    /// says, and as a course says in the file of --courses]
    #[arg(long, conflicts_with = "no_use_existing")]
    pub(crate) use_existing: bool,

    /// Create another assignment where one of a column's name exists
    #[arg(long)]
    pub(crate) no_use_existing: bool,

    /// Create no assignments
    #[arg(long)]
    pub(crate) no_create: bool,

    /// Show grades of created assignments at once, or when somebody posts them
    #[arg(long, value_parser = values::created_posting(), value_name = "WHEN", default_value = "automatic")]
    pub(crate) created_posting: CreatedPosting,

    /// Write to concluded courses; only together with --course
    #[arg(long)]
    pub(crate) allow_concluded: bool,

    /// Write in closed grading periods; only together with --course
    #[arg(long)]
    pub(crate) allow_closed_period: bool,

    /// Write to columns of quizzes and external tools
    #[arg(long)]
    pub(crate) allow_tool_columns: bool,

    /// Excuse students whose value is `EX` or `Excused`
    #[arg(long)]
    pub(crate) allow_excuse: bool,

    /// Release this finding, everywhere or in one course; repeat for more
    #[arg(long, value_name = "CODE[:COURSE]")]
    pub(crate) accept: Vec<Accept>,

    /// Note what the plan is for, such as "midterms"; `runs` shows it
    #[arg(long, short = 'm', value_parser = values::note, value_name = "TEXT")]
    pub(crate) note: Option<String>,

    /// Refuse the plan when there is any warning
    #[arg(long)]
    pub(crate) strict: bool,

    /// End with exit code 10 instead of 0 when there is something to push
    #[arg(long)]
    pub(crate) detailed_exitcode: bool,

    /// Warn when the cache is older than this
    #[arg(long, value_parser = values::duration, value_name = "DURATION", default_value = "24h")]
    pub(crate) cache_max_age: Duration,
}

impl Planning {
    /// Whether columns go into existing assignments of their name; `configured` is what the connector says.
    pub(crate) fn use_existing(&self, configured: bool) -> bool {
        self.use_existing || (configured && !self.no_use_existing)
    }

    /// The first of these flags that was given another value than its default.
    pub(crate) fn given(&self) -> Option<&'static str> {
        let Self {
            html,
            html_cells: _,
            csv,
            force: _,
            on_conflict,
            overwrite,
            adopt_own,
            only_raise,
            scale,
            absent,
            no_create,
            created_posting,
            use_existing,
            no_use_existing,
            allow_concluded,
            allow_closed_period,
            allow_tool_columns,
            allow_excuse,
            accept,
            note,
            strict,
            detailed_exitcode,
            cache_max_age: _,
        } = self;
        let given = [
            (*use_existing, "--use-existing"),
            (*no_use_existing, "--no-use-existing"),
            (html.is_some(), "--html"),
            (csv.is_some(), "--csv"),
            (*on_conflict != OnConflict::Hold, "--on-conflict"),
            (!overwrite.is_empty(), "--overwrite"),
            (*adopt_own, "--adopt-own"),
            (*only_raise, "--only-raise"),
            (*scale, "--scale"),
            (*absent != Absent::Skip, "--absent"),
            (*no_create, "--no-create"),
            (*created_posting != CreatedPosting::Automatic, "--created-posting"),
            (*allow_concluded, "--allow-concluded"),
            (*allow_closed_period, "--allow-closed-period"),
            (*allow_tool_columns, "--allow-tool-columns"),
            (*allow_excuse, "--allow-excuse"),
            (!accept.is_empty(), "--accept"),
            (note.is_some(), "--note"),
            (*strict, "--strict"),
            (*detailed_exitcode, "--detailed-exitcode"),
        ];
        given.into_iter().find(|(is_given, _)| *is_given).map(|(_, flag)| flag)
    }
}
