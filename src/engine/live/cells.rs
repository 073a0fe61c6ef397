//! Reading cells: full reads of the columns in question, because only they see clears and no-ops (design, Key
//! decisions).

use std::collections::{BTreeSet, HashMap, HashSet, VecDeque};
use std::time::Duration;

use futures_util::{StreamExt, TryStreamExt, stream};

use crate::canvas::{CanvasError, GroupedQuery, Reader, Students, Submission, SubmissionInclude, Visible};
use crate::domain::{AssignmentId, CellKey, CourseId, Entered, LiveCell, OwnIds, RunCell, Seen, UserId};

/// Up to this many cells of people who are missing from a page are looked up one by one.
const LOOK_UPS: usize = 50;

/// How many lists are asked for side by side; the throttle decides how many of them really are in flight.
const SIDE_BY_SIDE: usize = 10;

/// How much later cells that a list shows wrongly are looked at in a list once more.
const BEHIND_BY: Duration = Duration::from_secs(3);

/// Up to this many of them are looked at one by one; more would cost more requests than they are worth.
const MOST_SINGLE: usize = 200;

/// What to read beside the cells.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(in crate::engine) struct With {
    /// The comments of each cell.
    pub(in crate::engine) comments: bool,
}

impl With {
    fn include(self) -> Vec<SubmissionInclude> {
        // Older servers send comments as shown only.
        let comments = self.comments.then_some([SubmissionInclude::StoredComments, SubmissionInclude::Comments]);
        comments.into_iter().flatten().collect()
    }
}

/// Cells of a course as they are now.
#[derive(Debug, Default)]
pub(in crate::engine) struct Look {
    /// The cells.
    pub(in crate::engine) grid: Grid,
    /// Columns that Canvas does not show any more, with its reason.
    pub(in crate::engine) refused: HashMap<AssignmentId, String>,
}

impl Look {
    /// Looks at these cells. One column that is unpublished or gone makes Canvas refuse all of them
    /// (`canvas-contract §I1`), so then each is read on its own. People missing from a page are looked up: a page may
    /// be short because somebody before them left the course while the pages were read.
    pub(in crate::engine) async fn at(
        reader: &Reader,
        course: CourseId,
        cells: &[CellKey],
        with: With,
    ) -> Result<Self, CanvasError> {
        let assignments: BTreeSet<AssignmentId> = cells.iter().map(|cell| cell.assignment).collect();
        let users: BTreeSet<UserId> = cells.iter().map(|cell| cell.user).collect();
        let (assignments, users) = (Vec::from_iter(assignments), Vec::from_iter(users));
        let mut look = Self::default();
        match Grid::read(reader, course, &assignments, &users, with).await {
            Ok(grid) => look.grid = grid,
            Err(error) if is_refusal(&error) => {
                for assignment in assignments {
                    match Grid::read(reader, course, &[assignment], &users, with).await {
                        Ok(grid) => look.grid.add(grid),
                        Err(error) if is_refusal(&error) => {
                            let said = error.server_message().map_or_else(|| error.to_string(), str::to_owned);
                            look.refused.insert(assignment, said);
                        }
                        Err(error) => return Err(error),
                    }
                }
            }
            Err(error) => return Err(error),
        }
        let is_missing =
            |cell: &&CellKey| !look.refused.contains_key(&cell.assignment) && !look.grid.has_student(cell.user);
        let missing: Vec<CellKey> = cells.iter().filter(is_missing).copied().take(LOOK_UPS).collect();
        look.look_up(reader, course, missing, with).await?;
        Ok(look)
    }

    /// Looks at these cells once more, because lists may come from a copy of the database that is behind: one by one,
    /// which is never behind, or, where they are many, in lists a while later.
    pub(in crate::engine) async fn again(
        reader: &Reader,
        course: CourseId,
        cells: &[CellKey],
        with: With,
    ) -> Result<Self, CanvasError> {
        if !Self::is_never_behind(cells) {
            tokio::time::sleep(BEHIND_BY).await;
            return Self::at(reader, course, cells, with).await;
        }
        let mut look = Self::default();
        look.look_up(reader, course, cells.to_vec(), with).await?;
        Ok(look)
    }

    /// Whether another look at these cells is made one by one, and so shows what is there now.
    pub(in crate::engine) fn is_never_behind(cells: &[CellKey]) -> bool {
        cells.len() <= MOST_SINGLE
    }

    /// A cell of a run as it is seen, empty where it has no row; `None` where Canvas does not show the student.
    pub(in crate::engine) fn seen(&self, cell: &RunCell, own: OwnIds<'_>) -> Option<Seen> {
        let Some(submission) = self.grid.submission(cell.key.assignment, cell.key.user) else {
            return self.grid.has_student(cell.key.user).then(Seen::default);
        };
        let comment = cell.comment.as_deref();
        let our_comments = comment.map_or(0, |text| submission.comments_of(text, own.commenters).count());
        let mut live = submission.live_cell();
        // What the missing policy gives the plan knew. In a cell that was empty then, its zero may have come since.
        if let Some(base) = cell.base.as_ref().filter(|base| base.entered != Entered::Empty) {
            live.missing = submission.missing && base.is_automatic_zero() && base.entered == live.entered;
        }
        let version = submission.version;
        Some(Seen { live, grade: submission.grade.clone(), version, our_comments })
    }

