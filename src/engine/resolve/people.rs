//! Who each user id of the sheet is.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use super::groups::CourseRows;
use super::register::Register;
use crate::domain::{
    AliasTarget, CachedLogin, Directory, FindingCode, Identified, LoginState, PlannedStudent, Score, SentPerson,
    Source, Suggestion, UserId, UserIdOrigin, identify_user,
};

/// One user id of the sheet.
struct Person {
    student: PlannedStudent,
    problem: Option<(FindingCode, String)>,
    ignored: bool,
    suggestions: Vec<Suggestion>,
    /// Found by looking the id up, and not by an alias.
    looked_up: bool,
}

/// The user ids of a sheet, each looked up once.
#[derive(Default)]
pub(in crate::engine) struct People {
    by_id: HashMap<Arc<str>, Person>,
    /// Rows whose other id columns name somebody else than their user id does.
    disagreeing: HashSet<Source>,
    disagreement: Option<(FindingCode, String)>,
}

impl People {
    /// Looks up every distinct user id of these rows.
    pub(super) fn identify<'a>(scores: impl Iterator<Item = &'a Score>, register: &Register<'_>) -> Self {
        let mut people = Self::default();
        for score in scores {
            if !people.by_id.contains_key(&score.user_id) {
                people.by_id.insert(score.user_id.clone(), look_up(score, register));
            }
            if let Some(sent) = &score.person
                && !sent.other_ids.is_empty()
                && let Some(Person { looked_up: true, student: PlannedStudent { user: Some(user), .. }, .. }) =
                    people.by_id.get(&score.user_id)
                && disagrees(register, *user, sent)
            {
                people.disagreeing.insert(score.source);
            }
        }
        let reason = "another id column of the row names a different person";
        people.disagreement = (!people.disagreeing.is_empty()).then(|| (FindingCode::IdsDisagree, reason.to_owned()));
        people
    }

    /// The people of one course's rows, by internal id; those who are not identified come last.
    pub(in crate::engine) fn of_rows(&self, rows: &CourseRows<'_>) -> Vec<PlannedStudent> {
        let scores = rows.columns.iter().flat_map(|(_, scores)| scores.iter());
        let ids: HashSet<(&Arc<str>, bool)> = scores.map(|score| (&score.user_id, self.disagrees(score))).collect();
        let student = |(id, disagrees): (&Arc<str>, bool)| {
            let student = self.by_id.get(id)?.student.clone();
            Some(match self.disagreement.as_ref().filter(|_| disagrees) {
                Some((_, reason)) => PlannedStudent { user: None, found_by: reason.clone(), ..student },
                None => student,
            })
        };
        let mut students: Vec<PlannedStudent> = ids.into_iter().filter_map(student).collect();
        students.sort_by(|one, other| {
            (one.user.is_none(), one.user, &one.sent_id).cmp(&(other.user.is_none(), other.user, &other.sent_id))
        });
        students
    }

    /// Whether this row's ids name different people. Such a row is nobody's, whoever its user id names in other rows.
    pub(in crate::engine) fn disagrees(&self, score: &Score) -> bool {
        !self.disagreeing.is_empty() && self.disagreeing.contains(&score.source)
    }

    /// Whether this is the nobody of [`People::disagrees`] and not the person whom the same id names in other rows.
    pub(in crate::engine) fn stands_for_disagreement(&self, student: &PlannedStudent) -> bool {
        student.user.is_none() && self.by_id.get(&student.sent_id).is_some_and(|person| person.student.user.is_some())
    }

    /// Why this person is nobody, or may not be used.
    pub(in crate::engine) fn problem(&self, student: &PlannedStudent) -> Option<&(FindingCode, String)> {
        if self.stands_for_disagreement(student) {
            return self.disagreement.as_ref();
        }
        self.by_id.get(&student.sent_id).and_then(|person| person.problem.as_ref())
    }

    /// What stands against the row's user id, with the reason.
    pub(super) fn problem_of(&self, score: &Score) -> Option<&(FindingCode, String)> {
        if self.disagrees(score) {
            return self.disagreement.as_ref();
        }
        self.by_id.get(&score.user_id).and_then(|person| person.problem.as_ref())
    }

    /// What stands against the row's user id.
    pub(super) fn code_of(&self, score: &Score) -> Option<FindingCode> {
        self.problem_of(score).map(|(code, _)| *code)
    }

    /// Whom this row is about, if that is known.
    pub(super) fn user_of(&self, score: &Score) -> Option<UserId> {
        if self.disagrees(score) { None } else { self.by_id.get(&score.user_id)?.student.user }
    }

    /// Whether the user chose to ignore this id.
    pub(super) fn is_ignored(&self, sent_id: &str) -> bool {
        self.by_id.get(sent_id).is_some_and(|person| person.ignored)
    }

    /// Whether this id leads to nobody, or to several people.
    pub(super) fn is_nobody(&self, sent_id: &str) -> bool {
        self.by_id.get(sent_id).is_some_and(|person| person.student.user.is_none() && !person.ignored)
    }

    /// Notes whom this id may mean.
    pub(super) fn suggest(&mut self, sent_id: &str, suggestions: Vec<Suggestion>) {
        if let Some(person) = self.by_id.get_mut(sent_id) {
            person.student.suggestions = suggestions.iter().map(|one| one.in_words().into()).collect();
            person.suggestions = suggestions;
        }
    }

    /// Whom this id may mean.
    pub(super) fn suggestions(&self, sent_id: &str) -> &[Suggestion] {
        self.by_id.get(sent_id).map_or(&[], |person| person.suggestions.as_slice())
    }

    /// Everybody who was identified.
    pub(super) fn identified(&self) -> impl Iterator<Item = &PlannedStudent> {
        self.by_id.values().map(|person| &person.student).filter(|student| student.user.is_some())
    }

    /// Every id that a look-up led to somebody beyond doubt, for the store to remember.
    pub(in crate::engine) fn identities(&self) -> impl Iterator<Item = (&str, UserId)> {
        let certain = self.by_id.values().filter(|person| person.looked_up && person.problem.is_none());
        certain.filter_map(|person| Some((person.student.sent_id.as_ref(), person.student.user?)))
    }
}

