//! Progress and the bulk grading job behind it (canvas-contract §H7).
//!
//! Jobs advance from the clock when somebody looks, so a run is the same every time.

use std::collections::{BTreeMap, BTreeSet};

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

use super::by_id::Keyed;
use super::course::Course;
use super::identify::{Key, parse};
use super::state::World;
use super::write::{Cell, Excuse, How};
use super::{AssignmentState, CourseState};

/// A job, and the Progress that reports it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct Job {
    pub(crate) id: i64,
    pub(crate) course_id: i64,
    pub(crate) tag: String,
    pub(crate) grader_id: i64,
    /// The section of a section-level request: nobody else is graded.
    #[serde(default)]
    pub(crate) section_id: Option<i64>,
    pub(crate) created_at: Timestamp,
    pub(crate) updated_at: Timestamp,
    #[serde(default)]
    pub(crate) state: JobState,
    #[serde(default)]
    pub(crate) message: Option<String>,
    #[serde(default)]
    pub(crate) rows: Vec<BulkRow>,
    /// How many rows are done.
    #[serde(default)]
    pub(crate) done: usize,
    /// Keys of students that were not found, as sent.
    #[serde(default)]
    pub(crate) missing: Vec<String>,
    /// Keys of assignments that were unpublished or deleted meanwhile.
    #[serde(default)]
    pub(crate) skipped: BTreeSet<String>,
    #[serde(default)]
    pub(crate) fate: Fate,
}

/// One cell of a bulk request, with its keys as sent.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct BulkRow {
    pub(crate) assignment: String,
    pub(crate) student: String,
    #[serde(default)]
    pub(crate) cell: Cell,
}

/// A Progress's workflow state.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum JobState {
    #[default]
    Queued,
    Running,
    Completed,
    Failed,
}

impl JobState {
    /// Canvas's word for it.
    pub(crate) fn word(self) -> &'static str {
        match self {
            Self::Queued => "queued",
            Self::Running => "running",
            Self::Completed => "completed",
            Self::Failed => "failed",
        }
    }
}

/// What a fault has in store for a job.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Fate {
    /// Runs to its end.
    #[default]
    Runs,
    /// Never starts, and holds up the course's later jobs.
    StuckQueued,
    /// Starts, writes so many rows, and never ends.
    StuckRunning(usize),
    /// Writes so many rows, then dies of an exception.
    DiesAfter(usize),
}

impl World {
    /// Decides what becomes of a job that has not ended; of another nothing.
    pub fn set_job_fate(&mut self, job_id: i64, fate: Fate) {
        if let Some(job) = self.jobs.get_mut(&job_id).filter(|job| is_open(job)) {
            job.fate = fate;
        }
    }

    /// Brings jobs up to `now`. One job per course runs at a time, in order; courses run side by side.
    pub(super) fn advance_jobs(&mut self, now: Timestamp) {
        let open: Vec<i64> = self.jobs.values().filter(|job| is_open(job)).map(|job| job.id).collect();
        let mut free_from: BTreeMap<i64, Timestamp> = BTreeMap::new();
        let mut held_up: BTreeSet<i64> = BTreeSet::new();
        for id in open {
            let Some(mut job) = self.jobs.remove(&id) else { continue };
            if !held_up.contains(&job.course_id) {
                let start = free_from
                    .get(&job.course_id)
                    .copied()
                    .unwrap_or_else(|| self.course_free_from(&job))
                    .max(job.created_at);
                match self.run(&mut job, start, now) {
                    Some(end) => {
                        free_from.insert(job.course_id, end);
                    }
                    None => {
                        held_up.insert(job.course_id);
                    }
                }
            }
            self.jobs.insert(id, job);
        }
    }

    /// When the course's last finished job ended.
    fn course_free_from(&self, job: &Job) -> Timestamp {
        let earlier = self.jobs.values().filter(|other| other.course_id == job.course_id && other.id < job.id);
        earlier.map(|other| other.updated_at).max().unwrap_or(job.created_at)
    }