    async fn look_up(
        &mut self,
        reader: &Reader,
        course: CourseId,
        cells: Vec<CellKey>,
        with: With,
    ) -> Result<(), CanvasError> {
        let mut gone: HashSet<UserId> = HashSet::new();
        for CellKey { assignment, user } in cells {
            if gone.contains(&user) {
                continue;
            }
            match reader.submission(course, assignment, user, &with.include()).await {
                Ok(submission) => {
                    self.grid.students.insert(user);
                    self.grid.cells.insert((assignment, user), Box::new(submission));
                }
                Err(error) if is_refusal(&error) => {
                    gone.insert(user);
                }
                Err(error) => return Err(error),
            }
        }
        Ok(())
    }
}

/// Whether Canvas refused because of what was asked for, and not because of who asks or how it is.
pub(in crate::engine) fn is_refusal(error: &CanvasError) -> bool {
    matches!(error, CanvasError::Forbidden { .. } | CanvasError::NotFound { .. } | CanvasError::Rejected { .. })
}

/// The cells of some columns of a course.
#[derive(Debug, Default)]
pub(in crate::engine) struct Grid {
    students: HashSet<UserId>,
    /// Their SIS ids, where the token may see them.
    sis_ids: HashMap<UserId, Visible<String>>,
    /// Boxed, because a table of a few hundred thousand is rebuilt as it grows.
    cells: HashMap<(AssignmentId, UserId), Box<Submission>>,
}

impl Grid {
    /// Whether this person has a row in the gradebook: every student whose enrollments are not all deleted.
    pub(in crate::engine) fn has_student(&self, user: UserId) -> bool {
        self.students.contains(&user)
    }

    /// The SIS id that Canvas shows for this person.
    pub(in crate::engine) fn sis_id(&self, user: UserId) -> &Visible<String> {
        self.sis_ids.get(&user).unwrap_or(&Visible::Hidden)
    }

    /// Everybody with a row.
    pub(in crate::engine) fn students(&self) -> impl Iterator<Item = UserId> {
        self.students.iter().copied()
    }

    /// Every cell.
    pub(in crate::engine) fn submissions(&self) -> impl Iterator<Item = &Submission> {
        self.cells.values().map(Box::as_ref)
    }

    /// The cell; `None` where the column is not assigned to the student.
    pub(in crate::engine) fn cell(&self, assignment: AssignmentId, user: UserId) -> Option<LiveCell> {
        self.submission(assignment, user).map(Submission::live_cell)
    }

    /// The cell with its comments and history, where they were asked for.
    pub(in crate::engine) fn submission(&self, assignment: AssignmentId, user: UserId) -> Option<&Submission> {
        self.cells.get(&(assignment, user)).map(Box::as_ref)
    }

    /// Takes the cells of another look, which is later.
    pub(in crate::engine) fn add(&mut self, other: Self) {
        self.students.extend(other.students);
        self.sis_ids.extend(other.sis_ids);
        self.cells.extend(other.cells);
    }

    /// Reads these columns for these students, in lists. Canvas refuses a list as a whole for one person who is not
    /// visible any more (`canvas-contract §I1`): then it is asked for in halves, until only that one is left out.
    pub(in crate::engine) async fn read(
        reader: &Reader,
        course: CourseId,
        assignments: &[AssignmentId],
        students: &[UserId],
        with: With,
    ) -> Result<Self, CanvasError> {
        let mut grid = Self::default();
        if assignments.is_empty() {
            return Ok(grid);
        }
        let lists = students.chunks(reader.students_per_list(assignments.len()));
        let mut read = stream::iter(lists.map(|list| Self::read_list(reader, course, assignments, list, with)))
            .buffer_unordered(SIDE_BY_SIDE);
        while let Some(some) = read.try_next().await? {
            grid.add(some);
        }
        Ok(grid)
    }

    async fn read_list(
        reader: &Reader,
        course: CourseId,
        assignments: &[AssignmentId],
        students: &[UserId],
        with: With,
    ) -> Result<Self, CanvasError> {
        let mut grid = Self::default();
        let mut lists = VecDeque::from([students]);
        while let Some(list) = lists.pop_front() {
            let students = Students::List(list.to_vec());
            match Self::read_students(reader, course, assignments, students, with).await {
                Ok(some) => grid.add(some),
                Err(error) if error.refuses_a_student() => {
                    let (first, second) = list.split_at(list.len() / 2);
                    lists.extend([first, second].into_iter().filter(|half| !half.is_empty() && list.len() > 1));
                }
                Err(error) => return Err(error),
            }
        }
        Ok(grid)
    }

    /// Reads these columns for everybody.
    pub(in crate::engine) async fn read_all(
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
        query.include = with.include();
        let mut grid = Self::default();
        for row in reader.grouped_submissions(course, &query).await? {
            grid.students.insert(row.user_id);
            grid.sis_ids.insert(row.user_id, row.sis_user_id);
            for submission in row.submissions {
                grid.cells.insert((submission.assignment_id, row.user_id), Box::new(submission));
            }
        }
        Ok(grid)
    }
}
