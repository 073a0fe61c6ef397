//! Progress: Canvas's asynchronous job.

use serde::{Deserialize, Deserializer};

use crate::domain::ProgressId;

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
