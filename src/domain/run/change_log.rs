//! What Canvas's grade change log says of a cell: whether we wrote it, what that replaced, and who changed it since
//! (design, promise 3; `canvas-contract §I3`).

use jiff::Timestamp;

use super::{LostEdit, OwnIds, RunCell, Seen};
use crate::domain::{Entered, GradingType, LiveCell, Points, UserId, Wanted};

/// One change of one cell.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LoggedChange {
    /// When, by Canvas's clock.
    pub at: Timestamp,
    /// By whom; `None` for a quiz, a tool, or Canvas itself.
    pub grader: Option<UserId>,
    /// What it replaced, by the version before it: wrong where that was changed in SpeedGrader, which makes none.
    pub before: LoggedGrade,
    /// What it left.
    pub after: LoggedGrade,
}

/// A grade as the log has it.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct LoggedGrade {
    /// The grade that counts, as Canvas writes it: points, percent, a letter, or a word.
    pub grade: Option<String>,
    /// Whether the student was excused.
    pub excused: bool,
}

impl LoggedGrade {
    /// The grade as points, as far as its text tells in the cell's column: a letter says nothing.
    fn points(&self, cell: &RunCell) -> Option<Points> {
        let text = self.grade.as_deref()?;
        match cell.grading_type {
            GradingType::Points => Points::from_json_text(text).ok(),
            GradingType::Percent => {
                let percent = Points::from_json_text(text.strip_suffix('%')?).ok()?;
                cell.points_possible?.scaled(percent, Points::whole(100))
            }
            GradingType::PassFail if matches!(text, "complete" | "pass") => cell.points_possible,
            GradingType::PassFail => Some(Points::ZERO),
            GradingType::LetterGrade | GradingType::GpaScale | GradingType::NotGraded => None,
        }
    }

    /// What was entered, as far as the text of the grade tells. What a late policy left does not tell what it took.
    fn entered(&self, cell: &RunCell, is_deducted: bool) -> Option<Entered> {
        match (self.excused, &self.grade) {
            (true, _) => Some(Entered::Excused),
            (false, None) => Some(Entered::Empty),
            (false, Some(_)) => self.points(cell).filter(|_| !is_deducted).map(Entered::Score),
        }
    }

    /// Whether both are the same, as far as the log tells.
    fn is_same(&self, other: &Self) -> bool {
        self.excused == other.excused
            && match (&self.grade, &other.grade) {
                (Some(one), Some(two)) => is_same_text(one, two),
                (one, two) => one.is_none() && two.is_none(),
            }
    }

    /// Whether this is what was seen.
    fn is(&self, seen: &Seen, cell: &RunCell) -> bool {
        let live = &seen.live;
        if self.excused {
            return live.entered == Entered::Excused;
        }
        let Some(grade) = &self.grade else { return live.entered == Entered::Empty };
        match (&seen.grade, live.entered.points()) {
            (Some(shown), _) => is_same_text(shown, grade),
            (None, Some(entered)) => self.is_left_of(entered, live, cell),
            (None, None) => false,
        }
    }

    /// Whether this is what we wanted there; `now` is what the cell shows.
    fn is_wanted(&self, cell: &RunCell, now: Option<&Seen>) -> bool {
        match (cell.wanted, &self.grade) {
            (Wanted::Excused, _) => self.excused,
            (Wanted::Cleared, grade) => !self.excused && grade.is_none(),
            (Wanted::Complete(complete), grade) => {
                grade.as_deref().is_some_and(|grade| (grade == "complete") == complete)
            }
            (Wanted::Score(_), None) => false,
            (Wanted::Score(points), Some(grade)) => {
                let holding = now.filter(|now| cell.wanted.holds_in(&now.live));
                let shown = holding.and_then(|now| now.grade.as_deref());
                let unknown = LiveCell::default();
                let live = now.map_or(&unknown, |now| &now.live);
                // Of a letter that is gone, who wrote it decides.
                shown.is_some_and(|shown| is_same_text(shown, grade))
                    || self.is_left_of(points, live, cell)
                    || shown.is_none() && cell.is_lettered()
            }
        }
    }

    /// Whether it is this entered score, or what the late policy left of it.
    fn is_left_of(&self, entered: Points, live: &LiveCell, cell: &RunCell) -> bool {
        let Some(points) = self.points(cell) else { return false };
        let deducted = live.points_deducted.filter(|deducted| !deducted.is_zero());
        let is_close = |distance: Points| distance <= Points::LATE_TOLERANCE;
        let is_what_was_left = |deducted| points < entered && is_close(points.distance(entered).distance(deducted));
        // Canvas rounds what it shows as percent.
        let is_percent = cell.grading_type == GradingType::Percent;
        points == entered || is_percent && is_close(points.distance(entered)) || deducted.is_some_and(is_what_was_left)
    }
}

/// Whether both texts are the same grade: Canvas writes one number in several ways.
fn is_same_text(one: &str, two: &str) -> bool {
    let number = |text: &str| Points::from_json_text(text).ok();
    one == two || number(one).is_some() && number(one) == number(two)
}

/// What the changes of a cell say.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) struct Trace {
    /// When our write is in the log, and whose id it has.
    pub(super) wrote: Option<(Timestamp, UserId)>,
    /// What our writes replaced that we had not seen, oldest first.
    pub(super) lost: Vec<LostEdit>,
    /// The last change by somebody else that nothing of ours followed.
    pub(super) since: Option<LoggedChange>,
}

/// Whether a change came after what was seen: SpeedGrader's changes leave the time of grading as it was, all others set
/// it.
fn is_newer(change: &LoggedChange, seen: &Seen) -> bool {
    seen.live.graded_at.is_none_or(|graded_at| change.at > graded_at)
}

