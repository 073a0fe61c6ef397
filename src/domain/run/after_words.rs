//! What the machine records of a cell that was changed since, of a group's other members, and how it compares grades that
//! are no plain points.

use super::cases::{TEACHER, US, at, blank, change, graded, over, own, told_after};
use super::cell::tests::cell;
use super::{After, JobEnd, Reading, RunCell, Seen, Sent, ToSend, after_job};
use crate::domain::{Entered, GroupId, LiveCell, Points, Wanted};

#[test]
fn a_grade_that_was_changed_since_is_recorded_as_we_wrote_it() {
    let changes = [change(US, 9, "", "8"), change(TEACHER, 12, "8", "6")];
    let before = blank();
    let sent = Sent { parts: ToSend { grade: true, comment: false }, before: &before };
    let end = JobEnd { completed: true, ..JobEnd::default() };
    let read = graded(6, TEACHER, 12);
    let After::Done(record) = after_job(&cell(), sent, Some(&read), Some(&changes), &end, (own(), Reading::First))
    else {
        panic!("it is decided");
    };
    let live = record.live.expect("what we wrote");
    assert_eq!((live.entered, live.grader), (Entered::Score(Points::whole(8)), Some(US)));
    assert_eq!(live.graded_at, Some(at(9)), "so an undo sees that it is not ours any more");
}

#[test]
fn late_deductions_and_words_are_compared_as_canvas_logs_them() {
    let deducted = |points: i32, by: i32, grader, second| {
        let seen = graded(points, grader, second);
        let live = LiveCell { points_deducted: Some(Points::whole(by)), ..seen.live };
        Seen { live, grade: Some((points - by).to_string()), ..seen }
    };
    let late = over(&deducted(5, 1, TEACHER, 0));
    let complete = |text: &str, seen: Seen| {
        let live = LiveCell { entered_grade: Some(text.to_owned()), ..seen.live };
        Seen { live, grade: Some(text.to_owned()), ..seen }
    };
    let incomplete = complete("incomplete", graded(0, TEACHER, 0));
    let pass = RunCell { wanted: Wanted::Complete(true), ..over(&incomplete) };
    for (name, cell, before, read, logged, expected) in [
        (
            "late before and after",
            &late,
            deducted(5, 1, TEACHER, 0),
            deducted(8, 1, US, 9),
            change(US, 9, "4", "7"),
            "written",
        ),
        (
            "late, and an edit was lost",
            &late,
            deducted(5, 1, TEACHER, 0),
            deducted(8, 1, US, 9),
            change(US, 9, "6", "7"),
            "written, lost 6",
        ),
        (
            "complete",
            &pass,
            incomplete.clone(),
            complete("complete", graded(10, US, 9)),
            change(US, 9, "incomplete", "complete"),
            "written",
        ),
    ] {
        let sent = Sent { parts: ToSend { grade: true, comment: false }, before: &before };
        let end = JobEnd { completed: true, ..JobEnd::default() };
        let after = after_job(cell, sent, Some(&read), Some(&[logged]), &end, (own(), Reading::First));
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
