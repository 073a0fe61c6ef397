//! Makes a plan course by course and stores it part by part, so that a term fits in bounded memory.

use std::collections::{HashMap, HashSet};

use futures_util::{StreamExt as _, stream};
use jiff::SignedDuration;

use super::absent::RowsAbout;
use super::accepted::EarlierAcceptances;
use super::facts::CourseFacts;
use super::missing_rows::LastRuns;
use super::old_scores::OldScores;
use super::part::{CourseHistory, PlanInputs, Unread, ignored_part, plan_course, plan_without_canvas};
use super::read::read_course;
use super::tally::Tally;
use super::whose::say_whose;
use crate::canvas::CanvasError;
use crate::domain::{
    AssignmentId, Binding, ColumnKey, CourseId, CoursePart, EnrollmentState, Finding, FindingCode, Notifications,
    PlanCounts, PlanHeader, PlanId, PlanKind, PlanOptions, ScoreSheet, UserId,
};
use crate::engine::live::{ends_everything, is_unavailable};
use crate::engine::resolve::{CourseRows, Groups, People, Register, Resolved, RuleHint, look_up, origin_findings};
use crate::engine::{EngineError, Event, Selected, Selection, Session, Step};
use crate::store::CreationInDoubt;

/// Courses that are read side by side; the client limits the requests in flight by itself.
const COURSES_AT_ONCE: usize = 10;

/// What to plan.
pub struct PlanRequest<'a> {
    /// The scores.
    pub sheet: &'a ScoreSheet,
    /// The user's choices.
    pub options: PlanOptions,
    /// Which rows.
    pub selection: Selection,
    /// A cache older than this is a finding.
    pub cache_max_age: SignedDuration,
    /// What the user notes about the plan.
    pub note: Option<String>,
}

/// What a plan came to.
#[derive(Debug, Clone)]
pub struct PlanSummary {
    /// Its id in the store.
    pub id: PlanId,
    /// Its digest, in hex.
    pub digest: String,
    /// Its counts.
    pub counts: PlanCounts,
    /// About how many notifications a push causes.
    pub notifications: Notifications,
    /// The first findings, the heaviest first.
    pub findings: Vec<Finding>,
    /// How many findings there are in all.
    pub findings_total: u64,
    /// HTTP requests it took.
    pub requests: u64,
}

/// What earlier runs asked Canvas for, and whose end nobody has seen.
struct Outstanding {
    cells: HashSet<(CourseId, AssignmentId, UserId)>,
    columns: Vec<CreationInDoubt>,
}

impl Outstanding {
    fn of(session: &Session) -> Result<Self, EngineError> {
        let store = session.store();
        let host = &session.settings.host;
        Ok(Self { cells: store.cells_outstanding(host)?, columns: store.creations_in_doubt(host)? })
    }
}

/// Plans a push of these scores. Reads Canvas; writes only to the local store.
pub async fn plan(session: &Session, request: PlanRequest<'_>) -> Result<PlanSummary, EngineError> {
    let requests_before = session.requests();
    let host = session.settings.host.clone();
    let person = session.reader().whoami().await?;
    let ownership = session.settings.ownership(person.id);
    let status = session.store().cache_status(&host)?.ok_or_else(|| EngineError::NoCache(host.clone()))?;
    let (mut register, resolved) = {
        let store = session.store();
        let register = Register::load(&store, &session.settings, session.today())?;
        let resolved = Resolved::of(&register, &store, request.sheet, &request.selection)?;
        (register, resolved)
    };
    let rows = (request.sheet, &request.selection);
    let (resolved, _) = look_up(session, &mut register, rows, resolved).await?;
    let header = PlanHeader {
        host: host.clone(),
        connector: session.settings.title.clone(),
        kind: PlanKind::Scores,
        options: request.options.clone(),
        sources: request.sheet.files.clone(),
        operator: session.operator(person.id, person.name),
        created_at: session.clock.now(),
        note: request.note.clone(),
    };
    let mut findings = Vec::new();
    let age = session.clock.now().duration_since(status.synced_at);
    if age > request.cache_max_age {
        let message = format!("the cache is {} hours old", age.as_hours());
        findings.push(Finding::new(FindingCode::CacheStale, message));
    }
    findings.extend_from_slice(&request.sheet.findings);
    let accepted = |finding: &Finding| request.options.accepts(finding.code, None);
    findings.extend(origin_findings(&resolved, &register).into_iter().filter(|one| !accepted(one)));
    if resolved.origins().is_none() {
        findings.extend(rule_findings(&resolved, &register));
    }
    let chosen = {
        let selected = request.selection.on(&register.directory, session.settings.course_id_origin);
        Some(selected).filter(Selected::chooses_within_courses)
    };
    let about = if request.options.absent_zero { resolved.maybe_about(&register) } else { RowsAbout::new() };
    let Resolved { people, groups, .. } = resolved;
    let inputs = PlanInputs {
        options: &request.options,
        ownership: &ownership,
        people: &people,
        directory: &register.directory,
        repeat: request.sheet.repeat,
        zone: session.settings.time_zone.as_ref(),
        now: session.clock.now(),
        about: &about,
        chosen: chosen.as_ref(),
    };
    let last_runs = LastRuns::before(session, &request.selection)?;
    let old_scores = OldScores::of(session, &header.sources)?;
    let accepted = EarlierAcceptances::before(session)?;
    let planning =
        Planning { session, inputs, last_runs, old_scores, accepted, outstanding: Outstanding::of(session)? };
    let outcome = planning.make_parts(&header, &groups, findings).await?;
    remember(session, &people)?;
    Ok(PlanSummary { requests: session.requests() - requests_before, ..outcome })
}

