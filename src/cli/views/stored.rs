//! A stored plan or run with everything that reports are made from.

use std::cell::OnceCell;
use std::collections::{BTreeMap, BTreeSet};

use jiff::tz::TimeZone;

use crate::cli::error::CliError;
use crate::domain::{
    CellIndex, CellRecord, CommentCounts, CoursePart, Finding, FindingCode, Narrowed, Notifications, Outcome,
    PartIndex, PartTotals, PlanCounts, PlanId, RecordTotals, Released, RunCounts, RunId, UserId,
};
use crate::engine::{ColumnToDelete, Selected, assignment_counts, columns_to_delete, comment_counts};
use crate::report::{
    CourseSummary, CreatedColumns, GraderNames, ReportCourse, ReportHeader, ReportPart, RunFigures, ShownPart, Subject,
    for_people,
};
use crate::store::{Job, Store, StoredPlan, StoredRun};

/// A plan, or a run of it, in the store.
pub(crate) struct Stored<'a> {
    store: &'a Store,
    pub(crate) plan: StoredPlan,
    pub(crate) run: Option<StoredRun>,
    pub(crate) header: ReportHeader,
    /// What of it is shown; everything if `None`.
    selected: Option<Selected>,
    /// What is shown of each course, once somebody asked.
    courses: OnceCell<Vec<StoredCourse>>,
}

/// What is shown of one part of the plan, without its cells.
pub(crate) struct StoredCourse {
    part: PartIndex,
    pub(crate) totals: PartTotals,
    /// What the records of the run add up to; `None` for a plan.
    pub(crate) records: Option<RecordTotals>,
    /// Its findings, where only a part of the part is shown; else the store has them.
    findings: Option<Vec<Finding>>,
}

impl StoredCourse {
    /// What the run made of the planned cells.
    fn run(&self) -> Option<RunCounts> {
        self.records.map(|records| records.of_planned(self.totals.counts.planned()))
    }

    /// The course in one line.
    pub(crate) fn summary(&self) -> CourseSummary {
        CourseSummary::of(&self.totals, self.run())
    }
}

impl<'a> Stored<'a> {
    /// A plan; times are shown in `zone`.
    pub(crate) fn plan(store: &'a Store, id: PlanId, zone: &TimeZone) -> Result<Self, CliError> {
        let plan = store.plan(id)?;
        let header = header(&plan, Subject::Plan { id }, zone);
        Ok(Self { store, plan, run: None, header, selected: None, courses: OnceCell::new() })
    }

