//! Who each user id of the sheet is.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use rayon::prelude::*;

use super::groups::CourseRows;
use super::register::Register;
use super::rows::Rows;
use crate::domain::{
    AliasTarget, CachedLogin, Directory, FindingCode, Identified, LoginState, PlannedStudent, Score, SentUser,
    SentUserIndex, SentUsers, Source, Suggestion, UserId, UserIdOrigin, identify_user,
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

/// A row, and what is known of its user id.
#[derive(Clone, Copy)]
pub(super) struct Row<'a> {
    /// The row.
    pub(super) score: &'a Score,
    /// What stands against its user id.
    pub(super) code: Option<FindingCode>,
    /// The user chose to ignore its id.
    pub(super) ignored: bool,
    /// Its other id columns name somebody else than its user id does.
    disagrees: bool,
}

/// What every pass over the rows asks of a user id. The people lie all over the memory, and these side by side.
#[derive(Clone, Copy, Default)]
struct Verdict {
    code: Option<FindingCode>,
    ignored: bool,
}

/// The user ids of a sheet, each looked up once.
pub(in crate::engine) struct People<'a> {
    users: &'a SentUsers,
    /// By place in `users`; `None` where none of the rows is about them.
    known: Vec<Option<Box<Person>>>,
    /// By place in `users`.
    verdicts: Vec<Verdict>,
    /// Rows whose other id columns name somebody else than their user id does.
    disagreeing: HashSet<Source>,
    disagreement: Option<(FindingCode, String)>,
}

impl<'a> People<'a> {
    /// Looks up every distinct user id of these rows.
    pub(super) fn identify(rows: &Rows<'a>, register: &Register<'_>) -> Self {
        let users = &rows.sheet.users;
        let mut first: Vec<Option<&Score>> = vec![None; users.count()];
        let mut with_other_ids = Vec::new();
        for score in rows.scores() {
            first[score.user.as_usize()].get_or_insert(score);
            if score.person().is_some_and(|person| !person.other_ids.is_empty()) {
                with_other_ids.push(score);
            }
        }
        // No id depends on another.
        let look_up = |first: Option<&Score>| first.map(|score| Box::new(look_up(users, score, register)));
        let known: Vec<Option<Box<Person>>> = first.into_par_iter().map(look_up).collect();
        let verdict = |person: &Option<Box<Person>>| {
            let known = person.as_deref();
            let code = known.and_then(|person| person.problem.as_ref()).map(|(code, _)| *code);
            Verdict { code, ignored: known.is_some_and(|person| person.ignored) }
        };
        let verdicts = known.iter().map(verdict).collect();
        let mut people = Self { users, known, verdicts, disagreeing: HashSet::new(), disagreement: None };
        let mut others = OtherIds::default();
        let disagree =
            |score: &&'a Score| people.at(score.user).is_some_and(|person| others.disagree(score, person, register));
        let disagreeing: HashSet<Source> =
            with_other_ids.into_iter().filter(disagree).map(|score| score.source).collect();
        let reason = "another id column of the row names a different person";
        people.disagreement = (!disagreeing.is_empty()).then(|| (FindingCode::IdsDisagree, reason.to_owned()));
        people.disagreeing = disagreeing;
        people
    }

