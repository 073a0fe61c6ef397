//! Account reports: created, running, complete or in error (canvas-contract §F).

use std::collections::BTreeMap;
use std::io::{Cursor, Write};

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use zip::ZipWriter;
use zip::write::SimpleFileOptions;

use super::by_id::Keyed;
use super::report_tables::{Table, Wanted};
use super::state::World;

/// The report with Canvas's internal ids.
const PROVISIONING: &str = "provisioning_csv";

/// The report in the form of SIS import files.
const SIS_EXPORT: &str = "sis_export_csv";

/// The number of the error report that a failed report names.
const ERROR_REPORT: i64 = 12;

/// One run of a report.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct Report {
    pub(crate) id: i64,
    pub(crate) account_id: i64,
    /// Who started it.
    #[serde(default)]
    pub(crate) user_id: i64,
    pub(crate) name: String,
    /// As they were sent; Canvas adds `locale` when it runs and `extra_text` at its end.
    #[serde(default)]
    pub(crate) parameters: BTreeMap<String, Value>,
    #[serde(default)]
    pub(crate) state: ReportState,
    pub(crate) created_at: Timestamp,
    #[serde(default)]
    pub(crate) started_at: Option<Timestamp>,
    #[serde(default)]
    pub(crate) ended_at: Option<Timestamp>,
    /// The result in words.
    #[serde(default)]
    pub(crate) message: Option<String>,
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

/// What becomes of a report that a test has chosen.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ReportFate {
    /// It ends in an error.
    Fails,
    /// It runs without end, and holds up the reports behind it until somebody deletes or aborts it.
    NeverEnds,
}

/// Which term a report is limited to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Limit {
    None,
    Term(i64),
    /// Accepted at the start, and then no term that the report finds: `active_terms`, or a list.
    NoSuchTerm,
}

/// Why a report has no file.
enum NoFile {
    /// It ended in an exception.
    Exception,
    /// There was nothing to write.
    Nothing,
}

impl Report {
    fn switch(&self, name: &str) -> bool {
        match self.parameters.get(name) {
            Some(Value::Bool(on)) => *on,
            Some(Value::Number(number)) => number.as_i64() == Some(1),
            Some(Value::String(text)) => matches!(text.to_lowercase().as_str(), "1" | "true" | "on" | "yes"),
            _ => false,
        }
    }

    fn tables(&self) -> Vec<Table> {
        let can_be_made = [PROVISIONING, SIS_EXPORT].contains(&self.name.as_str());
        Table::ALL.into_iter().filter(|table| can_be_made && self.switch(table.name())).collect()
    }
}

impl World {
    /// Decides what becomes of every later report that is limited to this term; `None` for those limited to none.
    pub fn set_report_fate(&mut self, term_id: Option<i64>, fate: ReportFate) {
        self.report_fates.insert(term_id, fate);
    }

    /// How many reports there are whose file somebody could still download.
    pub fn reports_left(&self) -> usize {
        self.reports.values().filter(|report| report.state == ReportState::Complete).count()
    }

    /// The id of the next report.
    pub(crate) fn new_report_id(&self) -> i64 {
        self.reports.keys().next_back().map_or(1, |last| last + 1)
    }

    /// Moves the first open report one state on: the account's reports queue behind each other.
    pub(super) fn advance_reports(&mut self, now: Timestamp) {
        let Some(id) = self.reports.values().find(|report| report.state.is_open()).map(|report| report.id) else {
            return;
        };
        let Some(mut report) = self.reports.remove(&id) else { return };
        if report.state == ReportState::Created {
            report.state = ReportState::Running;
            report.started_at = Some(now);
            report.parameters.insert("locale".to_owned(), json!("en"));
        } else {
            self.end_report(&mut report, now);
        }
        self.reports.insert(id, report);
    }

    fn end_report(&self, report: &mut Report, now: Timestamp) {
        let fate = match self.limit_of(report) {
            Limit::None => self.report_fates.get(&None),
            Limit::Term(id) => self.report_fates.get(&Some(id)),
            Limit::NoSuchTerm => None,
        };
        let file = match fate {
            Some(ReportFate::NeverEnds) => return,
            Some(ReportFate::Fails) => Err(NoFile::Exception),
            None => self.report_file(report),
        };
        report.ended_at = Some(now);
        let title = title(&report.name);
        let advice =
            format!("lease report the following error code to your system administrator: ErrorReport:{ERROR_REPORT}");
        let (extra_text, message) = match &file {
            Ok(_) => {
                let settings = self.settings_in_words(report);
                let account = self.accounts.get(&report.account_id).map_or("", |account| account.name.as_str());
                let message = format!(
                    "{title} report successfully generated with the following settings. Account: {account}; {settings}"
                );
                (settings, message)
            }
            Err(NoFile::Exception) => {
                (format!("Failed, p{advice};"), format!("Generating the report, {title}, failed. P{advice}"))
            }
            Err(NoFile::Nothing) => {
                let text = "Failed, the report failed to generate a file. Please try again.".to_owned();
                (text.clone(), text)
            }
        };
        report.parameters.insert("extra_text".to_owned(), json!(extra_text));
        report.message = Some(message);
        report.state = if file.is_ok() { ReportState::Complete } else { ReportState::Error };
        report.file = file.ok();
    }

