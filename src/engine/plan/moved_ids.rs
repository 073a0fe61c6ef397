//! Ids that belong to somebody else by now. Who an id means is looked up in the cache, and an institution may give an id to
//! another person after the sync; what Canvas shows beside the cells tells (design, promise 7).

use std::collections::HashMap;

use crate::canvas::{Enrollment, Visible};
use crate::domain::{Directory, LoginState, PlannedStudent, UserId, UserIdOrigin};
use crate::engine::live::Grid;

/// The ids of people as Canvas shows them now.
#[derive(Debug, Default)]
pub(super) struct ShownIds {
    sis: HashMap<UserId, Visible<String>>,
    login: HashMap<UserId, Visible<String>>,
}

impl ShownIds {
    /// Takes what a list of enrollments shows.
    pub(super) fn add(&mut self, enrollments: &[Enrollment]) {
        for one in enrollments {
            if !one.sis_user_id.is_hidden() {
                self.sis.insert(one.user_id, one.sis_user_id.clone());
            }
            if let Some(person) = one.user.as_ref().filter(|person| !person.login_id.is_hidden()) {
                self.login.insert(one.user_id, person.login_id.clone());
            }
        }
    }

    /// Those whose id led to them by the cache, while Canvas shows another one.
    pub(super) fn moved<'a>(
        &self,
        grid: &Grid,
        students: impl Iterator<Item = &'a PlannedStudent>,
        origin: UserIdOrigin,
        directory: &Directory,
    ) -> HashMap<UserId, &'static str> {
        let hidden = Visible::Hidden;
        let moved = |(kind, user): (Option<UserIdOrigin>, UserId)| {
            let logins = || directory.logins(user).iter().filter(|login| login.state != LoginState::Deleted);
            let (shown, is_known, reason): (_, &dyn Fn(&str) -> bool, _) = match kind.unwrap_or(origin) {
                UserIdOrigin::Internal => return None,
                UserIdOrigin::Sis => (
                    self.sis.get(&user).unwrap_or_else(|| grid.sis_id(user)),
                    &|shown| logins().any(|login| login.sis_user_id.as_deref() == Some(shown)),
                    "Canvas shows another SIS id for this person than at the sync",
                ),
                UserIdOrigin::Login => (
                    self.login.get(&user).unwrap_or(&hidden),
                    &|shown| {
                        let is_shown = |text: &String| text.to_lowercase() == shown.to_lowercase();
                        logins().any(|login| login.unique_id.as_ref().is_some_and(is_shown))
                    },
                    "Canvas shows another login for this person than at the sync",
                ),
            };
            // A person may have several logins, and Canvas shows one of them.
            let is_another = match shown {
                Visible::Hidden => false,
                Visible::Nothing => logins().count() == 1,
                Visible::Value(shown) => !is_known(shown),
            };
            is_another.then_some((user, reason))
        };
        let looked_up = students.filter(|student| student.is_looked_up());
        looked_up.filter_map(|student| Some((student.sent_kind, student.user?))).filter_map(moved).collect()
    }
}
