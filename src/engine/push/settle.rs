//! What is decided about a cell before and after its job. Pure.

use super::task::{Task, is_untouched_new};
use crate::canvas::{Comment, JobState, Submission};
use crate::domain::{
    CellRecord, CommentOutcome, LastPushed, LiveCell, LostEdit, Outcome, Owner, PlanKind, Sending, UserId,
    is_as_planned,
};

/// What the pre-check says.
#[derive(Debug)]
pub(super) enum Checked {
    /// As planned: send it.
    Send,
    /// Decided without sending.
    Settled(Box<CellRecord>),
}

/// Compares a cell with its plan right before it would be sent (design, promises 2 and 3).
pub(super) fn check(task: &Task, submission: Option<&Submission>, token_user: UserId) -> Checked {
    let Some(submission) = submission else {
        return Checked::Settled(Box::new(CellRecord {
            reason: Some("the student is no longer in the course, or the assignment no longer assigned".to_owned()),
            ..record(Outcome::Held)
        }));
    };
    let live = submission.live_cell();
    let holds = task.wanted.holds_in(&live);
    let comment_open = task.comment.is_some() && !has_comment(task, submission, token_user);
    if holds && !task.comment_in_doubt && !(comment_open && may_comment(task, &live)) {
        let ours = task.sent_before && live.grader == Some(token_user.0) || task.sending == Sending::CommentOnly;
        let outcome = if ours { Outcome::Written } else { Outcome::Already };
        let comment = task.comment.as_ref().map(|_| match (comment_open, task.sent_before) {
            (true, _) => CommentOutcome::Pending,
            (false, true) => CommentOutcome::Sent,
            (false, false) => CommentOutcome::Already,
        });
        return Checked::Settled(Box::new(CellRecord { comment, live: Some(live), ..record(outcome) }));
    }
    let as_planned = match &task.base {
        Some(base) => is_as_planned(&live, base),
        None => is_untouched_new(&live),
    };
    if as_planned || holds {
        return Checked::Send;
    }
    Checked::Settled(Box::new(CellRecord {
        reason: Some("the cell changed in Canvas since the plan".to_owned()),
        live: Some(live),
        ..record(Outcome::Held)
    }))
}

/// A comment may follow a value that somebody else put there only where nobody else's work is touched by it.
fn may_comment(task: &Task, live: &LiveCell) -> bool {
    task.sending == Sending::CommentOnly
        || task.sent_before
        || task.base.as_ref().is_some_and(|base| is_as_planned(live, base))
}

/// How a chunk's job ended.
#[derive(Debug, Clone)]
pub(super) enum JobEnd {
    /// Canvas says so; `message` is its own.
    Ended { state: JobState, message: Option<String> },
    /// Nobody knows: no reply, or no end in time.
    Lost,
}

/// What becomes of a cell after its job.
#[derive(Debug)]
pub(super) enum Settled {
    /// Decided.
    Record(Box<CellRecord>),
    /// The job ended before it got there: send it again.
    Again,
}

/// Classifies a cell from what is read back, never from the job's word alone (design, promise 5).
pub(super) fn settle(
    task: &Task,
    before: &LiveCell,
    read: Option<&Submission>,
    end: &JobEnd,
    with_comment: bool,
    token_user: UserId,
) -> Settled {
    let live = read.map(Submission::live_cell);
    let holds = live.as_ref().is_some_and(|live| task.wanted.holds_in(live));
    let commented = task.comment.is_some() && read.is_some_and(|read| has_comment(task, read, token_user));
    let comment = task.comment.as_ref().map(|_| match (commented, end) {
        (true, _) => CommentOutcome::Sent,
        (false, JobEnd::Lost) => CommentOutcome::Unknown,
        (false, JobEnd::Ended { .. }) if with_comment => CommentOutcome::Unknown,
        (false, JobEnd::Ended { .. }) => CommentOutcome::Pending,
    });
    let done = |outcome, reason: Option<String>| {
        let overwrote =
            read.filter(|_| outcome == Outcome::Written).and_then(|read| lost_edit(task, before, read, token_user));
        Settled::Record(Box::new(CellRecord { comment, live: live.clone(), reason, overwrote, ..record(outcome) }))
    };
    if holds && (task.sending != Sending::CommentOnly || commented || !with_comment) {
        return done(Outcome::Written, None);
    }
    match end {
        JobEnd::Lost => done(Outcome::Unknown, Some("sent, and the answer was lost".to_owned())),
        JobEnd::Ended { state: JobState::Completed, .. } if task.sending == Sending::CommentOnly => {
            done(Outcome::Unknown, Some("Canvas ended the job, but the comment is not there".to_owned()))
        }
        JobEnd::Ended { state, message } => {
            let message = message.as_deref().unwrap_or_default();
            let untouched = live.as_ref().is_some_and(|live| is_as_planned(live, before));
            if names(message, task.user.0) || untouched && names(message, task.assignment.0) {
                done(Outcome::Rejected, Some(format!("Canvas: {}", shorten(message))))
            } else if untouched && *state != JobState::Completed {
                Settled::Again
            } else if live.is_none() {
                done(Outcome::Rejected, Some("the cell is not there any more".to_owned()))
            } else {
                done(Outcome::Rejected, Some("Canvas shows another value".to_owned()))
            }
        }
    }
}

/// Whether Canvas's message lists this id, quoted as it was sent (`canvas-contract §H7`).
fn names(message: &str, id: i64) -> bool {
    message.contains(&format!("'{id}'"))
}

/// A message may list thousands of ids.
fn shorten(message: &str) -> String {
    let words = message.split(" '").next().unwrap_or_default();
    words.chars().take(200).collect()
}

/// Whether our comment is there.
fn has_comment(task: &Task, submission: &Submission, token_user: UserId) -> bool {
    let ours = |comment: &Comment| {
        comment.author_id == Some(token_user) && Some(comment.comment.as_str()) == task.comment.as_deref()
    };
    submission.submission_comments.iter().any(ours)
}

/// An edit made between the pre-check and the job: the version before ours is not the one we looked at.
fn lost_edit(task: &Task, before: &LiveCell, read: &Submission, token_user: UserId) -> Option<LostEdit> {
    let versions = &read.submission_history;
    let ours = versions.iter().rposition(|version| {
        version.grader_id == Some(token_user.0)
            && task.wanted.holds_in(&LiveCell {
                entered: version.entered(),
                entered_grade: read.entered_grade.clone(),
                ..LiveCell::default()
            })
    })?;
    let replaced = versions[..ours].last()?;
    let seen = replaced.entered() == before.entered
        && (replaced.graded_at == before.graded_at || replaced.graded_at.is_none());
    (!seen && replaced.grader_id.is_some()).then(|| LostEdit {
        entered: replaced.entered(),
        grader: replaced.grader_id.filter(|grader| *grader > 0).map(UserId),
        graded_at: replaced.graded_at,
    })
}

/// What the journal remembers as last pushed into this cell.
pub(super) fn pushed(task: &Task, record: &CellRecord, kind: &PlanKind) -> Option<LastPushed> {
    let live = record.live.clone().filter(|_| record.outcome == Outcome::Written)?;
    Some(match kind {
        // A restored cell is again owned by whoever owned it before (design, promise 6).
        PlanKind::Undo { .. } => LastPushed { cell: live, owner: task.owner, undone: task.base.clone() },
        PlanKind::Scores | PlanKind::Selection { .. } => LastPushed { cell: live, owner: Owner::Ours, undone: None },
    })
}

pub(super) fn record(outcome: Outcome) -> CellRecord {
    CellRecord { outcome, ..CellRecord::pending() }
}
