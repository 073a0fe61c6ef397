//! Progress: Canvas's asynchronous job.

use jiff::Timestamp;
use serde::{Deserialize, Deserializer};

use crate::domain::{AssignmentId, JobEnd, ProgressId, UserId};

/// A job. Its state says nothing about what became of single rows (`canvas-contract §0.1`).
#[derive(Debug, Clone, PartialEq, Deserialize)]
pub struct Progress {
    /// Internal id.
    pub id: ProgressId,
    /// How far it is.
    pub workflow_state: JobState,
    /// 0..=100, or nothing.
    #[serde(default)]
    pub completion: Option<f64>,
    /// Why it failed, in Canvas's words.
    #[serde(default)]
    pub message: Option<String>,
    /// When it was made, by Canvas's clock.
    #[serde(default)]
    pub created_at: Option<Timestamp>,
}

/// As many of Canvas's words as a record keeps.
const WORDS: usize = 200;

impl Progress {
    /// How the job ended, with the ids that its message names (`canvas-contract §H7`).
    pub fn end(&self) -> JobEnd {
        let message = self.message.as_deref().unwrap_or_default();
        let (words, ids) = message.split_once(" '").unwrap_or((message, ""));
        let ids = || ids.trim_end_matches('\'').split("', '").filter_map(|id| id.parse::<i64>().ok());
        let (names_users, names_assignments) = (words.contains("User"), words.contains("assignments"));
        JobEnd {
            completed: self.workflow_state == JobState::Completed,
            missing_users: ids().filter(|_| names_users).map(UserId).collect(),
            missing_assignments: ids().filter(|_| names_assignments && !names_users).map(AssignmentId).collect(),
            words: words.chars().take(WORDS).collect(),
        }
    }
}

/// How far a job is.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum JobState {
    /// Waiting behind others.
    Queued,
    /// Being executed.
    Running,
    /// Ended; says nothing about single rows.
    Completed,
    /// Ended; rows may have been written all the same.
    Failed,
    /// Taken back before it ended.
    Canceled,
    /// Waiting for a tool outside Canvas.
    Waiting,
    /// A state this version does not know.
    Other(String),
}

impl JobState {
    /// Whether the job will write nothing any more.
    pub fn is_terminal(&self) -> bool {
        matches!(self, Self::Completed | Self::Failed | Self::Canceled)
    }
}

impl<'de> Deserialize<'de> for JobState {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let word = String::deserialize(deserializer)?;
        Ok(match word.as_str() {
            "queued" => Self::Queued,
            "running" => Self::Running,
            "completed" => Self::Completed,
            "failed" => Self::Failed,
            "canceled" => Self::Canceled,
            "waiting_for_external_tool" => Self::Waiting,
            _ => Self::Other(word),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_message_names_students_or_columns() {
        let end = |message: Option<&str>| {
            let state = if message.is_none() { JobState::Completed } else { JobState::Failed };
            let message = message.map(str::to_owned);
            Progress { id: ProgressId(1), workflow_state: state, completion: None, message, created_at: None }.end()
        };
        for (message, users, assignments, words) in [
            (None, vec![], vec![], ""),
            (
                Some("Couldn't find User(s) with API ids '17', 'sis_user_id:X', '7009'"),
                vec![17, 7009],
                vec![],
                "Couldn't find User(s) with API ids",
            ),
            (
                Some("Some assignments are either not published or deleted and can not be graded '9001'"),
                vec![],
                vec![9001],
                "Some assignments are either not published or deleted and can not be graded",
            ),
            (Some("Unexpected error, ID: 123456"), vec![], vec![], "Unexpected error, ID: 123456"),
        ] {
            let end = end(message);
            assert_eq!(end.completed, message.is_none());
            assert_eq!(end.missing_users.into_iter().map(|id| id.0).collect::<Vec<_>>(), users);
            assert_eq!(end.missing_assignments.into_iter().map(|id| id.0).collect::<Vec<_>>(), assignments);
            assert_eq!(end.words, words);
        }
    }
}
