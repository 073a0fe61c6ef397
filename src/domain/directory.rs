//! The directory: what the cache knows of a Canvas, indexed for resolving ids offline.

use std::collections::HashSet;
use std::collections::hash_map::{self, Entry};
use std::sync::OnceLock;

use foldhash::fast::RandomState;

use super::{
    CachedCourse, CachedLogin, CachedSection, CachedUser, CourseId, CourseIdOrigin, LoginState, UserId, UserIdOrigin,
};

/// A map whose keys are met by the hundred thousand.
type HashMap<Key, Value> = hash_map::HashMap<Key, Value, RandomState>;

/// People and courses of one Canvas, indexed by every kind of id. Enrollments are read course by course.
#[derive(Debug, Default)]
pub struct Directory {
    users: HashMap<UserId, CachedUser>,
    logins: HashMap<UserId, Vec<CachedLogin>>,
    by_id: ById,
    /// Into whom people were merged.
    heirs: HashMap<UserId, UserId>,
    courses: HashMap<CourseId, CachedCourse>,
    courses_by_sis: HashMap<String, Vec<CourseId>>,
    sections_by_sis: HashMap<String, Vec<CachedSection>>,
    moved_sections: HashMap<CourseId, Vec<CachedSection>>,
    /// Ids that no list showed, and that Canvas was asked for alone; logins in lower case.
    found_users: HashSet<(UserIdOrigin, String)>,
    /// It holds no more than the courses of the token's own user.
    own_courses_only: bool,
}

/// People by the ids of their logins. Each index is built when somebody asks: mostly one kind of id is.
#[derive(Debug, Default)]
struct ById {
    sis: OnceLock<Owners>,
    login: OnceLock<Owners>,
    folded_sis: OnceLock<Owners>,
    /// Ids of deleted logins: they name nobody, and explain why.
    deleted_sis: OnceLock<Owners>,
    deleted_login: OnceLock<Owners>,
}

/// Whose each id is, in order of internal ids.
type Owners = HashMap<String, Vec<UserId>>;

impl Directory {
    /// Makes room for so many people.
    pub fn reserve(&mut self, people: usize) {
        self.users.reserve(people);
        self.logins.reserve(people);
    }

    /// Adds a person.
    pub fn add_user(&mut self, user: CachedUser) {
        self.users.insert(user.id, user);
    }

    /// Adds a login. Deleted logins name nobody, but are kept to explain why an id leads nowhere.
    pub fn add_login(&mut self, login: CachedLogin) {
        self.by_id = ById::default();
        match self.logins.entry(login.user) {
            // Nearly everybody has one, and a list that grows by itself begins with room for four.
            Entry::Vacant(new) => {
                new.insert(vec![login]);
            }
            Entry::Occupied(known) => known.into_mut().push(login),
        }
    }

    /// Notes that somebody was merged into somebody else.
    pub fn add_merge(&mut self, merged: UserId, into: UserId) {
        self.heirs.insert(merged, into);
    }

    /// Adds a course; deleted ones resolve to nothing and need not be added.
    pub fn add_course(&mut self, course: CachedCourse) {
        if let Some(sis) = &course.sis_course_id {
            add_once(self.courses_by_sis.entry(sis.clone()).or_default(), course.id);
        }
        self.courses.insert(course.id, course);
    }

    /// Adds a section.
    pub fn add_section(&mut self, section: CachedSection) {
        if let Some(from) = section.cross_listed_from {
            self.moved_sections.entry(from).or_default().push(section.clone());
        }
        if let Some(sis) = &section.sis_section_id {
            self.sections_by_sis.entry(sis.clone()).or_default().push(section);
        }
    }

    /// Adds a person who is not there yet.
    pub fn add_user_if_new(&mut self, user: CachedUser) {
        self.users.entry(user.id).or_insert(user);
    }

