//! The machine as a table: what was planned and is seen right before a request, and what is decided.

use super::cases::{
    TEACHER, US, automatic_zero, blank, change, comment_only, commented, excused, graded, hidden, over, own, rowless,
    sent, told_before, with_comment,
};
use super::cell::tests::cell;
use super::{Attempt, LoggedChange, RunCell, Seen, before_write};
use crate::domain::GroupId;

/// What the row is about, the cell, what is seen of it, its changes, and what is decided.
type Row<'a> = (&'a str, RunCell, Option<Seen>, Vec<LoggedChange>, &'a str);

#[test]
#[expect(clippy::too_many_lines, reason = "one row a situation")]
fn before_a_write() {
    const NOT_ASSIGNED: &str = "held: the student is no longer in the course, or the assignment no longer assigned";
    const MOVED: &str = "held: the cell changed in Canvas since the plan";
    let five = graded(5, TEACHER, 0);
    let ours = || graded(8, US, 9);
    let by_teacher = graded(8, TEACHER, 9);
    let created = || RunCell { base: None, ..cell() };
    let in_doubt = || RunCell { attempt: Attempt::CommentInDoubt, ..commented(cell()) };
    let of_group = |cell| RunCell { group: Some(GroupId(3)), ..cell };
    let objected = |cell| RunCell { objection: Some("points possible went from 10 to 20".to_owned()), ..cell };
    let wrote = change(US, 9, "5", "8");
    let rows: Vec<Row<'_>> = vec![
        // Promise 2: what is as planned is sent, and nothing else.
        ("blank as planned", cell(), Some(blank()), vec![], "send grade"),
        ("graded as planned", over(&five), Some(five.clone()), vec![], "send grade"),
        ("with its comment", commented(cell()), Some(blank()), vec![], "send both"),
        ("another value since", over(&five), Some(graded(6, TEACHER, 3)), vec![], MOVED),
        ("the same value by somebody else since", over(&five), Some(graded(5, 7, 3)), vec![], MOVED),
        ("graded since", cell(), Some(graded(6, TEACHER, 3)), vec![], MOVED),
        ("cleared since", over(&five), Some(blank()), vec![], MOVED),
        ("excused since", cell(), Some(excused()), vec![], MOVED),
        (
            "hidden since",
            over(&five),
            Some(hidden(five.clone())),
            vec![],
            "held: its grade was hidden since the plan, and writing would reveal it",
        ),
        ("somebody entered what was wanted", cell(), Some(by_teacher.clone()), vec![], "already"),
        ("somebody entered it under our own name", cell(), Some(graded(8, US, 3)), vec![], "already"),
        (
            "of a group, and held it already, under our own name",
            of_group(over(&graded(8, US, 0))),
            Some(graded(8, US, 0)),
            vec![],
            "already",
        ),
        ("the same, and the comment is missing", commented(cell()), Some(by_teacher.clone()), vec![], "send comment"),
        (
            "the same, with the comment",
            commented(cell()),
            Some(with_comment(by_teacher.clone())),
            vec![],
            "already, comment already",
        ),
        ("the column is another", objected(cell()), Some(blank()), vec![], "held: points possible went from 10 to 20"),
        (
            "the column is another, and nothing would be sent",
            objected(cell()),
            Some(by_teacher.clone()),
            vec![],
            "already",
        ),
        // canvas-contract §I1: rows come late, and go.
        ("a new column without rows", created(), Some(rowless()), vec![], "send grade"),
        ("a new column with its rows", created(), Some(blank()), vec![], "send grade"),
        ("a new column that somebody graded", created(), Some(graded(6, TEACHER, 3)), vec![], MOVED),
        ("the student has left", created(), None, vec![], NOT_ASSIGNED),
        ("planned without a row, and none yet", over(&rowless()), Some(rowless()), vec![], "send grade"),
        ("planned without a row, which came", over(&rowless()), Some(blank()), vec![], "send grade"),
        ("not assigned any more", cell(), Some(rowless()), vec![], NOT_ASSIGNED),
        (
            "not in the course any more, with a comment",
            commented(cell()),
            None,
            vec![],
            "held, comment pending: the student is no longer in the course, or the assignment no longer assigned",
        ),
        // canvas-contract §H4: the missing policy's zero is nobody's work.
        ("an automatic zero came since the plan", cell(), Some(automatic_zero()), vec![], "send grade"),
        ("an automatic zero was there", over(&automatic_zero()), Some(automatic_zero()), vec![], "send grade"),
        ("an automatic zero was there and went", over(&automatic_zero()), Some(blank()), vec![], MOVED),
        ("a teacher's zero came since the plan", cell(), Some(graded(0, TEACHER, 3)), vec![], MOVED),
        // Promise 4: nothing is sent again blind.
        ("sent, and it did not arrive", sent(over(&five)), Some(five.clone()), vec![], "send grade"),
        ("sent, and it arrived", sent(over(&five)), Some(ours()), vec![wrote.clone()], "written"),
        ("sent, and it arrived; the log is not to be read", sent(over(&five)), Some(ours()), vec![], "written"),
        ("sent, and its comment is not there", sent(commented(cell())), Some(ours()), vec![], "send comment"),
        (
            "sent, with its comment",
            sent(commented(cell())),
            Some(with_comment(ours())),
            vec![],
            "written, comment sent",
        ),
        (
            "sent, and the cell is gone",
            sent(cell()),
            None,
            vec![],
            "unknown: sent, but the cell is not there any more, so nobody can see what it holds",
        ),
        ("its comment may still come", in_doubt(), Some(ours()), vec![], "written, comment unknown"),
        ("its comment may still come, the grade is not there", in_doubt(), Some(blank()), vec![], "send grade"),
        // Promise 3: what a crash left unlooked at.
        (
            "sent over an edit",
            sent(over(&five)),
            Some(ours()),
            vec![change(TEACHER, 4, "5", "7"), change(US, 9, "7", "8")],
            "written, lost 7 by 5",
        ),
        (
            "sent, then changed",
            sent(over(&five)),
            Some(graded(6, TEACHER, 12)),
            vec![wrote.clone(), change(TEACHER, 12, "8", "6")],
            "written: written, then changed in Canvas by user 5 at 1970-01-12T13:46:52Z",
        ),
        (
            "sent over an edit, then changed",
            sent(over(&five)),
            Some(graded(6, TEACHER, 12)),
            vec![change(TEACHER, 4, "5", "7"), change(US, 9, "7", "8"), change(TEACHER, 12, "8", "6")],
            "written, lost 7 by 5: written, then changed in Canvas by user 5 at 1970-01-12T13:46:52Z",
        ),
        (
            "sent, then changed, and its comment did not arrive",
            sent(commented(over(&five))),
            Some(graded(6, TEACHER, 12)),
            vec![wrote.clone(), change(TEACHER, 12, "8", "6")],
            "send comment",
        ),
        (
            "somebody entered the value and hid it, and the comment is missing",
            commented(cell()),
            Some(hidden(by_teacher.clone())),
            vec![],
            "held, comment pending: its grade was hidden since the plan, and writing would reveal it",
        ),
        (
            "the same in a column that posts manually",
            RunCell { posts_manually: true, ..commented(cell()) },
            Some(hidden(by_teacher.clone())),
            vec![],
            "send comment",
        ),
        (
            "hidden since, and only the comment is missing",
            commented(over(&graded(8, TEACHER, 0))),
            Some(hidden(graded(8, TEACHER, 0))),
            vec![],
            "held, comment pending: its grade was hidden since the plan, and writing would reveal it",
        ),
        // Seed 10325: the grade arrived, its comment did not.
        (
            "sent, hidden since, and only the comment is missing",
            sent(commented(over(&five))),
            Some(hidden(ours())),
            vec![wrote.clone()],
            "written, comment pending: its comment was not sent: its grade was hidden since the plan, and writing would reveal it",
        ),
        (
            "sent, then entered by a teacher and hidden, and only the comment is missing",
            sent(commented(over(&five))),
            Some(hidden(by_teacher.clone())),
            vec![change(TEACHER, 9, "5", "8")],
            "held, comment pending: its grade was hidden since the plan, and writing would reveal it",
        ),
        (
            "sent, objected to since, and only the comment is missing",
            RunCell { objection: Some("no".into()), ..sent(commented(over(&five))) },
            Some(ours()),
            vec![wrote.clone()],
            "written, comment pending: its comment was not sent: no",
        ),
        (
            "sent, and changed before it arrived",
            sent(over(&five)),
            Some(graded(6, TEACHER, 12)),
            vec![change(TEACHER, 12, "5", "6")],
            MOVED,
        ),
        // Seed 17: the teacher entered our value once more, which is in no log.
        (
            "sent, then entered again by a teacher",
            sent(over(&five)),
            Some(by_teacher.clone()),
            vec![wrote.clone()],
            "written: written, then changed in Canvas by user 5 at 1970-01-12T13:46:49Z",
        ),
        // SpeedGrader leaves the grader: only the log tells that the value is not ours.
        (
            "sent in vain; SpeedGrader entered the value over ours",
            sent(over(&graded(6, US, 0))),
            Some(graded(8, US, 0)),
            vec![change(TEACHER, 4, "", "8")],
            "already",
        ),
        // Seed 592: an excusal that was taken back leaves the log behind.
        (
            "an excusal was taken back before",
            sent(RunCell { base: Some(blank().live.into()), ..cell() }),
            Some(ours()),
            vec![change(US, 9, "excused", "8")],
            "written",
        ),
        // A grade for one member goes to the group.
        ("its group was written", of_group(cell()), Some(ours()), vec![change(US, 9, "", "8")], "written"),
        ("its group was written, the log is not to be read", of_group(cell()), Some(ours()), vec![], "written"),
        ("a mate's cell holds the value by a teacher", of_group(cell()), Some(by_teacher.clone()), vec![], "already"),
        // Comments alone.
        ("a comment beside a grade", comment_only(), Some(graded(8, TEACHER, 0)), vec![], "send comment"),
        (
            "a comment that is there",
            comment_only(),
            Some(with_comment(graded(8, TEACHER, 0))),
            vec![],
            "written, comment already",
        ),
        (
            "a comment that may still come",
            RunCell { attempt: Attempt::CommentInDoubt, ..comment_only() },
            Some(graded(8, TEACHER, 0)),
            vec![],
            "unknown, comment unknown: its comment went with a job that was given up, and may still come",
        ),
        (
            "a comment beside a grade that moved",
            comment_only(),
            Some(graded(9, TEACHER, 3)),
            vec![],
            "held, comment pending: the cell changed in Canvas since the plan",
        ),
    ];
    for (name, cell, seen, changes, expected) in rows {
        let before = before_write(&cell, seen.as_ref(), Some(&changes), own());
        assert_eq!(told_before(&before), expected, "{name}");
    }
}
