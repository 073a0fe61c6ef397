//! The column of a proof, and how it is written and read.

use std::time::Duration;

use tokio::time::Instant;

use super::items::{Findings, Item};
use super::proof::Proof;
use crate::canvas::{
    Assignment, CanvasError, CellWrite, Client, GradeChange, GradeChangeFilter, GradeData, JobState, PostedGrade,
    Progress, Reader, Submission, SubmissionInclude, TokenTrouble, Writer,
};
use crate::domain::UserId;
use crate::engine::live::{ends_everything, is_unavailable};

/// The pause before the first look at a job; it doubles.
const FIRST_LOOK: Duration = Duration::from_millis(100);

/// The longest pause between two looks.
const SLOWEST_LOOK: Duration = Duration::from_secs(2);

/// How long a job is waited for: a Canvas lets jobs wait in a queue first (`canvas-contract §H7`).
const JOB_WITHIN: Duration = Duration::from_mins(5);

/// A course with the column of the proof.
pub(super) struct Bench<'a> {
    pub(super) client: &'a Client,
    pub(super) reader: &'a Reader,
    pub(super) writer: &'a Writer,
    pub(super) proof: &'a Proof,
    pub(super) column: &'a Assignment,
    pub(super) findings: &'a mut Findings,
}

/// Why something could not be checked.
#[derive(Debug, thiserror::Error)]
pub(super) enum Obstacle {
    /// Canvas refused or could not be reached.
    #[error(transparent)]
    Canvas(#[from] CanvasError),
    /// A job did not end.
    #[error("a job did not end within {} s", JOB_WITHIN.as_secs())]
    JobStands,
}

/// A job from its posting to its end.
pub(super) struct Job {
    pub(super) end: Progress,
    /// How often it was looked at before it had ended, the answer to its posting included.
    pub(super) looks: u32,
    /// What it said of its completion then, where that was not null.
    pub(super) early_completion: Option<f64>,
}

impl Job {
    pub(super) fn is_completed(&self) -> bool {
        self.end.workflow_state == JobState::Completed
    }

    /// How it ended, in words.
    pub(super) fn words(&self) -> String {
        let state = if self.is_completed() { "the job was completed".to_owned() } else { "the job failed".to_owned() };
        self.end.message.as_ref().map_or(state.clone(), |message| format!("{state}: {message}"))
    }
}

/// Notes why these could not be checked; the error again if it ends everything.
pub(super) fn hindered(findings: &mut Findings, items: &[Item], error: CanvasError) -> Result<(), CanvasError> {
    let is_scope = matches!(error, CanvasError::Unauthorized { trouble: TokenTrouble::Scope(_), .. });
    if !is_scope && (ends_everything(&error) || is_unavailable(&error)) {
        return Err(error);
    }
    findings.unknown(items, &error.to_string());
    Ok(())
}

impl Bench<'_> {
    /// Looks at everything; `made` is when the column was made.
    pub(super) async fn look(&mut self, made: Instant) -> Result<(), CanvasError> {
        let outcome = self.single_row().await;
        self.passed(&[Item::SingleRow], outcome)?;
        let outcome = self.hide().await;
        self.passed(&[Item::Posting], outcome)?;
        let outcome = self.late_rows(made).await;
        self.passed(&[Item::LateRows], outcome)?;
        let outcome = self.grades().await;
        let of_grades = [Item::Jobs, Item::BulkWrite, Item::Completion, Item::Versions, Item::Events, Item::Posting];
        self.passed(&of_grades, outcome)?;
        let outcome = self.comments().await;
        self.passed(&[Item::Comments], outcome)?;
        let outcome = self.job_order().await;
        self.passed(&[Item::JobOrder], outcome)?;
        let outcome = self.unknown_student().await;
        self.passed(&[Item::UnknownStudent], outcome)?;
        let outcome = self.unreadable_grade().await;
        self.passed(&[Item::UnreadableGrade], outcome)?;
        self.rate_limit();
        Ok(())
    }

    /// Notes why these items could not be checked. Returns the error if no other item can be checked either.
    fn passed(&mut self, items: &[Item], outcome: Result<(), Obstacle>) -> Result<(), CanvasError> {
        match outcome {
            Ok(()) => Ok(()),
            Err(Obstacle::Canvas(error)) => hindered(self.findings, items, error),
            Err(obstacle @ Obstacle::JobStands) => {
                self.findings.unknown(items, &obstacle.to_string());
                Ok(())
            }
        }
    }

    /// Posts a job that writes these cells of the column.
    pub(super) async fn post(&self, cells: &[(UserId, CellWrite)]) -> Result<Progress, CanvasError> {
        let mut data = GradeData::default();
        for (student, cell) in cells {
            data.insert(self.column.id, *student, cell.clone());
        }
        Ok(self.writer.update_grades(self.proof.course, &data).await?.content)
    }

    /// Posts a job that writes this into the student's cell, and waits for its end.
    pub(super) async fn write(&mut self, cell: CellWrite) -> Result<Job, Obstacle> {
        let posted = self.post(&[(self.proof.student, cell)]).await?;
        self.end_of(posted).await
    }

    /// Waits for the end of a job.
    pub(super) async fn end_of(&mut self, posted: Progress) -> Result<Job, Obstacle> {
        let began = Instant::now();
        let mut job = Job { end: posted, looks: 0, early_completion: None };
        let mut pause = FIRST_LOOK;
        while !job.end.workflow_state.is_terminal() {
            job.looks += 1;
            job.early_completion = job.early_completion.or(job.end.completion);
            if began.elapsed() >= JOB_WITHIN {
                return Err(Obstacle::JobStands);
            }
            tokio::time::sleep(pause).await;
            pause = (pause * 2).min(SLOWEST_LOOK);
            job.end = self.reader.progress(job.end.id).await?;
            self.findings.note(Item::Jobs, true, "it can be looked at");
        }
        Ok(job)
    }

    /// The student's cell.
    pub(super) async fn row(&self, include: &[SubmissionInclude]) -> Result<Submission, CanvasError> {
        self.reader.submission(self.proof.course, self.column.id, self.proof.student, include).await
    }

    /// The events of the student's cell, oldest first; `None` where the log may not be read.
    pub(super) async fn events(&self) -> Result<Option<Vec<GradeChange>>, CanvasError> {
        if !self.findings.agrees(Item::ChangeLog) {
            return Ok(None);
        }
        let filter = GradeChangeFilter {
            assignment: Some(self.column.id),
            student: Some(self.proof.student),
            // Canvas's own time: the clock here may be another.
            start: self.column.created_at,
            end: None,
        };
        let mut events = self.reader.grade_changes(self.proof.course, &filter).all().await?;
        events.reverse();
        Ok(Some(events))
    }
}

/// A grade to write.
pub(super) fn grade(text: &str) -> CellWrite {
    CellWrite { grade: Some(PostedGrade::Grade(text.to_owned())), comment: None }
}
