//! Takes the parts of a plan as they come, stores each, and adds up.

use super::make::PlanSummary;
use crate::domain::{
    CoursePart, Finding, FindingCode, Notifications, PlanCounts, PlanHeader, Severity, part_digest, plan_digest,
};
use crate::engine::EngineError;
use crate::store::{PlanTotals, PlanWriter, Store};

/// The most findings a summary carries; all of them are in the stored plan.
const MOST_FINDINGS: usize = 1000;

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
        })
    }

    /// Stores a part and adds it.
    pub(in crate::engine) fn take(&mut self, part: &CoursePart) -> Result<(), EngineError> {
        let digest = part_digest(part);
        self.writer.add_part(part, &digest)?;
        self.digests.push(digest);
        self.counts += PlanCounts::of(part);
        self.notifications += Notifications::of(part);
        self.findings.extend_from_slice(&part.findings);
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
        let digest = self.digest();
        let Self { header: _, writer, digests: _, counts, notifications, mut findings, plan_level } = self;
        findings.extend(plan_level.iter().filter(|finding| finding.course.is_none()).cloned());
        findings.sort_by_key(|finding| std::cmp::Reverse(finding.severity));
        let findings_total = findings.len() as u64;
        findings.truncate(MOST_FINDINGS);
        let totals = PlanTotals { digest: digest.clone(), counts, notifications, findings: plan_level, requests };
        let id = writer.finish(&totals)?;
        Ok(PlanSummary { id, digest, counts, notifications, findings, findings_total, requests })
    }
}

fn students_notified(notifications: Notifications) -> Option<Finding> {
    let Notifications { grades, assignments } = notifications;
    let message =
        format!("about {} notifications ({grades} grades, {assignments} about new assignments)", notifications.total());
    (notifications.total() > 0).then(|| Finding::new(FindingCode::StudentsNotified, message))
}
