//! The wrong origin: in the original connector it lost every grade in silence (`tegrity-connector §4`).

use std::collections::BTreeMap;

use super::courses::{CourseMeaning, meaning};
use super::people::identified;
use super::register::{Register, Resolved};
use crate::domain::{CourseIdOrigin, Finding, FindingCode, Identified, SentUser, Source, UserIdOrigin, shell_word};
use crate::engine::Settings;

/// How many rows would resolve under one combination of origins.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct OriginCount {
    /// What course ids would be taken for.
    pub course: CourseIdOrigin,
    /// What user ids would be taken for.
    pub user: UserIdOrigin,
    /// Rows whose course and person would both be identified.
    pub rows: u64,
}

/// How many rows would resolve under each combination; there is one only when the configured origins look wrong.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OriginTable {
    /// All selected rows that no alias ignores.
    pub rows: u64,
    /// Every combination: course origins in their order, within each the user origins in theirs.
    pub counts: Vec<OriginCount>,
    /// The combination that would resolve most.
    pub best: OriginCount,
    /// The flags of `connector edit`, or of a connector from the environment, that change to it.
    pub flags: String,
}

impl OriginTable {
    /// Counts, if less than half of the rows resolve; `None` also where no other combination resolves more.
    pub(super) fn of(resolved: &Resolved<'_>, register: &Register<'_>) -> Option<Self> {
        let configured = (register.settings.course_id_origin, register.settings.user_id_origin);
        let (mut rows, mut found) = (0_u64, 0_u64);
        for (column, places) in resolved.rows.columns() {
            let course = &column.key.course_id;
            if *resolved.courses.meaning(course) == CourseMeaning::Ignored {
                continue;
            }
            let problem = resolved.courses.problem(course);
            let scores = resolved.rows.sheet.scores_at(places);
            for row in scores.map(|score| resolved.people.row(score)).filter(|row| !row.ignored) {
                let code = problem.or(row.code);
                rows += 1;
                found += u64::from(code.is_none_or(|code| !is_unresolved(code)));
            }
        }
        if found * 2 >= rows {
            return None;
        }
        let mut counts = count(resolved, register);
        for count in &mut counts {
            if (count.course, count.user) == configured {
                count.rows = found;
            }
        }
        // Of equal ones the first: it changes least.
        let best = counts.iter().copied().fold(None::<OriginCount>, |best, one| match best {
            Some(best) if best.rows >= one.rows => Some(best),
            _ => Some(one),
        })?;
        let mut flags = Vec::new();
        if best.course != configured.0 {
            flags.push(format!("--course-id-origin {}", best.course));
        }
        if best.user != configured.1 {
            flags.push(format!("--user-id-origin {}", best.user));
        }
        (best.rows > found).then(|| Self { rows, counts, best, flags: flags.join(" ") })
    }
}

impl OriginTable {
    /// How to change to the best combination, for the connector of this title.
    pub fn mending(&self, title: &str) -> String {
        if title == Settings::FROM_ENVIRONMENT {
            format!("repeat the command with `{}` to change it", self.flags)
        } else {
            format!("`gradepush connector edit {} {}` changes it", shell_word(title), self.flags)
        }
    }
}

fn is_unresolved(code: FindingCode) -> bool {
    code.class() == Some(crate::domain::CellClass::Unresolved)
}

/// Looks every distinct id up under every origin, and counts the rows of each combination.
fn count(resolved: &Resolved<'_>, register: &Register<'_>) -> Vec<OriginCount> {
    let mut counts: Vec<OriginCount> = CourseIdOrigin::ALL
        .into_iter()
        .flat_map(|course| UserIdOrigin::ALL.into_iter().map(move |user| OriginCount { course, user, rows: 0 }))
        .collect();
    let mut users: Vec<Option<[bool; 3]>> = vec![None; resolved.people.count()];
    for (column, places) in resolved.rows.columns() {
        let course = CourseIdOrigin::ALL.map(|origin| {
            let meaning = meaning(&column.key.course_id, origin, register);
            !matches!(meaning, CourseMeaning::Not(..) | CourseMeaning::Ignored)
        });
        for score in resolved.rows.sheet.scores_at(places) {
            let user = *users[score.user.as_usize()].get_or_insert_with(|| {
                let SentUser { id, kind, .. } = resolved.rows.sheet.sent_user(score);
                let found = |origin| matches!(identified(id, origin, register), Identified::Found { .. });
                // A kind that the source says holds whatever the connector's origin is.
                kind.map_or_else(|| UserIdOrigin::ALL.map(found), |kind| [found(kind); 3])
            });
            let combinations = course.into_iter().flat_map(|course| user.into_iter().map(move |user| course && user));
            for (count, both) in counts.iter_mut().zip(combinations) {
                count.rows += u64::from(both);
            }
        }
    }
    counts
}

