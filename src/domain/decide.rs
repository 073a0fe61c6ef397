//! The three-way decision: wanted, live in Canvas, and what we last pushed (design, Three-way decision).

use super::{CellClass, CourseId, Entered, FindingCode, LastPushed, LiveCell, Owner, PlanOptions, UserId, Wanted};

/// Whose grades count as this tool's own.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ownership {
    /// The token's user.
    pub token_user: UserId,
    /// The connector's `own_graders`.
    pub own_graders: Vec<UserId>,
}

/// A cell that is decided about.
#[derive(Debug, Clone, Copy)]
pub struct CellToDecide<'a> {
    /// What Canvas holds.
    pub live: &'a LiveCell,
    /// What this tool last pushed there.
    pub last: Option<&'a LastPushed>,
    /// Whether grades of the column stay hidden until somebody posts them.
    pub posts_manually: bool,
}

impl CellToDecide<'_> {
    /// Whether a grade or a comment would show the student a grade that a teacher has hidden.
    pub fn is_hidden(&self) -> bool {
        self.live.is_hidden(self.posts_manually)
    }
}

/// What becomes of a cell, and the code that says why.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Decision {
    /// The class.
    pub class: CellClass,
    /// The conflict or rule; also set where the user had it overwritten.
    pub code: Option<FindingCode>,
    /// Every conflict that the user released, in the order of the table; none of a cell that is not written.
    pub released: [Option<FindingCode>; 4],
}

impl Decision {
    /// Nothing was released.
    fn of(class: CellClass, code: Option<FindingCode>) -> Self {
        Self { class, code, released: [None; 4] }
    }

    /// The cell stays as it is, in this conflict.
    pub fn held(code: FindingCode) -> Self {
        Self::of(CellClass::Conflict, Some(code))
    }
}

/// Compares three ways; the first row of the design's table that fits and is not released wins. A cell that several rows
/// fit is written when all of them are released.
pub fn decide(
    wanted: Wanted,
    seen: CellToDecide<'_>,
    who: &Ownership,
    options: &PlanOptions,
    course: Option<CourseId>,
) -> Decision {
    let live = seen.live;
    if wanted.holds_in(live) {
        return Decision::of(CellClass::Unchanged, None);
    }
    if wanted == Wanted::Excused && !options.allow_excuse {
        return Decision::of(CellClass::Kept, Some(FindingCode::ExcuseNotAllowed));
    }
    let class = match wanted {
        Wanted::Cleared => CellClass::Clear,
        Wanted::Excused => CellClass::Excuse,
        Wanted::Score(_) | Wanted::Complete(_) if live.is_blank() => CellClass::Set,
        Wanted::Score(_) | Wanted::Complete(_) => CellClass::Change,
    };
    let [taken_back, new_attempt, work] = conflicts(wanted, live, seen.last, who);
    let hidden = seen.is_hidden().then_some(FindingCode::RevealsHiddenGrade);
    // The row of hidden grades stands behind those that no glance at the grader decides.
    let fitting = [taken_back, new_attempt, hidden, work];
    let held = fitting.into_iter().flatten().find(|code| !options.releases(*code, course));
    if let Some(code) = held {
        return Decision::held(code);
    }
    let code = taken_back.or(new_attempt).or(work).or(hidden);
    raise_only(wanted, live, options, Decision { class, code, released: fitting })
}

/// The rows that fit, if the cell is someone's work, in the order of the table: an excusal or what an undo took back, a
/// new attempt, and whose value stands there. Each has to be released: a value that an undo took back may stand over a
/// teacher's grade by now.
fn conflicts(wanted: Wanted, live: &LiveCell, last: Option<&LastPushed>, who: &Ownership) -> [Option<FindingCode>; 3] {
    if live.entered == Entered::Excused {
        return [Some(FindingCode::Excused), None, None];
    }
    let undone = last.and_then(|last| last.undone.as_ref()).is_some_and(|undone| wanted.holds_in(undone));
    let undone = undone.then_some(FindingCode::UndoneBefore);
    let Some(ours) = last.filter(|last| last.owner == Owner::Ours) else {
        return [undone, None, grade_of(live, last, who)];
    };
    let is_newer = live.attempt.unwrap_or(0) > ours.cell.attempt.unwrap_or(0);
    let resubmitted = ours.cell.entered == live.entered && is_newer;
    let work = if live.is_blank() {
        (!resubmitted).then_some(FindingCode::ClearedInCanvas)
    } else {
        (!live.is_untouched_since(&ours.cell)).then_some(FindingCode::EditedInCanvas)
    };
    [undone, resubmitted.then_some(FindingCode::Resubmitted), work]
}

