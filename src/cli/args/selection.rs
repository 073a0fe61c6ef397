//! Which part of a plan or run.

use crate::cli::values::CourseName;

/// Which part of a plan or run; nothing given means all of it.
#[derive(Debug, Clone, Default, clap::Args)]
#[command(next_help_heading = "Selecting a part")]
pub(crate) struct Selection {
    /// Only this course, by the id in the sheet, `internal:ID` or `sis:ID`; repeat for more
    #[arg(long, value_name = "ID")]
    pub(crate) course: Vec<CourseName>,

    /// All but this course; repeat for more
    #[arg(long, value_name = "ID")]
    pub(crate) except_course: Vec<CourseName>,

    /// Only this assignment, by the id or title in the sheet, or `internal:ID`; repeat for more
    #[arg(long, value_name = "ID")]
    pub(crate) assignment: Vec<String>,

    /// Only this person, by the id in the sheet, or `internal:ID`; repeat for more
    #[arg(long, value_name = "ID")]
    pub(crate) user: Vec<String>,
}
