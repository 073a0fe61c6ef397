//! Account reports (`canvas-contract §F`).

use serde::{Deserialize, Deserializer};

use super::null::null_as_default;
use crate::domain::TermId;

/// A report that was started.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct Report {
    /// Internal id.
    pub id: i64,
    /// Canvas's name of the report, such as `provisioning_csv`.
    #[serde(default, deserialize_with = "null_as_default")]
    pub report: String,
    /// How far it is. The percentage is no help: it becomes 100 on errors too.
    pub status: ReportState,
    /// 0..=100.
    #[serde(default)]
    pub progress: Option<i64>,
    /// The finished file.
    #[serde(default)]
    pub attachment: Option<Attachment>,
    /// Canvas's message, if any.
    #[serde(default)]
    pub message: Option<String>,
}

/// A file of Canvas.
#[derive(Clone, PartialEq, Eq, Deserialize)]
pub struct Attachment {
    /// Where to fetch it; leads to another host and is itself a secret.
    pub url: String,
    /// The file name.
    #[serde(default, deserialize_with = "null_as_default")]
    pub filename: String,
    /// Bytes.
    #[serde(default)]
    pub size: Option<u64>,
    /// The media type.
    #[serde(default, rename = "content-type")]
    pub content_type: Option<String>,
}

impl std::fmt::Debug for Attachment {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter
            .debug_struct("Attachment")
            .field("filename", &self.filename)
            .field("size", &self.size)
            .finish_non_exhaustive()
    }
}

/// How far a report is.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum ReportState {
    /// Waiting behind other reports of the institution.
    Created,
    /// Being made.
    Running,
    /// Ready.
    Complete,
    /// Failed.
    Error,
    /// Stopped by somebody.
    Aborted,
    /// Deleted.
    Deleted,
    /// A state this version does not know; it is waited for.
    Other(String),
}

impl<'de> Deserialize<'de> for ReportState {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let word = String::deserialize(deserializer)?;
        Ok(match word.as_str() {
            "created" => Self::Created,
            "running" | "compiling" => Self::Running,
            "complete" => Self::Complete,
            "error" => Self::Error,
            "aborted" => Self::Aborted,
            "deleted" => Self::Deleted,
            _ => Self::Other(word),
        })
    }
}

/// What to put into a report.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct ReportParameters {
    /// The tables, in Canvas's words: `users`, `courses`, `sections`, `enrollments`, `xlist`, `terms`, `accounts`.
    pub tables: Vec<&'static str>,
    /// Limits courses, sections and enrollments to one term, but not users; `None` for all terms.
    pub enrollment_term_id: Option<TermId>,
    /// Whether concluded and deleted things are in it: without, concluded courses are missing (`canvas-contract §F2`).
    pub include_deleted: bool,
}

impl ReportParameters {
    /// The request body. Canvas mails nobody about it.
    pub(in crate::canvas) fn to_json(&self) -> Vec<u8> {
        let mut parameters = serde_json::Map::new();
        for table in &self.tables {
            parameters.insert((*table).to_owned(), true.into());
        }
        if let Some(term) = &self.enrollment_term_id {
            parameters.insert("enrollment_term_id".to_owned(), term.to_string().into());
        }
        parameters.insert("include_deleted".to_owned(), self.include_deleted.into());
        parameters.insert("skip_message".to_owned(), true.into());
        serde_json::json!({ "parameters": parameters }).to_string().into_bytes()
    }
}
