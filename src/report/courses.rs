//! A course in one line, and which course needs a person first.

use std::cmp::{Ordering, Reverse};
use std::sync::Arc;

use crate::domain::{Notifications, PartTotals, PlanCounts, PlannedCourse, RunCounts};

use super::header::outcome_count;
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
    /// Of what a part adds up to, and what a run made of it.
    pub fn of(totals: &PartTotals, run: Option<RunCounts>) -> Self {
        Self {
            course: totals.course.clone(),
            sent_id: Arc::clone(&totals.sent_id),
            counts: totals.counts,
            run,
            notifications: totals.notifications,
            stops: totals.stops,
            warnings: totals.warnings,
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
            counts.change + counts.excuse + counts.clear,
            counts.set,
        ))
    };
    weight(one).cmp(&weight(other)).then_with(|| one.name().cmp(other.name()))
}
