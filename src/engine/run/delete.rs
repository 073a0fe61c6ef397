//! What an undo takes back beside values: the comments and the assignments of the run (cli, `undo`).

use super::course::CourseRun;
use crate::canvas::{CanvasError, Submission};
use crate::domain::{
    AssignmentId, CellKey, CoursePart, Entered, Finding, FindingCode, PlanKind, RunId, TakeBack, UserId,
    comment_digest, is_same_comment,
};
use crate::engine::journal::given_up;
use crate::engine::live::sees_own_sections;
use crate::engine::live::{Grid, Look, With, is_about_all};
use crate::engine::{EngineError, Event};
use crate::store::CreatedState;

/// Deletes what the undo's plan says, after its values are back. Deleting twice is the same as deleting once, so
/// `retry` does it again.
pub(super) async fn take_back(course_run: &CourseRun<'_>) -> Result<(), EngineError> {
    let (context, part) = (course_run.context, course_run.part);
    let PlanKind::Undo { run, also, partial: _ } = context.kind else { return Ok(()) };
    let TakeBack { created, comments } = also;
    if comments && !context.remote.should_stop() {
        // Somebody else may take back what another person's token wrote.
        let mut authors = context.session.store().run(run)?.writers;
        authors.extend(&context.writers);
        if !delete_comments(course_run, part, &authors).await? {
            return Ok(());
        }
    }
    if created && !context.remote.should_stop() {
        delete_created(course_run, part, run).await?;
    }
    Ok(())
}

/// What Canvas said, if that lets the run go on; else it stops, or waits until Canvas is back.
async fn or_stop<T>(course_run: &CourseRun<'_>, said: Result<T, CanvasError>) -> Option<Result<T, CanvasError>> {
    match said {
        Err(error) if is_about_all(&error) => {
            course_run.context.remote.wait_until_available(error).await.ok();
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
async fn delete_comments(
    course_run: &CourseRun<'_>,
    part: &CoursePart,
    authors: &[UserId],
) -> Result<bool, EngineError> {
    let context = course_run.context;
    let named = (0_u32..).zip(&part.cells).filter_map(|(index, cell)| {
        let assignment = part.column(cell).assignment()?.id;
        Some(Comment { cell: index, assignment, user: part.student(cell).user?, text: cell.comment.as_deref()? })
    });
    let named: Vec<Comment<'_>> = named.collect();
    if named.is_empty() {
        return Ok(true);
    }
    let cells: Vec<CellKey> = named.iter().map(|one| CellKey { assignment: one.assignment, user: one.user }).collect();
    let with = With { comments: true };
    let look = Look::at(&context.session.client.reader(), course_run.course, &cells, with).await;
    let Some(look) = or_stop(course_run, look).await else { return Ok(false) };
    let mut kept: Vec<String> = Vec::new();
    for one in &named {
        if context.remote.should_stop() {
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
        match delete_comment(course_run, one, submission, authors).await {
            Some(Ok(())) => {
                let sha256 = comment_digest(one.text);
                let store = context.session.store();
                store.comment_deleted(
                    context.run,
                    (course_run.ordinal, one.cell),
                    (one.assignment, one.user),
                    &sha256,
                )?;
            }
            // One that may not be deleted holds up none of the others.
            Some(Err(error)) => kept.push(error.server_message().map_or_else(|| error.to_string(), str::to_owned)),
            None => return Ok(false),
        }
    }
    if let Some(why) = kept.first() {
        let message = format!("comments of the run that stay in Canvas: {}; {why}", kept.len());
        let finding = Finding::new(FindingCode::CommentKept, message).in_course(course_run.course).touching(kept.len());
        context.session.events.send(Event::Found(finding));
    }
    Ok(true)
}

/// Deletes a comment as often as it is there; `None` where the run stops instead.
async fn delete_comment(
    course_run: &CourseRun<'_>,
    one: &Comment<'_>,
    submission: &Submission,
    authors: &[UserId],
) -> Option<Result<(), CanvasError>> {
    for comment in &submission.submission_comments {
        let ours = comment.author_id.is_some_and(|author| authors.contains(&author));
        if !ours || !is_same_comment(&comment.comment, one.text) {
            continue;
        }
        let deleted =
            course_run.context.writer.delete_comment(course_run.course, one.assignment, one.user, comment.id).await;
        match or_stop(course_run, deleted).await? {
            // One that is gone already is as good.
            Ok(_) | Err(CanvasError::NotFound { .. }) => {}
            Err(error) => return Some(Err(error)),
        }
    }
    Some(Ok(()))
}

/// Deletes the assignments that the undone run created and that hold nothing of anybody.
async fn delete_created(course_run: &CourseRun<'_>, part: &CoursePart, undone: RunId) -> Result<(), EngineError> {
    let context = course_run.context;
    let session = context.session;
    let reader = session.client.reader();
    let here: Vec<AssignmentId> =
        part.columns.iter().filter_map(|column| column.assignment()).map(|assignment| assignment.id).collect();
    let created = session.store().created_assignments(undone)?;
    for one in created {
        let may_be_there = matches!(one.state, CreatedState::Created | CreatedState::Intended);
        let Some(assignment) = one.assignment.filter(|id| may_be_there && here.contains(id)) else {
            continue;
        };
        if context.remote.should_stop() {
            return Ok(());
        }
        let sees_all = or_stop(course_run, sees_all(course_run).await).await;
        match sees_all {
            Some(Ok(true)) => {}
            Some(Ok(false) | Err(_)) => continue,
            None => return Ok(()),
        }
        let outstanding = session.store().cells_outstanding(&session.settings.host)?;
        let is_open =
            outstanding.iter().any(|(course, column, _)| (*course, *column) == (course_run.course, assignment));
        if is_open || given_up(session, undone, one.part)?.values().any(|column| *column == assignment) {
            // A job of ours may still write to it.
            continue;
        }
        let with = With { comments: true };
        let column = Grid::read_all(&reader, course_run.course, &[assignment], with).await;
        let Some(column) = or_stop(course_run, column).await else { return Ok(()) };
        if !column.is_ok_and(|grid| grid.submissions().all(is_blank)) {
            continue;
        }
        let deleted = context.writer.delete_assignment(course_run.course, assignment).await;
        let Some(deleted) = or_stop(course_run, deleted).await else { return Ok(()) };
        let is_gone = match deleted {
            Ok(_) | Err(CanvasError::NotFound { .. }) => true,
            Err(_) => {
                let left = or_stop(course_run, reader.assignments(course_run.course).all().await).await;
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
async fn sees_all(course_run: &CourseRun<'_>) -> Result<bool, CanvasError> {
    let reader = course_run.context.session.client.reader();
    let user = reader.whoami().await?.id;
    Ok(!sees_own_sections(&reader, course_run.course, user).await?)
}

/// Whether a cell holds nothing of anybody.
fn is_blank(submission: &Submission) -> bool {
    let live = submission.live_cell();
    live.entered == Entered::Empty && live.attempt.is_none() && submission.submission_comments.is_empty()
}
