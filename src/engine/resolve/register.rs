//! Everything that decides what an id means, and the rows resolved by it.

use std::collections::{HashMap, HashSet};

use jiff::civil::Date;

use super::courses::Courses;
use super::groups::{Groups, Rosters, group};
use super::origins::OriginTable;
use super::people::{People, Row};
use super::suggest::suggest_people;
use crate::domain::{Aliases, Column, Directory, Score, ScoreSheet, UserId, UserIdOrigin};
use crate::engine::{EngineError, Selection, Settings};
use crate::store::Store;

/// The cache, the aliases that hold today, the connector's rules, and what ids have meant before.
pub(in crate::engine) struct Register<'a> {
    pub(in crate::engine) settings: &'a Settings,
    pub(in crate::engine) directory: Directory,
    pub(super) aliases: Aliases,
    /// For each kind of id, what it named.
    remembered: [HashMap<String, UserId>; 3],
}

impl<'a> Register<'a> {
    /// Loads it. A cache that was never filled is an error.
    pub(in crate::engine) fn load(store: &Store, settings: &'a Settings, today: Date) -> Result<Self, EngineError> {
        let host = &settings.host;
        if !store.has_cache(host)? {
            return Err(EngineError::NoCache(host.clone()));
        }
        Ok(Self {
            settings,
            directory: store.directory(host)?,
            aliases: Aliases::holding_on(store.aliases(host)?, today),
            remembered: [
                store.remembered_identities(host, UserIdOrigin::Internal)?,
                store.remembered_identities(host, UserIdOrigin::Sis)?,
                store.remembered_identities(host, UserIdOrigin::Login)?,
            ],
        })
    }

    /// Whom the id named at an earlier sync or push.
    pub(super) fn earlier(&self, origin: UserIdOrigin, sent: &str) -> Option<UserId> {
        let remembered = &self.remembered[origin as usize];
        let earlier = match origin {
            UserIdOrigin::Login => remembered.get(&sent.to_lowercase()),
            UserIdOrigin::Internal | UserIdOrigin::Sis => remembered.get(sent),
        };
        earlier.copied()
    }

    /// As which kind an id is looked up: as what its source says it is, else by the connector's origin.
    pub(super) fn origin_of(&self, kind: Option<UserIdOrigin>) -> UserIdOrigin {
        kind.unwrap_or(self.settings.user_id_origin)
    }
}

/// The rows of a sheet, resolved: all of the courses that have a selected one, because what contradicts a selected row
/// may stand in another.
pub(in crate::engine) struct Resolved<'a> {
    pub(in crate::engine) people: People,
    pub(in crate::engine) groups: Groups<'a>,
    pub(super) courses: Courses,
    /// Where the configured origins look wrong: what others would resolve.
    pub(super) origins: Option<OriginTable>,
    /// The rows, column by column, as in [`ScoreSheet::columns`]; `None` where nothing of its course is selected.
    pub(super) rows: Vec<Option<Vec<Row<'a>>>>,
}

impl<'a> Resolved<'a> {
    /// Where the configured origins look wrong: what others would resolve.
    pub(in crate::engine) fn origins(&self) -> Option<&OriginTable> {
        self.origins.as_ref()
    }

    /// Looks every distinct id up once and groups the rows by course.
    pub(in crate::engine) fn of(
        register: &Register<'_>,
        store: &Store,
        sheet: &'a ScoreSheet,
        selection: &Selection,
    ) -> Result<Self, EngineError> {
        let mut courses = Courses::identify(sheet, register);
        let rows = selected_rows(sheet, register, selection, &courses)?;
        let (people, rows) = People::identify(rows, register);
        let mut rosters = Rosters::new(register, store);
        let groups = group(sheet, &rows, &people, &mut courses, &mut rosters)?;
        let mut resolved = Self { people, groups, courses, origins: None, rows };
        resolved.origins = OriginTable::of(&resolved, sheet, register);
        // Under a wrong origin hardly any id is found. Then another origin helps, and similar names do not.
        if resolved.origins.is_none() {
            let Self { people, courses, rows, .. } = &mut resolved;
            suggest_people(people, sheet, rows, courses, &mut rosters)?;
        }
        Ok(resolved)
    }
}

/// All rows of the courses of which a row, or a column without rows, is selected.
fn selected_rows<'a>(
    sheet: &'a ScoreSheet,
    register: &Register<'_>,
    selection: &Selection,
    courses: &Courses,
) -> Result<Vec<Option<Vec<&'a Score>>>, EngineError> {
    let selected = selection.on(&register.directory, register.settings.course_id_origin);
    let mut unmet = selected.unmet();
    let (mut in_course, mut chosen) = (Vec::new(), Vec::new());
    for column in &sheet.columns {
        let title = column.item.as_ref().map(|(item, _)| item.title.as_ref());
        let course = courses.named(&column.key.course_id);
        unmet.meet_column(&column.key, title, course);
        in_course.push(selected.has_course(&column.key, course));
        chosen.push(selected.has_column(&column.key, title, course));
    }
    let mut has_row = vec![!selected.chooses_people(); sheet.columns.len()];
    for score in &sheet.scores {
        unmet.meet_user(&score.user_id);
        let has_row = &mut has_row[score.column as usize];
        *has_row = *has_row || selected.has_user(&score.user_id);
    }
    unmet.finish()?;
    let (mut sent, mut meant) = (HashSet::new(), HashSet::new());
    for (place, column) in sheet.columns.iter().enumerate() {
        if chosen[place] && has_row[place] && sent.insert(&column.key.course_id) {
            meant.extend(courses.meaning(&column.key.course_id).courses());
        }
    }
    let is_read = |(place, column): (usize, &Column)| {
        let course_id = &column.key.course_id;
        let is_met = || courses.meaning(course_id).courses().iter().any(|course| meant.contains(course));
        (in_course[place] && (sent.contains(course_id) || is_met())).then(Vec::new)
    };
    let mut rows: Vec<Option<Vec<&Score>>> = sheet.columns.iter().enumerate().map(is_read).collect();
    for score in &sheet.scores {
        if let Some(rows) = &mut rows[score.column as usize] {
            rows.push(score);
        }
    }
    Ok(rows)
}
