//! What is decided about a cell before and after its job. Pure.

use super::jobs::JobEnd;
use super::task::Task;
use super::trace::trace;
use crate::canvas::{Comment, JobState, Submission};
use crate::domain::{
    CellRecord, CommentOutcome, Entered, LastPushed, LiveCell, Outcome, Owner, PlanKind, Sending, UserId,
    is_as_planned, is_same_comment,
};

/// Where a cell was sent and cannot be looked at.
const NOT_THERE: &str = "sent, but the cell is not there any more, so nobody can see what it holds";

/// Who we are in Canvas.
#[derive(Debug, Clone, Copy)]
pub(super) struct OwnIds<'a> {
    /// Our grades are under these names.
    pub(super) writers: &'a [UserId],
    /// Our comments are under these.
    pub(super) commenters: &'a [UserId],
}

/// What the pre-check says.
#[derive(Debug)]
pub(super) enum Checked {
    /// Send what is still open of it.
    Send(Box<Task>),
    /// Decided without sending.
    Settled(Box<CellRecord>),
}

/// Compares a cell with its plan right before it would be sent (design, promises 2 and 3). No earlier job may write it
/// any more.
pub(super) fn check(task: &Task, submission: Option<&Submission>, us: OwnIds<'_>) -> Checked {
    let settled = |outcome, record: CellRecord| {
        Checked::Settled(Box::new(CellRecord { outcome, request_id: task.request_id.clone(), ..record }))
    };
    let Some(submission) = submission else {
        let (outcome, reason) = if task.sent_before {
            (Outcome::Unknown, NOT_THERE)
        } else {
            (Outcome::Held, "the student is no longer in the course, or the assignment no longer assigned")
        };
        let comment = task.comment.as_ref().map(|_| match outcome {
            Outcome::Unknown => CommentOutcome::Unknown,
            _ => CommentOutcome::Pending,
        });
        return settled(outcome, CellRecord { comment, reason: Some(reason.to_owned()), ..CellRecord::pending() });
    };
    let live = submission.live_cell();
    let holds = task.wanted.holds_in(&live);
    let commented = has_comment(task, submission, us.commenters);
    let comment_open = task.comment.is_some() && !commented && !task.comment_in_doubt;
    let untouched = match &task.base {
        Some(base) => is_as_planned(&live, base),
        // A column that the run created is as empty as it was made, and nobody emptied it.
        None => live.entered == Entered::Empty && live.grader.is_none(),
    };
    // Where a grade for one member goes to the whole group, a cell may be written before its own turn comes.
    let may_be_written = task.sent_before || task.group.is_some() && !untouched;
    let ours = task.sending == Sending::CommentOnly || may_be_written && is_by(&live, us.writers);
    let sends = !holds && untouched || holds && comment_open;
    if let Some(why) = task.objection.as_ref().filter(|_| sends) {
        let comment = task.comment.as_ref().map(|_| CommentOutcome::Pending);
        let record = CellRecord { comment, live: Some(live), reason: Some(why.clone()), ..CellRecord::pending() };
        return settled(Outcome::Held, record);
    }
    if !holds && untouched {
        let grade_open = task.sending != Sending::CommentOnly;
        return Checked::Send(Box::new(Task { grade_open, comment_open, ..task.clone() }));
    }
    // Whoever gave the grade: the comment is ours.
    if holds && comment_open {
        return Checked::Send(Box::new(Task { grade_open: false, comment_open, ..task.clone() }));
    }
    let traced = match &task.base {
        _ if !task.sent_before => None,
        Some(base) => Some(trace(task, base, submission, us.writers)),
        None => Some(trace(task, &LiveCell::default(), submission, us.writers)),
    };
    let traced = traced.unwrap_or_default();
    let comment = task.comment.as_ref().map(|_| match (commented, task.sent_before) {
        (false, _) if task.comment_in_doubt => CommentOutcome::Unknown,
        (false, _) => CommentOutcome::Pending,
        (true, true) => CommentOutcome::Sent,
        (true, false) => CommentOutcome::Already,
    });
    let record = CellRecord { comment, live: Some(live), overwrote: traced.replaced, ..CellRecord::pending() };
    if holds && task.sending == Sending::CommentOnly && !commented {
        let reason = Some("its comment went with a job that was given up, and may still come".to_owned());
        return settled(Outcome::Unknown, CellRecord { reason, ..record });
    }
    if holds {
        return settled(if ours { Outcome::Written } else { Outcome::Already }, record);
    }
    let (outcome, reason) = if traced.wrote {
        (Outcome::Rejected, "written, and changed in Canvas since")
    } else {
        (Outcome::Held, "the cell changed in Canvas since the plan")
    };
    settled(outcome, CellRecord { reason: Some(reason.to_owned()), ..record })
}

/// What becomes of a cell after its job.
#[derive(Debug)]
pub(super) enum Settled {
    /// Decided.
    Record(Box<CellRecord>),
    /// The job ended before it got there: send it again.
    Again,
    /// Decided, unless Canvas takes it alone: the job left the cell as it was (`canvas-contract §H4`).
    PassedOver(Box<CellRecord>),
}

