//! What cannot be done yet is refused, not done by half.

use crate::cli::args::Selection;
use crate::cli::error::CliError;

/// A part of what is stored cannot be taken yet; saying so is better than taking all of it.
pub(super) fn refuse_selection(selection: &Selection) -> Result<(), CliError> {
    let Selection { course, except_course, assignment, user } = selection;
    if course.is_empty() && except_course.is_empty() && assignment.is_empty() && user.is_empty() {
        return Ok(());
    }
    Err(CliError::usage("selecting a part of a stored plan or run is not built yet")
        .hint("select when planning: gradepush plan SCORES --course ID"))
}
