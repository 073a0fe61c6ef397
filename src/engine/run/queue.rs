//! Which cells go next, and how many at once. Pure.

use std::collections::VecDeque;
use std::time::Duration;

use super::task::{Task, put_in_order};
use crate::domain::AssignmentId;

/// Cells of the first chunk, while no speed is known.
const FIRST: usize = 100;

/// How long a job may take, so that teachers who go on grading meet a pre-check that is not old (design, promise 3).
const JOB_LASTS: Duration = Duration::from_secs(25);

/// How many times larger the next chunk may be.
const GROWS_BY: usize = 4;

/// How often in a row a request may miss its pre-check's end before Canvas counts as unavailable.
const MOST_LATE: u32 = 8;

/// Cells of the next chunk, by what the course's jobs have shown of its speed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct ChunkSize {
    cells: usize,
    most: usize,
    late: u32,
    /// What a cell of the last job took.
    per_cell: Option<Duration>,
}

impl ChunkSize {
    /// `most` is `--chunk`; `per_cell` is what a cell of another course has taken.
    pub(super) fn new(most: usize, per_cell: Option<Duration>) -> Self {
        let most = most.clamp(1, 10_000);
        let mut size = Self { cells: FIRST.min(most), most, late: 0, per_cell: None };
        if let Some(per_cell) = per_cell {
            size.follow(per_cell);
        }
        size
    }

    /// A job of so many cells has ended well after this time, counted from its beginning. Gives what a cell took.
    pub(super) fn ended(&mut self, cells: usize, took: Duration) -> Duration {
        self.late = 0;
        let per_cell = took / u32::try_from(cells.max(1)).unwrap_or(u32::MAX);
        self.follow(per_cell);
        per_cell
    }

    fn follow(&mut self, per_cell: Duration) {
        self.per_cell = Some(per_cell);
        let fits = usize::try_from(JOB_LASTS.as_nanos() / per_cell.as_nanos().max(1)).unwrap_or(usize::MAX);
        self.cells = fits.min(self.cells.saturating_mul(GROWS_BY)).clamp(1, self.most);
    }

    /// How long a job of so many cells takes, at the speed of the last one.
    pub(super) fn expected(&self, cells: usize) -> Option<Duration> {
        let cells = u32::try_from(cells).unwrap_or(u32::MAX);
        self.per_cell.map(|per_cell| per_cell.saturating_mul(cells))
    }

    /// A job died, or a request was refused as a whole.
    pub(super) fn failed(&mut self) {
        self.late = 0;
        self.halve();
    }

    /// A request could not leave while its pre-check was fresh; says whether that is so too often.
    pub(super) fn was_late(&mut self) -> bool {
        self.late += 1;
        self.halve();
        self.late >= MOST_LATE
    }

    fn halve(&mut self) {
        self.cells = (self.cells / 2).max(1);
    }
}

/// The cells that are left of a course.
#[derive(Debug)]
pub(super) struct Queue {
    left: VecDeque<Task>,
    pub(super) size: ChunkSize,
}

impl Queue {
    pub(super) fn new(tasks: Vec<Task>, size: ChunkSize) -> Self {
        Self { left: tasks.into(), size }
    }

    pub(super) fn is_empty(&self) -> bool {
        self.left.is_empty()
    }

    /// Takes the next chunk out. A group goes as a whole: Canvas writes its cells together.
    pub(super) fn next_chunk(&mut self) -> Vec<Task> {
        let mut size = self.size.cells.min(self.left.len());
        while size > 0 && self.left.get(size).is_some_and(|next| next.is_written_with(&self.left[size - 1])) {
            size += 1;
        }
        self.left.drain(..size).collect()
    }

    /// Takes cells up again, before all others.
    pub(super) fn put_back(&mut self, mut tasks: Vec<Task>) {
        put_in_order(&mut tasks);
        for task in tasks.into_iter().rev() {
            self.left.push_front(task);
        }
    }

    /// Takes those out that are `wanted`.
    pub(super) fn take(&mut self, wanted: impl Fn(&Task) -> bool) -> Vec<Task> {
        let (taken, left): (Vec<Task>, Vec<Task>) = self.left.drain(..).partition(wanted);
        self.left = left.into();
        taken
    }

    /// The columns of the cells that are left.
    pub(super) fn columns(&self) -> Vec<AssignmentId> {
        columns(self.left.iter())
    }
}

/// The columns of these cells.
pub(super) fn columns<'a>(tasks: impl IntoIterator<Item = &'a Task>) -> Vec<AssignmentId> {
    let mut columns: Vec<AssignmentId> = tasks.into_iter().map(Task::assignment).collect();
    columns.sort_unstable();
    columns.dedup();
    columns
}

/// Takes the first cell of a list out, with the cells that Canvas writes with it.
pub(super) fn take_first(tasks: &mut Vec<Task>, is_first: impl Fn(&Task) -> bool) -> Option<Vec<Task>> {
    let place = tasks.iter().position(is_first)?;
    let first = tasks.remove(place);
    let (group, others): (Vec<Task>, Vec<Task>) =
        std::mem::take(tasks).into_iter().partition(|one| one.is_written_with(&first));
    *tasks = others;
    Some(std::iter::once(first).chain(group).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_job_is_as_large_as_the_courses_speed_allows() {
        let seconds = Duration::from_secs;
        let mut size = ChunkSize::new(4_000, None);
        assert_eq!(size.cells, 100);
        // Ten cells a second: 25 s are 250 cells.
        size.ended(100, seconds(10));
        assert_eq!(size.cells, 250);
        // Four cells a second.
        size.ended(250, Duration::from_millis(62_500));
        assert_eq!(size.cells, 100);
        // A Canvas without a wall: four times as many, and never more than `--chunk`.
        for expected in [400, 1_600, 4_000, 4_000] {
            size.ended(size.cells, Duration::ZERO);
            assert_eq!(size.cells, expected);
        }
        size.failed();
        assert_eq!(size.cells, 2_000);
        // A last chunk of few cells does not make the next one smaller than its speed allows.
        size.ended(10, seconds(1));
        assert_eq!(size.cells, 250);
    }

    #[test]
    fn a_course_begins_at_the_speed_of_the_others() {
        let begins = |millis| ChunkSize::new(4_000, Some(Duration::from_millis(millis))).cells;
        assert_eq!([begins(1), begins(100), begins(250), begins(60_000)], [400, 250, 100, 1]);
    }

    #[test]
    fn a_chunk_is_never_empty_and_never_larger_than_asked_for() {
        assert_eq!(ChunkSize::new(0, None).cells, 1);
        assert_eq!(ChunkSize::new(5, None).cells, 5);
        let mut size = ChunkSize::new(5, None);
        size.ended(5, Duration::from_hours(1));
        assert_eq!(size.cells, 1);
        size.failed();
        assert_eq!(size.cells, 1);
        assert!((1..MOST_LATE).all(|_| !size.was_late()));
        assert!(size.was_late());
    }
}
