//! Jobs at work (canvas-contract §H7): one bulk job of a course at a time, in order; courses side by side, as far as
//! workers are free.
//!
//! Jobs advance from the clock when somebody looks, so a run is the same every time.

use jiff::Timestamp;

use super::CourseState;
use super::assignment::AssignmentState;
use super::course::Course;
use super::identify::{Key, parse};
use super::job::{Bulk, BulkRow, Job, JobScript, JobState, Work};
use super::state::World;
use super::write::{Cell, Excuse, GradeError, How};

impl World {
    /// Decides what becomes of a bulk job that has not ended; of another nothing.
    pub fn set_job_fate(&mut self, job_id: i64, fate: JobScript) {
        if let Some(job) = self.jobs.get_mut(&job_id).filter(|job| job.is_open())
            && let Work::Bulk(bulk) = &mut job.work
        {
            bulk.fate = fate;
        }
    }

    /// Starts a job and returns its id.
    pub(crate) fn start_job(&mut self, course_id: i64, work: Work, by: (i64, Timestamp)) -> i64 {
        let id = self.new_id();
        self.jobs.insert(id, Job::queued(id, course_id, work, by));
        id
    }

    /// Holds back all that workers do, or lets it go on where it was: nothing is done in between.
    pub(crate) fn hold_jobs(&mut self, held: bool, now: Timestamp) {
        if self.conduct.jobs_held && !held {
            self.conduct.workers_idle_until(now);
            for job in self.jobs.values_mut().filter(|job| job.state == JobState::Running) {
                job.updated_at = now;
            }
        }
        self.conduct.jobs_held = held;
    }

    /// Brings jobs up to `now`.
    pub(super) fn advance_jobs(&mut self, now: Timestamp) {
        self.run_small_jobs(now);
        let running = self.jobs.values().filter(|job| job.state == JobState::Running && job.is_bulk());
        let running: Vec<i64> = running.map(|job| job.id).collect();
        for id in running {
            self.work_on(id, now);
        }
        while let Some((id, start)) = self.next_to_start(now) {
            self.conduct.take_worker();
            if let Some(job) = self.jobs.get_mut(&id) {
                job.state = JobState::Running;
                job.updated_at = start;
            }
            self.work_on(id, now);
        }
    }

    /// Everything but bulk jobs: done as soon as somebody looks.
    fn run_small_jobs(&mut self, now: Timestamp) {
        let open = self.jobs.values().filter(|job| job.is_open() && !job.is_bulk());
        let open: Vec<i64> = open.map(|job| job.id).collect();
        for id in open {
            let Some(mut job) = self.jobs.remove(&id) else { continue };
            match &job.work {
                Work::Posting(posting) => self.post_grades(job.course_id, &posting.clone(), now),
                Work::FinalGrades(grades) => {
                    self.set_final_grades(job.course_id, &grades.clone(), (job.grader_id, now));
                }
                Work::Bulk(_) => {}
            }
            job.state = JobState::Completed;
            job.updated_at = now;
            self.jobs.insert(id, job);
        }
    }

    /// The queued job that starts first, and when, if it has started by now.
    fn next_to_start(&self, now: Timestamp) -> Option<(i64, Timestamp)> {
        let worker_free = self.conduct.worker_free_from()?;
        let mut first: Option<(Timestamp, i64)> = None;
        let mut seen = Vec::new();
        for job in self.jobs.values().filter(|job| job.is_open() && job.is_bulk()) {
            // Only the first of a course; the others wait for it.
            if seen.contains(&job.course_id) {
                continue;
            }
            seen.push(job.course_id);
            let stuck = matches!(&job.work, Work::Bulk(bulk) if bulk.fate == JobScript::StuckQueued);
            if job.state != JobState::Queued || stuck {
                continue;
            }
            let start = job.created_at.max(self.course_free_from(job)).max(worker_free);
            if start <= now && first.is_none_or(|found| (start, job.id) < found) {
                first = Some((start, job.id));
            }
        }
        first.map(|(start, id)| (id, start))
    }

    /// When the course's last finished job ended.
    fn course_free_from(&self, job: &Job) -> Timestamp {
        let earlier = self.jobs.values().filter(|other| other.course_id == job.course_id && other.id < job.id);
        earlier.filter(|other| other.is_bulk()).map(|other| other.updated_at).max().unwrap_or(job.created_at)
    }

    /// Goes on with a running job until `now`, and gives its worker back when it has ended.
    fn work_on(&mut self, id: i64, now: Timestamp) {
        let Some(mut job) = self.jobs.remove(&id) else { return };
        if let Work::Bulk(mut bulk) = std::mem::replace(&mut job.work, Work::FinalGrades(Vec::new())) {
            let was_stuck = matches!(bulk.fate, JobScript::StuckRunning(_)) && bulk.done == bulk.last_row();
            let ended = self.run(&mut job, &mut bulk, now);
            let stuck = matches!(bulk.fate, JobScript::StuckRunning(_)) && bulk.done == bulk.last_row() && !was_stuck;
            match ended {
                Some(end) => self.conduct.give_worker_back(end, bulk.changed),
                // The worker of a stuck job is gone, and another one takes its place.
                None if stuck => self.conduct.give_worker_back(now, 0),
                None => {}
            }
            job.work = Work::Bulk(bulk);
        }
        self.jobs.insert(id, job);
    }

