//! The verb `resolve`: which courses and people the ids of a sheet name by the cache, and which ids name none.

use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;

use super::courses::CourseMeaning;
use super::groups::{Groups, Outcomes};
use super::look_up::{LookedUp, look_up};
use super::origins::{OriginTable, other_kinds};
use super::register::{Register, Resolved};
use super::rule_hints::{RuleHint, rule_hints};
use super::suggest::suggest_courses;
use crate::domain::{
    CourseSuggestions, Finding, FindingCode, PlannedStudent, Score, ScoreSheet, SentUser, Source, Suggestion, UserId,
    UserIdOrigin,
};
use crate::engine::{EngineError, Selection, Session};
use crate::store::Store;

/// A user id or a course id.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum IdKind {
    /// Of a course.
    Course,
    /// Of a person.
    User,
}

/// An id that leads nowhere, to several things, or to something that must not be written to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unmatched {
    /// Of what.
    pub kind: IdKind,
    /// Which kind of id it is looked up as, by name.
    pub origin: &'static str,
    /// The id exactly as sent.
    pub sent_id: Arc<str>,
    /// What is wrong.
    pub code: FindingCode,
    /// Why, one line, without names.
    pub reason: String,
    /// How many rows carry it.
    pub rows: u64,
    /// The course ids, as sent, of these rows.
    pub courses: Vec<Arc<str>>,
    /// The first of these rows; `None` for an item without scores.
    pub first_source: Option<Source>,
    /// All of these rows.
    pub sources: Vec<Source>,
    /// What it may mean, likeliest first, at most three. A person decides.
    pub suggestions: Vec<Suggestion>,
}

/// An id that leads to somebody.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KnownPerson {
    /// The id exactly as sent.
    pub sent_id: Arc<str>,
    /// The person.
    pub user: UserId,
    /// Their name in Canvas.
    pub name: String,
    /// Under which rule: `login`, `SIS id, zero-padded`, `alias`.
    pub found_by: String,
}

/// What the cache makes of a sheet. `rows` is the sum of the next four.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct ResolveSummary {
    /// Score rows inside the selection.
    pub rows: u64,
    /// Rows whose course and person are identified; a plan may still block them.
    pub resolved: u64,
    /// Rows whose course or person is not.
    pub unresolved: u64,
    /// Rows whose course or person could be several.
    pub ambiguous: u64,
    /// Rows left out by an alias or rule of the user.
    pub ignored: u64,
    /// Every id with a problem: courses first, then people, each by id.
    pub problems: Vec<Unmatched>,
    /// Every id that leads to somebody, by id.
    pub people: Vec<KnownPerson>,
    /// Which files' rows are looked up as another kind of id than the connector's (findings, `looked-up-as`).
    pub other_kinds: Vec<Finding>,
    /// How many rows would resolve under other origins, where the configured ones look wrong.
    pub origin_table: Option<OriginTable>,
    /// Rules that would identify some of the people; none where the origins look wrong.
    pub rule_hints: Vec<RuleHint>,
}

/// Resolves the selected rows of a sheet offline; `store` is what the register was loaded from.
pub fn resolve(
    register: &Register<'_>,
    store: &Store,
    sheet: &ScoreSheet,
    selection: &Selection,
) -> Result<ResolveSummary, EngineError> {
    let resolved = Resolved::of(register, store, sheet, selection)?;
    Ok(summary(resolved, register))
}

/// Resolves the selected rows of a sheet, and asks Canvas for the ids that its lists hide from the token.
pub async fn resolve_looking_up(
    session: &Session,
    sheet: &ScoreSheet,
    selection: &Selection,
) -> Result<(ResolveSummary, LookedUp), EngineError> {
    let (mut register, resolved) = {
        let store = session.store();
        let register = Register::load(&store, &session.settings, session.today())?;
        let resolved = Resolved::of(&register, &store, sheet, selection)?;
        (register, resolved)
    };
    let (resolved, looked_up) = look_up(session, &mut register, (sheet, selection), resolved).await?;
    Ok((summary(resolved, &register), looked_up))
}

fn summary(resolved: Resolved<'_>, register: &Register<'_>) -> ResolveSummary {
    let mut summary = tally(&resolved.groups);
    summary.other_kinds = other_kinds(&resolved, register.settings.user_id_origin);
    summary.problems = problems(&resolved, register);
    add_suggestions(&mut summary.problems, &resolved, register);
    if resolved.origins.is_none() {
        let is_nobody = |one: &&Unmatched| one.kind == IdKind::User && one.code == FindingCode::UserUnresolved;
        let nobody = summary.problems.iter().filter(is_nobody).map(|one| (one.origin, &*one.sent_id)).collect();
        summary.rule_hints = rule_hints(&nobody, register);
    }
    summary.origin_table = resolved.origins;
    let known = |student: PlannedStudent| {
        let PlannedStudent { sent_id, user, name, found_by, .. } = student;
        Some(KnownPerson { sent_id, user: user?, name: name.unwrap_or_default(), found_by })
    };
    summary.people = resolved.people.into_students().filter_map(known).collect();
    summary.people.sort_unstable_by(|one, other| one.sent_id.cmp(&other.sent_id));
    summary
}

