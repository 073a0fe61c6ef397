//! Account reports: created, running, complete or in error (canvas-contract §F).

use std::collections::BTreeMap;
use std::io::{Cursor, Write};

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use zip::ZipWriter;
use zip::write::SimpleFileOptions;

use super::by_id::Keyed;
use super::report_tables::{Table, Wanted};
use super::state::World;

/// The reports this Canvas offers.
pub(crate) const REPORTS: [&str; 2] = ["provisioning_csv", "sis_export_csv"];

/// One run of a report.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct Report {
    pub(crate) id: i64,
    pub(crate) account_id: i64,
    pub(crate) name: String,
    #[serde(default)]
    pub(crate) parameters: BTreeMap<String, String>,
    #[serde(default)]
    pub(crate) state: ReportState,
    pub(crate) created_at: Timestamp,
    #[serde(default)]
    pub(crate) started_at: Option<Timestamp>,
    #[serde(default)]
    pub(crate) ended_at: Option<Timestamp>,
    /// Present once complete; not kept in a world file.
    #[serde(skip)]
    pub(crate) file: Option<ReportFile>,
}

/// What a report leaves to download.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct ReportFile {
    pub(crate) filename: String,
    pub(crate) content_type: &'static str,
    pub(crate) bytes: Vec<u8>,
}

/// A report's status.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum ReportState {
    #[default]
    Created,
    Running,
    Complete,
    Error,
    Aborted,
    Deleted,
}

impl ReportState {
    /// Canvas's word for it.
    pub(crate) fn word(self) -> &'static str {
        match self {
            Self::Created => "created",
            Self::Running => "running",
            Self::Complete => "complete",
            Self::Error => "error",
            Self::Aborted => "aborted",
            Self::Deleted => "deleted",
        }
    }

    /// Whether it still waits or runs.
    pub(crate) fn is_open(self) -> bool {
        matches!(self, Self::Created | Self::Running)
    }
}

impl Report {
    fn switch(&self, name: &str) -> bool {
        let value = self.parameters.get(name).map(|value| value.to_lowercase());
        value.is_some_and(|value| matches!(value.as_str(), "1" | "true" | "on" | "yes"))
    }
}

impl World {
    /// Moves the first open report one state on: the account's reports queue behind each other.
    pub(super) fn advance_reports(&mut self, now: Timestamp) {
        let Some(id) = self.reports.values().find(|report| report.state.is_open()).map(|report| report.id) else {
            return;
        };
        let Some(mut report) = self.reports.remove(&id) else { return };
        if report.state == ReportState::Created {
            report.state = ReportState::Running;
            report.started_at = Some(now);
        } else {
            report.file = self.report_file(&report);
            report.state = if report.file.is_some() { ReportState::Complete } else { ReportState::Error };
            report.ended_at = Some(now);
        }
        self.reports.insert(id, report);
    }

    /// One CSV, a ZIP of several, or nothing when no table was asked for.
    pub(crate) fn report_file(&self, report: &Report) -> Option<ReportFile> {
        let terms =
            report.parameters.get("enrollment_term_id").and_then(|terms| self.terms_of(terms, report.created_at).ok());
        let wanted = Wanted {
            with_internal_ids: report.name == "provisioning_csv",
            include_deleted: report.switch("include_deleted"),
            terms: terms.flatten(),
        };
        let tables: Vec<Table> = Table::ALL.into_iter().filter(|table| report.switch(table.name())).collect();
        let day = report.created_at.strftime("%d_%b_%Y");
        let stem = format!("{}_{day}_{}", report.name, report.id);
        match tables.as_slice() {
            [] => None,
            [table] => Some(ReportFile {
                filename: format!("{stem}.csv"),
                content_type: "text/csv",
                bytes: table.csv(self, &wanted)?,
            }),
            several => {
                let mut archive = ZipWriter::new(Cursor::new(Vec::new()));
                for table in several {
                    archive.start_file(format!("{}.csv", table.name()), SimpleFileOptions::default()).ok()?;
                    archive.write_all(&table.csv(self, &wanted)?).ok()?;
                }
                let bytes = archive.finish().ok()?.into_inner();
                Some(ReportFile { filename: format!("{stem}.zip"), content_type: "application/zip", bytes })
            }
        }
    }

    /// The terms a report is limited to: `None` when it is not. The error is the part that names no term.
    pub(crate) fn terms_of(&self, text: &str, now: Timestamp) -> Result<Option<Vec<i64>>, String> {
        if text.trim().is_empty() {
            return Ok(None);
        }
        if text == "active_terms" {
            let active = self.terms.values().filter(|term| term.end_at.is_none_or(|end_at| end_at >= now));
            return Ok(Some(active.map(|term| term.id).collect()));
        }
        text.split(',')
            .map(|part| self.find_term(part).ok_or_else(|| part.to_owned()))
            .collect::<Result<_, _>>()
            .map(Some)
    }
}

impl Keyed for Report {
    fn key(&self) -> i64 {
        self.id
    }
}
