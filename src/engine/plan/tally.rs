//! Takes the parts of a plan as they come, stores each, and adds up.

use super::make::PlanSummary;
use crate::domain::{
    CoursePart, Finding, FindingCode, FirstFindings, Notifications, PlanCounts, PlanHeader, Severity, part_digest,
    plan_digest,
};
use crate::engine::EngineError;
use crate::store::{PlanTotals, PlanWriter, Store};

/// More new columns with the name of an existing one stop the plan (findings, `assignment-name-taken`).
const MOST_NAMES_TAKEN: u64 = 3;

/// The parts so far.
pub(in crate::engine) struct Tally {
    header: PlanHeader,
    writer: PlanWriter,
    digests: Vec<String>,
    counts: PlanCounts,
    notifications: Notifications,
    /// What the parts have to say.
    findings: Vec<Finding>,
    /// What concerns the plan as a whole, and what stops it.
    plan_level: Vec<Finding>,
    /// New columns with the name of an existing one that nobody accepted, and their cells.
    names_taken: (u64, u64),
}

impl Tally {
    /// No part yet; `about_all` is what there is to say about the plan as a whole.
    pub(in crate::engine) fn begin(
        store: &Store,
        header: &PlanHeader,
        about_all: Vec<Finding>,
    ) -> Result<Self, EngineError> {
        Ok(Self {
            writer: store.begin_plan(header)?,
            header: header.clone(),
            digests: Vec::new(),
            counts: PlanCounts::default(),
            notifications: Notifications::default(),
            findings: Vec::new(),
            plan_level: about_all,
            names_taken: (0, 0),
        })
    }

    /// Stores a part and adds it.
    pub(in crate::engine) fn take(&mut self, part: &CoursePart) -> Result<(), EngineError> {
        let digest = part_digest(part);
        let totals = self.writer.add_part(part, &digest)?;
        self.digests.push(digest);
        self.counts += totals.counts;
        self.notifications += totals.notifications;
        self.findings.extend_from_slice(&part.findings);
        for finding in part.findings.iter().filter(|finding| finding.code == FindingCode::AssignmentNameTaken) {
            if !self.header.options.accepts(finding.code, finding.course) {
                self.names_taken.0 += 1;
                self.names_taken.1 += finding.cells;
            }
        }
        // A finding that stops the plan is known without reading its parts.
        self.plan_level.extend(part.findings.iter().filter(|finding| finding.severity == Severity::Plan).cloned());
        Ok(())
    }

    /// The plan's digest, if it ends here.
    pub(in crate::engine) fn digest(&self) -> String {
        plan_digest(&self.header, self.digests.clone())
    }

    /// Stores the plan; `requests` is what it cost.
    pub(in crate::engine) fn finish(mut self, requests: u64) -> Result<PlanSummary, EngineError> {
        self.plan_level.extend(students_notified(self.notifications));
        self.plan_level.extend(names_taken(self.names_taken));
        let digest = self.digest();
        let Self { header: _, writer, digests: _, counts, notifications, mut findings, plan_level, names_taken: _ } =
            self;
        findings.extend(plan_level.iter().filter(|finding| finding.course.is_none()).cloned());
        let FirstFindings { findings, total: findings_total } = FirstFindings::of(findings);
        let totals = PlanTotals { digest: digest.clone(), counts, notifications, findings: plan_level, requests };
        let id = writer.finish(&totals)?;
        Ok(PlanSummary { id, digest, counts, notifications, findings, findings_total, requests })
    }
}

fn names_taken((columns, cells): (u64, u64)) -> Option<Finding> {
    let message = format!("{columns} new columns would get the name of an existing one, or of another new one");
    let finding = Finding::new(FindingCode::AssignmentNameTaken, message);
    (columns > MOST_NAMES_TAKEN).then_some(Finding { severity: Severity::Plan, cells, ..finding })
}

fn students_notified(notifications: Notifications) -> Option<Finding> {
    let Notifications { grades, assignments, revealed: _ } = notifications;
    let counted = |count: u64, one: &str| format!("{count} {one}{}", if count == 1 { "" } else { "s" });
    let message = format!(
        "about {} ({}, {assignments} about new assignments)",
        counted(notifications.total(), "notification"),
        counted(grades, "grade")
    );
    (notifications.total() > 0).then(|| Finding::new(FindingCode::StudentsNotified, message))
}