    /// Adds a course that is not there yet.
    pub fn add_course_if_new(&mut self, course: CachedCourse) {
        if !self.courses.contains_key(&course.id) {
            self.add_course(course);
        }
    }

    /// Adds what Canvas said when it was asked for this id alone: whose it is.
    pub fn add_found_user(&mut self, origin: UserIdOrigin, id: String, user: UserId) {
        self.found_users.insert((origin, matched(origin, &id)));
        let (unique_id, sis_user_id) = match origin {
            UserIdOrigin::Internal => return,
            UserIdOrigin::Sis => (None, Some(id)),
            UserIdOrigin::Login => (Some(id), None),
        };
        self.add_login(CachedLogin { user, unique_id, sis_user_id, state: LoginState::Active });
    }

    /// Adds what Canvas said when it was asked for this id alone: which course it names.
    pub fn add_found_course(&mut self, origin: CourseIdOrigin, id: String, course: CourseId) {
        if origin == CourseIdOrigin::Sis {
            add_once(self.courses_by_sis.entry(id).or_default(), course);
        }
    }

    /// Whether Canvas was asked for this person's id alone, because no list shows it.
    pub fn was_found(&self, origin: UserIdOrigin, id: &str) -> bool {
        !self.found_users.is_empty() && self.found_users.contains(&(origin, matched(origin, id)))
    }

    /// Notes whether it holds no more than the courses of the token's own user.
    pub fn set_own_courses_only(&mut self, only: bool) {
        self.own_courses_only = only;
    }

    /// Whether it holds no more than the courses of the token's own user: an id that is not in it may be somebody's.
    pub fn own_courses_only(&self) -> bool {
        self.own_courses_only
    }

    /// Whether a list shows an id of this kind of this person.
    pub fn lists_id_of(&self, user: UserId, origin: UserIdOrigin) -> bool {
        self.logins(user).iter().any(|login| is_in_use(login) && self.is_listed(login, origin))
    }

    fn is_listed(&self, login: &CachedLogin, origin: UserIdOrigin) -> bool {
        let id = match origin {
            UserIdOrigin::Internal => return true,
            UserIdOrigin::Sis => &login.sis_user_id,
            UserIdOrigin::Login => &login.unique_id,
        };
        id.as_ref().is_some_and(|id| !self.was_found(origin, id))
    }

    /// The person with this internal id.
    pub fn user(&self, id: UserId) -> Option<&CachedUser> {
        self.users.get(&id)
    }

    /// The person whom this one was merged into, if a sync saw that.
    pub fn heir(&self, merged: UserId) -> Option<UserId> {
        self.heirs.get(&merged).copied()
    }

    /// The people with this SIS id, matched exactly.
    pub fn users_by_sis(&self, text: &str) -> &[UserId] {
        owners(self.by_id.sis.get_or_init(|| self.owners(is_in_use, sis_of)), text)
    }

    /// The people with this login, whatever the letter case (`canvas-contract §B2`).
    pub fn users_by_login(&self, text: &str) -> &[UserId] {
        owners(self.by_id.login.get_or_init(|| self.owners(is_in_use, folded_login_of)), &text.to_lowercase())
    }

    /// The people with this SIS id, whatever the letter case: only where a rule asks for it.
    pub fn users_by_folded_sis(&self, text: &str) -> &[UserId] {
        owners(self.by_id.folded_sis.get_or_init(|| self.owners(is_in_use, folded_sis_of)), &text.to_lowercase())
    }

    /// The people whose deleted logins had this id as this kind.
    pub fn formerly(&self, origin: UserIdOrigin, text: &str) -> &[UserId] {
        let by_id = &self.by_id;
        match origin {
            UserIdOrigin::Internal => &[],
            UserIdOrigin::Sis => owners(by_id.deleted_sis.get_or_init(|| self.owners(is_deleted, sis_of)), text),
            UserIdOrigin::Login => {
                let deleted = by_id.deleted_login.get_or_init(|| self.owners(is_deleted, folded_login_of));
                owners(deleted, &text.to_lowercase())
            }
        }
    }

