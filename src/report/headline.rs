//! The line that an output of a plan or run begins with: what it is, what part of it is shown, and what that comes to.

use super::header::{ReportHeader, Subject};
use super::words::{plan_line, run_line};
use crate::domain::PlanKind;

/// The part of a plan or run that is shown.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ShownPart {
    /// What was chosen, such as `only course BIO-101, user 00123`.
    pub chosen: String,
    /// The same for outputs that may name no student: people are only counted.
    pub chosen_without_people: String,
    /// How many cells the whole has; of a run, how many it was to write.
    pub of: u64,
}

impl ReportHeader {
    /// `Plan P17: 412 to set, …`, `Run R3 of plan P17, only user 00123 (2 of 449 planned cells): 2 of 2 written.`
    pub fn headline(&self) -> String {
        self.headline_about(self.part.as_ref().map(|part| part.chosen.as_str()))
    }

    /// The same without people's ids.
    pub fn headline_without_people(&self) -> String {
        self.headline_about(self.part.as_ref().map(|part| part.chosen_without_people.as_str()))
    }

    fn headline_about(&self, chosen: Option<&str>) -> String {
        let what = match &self.subject {
            Subject::Plan { id } => format!("Plan {id}"),
            Subject::Run(run) => format!("Run {} of plan {}", run.id, run.plan),
        };
        let made_of = match self.plan.kind {
            PlanKind::Scores => None,
            PlanKind::Undo { run, partial: false, .. } => Some(format!("which takes {run} back")),
            PlanKind::Undo { run, partial: true, .. } => Some(format!("which takes a part of {run} back")),
            PlanKind::Selection { of } => Some(format!("a part of {of}")),
        };
        let chosen = chosen.map(|chosen| self.with_size(chosen));
        let pieces: Vec<String> = std::iter::once(what).chain(made_of).chain(chosen).collect();
        format!("{}: {}", pieces.join(", "), self.words())
    }

    /// What it comes to, behind what is shown of it.
    pub(super) fn lead(&self) -> String {
        let words = self.words();
        match &self.part {
            Some(part) => format!("{}: {words}", self.with_size(&part.chosen)),
            None => words,
        }
    }

    /// `only user 00123 (2 of 449 planned cells)`.
    fn with_size(&self, chosen: &str) -> String {
        let (cells, kind) = match &self.subject {
            Subject::Plan { .. } => (self.counts.cells, "cells"),
            Subject::Run(run) => (run.counts.planned, "planned cells"),
        };
        let of = self.part.as_ref().map_or(cells, |part| part.of);
        format!("{chosen} ({cells} of {of} {kind})")
    }

    /// What it comes to: `412 to set, 37 to change, …`.
    fn words(&self) -> String {
        let line = match &self.subject {
            Subject::Plan { id } => plan_line(*id, &self.counts, self.notifications),
            Subject::Run(run) => run_line(run.id, run.plan, &run.counts),
        };
        line.split_once(": ").map_or(line.clone(), |(_, words)| words.to_owned())
    }
}
