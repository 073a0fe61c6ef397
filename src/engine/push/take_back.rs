//! What an undo takes back beside values: the comments and the assignments of the run (cli, `undo`).

use super::chunk::Errand;
use super::journey::given_up;
use crate::canvas::{CanvasError, Submission};
use crate::domain::{
    AssignmentId, CoursePart, Entered, Finding, FindingCode, PlanKind, RunId, TakeBack, UserId, comment_digest,
    is_same_comment,
};
use crate::engine::grid::{Grid, Look, With};
use crate::engine::plan::sees_own_sections;
use crate::engine::trouble::{ends_everything, is_unavailable};
use crate::engine::{EngineError, Event};
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
        if !delete_comments(errand, part, &authors).await? {
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

/// A comment that the undo's plan names.
struct Comment<'a> {
    /// The cell in the undo's part.
    cell: u32,
    assignment: AssignmentId,
    user: UserId,
    text: &'a str,
}

/// Deletes these authors' comments with the texts that the plan names; says whether to go on.
async fn delete_comments(errand: &Errand<'_>, part: &CoursePart, authors: &[UserId]) -> Result<bool, EngineError> {
    let journey = errand.journey;
    let named = (0_u32..).zip(&part.cells).filter_map(|(index, cell)| {
        let assignment = part.column(cell).assignment()?.id;
        Some(Comment { cell: index, assignment, user: part.student(cell).user?, text: cell.comment.as_deref()? })
    });
    let named: Vec<Comment<'_>> = named.collect();
    if named.is_empty() {
        return Ok(true);
    }
    let cells: Vec<(AssignmentId, UserId)> = named.iter().map(|one| (one.assignment, one.user)).collect();
    let with = With { comments: true, history: false };
    let look = Look::at(&journey.session.client.reader(), errand.course, &cells, with).await;
    let Some(look) = heard(errand, look).await else { return Ok(false) };
    let mut kept: Vec<String> = Vec::new();
    for one in &named {
        if journey.should_stop() {
            return Ok(false);
        }
        let submission = match &look {
            Ok(look) => look.grid.submission(one.assignment, one.user),
            Err(_) => None,
        };
        let Some(submission) = submission else {
            kept.push("the cell cannot be read".to_owned());
            continue;
        };
        match delete_comment(errand, one, submission, authors).await {
            Some(Ok(())) => {
                let sha256 = comment_digest(one.text);
                let store = journey.session.store();
                store.comment_deleted(journey.run, (errand.part, one.cell), (one.assignment, one.user), &sha256)?;
            }
            // One that may not be deleted holds up none of the others.
            Some(Err(error)) => kept.push(error.server_message().map_or_else(|| error.to_string(), str::to_owned)),
            None => return Ok(false),
        }
    }
    if let Some(why) = kept.first() {
        let message = format!("comments of the run that stay in Canvas: {}; {why}", kept.len());
        let finding = Finding::new(FindingCode::CommentKept, message).in_course(errand.course).touching(kept.len());
        journey.session.events.send(Event::Found(finding));
    }
    Ok(true)
}

/// Deletes a comment as often as it is there; `None` where the run stops instead.
async fn delete_comment(
    errand: &Errand<'_>,
    one: &Comment<'_>,
    submission: &Submission,
    authors: &[UserId],
) -> Option<Result<(), CanvasError>> {
    for comment in &submission.submission_comments {
        let ours = comment.author_id.is_some_and(|author| authors.contains(&author));
        if !ours || !is_same_comment(&comment.comment, one.text) {
            continue;
        }
        let deleted = errand.journey.writer.delete_comment(errand.course, one.assignment, one.user, comment.id).await;
        match heard(errand, deleted).await? {
            // One that is gone already is as good.
            Ok(_) | Err(CanvasError::NotFound { .. }) => {}
            Err(error) => return Some(Err(error)),
        }
    }
    Some(Ok(()))
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
        let may_be_there = matches!(one.state, CreatedState::Created | CreatedState::Intended);
        let Some(assignment) = one.assignment.filter(|id| may_be_there && here.contains(id)) else {
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
        let outstanding = session.store().cells_outstanding(&session.settings.host)?;
        let is_open = outstanding.iter().any(|(course, column, _)| (*course, *column) == (errand.course, assignment));
        if is_open || given_up(session, undone, one.part)?.values().any(|column| *column == assignment) {
            // A job of ours may still write to it.
            continue;
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
