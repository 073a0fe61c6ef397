//! Which part of a plan or run.

use crate::cli::values;
use crate::engine::{self, CourseName};

/// Which part of a plan or run; nothing given means all of it.
#[derive(Debug, Clone, Default, clap::Args)]
#[command(next_help_heading = "Selecting a part")]
pub(crate) struct Selection {
    /// Only this course, by the id in the sheet, `internal:ID` or `sis:ID`; repeat for more
    #[arg(long, value_parser = values::course, value_name = "ID")]
    pub(crate) course: Vec<CourseName>,

    /// All but this course; repeat for more
    #[arg(long, value_parser = values::course, value_name = "ID")]
    pub(crate) except_course: Vec<CourseName>,

    /// Only this assignment, by the id or title in the sheet; repeat for more
    #[arg(long, value_name = "ID")]
    pub(crate) assignment: Vec<String>,

    /// Only this person, by the id in the sheet; repeat for more
    #[arg(long, value_name = "ID")]
    pub(crate) user: Vec<String>,
}

impl Selection {
    /// As the engine takes it.
    pub(crate) fn for_engine(&self) -> engine::Selection {
        let Self { course, except_course, assignment, user } = self.clone();
        engine::Selection { courses: course, except_courses: except_course, assignments: assignment, users: user }
    }
}
