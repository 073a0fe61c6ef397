//! The three-way decision: wanted, live in Canvas, and what we last pushed (design, Three-way decision).

use super::{CellClass, Entered, FindingCode, LastPushed, LiveCell, OnConflict, Owner, PlanOptions, UserId, Wanted};

/// Whose grades count as this tool's own.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ownership {
    /// The token's user.
    pub token_user: UserId,
    /// The connector's `own_graders`.
    pub own_graders: Vec<UserId>,
}

/// What becomes of a cell, and the code that says why.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Decision {
    /// The class.
    pub class: CellClass,
    /// The conflict or rule; also set where the user had it overwritten.
    pub code: Option<FindingCode>,
}

/// Compares three ways; the first row of the design's table that fits wins, then the user's options apply.
pub fn decide(
    wanted: Wanted,
    live: &LiveCell,
    last: Option<&LastPushed>,
    who: &Ownership,
    options: &PlanOptions,
    excusal_accepted: bool,
) -> Decision {
    if wanted.holds_in(live) {
        return Decision { class: CellClass::Unchanged, code: None };
    }
    let write = match (wanted, live.entered) {
        (Wanted::Cleared | Wanted::Excused, _) => CellClass::Clear,
        (Wanted::Score(_) | Wanted::Complete(_), Entered::Empty) => CellClass::Set,
        (Wanted::Score(_) | Wanted::Complete(_), Entered::Excused | Entered::Score(_)) => CellClass::Change,
    };
    if let Some(code) = conflict(wanted, live, last, who) {
        let overwritten = match code {
            FindingCode::Excused => options.on_conflict == OnConflict::Overwrite && excusal_accepted,
            FindingCode::GradeByYou => options.adopt_own || options.on_conflict == OnConflict::Overwrite,
            _ => options.on_conflict == OnConflict::Overwrite,
        };
        if !overwritten {
            return Decision { class: CellClass::Conflict, code: Some(code) };
        }
        return raise_only(wanted, live, options, Decision { class: write, code: Some(code) });
    }
    raise_only(wanted, live, options, Decision { class: write, code: None })
}

/// The conflict, if the cell is someone's work.
fn conflict(wanted: Wanted, live: &LiveCell, last: Option<&LastPushed>, who: &Ownership) -> Option<FindingCode> {
    if live.entered == Entered::Excused {
        return Some(FindingCode::Excused);
    }
    if last.and_then(|last| last.undone.as_ref()).is_some_and(|undone| wanted.holds_in(undone)) {
        return Some(FindingCode::UndoneBefore);
    }
    let ours = last.filter(|last| last.owner == Owner::Ours);
    if let Some(ours) = ours {
        if ours.cell.entered == live.entered && live.attempt.unwrap_or(0) > ours.cell.attempt.unwrap_or(0) {
            return Some(FindingCode::Resubmitted);
        }
        if live.entered == Entered::Empty {
            return Some(FindingCode::ClearedInCanvas);
        }
        return (!is_untouched(live, &ours.cell)).then_some(FindingCode::EditedInCanvas);
    }
    if live.entered == Entered::Empty {
        return None;
    }
    let restored = last.filter(|last| is_untouched(live, &last.cell)).map(|last| last.owner);
    let setter = match restored {
        Some(Owner::Person(person)) => Some(person),
        Some(Owner::Ours | Owner::Nobody | Owner::Unknown) => None,
        None => live.grader.filter(|grader| *grader > 0).map(UserId),
    };
    match setter {
        Some(person) if who.own_graders.contains(&person) => None,
        Some(person) if person == who.token_user => Some(FindingCode::GradeByYou),
        _ => Some(FindingCode::GradeByOther),
    }
}

/// Whether nobody touched the cell since it looked like `before`.
fn is_untouched(live: &LiveCell, before: &LiveCell) -> bool {
    live.entered == before.entered && live.grader == before.grader && live.graded_at == before.graded_at
}

