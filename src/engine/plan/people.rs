//! Who each user id of the sheet is.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use super::part::CourseRows;
use crate::domain::{
    CachedLogin, Directory, FindingCode, Identified, PlannedStudent, Score, SentPerson, UserId, UserIdOrigin,
    identify_user,
};

/// One user id of the sheet.
struct Person {
    student: PlannedStudent,
    problem: Option<(FindingCode, String)>,
    ignored: bool,
}

/// The user ids of a sheet, each looked up once.
#[derive(Default)]
pub(super) struct People {
    by_id: HashMap<Arc<str>, Person>,
}

impl People {
    /// Looks up every distinct user id of these rows.
    pub(super) fn identify<'a>(
        scores: impl Iterator<Item = &'a Score>,
        directory: &Directory,
        origin: UserIdOrigin,
        moved: impl Fn(&str, UserId) -> bool,
    ) -> Self {
        let mut people = Self::default();
        for score in scores {
            if !people.by_id.contains_key(&score.user_id) {
                let person = look_up(score, directory, origin, &moved);
                people.by_id.insert(score.user_id.clone(), person);
            }
        }
        people
    }

    /// The people of one course's rows, by internal id; those who are not identified come last.
    pub(super) fn of_rows(&self, rows: &CourseRows<'_>) -> Vec<PlannedStudent> {
        let ids: HashSet<&Arc<str>> =
            rows.columns.iter().flat_map(|(_, scores)| scores.iter().map(|score| &score.user_id)).collect();
        let mut students: Vec<PlannedStudent> =
            ids.into_iter().filter_map(|id| self.by_id.get(id)).map(|person| person.student.clone()).collect();
        students.sort_by(|one, other| {
            (one.user.is_none(), one.user, &one.sent_id).cmp(&(other.user.is_none(), other.user, &other.sent_id))
        });
        students
    }

    /// Why this id leads to nobody, or may not be used.
    pub(super) fn problem(&self, sent_id: &str) -> Option<&(FindingCode, String)> {
        self.by_id.get(sent_id).and_then(|person| person.problem.as_ref())
    }

    /// Whether the user chose to ignore this id.
    pub(super) fn is_ignored(&self, sent_id: &str) -> bool {
        self.by_id.get(sent_id).is_some_and(|person| person.ignored)
    }

    /// How many ids lead to somebody, and how many there are.
    pub(super) fn resolved(&self) -> (usize, usize) {
        let resolved = self.by_id.values().filter(|person| person.student.user.is_some()).count();
        (resolved, self.by_id.len())
    }

    /// Every id that leads to somebody beyond doubt, for the store to remember.
    pub(super) fn identities(&self) -> impl Iterator<Item = (&str, UserId)> {
        let certain = self.by_id.values().filter(|person| person.problem.is_none());
        certain.filter_map(|person| Some((person.student.sent_id.as_ref(), person.student.user?)))
    }
}

fn look_up(
    score: &Score,
    directory: &Directory,
    origin: UserIdOrigin,
    moved: &impl Fn(&str, UserId) -> bool,
) -> Person {
    let (user, found_by, mut problem) = match identify_user(directory, origin, &score.user_id) {
        Identified::Found { id, by } => (Some(id), by, None),
        Identified::Not { code, reason } => (None, reason.clone(), Some((code, reason))),
    };
    if let (Some(user), Some(sent)) = (user, &score.person)
        && disagrees(directory, user, sent)
    {
        let reason = "another id column of the row names a different person".to_owned();
        return Person {
            student: describe(directory, score, None, reason.clone()),
            problem: Some((FindingCode::IdsDisagree, reason)),
            ignored: false,
        };
    }
    if let Some(user) = user
        && moved(&score.user_id, user)
    {
        problem =
            Some((FindingCode::IdentityMoved, "the id named somebody else at an earlier sync or push".to_owned()));
    }
    Person { student: describe(directory, score, user, found_by), problem, ignored: false }
}

/// Whether another id of the row leads to somebody else. An id that leads nowhere disagrees with nobody.
fn disagrees(directory: &Directory, user: UserId, sent: &SentPerson) -> bool {
    sent.other_ids.iter().any(|(origin, value)| match identify_user(directory, *origin, value) {
        Identified::Found { id, .. } => id != user,
        Identified::Not { .. } => false,
    })
}

fn describe(directory: &Directory, score: &Score, user: Option<UserId>, found_by: String) -> PlannedStudent {
    let cached = user.and_then(|user| directory.user(user));
    let logins = user.map_or(&[][..], |user| directory.logins(user));
    let shown = |read: fn(&CachedLogin) -> Option<&String>| logins.iter().find_map(read).cloned();
    PlannedStudent {
        sent_id: score.user_id.clone(),
        user,
        name: cached
            .map(|user| user.name.clone())
            .or_else(|| score.person.as_ref().and_then(|person| person.name.as_deref().map(str::to_owned))),
        sortable_name: cached.map(|user| user.sortable_name.clone()),
        sis_user_id: shown(|login| login.sis_user_id.as_ref()),
        login_id: shown(|login| login.unique_id.as_ref()),
        found_by,
        suggestions: Vec::new(),
    }
}
