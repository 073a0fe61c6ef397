//! What gives one cell of a run back, by what it holds now. Pure (design, promise 6).

use std::sync::Arc;

use crate::domain::{
    Cell, CellClass, CellRecord, ColumnScale, Entered, Exactness, FindingCode, GradingType, LastPushed, LiveCell,
    Owner, PlannedAssignment, Points, PointsError, ScoreType, Sending, UserId, Wanted, WhoseWork, is_as_planned,
};

/// How a cell is now.
pub(super) struct State<'a> {
    /// `None` if it is not there any more.
    pub(super) live: Option<&'a LiveCell>,
    /// Whether a job of ours may still write it.
    pub(super) may_change: bool,
    /// Canvas's words where it does not show the column.
    pub(super) refused: Option<&'a str>,
    pub(super) assignment: Option<&'a PlannedAssignment>,
    /// What this tool last put there.
    pub(super) pushed: Option<&'a LastPushed>,
    /// What the run found, where it was an undo itself.
    pub(super) found: Option<Found<'a>>,
    /// Who wrote for the run.
    pub(super) by: &'a [UserId],
    /// Whether the user lets grades become visible that a teacher has hidden.
    pub(super) may_reveal: bool,
}

impl State<'_> {
    /// Whether giving this back would show the student a grade that a teacher has hidden; a clearing shows nothing
    /// (`canvas-contract §I4`).
    fn reveals(&self, wanted: Option<Wanted>) -> bool {
        let posts_manually = self.assignment.is_some_and(|assignment| assignment.post_manually);
        let is_shown = wanted.is_some_and(|wanted| wanted != Wanted::Cleared);
        is_shown && self.live.is_some_and(|now| now.is_hidden(posts_manually))
    }
}

/// What an undo found in a cell: the plan of an undo names whoever it gives the cell to, not whose it was.
#[derive(Debug, Clone, Copy)]
pub(super) struct Found<'a>(
    /// What this tool had last put there before it.
    pub(super) Option<&'a LastPushed>,
);

/// What a cell held before the run, and whose that was. An edit that our write replaced is what comes back (design,
/// promise 3); `None` where nobody knows its value.
pub(super) fn earlier(cell: &Cell, record: &CellRecord, found: Option<Found<'_>>) -> (Option<Entered>, Owner) {
    if let Some(lost) = record.overwrote.last() {
        return (lost.entered, lost.grader.map_or(Owner::Unknown, Owner::Person));
    }
    let entered = cell.base.as_ref().map(|base| base.entered).unwrap_or_default();
    let owner = match (found, &cell.base) {
        (Some(Found(pushed)), Some(base)) => Owner::of(base, pushed),
        _ => cell.owner,
    };
    (Some(entered), owner)
}

