//! What became of a cell after its job: classified from what is read back and from the change log, never from the job's
//! word alone (design, promise 5).

use jiff::{SignedDuration, Timestamp};

use super::before::{NOT_THERE, changed_since, is_entered_again, is_ours};
use super::change_log::trace;
use super::comment_outcome::{CommentMoment, comment_outcome};
use super::versions::show_another_write;
use super::{CellRecord, CommentOutcome, JobEnd, LoggedChange, LostEdit, Outcome, OwnIds, RunCell, Seen, ToSend};
use crate::domain::{Entered, LiveCell, is_as_planned};

/// What is to be done about a cell whose job has ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum After {
    /// Nothing: it is decided.
    Done(Box<CellRecord>),
    /// The job ended before it got there: send it again.
    Again,
    /// The job left the cell as it was (`canvas-contract §H4`): send it alone. Decided like this if it was alone.
    Alone(Box<CellRecord>),
    /// Look once more, a little later: lists may come from a copy of the database that is behind
    /// (`canvas-contract §I1`), and this cell does not show what was sent.
    LookAgain,
}

/// Which look at a cell after its job it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reading {
    /// Right after the job.
    First,
    /// A little later; there is no other.
    Last,
}

/// What of a cell was sent, after what was seen of it.
#[derive(Debug, Clone, Copy)]
pub struct Sent<'a> {
    /// The parts.
    pub parts: ToSend,
    /// What the look right before the request showed.
    pub before: &'a Seen,
}

/// Classifies a cell. `read` is `None` where Canvas shows no such cell any more; `changes` are those since the look
/// before the request, oldest first, `None` where the log may not be read.
pub fn after_job(
    cell: &RunCell,
    sent: Sent<'_>,
    read: Option<&Seen>,
    changes: Option<&[LoggedChange]>,
    end: &JobEnd,
    (own, look): (OwnIds<'_>, Reading),
) -> After {
    let holds = read.is_some_and(|read| cell.wanted.holds_in(&read.live));
    let untouched = read.is_some_and(|read| is_as_planned(&read.live, &sent.before.live));
    let is_refused = end.names_user(cell.key) || untouched && end.names_assignment(cell.key);
    let comment = comment_outcome(cell, read, CommentMoment::AfterJob { sent: sent.parts, is_refused });
    let lacks_comment = sent.parts.comment && !matches!(comment, None | Some(CommentOutcome::Sent));
    let is_pending = lacks_comment || !holds;
    // What an earlier request replaced was decided by the plan.
    let before = if cell.was_sent() { cell.at_plan_time() } else { sent.before.clone() };
    let traced = changes.map(|changes| trace(cell, &before, read, changes, own)).unwrap_or_default();
    // A row from before our write is behind, also where it held the value then.
    let is_older = read.is_some_and(|read| traced.wrote.is_some_and(|(at, _)| is_graded_before(&read.live, at)));
    let is_behind = if holds { is_older } else { traced.wrote.is_some() && traced.since.is_none() };
    if is_behind && look == Reading::First {
        return After::LookAgain;
    }
    let is_changed_since = traced.since.is_some() && traced.wrote.is_some();
    // A list may show the grade and not yet the comment.
    if lacks_comment && end.completed && !is_refused && look == Reading::First && (holds || is_changed_since) {
        return After::LookAgain;
    }
    if !end.completed && !is_refused && (holds || untouched || is_changed_since && lacks_comment) && is_pending {
        let may_come = look == Reading::First && sent.parts.comment;
        return if may_come { After::LookAgain } else { After::Again };
    }
    let record = |outcome, reason: Option<String>| CellRecord {
        outcome,
        comment,
        live: read.map(|read| read.live.clone()),
        reason,
        overwrote: traced.lost.clone(),
        ..CellRecord::pending()
    };
    let done = |record| After::Done(Box::new(record));
    if holds && cell.is_comment_only() && lacks_comment {
        let outcome = if is_refused { Outcome::Rejected } else { Outcome::Unknown };
        return done(record(outcome, Some("Canvas ended the job, but the comment is not there".to_owned())));
    }
    let Some(read) = read.filter(|read| !cell.has_lost_row(read)) else {
        let unknown = || record(Outcome::Unknown, Some(NOT_THERE.to_owned()));
        return done(if is_refused { record(Outcome::Rejected, Some(refusal(end))) } else { unknown() });
    };
    if holds {
        // Of which no grade was ever sent, and which is as it was before: not even its group's grade came there.
        let is_left = !sent.parts.grade && untouched && !cell.was_sent();
        let ours = cell.is_comment_only() || !is_left && is_ours(&traced, changes, &read.live, own);
        let mut record = record(if ours { Outcome::Written } else { Outcome::Already }, None);
        if lacks_comment && is_refused {
            // The grade is written before Canvas refuses the comment (`canvas-contract §H9`).
            record.comment = Some(CommentOutcome::Unknown);
            record.reason = Some(format!("its comment was not taken; {}", refusal(end)));
        }
        let hides = ours && sent.parts.grade && traced.wrote.is_none() && show_another_write(sent.before, read);
        // The log shows nothing of our write, and the versions do not tell what it replaced.
        let unknown = LostEdit { entered: None, grader: None, graded_at: None };
        if is_entered_again(&traced, &read.live, own) && !cell.is_comment_only() {
            return done(changed_since(cell, traced, record));
        }
        return done(if hides { CellRecord { overwrote: vec![unknown], ..record } } else { record });
    }
    if is_changed_since {
        let record = record(Outcome::Written, None);
        return done(changed_since(cell, traced, record));
    }
    if is_refused {
        return done(record(Outcome::Rejected, Some(refusal(end))));
    }
    if !untouched && !own.wrote(&read.live) {
        return done(record(Outcome::Held, Some("the cell changed in Canvas before it could be written".to_owned())));
    }
    let record = record(Outcome::Rejected, Some("Canvas shows another value".to_owned()));
    match (end.completed && untouched, look) {
        (true, Reading::First) => After::LookAgain,
        (true, Reading::Last) => After::Alone(Box::new(record)),
        (false, _) => done(record),
    }
}

/// Whether the cell's grade is older than this write, beyond what a second cut off makes of it. An empty cell keeps the
/// time of the grade that it held (`canvas-contract §H4`).
fn is_graded_before(live: &LiveCell, wrote_at: Timestamp) -> bool {
    let graded_at = live.graded_at.filter(|_| live.entered != Entered::Empty);
    graded_at.is_some_and(|graded_at| wrote_at.duration_since(graded_at) > SignedDuration::from_secs(2))
}

fn refusal(end: &JobEnd) -> String {
    format!("Canvas: {}", end.words)
}
