//! Collects findings: one per code and thing, with all its places and cells.

use std::collections::HashMap;

use crate::domain::{AssignmentId, ColumnIndex, CourseId, Finding, FindingCode, Source, StudentIndex, UserId};

/// What a finding is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) struct Subject {
    pub(super) code: FindingCode,
    /// Index of the column, for columns that do not exist in Canvas yet.
    pub(super) column: Option<ColumnIndex>,
    pub(super) assignment: Option<AssignmentId>,
    /// Index of the student in the part, for people who are not identified.
    pub(super) student: Option<StudentIndex>,
}

/// Whom and what a finding touches.
#[derive(Debug, Clone, Copy)]
pub(super) struct Touched<'a> {
    /// The person, if it is about one.
    pub(super) user: Option<UserId>,
    /// The rows.
    pub(super) sources: &'a [Source],
    /// How many cells.
    pub(super) cells: u64,
}

/// The findings of one course, in the order they came up.
#[derive(Debug, Default)]
pub(super) struct FindingCollector {
    course: Option<CourseId>,
    findings: Vec<Finding>,
    by_subject: HashMap<Subject, usize>,
}

impl FindingCollector {
    pub(super) fn new(course: Option<CourseId>) -> Self {
        Self { course, ..Self::default() }
    }

    /// Adds what is touched to the finding about this subject, which begins with `message` if it is new.
    pub(super) fn note(
        &mut self,
        subject: Subject,
        touched: Touched<'_>,
        message: impl FnOnce() -> String,
    ) -> &mut Finding {
        let Touched { user, sources, cells } = touched;
        let index = *self.by_subject.entry(subject).or_insert_with(|| {
            let mut finding = Finding::new(subject.code, message()).of_assignment(subject.assignment).of_student(user);
            finding.course = self.course;
            self.findings.push(finding);
            self.findings.len() - 1
        });
        let finding = &mut self.findings[index];
        finding.sources.extend_from_slice(sources);
        finding.cells += cells;
        finding
    }

    /// Adds a finding as it is.
    pub(super) fn add(&mut self, mut finding: Finding) {
        finding.course = finding.course.or(self.course);
        self.findings.push(finding);
    }

    pub(super) fn into_findings(self) -> Vec<Finding> {
        self.findings
    }
}
