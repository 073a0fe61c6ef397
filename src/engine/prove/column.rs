//! A new column: its rows, its posting, its comments, and what answers say of the rate limit.

use std::time::Duration;

use tokio::time::Instant;

use super::bench::{Bench, Obstacle};
use super::items::Item;
use crate::canvas::{Bucket, CanvasError, CellWrite, Comment, GroupedQuery, Students, SubmissionInclude};

/// How long rows are waited for.
const ROWS_WITHIN: Duration = Duration::from_mins(1);

/// The pause before the second look for them; it doubles.
const FIRST_PAUSE: Duration = Duration::from_millis(50);

/// The longest pause between two looks.
const LONGEST_PAUSE: Duration = Duration::from_secs(1);

/// A comment that is shown otherwise than it is stored: as `gradepush prove a`.
const COMMENT: &str = "gradepush prove a<b";

impl Bench<'_> {
    /// A row that is not there yet can be read singly all the same.
    pub(super) async fn single_row(&mut self) -> Result<(), Obstacle> {
        let row = self.row(&[]).await?;
        let (agrees, seen) = match row.workflow_state.as_str() {
            "" => (true, "no workflow state".to_owned()),
            state @ "unsubmitted" => (true, format!("`{state}`: the row was there already")),
            state => (false, format!("`{state}`")),
        };
        self.findings.note(Item::SingleRow, agrees, seen);
        Ok(())
    }

    /// Sets manual posting, before there is anything to hide.
    pub(super) async fn hide(&mut self) -> Result<(), Obstacle> {
        self.writer.set_post_policy(self.column.id, true).await?;
        Ok(())
    }

    /// Looks into the list until the row is there. A new column may be unknown to a copy that is behind, which is a 403.
    pub(super) async fn late_rows(&mut self, made: Instant) -> Result<(), Obstacle> {
        if !self.findings.agrees(Item::Submissions) {
            self.findings.unknown(&[Item::LateRows], "submissions cannot be read");
            return Ok(());
        }
        let query = GroupedQuery::new(Students::List(vec![self.proof.student]), vec![self.column.id]);
        let (mut looks, mut pause) = (0, FIRST_PAUSE);
        let seen = loop {
            looks += 1;
            let missing = match self.reader.grouped_submissions(self.proof.course, &query).await {
                Ok(students) if students.iter().any(|student| !student.submissions.is_empty()) => {
                    let after = made.elapsed().as_millis();
                    self.findings.note(Item::LateRows, true, format!("after {after} ms, in look {looks}"));
                    return Ok(());
                }
                Ok(_) => "no row".to_owned(),
                Err(error @ CanvasError::Forbidden { .. }) => error.to_string(),
                Err(error) => return Err(error.into()),
            };
            if made.elapsed() >= ROWS_WITHIN {
                break format!("{missing} after {} s", ROWS_WITHIN.as_secs());
            }
            tokio::time::sleep(pause).await;
            pause = (pause * 2).min(LONGEST_PAUSE);
        };
        self.findings.note(Item::LateRows, false, seen);
        Ok(())
    }

    /// Writes a comment, looks how it is stored, and deletes it.
    pub(super) async fn comments(&mut self) -> Result<(), Obstacle> {
        let job = self.write(CellWrite { grade: None, comment: Some(COMMENT.to_owned()) }).await?;
        let row = self.row(&[SubmissionInclude::StoredComments, SubmissionInclude::Comments]).await?;
        let texts = |comments: &[Comment]| match comments {
            [] => "nothing".to_owned(),
            some => some.iter().map(|comment| format!("`{}`", comment.comment)).collect::<Vec<_>>().join(", "),
        };
        let (stored, shown) = (&row.submission_html_comments, &row.submission_comments);
        let mut undeleted = String::new();
        for comment in stored {
            let (course, column, student) = (self.proof.course, self.column.id, self.proof.student);
            if let Err(error) = self.writer.delete_comment(course, column, student, comment.id).await {
                undeleted = format!("; it could not be deleted: {error}");
            }
        }
        let is_as_sent = stored.iter().any(|comment| comment.comment == COMMENT);
        let agrees = job.is_completed() && is_as_sent && undeleted.is_empty();
        let seen = format!("stored as {}, shown as {}{undeleted}", texts(stored), texts(shown));
        self.findings.note(Item::Comments, agrees, seen);
        Ok(())
    }

    /// What the latest answer said.
    pub(super) fn rate_limit(&mut self) {
        let Bucket { remaining, cost } = self.client.bucket();
        let words = |name: &str, number: Option<f64>| match number {
            Some(number) => format!("{name} {number}"),
            None => format!("no {name}"),
        };
        let seen = format!("{}, {}", words("X-Rate-Limit-Remaining", remaining), words("X-Request-Cost", cost));
        self.findings.note(Item::RateLimit, remaining.is_some() && cost.is_some(), seen);
    }
}