    /// Runs a job until `now`; returns when it ended, if it did.
    fn run(&mut self, job: &mut Job, bulk: &mut Bulk, now: Timestamp) -> Option<Timestamp> {
        // `find` on the raw keys is the first thing the job does, so a SIS key kills it before any row.
        if bulk.done == 0 && bulk.rows.iter().any(|row| !matches!(parse(&row.assignment), Key::Internal(_))) {
            return Some(job.fail(job.updated_at));
        }
        while bulk.done < bulk.last_row() {
            let row = bulk.rows[bulk.done].clone();
            let changes = self.row_changes(job, bulk, &row);
            let at = self.conduct.row_done_at(job.updated_at, changes, now);
            if at > now {
                return None;
            }
            job.updated_at = at;
            bulk.changed += u32::from(changes);
            if self.run_row(job, bulk, &row, at).is_err() {
                return Some(job.fail(at));
            }
            bulk.done += 1;
        }
        match bulk.fate {
            JobScript::StuckRunning(_) => return None,
            JobScript::DiesAfter(_) => return Some(job.fail(job.updated_at)),
            JobScript::Killed { .. } => return self.die_with_worker(job, bulk, now),
            JobScript::Runs | JobScript::StuckQueued => {}
        }
        job.message = bulk.ending_message();
        job.state = if job.message.is_some() { JobState::Failed } else { JobState::Completed };
        Some(job.updated_at)
    }

    /// The worker ends between the grade of a cell and its comment.
    fn die_with_worker(&mut self, job: &mut Job, bulk: &mut Bulk, now: Timestamp) -> Option<Timestamp> {
        if bulk.fails_at.is_none() {
            if let Some(row) = bulk.rows.get(bulk.done).cloned() {
                let torn = BulkRow { cell: Cell { text_comment: None, ..row.cell }, ..row };
                // Whether the torn line would have been refused changes nothing: the job has ended either way.
                self.run_row(job, bulk, &torn, job.updated_at).unwrap_or_default();
            }
            bulk.fails_at = bulk.found_dead(job.updated_at);
        }
        bulk.fails_at.filter(|at| *at <= now).map(|at| job.fail(at))
    }

    /// Whether a row will change anything; a comment alone is quickly done.
    fn row_changes(&self, job: &Job, bulk: &Bulk, row: &BulkRow) -> bool {
        self.cell_of_row(job, bulk, row).is_some_and(|cell| self.would_change(cell, &row.cell))
    }

    fn cell_of_row(&self, job: &Job, bulk: &Bulk, row: &BulkRow) -> Option<(i64, i64, i64)> {
        let assignment_id = self.publishable(job.course_id, &row.assignment)?;
        let cell = |user_id: i64| (job.course_id, assignment_id, user_id);
        let found = self.find_user(&row.student, 0).map(cell);
        found.filter(|cell| self.may_be_graded(*cell, job.grader_id, bulk.section_id))
    }

    fn run_row(&mut self, job: &Job, bulk: &mut Bulk, row: &BulkRow, at: Timestamp) -> Result<(), GradeError> {
        if self.publishable(job.course_id, &row.assignment).is_none() {
            bulk.skipped.insert(row.assignment.clone());
            return Ok(());
        }
        let Some(cell) = self.cell_of_row(job, bulk, row) else {
            bulk.missing.push(row.student.clone());
            return Ok(());
        };
        if row.cell.broken {
            return Err(GradeError::Broken);
        }
        let by = (job.grader_id, at);
        let names_grade = row.cell.posted_grade.is_some() || row.cell.excuse != Excuse::Absent;
        // Submissions are pre-loaded by internal id; a SIS key misses them, and the student is graded with nothing.
        let misses_preload = !matches!(parse(&row.student), Key::Internal(_));
        if names_grade || misses_preload {
            self.grade(cell, &row.cell, How { bulk: true, prefer_points: false }, by)?;
        }
        match row.cell.text_comment.as_deref() {
            Some(text) => self.comment(cell, text, row.cell.group_comment, by),
            None => Ok(()),
        }
    }

    fn publishable(&self, course_id: i64, key: &str) -> Option<i64> {
        let id = self.find_assignment(course_id, key)?;
        let (_, assignment) = self.assignment(course_id, id)?;
        (assignment.state == AssignmentState::Published).then_some(id)
    }

    /// Whether a grader reaches a student: enrolled, in their sections, and assigned.
    pub(crate) fn may_be_graded(
        &self,
        (course_id, assignment_id, user_id): (i64, i64, i64),
        grader_id: i64,
        section_id: Option<i64>,
    ) -> bool {
        let Some((course, assignment)) = self.assignment(course_id, assignment_id) else { return false };
        assignment.is_assigned_to(user_id) && self.reaches(course, user_id, grader_id, section_id)
    }

    /// Whether a student of a course is within a grader's sections and may be graded.
    pub(crate) fn reaches(&self, course: &Course, user_id: i64, grader_id: i64, section_id: Option<i64>) -> bool {
        let confined_to = section_id.map(|id| vec![id]).or_else(|| self.confined_to(grader_id, course));
        course.state != CourseState::Deleted
            && course.enrollments.iter().any(|enrollment| {
                enrollment.user_id == user_id
                    && enrollment.is_gradeable_student()
                    && Self::sees(course, confined_to.as_deref(), enrollment)
            })
    }
}