fn raise_only(wanted: Wanted, live: &LiveCell, options: &PlanOptions, decision: Decision) -> Decision {
    let lowers = match (wanted, live.entered.points()) {
        (Wanted::Score(points), Some(entered)) => points < entered,
        (Wanted::Complete(false), Some(entered)) => !entered.is_zero(),
        _ => false,
    };
    if options.only_raise && lowers {
        return Decision { class: CellClass::Kept, code: Some(FindingCode::WouldLower) };
    }
    decision
}

/// Whether a cell still is as it was when something was decided about it: the test of the pre-check and of retry.
/// Everything that design's promise 2 names as a base is compared.
pub fn is_as_planned(live: &LiveCell, base: &LiveCell) -> bool {
    let LiveCell {
        entered,
        entered_grade,
        grader,
        graded_at,
        attempt,
        submitted_at: _,
        workflow_state,
        points_deducted: _,
        late_policy_status,
        custom_grade_status,
        posted_at: _,
        grade_matches_current_submission: _,
    } = live;
    *entered == base.entered
        && *entered_grade == base.entered_grade
        && *grader == base.grader
        && *graded_at == base.graded_at
        && *attempt == base.attempt
        && *workflow_state == base.workflow_state
        && *late_policy_status == base.late_policy_status
        && *custom_grade_status == base.custom_grade_status
}

#[cfg(test)]
mod tests {
    use super::*;

    type Row<'a> = (&'a str, LiveCell, Option<&'a LastPushed>, (CellClass, Option<FindingCode>));

    const TOKEN: UserId = UserId(501);
    const TEACHER: i64 = 77;

    fn score(text: &str) -> Entered {
        Entered::Score(text.parse().expect("points"))
    }

    fn want(text: &str) -> Wanted {
        Wanted::Score(text.parse().expect("points"))
    }

    fn live(entered: Entered, grader: i64, minute: i64) -> LiveCell {
        let graded_at =
            (entered != Entered::Empty).then(|| jiff::Timestamp::from_second(minute * 60).expect("in range"));
        LiveCell { entered, grader: graded_at.map(|_| grader), graded_at, ..LiveCell::default() }
    }

    fn pushed(text: &str, minute: i64) -> LastPushed {
        LastPushed { cell: live(score(text), TOKEN.0, minute), owner: Owner::Ours, undone: None }
    }

    fn class(
        wanted: Wanted,
        live: &LiveCell,
        last: Option<&LastPushed>,
        options: &PlanOptions,
    ) -> (CellClass, Option<FindingCode>) {
        let who = Ownership { token_user: TOKEN, own_graders: vec![UserId(600)] };
        let decision = decide(wanted, live, last, &who, options, options.accepts(FindingCode::Excused, None));
        (decision.class, decision.code)
    }