    /// `Term: All Terms; Include Deleted/Concluded Objects; Reports: users courses `
    fn settings_in_words(&self, report: &Report) -> String {
        let term = match self.limit_of(report) {
            Limit::Term(id) => self.terms.get(&id).map_or("", |term| term.name.as_str()),
            Limit::None | Limit::NoSuchTerm => "All Terms",
        };
        let deleted = if report.switch("include_deleted") { "Include Deleted/Concluded Objects; " } else { "" };
        let tables: Vec<&str> = report.tables().into_iter().map(Table::name).collect();
        format!("Term: {term}; {deleted}Reports: {} ", tables.join(" "))
    }

    /// The file of a report that was complete when the world was saved.
    pub(crate) fn rebuilt_report_file(&self, report: &Report) -> Option<ReportFile> {
        self.report_file(report).ok()
    }

    /// One CSV, a ZIP of several, or nothing when no table was asked for.
    fn report_file(&self, report: &Report) -> Result<ReportFile, NoFile> {
        let term_id = match self.limit_of(report) {
            Limit::None => None,
            Limit::Term(id) => Some(id),
            Limit::NoSuchTerm => return Err(NoFile::Exception),
        };
        let wanted = Wanted {
            with_internal_ids: report.name == PROVISIONING,
            include_deleted: report.switch("include_deleted"),
            term_id,
            account_id: report.account_id,
        };
        let tables = report.tables();
        let day = report.created_at.strftime("%d_%b_%Y");
        let stem = format!("{}_{day}_{}", report.name, report.id);
        match tables.as_slice() {
            [] => Err(NoFile::Nothing),
            [table] => Ok(ReportFile {
                filename: format!("{stem}.csv"),
                content_type: "text/csv",
                bytes: table.csv(self, &wanted).ok_or(NoFile::Exception)?,
            }),
            several => {
                let bytes = self.zipped(several, &wanted).ok_or(NoFile::Exception)?;
                Ok(ReportFile { filename: format!("{stem}.zip"), content_type: "application/zip", bytes })
            }
        }
    }

    fn zipped(&self, tables: &[Table], wanted: &Wanted) -> Option<Vec<u8>> {
        let mut archive = ZipWriter::new(Cursor::new(Vec::new()));
        for table in tables {
            archive.start_file(format!("{}.csv", table.name()), SimpleFileOptions::default()).ok()?;
            archive.write_all(&table.csv(self, wanted)?).ok()?;
        }
        Some(archive.finish().ok()?.into_inner())
    }

    /// What Canvas says at once of a term that a report is to be limited to. The error is the part that names no term.
    pub(crate) fn check_report_term(&self, text: &str) -> Result<(), String> {
        if text == "active_terms" || text.trim().is_empty() {
            return Ok(());
        }
        match text.split(',').find(|part| self.find_term(part).is_none()) {
            Some(unknown) => Err(unknown.to_owned()),
            None => Ok(()),
        }
    }

    /// The term the report itself finds: one internal id or one prefixed id.
    fn limit_of(&self, report: &Report) -> Limit {
        let text = match report.parameters.get("enrollment_term_id") {
            Some(Value::String(text)) => text.trim().to_owned(),
            Some(Value::Number(number)) => number.to_string(),
            _ => String::new(),
        };
        if text.is_empty() {
            return Limit::None;
        }
        self.find_term(&text).map_or(Limit::NoSuchTerm, Limit::Term)
    }
}

/// The title of a report that this Canvas offers.
fn title(name: &str) -> &str {
    OFFERED.iter().find(|(offered, _)| *offered == name).map_or(name, |(_, title)| title)
}

/// The reports this Canvas offers, with their titles. Only the provisioning report and the SIS export have a file; the
/// others end in an error.
pub(crate) const OFFERED: [(&str, &str); 20] = [
    ("course_storage_csv", "Course Storage"),
    ("developer_key_report_csv", "Developer Keys Report"),
    ("eportfolio_report_csv", "Eportfolio Report"),
    ("grade_export_csv", "Grade Export"),
    ("lti_report_csv", "LTI Report"),
    ("last_enrollment_activity_csv", "Last Enrollment Activity"),
    ("last_user_access_csv", "Last User Access"),
    ("mgp_grade_export_csv", "Multiple Grading Periods Grade Export"),
    ("outcome_export_csv", "Outcome Export"),
    ("outcome_results_csv", "Outcome Results"),
    (PROVISIONING, "Provisioning"),
    ("public_courses_csv", "Public Courses"),
    ("recently_deleted_courses_csv", "Recently Deleted Courses"),
    (SIS_EXPORT, "SIS Export"),
    ("student_assignment_outcome_map_csv", "Student Competency"),
    ("students_with_no_submissions_csv", "Students with no submissions"),
    ("unpublished_courses_csv", "Unpublished Courses"),
    ("unused_courses_csv", "Unused Courses"),
    ("user_access_tokens_csv", "User Access Tokens"),
    ("zero_activity_csv", "Zero Activity"),
];

impl Keyed for Report {
    fn key(&self) -> i64 {
        self.id
    }
}