/// A plan on its way: what all of its courses share.
struct Planning<'a> {
    session: &'a Session,
    inputs: PlanInputs<'a>,
    last_runs: LastRuns,
    old_scores: Option<OldScores>,
    accepted: EarlierAcceptances,
    outstanding: Outstanding,
}

impl Planning<'_> {
    /// Makes every part and stores them as a plan.
    async fn make_parts(
        &self,
        header: &PlanHeader,
        groups: &Groups<'_>,
        findings: Vec<Finding>,
    ) -> Result<PlanSummary, EngineError> {
        let Self { session, inputs, .. } = self;
        let total = (groups.known.len() + groups.held.len()) as u64;
        session.events.send(Event::Started { step: Step::Plan, total: Some(total) });
        let mut tally = Tally::begin(&session.store(), header, findings)?;
        let mut reachable = false;
        let mut courses =
            stream::iter(&groups.known).map(|(course, rows)| self.plan_one(*course, rows)).buffered(COURSES_AT_ONCE);
        let mut unreachable = None;
        while let Some(outcome) = courses.next().await {
            let (part, problem) = outcome?;
            match problem {
                Some(problem) => unreachable = unreachable.or(Some(problem)),
                None => reachable = true,
            }
            if let Some(part) = part {
                take(session, &mut tally, &part)?;
            }
        }
        if let (Some(problem), false) = (unreachable, reachable) {
            return Err(problem.into());
        }
        for held in groups.held.values() {
            let why = Unread { code: held.code, reason: &held.reason };
            let course = held.course.map(|course| super::read::planned_course(course, inputs.directory));
            if let Some(part) = self.within_choice(plan_without_canvas(&held.rows, course, why, inputs)) {
                take(session, &mut tally, &part)?;
            }
        }
        for (sent_id, rows) in &groups.ignored {
            if let Some(part) = self.within_choice(ignored_part(sent_id, *rows)) {
                take(session, &mut tally, &part)?;
            }
        }
        session.events.send(Event::Finished { step: Step::Plan });
        tally.finish(session.requests())
    }

    /// Plans one course. A course that cannot be read blocks its rows, not the plan; only a refused token ends it. The
    /// second value is set when Canvas could not be reached.
    async fn plan_one(
        &self,
        course: CourseId,
        rows: &CourseRows<'_>,
    ) -> Result<(Option<CoursePart>, Option<CanvasError>), EngineError> {
        let session = self.session;
        let began = session.clock.now();
        let options = self.inputs.options.in_course(&rows.sent_id);
        let inputs = &PlanInputs { options: &options, ..self.inputs };
        let memory = remembered(session, course, rows, &self.outstanding)?;
        let facts: Result<CourseFacts, CanvasError> = read_course(session, course, rows, inputs, &memory).await;
        let (mut part, problem) = match facts {
            Ok(facts) => (plan_course(rows, &facts, &memory, inputs), None),
            Err(error) if ends_everything(&error) => return Err(error.into()),
            Err(error) => {
                let reason = format!("Canvas would not let this course be read: {error}");
                let why = Unread { code: FindingCode::CourseUnreadable, reason: &reason };
                let known = super::read::planned_course(course, inputs.directory);
                let part = plan_without_canvas(rows, Some(known), why, inputs);
                (part, is_unavailable(&error).then_some(error))
            }
        };
        say_whose(&mut part);
        self.accepted.apply(session, &mut part)?;
        part.findings.extend(self.last_runs.findings(session, course, rows, inputs.people)?);
        let Some(mut part) = self.within_choice(part) else { return Ok((None, problem)) };
        if let Some(old) = &self.old_scores {
            part.findings.extend(old.finding(session, &part)?);
        }
        let took = session.clock.now().duration_since(began).try_into().unwrap_or_default();
        session.events.send(Event::CoursePlanned { course: Some(course), counts: PlanCounts::of(&part), took });
        session.events.send(Event::Advanced { step: Step::Plan, by: 1 });
        Ok((Some(part), problem))
    }

    /// What was chosen of a part. A course is planned whole, so that what contradicts itself is seen whatever is chosen
    /// of it; `None` if nothing of it is chosen.
    fn within_choice(&self, part: CoursePart) -> Option<CoursePart> {
        match self.inputs.chosen {
            Some(chosen) => chosen.narrow(part).map(|narrowed| narrowed.part),
            None => Some(part),
        }
    }
}

