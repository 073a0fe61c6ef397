//! Cells that several rows of the design's table fit, and what each `--overwrite` makes of them.

use jiff::Timestamp;

use super::{
    CellClass, CellToDecide, Entered, FindingCode, LastPushed, LiveCell, OnConflict, Owner, Ownership, PlanOptions,
    UserId, Wanted, decide,
};

const TOKEN: UserId = UserId(501);
const TEACHER: UserId = UserId(77);

fn score(text: &str) -> Entered {
    Entered::Score(text.parse().expect("points"))
}

fn live(entered: Entered, grader: UserId, minute: i64) -> LiveCell {
    let graded_at = Timestamp::from_second(minute * 60).ok();
    LiveCell { entered, grader: Some(grader.0), graded_at, posted_at: graded_at, ..LiveCell::default() }
}

fn last(cell: LiveCell, owner: Owner, undone: Option<&str>) -> LastPushed {
    LastPushed { cell, owner, undone: undone.map(|text| live(score(text), TOKEN, 4).into()) }
}

fn only(reasons: &[FindingCode]) -> PlanOptions {
    PlanOptions { overwrite: reasons.to_vec(), ..PlanOptions::default() }
}

/// Class and code with these options, wanting 9; and every reason that was released.
fn decided(live: &LiveCell, last: &LastPushed, options: &PlanOptions) -> (CellClass, FindingCode, Vec<FindingCode>) {
    let who = Ownership { token_user: TOKEN, own_graders: Vec::new() };
    let seen = CellToDecide { live, last: Some(last), posts_manually: false };
    let decision = decide(Wanted::Score("9".parse().expect("points")), seen, &who, options, None);
    (decision.class, decision.code.expect("a reason"), decision.released.into_iter().flatten().collect())
}

#[test]
fn a_cell_is_written_only_when_every_reason_that_holds_it_is_released() {
    use CellClass::{Change, Conflict, Set};
    use FindingCode::{EditedInCanvas, GradeByOther, Resubmitted, UndoneBefore};
    let blank = LiveCell::default();
    let undone = last(blank.clone(), Owner::Nobody, Some("9"));
    // An undo gave the teacher's 5 back.
    let five = live(score("5"), TOKEN, 8);
    let given_back = last(five.clone(), Owner::Person(TEACHER), Some("9"));
    // After the undo a teacher has graded it.
    let graded_since = live(score("7"), TEACHER, 9);
    // An undo of a later run gave it back to this tool, and then somebody edited it.
    let ours_again = last(live(score("6"), TOKEN, 8), Owner::Ours, Some("9"));
    let pushed = last(live(score("10"), TOKEN, 1), Owner::Ours, None);
    // The student has handed in again, and a teacher has given the same score for it.
    let new_attempt = LiveCell { attempt: Some(2), ..live(score("10"), TOKEN, 1) };
    let regraded = LiveCell { attempt: Some(2), ..live(score("10"), TEACHER, 5) };
    for (what, live, last, reasons, class, code) in [
        ("undone", &blank, &undone, vec![], Conflict, UndoneBefore),
        ("undone, released", &blank, &undone, vec![UndoneBefore], Set, UndoneBefore),
        ("given back, the undo released", &five, &given_back, vec![UndoneBefore], Conflict, GradeByOther),
        ("given back, the grade released", &five, &given_back, vec![GradeByOther], Conflict, UndoneBefore),
        ("given back, both", &five, &given_back, vec![GradeByOther, UndoneBefore], Change, UndoneBefore),
        ("graded since", &graded_since, &undone, vec![UndoneBefore], Conflict, GradeByOther),
        ("edited since", &graded_since, &ours_again, vec![UndoneBefore], Conflict, EditedInCanvas),
        ("a new attempt", &new_attempt, &pushed, vec![Resubmitted], Change, Resubmitted),
        ("regraded", &regraded, &pushed, vec![Resubmitted], Conflict, EditedInCanvas),
        ("regraded, both", &regraded, &pushed, vec![EditedInCanvas, Resubmitted], Change, Resubmitted),
    ] {
        let found = decided(live, last, &only(&reasons));
        assert_eq!((found.0, found.1), (class, code), "{what}");
        let released = if class == Conflict { Vec::new() } else { reasons };
        let sorted = |mut codes: Vec<FindingCode>| {
            codes.sort_unstable();
            codes
        };
        assert_eq!(sorted(found.2), sorted(released), "{what}");
        let all = PlanOptions { on_conflict: OnConflict::Overwrite, ..PlanOptions::default() };
        assert_ne!(decided(live, last, &all).0, Conflict, "{what}, with --on-conflict overwrite");
    }
}