    #[test]
    fn every_row_of_the_design_table() {
        use CellClass::{Change, Conflict, Set, Unchanged};
        let ours = pushed("10", 1);
        let empty = LiveCell::default();
        let resubmitted = LiveCell { attempt: Some(2), ..live(score("10"), TOKEN.0, 1) };
        let undone =
            LastPushed { cell: empty.clone(), owner: Owner::Nobody, undone: Some(live(score("9"), TOKEN.0, 4)) };
        let given_back = LastPushed {
            cell: live(score("5"), TOKEN.0, 8),
            owner: Owner::Person(UserId(TEACHER)),
            undone: Some(live(score("9"), TOKEN.0, 4)),
        };
        let rows: [Row<'_>; 15] = [
            ("equal, whoever graded", live(score("9"), TEACHER, 5), None, (Unchanged, None)),
            ("excused", live(Entered::Excused, TEACHER, 5), None, (Conflict, Some(FindingCode::Excused))),
            ("undone before", empty.clone(), Some(&undone), (Conflict, Some(FindingCode::UndoneBefore))),
            ("resubmitted", resubmitted, Some(&ours), (Conflict, Some(FindingCode::Resubmitted))),
            ("empty", empty.clone(), None, (Set, None)),
            ("cleared", empty.clone(), Some(&ours), (Conflict, Some(FindingCode::ClearedInCanvas))),
            ("ours, untouched", live(score("10"), TOKEN.0, 1), Some(&ours), (Change, None)),
            ("an own grader's", live(score("8"), 600, 2), None, (Change, None)),
            ("a teacher's", live(score("8"), TEACHER, 2), None, (Conflict, Some(FindingCode::GradeByOther))),
            ("a quiz's", live(score("8"), -4, 2), None, (Conflict, Some(FindingCode::GradeByOther))),
            ("the token's user's", live(score("8"), TOKEN.0, 2), None, (Conflict, Some(FindingCode::GradeByYou))),
            ("edited", live(score("7"), TEACHER, 3), Some(&ours), (Conflict, Some(FindingCode::EditedInCanvas))),
            (
                "same, by another",
                live(score("10"), TEACHER, 1),
                Some(&ours),
                (Conflict, Some(FindingCode::EditedInCanvas)),
            ),
            ("same, later", live(score("10"), TOKEN.0, 4), Some(&ours), (Conflict, Some(FindingCode::EditedInCanvas))),
            (
                "given back",
                live(score("5"), TOKEN.0, 8),
                Some(&given_back),
                (Conflict, Some(FindingCode::UndoneBefore)),
            ),
        ];
        for (name, live, last, expected) in rows {
            assert_eq!(class(want("9"), &live, last, &PlanOptions::default()), expected, "{name}");
        }
        assert_eq!(
            class(want("6"), &live(score("5"), TOKEN.0, 8), Some(&given_back), &PlanOptions::default()),
            (Conflict, Some(FindingCode::GradeByOther)),
            "a restored cell is its earlier owner's again, although the token's user wrote it back"
        );
    }

    #[test]
    fn options_release_conflicts_and_keep_higher_scores() {
        use CellClass::{Change, Conflict, Kept};
        let overwrite = PlanOptions { on_conflict: OnConflict::Overwrite, ..PlanOptions::default() };
        let teacher = live(score("8"), TEACHER, 2);
        assert_eq!(class(want("9"), &teacher, None, &overwrite), (Change, Some(FindingCode::GradeByOther)));
        let excused = live(Entered::Excused, TEACHER, 2);
        assert_eq!(class(want("9"), &excused, None, &overwrite), (Conflict, Some(FindingCode::Excused)));
        let accepting = PlanOptions {
            accept: vec![super::super::Acceptance { code: FindingCode::Excused, course: None }],
            ..overwrite.clone()
        };
        assert_eq!(class(want("9"), &excused, None, &accepting), (Change, Some(FindingCode::Excused)));
        let adopt = PlanOptions { adopt_own: true, ..PlanOptions::default() };
        assert_eq!(
            class(want("9"), &live(score("8"), TOKEN.0, 2), None, &adopt),
            (Change, Some(FindingCode::GradeByYou))
        );
        assert_eq!(class(want("9"), &teacher, None, &adopt), (Conflict, Some(FindingCode::GradeByOther)));
        let raise = PlanOptions { only_raise: true, ..overwrite };
        assert_eq!(class(want("7"), &teacher, None, &raise), (Kept, Some(FindingCode::WouldLower)));
        assert_eq!(class(want("9"), &teacher, None, &raise), (Change, Some(FindingCode::GradeByOther)));
    }

    #[test]
    fn a_late_deduction_is_no_difference() {
        let deducted = LiveCell {
            entered: score("16.999"),
            points_deducted: Some("1.7".parse().expect("points")),
            ..live(score("16.999"), TEACHER, 2)
        };
        assert_eq!(class(want("17"), &deducted, None, &PlanOptions::default()).0, CellClass::Unchanged);
        assert_eq!(class(want("17.1"), &deducted, None, &PlanOptions::default()).0, CellClass::Conflict);
    }
}
