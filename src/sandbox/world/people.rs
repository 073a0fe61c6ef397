//! Users and their logins (Canvas: pseudonyms).

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::by_id::Keyed;
use super::state::World;

/// A person.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub(crate) struct User {
    pub(crate) id: i64,
    pub(crate) name: String,
    pub(crate) sortable_name: String,
    pub(crate) email: Option<String>,
    pub(crate) created_at: Option<Timestamp>,
    pub(crate) logins: Vec<Login>,
    /// Never accepted an invitation: the login and e-mail stay hidden, even from admins.
    pub(crate) unconfirmed: bool,
}

/// One login of a person; a person may have several.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub(crate) struct Login {
    pub(crate) id: i64,
    pub(crate) unique_id: String,
    pub(crate) sis_user_id: Option<String>,
    pub(crate) integration_id: Option<String>,
    pub(crate) suspended: bool,
    pub(crate) deleted: bool,
}

impl Login {
    /// `active`, `suspended` or `deleted`.
    pub(crate) fn state(&self) -> &'static str {
        match (self.deleted, self.suspended) {
            (true, _) => "deleted",
            (false, true) => "suspended",
            (false, false) => "active",
        }
    }
}

impl User {
    /// The one login that user JSON shows: the first that is not deleted.
    pub(crate) fn shown_login(&self) -> Option<&Login> {
        self.logins.iter().find(|login| !login.deleted)
    }

    /// `Robot, Grade` for `Grade Robot`, unless the world says otherwise.
    pub(crate) fn sortable_name(&self) -> String {
        if !self.sortable_name.is_empty() {
            return self.sortable_name.clone();
        }
        match self.name.rsplit_once(' ') {
            Some((first, last)) => format!("{last}, {first}"),
            None => self.name.clone(),
        }
    }
}

impl User {
    /// First and last name, as the sortable name has them.
    pub(crate) fn first_and_last_name(&self) -> (String, String) {
        match self.sortable_name().split_once(", ") {
            Some((last, first)) => (first.to_owned(), last.to_owned()),
            None => (self.name.clone(), String::new()),
        }
    }
}

impl Keyed for User {
    fn key(&self) -> i64 {
        self.id
    }
}

impl World {
    /// Gives two people each other's logins, SIS ids included: an institution has handed their ids on.
    pub fn swap_logins(&mut self, one: i64, other: i64) {
        let take = |world: &mut Self, id: i64| world.users.get_mut(&id).map(|user| std::mem::take(&mut user.logins));
        let (ones, others) = (take(self, one), take(self, other));
        for (id, logins) in [(one, others), (other, ones)] {
            if let (Some(user), Some(logins)) = (self.users.get_mut(&id), logins) {
                user.logins = logins;
            }
        }
    }
}
