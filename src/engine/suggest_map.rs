//! Which assignments the columns of a sheet may mean: proposals for the map, which a person takes or leaves.

use super::live::ends_everything;
use super::resolve::{Register, Resolved};
use super::{EngineError, Selection, Session};
use crate::domain::{AssignmentId, AssignmentKey, ColumnKey, CourseId, Points, ScoreSheet, suggest_column};

/// A column that is not in the map yet, and what it may mean.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SuggestedBinding {
    /// The sender's key.
    pub key: ColumnKey,
    /// The sender's title.
    pub title: String,
    /// The course its id leads to.
    pub course: CourseId,
    /// The assignment with its name and points possible, and why it is meant; `None` where nothing is alike.
    pub assignment: Option<(AssignmentId, String, Option<Points>, &'static str)>,
}

/// Compares the sheet's columns with the assignments of their courses. Reads Canvas and changes nothing, the map
/// included. A course that cannot be read has no proposals.
pub async fn suggest_bindings(
    session: &Session,
    sheet: &ScoreSheet,
    selection: &Selection,
) -> Result<Vec<SuggestedBinding>, EngineError> {
    let (columns, bound) = {
        let store = session.store();
        let register = Register::load(&store, &session.settings, session.today())?;
        let resolved = Resolved::of(&register, &store, sheet, selection)?;
        let mut columns = Vec::new();
        for (course, rows) in &resolved.groups.known {
            columns.extend(rows.columns.iter().map(|rows| (*course, rows.column)));
        }
        (columns, store.bindings(&session.settings.host)?)
    };
    let mut suggested = Vec::new();
    for of_course in columns.chunk_by(|one, other| one.0 == other.0) {
        let course = of_course[0].0;
        let assignments = match session.reader().assignments(course).all().await {
            Ok(assignments) => assignments,
            Err(error) if ends_everything(&error) => return Err(error.into()),
            Err(_) => continue,
        };
        let existing: Vec<(&str, Option<Points>)> =
            assignments.iter().map(|assignment| (assignment.name.as_str(), assignment.points_possible)).collect();
        for (_, column) in of_course {
            if bound.iter().any(|binding| binding.key == column.key && binding.course == course) {
                continue;
            }
            // Its header says nothing: any assignment would be a guess.
            if matches!(column.key.assignment, AssignmentKey::Untitled(_)) {
                continue;
            }
            let item = column.item.as_ref().map(|(item, _)| item);
            let title = item.map(|item| item.title.to_string()).filter(|title| !title.is_empty());
            let title = title.unwrap_or_else(|| column.key.assignment.to_string());
            let possible = item.and_then(|item| item.possible().ok().flatten());
            let assignment = suggest_column(&title, possible, &existing).map(|(place, why)| {
                let found = &assignments[place];
                (found.id, found.name.clone(), found.points_possible, why)
            });
            suggested.push(SuggestedBinding { key: column.key.clone(), title, course, assignment });
        }
    }
    Ok(suggested)
}
