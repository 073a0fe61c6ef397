//! The HTML report: one file that opens from disk, asks nothing of any network and works without JavaScript.

use std::io;

use askama::Template;

use crate::domain::{ColumnTarget, PlanKind, Severity};

use super::assignments::{ColumnRow, column_rows};
use super::cells::{Room, add_rows};
use super::courses::{CourseSummary, worst_first};
use super::decisions::Decisions;
use super::findings::{FindingGroup, FindingGroups};
use super::head::{Verdict, option_words};
use super::header::{ReportCourse, ReportError, ReportHeader, ReportPart, RunFigures, Subject};
use super::people::{People, PersonRow};
use super::status::Status;
use super::words::{Count, counted, replaced_line};

/// The most histograms on a page. Further assignments are listed without one.
const HISTOGRAMS_AT_MOST: u64 = 2_000;

/// Which cells get a row.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum HtmlCells {
    /// All up to 50,000; above that the ones that need a person or a write, as far as there is room.
    #[default]
    Auto,
    /// All. They are held in memory until [`HtmlReport::finish`], at some 250 bytes each.
    All,
}

/// Lays out the HTML report of a plan or a run, course by course.
pub struct HtmlReport<'a> {
    header: &'a ReportHeader,
    room: Room,
    courses: Vec<CourseBlock>,
    people: People,
    findings: FindingGroups,
    decisions: Decisions,
}

/// One course in every section of the page.
struct CourseBlock {
    /// Its place among the parts, which its rows carry.
    place: usize,
    summary: CourseSummary,
    columns: Vec<ColumnRow>,
    /// Its rows, already HTML.
    rows: String,
    shown: u64,
}

impl CourseBlock {
    #[expect(clippy::trivially_copy_pass_by_ref, reason = "templates pass arguments by reference")]
    fn total(&self, status: &Status) -> Count {
        Count(self.summary.total(*status))
    }

    fn notifications(&self) -> Count {
        Count(self.summary.notifications.total())
    }
}

impl<'a> HtmlReport<'a> {
    /// Begins a report.
    pub fn new(header: &'a ReportHeader, cells: HtmlCells) -> Self {
        let mut findings = FindingGroups::default();
        for finding in &header.findings {
            findings.add(header, finding, "");
        }
        Self {
            header,
            room: Room::new(header, cells),
            courses: Vec::new(),
            people: People::default(),
            findings,
            decisions: Decisions::default(),
        }
    }

    /// Adds a course.
    pub fn part(&mut self, part: &ReportPart<'_>) -> Result<(), ReportError> {
        let course = ReportCourse::of(part);
        let summary = CourseSummary::of(&course.totals, course.run);
        let place = self.courses.len();
        self.people.add(part, summary.code());
        self.findings.add_course(self.header, &course, summary.code());
        self.decisions.add(self.header, part, &summary);
        let mut rows = String::new();
        let shown = add_rows(&mut rows, self.header, part, &summary, place, &mut self.room)?;
        let columns = column_rows(part);
        self.courses.push(CourseBlock { place, summary, columns, rows, shown });
        Ok(())
    }

    /// Writes the page.
    pub fn finish(mut self, mut out: impl io::Write) -> Result<(), ReportError> {
        self.courses.sort_by(|one, other| worst_first(&one.summary, &other.summary));
        let mut drawn = 0;
        for column in self.courses.iter_mut().flat_map(|course| &mut course.columns) {
            drawn += u64::from(column.histogram.is_some());
            if drawn > HISTOGRAMS_AT_MOST {
                column.histogram = None;
            }
        }
        let (unidentified, identified) = self.people.rows(self.header);
        let statuses = Status::all(self.header.run().is_some());
        let page = Page {
            header: self.header,
            shown: Count(self.courses.iter().map(|course| course.shown).sum()),
            columns: self.courses.iter().map(|course| course.columns.len()).sum(),
            statuses,
            present: statuses.iter().copied().filter(|status| self.header.total(*status) > 0).collect(),
            courses: self.courses,
            findings: self.findings.into_groups(),
            decisions: self.decisions,
            unidentified,
            identified,
            drawn,
        };
        page.write_into(&mut out)?;
        out.flush()?;
        Ok(())
    }
}

/// How the plan is executed.
struct PushCommands {
    /// The command that asks.
    asked: String,
    /// The number that it asks for, where other people's work is replaced.
    asks: Option<Count>,
    /// The command without a terminal.
    alone: String,
}

#[derive(Template)]
#[template(path = "page.html", config = "src/report/askama.toml")]
struct Page<'a> {
    header: &'a ReportHeader,
    courses: Vec<CourseBlock>,
    columns: usize,
    findings: Vec<FindingGroup>,
    /// Whose work is replaced or held.
    decisions: Decisions,
    unidentified: Vec<PersonRow>,
    identified: Vec<PersonRow>,
    /// Every status there is in such a report.
    statuses: &'static [Status],
    /// Those that some cell has.
    present: Vec<Status>,
    /// Rows in the table of cells.
    shown: Count,
    /// Histograms there would be.
    drawn: u64,
}

