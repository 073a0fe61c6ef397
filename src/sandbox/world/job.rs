//! A Progress and the job behind it (canvas-contract §H6, §H7).

use std::collections::BTreeSet;

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

use super::by_id::Keyed;
use super::posting::Posting;
use super::write::Cell;

/// A job, and the Progress that reports it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct Job {
    pub(crate) id: i64,
    pub(crate) course_id: i64,
    pub(crate) grader_id: i64,
    pub(crate) created_at: Timestamp,
    /// When it was last seen to do something; its end, once it has ended.
    pub(crate) updated_at: Timestamp,
    #[serde(default)]
    pub(crate) state: JobState,
    #[serde(default)]
    pub(crate) message: Option<String>,
    pub(crate) work: Work,
}

/// What a job does.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Work {
    /// Grades many cells, one course's jobs one after another.
    Bulk(Bulk),
    /// Posts or hides the grades of a column.
    Posting(Posting),
    /// Sets final grades: student and percentage.
    FinalGrades(Vec<(i64, Option<f64>)>),
}

impl Work {
    /// What Progress JSON calls it.
    pub(crate) fn tag(&self) -> &'static str {
        match self {
            Self::Bulk(_) => "submissions_update",
            Self::Posting(posting) if posting.post => "post_assignment_grades",
            Self::Posting(_) => "hide_assignment_grades",
            Self::FinalGrades(_) => "override_grade_update",
        }
    }
}

/// The rows of a bulk request, and how far they are.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub(crate) struct Bulk {
    /// The section of a section-level request: nobody else is graded.
    pub(crate) section_id: Option<i64>,
    pub(crate) rows: Vec<BulkRow>,
    /// How many rows are done.
    pub(crate) done: usize,
    /// How many of them changed something.
    pub(crate) changed: u32,
    /// Keys of students that were not found, as sent.
    pub(crate) missing: Vec<String>,
    /// Keys of assignments that were unpublished or deleted meanwhile.
    pub(crate) skipped: BTreeSet<String>,
    pub(crate) fate: JobScript,
    /// When a job whose worker has gone is found to have failed.
    pub(crate) fails_at: Option<Timestamp>,
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
pub enum JobScript {
    /// Runs to its end.
    #[default]
    Runs,
    /// Never starts, and holds up the course's later jobs.
    StuckQueued,
    /// Starts, writes so many rows, and never ends.
    StuckRunning(usize),
    /// Writes so many rows, then dies of an exception.
    DiesAfter(usize),
    /// Its worker ends in the middle: so many rows are written, of the next one the grade and not the comment, and
    /// after a while it is found to have failed (canvas-contract §H7).
    Killed {
        /// Rows written whole.
        rows: usize,
        /// How long the Progress still says `running`, in milliseconds; measured were 1,000 to 5,000.
        after_ms: u32,
    },
}

impl Job {
    /// A job that waits to be run.
    pub(crate) fn queued(id: i64, course_id: i64, work: Work, (grader_id, now): (i64, Timestamp)) -> Self {
        let (created_at, updated_at) = (now, now);
        Self { id, course_id, grader_id, created_at, updated_at, state: JobState::Queued, message: None, work }
    }

    /// Whether it waits or runs.
    pub(crate) fn is_open(&self) -> bool {
        matches!(self.state, JobState::Queued | JobState::Running)
    }

    /// Whether it is one of the bulk jobs that a course runs one after another.
    pub(super) fn is_bulk(&self) -> bool {
        matches!(self.work, Work::Bulk(_))
    }

    /// Ends it as Canvas does after an exception.
    pub(super) fn fail(&mut self, at: Timestamp) -> Timestamp {
        self.state = JobState::Failed;
        self.message = Some(format!("Unexpected error, ID: {}", self.id));
        self.updated_at = at;
        at
    }
}

impl Bulk {
    /// How many rows the job does before its script ends or stops it.
    pub(super) fn last_row(&self) -> usize {
        match self.fate {
            JobScript::StuckRunning(rows) | JobScript::DiesAfter(rows) | JobScript::Killed { rows, .. } => {
                rows.min(self.rows.len())
            }
            JobScript::Runs | JobScript::StuckQueued => self.rows.len(),
        }
    }

    /// Its worker is gone: the time at which somebody finds out.
    pub(super) fn found_dead(&self, at: Timestamp) -> Option<Timestamp> {
        let JobScript::Killed { after_ms, .. } = self.fate else { return None };
        at.checked_add(SignedDuration::from_millis(i64::from(after_ms))).ok()
    }

    /// What Canvas says at the end: missing students first, and then nothing about assignments.
    pub(super) fn ending_message(&self) -> Option<String> {
        let quoted =
            |keys: &mut dyn Iterator<Item = &String>| keys.map(|key| format!("'{key}'")).collect::<Vec<_>>().join(", ");
        if !self.missing.is_empty() {
            return Some(format!("Couldn't find User(s) with API ids {}", quoted(&mut self.missing.iter())));
        }
        (!self.skipped.is_empty()).then(|| {
            let keys = quoted(&mut self.skipped.iter());
            format!("Some assignments are either not published or deleted and can not be graded {keys}")
        })
    }
}

impl Keyed for Job {
    fn key(&self) -> i64 {
        self.id
    }
}