/// What gives one cell back.
pub(super) fn reverse_cell(cell: &Cell, record: &CellRecord, state: &State<'_>) -> Cell {
    let State { live, may_change, refused, assignment, pushed, found, by, may_reveal } = *state;
    let empty = LiveCell::default();
    let before = cell.base.as_deref().unwrap_or(&empty);
    let (entered, owner) = earlier(cell, record, found);
    let shown = before.entered_grade.as_deref().filter(|_| record.overwrote.is_empty());
    let given = entered.map(|entered| give_back(entered, shown, assignment));
    let mut back = Cell {
        wanted: given.as_ref().map(|(wanted, _)| *wanted),
        owner,
        base: live.cloned().map(Arc::new),
        whose: None,
        comment: None,
        codes: Vec::new(),
        sending: Sending::Nothing,
        ..cell.clone()
    };
    let holds_ours = |now: &LiveCell| cell.wanted.is_some_and(|sent| sent.holds_in(now));
    // The undo of a later run gave the cell back to this one.
    let was_given_back = |now: &LiveCell| {
        let by_undo = pushed.filter(|last| last.undone.is_some() && last.owner == Owner::Ours);
        by_undo.is_some_and(|last| is_as_planned(now, &last.cell)) && holds_ours(now)
    };
    let is_ours = |now: &LiveCell| match &record.live {
        Some(ours) => is_as_planned(now, ours) || was_given_back(now),
        // Sent, and never read back.
        None => is_by(now, by) && holds_ours(now),
    };
    let reveals = state.reveals(back.wanted);
    let hidden = reveals.then_some(FindingCode::RevealsHiddenGrade);
    let gets_back = |now: &LiveCell| {
        let and = if reveals { "; the student will see it, although a teacher has hidden the grade" } else { "" };
        gets_back(before, now) + and
    };
    let (class, code, reason) = match live {
        _ if may_change => {
            let reason = "a job of the run may still write it: retry first";
            (CellClass::Blocked, Some(FindingCode::JobOutstanding), reason.to_owned())
        }
        None => {
            let (code, reason) = why_absent(assignment, refused);
            (CellClass::Blocked, Some(code), reason)
        }
        Some(now) if back.wanted.is_some_and(|wanted| wanted.holds_in(now)) => {
            (CellClass::Unchanged, None, "holds its earlier value already".to_owned())
        }
        Some(now) if is_ours(now) => match back.wanted {
            Some(_) if reveals && !may_reveal => {
                let reason = "a teacher has hidden this grade, and the student would see the earlier value";
                (CellClass::Conflict, hidden, reason.to_owned())
            }
            Some(Wanted::Cleared) => (CellClass::Clear, hidden, gets_back(now)),
            Some(Wanted::Excused) => (CellClass::Excuse, hidden, gets_back(now)),
            Some(Wanted::Score(_) | Wanted::Complete(_)) => (CellClass::Change, hidden, gets_back(now)),
            None => {
                let reason = "the run replaced an edit of somebody's whose value is unknown";
                (CellClass::Blocked, Some(FindingCode::OverwroteEdit), reason.to_owned())
            }
        },
        Some(_) => {
            let reason = "edited in Canvas since it was pushed";
            (CellClass::Conflict, Some(FindingCode::EditedInCanvas), reason.to_owned())
        }
    };
    back.class = class;
    back.codes.extend(code);
    back.reason = reason.into();
    if let (Some(code), Some(now)) = (back.conflict(), live) {
        back.whose = WhoseWork::of(code, now, record.live.as_ref(), owner).map(Box::new);
    }
    if let (true, Some((_, sending))) = (class.is_write(), given) {
        back.sending = sending;
    }
    back
}

/// What becomes of a cell whose grade is not the run's: its comment goes, where it is to, and that the comment `shows` a
/// grade stays. `None` where there is nothing to say.
pub(super) fn only_comment(cell: &Cell, comment: Option<Box<str>>, shows: bool) -> Option<Cell> {
    let stays = "the student sees the grade, which was hidden until the run commented it: that does not come back";
    let (codes, reason) = match (&comment, shows) {
        (None, false) => return None,
        (Some(_), false) => (Vec::new(), "its comment is deleted".to_owned()),
        (None, true) => (vec![FindingCode::RevealsHiddenGrade], stays.to_owned()),
        (Some(_), true) => (vec![FindingCode::RevealsHiddenGrade], format!("its comment is deleted; {stays}")),
    };
    let (sending, class) = (Sending::Nothing, CellClass::Unchanged);
    Some(Cell { sending, class, codes, comment, reason: reason.into(), whose: None, ..cell.clone() })
}

/// Whether the student sees a grade that a teacher had hidden before the run (`canvas-contract §I4`).
pub(super) fn was_revealed(cell: &Cell, live: Option<&LiveCell>, assignment: Option<&PlannedAssignment>) -> bool {
    let posts_manually = assignment.is_some_and(|assignment| assignment.post_manually);
    let was_hidden = cell.base.as_ref().is_some_and(|base| base.is_hidden(posts_manually));
    was_hidden && live.is_some_and(|now| now.posted_at.is_some())
}

/// Why a cell cannot be seen.
fn why_absent(assignment: Option<&PlannedAssignment>, refused: Option<&str>) -> (FindingCode, String) {
    match (assignment, refused) {
        (None, _) => (FindingCode::AssignmentGone, "the assignment is not there any more".to_owned()),
        (Some(assignment), Some(_)) if !assignment.published => (
            FindingCode::AssignmentUnpublished,
            "the assignment was unpublished, and Canvas shows no cell of it".to_owned(),
        ),
        (Some(_), Some(said)) => (FindingCode::CourseUnreadable, format!("Canvas does not show the column: {said}")),
        (Some(_), None) => {
            (FindingCode::NotEnrolled, "the student is not in the course any more, or not assigned".to_owned())
        }
    }
}

