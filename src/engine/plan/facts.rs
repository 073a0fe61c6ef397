//! What Canvas said about one course, as far as the plan needs it.

use std::collections::{HashMap, HashSet};

use super::columns::CreationLimits;
use super::late_rows::LateRows;
use super::merged::MergedInto;
use super::schemes::Schemes;
use crate::canvas::{Assignment, Submission};
use crate::domain::{
    AssignmentId, EnrollmentKind, EnrollmentState, GradingType, LiveCell, PlannedCourse, Points, UserId,
};
use crate::engine::live::{Grid, Membership};

/// What somebody is in a course.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Standing {
    /// A student in this state.
    Student(EnrollmentState),
    /// Something else, and no student.
    Other(EnrollmentKind),
    /// Nothing there.
    Nowhere,
}

impl Standing {
    /// What several enrollments come to: a student who can be graded in any section can be graded.
    pub(super) fn of(enrollments: &[(EnrollmentKind, EnrollmentState)]) -> Self {
        let student = |wanted: fn(EnrollmentState) -> bool| {
            let states =
                enrollments.iter().filter(|(kind, _)| *kind == EnrollmentKind::Student).map(|(_, state)| *state);
            states.filter(|state| wanted(*state)).min().map(Self::Student)
        };
        let other = || {
            let others = enrollments
                .iter()
                .filter(|(kind, state)| *kind != EnrollmentKind::Student && *state != EnrollmentState::Deleted);
            others.map(|(kind, _)| *kind).min().map(Self::Other)
        };
        student(EnrollmentState::is_gradeable)
            .or_else(|| student(|state| state == EnrollmentState::Concluded))
            .or_else(other)
            .or_else(|| student(|state| state == EnrollmentState::Deleted))
            .unwrap_or(Self::Nowhere)
    }

    /// Whether Canvas grades this person here.
    pub(super) fn is_gradeable(self) -> bool {
        matches!(self, Self::Student(state) if state.is_gradeable())
    }
}

/// One course as read at plan time.
pub(super) struct CourseFacts {
    /// The course.
    pub(super) course: PlannedCourse,
    /// Whether it has ended.
    pub(super) concluded: bool,
    /// Its assignments, unpublished ones included.
    pub(super) assignments: Vec<Assignment>,
    /// The cells of the assignments the sheet names.
    pub(super) grid: Grid,
    /// Assignments whose cells were read.
    pub(super) read: HashSet<AssignmentId>,
    /// Who has which of them while Canvas has not made the row.
    pub(super) late_rows: LateRows,
    /// People whose standing was looked up.
    pub(super) standings: HashMap<UserId, Standing>,
    /// Whether the token sees its own sections only.
    pub(super) sees_own_sections: bool,
    /// The members of each group, in assignments that are graded by group.
    pub(super) membership: Membership,
    /// What the course does about late and missing work.
    pub(super) late_rules: LateRules,
    /// What a new column meets.
    pub(super) room: CreationLimits,
    /// The grading schemes that its values need.
    pub(super) schemes: Schemes,
    /// People whose id in the sheet may be somebody else's since the sync, and why.
    pub(super) moved: HashMap<UserId, &'static str>,
    /// People who are somebody else by now.
    pub(super) merged_into: HashMap<UserId, MergedInto>,
}

/// What a course does about late and missing work (`canvas-contract §H4`).
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct LateRules {
    /// Whether it takes points off for lateness.
    pub(super) deducts: bool,
    /// What missing work loses, in percent; `None` where it gets no score by itself.
    pub(super) missing_loses: Option<Points>,
}

impl LateRules {
    /// The score that missing work gets in a column: of complete or incomplete always 0.
    fn missing_score(self, column: &Assignment) -> Option<Points> {
        let loses = self.missing_loses?;
        if column.grading_type == GradingType::PassFail {
            return Some(Points::ZERO);
        }
        let hundred = Points::whole(100);
        column.points_possible?.scaled(hundred.distance(loses), hundred)
    }
}

impl CourseFacts {
    /// The cell as it is compared. A score without a grader is the missing policy's only if it is the one that the policy
    /// gives: SpeedGrader names no grader in such a cell either (`canvas-contract §H9`).
    pub(super) fn live(&self, submission: &Submission) -> LiveCell {
        let mut live = submission.live_cell();
        if let Some(score) = live.entered.points() {
            let column = self.assignments.iter().find(|column| column.id == submission.assignment_id);
            let gives = column.and_then(|column| self.late_rules.missing_score(column));
            let is_given = gives.is_some_and(|gives| gives.distance(score) <= Points::LATE_TOLERANCE);
            live.missing = submission.missing && is_given;
        }
        live
    }

    /// What this person is in the course. Who has a row in the gradebook and was not looked up is an active student.
    pub(super) fn standing(&self, user: UserId) -> Standing {
        match self.standings.get(&user) {
            Some(standing) => *standing,
            None if self.grid.has_student(user) => Standing::Student(EnrollmentState::Active),
            None => Standing::Nowhere,
        }
    }

    /// Whether a student of the course has this assignment: the row is there, or is still to come.
    pub(super) fn is_assigned(&self, assignment: AssignmentId, user: UserId) -> bool {
        self.grid.submission(assignment, user).is_some() || self.late_rows.contains(assignment, user)
    }

    /// Everybody on the roster who can be graded here. Lists of cells also have the test student, who is on none.
    pub(super) fn gradeable(&self) -> Vec<UserId> {
        let mut known: Vec<UserId> =
            self.standings.iter().filter(|(_, standing)| standing.is_gradeable()).map(|(user, _)| *user).collect();
        known.sort_unstable();
        known
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn several_enrollments_come_to_one_standing() {
        use EnrollmentKind::{Observer, Student, Teacher};
        use EnrollmentState::{Active, Concluded, Deleted, Inactive};
        for (enrollments, expected) in [
            (vec![(Student, Concluded), (Student, Active)], Standing::Student(Active)),
            (vec![(Student, Inactive)], Standing::Student(Inactive)),
            (vec![(Student, Deleted), (Student, Concluded)], Standing::Student(Concluded)),
            (vec![(Teacher, Active), (Student, Deleted)], Standing::Other(Teacher)),
            (vec![(Observer, Active)], Standing::Other(Observer)),
            (vec![(Student, Deleted)], Standing::Student(Deleted)),
            (vec![], Standing::Nowhere),
        ] {
            assert_eq!(Standing::of(&enrollments), expected, "{enrollments:?}");
        }
    }
}
