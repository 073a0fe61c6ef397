//! Findings grouped by code, the weightiest first, with what to do about each kind.

use std::cmp::Reverse;
use std::collections::BTreeMap;

use crate::domain::{Finding, FindingCode, PlanHeader, Severity};

use super::header::{ReportCourse, ReportHeader};
use super::words::Count;

/// Where a group has more findings than this, the rest are only counted.
const EXAMPLES_AT_MOST: usize = 50;

/// So many findings of one code are shown without being asked for.
const SHOWN_AT_ONCE: usize = 3;

/// The findings of one code.
#[derive(Debug)]
pub(super) struct FindingGroup {
    pub(super) code: FindingCode,
    /// The weight of the weightiest of them.
    pub(super) severity: Severity,
    /// The findings there are.
    pub(super) findings: Count,
    /// The cells they touch.
    pub(super) cells: Count,
    /// The first of them.
    pub(super) examples: Vec<Example>,
}

impl FindingGroup {
    /// Whether its findings are shown at once: what keeps a row or the plan from being written, where that is not long.
    pub(super) fn is_short(&self) -> bool {
        self.severity == Severity::Plan || self.severity > Severity::Info && self.examples.len() <= SHOWN_AT_ONCE
    }

    /// What to do about them, as a sentence; one that begins with a flag or a command stays as it is.
    pub(super) fn advice(&self, plan: &PlanHeader) -> String {
        let hint = self.code.hint_in(Some(plan), self.severity);
        let mut letters = hint.chars();
        letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
    }

    pub(super) fn hidden(&self) -> Count {
        Count(self.findings.0 - self.examples.len() as u64)
    }
}

/// One finding.
#[derive(Debug)]
pub(super) struct Example {
    pub(super) message: String,
    pub(super) course: String,
    pub(super) places: String,
}

/// The findings of a plan or run, by code.
#[derive(Debug, Default)]
pub(super) struct FindingGroups(BTreeMap<FindingCode, Tally>);

#[derive(Debug)]
struct Tally {
    group: FindingGroup,
    /// Cells that carry the code themselves: exact where there are any.
    carriers: u64,
}

impl FindingGroups {
    /// Adds a finding about the plan as a whole, or about the course of this name.
    pub(super) fn add(&mut self, header: &ReportHeader, finding: &Finding, course: &str) {
        let tally = self.tally(finding.code);
        tally.group.severity = tally.group.severity.max(finding.severity);
        tally.group.findings.0 += 1;
        tally.group.cells.0 += finding.cells;
        if tally.group.examples.len() < EXAMPLES_AT_MOST {
            tally.group.examples.push(Example {
                message: finding.message.clone(),
                course: course.to_owned(),
                places: header.places(&finding.sources),
            });
        }
    }

    /// Adds the findings of a course, and the codes of its cells.
    pub(super) fn add_course(&mut self, header: &ReportHeader, course: &ReportCourse, name: &str) {
        for finding in course.findings.iter().chain(&course.lost) {
            self.add(header, finding, name);
        }
        for (code, cells) in &course.totals.codes {
            self.tally(*code).carriers += cells;
        }
    }

    /// The groups, the weightiest first.
    pub(super) fn into_groups(self) -> Vec<FindingGroup> {
        let with_cells = |mut tally: Tally| {
            if tally.carriers > 0 {
                tally.group.cells = Count(tally.carriers);
            }
            tally.group
        };
        let mut groups: Vec<_> = self.0.into_values().map(with_cells).collect();
        groups.sort_by_key(|group| Reverse((group.severity, group.cells)));
        groups
    }

    fn tally(&mut self, code: FindingCode) -> &mut Tally {
        self.0.entry(code).or_insert_with(|| Tally {
            group: FindingGroup {
                code,
                severity: code.severity(),
                findings: Count(0),
                cells: Count(0),
                examples: Vec::new(),
            },
            carriers: 0,
        })
    }
}
