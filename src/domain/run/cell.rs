//! A planned cell of a run, and what is seen of it in Canvas.

use std::sync::Arc;

use crate::domain::{AssignmentId, GradingType, GroupId, LiveCell, Owner, Points, Sending, UserId, Wanted};

/// Which cell of a course: a column and a student, both by internal id.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct CellKey {
    /// The column.
    pub assignment: AssignmentId,
    /// The student.
    pub user: UserId,
}

/// What this run has sent for a cell before.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Attempt {
    /// Nothing.
    #[default]
    Never,
    /// A request, and every job that may have come of it has ended.
    Sent,
    /// The same, and the comment went with a job that was given up and may still write it.
    CommentInDoubt,
}

/// A planned cell whose column exists.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RunCell {
    /// Where it is.
    pub key: CellKey,
    /// The student's group, where Canvas writes a grade for one member into the cells of all.
    pub group: Option<GroupId>,
    /// What it is to hold.
    pub wanted: Wanted,
    /// How that is sent.
    pub sending: Sending,
    /// The comment that goes with it.
    pub comment: Option<String>,
    /// What Canvas held at plan time; `None` for a column that this run created.
    pub base: Option<Arc<LiveCell>>,
    /// How grades of its column are shown, and logged.
    pub grading_type: GradingType,
    /// The points possible of its column, which percent are a share of; `None` where it has none.
    pub points_possible: Option<Points>,
    /// Whether grades of its column are shown to students only once somebody posts them.
    pub posts_manually: bool,
    /// Whose work it was at plan time.
    pub owner: Owner,
    /// What was sent before.
    pub attempt: Attempt,
    /// Why nothing may be sent to its column, if so.
    pub objection: Option<String>,
}

/// What of a cell is sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct ToSend {
    /// The grade.
    pub grade: bool,
    /// The comment.
    pub comment: bool,
}

/// A cell as Canvas shows it at one moment.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Seen {
    /// The cell.
    pub live: LiveCell,
    /// The grade that counts, as Canvas writes it: late deduction included.
    pub grade: Option<String>,
    /// The number of its version; `None` where Canvas does not say (`canvas-contract §H9`).
    pub version: Option<u32>,
    /// How often our comment is there.
    pub our_comments: usize,
}

/// Under which Canvas ids we work.
#[derive(Debug, Clone, Copy)]
pub struct OwnIds<'a> {
    /// Our grades are by these: the token's user, and everybody who pushed or retried the run before.
    pub writers: &'a [UserId],
    /// Our comments are by these: the writers and the connector's own graders.
    pub commenters: &'a [UserId],
}

impl OwnIds<'_> {
    /// Whether the cell's grade is by one of us.
    pub fn wrote(&self, live: &LiveCell) -> bool {
        live.grader.is_some_and(|grader| self.writers.contains(&UserId(grader)))
    }
}

impl RunCell {
    /// Whether grades of its column are shown as one of a few words, each of which stands for many scores.
    pub(super) fn is_lettered(&self) -> bool {
        matches!(self.grading_type, GradingType::LetterGrade | GradingType::GpaScale)
    }

    /// Whether Canvas writes both cells when it writes one of them (`canvas-contract §0.9`).
    pub fn is_written_with(&self, other: &Self) -> bool {
        self.group.is_some() && (self.group, self.key.assignment) == (other.group, other.key.assignment)
    }

    /// Whether this run sent it before.
    pub fn was_sent(&self) -> bool {
        self.attempt != Attempt::Never
    }

    /// Whether only a comment is planned.
    pub fn is_comment_only(&self) -> bool {
        self.sending == Sending::CommentOnly
    }

    /// Whether what is seen is no cell any more: its row is gone. One that had none at plan time, or whose column this
    /// run created, is empty until its row comes (`canvas-contract §I1`).
    pub fn has_lost_row(&self, seen: &Seen) -> bool {
        let had_row = self.base.as_ref().is_some_and(|base| base.has_row());
        had_row && !seen.live.has_row()
    }

    /// What was there when the plan was made: nothing in a column that this run created.
    pub fn at_plan_time(&self) -> Seen {
        let live = self.base.as_deref().cloned().unwrap_or_default();
        // What the late policy left of it is not known any more.
        let is_whole = live.points_deducted.is_none_or(Points::is_zero);
        let grade = live.entered_grade.clone().filter(|_| is_whole);
        Seen { live, grade, ..Seen::default() }
    }
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;
    use crate::domain::Points;

    /// A cell of a column that existed, without a comment: 8 points instead of nothing, never sent.
    pub(in crate::domain::run) fn cell() -> RunCell {
        RunCell {
            key: CellKey { assignment: AssignmentId(9), user: UserId(7) },
            group: None,
            wanted: Wanted::Score(Points::whole(8)),
            sending: Sending::Grade("8".to_owned()),
            comment: None,
            base: Some(LiveCell { workflow_state: "unsubmitted".to_owned(), ..LiveCell::default() }.into()),
            grading_type: GradingType::Points,
            points_possible: Some(Points::whole(100)),
            posts_manually: false,
            owner: Owner::Nobody,
            attempt: Attempt::Never,
            objection: None,
        }
    }

    #[test]
    fn what_was_there_at_plan_time_is_the_base_and_its_grade_unless_the_late_policy_took_of_it() {
        let graded = |points_deducted| LiveCell {
            workflow_state: "graded".to_owned(),
            entered_grade: Some("B".to_owned()),
            points_deducted,
            ..LiveCell::default()
        };
        for (deducted, grade) in [(None, Some("B")), (Some(Points::ZERO), Some("B")), (Some(Points::whole(1)), None)] {
            let base = graded(deducted);
            let seen = RunCell { base: Some(base.clone().into()), ..cell() }.at_plan_time();
            assert_eq!((seen.live, seen.grade.as_deref()), (base, grade), "{deducted:?}");
        }
        assert_eq!(RunCell { base: None, ..cell() }.at_plan_time(), Seen::default());
    }
}
