//! Whether a cell may be sent, right before it would be (design, promises 2 and 3).

use super::change_log::{Trace, trace};
use super::comment_outcome::{CommentMoment, comment_outcome};
use super::{Attempt, CellRecord, CommentOutcome, LoggedChange, Outcome, OwnIds, RunCell, Seen, ToSend};
use crate::domain::{LiveCell, is_as_planned};

/// A cell that was sent and has no row any more.
pub(super) const NOT_THERE: &str = "sent, but the cell is not there any more, so nobody can see what it holds";

/// A grade that a teacher has hidden since the plan (`canvas-contract §I4`).
const HIDDEN_SINCE: &str = "its grade was hidden since the plan, and writing would reveal it";

/// A cell that was sent, is not written, and was taken back.
const TAKEN_BACK: &str = "taken back by an undo, and so not sent any more";

/// What the look right before the request says of a cell.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Before {
    /// Send these parts.
    Send(ToSend),
    /// Decided without sending.
    Done(Box<CellRecord>),
}

/// Compares a cell with its plan. `seen` is `None` where Canvas shows no such cell; `changes` are those that the change
/// log has of it since the plan, oldest first, where [`needs_change_log`]. No earlier job may write the cell any more.
pub fn before_write(cell: &RunCell, seen: Option<&Seen>, changes: Option<&[LoggedChange]>, own: OwnIds<'_>) -> Before {
    let Some(seen) = seen.filter(|seen| !cell.has_lost_row(seen)) else {
        return Before::Done(Box::new(out_of_sight(cell)));
    };
    let live = &seen.live;
    let holds = cell.wanted.holds_in(live);
    let untouched = is_untouched(cell, live);
    let commented = seen.our_comments > 0;
    let comment = cell.comment.is_some() && !commented && cell.attempt != Attempt::CommentInDoubt;
    let record = |outcome, reason: Option<&str>| CellRecord {
        outcome,
        comment: comment_outcome(cell, Some(seen), CommentMoment::BeforeWrite),
        live: Some(live.clone()),
        reason: reason.map(str::to_owned),
        ..CellRecord::pending()
    };
    let done = |record| Before::Done(Box::new(record));
    let objection = cell.objection.as_deref().or(is_hidden_since(cell, live).then_some(HIDDEN_SINCE));
    if !holds && untouched || holds && comment {
        match objection {
            // Whoever gave a grade that is there: the comment is ours.
            None => return Before::Send(ToSend { grade: !holds && !cell.is_comment_only(), comment }),
            // What an earlier attempt wrote counts as written, without its comment: below.
            Some(_) if holds && cell.was_sent() && !cell.is_comment_only() => {}
            Some(why) => return done(record(Outcome::Held, Some(why))),
        }
    }
    if holds && cell.is_comment_only() && !commented {
        let reason = "its comment went with a job that was given up, and may still come";
        return done(record(Outcome::Unknown, Some(reason)));
    }
    let traced = match changes.filter(|_| needs_change_log(cell, Some(seen))) {
        Some(changes) => trace(cell, &cell.at_plan_time(), Some(seen), changes, own),
        None => Trace::default(),
    };
    if holds {
        // Where a grade for one member goes to the whole group, a cell may be written before its own turn comes.
        let may_be_written = cell.was_sent() || cell.group.is_some() && !untouched;
        let ours = cell.is_comment_only() || may_be_written && is_ours(&traced, changes, live, own);
        let (outcome, reason) = match objection.filter(|_| comment) {
            Some(why) if ours => (Outcome::Written, Some(format!("its comment was not sent: {why}"))),
            Some(why) => (Outcome::Held, Some(why.to_owned())),
            None if ours => (Outcome::Written, None),
            None => (Outcome::Already, None),
        };
        let record = CellRecord { overwrote: traced.lost.clone(), ..record(outcome, reason.as_deref()) };
        return done(if is_entered_again(&traced, live, own) { changed_since(cell, traced, record) } else { record });
    }
    if traced.since.is_some() && traced.wrote.is_some() {
        if comment && objection.is_none() {
            return Before::Send(ToSend { grade: false, comment });
        }
        return done(changed_since(cell, traced, record(Outcome::Written, None)));
    }
    done(record(Outcome::Held, Some("the cell changed in Canvas since the plan")))
}

/// The record of a cell whose column Canvas does not show, with why.
pub fn unreadable(cell: &RunCell, why: &str) -> CellRecord {
    let outcome = if cell.was_sent() { Outcome::Unknown } else { Outcome::Rejected };
    CellRecord { outcome, reason: Some(format!("the column cannot be read: {why}")), ..out_of_sight(cell) }
}

