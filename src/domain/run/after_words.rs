//! What the machine records of a cell that was changed since, of a group's other members, and how it compares grades that
//! are no plain points.

use super::cases::{TEACHER, US, at, blank, change, graded, over, own, told_after};
use super::cell::tests::cell;
use super::{After, JobEnd, LoggedChange, Reading, RunCell, Seen, Sent, ToSend, after_job};
use crate::domain::{Entered, GradingType, GroupId, LiveCell, Points, Wanted};

#[test]
fn a_grade_that_was_changed_since_is_recorded_as_we_wrote_it() {
    let changes = [change(TEACHER, 7, "", "7"), change(US, 9, "7", "8"), change(TEACHER, 12, "8", "6")];
    let before = blank();
    let sent = Sent { parts: ToSend { grade: true, comment: false }, before: &before };
    let end = JobEnd { completed: true, ..JobEnd::default() };
    let read = shown("6", 6, TEACHER, 12);
    let After::Done(record) = after_job(&cell(), sent, Some(&read), Some(&changes), &end, (own(), Reading::First))
    else {
        panic!("it is decided");
    };
    assert_eq!(record.overwrote.len(), 1, "what our own write replaced stays listed");
    let live = record.live.expect("what we wrote");
    assert_eq!(live.entered_grade, None, "the text is of the later grade");
    assert_eq!((live.entered, live.grader), (Entered::Score(Points::whole(8)), Some(US)));
    assert_eq!(live.graded_at, Some(at(9)), "so an undo sees that it is not ours any more");
}

/// What Canvas shows of these points, by this person at this second.
fn shown(text: &str, points: i32, grader: i64, second: i64) -> Seen {
    let seen = graded(points, grader, second);
    let live = LiveCell { entered_grade: Some(text.to_owned()), ..seen.live };
    Seen { live, grade: Some(text.to_owned()), ..seen }
}

/// The same of late work, for which the policy takes a point.
fn late(points: i32, grader: i64, second: i64) -> Seen {
    let seen = shown(&(points - 1).to_string(), points, grader, second);
    Seen { live: LiveCell { points_deducted: Some(Points::whole(1)), ..seen.live }, ..seen }
}

/// Cell, what was seen before, what is read, what the log has, and what that comes to.
type Row<'a> = (&'a str, &'a RunCell, &'a Seen, &'a Seen, Vec<LoggedChange>, &'a str);

