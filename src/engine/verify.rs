//! Reads everything a run wrote again, and reports drift.

use super::journal::{Recorded, created_in, deleted_in, forgotten, places, recorded};
use super::live::{Look, With};
use super::live::{ends_everything, is_unavailable};
use super::session::same_connector;
use super::{EngineError, Event, Selection, Session, Step};
use crate::canvas::{Comment, Submission};
use crate::domain::{
    AssignmentId, Cell, CellRecord, CommentOutcome, CourseId, CoursePart, LiveCell, Outcome, RunId, Sending, UserId,
    Wanted, is_same_comment,
};

/// A cell that no longer holds what the run wrote.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Drift {
    /// The part of the run's plan that has the cell.
    pub part: u32,
    /// The place of the cell in that part.
    pub cell: u32,
    /// The course.
    pub course: CourseId,
    /// The assignment.
    pub assignment: AssignmentId,
    /// The student.
    pub user: UserId,
    /// What the run wrote.
    pub wrote: Wanted,
    /// What is there now; `None` if the cell is not there any more.
    pub now: Option<LiveCell>,
    /// Whether the comment that the run sent is not there any more.
    pub comment_gone: bool,
}

/// What verifying a run came to.
#[derive(Debug, Clone, Default)]
pub struct VerifySummary {
    /// Cells read.
    pub checked: u64,
    /// Cells that hold what the run wrote.
    pub holding: u64,
    /// Cells that do not.
    pub drifted: Vec<Drift>,
    /// Cells of courses that could not be read, and of people who were forgotten.
    pub unreadable: u64,
    /// HTTP requests it took.
    pub requests: u64,
}

/// Reads every selected written cell of a run again. A course that cannot be read leaves its cells unreadable; a Canvas
/// of which no course can be read because it is down is an error.
pub async fn verify(session: &Session, run: RunId, selection: &Selection) -> Result<VerifySummary, EngineError> {
    let requests_before = session.client.requests();
    let stored = session.store().run(run)?;
    let plan = session.store().plan(stored.plan)?;
    same_connector(session, &plan)?;
    let selected = selection.look_up(&session.store(), &session.settings.host, session.settings.course_id_origin)?;
    let mut commenters = stored.writers.clone();
    commenters.extend(&session.settings.own_graders);
    let mut unmet = selected.unmet();
    let total = session.store().run_counts(run)?.written;
    session.events.send(Event::Started { step: Step::Verify, total: Some(total) });
    let mut summary = VerifySummary::default();
    let mut reachable = false;
    let mut unreachable = None;
    for ordinal in 0..plan.parts {
        let part = session.store().plan_part(plan.id, ordinal)?;
        unmet.meet(&part);
        let records = session.store().records(run, ordinal)?;
        let created = created_in(session, run, ordinal)?;
        let mut cells = recorded(&part, &records, &created, |record| record.outcome == Outcome::Written);
        cells.retain(|one| selected.has_cell(&part, &part.cells[one.cell as usize]));
        let mut forgotten = forgotten(&part, &records, |record| record.outcome == Outcome::Written);
        forgotten.retain(|index| selected.has_cell(&part, &part.cells[*index as usize]));
        summary.checked += forgotten.len() as u64;
        summary.unreadable += forgotten.len() as u64;
        let Some(course) = part.course.as_ref().map(|course| course.id) else { continue };
        // Columns that an undo deleted hold nothing any more.
        let deleted = deleted_in(session, run, ordinal)?;
        for one in recorded(&part, &records, &deleted, |record| record.outcome == Outcome::Written) {
            let cell = &part.cells[one.cell as usize];
            let Some(wrote) =
                cell.wanted.filter(|_| deleted.contains_key(&cell.column) && selected.has_cell(&part, cell))
            else {
                continue;
            };
            let Recorded { cell, assignment, user, .. } = one;
            summary.checked += 1;
            summary.drifted.push(Drift {
                part: ordinal,
                cell,
                course,
                assignment,
                user,
                wrote,
                now: None,
                comment_gone: false,
            });
        }
        if cells.is_empty() {
            continue;
        }
        let comments = cells.iter().any(|one| one.record.comment == Some(CommentOutcome::Sent));
        match Look::at(&session.client.reader(), course, &places(&cells), With { comments }).await {
            Ok(look) => {
                reachable = true;
                compare(&mut summary, (ordinal, course), &part, &cells, &look, &commenters);
            }
            Err(error) if ends_everything(&error) => return Err(error.into()),
            Err(error) => {
                if is_unavailable(&error) {
                    unreachable = unreachable.or(Some(error));
                } else {
                    reachable = true;
                }
                summary.checked += cells.len() as u64;
                summary.unreadable += cells.len() as u64;
            }
        }
        session.events.send(Event::Advanced { step: Step::Verify, by: cells.len() as u64 });
    }
    if let (Some(error), false) = (unreachable, reachable) {
        return Err(error.into());
    }
    unmet.finish()?;
    session.events.send(Event::Finished { step: Step::Verify });
    summary.requests = session.client.requests() - requests_before;
    Ok(summary)
}

/// Compares the cells of one part with what the run wrote; `commenters` are those whose comments are the run's.
fn compare(
    summary: &mut VerifySummary,
    (ordinal, course): (u32, CourseId),
    part: &CoursePart,
    cells: &[Recorded<'_>],
    look: &Look,
    commenters: &[UserId],
) {
    for one in cells {
        let cell = &part.cells[one.cell as usize];
        summary.checked += 1;
        if look.refused.contains_key(&one.assignment) {
            summary.unreadable += 1;
            continue;
        }
        let Some(wrote) = cell.wanted else { continue };
        let submission = look.grid.submission(one.assignment, one.user);
        let now = submission.map(Submission::live_cell);
        let comment_gone = is_comment_gone(cell, one.record, submission, commenters);
        let comment_only = cell.sending == Sending::CommentOnly && now.is_some();
        let holds = comment_only || now.as_ref().is_some_and(|live| wrote.holds_in(live));
        if holds && !comment_gone {
            summary.holding += 1;
            continue;
        }
        let Recorded { cell, assignment, user, .. } = *one;
        summary.drifted.push(Drift { part: ordinal, cell, course, assignment, user, wrote, now, comment_gone });
    }
}

/// Whether a comment that the run sent has gone since.
fn is_comment_gone(cell: &Cell, record: &CellRecord, submission: Option<&Submission>, commenters: &[UserId]) -> bool {
    let sent = cell.comment.as_deref().filter(|_| record.comment == Some(CommentOutcome::Sent));
    let (Some(text), Some(submission)) = (sent, submission) else { return false };
    let is_it = |comment: &Comment| {
        comment.author_id.is_some_and(|author| commenters.contains(&author)) && is_same_comment(&comment.comment, text)
    };
    !submission.submission_comments.iter().any(is_it)
}
