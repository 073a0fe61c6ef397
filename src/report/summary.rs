//! A plan or a run in at most 40 lines that name no student and no grade: for a ticket or a mail.

use super::courses::{CourseSummary, worst_first};
use super::findings::FindingGroups;
use super::header::{ReportCourse, ReportHeader, Subject};
use super::status::Status;
use super::words::{Count, counted, plan_line, replaced_line, span};

const COURSES_AT_MOST: usize = 12;
const FINDINGS_AT_MOST: usize = 12;

/// Sums a plan or a run up, course by course.
pub struct Summary<'a> {
    header: &'a ReportHeader,
    courses: Vec<CourseSummary>,
    findings: FindingGroups,
}

impl<'a> Summary<'a> {
    /// Begins a summary.
    pub fn new(header: &'a ReportHeader) -> Self {
        let mut findings = FindingGroups::default();
        for finding in &header.findings {
            findings.add(header, finding, "");
        }
        Self { header, courses: Vec::new(), findings }
    }

    /// Adds a course.
    pub fn course(&mut self, course: &ReportCourse) {
        let summary = CourseSummary::of(&course.totals, course.run);
        self.findings.add_course(self.header, course, summary.code());
        self.courses.push(summary);
    }

    /// The lines, each ended by a line feed.
    pub fn finish(mut self) -> String {
        self.courses.sort_by(worst_first);
        let mut lines = self.head();
        lines.push(String::new());
        lines.push(counted(self.courses.len() as u64, "course, worst first:", "courses, worst first:"));
        lines.extend(self.courses.iter().take(COURSES_AT_MOST).map(|course| self.course_line(course)));
        if self.courses.len() > COURSES_AT_MOST {
            lines.push(format!("  and {} more", self.courses.len() - COURSES_AT_MOST));
        }
        let groups = self.findings.into_groups();
        if !groups.is_empty() {
            lines.push(String::new());
            lines.push("Findings:".to_owned());
        }
        for group in groups.iter().take(FINDINGS_AT_MOST) {
            let cells = counted(group.cells.0, "cell", "cells");
            lines.push(format!("  {:<8} {}: {cells}", group.severity.name(), group.code));
        }
        if groups.len() > FINDINGS_AT_MOST {
            lines.push(format!("  and {} more kinds", groups.len() - FINDINGS_AT_MOST));
        }
        lines.into_iter().map(|line| line + "\n").collect()
    }

    fn head(&self) -> Vec<String> {
        let plan = &self.header.plan;
        let mut lines = match &self.header.subject {
            Subject::Plan { .. } => vec![self.header.headline_without_people()],
            Subject::Run(run) => {
                let took = format!(
                    "Took {}, {}, {}",
                    span(run.duration),
                    counted(run.requests, "request", "requests"),
                    counted(run.throttle_waits, "wait for Canvas", "waits for Canvas"),
                );
                let of_plan = plan_line(run.plan, &self.header.counts, self.header.notifications);
                let of_run = [self.header.headline_without_people()].into_iter();
                of_run.chain(replaced_line(&run.replaced)).chain([of_plan, took]).collect()
            }
        };
        lines.push(format!("Canvas {}, connector {}, made {}", plan.host, plan.connector, self.header.made_at));
        lines.push(format!("Digest {}", self.header.digest));
        if let [file] = plan.sources.as_slice() {
            lines.push(format!("From {} ({})", file.name, file.sha256));
        } else {
            lines.push(format!("From {}", counted(plan.sources.len() as u64, "file", "files")));
        }
        lines
    }

    fn course_line(&self, course: &CourseSummary) -> String {
        let statuses = Status::all(self.header.run().is_some());
        let counts: Vec<String> = statuses
            .iter()
            .map(|status| (course.total(*status), status.label(&Count(course.total(*status)))))
            .filter(|(count, _)| *count > 0)
            .map(|(count, label)| format!("{count} {label}"))
            .collect();
        format!("  {}: {}", course.code(), if counts.is_empty() { "no cells".to_owned() } else { counts.join(", ") })
    }
}
