//! What a report is about.

use std::collections::BTreeMap;
use std::io;
use std::time::Duration;

use jiff::tz::TimeZone;

use crate::domain::{
    AssignmentCounts, Cell, CellIndex, CellRecord, CommentCounts, CoursePart, Finding, Notifications, Outcome,
    PartTotals, PlanCounts, PlanHeader, PlanId, RecordTotals, Released, RunCounts, RunId, Source, overwrote_edit,
};

use super::headline::ShownPart;
use super::status::Status;
use super::whose::{GraderNames, whose_words};

/// The most places that are listed one by one.
const PLACES_AT_MOST: usize = 12;

/// A report that could not be made.
#[derive(Debug, thiserror::Error)]
pub enum ReportError {
    /// The file, the disk or the pipe.
    #[error("the report could not be written")]
    Write(#[from] io::Error),
    /// A template failed, which only a defect of ours can cause.
    #[error("the report could not be laid out")]
    Layout(#[from] askama::Error),
}

/// A plan, or a run of it.
#[derive(Debug, Clone)]
pub enum Subject {
    /// The dry run.
    Plan {
        /// Its id.
        id: PlanId,
    },
    /// What became of the plan.
    Run(Box<RunFigures>),
}

/// What holds for a run as a whole.
#[derive(Debug, Clone)]
pub struct RunFigures {
    /// Its id.
    pub id: RunId,
    /// The plan it executed.
    pub plan: PlanId,
    /// What became of the planned cells.
    pub counts: RunCounts,
    /// Of the written cells, those that held someone's work.
    pub replaced: Released,
    /// What became of the comments.
    pub comments: CommentCounts,
    /// What became of assignments.
    pub assignments: AssignmentCounts,
    /// When it began, for people: in the connector's time zone with offset.
    pub started_at: String,
    /// When it ended, for people; `None` if it was cut off.
    pub ended_at: Option<String>,
    /// How long it took, its retries included.
    pub duration: Duration,
    /// Requests sent to Canvas.
    pub requests: u64,
    /// How often Canvas asked to wait.
    pub throttle_waits: u64,
    /// How long those waits took together.
    pub throttled: Duration,
}

/// What every report of a plan or a run begins with.
#[derive(Debug, Clone)]
pub struct ReportHeader {
    /// A plan, or a run of it.
    pub subject: Subject,
    /// The plan: host, connector, operator, options and files.
    pub plan: PlanHeader,
    /// The plan's digest, in hex.
    pub digest: String,
    /// When the plan was made, for people: in the connector's time zone with offset.
    pub made_at: String,
    /// The sum over the parts.
    pub counts: PlanCounts,
    /// The sum over the parts.
    pub notifications: Notifications,
    /// Findings about the plan as a whole; those of a course are in its part.
    pub findings: Vec<Finding>,
    /// The version of this program.
    pub tool_version: String,
    /// What of the plan or run is shown; all of it if `None`.
    pub part: Option<ShownPart>,
    /// The CSV that was written beside this report, if one was.
    pub csv_name: Option<String>,
    /// The connector's time zone, for the times of single cells.
    pub zone: TimeZone,
}

impl ReportHeader {
    /// `P17`, `R3`.
    pub fn name(&self) -> String {
        match &self.subject {
            Subject::Plan { id } => id.to_string(),
            Subject::Run(run) => run.id.to_string(),
        }
    }

    /// The run, if the report is about one.
    pub fn run(&self) -> Option<&RunFigures> {
        match &self.subject {
            Subject::Plan { .. } => None,
            Subject::Run(run) => Some(run),
        }
    }

    /// How many cells have this status.
    pub(super) fn total(&self, status: Status) -> u64 {
        match status {
            Status::Class(class) => self.counts.class(class),
            Status::Outcome(outcome) => self.run().map_or(0, |run| outcome_count(&run.counts, outcome)),
        }
    }

    /// `scores.csv:17, 21, term2.csv:4 and 12 more`. The path of a file is left out where its name says enough.
    pub(super) fn places(&self, sources: &[Source]) -> String {
        let mut last = None;
        let shown = sources.iter().take(PLACES_AT_MOST).map(|source| {
            let same_file = last.replace(source.file) == Some(source.file);
            if same_file { source.line.to_string() } else { self.locate(*source) }
        });
        let places = shown.collect::<Vec<_>>().join(", ");
        match sources.len().saturating_sub(PLACES_AT_MOST) {
            0 => places,
            more => format!("{places} and {more} more"),
        }
    }

    /// `scores.csv:17`.
    pub(super) fn locate(&self, source: Source) -> String {
        format!("{}:{}", self.file_name(source.file), source.line)
    }

    fn file_name(&self, file: u32) -> &str {
        let files = &self.plan.sources;
        let Some(file) = files.get(file as usize) else { return "?" };
        let short = base_name(&file.name);
        let alone = files.iter().filter(|other| base_name(&other.name) == short).count() == 1;
        if alone { short } else { &file.name }
    }
}

fn base_name(path: &str) -> &str {
    path.rsplit(['/', '\\']).next().unwrap_or(path)
}

pub(super) fn outcome_count(counts: &RunCounts, outcome: Outcome) -> u64 {
    match outcome {
        Outcome::Written => counts.written,
        Outcome::Already => counts.already,
        Outcome::Held => counts.held,
        Outcome::Rejected => counts.rejected,
        Outcome::Unknown => counts.unknown,
        Outcome::Pending => counts.pending,
    }
}

/// One course's part of a plan, and what a run made of it.
#[derive(Debug, Clone, Copy)]
pub struct ReportPart<'a> {
    /// The part.
    pub part: &'a CoursePart,
    /// The records of its planned cells by their place in [`CoursePart::cells`]; `None` in the report of a plan.
    pub records: Option<&'a BTreeMap<CellIndex, CellRecord>>,
    /// The names of those whose work its conflicts are; `None` where nobody may be named.
    pub names: Option<&'a GraderNames>,
}

impl<'a> ReportPart<'a> {
    /// Whose work a cell in a conflict holds, and since when: `Okonkwo, Ada, 2026-05-18 10:20:30 -0400`. Empty where
    /// nobody knows.
    pub fn whose(self, cell: &Cell, zone: &TimeZone) -> String {
        let known = cell.conflict().zip(cell.whose.as_deref());
        known.map_or_else(String::new, |(code, whose)| whose_words(code, whose, self.names, zone))
    }

