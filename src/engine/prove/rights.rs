//! Whether the token may read what a plan and a push read.

use super::bench::hindered;
use super::items::{Findings, Item};
use crate::canvas::{CanvasError, GradeChangeFilter, GroupedQuery, Reader, Students};
use crate::domain::CourseId;

/// Reads each of them once. An error ends the proof; a refusal is why something could not be checked.
pub(super) async fn rights(reader: &Reader, course: CourseId, findings: &mut Findings) -> Result<(), CanvasError> {
    let outcome = reader.assignments(course).next().await.map(drop);
    readable(findings, Item::Assignments, outcome)?;
    let mut query = GroupedQuery::new(Students::All, Vec::new());
    query.per_page = 10;
    let outcome = reader.grouped_page(course, &query, 1).await.map(drop);
    readable(findings, Item::Submissions, outcome)?;
    let outcome = reader.grade_changes(course, &GradeChangeFilter::default()).next().await.map(drop);
    readable(findings, Item::ChangeLog, outcome)
}

fn readable(findings: &mut Findings, item: Item, outcome: Result<(), CanvasError>) -> Result<(), CanvasError> {
    match outcome {
        Ok(()) => {
            findings.note(item, true, "it can be read");
            Ok(())
        }
        Err(error) => hindered(findings, &[item], error),
    }
}