impl Page<'_> {
    fn what(&self) -> &'static str {
        match (&self.header.subject, &self.header.plan.kind) {
            (Subject::Run(_), PlanKind::Undo { .. }) => "Undo",
            (Subject::Run(_), _) => "Run",
            (Subject::Plan { .. }, PlanKind::Undo { .. }) => "Undo plan",
            (Subject::Plan { .. }, _) => "Plan",
        }
    }

    /// What the plan was made from, where that is not scores.
    fn made_from(&self) -> Option<String> {
        match &self.header.plan.kind {
            PlanKind::Scores => None,
            PlanKind::Undo { run, .. } => Some(format!("takes back run {run}")),
            PlanKind::Selection { of } => Some(format!("a selection of plan {of}")),
        }
    }

    fn lead(&self) -> String {
        self.header.lead()
    }

    /// The findings that keep the plan from being pushed.
    fn stops(&self) -> impl Iterator<Item = &FindingGroup> {
        self.findings.iter().filter(|group| group.severity == Severity::Plan)
    }

    fn verdict(&self) -> Verdict {
        match &self.header.subject {
            Subject::Run(run) => Verdict::of_run(run),
            Subject::Plan { .. } => Verdict::of_plan(self.stops().count() as u64, &self.header.counts),
        }
    }

    /// The commands that execute the plan, the second without a terminal; `None` where it may not or need not be pushed.
    fn push(&self) -> Option<PushCommands> {
        let Subject::Plan { id } = &self.header.subject else { return None };
        let counts = &self.header.counts;
        let is_undo = matches!(self.header.plan.kind, PlanKind::Undo { .. });
        let is_nothing = counts.planned() + counts.create_assignments == 0 && !is_undo;
        let replacing = counts.released.others_work();
        let alone = match replacing {
            0 => format!("gradepush push {id} --yes"),
            cells => format!("gradepush push {id} --yes --replacing {cells}"),
        };
        let asks = (replacing > 0).then_some(Count(replacing));
        let may = self.stops().next().is_none() && !is_nothing;
        may.then(|| PushCommands { asked: format!("gradepush push {id}"), asks, alone })
    }

    /// What the section about decisions is called; `None` where there is nothing to decide and nothing to push.
    fn to_decide(&self) -> Option<&'static str> {
        let is_run = self.run().is_some();
        let is_open = !self.decisions.is_empty() || self.stops().next().is_some();
        match (is_run, is_open, self.push().is_some()) {
            (true, true, _) => Some("Other people’s work"),
            (false, true, _) => Some("To decide"),
            (false, false, true) => Some("To push"),
            (_, false, _) => None,
        }
    }

    /// That the plan replaces other people's work, or the run did.
    fn replacing(&self) -> Option<String> {
        match &self.header.subject {
            Subject::Run(run) => replaced_line(&run.replaced),
            Subject::Plan { .. } => {
                let cells = self.header.counts.released.others_work();
                let words = || format!("A push replaces other people's work in {}.", counted(cells, "cell", "cells"));
                (cells > 0).then(words)
            }
        }
    }

    fn run(&self) -> Option<&RunFigures> {
        self.header.run()
    }

    fn options(&self) -> Vec<String> {
        option_words(&self.header.plan.options)
    }

    /// In how many cells other people's work is replaced, or was.
    fn replaced(&self) -> Count {
        Count(self.run().map_or(self.header.counts.released, |run| run.replaced).others_work())
    }

    /// What the tile of these cells says; `None` where there are none.
    fn replacing_tile(&self) -> Option<&'static str> {
        match (self.replaced().0, self.run().is_some()) {
            (0, _) => None,
            (1, false) => Some("replaces other people’s work"),
            (_, false) => Some("replace other people’s work"),
            (_, true) => Some("replaced other people’s work"),
        }
    }

    #[expect(clippy::trivially_copy_pass_by_ref, reason = "templates pass arguments by reference")]
    fn total(&self, status: &Status) -> Count {
        Count(self.header.total(*status))
    }

    fn cells(&self) -> Count {
        Count(self.header.counts.cells)
    }

    #[expect(clippy::unused_self, reason = "templates call methods")]
    fn people(&self, rows: &[PersonRow]) -> Count {
        Count(rows.len() as u64)
    }

    fn create(&self) -> Count {
        Count(self.header.counts.create_assignments)
    }

    fn notifications(&self) -> Count {
        Count(self.header.notifications.total())
    }

    /// Every row of the sheet is in this sum.
    fn account(&self) -> String {
        let counts = &self.header.counts;
        let mut from = counted(counts.rows, "row of the sheet", "rows of the sheet");
        if counts.absent > 0 {
            from = format!("{from} + {}", counted(counts.absent, "added zero", "added zeros"));
        }
        let mut into = counted(counts.cells, "cell", "cells");
        if counts.merged > 0 {
            into = format!("{into} + {}", counted(counts.merged, "repeated row", "repeated rows"));
        }
        if counts.ignored > 0 {
            into = format!(
                "{into} + {}",
                counted(counts.ignored, "row ignored by your rules", "rows ignored by your rules")
            );
        }
        format!("{from} = {into}")
    }

    /// The sentence under the table when not all cells have a row.
    fn left_out(&self) -> Option<String> {
        let missing = self.header.counts.cells.saturating_sub(self.shown.0);
        (missing > 0).then(|| {
            let csv = match &self.header.csv_name {
                Some(name) => format!("Every cell is in {name}."),
                None => format!("`gradepush show {} --csv FILE` writes every cell.", self.header.name()),
            };
            format!(
                "{} of {} cells have a row here, those that need a look or a write first. {csv}",
                self.shown,
                Count(self.header.counts.cells)
            )
        })
    }
}