/// What there is to say about the connector's origins as a whole.
pub(in crate::engine) fn origin_findings(resolved: &Resolved<'_>, register: &Register<'_>) -> Vec<Finding> {
    let settings = register.settings;
    let mut findings = other_kinds(resolved, settings.user_id_origin);
    let elsewhere: u64 = findings.iter().map(|finding| finding.cells).sum();
    let needs_origin = elsewhere < resolved.rows.columns().map(|(_, places)| places.len() as u64).sum();
    let named = |people: &super::People<'_>| people.identified().next().is_some();
    let mut hidden = |shown: bool, kind: &str, origin: &str| {
        if !shown {
            let message = format!("the cache knows no {kind}'s {origin} id: the token may not be allowed to see them");
            findings.push(Finding::new(FindingCode::OriginNotVisible, message));
        }
    };
    let users_shown =
        !needs_origin || register.directory.shows_users_by(settings.user_id_origin) || named(&resolved.people);
    hidden(users_shown, "person", settings.user_id_origin.name());
    let aliased =
        || resolved.rows.sheet.columns.iter().any(|column| resolved.courses.named(&column.key.course_id).is_some());
    let courses_shown = register.directory.shows_courses_by(settings.course_id_origin) || aliased();
    hidden(courses_shown, "course", settings.course_id_origin.name());
    if let Some(table) = &resolved.origins {
        let listed: Vec<String> = table
            .counts
            .iter()
            .map(|one| format!("course {} and user {} {}", one.course, one.user, one.rows))
            .collect();
        let message = format!(
            "few of {} rows resolve as course {} and user {} ids; rows by origins: {}; {}",
            table.rows,
            settings.course_id_origin,
            settings.user_id_origin,
            listed.join(", "),
            table.mending(&settings.title)
        );
        findings.push(Finding::new(FindingCode::WrongOrigin, message));
    }
    findings
}

/// Says of each file whose rows are looked up as another kind of id than the connector's, which kind that is.
pub(super) fn other_kinds(resolved: &Resolved<'_>, origin: UserIdOrigin) -> Vec<Finding> {
    let sheet = resolved.rows.sheet;
    let mut kinds: BTreeMap<(u32, UserIdOrigin), (usize, Source)> = BTreeMap::new();
    for score in resolved.rows.scores() {
        let (kind, source) = (sheet.sent_user(score).kind, score.source);
        if let Some(kind) = kind.filter(|kind| *kind != origin) {
            let (rows, first) = kinds.entry((source.file, kind)).or_insert((0, source));
            *rows += 1;
            *first = (*first).min(source);
        }
    }
    let finding = |((file, kind), (rows, first)): ((u32, UserIdOrigin), (usize, Source))| {
        let name = sheet.files.get(file as usize).map_or("?", |file| file.name.as_ref());
        let rows_are = if rows == 1 { "1 row is".to_owned() } else { format!("{rows} rows are") };
        let message =
            format!("{name}: {rows_are} looked up as {}: the file has no {} for them", id_name(kind), id_name(origin));
        Finding::new(FindingCode::LookedUpAs, message).at(&[first]).touching(rows)
    };
    kinds.into_iter().map(finding).collect()
}

fn id_name(origin: UserIdOrigin) -> &'static str {
    match origin {
        UserIdOrigin::Internal => "internal id",
        UserIdOrigin::Sis => "SIS id",
        UserIdOrigin::Login => "login",
    }
}
