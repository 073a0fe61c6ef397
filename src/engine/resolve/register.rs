//! Everything that decides what an id means, and the rows resolved by it.

use std::collections::HashMap;

use jiff::civil::Date;

use super::courses::Courses;
use super::groups::{Groups, Rosters, group};
use super::origins::OriginTable;
use super::people::People;
use super::rows::Rows;
use super::suggest::suggest_people;
use crate::domain::{Aliases, Directory, ScoreSheet, UserId, UserIdOrigin};
use crate::engine::{EngineError, Selection, Settings};
use crate::store::Store;

/// What decides what an id means: the cache, the aliases that hold today, the connector's rules, and what ids have meant
/// before.
pub struct Register<'a> {
    pub(in crate::engine) settings: &'a Settings,
    pub(in crate::engine) directory: Directory,
    pub(super) aliases: Aliases,
    /// For each kind of id, what it named.
    remembered: [HashMap<String, UserId>; 3],
}

impl<'a> Register<'a> {
    /// Loads it. A cache that was never filled is an error.
    pub fn load(store: &Store, settings: &'a Settings, today: Date) -> Result<Self, EngineError> {
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

/// The rows of a sheet, resolved.
pub(in crate::engine) struct Resolved<'a> {
    pub(in crate::engine) people: People<'a>,
    pub(in crate::engine) groups: Groups<'a>,
    pub(super) courses: Courses,
    /// Where the configured origins look wrong: what others would resolve.
    pub(super) origins: Option<OriginTable>,
    pub(super) rows: Rows<'a>,
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
        let rows = Rows::select(sheet, register, selection, &courses)?;
        let people = People::identify(&rows, register);
        let mut rosters = Rosters::new(register, store);
        let groups = group(&rows, &people, &mut courses, &mut rosters)?;
        let mut resolved = Self { people, groups, courses, origins: None, rows };
        resolved.origins = OriginTable::of(&resolved, register);
        // Under a wrong origin hardly any id is found. Then another origin helps, and similar names do not.
        if resolved.origins.is_none() {
            let Self { people, courses, rows, .. } = &mut resolved;
            suggest_people(people, rows, courses, &mut rosters)?;
        }
        Ok(resolved)
    }
}