/// Which rules of the connector would identify more people. They are proposed and never applied.
fn rule_findings(resolved: &Resolved<'_>, register: &Register<'_>) -> Vec<Finding> {
    let hints = resolved.rule_hints(register).into_iter().map(|RuleHint { rule, ids }| {
        let more = if ids == 1 { "1 id more".to_owned() } else { format!("{ids} ids more") };
        Finding::new(FindingCode::IdentityRuleMissing, format!("the rule `{rule}` would identify {more}"))
    });
    hints.collect()
}

/// Adds a part, and says what it found.
fn take(session: &Session, tally: &mut Tally, part: &CoursePart) -> Result<(), EngineError> {
    for finding in &part.findings {
        session.events.send(Event::Found(finding.clone()));
    }
    tally.take(part)
}

/// What the journal and the map know of this course.
fn remembered(
    session: &Session,
    course: CourseId,
    rows: &CourseRows<'_>,
    outstanding: &Outstanding,
) -> Result<CourseHistory, EngineError> {
    let store = session.store();
    let host = &session.settings.host;
    let sent: Vec<&str> = rows.columns.iter().map(|rows| rows.column.key.course_id.as_ref()).collect();
    let mut bindings: HashMap<ColumnKey, Binding> = HashMap::new();
    for binding in store.bindings_for(host, &sent)? {
        // Where an alias gives the id several courses, each has its own entries; an entry of any other course shows
        // that the key moved.
        if binding.course == course {
            bindings.insert(binding.key.clone(), binding);
        } else if !rows.shared_with.contains(&binding.course) {
            bindings.entry(binding.key.clone()).or_insert(binding);
        }
    }
    let cached = store.enrollments(host, course)?.into_iter().filter(|one| one.state != EnrollmentState::Deleted);
    Ok(CourseHistory {
        enrolled_by_cache: cached.map(|one| one.user).collect(),
        pushed: store.last_pushed(host, course)?,
        outstanding: outstanding.cells.iter().filter(|(of, _, _)| *of == course).copied().collect(),
        in_doubt: outstanding.columns.iter().filter(|one| one.course == course).cloned().collect(),
        comments: store.comments_sent(host, course)?,
        bindings,
    })
}

/// Remembers who each id named, so that a later plan notices when it names somebody else.
fn remember(session: &Session, people: &People<'_>) -> Result<(), EngineError> {
    let origin = session.settings.user_id_origin;
    let identities: Vec<_> =
        people.identities().map(|(sent, user)| (sent.kind.unwrap_or(origin), sent.id, user)).collect();
    session.store().remember_identities(&session.settings.host, &identities, session.clock.now())?;
    Ok(())
}
