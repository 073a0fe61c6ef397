//! The machine as a table: what was sent, what is read back and logged, and what is decided.

use super::cases::{
    TEACHER, US, at, automatic_zero, blank, change, comment_only, commented, graded, over, own, rowless, told_after,
    version, with_comment,
};
use super::cell::tests::cell;
use super::{JobEnd, LoggedChange, Reading, RunCell, Seen, Sent, ToSend, after_job};
use crate::domain::{LiveCell, Sending, UserId, Wanted};

/// A row of the table after a job: the cell, what was seen before, what is read back, the log, and how the job ended.
pub(super) struct Ended {
    pub(super) name: &'static str,
    pub(super) cell: RunCell,
    pub(super) before: Seen,
    pub(super) read: Option<Seen>,
    pub(super) changes: Option<Vec<LoggedChange>>,
    pub(super) end: JobEnd,
    pub(super) reading: Reading,
    pub(super) expected: &'static str,
}

impl Default for Ended {
    /// A blank cell, written by a completed job.
    fn default() -> Self {
        Self {
            name: "written",
            cell: cell(),
            before: blank(),
            read: Some(graded(8, US, 9)),
            changes: Some(vec![change(US, 9, "", "8")]),
            end: JobEnd { completed: true, ..JobEnd::default() },
            reading: Reading::First,
            expected: "written",
        }
    }
}

/// A cell that was graded at this second and emptied since.
pub(super) fn emptied(second: i64) -> Seen {
    let blank = blank();
    Seen { live: LiveCell { grader: Some(US), graded_at: Some(at(second)), ..blank.live }, ..blank }
}

fn died() -> JobEnd {
    JobEnd { words: "Unexpected error, ID: 1".to_owned(), ..JobEnd::default() }
}

pub(super) fn refused() -> JobEnd {
    let words = "Couldn't find User(s) with API ids".to_owned();
    JobEnd { missing_users: [UserId(7)].into(), words, ..JobEnd::default() }
}

fn column_refused() -> JobEnd {
    let words = "Some assignments can not be graded".to_owned();
    JobEnd { missing_assignments: [cell().key.assignment].into(), words, ..JobEnd::default() }
}