/// How many of the changes led to what was seen: the log of a cell goes back to its beginning, and an earlier run may
/// have written the same value. A blank cell keeps the time of the grade that it held (`canvas-contract §H4`), and one
/// that SpeedGrader changed the time of the grade before.
fn known_before(changes: &[LoggedChange], seen: &Seen, tracer: &Tracer<'_>) -> usize {
    let Some(graded_at) = seen.live.graded_at else { return 0 };
    let older = changes.iter().take_while(|change| change.at < graded_at).count();
    // The same letter, given later, may be another score.
    let left_it = |change: &LoggedChange| {
        change.after.is(seen, tracer.cell) && (change.at <= graded_at || !tracer.cell.is_lettered())
    };
    // Times are whole seconds: of one second, the order tells what came after what was seen.
    let mut was_left = false;
    let before_ours = changes[older..].iter().take_while(|change| {
        let is_after = tracer.writer(change).is_some() && (change.at > graded_at || was_left);
        was_left |= left_it(change);
        !is_after
    });
    let last = before_ours.enumerate().filter(|(_, change)| left_it(change)).last();
    last.map_or(older, |(place, _)| older + place + 1)
}

/// What decides whose a change is.
struct Tracer<'a> {
    cell: &'a RunCell,
    now: Option<&'a Seen>,
    own: OwnIds<'a>,
}

impl Tracer<'_> {
    /// Who of us made the change, if it is the write that was wanted.
    fn writer(&self, change: &LoggedChange) -> Option<UserId> {
        let ours = change.grader.filter(|grader| self.own.writers.contains(grader));
        ours.filter(|_| change.after.is_wanted(self.cell, self.now))
    }
}

/// Follows the changes of a cell, oldest first, from what was `before`. `now` is what the cell shows at present. Canvas
/// writes a group's cells once for each member, so there may be several writes of ours.
pub(super) fn trace(
    cell: &RunCell,
    before: &Seen,
    now: Option<&Seen>,
    changes: &[LoggedChange],
    own: OwnIds<'_>,
) -> Trace {
    let tracer = Tracer { cell, now, own };
    let deducts = |seen: &Seen| seen.live.points_deducted.is_some_and(|points| !points.is_zero());
    let is_deducted = deducts(before) || now.is_some_and(deducts);
    let mut trace = Trace::default();
    let mut ours: Option<&LoggedGrade> = None;
    for change in &changes[known_before(changes, before, &tracer)..] {
        let Some(writer) = tracer.writer(change) else {
            trace.since = Some(change.clone());
            continue;
        };
        let by = trace.since.take().filter(|by| trace.wrote.is_some() || is_newer(by, before));
        let replaced = by.as_ref().map_or(&change.before, |by| &by.after);
        let is_known = match ours {
            Some(ours) => replaced.is_same(ours),
            None => replaced.is(before, cell),
        };
        // A letter stands for many scores, so one that somebody gave anew may be another score.
        let is_given_anew = by.is_some() && replaced.grade.is_some() && cell.is_lettered();
        // An excusal that was taken back left no trace in the log, nor did the zero of the missing policy.
        let is_blank = before.live.entered == Entered::Empty;
        let is_untraced = replaced.excused && is_blank || replaced.grade.is_none() && before.live.is_automatic_zero();
        if is_given_anew || !(is_known || by.is_none() && is_untraced) {
            trace.lost.push(LostEdit {
                entered: replaced.entered(cell, is_deducted),
                grader: by.as_ref().and_then(|by| by.grader),
                graded_at: by.as_ref().map(|by| by.at),
            });
        }
        trace.wrote = Some((change.at, writer));
        ours = Some(&change.after);
    }
    trace
}

#[cfg(test)]
mod tests {
    use super::super::cell::tests::cell;
    use super::*;

    fn points(text: &str) -> Points {
        text.parse().expect("a number")
    }

    #[test]
    fn a_logged_grade_is_compared_with_what_was_entered_and_what_the_policy_took() {
        for (grading_type, text, deducted, expected) in [
            (GradingType::Points, "8", "0", true),
            (GradingType::Points, "8.0", "0", true),
            (GradingType::Points, "7.995", "0", false),
            (GradingType::Points, "7", "1", true),
            (GradingType::Points, "7", "2", false),
            (GradingType::Points, "7", "0", false),
            (GradingType::Points, "9", "1", false),
            (GradingType::Points, "8%", "0", false),
            // Of 100 points; Canvas rounds percents.
            (GradingType::Percent, "8%", "0", true),
            (GradingType::Percent, "8.004%", "0", true),
            (GradingType::Percent, "8.5%", "0", false),
            (GradingType::Percent, "7%", "1", true),
            (GradingType::LetterGrade, "8", "0", false),
        ] {
            let cell = RunCell { grading_type, ..cell() };
            let live = LiveCell { points_deducted: Some(points(deducted)), ..LiveCell::default() };
            let logged = LoggedGrade { grade: Some(text.to_owned()), excused: false };
            assert_eq!(
                logged.is_left_of(points("8"), &live, &cell),
                expected,
                "{text} in {grading_type:?}, −{deducted}"
            );
        }
    }

    #[test]
    fn complete_is_worth_all_points_of_its_column() {
        let cell = RunCell { grading_type: GradingType::PassFail, ..cell() };
        for (text, expected) in [("complete", "100"), ("pass", "100"), ("incomplete", "0"), ("fail", "0")] {
            let logged = LoggedGrade { grade: Some(text.to_owned()), excused: false };
            assert_eq!(logged.points(&cell), Some(points(expected)), "{text}");
        }
    }
}
