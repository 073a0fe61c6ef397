//! A course in one line, and which course needs a person first.

use std::cmp::{Ordering, Reverse};
use std::sync::Arc;

use crate::domain::{Notifications, PlanCounts, PlannedCourse, RunCounts, Severity};

use super::header::{ReportPart, outcome_count};
use super::status::Status;

/// One course's part in counts.
#[derive(Debug, Clone)]
pub struct CourseSummary {
    /// The Canvas course; `None` if the id is not identified.
    pub course: Option<PlannedCourse>,
    /// The course id as sent.
    pub sent_id: Arc<str>,
    /// What the plan holds for it.
    pub counts: PlanCounts,
    /// What the run made of it; `None` in the report of a plan.
    pub run: Option<RunCounts>,
    /// About how many notifications Canvas sends.
    pub notifications: Notifications,
    /// Findings that stop the plan.
    pub stops: u64,
    /// Findings worth a look.
    pub warnings: u64,
}

impl CourseSummary {
    /// Counts a part.
    pub fn of(part: &ReportPart<'_>) -> Self {
        let ReportPart { part: plan, records } = *part;
        let weigh = |severity| plan.findings.iter().filter(|finding| finding.severity == severity).count() as u64;
        Self {
            course: plan.course.clone(),
            sent_id: Arc::clone(&plan.sent_id),
            counts: PlanCounts::of(plan),
            run: records.map(|_| part.run_counts()),
            notifications: Notifications::of(plan),
            stops: weigh(Severity::Plan),
            warnings: weigh(Severity::Warning),
        }
    }

    /// The course's name, else the id as sent.
    pub fn name(&self) -> &str {
        self.course.as_ref().map_or(&*self.sent_id, |course| &course.name)
    }

    /// The course's short code, for rows where its name does not fit; else the name.
    pub fn code(&self) -> &str {
        self.course
            .as_ref()
            .map(|course| course.course_code.as_str())
            .filter(|code| !code.is_empty())
            .unwrap_or(self.name())
    }

    /// How many cells have this status.
    pub(super) fn total(&self, status: Status) -> u64 {
        match status {
            Status::Class(class) => self.counts.class(class),
            Status::Outcome(outcome) => self.run.as_ref().map_or(0, |run| outcome_count(run, outcome)),
        }
    }
}

/// Orders courses so that the one that needs a person first comes first.
pub fn worst_first(one: &CourseSummary, other: &CourseSummary) -> Ordering {
    let weight = |summary: &CourseSummary| {
        let run = summary.run.unwrap_or_default();
        let counts = &summary.counts;
        Reverse((
            summary.stops,
            run.rejected + run.unknown,
            run.held + run.pending,
            counts.unresolved + counts.blocked,
            counts.conflict,
            summary.warnings,
            counts.change + counts.clear,
            counts.set,
        ))
    };
    weight(one).cmp(&weight(other)).then_with(|| one.name().cmp(other.name()))
}