fn look_up(score: &Score, register: &Register<'_>) -> Person {
    let origin = register.settings.user_id_origin;
    if register.aliases.user(origin, &score.user_id) == Some(&AliasTarget::Ignore) {
        let student = describe(&register.directory, score, None, "alias: ignored".to_owned());
        return Person { student, problem: None, ignored: true, suggestions: Vec::new(), looked_up: false };
    }
    let looked_up = register.aliases.user(origin, &score.user_id).is_none();
    match identified(&score.user_id, origin, register) {
        Identified::Found { id, by } => {
            let earlier = register.earlier(&score.user_id).filter(|earlier| looked_up && *earlier != id);
            let problem = earlier.map(|earlier| {
                let merged = register.directory.heir(earlier) == Some(id);
                let since = if merged { ", who was merged into this person since" } else { "" };
                (FindingCode::IdentityMoved, format!("the id named somebody else at an earlier sync or push{since}"))
            });
            let student = describe(&register.directory, score, Some(id), by);
            Person { student, problem, ignored: false, suggestions: Vec::new(), looked_up }
        }
        Identified::Not { code, reason } => {
            let student = describe(&register.directory, score, None, reason.clone());
            Person { student, problem: Some((code, reason)), ignored: false, suggestions: Vec::new(), looked_up }
        }
    }
}

/// Looks one id up under an origin: aliases first.
pub(super) fn identified(sent: &str, origin: UserIdOrigin, register: &Register<'_>) -> Identified<UserId> {
    let directory = &register.directory;
    match register.aliases.user(origin, sent) {
        Some(AliasTarget::Canvas(ids)) => match ids.as_slice() {
            [id] if directory.user(UserId(*id)).is_some() => {
                Identified::Found { id: UserId(*id), by: PlannedStudent::BY_ALIAS.to_owned() }
            }
            [id] => match directory.heir(UserId(*id)) {
                Some(heir) => Identified::Not {
                    code: FindingCode::UserMerged,
                    reason: format!("its alias names user {id}, who was merged into user {heir}"),
                },
                None => Identified::Not {
                    code: FindingCode::UserUnresolved,
                    reason: format!("its alias names user {id}, who is not in the cache"),
                },
            },
            several => Identified::Not {
                code: FindingCode::UserAmbiguous,
                reason: format!("its alias names {} people", several.len()),
            },
        },
        Some(AliasTarget::Ignore) | None => identify_user(directory, origin, &register.settings.rules, sent),
    }
}

/// Whether another id of the row leads to somebody else. An id that leads nowhere disagrees with nobody.
fn disagrees(register: &Register<'_>, user: UserId, sent: &SentPerson) -> bool {
    sent.other_ids.iter().any(|(origin, value)| match identified(value, *origin, register) {
        Identified::Found { id, .. } => id != user,
        Identified::Not { .. } => false,
    })
}

fn describe(directory: &Directory, score: &Score, user: Option<UserId>, found_by: String) -> PlannedStudent {
    let cached = user.and_then(|user| directory.user(user));
    let logins = user.map_or(&[][..], |user| directory.logins(user));
    let in_use = || logins.iter().filter(|login| login.state != LoginState::Deleted);
    let shown = |read: fn(&CachedLogin) -> Option<&String>| in_use().find_map(read).cloned();
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
