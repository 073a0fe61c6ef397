//! Who is in a load, and which of the persons whom Canvas shows in several places counts.

use std::collections::btree_map::Entry;
use std::collections::{BTreeMap, HashSet};

use super::refused::RefusedCourse;
use crate::canvas::{Enrollment, Person, UserRef};
use crate::domain::{CachedLogin, CachedUser, LoginState, UserId};
use crate::engine::EngineError;
use crate::store::CacheLoad;

/// Who was added already and under which ids, and what Canvas refused to show.
///
/// Lists are read side by side, and what comes first is chance. So the persons of rosters wait until all is read
/// ([`Seen::settle`]): the account's list of people goes before rosters, and a course before those after it.
#[derive(Default)]
pub(super) struct Seen {
    /// What Canvas refused to show, in the order of the courses.
    pub(super) refused: Vec<RefusedCourse>,
    users: HashSet<UserId>,
    /// In lower case.
    logins: HashSet<String>,
    sis: HashSet<String>,
    /// Persons of rosters, with the place of the course that showed them.
    waiting: BTreeMap<UserId, (usize, CachedUser, Option<CachedLogin>)>,
    /// With the place of the course.
    refused_by_course: Vec<(usize, RefusedCourse)>,
}

impl Seen {
    /// Notes somebody who came with all of their logins, to whom lists have nothing to add.
    pub(super) fn add(&mut self, user: UserId) {
        self.users.insert(user);
    }

    /// Whether this id is in the load already.
    pub(super) fn shows(&self, user: &UserRef) -> bool {
        match user {
            UserRef::Own => true,
            UserRef::Id(id) => self.users.contains(id),
            UserRef::Sis(id) => self.sis.contains(id),
            UserRef::Login(login) => self.logins.contains(&login.to_lowercase()),
        }
    }

    /// Adds a person to the load who is not in it yet.
    pub(super) fn add_person(&mut self, load: &CacheLoad, person: &Person) -> Result<(), EngineError> {
        self.waiting.remove(&person.id);
        let (user, login) = cached(person);
        self.add_cached(load, &user, login)
    }

    fn add_cached(
        &mut self,
        load: &CacheLoad,
        user: &CachedUser,
        login: Option<CachedLogin>,
    ) -> Result<(), EngineError> {
        if !self.users.insert(user.id) {
            return Ok(());
        }
        load.add_user(user)?;
        if let Some(login) = login {
            load.add_login(&login)?;
            self.logins.extend(login.unique_id.map(|login| login.to_lowercase()));
            self.sis.extend(login.sis_user_id);
        }
        Ok(())
    }

    /// Notes the persons of a roster, of the course at this place.
    pub(super) fn meet(&mut self, place: usize, roster: &[Enrollment]) {
        for person in roster.iter().filter_map(|one| one.user.as_ref()) {
            if self.users.contains(&person.id) {
                continue;
            }
            match self.waiting.entry(person.id) {
                Entry::Occupied(known) if known.get().0 <= place => {}
                entry => {
                    let (user, login) = cached(person);
                    entry.insert_entry((place, user, login));
                }
            }
        }
    }

    /// Notes what Canvas refused to show of the course at this place.
    pub(super) fn refuse(&mut self, place: usize, refused: impl IntoIterator<Item = RefusedCourse>) {
        self.refused_by_course.extend(refused.into_iter().map(|one| (place, one)));
    }

    /// Adds the persons of rosters whom no list showed. To be called when all that is read side by side is read.
    pub(super) fn settle(&mut self, load: &CacheLoad) -> Result<(), EngineError> {
        for (_, user, login) in std::mem::take(&mut self.waiting).into_values() {
            self.add_cached(load, &user, login)?;
        }
        self.refused_by_course.sort_by_key(|(place, _)| *place);
        self.refused.extend(self.refused_by_course.drain(..).map(|(_, refused)| refused));
        Ok(())
    }
}

/// A person as the cache has them, with the one login that lists show.
fn cached(person: &Person) -> (CachedUser, Option<CachedLogin>) {
    let user = CachedUser {
        id: person.id,
        name: person.name.clone(),
        sortable_name: person.sortable_name.clone(),
        email: person.email.as_option().cloned(),
    };
    let unique_id = person.login_id.as_option().cloned();
    let sis_user_id = person.sis_user_id.as_option().cloned();
    let is_shown = unique_id.is_some() || sis_user_id.is_some();
    (user, is_shown.then_some(CachedLogin { user: person.id, unique_id, sis_user_id, state: LoginState::Active }))
}