    /// One of the rows that were looked up.
    pub(super) fn row<'s>(&self, score: &'s Score) -> Row<'s> {
        let Verdict { code, ignored } = self.verdicts[score.user.as_usize()];
        let disagrees = self.disagrees(score);
        let code = if disagrees { Some(FindingCode::IdsDisagree) } else { code };
        Row { score, code, ignored, disagrees }
    }

    /// How many people the sheet names, whether a row at hand is about them or not.
    pub(super) fn count(&self) -> usize {
        self.known.len()
    }

    fn at(&self, place: SentUserIndex) -> Option<&Person> {
        self.known[place.as_usize()].as_deref()
    }

    fn known(&self, sent: SentUser<'_>) -> Option<&Person> {
        self.users.find(sent).and_then(|place| self.at(place))
    }

    /// The people of one course's rows, by internal id; those who are not identified come last.
    pub(in crate::engine) fn of_rows(&self, rows: &CourseRows<'_>) -> Vec<PlannedStudent> {
        let places: HashSet<(SentUserIndex, bool)> =
            rows.scores().map(|score| (score.user, self.disagrees(score))).collect();
        let student = |(place, disagrees): (SentUserIndex, bool)| {
            let student = self.at(place)?.student.clone();
            Some(match self.disagreement.as_ref().filter(|_| disagrees) {
                Some((_, reason)) => PlannedStudent { user: None, found_by: reason.clone(), ..student },
                None => student,
            })
        };
        let mut students: Vec<PlannedStudent> = places.into_iter().filter_map(student).collect();
        students.sort_by(|one, other| {
            let order = |student: &PlannedStudent| (student.user.is_none(), student.user);
            order(one).cmp(&order(other)).then_with(|| one.sent_user().cmp(&other.sent_user()))
        });
        students
    }

    /// Whether this row's ids name different people. Such a row has no person, even where the same user id names one in
    /// other rows.
    pub(in crate::engine) fn disagrees(&self, score: &Score) -> bool {
        !self.disagreeing.is_empty() && self.disagreeing.contains(&score.source)
    }

    /// Whether this student stands for a row without a person ([`People::disagrees`]), and not for the person whom the
    /// same id names in other rows.
    pub(in crate::engine) fn stands_for_disagreement(&self, student: &PlannedStudent) -> bool {
        student.user.is_none() && self.known(student.sent_user()).is_some_and(|person| person.student.user.is_some())
    }

    /// Why the id names no person, or one whose cells must not be written.
    pub(in crate::engine) fn problem(&self, student: &PlannedStudent) -> Option<&(FindingCode, String)> {
        if self.stands_for_disagreement(student) {
            return self.disagreement.as_ref();
        }
        self.known(student.sent_user()).and_then(|person| person.problem.as_ref())
    }

    /// The place of this student's id in the sheet; `None` if no row has it.
    pub(in crate::engine) fn place_of(&self, student: &PlannedStudent) -> Option<SentUserIndex> {
        self.users.find(student.sent_user())
    }

    /// What stands against the row's user id, with the reason.
    pub(super) fn problem_of(&self, row: Row<'_>) -> Option<&(FindingCode, String)> {
        row.code?;
        if row.disagrees { self.disagreement.as_ref() } else { self.at(row.score.user)?.problem.as_ref() }
    }

    /// Whom this row is about, if that is known.
    pub(super) fn user_of(&self, row: Row<'_>) -> Option<UserId> {
        if row.disagrees { None } else { self.at(row.score.user)?.student.user }
    }

    /// Whether the user chose to ignore this id.
    pub(in crate::engine) fn ignores(&self, sent: SentUser<'_>) -> bool {
        self.known(sent).is_some_and(|person| person.ignored)
    }

    /// Whether the row's id names no person, or several.
    pub(super) fn is_nobody(&self, row: Row<'_>) -> bool {
        row.code.is_some() && !row.ignored && self.at(row.score.user).is_some_and(|one| one.student.user.is_none())
    }

    /// Notes whom this id may mean.
    pub(super) fn suggest(&mut self, sent: SentUser<'_>, suggestions: Vec<Suggestion>) {
        let place = self.users.find(sent);
        if let Some(person) = place.and_then(|place| self.known[place.as_usize()].as_mut()) {
            person.student.suggestions = suggestions.iter().map(|one| one.in_words().into()).collect();
            person.suggestions = suggestions;
        }
    }

    /// Whom this id may mean.
    pub(super) fn suggestions(&self, sent: SentUser<'_>) -> &[Suggestion] {
        self.known(sent).map_or(&[], |person| person.suggestions.as_slice())
    }

    /// Everybody who was identified.
    pub(super) fn identified(&self) -> impl Iterator<Item = &PlannedStudent> {
        self.known.iter().flatten().map(|person| &person.student).filter(|student| student.user.is_some())
    }

    /// Everybody, whether identified or not.
    pub(super) fn into_students(self) -> impl Iterator<Item = PlannedStudent> {
        self.known.into_iter().flatten().map(|person| person.student)
    }

    /// Every id that a look-up led to somebody beyond doubt, for the store to remember.
    pub(in crate::engine) fn identities(&self) -> impl Iterator<Item = (SentUser<'_>, UserId)> {
        let certain = self.known.iter().flatten().filter(|person| person.looked_up && person.problem.is_none());
        certain.filter_map(|person| Some((person.student.sent_user(), person.student.user?)))
    }
}