/// Says what Canvas keeps of a grade when the value goes, and what does not come back with it (design, promise 6;
/// `canvas-contract §H4`, §I4).
fn gets_back(before: &LiveCell, now: &LiveCell) -> String {
    let mut stays = Vec::new();
    if now.posted_at.is_some() {
        stays.push("the notification");
    }
    if now.posted_at.is_some() && before.posted_at.is_none() {
        let was_hidden = before.entered != Entered::Empty;
        stays.push(if was_hidden {
            "that the student sees the grade, which was hidden"
        } else {
            "the time of posting"
        });
    }
    let is_anothers = before.grader.is_some_and(|grader| grader > 0) && before.grader != now.grader;
    if is_anothers && before.entered != Entered::Empty {
        stays.push("the token's user as the grader");
    }
    if now.workflow_state == "graded" && before.workflow_state != "graded" {
        stays.push("the state `graded`");
    }
    let mut text = "gets its earlier value back".to_owned();
    if !stays.is_empty() {
        text.push_str(", except what Canvas keeps: ");
        text.push_str(&stays.join(", "));
    }
    // A score that nobody gave is the missing policy's, which leaves the cell alone from the first write on.
    if before.grader.is_none() && before.entered.points().is_some() {
        text.push_str("; the label `missing` does not come back, and Canvas gives no zero of its own any more");
    } else if let Some(label) = before.late_policy_status.as_deref().filter(|_| now.late_policy_status.is_none()) {
        text.push_str("; the label `");
        text.push_str(label);
        text.push_str("` does not come back");
    }
    if matches!(before.late_policy_status.as_deref(), Some("late" | "missing")) {
        text.push_str("; the course's late policy may change the score once more");
    }
    text
}

/// What is sent to give a value back; `shown` is how Canvas wrote it.
pub(super) fn give_back(
    entered: Entered,
    shown: Option<&str>,
    assignment: Option<&PlannedAssignment>,
) -> (Wanted, Sending) {
    let points = match entered {
        Entered::Empty => return (Wanted::Cleared, Sending::Clear),
        Entered::Excused => return (Wanted::Excused, Sending::Excuse),
        Entered::Score(points) => points,
    };
    let grading_type = assignment.map_or(GradingType::Points, |assignment| assignment.grading_type);
    if grading_type == GradingType::PassFail {
        // Of no points both are 0; else Canvas shows complete for every score above zero (`canvas-contract §H2`).
        // Of no points it keeps the word that was entered, which goes back as it was.
        let (complete, word) = match shown {
            Some(word @ ("complete" | "pass")) => (true, word),
            Some(word @ ("incomplete" | "fail")) => (false, word),
            _ if points.is_zero() || points.is_negative() => (false, "incomplete"),
            _ => (true, "complete"),
        };
        return (Wanted::Complete(complete), Sending::Grade(word.to_owned()));
    }
    let scale = ColumnScale {
        score_type: ScoreType::Points,
        sheet_possible: None,
        grading_type,
        points_possible: assignment.and_then(|assignment| assignment.points_possible),
        scale: false,
        scheme: None,
        exactness: Exactness::AsSent,
    };
    let text = points.to_string();
    // Canvas may hold more digits than points have.
    let exact = shown.filter(|shown| {
        let is_longer = matches!(shown.parse::<Points>(), Err(PointsError::TooPrecise(_)));
        is_longer && Points::from_json_text(shown).is_ok_and(|rounded| rounded == points)
    });
    if let (Some(exact), GradingType::Points) = (exact, grading_type) {
        return (Wanted::Score(points), Sending::Grade(exact.to_owned()));
    }
    // What Canvas held may be something that no sheet could ask for, such as a negative score: it goes back as it was.
    let sending = scale.normalise(&text).map_or(Sending::Grade(text), |normalised| normalised.sending);
    (Wanted::Score(points), sending)
}

