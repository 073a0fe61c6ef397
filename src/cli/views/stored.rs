//! A stored plan or run with everything that reports are made from.

use std::collections::{BTreeMap, HashMap};

use jiff::tz::TimeZone;

use crate::cli::error::CliError;
use crate::domain::{
    AssignmentId, CellIndex, CellRecord, ColumnIndex, CommentCounts, CoursePart, Finding, Narrowed, Notifications,
    Outcome, PartIndex, PlanCounts, PlanId, RunCounts, RunId, UserId,
};
use crate::engine::{ColumnToDelete, Selected, assignment_counts, columns_to_delete, comment_counts};
use crate::report::{CreatedColumns, ReportHeader, ReportPart, RunFigures, Subject, for_people};
use crate::store::{Job, Store, StoredPlan, StoredRun};

/// A plan, or a run of it, in the store.
pub(crate) struct Stored<'a> {
    store: &'a Store,
    pub(crate) plan: StoredPlan,
    pub(crate) run: Option<StoredRun>,
    pub(crate) header: ReportHeader,
    /// What of it is shown; everything if `None`.
    selected: Option<Selected>,
}

impl<'a> Stored<'a> {
    /// A plan; times are shown in `zone`.
    pub(crate) fn plan(store: &'a Store, id: PlanId, zone: &TimeZone) -> Result<Self, CliError> {
        let plan = store.plan(id)?;
        let header = header(&plan, Subject::Plan { id }, zone);
        Ok(Self { store, plan, run: None, header, selected: None })
    }

    /// A run; times are shown in `zone`.
    pub(crate) fn run(store: &'a Store, id: RunId, zone: &TimeZone) -> Result<Self, CliError> {
        let run = store.run(id)?;
        let plan = store.plan(run.plan)?;
        let figures = RunFigures {
            id,
            plan: plan.id,
            counts: store.run_counts(id)?,
            comments: comment_counts(store, &plan, id)?,
            assignments: assignment_counts(store, &plan, id)?,
            started_at: for_people(run.started_at, zone),
            ended_at: run.ended_at.map(|ended| for_people(ended, zone)),
            duration: run.took,
            requests: run.requests,
            throttle_waits: run.throttled,
            throttled: run.waited,
        };
        let header = header(&plan, Subject::Run(Box::new(figures)), zone);
        Ok(Self { store, plan, run: Some(run), header, selected: None })
    }

    /// Only the selected part of a run, counted anew.
    pub(crate) fn only(mut self, selected: &Selected) -> Result<Self, CliError> {
        let mut unmet = selected.unmet();
        for ordinal in PartIndex::of_plan(self.plan.parts) {
            unmet.meet(&self.store.plan_part(self.plan.id, ordinal)?);
        }
        unmet.finish()?;
        self.selected = Some(selected.clone());
        let (mut counts, mut notifications) = (PlanCounts::default(), Notifications::default());
        let (mut outcomes, mut comments) = (RunCounts::default(), CommentCounts::default());
        self.each(|ReportPart { part, records }| {
            counts += PlanCounts::of(part);
            notifications += Notifications::of(part);
            comments += CommentCounts::of(records.iter().flat_map(|records| records.values()));
            for (index, _) in part.writes() {
                let record = records.and_then(|records| records.get(&index));
                outcomes.add(record.map_or(Outcome::Pending, |record| record.outcome), 1);
            }
            Ok(())
        })?;
        self.header.counts = counts;
        self.header.notifications = notifications;
        if let Subject::Run(figures) = &mut self.header.subject {
            figures.counts = outcomes;
            figures.comments = comments;
        }
        Ok(self)
    }

    /// The jobs of the run whose end is not known.
    pub(crate) fn open_jobs(&self) -> Result<Vec<(RunId, Job)>, CliError> {
        let Some(run) = &self.run else { return Ok(Vec::new()) };
        let jobs = self.store.jobs(run.id)?.into_iter().filter(|job| job.end.is_none());
        Ok(jobs.map(|job| (run.id, job)).collect())
    }

    /// The assignments that the run created.
    pub(crate) fn created(&self) -> Result<CreatedColumns, CliError> {
        let Some(run) = &self.run else { return Ok(CreatedColumns::new()) };
        let mut of_part: BTreeMap<PartIndex, Vec<(ColumnIndex, AssignmentId)>> = BTreeMap::new();
        for one in self.store.created_assignments(run.id)? {
            if let Some(assignment) = one.assignment {
                of_part.entry(one.part).or_default().push((one.column, assignment));
            }
        }
        let mut created = CreatedColumns::new();
        for (ordinal, columns) in of_part {
            let part = self.part(ordinal)?;
            let Some(course) = &part.course else { continue };
            for (column, assignment) in columns {
                if let Some(column) = part.columns.get(column.as_usize()) {
                    created.insert((course.id, column.key.clone()), assignment);
                }
            }
        }
        Ok(created)
    }

    /// What became of the assignments that an undo was to delete; none for any other run.
    pub(crate) fn columns_to_delete(&self) -> Result<Vec<ColumnToDelete>, CliError> {
        if self.run.is_none() {
            return Ok(Vec::new());
        }
        Ok(columns_to_delete(self.store, &self.plan)?)
    }

    /// What the plan has to say, about itself and about what is shown of its courses.
    pub(crate) fn findings(&self) -> Result<Vec<Finding>, CliError> {
        let mut findings = Vec::new();
        self.each(|part| {
            findings.extend_from_slice(&part.part.findings);
            Ok(())
        })?;
        findings.extend_from_slice(&self.header.findings);
        Ok(findings)
    }

    /// The names of these people, as far as the cache knows them.
    pub(crate) fn names(&self, people: &[UserId]) -> Result<HashMap<UserId, String>, CliError> {
        Ok(self.store.names(&self.plan.header.host, people)?)
    }

    /// A part of the plan, whatever is selected.
    pub(crate) fn part(&self, ordinal: PartIndex) -> Result<CoursePart, CliError> {
        Ok(self.store.plan_part(self.plan.id, ordinal)?)
    }

    /// Hands over course by course, so that a term never is in memory as a whole.
    pub(crate) fn each(&self, mut take: impl FnMut(&ReportPart<'_>) -> Result<(), CliError>) -> Result<(), CliError> {
        for ordinal in PartIndex::of_plan(self.plan.parts) {
            let part = self.store.plan_part(self.plan.id, ordinal)?;
            let mut records: Option<BTreeMap<CellIndex, CellRecord>> = match &self.run {
                Some(run) => Some(self.store.records(run.id, ordinal)?),
                None => None,
            };
            let part = match &self.selected {
                None => part,
                Some(selected) => {
                    let Some(Narrowed { part, cells }) = selected.narrow(part) else { continue };
                    records = records.map(|mut all| {
                        CellIndex::all().zip(&cells).filter_map(|(now, then)| Some((now, all.remove(then)?))).collect()
                    });
                    part
                }
            };
            take(&ReportPart { part: &part, records: records.as_ref() })?;
        }
        Ok(())
    }
}

fn header(plan: &StoredPlan, subject: Subject, zone: &TimeZone) -> ReportHeader {
    ReportHeader {
        subject,
        plan: plan.header.clone(),
        digest: plan.totals.digest.clone(),
        made_at: for_people(plan.header.created_at, zone),
        counts: plan.totals.counts,
        notifications: plan.totals.notifications,
        findings: plan.totals.findings.iter().filter(|finding| finding.course.is_none()).cloned().collect(),
        tool_version: env!("CARGO_PKG_VERSION").to_owned(),
        csv_name: None,
        zone: zone.clone(),
    }
}
