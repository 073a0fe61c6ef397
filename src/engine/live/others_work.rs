//! What a column holds of anybody, whoever it is about: it is looked at before the column is deleted.

use std::collections::HashSet;

use super::cells::{Grid, With};
use super::errors::shown;
use crate::canvas::{CanvasError, GradeChange, GradeChangeFilter, Reader, Submission, SubmissionInclude};
use crate::domain::{AssignmentId, CourseId, Entered, UserId};

/// Why the column is to stay, in one line without names; `None` if it holds nothing of anybody but `ours`.
///
/// Who has left the course is in no list of cells: their grades, statuses and hand-ins are in the gradebook history, and
/// what was graded in the change log (`canvas-contract §I3`). Nothing that Canvas offers shows a comment on the cell of
/// somebody who has left. An error is one that ends the run or may pass; what Canvas does not show keeps the column.
pub(in crate::engine) async fn others_work(
    reader: &Reader,
    course: CourseId,
    assignment: AssignmentId,
    ours: &[UserId],
) -> Result<Option<String>, CanvasError> {
    let Some(rows) = cells_of(reader, course, assignment).await? else {
        return Ok(Some("Canvas does not show its cells".to_owned()));
    };
    let mut held = Held::default();
    for row in &rows {
        held.add(row);
    }
    if let Some(what) = held.words() {
        return Ok(Some(format!("it holds {what}")));
    }
    let here: HashSet<UserId> = rows.iter().map(|row| row.user_id).collect();
    Ok(match left_behind(reader, course, assignment, &here, ours).await? {
        Some(LeftBehind::Nothing) => None,
        Some(LeftBehind::Cells(what)) => Some(format!("it holds {what} of people who left the course")),
        None => Some("Canvas does not show what it holds of people who left the course".to_owned()),
    })
}

/// Every cell that Canvas lists; `None` where it lists none. The list of a course has published columns only, and that
/// of a column has active students only (`canvas-contract §I1`).
async fn cells_of(
    reader: &Reader,
    course: CourseId,
    assignment: AssignmentId,
) -> Result<Option<Vec<Submission>>, CanvasError> {
    let with = With { comments: true };
    if let Some(grid) = shown(Grid::read_all(reader, course, &[assignment], with).await)? {
        return Ok(Some(grid.submissions().cloned().collect()));
    }
    shown(reader.assignment_submissions(course, assignment, &[SubmissionInclude::Comments]).all().await)
}

/// What people left behind who are in no list any more.
enum LeftBehind {
    Nothing,
    /// Cells of theirs hold something, in words.
    Cells(String),
}

async fn left_behind(
    reader: &Reader,
    course: CourseId,
    assignment: AssignmentId,
    here: &HashSet<UserId>,
    ours: &[UserId],
) -> Result<Option<LeftBehind>, CanvasError> {
    if let Some(versions) = shown(reader.gradebook_history(course, assignment).all().await)? {
        let mut held = Held::default();
        for version in versions.iter().filter(|version| !here.contains(&version.user_id)) {
            let by_us = version.grader_id.is_some_and(|grader| ours.contains(&UserId(grader)));
            held.add_version(version, by_us);
        }
        return Ok(Some(held.words().map_or(LeftBehind::Nothing, LeftBehind::Cells)));
    }
    let filter = GradeChangeFilter { assignment: Some(assignment), ..GradeChangeFilter::default() };
    let Some(changes) = shown(reader.grade_changes(course, &filter).all().await)? else { return Ok(None) };
    let is_left = |change: &&GradeChange| {
        let by_us = change.grader_id.is_some_and(|grader| ours.contains(&grader));
        !by_us && change.student_id.is_none_or(|student| !here.contains(&student))
    };
    Ok(Some(match changes.iter().filter(is_left).count() {
        0 => LeftBehind::Nothing,
        _ => LeftBehind::Cells("grades".to_owned()),
    }))
}

/// How many cells hold what.
#[derive(Default)]
struct Held {
    grades: HashSet<UserId>,
    statuses: HashSet<UserId>,
    comments: HashSet<UserId>,
    hand_ins: HashSet<UserId>,
}

impl Held {
    /// A cell as it is.
    fn add(&mut self, cell: &Submission) {
        self.add_version(cell, false);
        if !(cell.submission_comments.is_empty() && cell.submission_html_comments.is_empty()) {
            self.comments.insert(cell.user_id);
        }
    }

    /// One state of a cell; a grade of our own counts for nothing where `by_us` says so.
    fn add_version(&mut self, cell: &Submission, by_us: bool) {
        let live = cell.live_cell();
        let user = cell.user_id;
        if live.entered != Entered::Empty && !by_us {
            self.grades.insert(user);
        }
        // The label `none` is one that somebody took back.
        let label = live.late_policy_status.as_deref().is_some_and(|label| label != "none");
        if label || live.custom_grade_status.is_some() {
            self.statuses.insert(user);
        }
        if live.attempt.is_some() {
            self.hand_ins.insert(user);
        }
    }

    /// `2 grades, 1 status`; `None` for nothing.
    fn words(&self) -> Option<String> {
        let all = [
            (&self.grades, "grade", "grades"),
            (&self.statuses, "status", "statuses"),
            (&self.comments, "comment", "comments"),
            (&self.hand_ins, "hand-in", "hand-ins"),
        ];
        let some = all.iter().filter(|(of, _, _)| !of.is_empty());
        let some: Vec<String> = some
            .map(|(of, one, many)| match of.len() {
                1 => format!("1 {one}"),
                count => format!("{count} {many}"),
            })
            .collect();
        (!some.is_empty()).then(|| some.join(", "))
    }
}
