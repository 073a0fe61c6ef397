//! What an undo takes back beside values: the comments and the assignments of the run (cli, `undo`).

use super::chunk::Errand;
use crate::canvas::{CanvasError, Submission};
use crate::domain::{AssignmentId, CoursePart, Entered, PlanKind, RunId, TakeBack, UserId};
use crate::engine::EngineError;
use crate::engine::grid::{Grid, Look, With};
use crate::engine::plan::sees_own_sections;
use crate::engine::trouble::{ends_everything, is_unavailable};
use crate::store::CreatedState;

/// Deletes what the undo's plan says, after its values are back. Deleting twice is the same as deleting once, so
/// `retry` does it again.
pub(super) async fn take_back(errand: &Errand<'_>, part: &CoursePart) -> Result<(), EngineError> {
    let journey = errand.journey;
    let PlanKind::Undo { run, also, partial: _ } = journey.kind else { return Ok(()) };
    let TakeBack { created, comments } = also;
    if comments && !journey.should_stop() {
        // Somebody else may take back what another person's token wrote.
        let mut authors = journey.session.store().run(run)?.writers;
        authors.extend(&journey.writers);
        if !delete_comments(errand, part, &authors).await {
            return Ok(());
        }
    }
    if created && !journey.should_stop() {
        delete_created(errand, part, run).await?;
    }
    Ok(())
}

/// What Canvas said, if that lets the run go on; else it stops, or waits until Canvas is back.
async fn heard<T>(errand: &Errand<'_>, said: Result<T, CanvasError>) -> Option<Result<T, CanvasError>> {
    match said {
        Err(error) if ends_everything(&error) || is_unavailable(&error) => {
            errand.journey.outlasts(&error).await;
            None
        }
        said => Some(said),
    }
}

/// Deletes these authors' comments with the texts that the plan names; says whether to go on.
async fn delete_comments(errand: &Errand<'_>, part: &CoursePart, authors: &[UserId]) -> bool {
    let journey = errand.journey;
    let mut texts: Vec<(AssignmentId, UserId, &str)> = Vec::new();
    for cell in &part.cells {
        let assignment = part.column(cell).assignment().map(|assignment| assignment.id);
        if let (Some(assignment), Some(user), Some(text)) =
            (assignment, part.student(cell).user, cell.comment.as_deref())
        {
            texts.push((assignment, user, text));
        }
    }
    if texts.is_empty() {
        return true;
    }
    let cells: Vec<(AssignmentId, UserId)> = texts.iter().map(|(assignment, user, _)| (*assignment, *user)).collect();
    let with = With { comments: true, history: false };
    let look = Look::at(&journey.session.client.reader(), errand.course, &cells, with).await;
    let Some(Ok(look)) = heard(errand, look).await else { return false };
    for (assignment, user, text) in texts {
        let comments = look.grid.submission(assignment, user).map(|held| held.submission_comments.as_slice());
        for comment in comments.unwrap_or_default() {
            let ours = comment.author_id.is_some_and(|author| authors.contains(&author));
            if !ours || comment.comment != text {
                continue;
            }
            if journey.should_stop() {
                return false;
            }
            let deleted = journey.writer.delete_comment(errand.course, assignment, user, comment.id).await;
            // One that is gone already, or may not be deleted, holds up none of the others.
            if heard(errand, deleted).await.is_none() {
                return false;
            }
        }
    }
    true
}

/// Deletes the assignments that the undone run created and that hold nothing of anybody.
async fn delete_created(errand: &Errand<'_>, part: &CoursePart, undone: RunId) -> Result<(), EngineError> {
    let journey = errand.journey;
    let session = journey.session;
    let reader = session.client.reader();
    let here: Vec<AssignmentId> =
        part.columns.iter().filter_map(|column| column.assignment()).map(|assignment| assignment.id).collect();
    let created = session.store().created_assignments(undone)?;
    for one in created {
        let Some(assignment) = one.assignment.filter(|id| one.state == CreatedState::Created && here.contains(id))
        else {
            continue;
        };
        if journey.should_stop() {
            return Ok(());
        }
        let sees_all = heard(errand, sees_all(errand).await).await;
        match sees_all {
            Some(Ok(true)) => {}
            Some(Ok(false) | Err(_)) => continue,
            None => return Ok(()),
        }
        let with = With { comments: true, history: false };
        let column = Grid::read_all(&reader, errand.course, &[assignment], with).await;
        let Some(column) = heard(errand, column).await else { return Ok(()) };
        if !column.is_ok_and(|grid| grid.submissions().all(is_blank)) {
            continue;
        }
        let deleted = journey.writer.delete_assignment(errand.course, assignment).await;
        let Some(deleted) = heard(errand, deleted).await else { return Ok(()) };
        let is_gone = match deleted {
            Ok(_) | Err(CanvasError::NotFound { .. }) => true,
            Err(_) => {
                let left = heard(errand, reader.assignments(errand.course).all().await).await;
                left.is_some_and(|left| left.is_ok_and(|left| left.iter().all(|other| other.id != assignment)))
            }
        };
        if is_gone {
            session.store().assignment_deleted(undone, one.part, one.column, session.clock.now())?;
        }
    }
    Ok(())
}

/// Whether the token sees everybody's cells: in a section that it does not see, somebody may have graded.
async fn sees_all(errand: &Errand<'_>) -> Result<bool, CanvasError> {
    let reader = errand.journey.session.client.reader();
    let user = reader.whoami().await?.id;
    Ok(!sees_own_sections(&reader, errand.course, user).await?)
}

/// Whether a cell holds nothing of anybody.
fn is_blank(submission: &Submission) -> bool {
    let live = submission.live_cell();
    live.entered == Entered::Empty && live.attempt.is_none() && submission.submission_comments.is_empty()
}