/// Whether one of these people gave the grade.
pub(super) fn is_by(live: &LiveCell, people: &[UserId]) -> bool {
    live.grader.is_some_and(|grader| people.contains(&UserId(grader)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::{AssignmentId, ColumnIndex, LostEdit, Outcome, StudentIndex};

    const ROBOT: UserId = UserId(501);

    fn score(text: &str) -> Entered {
        Entered::Score(text.parse().expect("points"))
    }

    fn ours(entered: Entered) -> LiveCell {
        let posted_at = "2026-12-14T17:00:00Z".parse().ok();
        LiveCell {
            entered,
            grader: Some(ROBOT.0),
            workflow_state: "graded".to_owned(),
            posted_at,
            ..LiveCell::default()
        }
    }

    fn cell(base: LiveCell, sent: &str) -> Cell {
        Cell {
            column: ColumnIndex(0),
            student: StudentIndex(0),
            received: sent.into(),
            wanted: Some(Wanted::Score(sent.parse().expect("points"))),
            sending: Sending::Grade(sent.to_owned()),
            comment: None,
            base: Some(Arc::new(base)),
            owner: Owner::Nobody,
            whose: None,
            class: CellClass::Change,
            group: None,
            reason: "".into(),
            codes: Vec::new(),
            sources: Vec::new(),
        }
    }

    fn written(live: &LiveCell) -> CellRecord {
        CellRecord { outcome: Outcome::Written, live: Some(live.clone()), ..CellRecord::pending() }
    }

    fn state(live: &LiveCell) -> State<'_> {
        State {
            live: Some(live),
            may_change: false,
            refused: None,
            assignment: None,
            pushed: None,
            found: None,
            by: &[ROBOT],
            may_reveal: false,
        }
    }

    #[test]
    fn a_lost_value_comes_back_and_one_that_nobody_knows_leaves_the_cell_alone() {
        let now = ours(score("58"));
        let cell = cell(ours(score("40")), "58");
        let lost = |entered| LostEdit { entered, grader: Some(UserId(606)), graded_at: None };
        let mut record = CellRecord { overwrote: vec![lost(Some(score("95")))], ..written(&now) };
        let back = reverse_cell(&cell, &record, &state(&now));
        assert_eq!((back.class, back.sending), (CellClass::Change, Sending::Grade("95".to_owned())));
        record.overwrote = vec![lost(None)];
        let back = reverse_cell(&cell, &record, &state(&now));
        assert_eq!((back.class, back.wanted, back.sending), (CellClass::Blocked, None, Sending::Nothing));
        assert_eq!(back.codes, [FindingCode::OverwroteEdit]);
        assert!(back.reason.contains("unknown"), "{}", back.reason);
        // Who lost it has entered something again: that is theirs.
        let again = LiveCell { entered: score("95"), grader: Some(606), ..now.clone() };
        assert_eq!(reverse_cell(&cell, &record, &state(&again)).codes, [FindingCode::EditedInCanvas]);
    }

    #[test]
    fn what_does_not_come_back_is_said() {
        let at = "2026-12-14T17:00:00Z".parse().ok();
        let now = LiveCell { posted_at: at, ..ours(score("58")) };
        let hidden = LiveCell { posted_at: None, ..ours(score("40")) };
        let automatic = LiveCell { grader: None, posted_at: at, ..ours(score("0")) };
        let label = LiveCell { late_policy_status: Some("missing".to_owned()), ..LiveCell::default() };
        for (before, words) in [
            (hidden, "that the student sees the grade, which was hidden"),
            (LiveCell::default(), "the time of posting, the state `graded`"),
            (automatic, "the label `missing` does not come back, and Canvas gives no zero of its own any more"),
            (label, "the label `missing` does not come back"),
        ] {
            let back = reverse_cell(&cell(before, "58"), &written(&now), &state(&now));
            assert!(back.class.is_write() && back.reason.contains(words), "{}", back.reason);
        }
        let plain = LiveCell { posted_at: at, ..ours(score("40")) };
        let back = reverse_cell(&cell(plain, "58"), &written(&now), &state(&now));
        assert_eq!(&*back.reason, "gets its earlier value back, except what Canvas keeps: the notification");
    }

    #[test]
    fn the_word_of_a_column_of_no_points_goes_back_as_it_was() {
        let assignment = PlannedAssignment {
            id: AssignmentId(1),
            name: "Attended".to_owned(),
            points_possible: Some(Points::ZERO),
            grading_type: GradingType::PassFail,
            grading_standard: None,
            published: true,
            moderated: false,
            anonymous: false,
            post_manually: false,
            grades_whole_group: false,
        };
        for (word, complete) in [("pass", true), ("complete", true), ("fail", false), ("incomplete", false)] {
            let (wanted, sending) = give_back(score("0"), Some(word), Some(&assignment));
            assert_eq!((wanted, sending), (Wanted::Complete(complete), Sending::Grade(word.to_owned())));
            let holds = LiveCell { entered_grade: Some(word.to_owned()), ..ours(score("0")) };
            assert!(wanted.holds_in(&holds) && !Wanted::Complete(!complete).holds_in(&holds), "{word}");
        }
    }
}
