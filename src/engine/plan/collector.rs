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

/// The findings of one course, in the order they came up.
#[derive(Debug, Default)]
pub(super) struct FindingCollector {
    course: Option<CourseId>,
    findings: Vec<Finding>,
    places: HashMap<Subject, usize>,
}

impl FindingCollector {
    pub(super) fn new(course: Option<CourseId>) -> Self {
        Self { course, ..Self::default() }
    }

    /// Adds cells and places to the finding about this subject, which begins with `message` if it is new.
    pub(super) fn note(
        &mut self,
        subject: Subject,
        user: Option<UserId>,
        sources: &[Source],
        cells: u64,
        message: impl FnOnce() -> String,
    ) -> &mut Finding {
        let index = *self.places.entry(subject).or_insert_with(|| {
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

    /// The findings of this code so far.
    pub(super) fn of_code(&mut self, code: FindingCode) -> impl Iterator<Item = &mut Finding> {
        self.findings.iter_mut().filter(move |finding| finding.code == code)
    }

    pub(super) fn into_findings(self) -> Vec<Finding> {
        self.findings
    }
}
