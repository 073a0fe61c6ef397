//! Grades in bulk: what jobs do, and which traces they leave.

use super::bench::{Bench, Job, Obstacle, grade};
use super::items::Item;
use crate::canvas::{GradeChange, Submission};
use crate::domain::{Entered, Points, UserId};

/// An id that no person has: the highest that is no global one of a Canvas of several shards (`canvas-contract §B1`).
const NOBODY: UserId = UserId(9_999_999_999_999);

/// How a cell and its log looked after a job.
struct Trace {
    row: Submission,
    /// Its events, oldest first; `None` where the log may not be read.
    events: Option<Vec<GradeChange>>,
}

impl Bench<'_> {
    /// Writes 5, then 6, then 6 again, and looks after each job.
    pub(super) async fn grades(&mut self) -> Result<(), Obstacle> {
        let before = self.row(&[]).await?;
        let (job, first) = self.written("5").await?;
        let has_grade = has_score(&first.row, 5);
        let seen = format!("{}, the cell holds {}", job.words(), held(&first.row));
        self.findings.note(Item::BulkWrite, job.is_completed() && has_grade, seen);
        self.completion(&job);
        let posted = first.row.posted_at;
        if has_grade {
            // What was noted before is why grades could not be hidden.
            let seen = posted.map_or_else(|| "null".to_owned(), |at| at.to_string());
            self.findings.note_new(Item::Posting, posted.is_none(), seen);
        } else {
            self.findings.unknown(&[Item::Posting], "there was no grade to hide");
        }
        let (_, second) = self.written("6").await?;
        let (_, third) = self.written("6").await?;
        self.versions([&before, &first.row, &second.row, &third.row]);
        self.log([&first, &second, &third]);
        Ok(())
    }

    async fn written(&mut self, text: &str) -> Result<(Job, Trace), Obstacle> {
        let job = self.write(grade(text)).await?;
        // The log first: it is complete as soon as the job has ended.
        let events = self.events().await?;
        Ok((job, Trace { row: self.row(&[]).await?, events }))
    }

    fn completion(&mut self, job: &Job) {
        if !job.is_completed() {
            return self.findings.unknown(&[Item::Completion], &job.words());
        }
        let looks = job.looks;
        let end = job.end.completion.map_or_else(|| "null".to_owned(), |completion| completion.to_string());
        let seen = match job.early_completion {
            None => format!("null in {looks} looks, {end} at its end"),
            Some(early) => format!("{early} before its end, {end} at its end"),
        };
        self.findings.note(Item::Completion, job.early_completion.is_none() && end == "100", seen);
    }

    fn versions(&mut self, rows: [&Submission; 4]) {
        let versions = rows.map(|row| row.version);
        let seen = versions.map(|version| version.map_or_else(|| "none".to_owned(), |version| version.to_string()));
        self.findings.note(Item::Versions, versions == [Some(0), Some(1), Some(2), Some(2)], seen.join(", "));
    }

    fn log(&mut self, traces: [&Trace; 3]) {
        const CHANGES: [&str; 2] = ["nothing to 5 in version 1", "5 to 6 in version 2"];
        let logs: Option<Vec<Vec<String>>> =
            traces.iter().map(|trace| Some(trace.events.as_ref()?.iter().map(change).collect())).collect();
        let Some(logs) = logs else {
            return self.findings.unknown(&[Item::Events], "the log may not be read");
        };
        let agrees = logs[0] == CHANGES[..1] && logs[1] == CHANGES && logs[2] == CHANGES;
        let seen = logs.iter().map(|log| if log.is_empty() { "no event".to_owned() } else { log.join(" and ") });
        self.findings.note(Item::Events, agrees, seen.collect::<Vec<_>>().join("; then "));
    }

    /// Posts two jobs, the second before the first has ended.
    pub(super) async fn job_order(&mut self) -> Result<(), Obstacle> {
        let student = self.proof.student;
        let first = self.post(&[(student, grade("7"))]).await?;
        let second = self.post(&[(student, grade("8"))]).await?;
        let second = self.end_of(second).await?;
        let ended = self.reader.progress(first.id).await?.workflow_state.is_terminal();
        let row = self.row(&[]).await?;
        let order = if ended { "the first had ended when the second did" } else { "the second ended before the first" };
        let agrees = ended && second.is_completed() && has_score(&row, 8);
        self.findings.note(Item::JobOrder, agrees, format!("{order}, the cell holds {}", held(&row)));
        if !ended {
            self.end_of(first).await?;
        }
        Ok(())
    }

    /// Writes the student's grade, and one of an id that no person has.
    pub(super) async fn unknown_student(&mut self) -> Result<(), Obstacle> {
        let posted = self.post(&[(self.proof.student, grade("9")), (NOBODY, grade("9"))]).await?;
        let job = self.end_of(posted).await?;
        let row = self.row(&[]).await?;
        let is_named = job.end.message.as_ref().is_some_and(|message| message.contains(&format!("'{NOBODY}'")));
        let agrees = !job.is_completed() && is_named && has_score(&row, 9);
        self.findings.note(Item::UnknownStudent, agrees, format!("{}; the cell holds {}", job.words(), held(&row)));
        Ok(())
    }

    /// Writes text that is no grade into a cell that has one.
    pub(super) async fn unreadable_grade(&mut self) -> Result<(), Obstacle> {
        let before = self.row(&[]).await?;
        if before.live_cell().entered == Entered::Empty {
            self.findings.unknown(&[Item::UnreadableGrade], "there was no grade to clear");
            return Ok(());
        }
        let job = self.write(grade("abc")).await?;
        let row = self.row(&[]).await?;
        let agrees = job.is_completed() && row.live_cell().entered == Entered::Empty;
        self.findings.note(Item::UnreadableGrade, agrees, format!("{}, the cell holds {}", job.words(), held(&row)));
        Ok(())
    }
}

fn has_score(row: &Submission, score: i32) -> bool {
    row.live_cell().entered == Entered::Score(Points::whole(score))
}

/// What is in a cell of the proof, which holds nothing but what the proof wrote.
fn held(row: &Submission) -> String {
    match row.live_cell().entered {
        Entered::Empty => "nothing".to_owned(),
        Entered::Excused => "an excusal".to_owned(),
        Entered::Score(score) => score.to_string(),
    }
}

fn change(event: &GradeChange) -> String {
    let text = |grade: &Option<String>| grade.clone().unwrap_or_else(|| "nothing".to_owned());
    let version = event.version.map_or_else(|| "no version".to_owned(), |version| format!("version {version}"));
    format!("{} to {} in {version}", text(&event.grade_before), text(&event.grade_after))
}