    /// Where the cell is seen in Canvas, if it is there.
    pub(super) fn url(self, cell: &Cell, header: &ReportHeader) -> Option<String> {
        let assignment = self.part.column(cell).assignment()?.id;
        let course = self.part.course.as_ref()?.id;
        Some(header.plan.host.speed_grader(course, assignment, self.part.student(cell).user?))
    }

    /// Every cell with its status and its record, in the order of the part.
    pub(super) fn cells(self) -> impl Iterator<Item = (&'a Cell, Status, Option<&'a CellRecord>)> {
        CellIndex::all().zip(&self.part.cells).map(move |(place, cell)| {
            let record = self.records.and_then(|records| records.get(&place));
            (cell, Status::of(cell, self.records.is_some(), record), record)
        })
    }

    /// The cells that are written although they are someone's work, as far as they came to one of these outcomes.
    pub fn released(self, counts: impl Fn(Outcome) -> bool) -> Released {
        let mut released = Released::default();
        for (cell, status, _) in self.cells() {
            if let (Some(conflict), Status::Outcome(outcome)) = (cell.released(), status)
                && counts(outcome)
            {
                released.add(conflict);
            }
        }
        released
    }

    /// Every cell with the word for how it stands and its record, in the order of the part.
    pub fn cells_in_words(self) -> impl Iterator<Item = (&'a Cell, &'static str, Option<&'a CellRecord>)> {
        self.cells().map(|(cell, status, record)| (cell, status.name(), record))
    }

    /// The edits that a write of the run replaced.
    pub fn lost_edits(self) -> Vec<Finding> {
        let lost = self.cells().filter(|(_, _, record)| record.is_some_and(|record| !record.overwrote.is_empty()));
        lost.map(|(cell, _, _)| overwrote_edit(self.part, cell)).collect()
    }
}

/// One course's part of a plan, and what a run made of it, without its cells.
#[derive(Debug, Clone)]
pub struct ReportCourse {
    /// What the part adds up to.
    pub totals: PartTotals,
    /// What the run made of its planned cells; `None` in the report of a plan.
    pub run: Option<RunCounts>,
    /// What there is to say about the part.
    pub findings: Vec<Finding>,
    /// The edits that a write of the run replaced.
    pub lost: Vec<Finding>,
}

impl ReportCourse {
    /// Adds a part up.
    pub fn of(part: &ReportPart<'_>) -> Self {
        let totals = PartTotals::of(part.part);
        let run = part.records.map(|records| RecordTotals::of(records.values()).of_planned(totals.counts.planned()));
        Self { run, findings: part.part.findings.clone(), lost: part.lost_edits(), totals }
    }
}