/// Classifies a cell from what is read back, never from the job's word alone (design, promise 5). `before` is what the
/// pre-check saw.
pub(super) fn settle(
    task: &Task,
    before: &LiveCell,
    read: Option<&Submission>,
    end: &JobEnd,
    us: OwnIds<'_>,
) -> Settled {
    let live = read.map(Submission::live_cell);
    let holds = live.as_ref().is_some_and(|live| task.wanted.holds_in(live));
    let by_us = task.sending == Sending::CommentOnly || live.as_ref().is_some_and(|live| is_by(live, us.writers));
    let commented = read.is_some_and(|read| has_comment(task, read, us.commenters));
    let completed = end.state == JobState::Completed;
    let untouched = live.as_ref().is_some_and(|live| is_as_planned(live, before));
    let message = end.message.as_deref().unwrap_or_default();
    let named = names_student(message, task) || untouched && names_assignment(message, task);
    let comment = task.comment.as_ref().map(|_| match (commented, task.comment_open || task.sent_before) {
        (true, true) => CommentOutcome::Sent,
        (true, false) => CommentOutcome::Already,
        // Canvas says itself that it wrote nothing for this student.
        (false, _) if named => CommentOutcome::Pending,
        (false, _) => CommentOutcome::Unknown,
    });
    let recorded = |outcome, reason: Option<String>| {
        let traced = read.map(|read| trace(task, before, read, us.writers)).unwrap_or_default();
        let (live, request_id) = (live.clone(), task.request_id.clone());
        Box::new(CellRecord { outcome, comment, live, reason, overwrote: traced.replaced, request_id })
    };
    let done = |outcome, reason| Settled::Record(recorded(outcome, reason));
    let comment_missing = task.comment_open && task.comment.is_some() && !commented;
    if !completed && !named && (holds || untouched) && (comment_missing || !holds) {
        return Settled::Again;
    }
    if holds && task.sending == Sending::CommentOnly && comment_missing {
        let outcome = if named { Outcome::Rejected } else { Outcome::Unknown };
        return done(outcome, Some("Canvas ended the job, but the comment is not there".to_owned()));
    }
    if holds {
        return done(if by_us { Outcome::Written } else { Outcome::Already }, None);
    }
    let traced = read.map(|read| trace(task, before, read, us.writers)).unwrap_or_default();
    let (outcome, reason) = match &live {
        _ if named => (Outcome::Rejected, format!("Canvas: {}", shorten(message))),
        None => (Outcome::Unknown, NOT_THERE.to_owned()),
        Some(live) if !traced.wrote && !is_by(live, us.writers) && !untouched => {
            (Outcome::Held, "the cell changed in Canvas before it could be written".to_owned())
        }
        Some(_) => (Outcome::Rejected, "Canvas shows another value".to_owned()),
    };
    if completed && untouched && !named {
        return Settled::PassedOver(recorded(outcome, Some(reason)));
    }
    done(outcome, Some(reason))
}

/// Whether Canvas's message lists this student among those it could not find (`canvas-contract §H7`).
fn names_student(message: &str, task: &Task) -> bool {
    message.contains("User") && message.contains(&format!("'{}'", task.user))
}

/// Whether Canvas's message lists this assignment among those it could not grade (`canvas-contract §H7`).
fn names_assignment(message: &str, task: &Task) -> bool {
    message.contains("assignments") && message.contains(&format!("'{}'", task.assignment))
}

/// A message may list thousands of ids.
fn shorten(message: &str) -> String {
    let words = message.split(" '").next().unwrap_or_default();
    words.chars().take(200).collect()
}

fn is_by(live: &LiveCell, people: &[UserId]) -> bool {
    live.grader.is_some_and(|grader| people.contains(&UserId(grader)))
}

/// Whether our comment is there.
fn has_comment(task: &Task, submission: &Submission, commenters: &[UserId]) -> bool {
    let ours = |comment: &Comment| {
        comment.author_id.is_some_and(|author| commenters.contains(&author))
            && task.comment.as_deref().is_some_and(|text| is_same_comment(text, &comment.comment))
    };
    submission.submission_comments.iter().any(ours)
}

/// What the journal remembers as last pushed into this cell. A comment alone does not make the grade ours.
pub(super) fn pushed(task: &Task, record: &CellRecord, kind: &PlanKind) -> Option<LastPushed> {
    let live = record.live.clone().filter(|_| record.outcome == Outcome::Written)?;
    if task.sending == Sending::CommentOnly {
        return None;
    }
    Some(match kind {
        // A restored cell is again owned by whoever owned it before (design, promise 6).
        PlanKind::Undo { .. } => LastPushed { cell: live, owner: task.owner, undone: task.base.clone() },
        PlanKind::Scores | PlanKind::Selection { .. } => LastPushed { cell: live, owner: Owner::Ours, undone: None },
    })
}

/// A record of this outcome and nothing more.
pub(super) fn record(outcome: Outcome) -> CellRecord {
    CellRecord { outcome, ..CellRecord::pending() }
}
