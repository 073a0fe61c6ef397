//! What an undo takes back beside values: the comments and the assignments of the run (cli, `undo`).

use std::collections::HashSet;

use super::course::CourseRun;
use crate::canvas::{CanvasError, Submission};
use crate::domain::{
    AssignmentId, CellIndex, CellKey, CoursePart, Finding, FindingCode, PartIndex, PlanKind, RunId, TakeBack, UserId,
    comment_digest,
};
use crate::engine::EngineError;
use crate::engine::journal::given_up;
use crate::engine::live::{Column, Look, With, Work, is_about_all, sees_own_sections};
use crate::store::{CreatedAssignment, CreatedState};

/// Deletes what the undo's plan says, after its values are back. Deleting twice is the same as deleting once, so
/// `retry` does it again.
pub(super) async fn take_back(course_run: &CourseRun<'_>) -> Result<(), EngineError> {
    let (context, part) = (course_run.context, course_run.part);
    let PlanKind::Undo { run, also, .. } = context.kind else { return Ok(()) };
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
    cell: CellIndex,
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
    let named = CellIndex::all().zip(&part.cells).filter_map(|(index, cell)| {
        let assignment = part.column(cell).assignment()?.id;
        Some(Comment { cell: index, assignment, user: part.student(cell).user?, text: cell.comment.as_deref()? })
    });
    let named: Vec<Comment<'_>> = named.collect();
    if named.is_empty() {
        return Ok(true);
    }
    let cells: Vec<CellKey> = named.iter().map(|one| CellKey { assignment: one.assignment, user: one.user }).collect();
    let with = With { comments: true };
    let look = Look::at(&context.session.reader(), course_run.course, &cells, with).await;
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
        context.found(finding);
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
    for comment in submission.comments_of(one.text, authors) {
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

/// Deletes the assignments that the undone run created and that hold nothing of anybody; says of the others why they
/// stay.
async fn delete_created(course_run: &CourseRun<'_>, part: &CoursePart, undone: RunId) -> Result<(), EngineError> {
    let context = course_run.context;
    let session = context.session;
    let here: HashSet<AssignmentId> =
        part.columns.iter().filter_map(|column| column.assignment()).map(|assignment| assignment.id).collect();
    let mut created = session.store().created_in_course(undone, course_run.course)?;
    created.retain(|one| matches!(one.state, CreatedState::Created | CreatedState::Intended));
    let created: Vec<(CreatedAssignment, AssignmentId)> = created
        .into_iter()
        .filter_map(|one| one.assignment.filter(|id| here.contains(id)).map(|assignment| (one, assignment)))
        .collect();
    if created.is_empty() {
        return Ok(());
    }
    let Some(sees_all) = or_stop(course_run, sees_all(course_run).await).await else { return Ok(()) };
    // What somebody wrote whose token only takes back is somebody else's.
    let ours = session.store().run(undone)?.writers;
    for (one, assignment) in created {
        if context.remote.should_stop() {
            return Ok(());
        }
        let unseen = match &sees_all {
            Ok(true) => None,
            Ok(false) => Some("the token sees the students of its own sections only"),
            Err(_) => Some("Canvas does not say whose cells the token sees"),
        };
        let work = if let Some(unseen) = unseen {
            Work::Others(unseen.to_owned())
        } else if may_be_written(course_run, undone, one.part, assignment)? {
            Work::Others("a job of ours may still write to it".to_owned())
        } else {
            let reader = session.reader();
            let column = Column { reader: &reader, course: course_run.course, assignment, ours: &ours };
            match or_stop(course_run, column.others_work().await).await {
                Some(Ok(work)) => work,
                Some(Err(error)) => Work::Others(error.to_string()),
                None => return Ok(()),
            }
        };
        let deleted = match work {
            Work::Others(why) => Err(why),
            Work::Ours { comments } => match delete_assignment(course_run, assignment).await {
                Some(None) => Ok(comments),
                Some(Some(why)) => Err(why),
                None => return Ok(()),
            },
        };
        match deleted {
            Ok(comments) => {
                let with = went_with_it(comments);
                let now = session.clock.now();
                session.store().assignment_deleted(undone, one.part, one.column, with.as_deref(), now)?;
            }
            Err(why) => {
                session.store().assignment_kept(undone, one.part, one.column, &why)?;
                let message = format!("an assignment that {undone} created stays in Canvas: {why}");
                let finding = Finding::new(FindingCode::AssignmentKept, message).in_course(course_run.course);
                context.found(finding.of_assignment(Some(assignment)));
            }
        }
    }
    Ok(())
}

/// What is to be said of a column that was deleted.
fn went_with_it(comments: usize) -> Option<String> {
    match comments {
        0 => None,
        1 => Some("1 comment of the run went with it".to_owned()),
        many => Some(format!("{many} comments of the run went with it")),
    }
}

/// Whether a job of ours may still write into the column.
fn may_be_written(
    course_run: &CourseRun<'_>,
    undone: RunId,
    part: PartIndex,
    assignment: AssignmentId,
) -> Result<bool, EngineError> {
    let session = course_run.context.session;
    let outstanding = session.store().cells_outstanding(&session.settings.host)?;
    let is_open = outstanding.iter().any(|(course, column, _)| (*course, *column) == (course_run.course, assignment));
    Ok(is_open || given_up(session, undone, part)?.values().any(|column| *column == assignment))
}

/// Deletes an assignment; gives why Canvas kept it, if it did. `None` where the run stops instead.
async fn delete_assignment(course_run: &CourseRun<'_>, assignment: AssignmentId) -> Option<Option<String>> {
    let context = course_run.context;
    let deleted = context.writer.delete_assignment(course_run.course, assignment).await;
    let error = match or_stop(course_run, deleted).await? {
        Ok(_) | Err(CanvasError::NotFound { .. }) => return Some(None),
        Err(error) => error,
    };
    let left = context.session.reader().assignments(course_run.course).all().await;
    let left = or_stop(course_run, left).await?;
    let is_gone = left.is_ok_and(|left| left.iter().all(|other| other.id != assignment));
    Some((!is_gone).then(|| error.server_message().map_or_else(|| error.to_string(), str::to_owned)))
}

/// Whether the token sees everybody's cells: in a section that it does not see, somebody may have graded.
async fn sees_all(course_run: &CourseRun<'_>) -> Result<bool, CanvasError> {
    let reader = course_run.context.session.reader();
    let user = reader.whoami().await?.id;
    Ok(!sees_own_sections(&reader, course_run.course, user).await?)
}