#[test]
#[expect(clippy::too_many_lines, reason = "one row a situation")]
fn grades_are_compared_as_canvas_logs_them() {
    let over = |grading_type, base: &Seen| RunCell { grading_type, ..over(base) };
    let (five_late, incomplete) = (late(5, TEACHER, 0), shown("incomplete", 0, TEACHER, 0));
    let (fifty, b) = (shown("50%", 50, TEACHER, 0), shown("B", 5, TEACHER, 0));
    let nothing = blank();
    let (points, new) = (over(GradingType::Points, &five_late), over(GradingType::Points, &nothing));
    let pass = RunCell { wanted: Wanted::Complete(true), ..over(GradingType::PassFail, &incomplete) };
    let percent = RunCell { wanted: Wanted::Score(Points::whole(80)), ..over(GradingType::Percent, &fifty) };
    let letter = over(GradingType::LetterGrade, &b);
    let (eight_late, complete) = (late(8, US, 9), shown("complete", 100, US, 9));
    let (eighty, a) = (shown("80%", 80, US, 9), shown("A", 8, US, 9));
    let (to_six, back) = (shown("60%", 60, TEACHER, 12), change(TEACHER, 12, "80%", "60%"));
    let rows: Vec<Row<'_>> = vec![
        ("late before and after", &points, &five_late, &eight_late, vec![change(US, 9, "4", "7")], "written"),
        // The log has what the policy left, and not what was entered: an undo leaves that alone.
        (
            "late, and what was left of an edit looks like what had been entered",
            &points,
            &five_late,
            &eight_late,
            vec![change(TEACHER, 8, "4", "5"), change(US, 9, "5", "7")],
            "written, lost ? by 5",
        ),
        (
            "late, and an edit was lost",
            &points,
            &five_late,
            &eight_late,
            vec![change(US, 9, "6", "7")],
            "written, lost ?",
        ),
        (
            "late, and an edit of a blank cell was lost",
            &new,
            &nothing,
            &eight_late,
            vec![change(TEACHER, 8, "", "7"), change(US, 9, "7", "7")],
            "written, lost ? by 5",
        ),
        ("complete", &pass, &incomplete, &complete, vec![change(US, 9, "incomplete", "complete")], "written"),
        (
            "complete, over an edit",
            &pass,
            &nothing,
            &complete,
            vec![change(TEACHER, 8, "", "incomplete"), change(US, 9, "incomplete", "complete")],
            "written, lost 0 by 5",
        ),
        ("percent", &percent, &fifty, &eighty, vec![change(US, 9, "50%", "80%")], "written"),
        (
            "percent, over an edit",
            &percent,
            &fifty,
            &eighty,
            vec![change(TEACHER, 8, "50%", "72%"), change(US, 9, "72%", "80%")],
            "written, lost 72 by 5",
        ),
        (
            "percent, over an edit under our own name",
            &percent,
            &fifty,
            &eighty,
            vec![change(US, 8, "50%", "66%"), change(US, 9, "66%", "80%")],
            "written, lost 66 by 1",
        ),
        (
            "percent, over edits between the writes of a group",
            &percent,
            &fifty,
            &eighty,
            vec![
                change(TEACHER, 6, "50%", "71%"),
                change(US, 7, "71%", "80%"),
                change(TEACHER, 8, "80%", "72%"),
                change(US, 9, "72%", "80%"),
            ],
            "written, lost 71 by 5, lost 72 by 5",
        ),
        (
            "percent, and changed since",
            &percent,
            &fifty,
            &to_six,
            vec![change(US, 9, "50%", "80%"), back],
            "written: written, then changed in Canvas by user 5 at 1970-01-12T13:46:52Z",
        ),
        ("a letter", &letter, &b, &a, vec![change(US, 9, "B", "A")], "written"),
        (
            "a letter, over another",
            &letter,
            &b,
            &a,
            vec![change(TEACHER, 8, "B", "C"), change(US, 9, "C", "A")],
            "written, lost ? by 5",
        ),
        (
            "a letter, over the same one with another score",
            &letter,
            &b,
            &a,
            vec![change(TEACHER, 8, "B", "B"), change(US, 9, "B", "A")],
            "written, lost ? by 5",
        ),
    ];
    for (name, cell, before, read, logged, expected) in rows {
        let sent = Sent { parts: ToSend { grade: true, comment: false }, before };
        let end = JobEnd { completed: true, ..JobEnd::default() };
        let after = after_job(cell, sent, Some(read), Some(&logged), &end, (own(), Reading::First));
        assert_eq!(told_after(&after), expected, "{name}");
    }
}

#[test]
fn a_member_that_held_the_value_is_written_only_if_its_group_was() {
    let member = RunCell { group: Some(GroupId(3)), ..cell() };
    let end = JobEnd { completed: true, ..JobEnd::default() };
    let (by_us, by_teacher) = (graded(8, US, 3), graded(8, TEACHER, 3));
    for (name, before, read, logged, expected) in [
        // SpeedGrader left our name there.
        ("left alone", &by_us, graded(8, US, 3), vec![], "already"),
        ("left alone, by a teacher", &by_teacher, graded(8, TEACHER, 3), vec![], "already"),
        ("the row shows our write", &by_teacher, graded(8, US, 9), vec![], "written"),
        ("the log shows our write", &by_teacher, graded(8, US, 9), vec![change(US, 9, "8", "8")], "written"),
        (
            "over an edit",
            &by_us,
            graded(8, US, 9),
            vec![change(5, 7, "8", "6"), change(1, 9, "6", "8")],
            "written, lost 6 by 5",
        ),
    ] {
        let sent = Sent { parts: ToSend::default(), before };
        let after = after_job(&member, sent, Some(&read), Some(&logged), &end, (own(), Reading::First));
        assert_eq!(told_after(&after), expected, "{name}");
    }
}