    /// A run; times are shown in `zone`.
    pub(crate) fn run(store: &'a Store, id: RunId, zone: &TimeZone) -> Result<Self, CliError> {
        let run = store.run(id)?;
        let plan = store.plan(run.plan)?;
        let figures = RunFigures {
            id,
            plan: plan.id,
            counts: store.run_counts(id)?,
            replaced: Released::default(),
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
        let mut stored = Self { store, plan, run: Some(run), header, selected: None, courses: OnceCell::new() };
        stored.count_replaced()?;
        Ok(stored)
    }

    /// Counts in which of the written cells someone's work was replaced.
    fn count_replaced(&mut self) -> Result<(), CliError> {
        let written = self.released(|outcome| outcome == Outcome::Written)?;
        if let Subject::Run(figures) = &mut self.header.subject {
            figures.replaced = written;
        }
        Ok(())
    }

    /// The cells of the run that a retry would write although they are someone's work.
    pub(crate) fn still_replacing(&self) -> Result<Released, CliError> {
        self.released(Outcome::is_retryable)
    }

    /// What is released in the cells of the run that came to one of these outcomes.
    fn released(&self, counts: impl Fn(Outcome) -> bool) -> Result<Released, CliError> {
        let mut released = Released::default();
        for course in self.courses()?.iter().filter(|course| course.totals.counts.released.total() > 0) {
            self.with_cells(course, |part| {
                released += part.released(&counts);
                Ok(())
            })?;
        }
        Ok(released)
    }

    /// Only the selected part of a plan or run, counted anew.
    pub(crate) fn only(mut self, selected: &Selected) -> Result<Self, CliError> {
        /// What adds up over the courses, and so is not the part's.
        const OF_THE_WHOLE: [FindingCode; 2] = [FindingCode::StudentsNotified, FindingCode::AssignmentNameTaken];
        if selected.is_everything() {
            return Ok(self);
        }
        self.selected = Some(selected.clone());
        let mut unmet = selected.unmet();
        let mut courses = Vec::new();
        for ordinal in PartIndex::of_plan(self.plan.parts) {
            let part = self.part(ordinal)?;
            unmet.meet(&part);
            let Some((part, records)) = self.shown(ordinal, part)? else { continue };
            let findings = Some(part.findings.clone());
            let records = records.as_ref().map(|records| RecordTotals::of(records.values()));
            courses.push(StoredCourse { part: ordinal, totals: PartTotals::of(&part), records, findings });
        }
        unmet.finish()?;
        let (mut counts, mut notifications) = (PlanCounts::default(), Notifications::default());
        let (mut outcomes, mut comments) = (RunCounts::default(), CommentCounts::default());
        for course in &courses {
            counts += course.totals.counts;
            notifications += course.totals.notifications;
            outcomes += course.run().unwrap_or_default();
            comments += course.records.unwrap_or_default().comments;
        }
        self.header.part = Some(ShownPart {
            chosen: selected.words(),
            chosen_without_people: selected.words_without_people(),
            of: self.header.run().map_or(self.header.counts.cells, |run| run.counts.planned),
        });
        self.header.findings.retain(|finding| !OF_THE_WHOLE.contains(&finding.code));
        self.header.counts = counts;
        self.header.notifications = notifications;
        if let Subject::Run(figures) = &mut self.header.subject {
            figures.counts = outcomes;
            figures.comments = comments;
        }
        self.courses = courses.into();
        self.count_replaced()?;
        Ok(self)
    }

    /// Whether it is about people that somebody chose.
    pub(crate) fn chooses_people(&self) -> bool {
        self.selected.as_ref().is_some_and(Selected::chooses_people)
    }

    /// The courses, in the order of the plan, without their cells.
    pub(crate) fn courses(&self) -> Result<&[StoredCourse], CliError> {
        if let Some(known) = self.courses.get() {
            return Ok(known);
        }
        let totals = self.store.part_totals(self.plan.id)?;
        let records = self.run.as_ref().map(|run| self.store.record_totals(run.id)).transpose()?;
        let courses = PartIndex::of_plan(self.plan.parts).zip(totals).map(|(part, totals)| {
            let records = records.as_ref().map(|all| all.get(&part).copied().unwrap_or_default());
            StoredCourse { part, totals, records, findings: None }
        });
        let courses = courses.collect();
        Ok(self.courses.get_or_init(|| courses))
    }

    /// What there is to say about a course.
    pub(crate) fn findings_of(&self, course: &StoredCourse) -> Result<Vec<Finding>, CliError> {
        match &course.findings {
            Some(findings) => Ok(findings.clone()),
            None if course.totals.findings == 0 => Ok(Vec::new()),
            None => Ok(self.store.part_findings(self.plan.id, course.part)?),
        }
    }

    /// A course as far as a report without cells needs it.
    pub(crate) fn report_course(&self, course: &StoredCourse) -> Result<ReportCourse, CliError> {
        let mut lost = Vec::new();
        if course.records.is_some_and(|records| records.may_have_overwritten) {
            self.with_cells(course, |part| {
                lost = part.lost_edits();
                Ok(())
            })?;
        }
        let findings = self.findings_of(course)?;
        Ok(ReportCourse { totals: course.totals.clone(), run: course.run(), findings, lost })
    }

    /// The jobs of the run whose end is not known.
    pub(crate) fn open_jobs(&self) -> Result<Vec<(RunId, Job)>, CliError> {
        let Some(run) = &self.run else { return Ok(Vec::new()) };
        Ok(self.store.open_jobs_of(run.id)?.into_iter().map(|job| (run.id, job)).collect())
    }

    /// The assignments that the run created.
    pub(crate) fn created(&self) -> Result<CreatedColumns, CliError> {
        let mut created = CreatedColumns::new();
        let Some(run) = &self.run else { return Ok(created) };
        let known = self.store.created_assignments(run.id)?;
        if known.is_empty() {
            return Ok(created);
        }
        let parts = self.store.part_totals(self.plan.id)?;
        for one in known {
            let Some(PartTotals { course: Some(course), new_columns, .. }) = parts.get(one.part.as_usize()) else {
                continue;
            };
            let key = new_columns.iter().find(|(column, _)| *column == one.column).map(|(_, key)| key.clone());
            if let Some((key, assignment)) = key.zip(one.assignment) {
                created.insert((course.id, key), assignment);
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
        for course in self.courses()? {
            findings.extend(self.findings_of(course)?);
        }
        findings.extend_from_slice(&self.header.findings);
        Ok(findings)
    }

    /// The names of these people, as far as the cache or the plan knows them.
    pub(crate) fn names(&self, people: &[UserId]) -> Result<GraderNames, CliError> {
        let mut names = self.store.names(&self.plan.header.host, people)?;
        let operator = &self.plan.header.operator;
        if people.contains(&operator.id) {
            names.entry(operator.id).or_insert_with(|| operator.name.clone());
        }
        Ok(names)
    }

    /// The names of those whose work the conflicts of a part are, and whose edits a run replaced.
    fn grader_names(&self, part: &CoursePart, records: Option<&Records>) -> Result<GraderNames, CliError> {
        let of_conflicts = part.cells.iter().filter_map(|cell| cell.whose.as_deref()?.by.map(UserId));
        let lost = records.into_iter().flat_map(BTreeMap::values).flat_map(|record| &record.overwrote);
        let people: BTreeSet<UserId> = of_conflicts.chain(lost.filter_map(|lost| lost.grader)).collect();
        self.names(&Vec::from_iter(people))
    }

    /// A part of the plan, whatever is selected.
    pub(crate) fn part(&self, ordinal: PartIndex) -> Result<CoursePart, CliError> {
        Ok(self.store.plan_part(self.plan.id, ordinal)?)
    }

    /// Hands over course by course, so that a term never is in memory as a whole.
    pub(crate) fn each(&self, mut take: impl FnMut(&ReportPart<'_>) -> Result<(), CliError>) -> Result<(), CliError> {
        for ordinal in PartIndex::of_plan(self.plan.parts) {
            if let Some((part, records)) = self.shown(ordinal, self.part(ordinal)?)? {
                let names = self.grader_names(&part, records.as_ref())?;
                take(&ReportPart { part: &part, records: records.as_ref(), names: Some(&names) })?;
            }
        }
        Ok(())
    }

    /// Hands over one course with its cells.
    pub(crate) fn with_cells(
        &self,
        course: &StoredCourse,
        take: impl FnOnce(&ReportPart<'_>) -> Result<(), CliError>,
    ) -> Result<(), CliError> {
        match self.shown(course.part, self.part(course.part)?)? {
            Some((part, records)) => {
                let names = self.grader_names(&part, records.as_ref())?;
                take(&ReportPart { part: &part, records: records.as_ref(), names: Some(&names) })
            }
            None => Ok(()),
        }
    }

    /// What is shown of a part, with its records; `None` if nothing is.
    fn shown(&self, ordinal: PartIndex, part: CoursePart) -> Result<Option<(CoursePart, Option<Records>)>, CliError> {
        let records = |run: &StoredRun| self.store.records(run.id, ordinal);
        let Some(selected) = &self.selected else {
            return Ok(Some((part, self.run.as_ref().map(records).transpose()?)));
        };
        let Some(Narrowed { part, cells }) = selected.narrow(part) else { return Ok(None) };
        let records = self.run.as_ref().map(records).transpose()?.map(|mut all| {
            CellIndex::all().zip(&cells).filter_map(|(now, then)| Some((now, all.remove(then)?))).collect()
        });
        Ok(Some((part, records)))
    }
}

type Records = BTreeMap<CellIndex, CellRecord>;

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
        part: None,
        csv_name: None,
        zone: zone.clone(),
    }
}