/// What is seen of a cell that was sent and then taken back by an undo: nothing more is sent to it. `None` where a job
/// that was given up may still write it (`may_come`).
pub fn look_after(
    cell: &RunCell,
    seen: Option<&Seen>,
    changes: Option<&[LoggedChange]>,
    own: OwnIds<'_>,
    may_come: bool,
) -> Option<CellRecord> {
    let send = match before_write(cell, seen, changes, own) {
        Before::Done(record) => return Some(*record),
        Before::Send(send) => send,
    };
    if !send.grade && !cell.is_comment_only() {
        // The grade is there, and its comment is not.
        let without_comment = RunCell { comment: None, ..cell.clone() };
        let Before::Done(record) = before_write(&without_comment, seen, changes, own) else { return None };
        let comment = if may_come { CommentOutcome::Unknown } else { CommentOutcome::Pending };
        return Some(CellRecord { comment: Some(comment), ..*record });
    }
    let comment = comment_outcome(cell, seen, CommentMoment::BeforeWrite);
    (!may_come).then(|| CellRecord { comment, reason: Some(TAKEN_BACK.to_owned()), ..CellRecord::pending() })
}

/// The record of a cell that is as planned and must not be sent all the same.
pub fn held(cell: &RunCell, seen: &Seen, why: &str) -> CellRecord {
    CellRecord {
        outcome: Outcome::Held,
        comment: comment_outcome(cell, Some(seen), CommentMoment::BeforeWrite),
        live: Some(seen.live.clone()),
        reason: Some(why.to_owned()),
        ..CellRecord::pending()
    }
}

/// The record of a cell whose job has ended without it, and that is to be sent again.
pub fn not_written(cell: &RunCell) -> CellRecord {
    let comment = comment_outcome(cell, None, CommentMoment::BeforeWrite);
    CellRecord { comment, ..CellRecord::pending() }
}

/// The record of a cell that is not there.
fn out_of_sight(cell: &RunCell) -> CellRecord {
    let (outcome, reason) = if cell.was_sent() {
        (Outcome::Unknown, NOT_THERE)
    } else {
        (Outcome::Held, "the student is no longer in the course, or the assignment no longer assigned")
    };
    let comment = comment_outcome(cell, None, CommentMoment::OutOfSight);
    CellRecord { outcome, comment, reason: Some(reason.to_owned()), ..CellRecord::pending() }
}

/// Whether the cell is as the plan compared it.
fn is_untouched(cell: &RunCell, live: &LiveCell) -> bool {
    is_as_planned(live, cell.base.as_deref().unwrap_or(&LiveCell::default()))
}

/// Whether a teacher has hidden the grade since the plan: whoever writes to it reveals it (`canvas-contract §I4`).
fn is_hidden_since(cell: &RunCell, live: &LiveCell) -> bool {
    let is_hidden = |live: &LiveCell| live.is_hidden(cell.posts_manually);
    is_hidden(live) && !cell.base.as_deref().is_some_and(is_hidden)
}

/// Whether the change log decides what becomes of a cell: it was sent before, or it holds our value and may have been
/// written with its group.
pub fn needs_change_log(cell: &RunCell, seen: Option<&Seen>) -> bool {
    let is_of_group = cell.group.is_some();
    cell.was_sent() || is_of_group && seen.is_some_and(|seen| cell.wanted.holds_in(&seen.live))
}

/// Whether the value that is there is by our write. Where the log shows nothing of the cell, the row's grader decides.
pub(super) fn is_ours(trace: &Trace, changes: Option<&[LoggedChange]>, live: &LiveCell, own: OwnIds<'_>) -> bool {
    let knows = changes.is_some_and(|changes| !changes.is_empty());
    if knows { trace.wrote.is_some() } else { own.wrote(live) }
}

/// Whether somebody else has entered our value once more, which the log does not show (`canvas-contract §I3`): the
/// grade is theirs.
pub(super) fn is_entered_again(trace: &Trace, live: &LiveCell, own: OwnIds<'_>) -> bool {
    trace.wrote.is_some() && live.grader.is_some() && !own.wrote(live)
}

/// A cell that we wrote and somebody else has changed since: its record is of our write, so that an undo leaves the
/// other's work alone.
pub(super) fn changed_since(cell: &RunCell, trace: Trace, record: CellRecord) -> CellRecord {
    let now = record.live.as_ref();
    let (by, at) = match &trace.since {
        Some(since) => (since.grader.map(|grader| grader.0), Some(since.at)),
        None => (now.and_then(|live| live.grader), now.and_then(|live| live.graded_at)),
    };
    let by = by.filter(|grader| *grader > 0).map_or_else(String::new, |grader| format!(" by user {grader}"));
    let at = at.map_or_else(String::new, |at| format!(" at {at}"));
    let live = record.live.map(|live| LiveCell {
        entered: cell.wanted.entered().unwrap_or(live.entered),
        entered_grade: cell.wanted.word().map(str::to_owned),
        grader: trace.wrote.map(|(_, writer)| writer.0),
        graded_at: trace.wrote.map(|(at, _)| at),
        ..live
    });
    CellRecord {
        live,
        reason: Some(format!("written, then changed in Canvas{by}{at}")),
        overwrote: trace.lost,
        ..record
    }
}
