//! What becomes of a comment: decided here and nowhere else (design, promise 4).

use super::{Attempt, RunCell, Seen, ToSend};
use crate::domain::CommentOutcome;

/// What the run did about a cell's comment, as far as it decides what became of it.
#[derive(Debug, Clone, Copy)]
pub(super) enum CommentMoment {
    /// No request of this attempt holds it, and no job may still write it but one that was given up.
    BeforeWrite,
    /// The job of a request has ended that held these parts.
    AfterJob {
        /// What was sent of the cell.
        sent: ToSend,
        /// Whether Canvas says itself that it wrote nothing for this cell.
        is_refused: bool,
    },
    /// It was sent, and the cell cannot be looked at any more.
    OutOfSight,
}

/// What became of the cell's comment; `None` if it has none.
pub(super) fn comment_outcome(cell: &RunCell, seen: Option<&Seen>, moment: CommentMoment) -> Option<CommentOutcome> {
    use CommentMoment::{AfterJob, BeforeWrite, OutOfSight};
    cell.comment.as_ref()?;
    let is_there = seen.is_some_and(|seen| seen.our_comments > 0);
    let was_sent = match moment {
        AfterJob { sent, .. } => sent.comment || cell.was_sent(),
        BeforeWrite | OutOfSight => cell.was_sent(),
    };
    let in_doubt = cell.attempt == Attempt::CommentInDoubt;
    Some(match (is_there, moment) {
        (true, _) if was_sent => CommentOutcome::Sent,
        (true, _) => CommentOutcome::Already,
        (false, _) if in_doubt => CommentOutcome::Unknown,
        (false, BeforeWrite | AfterJob { is_refused: true, .. }) => CommentOutcome::Pending,
        (false, AfterJob { .. } | OutOfSight) if was_sent => CommentOutcome::Unknown,
        (false, AfterJob { .. } | OutOfSight) => CommentOutcome::Pending,
    })
}

#[cfg(test)]
mod tests {
    use super::CommentMoment::{AfterJob, BeforeWrite, OutOfSight};
    use super::*;
    use crate::domain::run::cell::tests::cell;

    #[test]
    fn what_becomes_of_a_comment() {
        use CommentOutcome::{Already, Pending, Sent, Unknown};
        let with = |comment| ToSend { grade: true, comment };
        let ended = |comment| AfterJob { sent: with(comment), is_refused: false };
        let refused = AfterJob { sent: with(true), is_refused: true };
        for (name, attempt, there, moment, expected) in [
            ("not sent yet", Attempt::Never, false, BeforeWrite, Pending),
            ("somebody sent the same", Attempt::Never, true, BeforeWrite, Already),
            ("an earlier attempt sent it", Attempt::Sent, true, BeforeWrite, Sent),
            ("an earlier attempt sent it and it did not arrive", Attempt::Sent, false, BeforeWrite, Pending),
            ("it may still come", Attempt::CommentInDoubt, false, BeforeWrite, Unknown),
            ("it came after all", Attempt::CommentInDoubt, true, BeforeWrite, Sent),
            ("written", Attempt::Never, true, ended(true), Sent),
            ("not to be seen", Attempt::Never, false, ended(true), Unknown),
            ("was there, the grade was not", Attempt::Never, true, ended(false), Already),
            ("Canvas names the student", Attempt::Never, false, refused, Pending),
            (
                "Canvas names the student, and an older job may write it",
                Attempt::CommentInDoubt,
                false,
                refused,
                Unknown,
            ),
            ("the column is gone", Attempt::Sent, false, OutOfSight, Unknown),
            ("the column was gone before", Attempt::Never, false, OutOfSight, Pending),
        ] {
            let cell = RunCell { attempt, comment: Some("fine".to_owned()), ..cell() };
            let seen = Seen { our_comments: usize::from(there), ..Seen::default() };
            assert_eq!(comment_outcome(&cell, Some(&seen), moment), Some(expected), "{name}");
            let without = RunCell { comment: None, ..cell };
            assert_eq!(comment_outcome(&without, Some(&seen), moment), None, "{name}");
        }
    }
}