/// Whose grade stands in a cell that is not this tool's, where that makes a conflict.
fn grade_of(live: &LiveCell, last: Option<&LastPushed>, who: &Ownership) -> Option<FindingCode> {
    if live.is_blank() {
        return None;
    }
    let restored = last.filter(|last| live.is_untouched_since(&last.cell)).map(|last| last.owner);
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

fn raise_only(wanted: Wanted, live: &LiveCell, options: &PlanOptions, decision: Decision) -> Decision {
    let lowers = match (wanted, live.entered.points()) {
        _ if live.is_blank() => false,
        (Wanted::Score(points), Some(entered)) => points < entered,
        (Wanted::Complete(false), Some(entered)) => !entered.is_zero(),
        _ => false,
    };
    if options.only_raise && lowers {
        return Decision::of(CellClass::Kept, Some(FindingCode::WouldLower));
    }
    decision
}

/// Whether a cell still is as it was when something was decided about it: the test of the pre-check and of retry.
/// Everything that design's promise 2 names as a base is compared. A cell that nobody had touched still is as it was
/// when the missing policy has put its score there meanwhile.
pub fn is_as_planned(live: &LiveCell, base: &LiveCell) -> bool {
    if !base.has_row() {
        // The row came since; nobody has graded it, nor taken a grade away.
        return live.is_blank() && live.grader.is_none();
    }
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
        missing: _,
        custom_grade_status,
        posted_at: _,
        grade_matches_current_submission: _,
    } = live;
    if live.is_automatic_zero() && base.entered == Entered::Empty {
        return base.grader.is_none()
            && base.attempt.is_none()
            && *late_policy_status == base.late_policy_status
            && *custom_grade_status == base.custom_grade_status;
    }
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
    use super::super::OnConflict;
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
        LiveCell { entered, grader: graded_at.map(|_| grader), graded_at, posted_at: graded_at, ..LiveCell::default() }
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
        let decision = decide(wanted, CellToDecide { live, last, posts_manually: false }, &who, options, None);
        (decision.class, decision.code)
    }

    #[test]
    fn an_excusal_is_decided_three_ways_like_a_score() {
        use CellClass::{Conflict, Excuse, Kept, Unchanged};
        let ours = pushed("10", 1);
        let allowing = PlanOptions { allow_excuse: true, ..PlanOptions::default() };
        let excused = LiveCell { entered: Entered::Excused, ..live(score("1"), TEACHER, 5) };
        let before = LastPushed { cell: excused.clone(), owner: Owner::Ours, undone: None };
        for (what, live, last, expected) in [
            ("excused already", excused.clone(), None, (Unchanged, None)),
            ("empty", LiveCell::default(), None, (Excuse, None)),
            ("ours, untouched", live(score("10"), TOKEN.0, 1), Some(&ours), (Excuse, None)),
            ("edited", live(score("7"), TEACHER, 3), Some(&ours), (Conflict, Some(FindingCode::EditedInCanvas))),
            ("a teacher's", live(score("8"), TEACHER, 2), None, (Conflict, Some(FindingCode::GradeByOther))),
            ("cleared since", LiveCell::default(), Some(&before), (Conflict, Some(FindingCode::ClearedInCanvas))),
        ] {
            assert_eq!(class(Wanted::Excused, &live, last, &allowing), expected, "{what}");
            let without = class(Wanted::Excused, &live, last, &PlanOptions::default());
            let expected = if expected.0 == Unchanged { expected } else { (Kept, Some(FindingCode::ExcuseNotAllowed)) };
            assert_eq!(without, expected, "{what}, without the flag");
        }
    }

    #[test]
    fn every_row_of_the_design_table() {
        use CellClass::{Change, Conflict, Set, Unchanged};
        let ours = pushed("10", 1);
        let empty = LiveCell::default();
        let resubmitted = LiveCell { attempt: Some(2), ..live(score("10"), TOKEN.0, 1) };
        let undone =
            LastPushed { cell: empty.clone(), owner: Owner::Nobody, undone: Some(live(score("9"), TOKEN.0, 4).into()) };
        let given_back = LastPushed {
            cell: live(score("5"), TOKEN.0, 8),
            owner: Owner::Person(UserId(TEACHER)),
            undone: Some(live(score("9"), TOKEN.0, 4).into()),
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

    /// As the missing policy leaves it.
    fn automatic(text: &str) -> LiveCell {
        let cell = live(score(text), 0, 3);
        LiveCell { grader: None, missing: true, workflow_state: "graded".to_owned(), ..cell }
    }

    #[test]
    fn a_score_of_the_missing_policy_counts_as_blank() {
        use CellClass::{Conflict, Set, Unchanged};
        let (zero, half) = (automatic("0"), automatic("50"));
        let raise = PlanOptions { only_raise: true, ..PlanOptions::default() };
        for (name, live, wanted, options, expected) in [
            ("a zero", zero.clone(), "9", &PlanOptions::default(), (Set, None)),
            ("half of the points, and lower is wanted", half, "9", &raise, (Set, None)),
            ("the wanted value", zero.clone(), "0", &PlanOptions::default(), (Unchanged, None)),
            (
                "by a quiz",
                LiveCell { grader: Some(-4), ..zero.clone() },
                "9",
                &PlanOptions::default(),
                (Conflict, Some(FindingCode::GradeByOther)),
            ),
            (
                "by a teacher who labelled it",
                LiveCell { grader: Some(TEACHER), ..zero.clone() },
                "9",
                &PlanOptions::default(),
                (Conflict, Some(FindingCode::GradeByOther)),
            ),
            (
                "by nobody, and not missing",
                LiveCell { missing: false, ..zero.clone() },
                "9",
                &PlanOptions::default(),
                (Conflict, Some(FindingCode::GradeByOther)),
            ),
        ] {
            assert_eq!(class(want(wanted), &live, None, options), expected, "{name}");
        }
        assert_eq!(Owner::of(&zero, None), Owner::Nobody);
    }

    #[test]
    fn an_untouched_cell_is_as_planned_when_the_missing_policy_has_filled_it() {
        let zero = automatic("0");
        let by_teacher = LiveCell { grader: Some(TEACHER), ..zero.clone() };
        let labelled = LiveCell { late_policy_status: Some("missing".to_owned()), ..zero.clone() };
        let row = "unsubmitted".to_owned();
        let cleared = LiveCell { grader: Some(TEACHER), workflow_state: row, ..LiveCell::default() };
        for (name, live, base, expected) in [
            ("no row, then filled", &zero, &LiveCell::without_row(), true),
            ("filled, and still so", &zero, &zero, true),
            ("filled, then graded", &by_teacher, &LiveCell::without_row(), false),
            ("labelled by somebody", &labelled, &LiveCell::without_row(), false),
            ("cleared by somebody before", &zero, &cleared, false),
            ("filled, then gone", &LiveCell::without_row(), &zero, false),
        ] {
            assert_eq!(is_as_planned(live, base), expected, "{name}");
        }
    }

    #[test]
    fn a_hidden_grade_is_shown_only_when_a_person_says_so() {
        use CellClass::{Change, Conflict, Unchanged};
        use FindingCode::{Excused, GradeByOther, RevealsHiddenGrade};
        let hidden = |cell: LiveCell| LiveCell { posted_at: None, ..cell };
        let (ours, teachers) = (hidden(live(score("10"), TOKEN.0, 1)), hidden(live(score("8"), TEACHER, 2)));
        let pushed = pushed("10", 1);
        let with = |overwrite: &[FindingCode]| PlanOptions { overwrite: overwrite.to_vec(), ..PlanOptions::default() };
        let all = PlanOptions { on_conflict: OnConflict::Overwrite, ..PlanOptions::default() };
        for (name, live, last, options, expected) in [
            ("ours", ours.clone(), Some(&pushed), with(&[]), (Conflict, Some(RevealsHiddenGrade))),
            (
                "ours, released",
                ours.clone(),
                Some(&pushed),
                with(&[RevealsHiddenGrade]),
                (Change, Some(RevealsHiddenGrade)),
            ),
            ("a teacher's", teachers.clone(), None, with(&[]), (Conflict, Some(RevealsHiddenGrade))),
            (
                "a teacher's, only the hiding released",
                teachers.clone(),
                None,
                with(&[RevealsHiddenGrade]),
                (Conflict, Some(GradeByOther)),
            ),
            (
                "a teacher's, only the work released",
                teachers.clone(),
                None,
                with(&[GradeByOther]),
                (Conflict, Some(RevealsHiddenGrade)),
            ),
            ("a teacher's, all released", teachers.clone(), None, all.clone(), (Change, Some(GradeByOther))),
            ("excused", hidden(live(Entered::Excused, TEACHER, 2)), None, all, (Conflict, Some(Excused))),
            ("the wanted value", hidden(live(score("9"), TEACHER, 2)), None, with(&[]), (Unchanged, None)),
        ] {
            assert_eq!(class(want("9"), &live, last, &options), expected, "{name}");
        }
        let who = Ownership { token_user: TOKEN, own_graders: Vec::new() };
        let seen = CellToDecide { live: &ours, last: Some(&pushed), posts_manually: true };
        let decision = decide(want("9"), seen, &who, &PlanOptions::default(), None);
        assert_eq!((decision.class, decision.code), (Change, None), "in a column that is posted by hand");
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