#[test]
#[expect(clippy::too_many_lines, reason = "one row a situation")]
fn after_a_job() {
    let five = || graded(5, TEACHER, 0);
    let over_five = || Ended { cell: over(&five()), before: five(), ..Ended::default() };
    let no_change = || Some(Vec::new());
    let with_words = || Ended { cell: commented(cell()), ..Ended::default() };
    let last = Reading::Last;
    let rows = vec![
        Ended::default(),
        Ended { name: "the log is not to be read", changes: None, ..Ended::default() },
        Ended {
            name: "with its comment",
            read: Some(with_comment(graded(8, US, 9))),
            expected: "written, comment sent",
            ..with_words()
        },
        Ended { name: "its comment is not there yet", expected: "look again", ..with_words() },
        Ended { name: "its comment is not there", reading: last, expected: "written, comment unknown", ..with_words() },
        Ended {
            name: "written, then changed, and its comment is not there yet",
            read: Some(graded(6, TEACHER, 12)),
            changes: Some(vec![change(US, 9, "", "8"), change(TEACHER, 12, "8", "6")]),
            expected: "look again",
            ..with_words()
        },
        // The comment is sent alone.
        Ended {
            name: "written, then changed, and the job died before its comment",
            read: Some(graded(6, TEACHER, 12)),
            changes: Some(vec![change(US, 9, "", "8"), change(TEACHER, 12, "8", "6")]),
            end: died(),
            reading: last,
            expected: "again",
            ..with_words()
        },
        Ended { name: "over what was seen", changes: Some(vec![change(US, 9, "5", "8")]), ..over_five() },
        Ended { name: "over an automatic zero", before: automatic_zero(), ..Ended::default() },
        Ended {
            name: "over an automatic zero that somebody took away",
            before: automatic_zero(),
            cell: over(&automatic_zero()),
            changes: Some(vec![change(TEACHER, 8, "", ""), change(US, 9, "", "8")]),
            expected: "written, lost – by 5",
            ..Ended::default()
        },
        Ended { name: "in a column whose rows came late", before: rowless(), ..Ended::default() },
        // Promise 5: what is read back counts, not the job's word.
        Ended { name: "the job failed, and the grade stands", end: died(), ..Ended::default() },
        Ended {
            name: "the cell is gone",
            read: None,
            changes: no_change(),
            expected: "unknown: sent, but the cell is not there any more, so nobody can see what it holds",
            ..Ended::default()
        },
        Ended {
            name: "another value by us",
            read: Some(graded(9, US, 9)),
            changes: no_change(),
            expected: "rejected: Canvas shows another value",
            ..Ended::default()
        },
        // canvas-contract §H7: a job that died, and one that passed a cell over.
        Ended {
            name: "the job died before it",
            read: Some(blank()),
            changes: no_change(),
            end: died(),
            expected: "again",
            ..Ended::default()
        },
        Ended {
            name: "the job died before it, with a comment",
            read: Some(blank()),
            changes: no_change(),
            end: died(),
            expected: "look again",
            ..with_words()
        },
        Ended {
            name: "the same, looked at again",
            read: Some(blank()),
            changes: no_change(),
            end: died(),
            reading: last,
            expected: "again",
            ..with_words()
        },
        Ended { name: "the job died between grade and comment", end: died(), expected: "look again", ..with_words() },
        Ended { name: "the same, looked at again", end: died(), reading: last, expected: "again", ..with_words() },
        Ended {
            name: "passed over",
            read: Some(blank()),
            changes: no_change(),
            expected: "look again",
            ..Ended::default()
        },
        Ended {
            name: "passed over, looked at again",
            read: Some(blank()),
            changes: no_change(),
            reading: last,
            expected: "alone, else rejected: Canvas shows another value",
            ..Ended::default()
        },
        Ended {
            name: "the student is named",
            read: Some(blank()),
            changes: no_change(),
            end: refused(),
            expected: "rejected: Canvas: Couldn't find User(s) with API ids",
            ..Ended::default()
        },
        Ended {
            name: "the student is named, with a comment",
            read: Some(blank()),
            changes: no_change(),
            end: refused(),
            expected: "rejected, comment pending: Canvas: Couldn't find User(s) with API ids",
            ..with_words()
        },
        Ended {
            name: "the student is named and gone",
            read: None,
            changes: no_change(),
            end: refused(),
            expected: "rejected: Canvas: Couldn't find User(s) with API ids",
            ..Ended::default()
        },
        Ended {
            name: "the column is named",
            read: Some(blank()),
            changes: no_change(),
            end: column_refused(),
            expected: "rejected: Canvas: Some assignments can not be graded",
            ..Ended::default()
        },
        // canvas-contract §H9: the grade is written, and then the comment is refused.
        Ended {
            name: "the grade stands, the comment was refused",
            end: refused(),
            expected: "written, comment unknown: its comment was not taken; Canvas: Couldn't find User(s) with API ids",
            ..with_words()
        },
        // A list that is behind.
        Ended {
            name: "the log shows the write, the list does not",
            read: Some(blank()),
            expected: "look again",
            ..Ended::default()
        },
        Ended {
            name: "the same, and still not",
            read: Some(blank()),
            reading: last,
            expected: "alone, else rejected: Canvas shows another value",
            ..Ended::default()
        },
        Ended {
            name: "the list shows the grade of before, which had the same value",
            before: graded(5, TEACHER, 6),
            cell: over(&graded(5, TEACHER, 6)),
            read: Some(graded(8, TEACHER, 3)),
            changes: Some(vec![change(US, 9, "5", "8")]),
            expected: "look again",
            ..Ended::default()
        },
        Ended { name: "the list is a second off", read: Some(graded(8, US, 7)), ..Ended::default() },
        Ended {
            name: "emptied, which keeps the time of the grade before",
            cell: RunCell { wanted: Wanted::Cleared, sending: Sending::Clear, ..over(&five()) },
            before: five(),
            read: Some(emptied(0)),
            changes: Some(vec![change(US, 9, "5", "")]),
            ..Ended::default()
        },
        // Somebody was faster, or came later.
        Ended {
            name: "changed before it was written",
            read: Some(graded(6, TEACHER, 8)),
            changes: Some(vec![change(TEACHER, 8, "", "6")]),
            expected: "held: the cell changed in Canvas before it could be written",
            ..Ended::default()
        },
        Ended {
            name: "somebody entered the value first",
            read: Some(graded(8, TEACHER, 8)),
            changes: Some(vec![change(TEACHER, 8, "", "8")]),
            expected: "already",
            ..Ended::default()
        },
        Ended {
            name: "SpeedGrader entered the value first, over a grade of ours",
            cell: over(&graded(5, US, 0)),
            before: graded(5, US, 0),
            read: Some(graded(8, US, 0)),
            changes: Some(vec![change(TEACHER, 8, "", "8")]),
            expected: "already",
            ..Ended::default()
        },
        Ended {
            name: "written, then changed",
            read: Some(graded(6, TEACHER, 12)),
            changes: Some(vec![change(US, 9, "", "8"), change(TEACHER, 12, "8", "6")]),
            expected: "written: written, then changed in Canvas by user 5 at 1970-01-12T13:46:52Z",
            ..Ended::default()
        },
        Ended {
            name: "written, then changed in SpeedGrader",
            read: Some(graded(6, US, 9)),
            changes: Some(vec![change(US, 9, "", "8"), change(TEACHER, 12, "", "6")]),
            expected: "written: written, then changed in Canvas by user 5 at 1970-01-12T13:46:52Z",
            ..Ended::default()
        },
        Ended {
            name: "written, then entered again",
            read: Some(graded(8, TEACHER, 12)),
            expected: "written: written, then changed in Canvas by user 5 at 1970-01-12T13:46:52Z",
            ..Ended::default()
        },
        // Where the log may not be read, versions tell that something was lost, and not what.
        Ended {
            name: "one version more",
            before: version(1, five()),
            read: Some(version(2, graded(8, US, 9))),
            changes: None,
            ..over_five()
        },
        Ended {
            name: "two versions more",
            before: version(1, five()),
            read: Some(version(3, graded(8, US, 9))),
            changes: None,
            expected: "written, lost ?",
            ..over_five()
        },
        Ended {
            name: "two versions more, and the log does not show the cell",
            before: version(1, five()),
            read: Some(version(3, graded(8, US, 9))),
            changes: no_change(),
            expected: "written, lost ?",
            ..over_five()
        },
        Ended {
            name: "two versions more, which the log explains",
            before: version(1, five()),
            read: Some(version(3, graded(8, US, 9))),
            changes: Some(vec![change(TEACHER, 4, "5", "7"), change(US, 9, "7", "8")]),
            expected: "written, lost 7 by 5",
            ..over_five()
        },
        // Comments alone.
        Ended {
            name: "a comment was written",
            cell: comment_only(),
            before: graded(8, TEACHER, 0),
            read: Some(with_comment(graded(8, TEACHER, 0))),
            changes: None,
            expected: "written, comment sent",
            ..Ended::default()
        },
        Ended {
            name: "a comment is not there",
            cell: comment_only(),
            before: graded(8, TEACHER, 0),
            read: Some(graded(8, TEACHER, 0)),
            changes: None,
            reading: last,
            expected: "unknown, comment unknown: Canvas ended the job, but the comment is not there",
            ..Ended::default()
        },
        Ended {
            name: "a comment was refused",
            cell: comment_only(),
            before: graded(8, TEACHER, 0),
            read: Some(graded(8, TEACHER, 0)),
            changes: None,
            end: refused(),
            expected: "rejected, comment pending: Canvas ended the job, but the comment is not there",
            ..Ended::default()
        },
    ];
    decide(rows);
}

/// Decides each row, and compares.
pub(super) fn decide(rows: Vec<Ended>) {
    for Ended { name, cell, before, read, changes, end, reading, expected } in rows {
        let parts = ToSend { grade: !cell.is_comment_only(), comment: cell.comment.is_some() };
        let sent = Sent { parts, before: &before };
        let after = after_job(&cell, sent, read.as_ref(), changes.as_deref(), &end, (own(), reading));
        assert_eq!(told_after(&after), expected, "{name}");
    }
}
