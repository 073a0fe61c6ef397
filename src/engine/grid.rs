//! Reading cells: full reads of the columns in question, because only they see clears and no-ops (design, Key
//! decisions).

use std::collections::{HashMap, HashSet};

use crate::canvas::{CanvasError, GroupedQuery, Reader, Students, Submission, SubmissionInclude};
use crate::domain::{AssignmentId, CourseId, LiveCell, UserId};

/// Up to this many students are asked for by id; more are read as `all`.
const LISTED_STUDENTS: usize = 100;

/// What to read beside the cells.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct With {
    /// The comments of each cell.
    pub(crate) comments: bool,
    /// The earlier versions of each cell.
    pub(crate) history: bool,
}

/// The cells of some columns of a course.
#[derive(Debug, Default)]
pub(crate) struct Grid {
    students: HashSet<UserId>,
    cells: HashMap<(AssignmentId, UserId), Submission>,
}

impl Grid {
    /// Whether this person has a row in the gradebook: every student whose enrollments are not all deleted.
    pub(crate) fn has_student(&self, user: UserId) -> bool {
        self.students.contains(&user)
    }

    /// Everybody with a row.
    pub(crate) fn students(&self) -> impl Iterator<Item = UserId> {
        self.students.iter().copied()
    }

    /// The cell; `None` where the column is not assigned to the student.
    pub(crate) fn cell(&self, assignment: AssignmentId, user: UserId) -> Option<LiveCell> {
        self.submission(assignment, user).map(Submission::live_cell)
    }

    /// The cell with its comments and history, where they were asked for.
    pub(crate) fn submission(&self, assignment: AssignmentId, user: UserId) -> Option<&Submission> {
        self.cells.get(&(assignment, user))
    }

    /// Reads these columns. With few `students`, only theirs, unless Canvas refuses one of them.
    pub(crate) async fn read(
        reader: &Reader,
        course: CourseId,
        assignments: &[AssignmentId],
        students: &[UserId],
        with: With,
    ) -> Result<Self, CanvasError> {
        if assignments.is_empty() || students.is_empty() {
            return Ok(Self::default());
        }
        if students.len() <= LISTED_STUDENTS {
            let listed = Students::List(students.to_vec());
            match Self::read_students(reader, course, assignments, listed, with).await {
                // One person who is not visible makes Canvas refuse the whole list (`canvas-contract §I1`).
                Err(CanvasError::Forbidden { .. }) => {}
                outcome => return outcome,
            }
        }
        Self::read_students(reader, course, assignments, Students::All, with).await
    }

    /// Reads these columns for everybody.
    pub(crate) async fn read_all(
        reader: &Reader,
        course: CourseId,
        assignments: &[AssignmentId],
        with: With,
    ) -> Result<Self, CanvasError> {
        if assignments.is_empty() {
            return Ok(Self::default());
        }
        Self::read_students(reader, course, assignments, Students::All, with).await
    }

    async fn read_students(
        reader: &Reader,
        course: CourseId,
        assignments: &[AssignmentId],
        students: Students,
        with: With,
    ) -> Result<Self, CanvasError> {
        let mut query = GroupedQuery::new(students, assignments.to_vec());
        let comments = with.comments.then_some(SubmissionInclude::Comments);
        let history = with.history.then_some(SubmissionInclude::History);
        query.include.extend(comments.into_iter().chain(history));
        let mut grid = Self::default();
        for row in reader.grouped_submissions(course, &query).await? {
            grid.students.insert(row.user_id);
            for submission in row.submissions {
                grid.cells.insert((submission.assignment_id, row.user_id), submission);
            }
        }
        Ok(grid)
    }
}
