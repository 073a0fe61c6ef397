//! What Canvas's grade change log says of a cell: whether we wrote it, what that replaced, and who changed it since
//! (design, promise 3; `canvas-contract §I3`).

use jiff::Timestamp;

use super::{LostEdit, OwnIds, RunCell, Seen};
use crate::domain::{Entered, LiveCell, Points, UserId, Wanted};

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
    /// The points, if the grade is a number.
    fn points(&self) -> Option<Points> {
        self.grade.as_deref().and_then(|grade| Points::from_json_text(grade).ok())
    }

    /// What was in the cell, as far as the text of the grade tells; percent and letters do not.
    fn entered(&self) -> Option<Entered> {
        match (self.excused, &self.grade) {
            (true, _) => Some(Entered::Excused),
            (false, None) => Some(Entered::Empty),
            (false, Some(_)) => self.points().map(Entered::Score),
        }
    }

    /// Whether this is what was seen.
    fn is(&self, seen: &Seen) -> bool {
        let live = &seen.live;
        if self.excused || live.entered == Entered::Excused {
            return self.excused && live.entered == Entered::Excused;
        }
        let Some(grade) = &self.grade else { return live.entered == Entered::Empty };
        let shown = [&seen.grade, &live.entered_grade];
        shown.into_iter().flatten().any(|shown| shown == grade) || self.is_points(live.entered.points(), live)
    }

    /// Whether this is what we wanted there.
    fn is_wanted(&self, wanted: Wanted, live: Option<&LiveCell>) -> bool {
        match wanted {
            Wanted::Excused => self.excused,
            Wanted::Cleared => !self.excused && self.grade.is_none(),
            Wanted::Complete(complete) => self.grade.as_deref().is_some_and(|grade| (grade == "complete") == complete),
            // Percent and letters cannot be compared with points: who wrote them decides.
            Wanted::Score(points) if self.points().is_some() => {
                self.points() == Some(points) || live.is_some_and(|live| self.is_points(Some(points), live))
            }
            Wanted::Score(_) => !self.excused && self.grade.is_some(),
        }
    }

    /// Whether it is these points, or what a late policy left of them.
    fn is_points(&self, entered: Option<Points>, live: &LiveCell) -> bool {
        let (Some(points), Some(entered)) = (self.points(), entered) else { return false };
        let deducted = live.points_deducted.unwrap_or(Points::ZERO);
        let is_what_was_left = || points.distance(entered).distance(deducted) <= Points::LATE_TOLERANCE;
        points == entered || points < entered && !deducted.is_zero() && is_what_was_left()
    }
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
fn known_before(changes: &[LoggedChange], seen: &Seen, is_our_write: impl Fn(&LoggedChange) -> bool) -> usize {
    let Some(graded_at) = seen.live.graded_at else { return 0 };
    let older = changes.iter().take_while(|change| change.at < graded_at).count();
    let is_after = |change: &LoggedChange| change.at > graded_at && is_our_write(change);
    let before_ours = changes[older..].iter().take_while(|change| !is_after(change));
    let left_it = before_ours.enumerate().filter(|(_, change)| change.after.is(seen)).last();
    left_it.map_or(older, |(place, _)| older + place + 1)
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
    let live = now.map(|now| &now.live);
    let mut trace = Trace::default();
    let our_write = |change: &LoggedChange| {
        let ours = change.grader.filter(|grader| own.writers.contains(grader));
        ours.filter(|_| change.after.is_wanted(cell.wanted, live))
    };
    let known = known_before(changes, before, |change| our_write(change).is_some());
    for change in &changes[known..] {
        let Some(writer) = our_write(change) else {
            trace.since = Some(change.clone());
            continue;
        };
        let by = trace.since.take().filter(|by| trace.wrote.is_some() || is_newer(by, before));
        let is_known = |grade: &LoggedGrade| match trace.wrote {
            Some(_) => grade.is_wanted(cell.wanted, live),
            None => grade.is(before),
        };
        let replaced = by.as_ref().map_or(&change.before, |by| &by.after);
        // An excusal that was taken back left no trace in the log, nor did the zero of the missing policy.
        let is_blank = before.live.entered == Entered::Empty;
        let is_untraced = replaced.excused && is_blank || replaced.grade.is_none() && before.live.is_automatic_zero();
        if !(is_known(replaced) || by.is_none() && is_untraced) {
            trace.lost.push(LostEdit {
                entered: replaced.entered(),
                grader: by.as_ref().and_then(|by| by.grader),
                graded_at: by.as_ref().map(|by| by.at),
            });
        }
        trace.wrote = Some((change.at, writer));
    }
    trace
}