/// Counts the rows as they were grouped.
fn tally(groups: &Groups<'_>) -> ResolveSummary {
    let Outcomes { resolved, unresolved, ambiguous } = groups.outcomes;
    let grouped = groups.known.values().chain(groups.held.values().map(|held| &held.rows));
    let ignored = groups.ignored.values().sum::<u64>() + grouped.map(|rows| rows.ignored).sum::<u64>();
    let rows = resolved + unresolved + ambiguous + ignored;
    ResolveSummary { rows, resolved, unresolved, ambiguous, ignored, ..ResolveSummary::default() }
}

/// One entry per id and problem.
fn problems(resolved: &Resolved<'_>, register: &Register<'_>) -> Vec<Unmatched> {
    let mut gathered = Gathered::default();
    for held in resolved.groups.held.values() {
        for rows in &held.rows.columns {
            let sent = &rows.column.key.course_id;
            let origin = register.settings.course_id_origin.name();
            let problem = Problem { kind: IdKind::Course, origin, sent, code: held.code, reason: &held.reason };
            gathered.entry(&problem);
            for score in rows.scores() {
                gathered.add(&problem, sent, score);
            }
        }
    }
    let sheet = resolved.rows.sheet;
    for (column, places) in resolved.rows.columns() {
        let sent_course = &column.key.course_id;
        if *resolved.courses.meaning(sent_course) == CourseMeaning::Ignored {
            continue;
        }
        for score in sheet.scores_at(places) {
            if let Some((code, reason)) = resolved.people.problem_of(resolved.people.row(score)) {
                let origin = register.origin_of(sheet.sent_user(score).kind).name();
                let sent = sheet.users.shared_id(score.user);
                let problem = Problem { kind: IdKind::User, origin, sent, code: *code, reason };
                gathered.add(&problem, sent_course, score);
            }
        }
    }
    let mut problems: Vec<Unmatched> = gathered.found.into_iter().map(|(one, _)| one).collect();
    problems.sort_by(|one, other| (one.kind, &one.sent_id, one.code).cmp(&(other.kind, &other.sent_id, other.code)));
    problems
}

fn add_suggestions(problems: &mut [Unmatched], resolved: &Resolved<'_>, register: &Register<'_>) {
    let mut of_courses = problems.iter_mut().filter(|one| one.kind == IdKind::Course).peekable();
    if of_courses.peek().is_some() && resolved.origins.is_none() {
        let index = CourseSuggestions::of(&register.directory);
        for one in of_courses {
            let meaning = resolved.courses.meaning(&one.sent_id);
            one.suggestions = suggest_courses(&one.sent_id, one.code, meaning, &index, register);
        }
    }
    for one in problems.iter_mut().filter(|one| one.kind == IdKind::User) {
        // Rows without an id are each about somebody else.
        let Some(source) = one.first_source.filter(|_| !one.sent_id.is_empty()) else { continue };
        let of_kind = |kind| resolved.people.suggestions(SentUser::new(&one.sent_id, kind, source));
        let stated = UserIdOrigin::ALL.into_iter().find(|origin| origin.name() == one.origin);
        let suggestions = if of_kind(None).is_empty() { of_kind(stated) } else { of_kind(None) };
        one.suggestions = suggestions.to_vec();
    }
}

/// An id, and what is wrong with it.
struct Problem<'a> {
    kind: IdKind,
    origin: &'static str,
    sent: &'a Arc<str>,
    code: FindingCode,
    reason: &'a str,
}

/// Problems as they come up, with the course ids seen so far.
#[derive(Default)]
struct Gathered {
    at: HashMap<(IdKind, &'static str, Arc<str>, FindingCode), usize>,
    found: Vec<(Unmatched, BTreeSet<Arc<str>>)>,
}

impl Gathered {
    fn entry(&mut self, problem: &Problem<'_>) -> &mut (Unmatched, BTreeSet<Arc<str>>) {
        let Problem { kind, origin, sent, code, reason } = *problem;
        let index = *self.at.entry((kind, origin, sent.clone(), code)).or_insert_with(|| {
            let unmatched = Unmatched {
                kind,
                origin,
                sent_id: sent.clone(),
                code,
                reason: reason.to_owned(),
                rows: 0,
                courses: Vec::new(),
                first_source: None,
                sources: Vec::new(),
                suggestions: Vec::new(),
            };
            self.found.push((unmatched, BTreeSet::new()));
            self.found.len() - 1
        });
        &mut self.found[index]
    }

    /// Adds a row of this course id.
    fn add(&mut self, problem: &Problem<'_>, course: &Arc<str>, row: &Score) {
        let (unmatched, courses) = self.entry(problem);
        unmatched.rows += 1;
        unmatched.first_source = Some(unmatched.first_source.map_or(row.source, |first| first.min(row.source)));
        unmatched.sources.push(row.source);
        // Rows come column by column, so that the course is mostly that of the row before.
        if unmatched.courses.last() != Some(course) && courses.insert(course.clone()) {
            unmatched.courses.push(course.clone());
        }
    }
}
