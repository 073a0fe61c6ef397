//! Which part of a plan or run.

use crate::cli::connector::Connector;
use crate::cli::error::CliError;
use crate::cli::ui::Ui;
use crate::cli::values;
use crate::engine::{self, CourseName, Selected};
use crate::store::Store;

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
    /// Looks the named courses up and says which ones they are.
    pub(crate) fn look_up(&self, ui: &Ui, store: &Store, connector: &Connector) -> Result<Selected, CliError> {
        let host = connector.address.host();
        let selected = self.for_engine().look_up(store, host, connector.course_id_origin)?;
        Self::echo(ui, &selected);
        Ok(selected)
    }

    /// Says which courses the named ones are: a slip in an id is seen in a name.
    pub(crate) fn echo(ui: &Ui, selected: &Selected) {
        for (word, courses) in [("only", &selected.courses), ("not", &selected.except)] {
            for course in courses {
                let is = match (course.id, &course.title) {
                    (Some(id), Some(title)) => format!("{title} (Canvas course {id})"),
                    _ => "not in the cache".to_owned(),
                };
                ui.status(format!("{word} course {}: {is}", course.name.text()));
            }
        }
    }

    /// As the engine takes it.
    pub(crate) fn for_engine(&self) -> engine::Selection {
        let Self { course, except_course, assignment, user } = self.clone();
        engine::Selection { courses: course, except_courses: except_course, assignments: assignment, users: user }
    }
}
