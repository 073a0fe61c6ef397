//! The keys of plans and runs in machine output (cli, Machine output).

use super::Stored;
use crate::cli::error::CliError;
use crate::cli::json::Finished;
use crate::domain::{
    AssignmentCounts, CommentCounts, Finding, FirstFindings, PlanHeader, Released, RunCounts, ScoreSheet,
};
use crate::engine::{PlanSummary, RunSummary};
use crate::report::{RunFigures, finding_json};

/// The keys of a plan.
pub(crate) fn plan_fields(finished: Finished, header: &PlanHeader, plan: &PlanSummary) -> Finished {
    let json = |finding: &Finding| finding_json(finding, &header.sources, Some(header));
    let findings: Vec<_> = plan.findings.iter().map(json).collect();
    finished
        .with("plan", &plan.id.to_string())
        .with("digest", &plan.digest)
        .with("host", header.host.as_str())
        .with("counts", &plan.counts)
        .with("replacing", &plan.counts.released.others_work())
        .with("findings", &findings)
        .with("findings_total", &plan.findings_total)
        .with("notifications", &plan.notifications.total())
        .with("notifications_by", &plan.notifications)
        .with("requests", &plan.requests)
}

/// What reading the files had to say, for commands that make no plan of them.
pub(crate) fn reading_fields(finished: Finished, sheet: &ScoreSheet) -> Finished {
    let FirstFindings { findings, total } = FirstFindings::of(sheet.findings.clone());
    let findings: Vec<_> = findings.iter().map(|finding| finding_json(finding, &sheet.files, None)).collect();
    finished.with("findings", &findings).with("findings_total", &total)
}

/// How long a run took so far, its retries included, and how much of that Canvas made it wait.
pub(crate) fn time_fields(finished: Finished, run: &RunFigures) -> Finished {
    finished
        .with("seconds", &run.duration.as_secs_f64())
        .with("throttle_waits", &run.throttle_waits)
        .with("throttle_seconds", &run.throttled.as_secs_f64())
}

/// The keys of a push that had nothing to write, and so made no run.
pub(crate) fn no_run_fields(finished: Finished, stored: &Stored<'_>, requests: u64) -> Result<Finished, CliError> {
    let plan = &stored.plan;
    let finished = finished
        .with("run", &None::<String>)
        .with("plan", &plan.id.to_string())
        .with("counts", &RunCounts::default())
        .with("plan_counts", &plan.totals.counts)
        .with("replaced", &Released::default())
        .with("assignments", &AssignmentCounts::default())
        .with("comments", &CommentCounts::default())
        .with("retryable", &0)
        .with("requests", &requests);
    with_findings(finished, stored, &[])
}

/// The keys of a push, a retry or an undo. Its findings are those of the plan and those of this attempt.
pub(crate) fn run_fields(finished: Finished, run: &RunSummary, stored: &Stored<'_>) -> Result<Finished, CliError> {
    let finished = finished
        .with("run", &run.run.to_string())
        .with("plan", &run.plan.to_string())
        .with("counts", &run.counts)
        .with("plan_counts", &run.plan_counts)
        .with("replaced", &stored.header.run().map(|run| run.replaced).unwrap_or_default())
        .with("assignments", &run.assignments)
        .with("comments", &run.comments)
        .with("retryable", &run.retryable)
        .with("requests", &run.requests);
    let finished = with_findings(finished, stored, &run.findings)?;
    Ok(match &run.stopped {
        Some(reason) => finished.with("stopped", &reason.text()),
        None => finished,
    })
}

/// The findings of a stored plan and of an attempt to execute it.
pub(crate) fn with_findings(
    finished: Finished,
    stored: &Stored<'_>,
    of_attempt: &[Finding],
) -> Result<Finished, CliError> {
    let header = &stored.plan.header;
    let FirstFindings { findings, total } = FirstFindings::of([of_attempt, &stored.findings()?].concat());
    let findings: Vec<_> =
        findings.iter().map(|finding| finding_json(finding, &header.sources, Some(header))).collect();
    Ok(finished.with("findings", &findings).with("findings_total", &total))
}
