//! Rows that Canvas has not made yet. A new column and a newly enrolled student get theirs by a delayed job, so a cell that
//! is missing from a list is not assigned to its student only if Canvas says so (`canvas-contract §I1`).

use std::collections::{BTreeSet, HashMap, HashSet};

use super::facts::Standing;
use crate::canvas::{Assignment, CanvasError, GradeableStudent, Reader};
use crate::domain::{AssignmentId, CourseId, EnrollmentState, UserId};
use crate::engine::live::{Grid, is_refusal};

/// How many columns are asked about at once: their ids stand in the address.
const COLUMNS_AT_ONCE: usize = 50;

/// Cells without a row whose students have the assignment.
#[derive(Debug, Default)]
pub(super) struct LateRows(HashSet<(AssignmentId, UserId)>);

impl LateRows {
    /// Whether the row of this cell is still to come.
    pub(super) fn contains(&self, assignment: AssignmentId, user: UserId) -> bool {
        self.0.contains(&(assignment, user))
    }

    /// Finds them among these published columns and these students of the course. It asks Canvas only where a row is
    /// missing.
    pub(super) async fn find(
        reader: &Reader,
        course: CourseId,
        columns: &[&Assignment],
        students: &[(UserId, Standing)],
        grid: &Grid,
    ) -> Result<Self, CanvasError> {
        let is_missing = |column: AssignmentId, user: UserId| grid.submission(column, user).is_none();
        let students: Vec<&(UserId, Standing)> =
            students.iter().filter(|(user, standing)| standing.is_gradeable() && grid.has_student(*user)).collect();
        let lacking: Vec<&Assignment> = columns
            .iter()
            .filter(|column| students.iter().any(|(user, _)| is_missing(column.id, *user)))
            .copied()
            .collect();
        let ids: BTreeSet<AssignmentId> = lacking.iter().map(|column| column.id).collect();
        let assigned = assigned(reader, course, &ids.into_iter().collect::<Vec<_>>()).await?;
        let mut late = HashSet::new();
        for column in lacking {
            for (user, standing) in &students {
                let is_told = *standing != Standing::Student(EnrollmentState::Inactive);
                let has_it = match &assigned {
                    Some(assigned) if is_told => assigned.get(user).is_some_and(|theirs| theirs.contains(&column.id)),
                    // Canvas does not say: everybody has what is not limited to some.
                    Some(_) | None => !column.only_visible_to_overrides,
                };
                if has_it && is_missing(column.id, *user) {
                    late.insert((column.id, *user));
                }
            }
        }
        Ok(Self(late))
    }
}

/// Who has which of these columns; `None` where Canvas does not say it to this token.
async fn assigned(
    reader: &Reader,
    course: CourseId,
    columns: &[AssignmentId],
) -> Result<Option<HashMap<UserId, BTreeSet<AssignmentId>>>, CanvasError> {
    let mut assigned: HashMap<UserId, BTreeSet<AssignmentId>> = HashMap::new();
    for columns in columns.chunks(COLUMNS_AT_ONCE) {
        match reader.gradeable_students(course, columns).all().await {
            Ok(students) => {
                for GradeableStudent { id, assignment_ids } in students {
                    assigned.entry(id).or_default().extend(assignment_ids);
                }
            }
            Err(error) if is_refusal(&error) => return Ok(None),
            Err(error) => return Err(error),
        }
    }
    Ok(Some(assigned))
}