    /// Runs a job from `start` to `now`; returns when it ended, if it did.
    fn run(&mut self, job: &mut Job, start: Timestamp, now: Timestamp) -> Option<Timestamp> {
        if job.fate == Fate::StuckQueued || start > now {
            return None;
        }
        job.state = JobState::Running;
        let end = match job.fate {
            Fate::StuckRunning(rows) | Fate::DiesAfter(rows) => rows.min(job.rows.len()),
            _ => job.rows.len(),
        };
        // `find` on the raw keys is the first thing the job does, so a SIS key kills it before any row.
        if job.done == 0 && job.rows.iter().any(|row| !matches!(parse(&row.assignment), Key::Internal(_))) {
            return Some(fail(job, start));
        }
        while job.done < end {
            let at = self.moment_of(job.done + 1, start, now);
            if at > now {
                return None;
            }
            job.updated_at = at;
            let row = job.rows[job.done].clone();
            if self.run_row(job, &row, at).is_err() {
                return Some(fail(job, at));
            }
            job.done += 1;
        }
        let finished = if job.rows.is_empty() { start } else { self.moment_of(job.done, start, now) };
        match job.fate {
            Fate::StuckRunning(_) => return None,
            Fate::DiesAfter(_) => return Some(fail(job, finished)),
            Fate::Runs | Fate::StuckQueued => {}
        }
        job.message = ending_message(job);
        job.state = if job.message.is_some() { JobState::Failed } else { JobState::Completed };
        job.updated_at = finished;
        Some(finished)
    }

    /// When the n-th row is written.
    fn moment_of(&self, row: usize, start: Timestamp, now: Timestamp) -> Timestamp {
        match self.job_cells_per_second {
            None => now,
            Some(pace) => {
                let milliseconds = i64::try_from(row).unwrap_or(i64::MAX).saturating_mul(1000) / i64::from(pace.max(1));
                start.checked_add(SignedDuration::from_millis(milliseconds)).unwrap_or(Timestamp::MAX)
            }
        }
    }

    fn run_row(&mut self, job: &mut Job, row: &BulkRow, at: Timestamp) -> Result<(), super::GradeError> {
        let Some(assignment_id) = self.publishable(job.course_id, &row.assignment) else {
            job.skipped.insert(row.assignment.clone());
            return Ok(());
        };
        let found = self.find_user(&row.student, 0).filter(|user_id| {
            self.may_be_graded((job.course_id, assignment_id, *user_id), job.grader_id, job.section_id)
        });
        let Some(user_id) = found else {
            job.missing.push(row.student.clone());
            return Ok(());
        };
        let cell = (job.course_id, assignment_id, user_id);
        let by = (job.grader_id, at);
        let names_grade = row.cell.posted_grade.is_some() || row.cell.excuse != Excuse::Absent;
        // Submissions are pre-loaded by internal id; a SIS key misses them, and the student is graded with nothing.
        let misses_preload = !matches!(parse(&row.student), Key::Internal(_));
        if names_grade || misses_preload {
            self.grade(cell, &row.cell, How { bulk: true, prefer_points: false }, by)?;
        }
        if let Some(text) = row.cell.text_comment.as_deref().filter(|text| !text.is_empty()) {
            self.comment(cell, text, row.cell.group_comment, by);
        }
        Ok(())
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

fn is_open(job: &Job) -> bool {
    matches!(job.state, JobState::Queued | JobState::Running)
}

fn fail(job: &mut Job, at: Timestamp) -> Timestamp {
    job.state = JobState::Failed;
    job.message = Some(format!("Unexpected error, ID: {}", job.id));
    job.updated_at = at;
    at
}

/// What Canvas says at the end: missing students first, and then nothing about assignments.
fn ending_message(job: &Job) -> Option<String> {
    let quoted =
        |keys: &mut dyn Iterator<Item = &String>| keys.map(|key| format!("'{key}'")).collect::<Vec<_>>().join(", ");
    if !job.missing.is_empty() {
        return Some(format!("Couldn't find User(s) with API ids {}", quoted(&mut job.missing.iter())));
    }
    (!job.skipped.is_empty()).then(|| {
        let keys = quoted(&mut job.skipped.iter());
        format!("Some assignments are either not published or deleted and can not be graded {keys}")
    })
}

impl Keyed for Job {
    fn key(&self) -> i64 {
        self.id
    }
}