    /// Indexes the logins of a state by one of their ids.
    fn owners(&self, has_state: fn(&CachedLogin) -> bool, id: fn(&CachedLogin) -> Option<String>) -> Owners {
        let logins = || self.logins.values().flatten().filter(|login| has_state(login));
        let mut owners = Owners::with_capacity_and_hasher(logins().count(), RandomState::default());
        for login in logins() {
            let Some(id) = id(login) else { continue };
            match owners.entry(id) {
                Entry::Vacant(new) => {
                    new.insert(vec![login.user]);
                }
                Entry::Occupied(known) => {
                    let known = known.into_mut();
                    if let Err(place) = known.binary_search(&login.user) {
                        known.insert(place, login.user);
                    }
                }
            }
        }
        owners
    }

    /// Whether any person's id of this kind is known: a token may be allowed to see none.
    pub fn shows_users_by(&self, origin: UserIdOrigin) -> bool {
        let mut in_use = self.logins.values().flatten().filter(|login| is_in_use(login));
        origin == UserIdOrigin::Internal || in_use.any(|login| self.is_listed(login, origin))
    }

    /// Whether any course's id of this kind is known.
    pub fn shows_courses_by(&self, origin: CourseIdOrigin) -> bool {
        origin == CourseIdOrigin::Internal || !self.courses_by_sis.is_empty()
    }

    /// All logins of a person.
    pub fn logins(&self, id: UserId) -> &[CachedLogin] {
        self.logins.get(&id).map_or(&[], Vec::as_slice)
    }

    /// The course with this internal id.
    pub fn course(&self, id: CourseId) -> Option<&CachedCourse> {
        self.courses.get(&id)
    }

    /// The courses with this SIS id, matched exactly.
    pub fn courses_by_sis(&self, text: &str) -> &[CourseId] {
        self.courses_by_sis.get(text).map_or(&[], Vec::as_slice)
    }

    /// The sections with this SIS id, matched exactly.
    pub fn sections_by_sis(&self, text: &str) -> &[CachedSection] {
        self.sections_by_sis.get(text).map_or(&[], Vec::as_slice)
    }

    /// The sections that were cross-listed away from this course.
    pub fn sections_moved_from(&self, course: CourseId) -> &[CachedSection] {
        self.moved_sections.get(&course).map_or(&[], Vec::as_slice)
    }

    /// Everybody.
    pub fn users(&self) -> impl Iterator<Item = &CachedUser> {
        self.users.values()
    }

    /// Every course.
    pub fn courses(&self) -> impl Iterator<Item = &CachedCourse> {
        self.courses.values()
    }
}

/// An id as it is compared: logins whatever the letter case (`canvas-contract §B2`).
fn matched(origin: UserIdOrigin, id: &str) -> String {
    if origin == UserIdOrigin::Login { id.to_lowercase() } else { id.to_owned() }
}

fn owners<'a>(of_ids: &'a Owners, text: &str) -> &'a [UserId] {
    of_ids.get(text).map_or(&[], Vec::as_slice)
}

fn is_in_use(login: &CachedLogin) -> bool {
    login.state != LoginState::Deleted
}

fn is_deleted(login: &CachedLogin) -> bool {
    login.state == LoginState::Deleted
}

fn sis_of(login: &CachedLogin) -> Option<String> {
    login.sis_user_id.clone()
}

fn folded_sis_of(login: &CachedLogin) -> Option<String> {
    Some(login.sis_user_id.as_ref()?.to_lowercase())
}

fn folded_login_of(login: &CachedLogin) -> Option<String> {
    Some(login.unique_id.as_ref()?.to_lowercase())
}

fn add_once<T: PartialEq>(list: &mut Vec<T>, one: T) {
    if !list.contains(&one) {
        list.push(one);
    }
}
