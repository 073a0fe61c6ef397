//! The assignment map learns where columns go that were found by their name.

use crate::domain::{AssignmentKey, Binding, CourseId, CoursePart};
use crate::engine::{EngineError, Session};

/// Binds the keys of columns that go to an existing assignment of their name, so that a later item with the same key
/// reuses it (`tegrity-connector §3`, rule 3).
pub(super) fn bind_existing(session: &Session, course: CourseId, part: &CoursePart) -> Result<(), EngineError> {
    let host = &session.settings.host;
    let sent: Vec<&str> = part.columns.iter().map(|column| column.key.course_id.as_ref()).collect();
    let store = session.store();
    let bound = store.bindings_for(host, &sent)?;
    let mut new = Vec::new();
    for column in &part.columns {
        let Some(assignment) = column.assignment() else { continue };
        // For files of which names such a column goes there, only a person says.
        if matches!(column.key.assignment, AssignmentKey::Untitled(_)) {
            continue;
        }
        if bound.iter().any(|binding| binding.key == column.key && binding.course == course) {
            continue;
        }
        new.push(Binding {
            key: column.key.clone(),
            course,
            assignment: assignment.id,
            assignment_created_at: None,
            name: assignment.name.clone(),
            points_possible: assignment.points_possible,
            bound_at: session.clock.now(),
            created_by_run: None,
        });
    }
    Ok(store.bind(host, &new)?)
}