fn look_up(users: &SentUsers, score: &Score, register: &Register<'_>) -> Person {
    let SentUser { id: sent, kind, .. } = users.at(score.user);
    let origin = register.origin_of(kind);
    let describe = |user, found_by| describe(users, score, user, found_by, &register.directory);
    if register.aliases.user(origin, sent) == Some(&AliasTarget::Ignore) {
        let student = describe(None, "alias: ignored".to_owned());
        return Person { student, problem: None, ignored: true, suggestions: Vec::new(), looked_up: false };
    }
    let looked_up = register.aliases.user(origin, sent).is_none();
    match identified(sent, origin, register) {
        Identified::Found { id, by } => {
            let earlier = register.earlier(origin, sent).filter(|earlier| looked_up && *earlier != id);
            let problem = earlier.map(|earlier| {
                let merged = register.directory.heir(earlier) == Some(id);
                let since = if merged { ", who was merged into this person since" } else { "" };
                (FindingCode::IdentityMoved, format!("the id named somebody else at an earlier sync or push{since}"))
            });
            let student = describe(Some(id), by);
            Person { student, problem, ignored: false, suggestions: Vec::new(), looked_up }
        }
        Identified::Not { code, reason } => {
            let student = describe(None, reason.clone());
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

/// The other id columns of rows, each id looked up once.
#[derive(Default)]
struct OtherIds<'a>(HashMap<(UserIdOrigin, &'a str), Option<UserId>>);

impl<'a> OtherIds<'a> {
    /// Whether another id of the row leads to somebody else than this person, who was looked up. An id that names
    /// no person does not count.
    fn disagree(&mut self, score: &'a Score, person: &Person, register: &Register<'_>) -> bool {
        let Some(sent) = score.person() else { return false };
        let Person { student: PlannedStudent { user: Some(user), .. }, looked_up: true, .. } = person else {
            return false;
        };
        sent.other_ids.iter().any(|(origin, value)| {
            let other = self.0.entry((*origin, value)).or_insert_with(|| match identified(value, *origin, register) {
                Identified::Found { id, .. } => Some(id),
                Identified::Not { .. } => None,
            });
            other.is_some_and(|other| other != *user)
        })
    }
}

fn describe(
    users: &SentUsers,
    score: &Score,
    user: Option<UserId>,
    found_by: String,
    directory: &Directory,
) -> PlannedStudent {
    let SentUser { kind: sent_kind, row: sent_row, .. } = users.at(score.user);
    let cached = user.and_then(|user| directory.user(user));
    let logins = user.map_or(&[][..], |user| directory.logins(user));
    let in_use = || logins.iter().filter(|login| login.state != LoginState::Deleted);
    let shown = |read: fn(&CachedLogin) -> Option<&String>| in_use().find_map(read).cloned();
    PlannedStudent {
        sent_id: Arc::clone(users.shared_id(score.user)),
        sent_kind,
        sent_row,
        user,
        name: cached
            .map(|user| user.name.clone())
            .or_else(|| score.person().and_then(|person| person.name.as_deref().map(str::to_owned))),
        sent_name: None,
        sortable_name: cached.map(|user| user.sortable_name.clone()),
        sis_user_id: shown(|login| login.sis_user_id.as_ref()),
        login_id: shown(|login| login.unique_id.as_ref()),
        found_by,
        suggestions: Vec::new(),
    }
}
