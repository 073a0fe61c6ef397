//! Who each user id of the sheet is.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use super::groups::CourseRows;
use super::register::Register;
use crate::domain::{
    AliasTarget, CachedLogin, Directory, FindingCode, Identified, LoginState, PlannedStudent, Score, SentUser, Source,
    Suggestion, UserId, UserIdOrigin, identify_user,
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

/// A row, and who its user id is. A term has millions of rows, so each distinct id is looked up once, and a row carries
/// what every pass over the rows asks: the people lie all over the memory, and the rows one after another.
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
    /// The place of its user id among the distinct ones.
    person: u32,
}

/// What every row with the same user id has in common.
#[derive(Clone, Copy)]
struct Known {
    code: Option<FindingCode>,
    ignored: bool,
    person: u32,
}

impl Row<'_> {
    /// The place of its user id among the distinct ones, which are fewer than the rows.
    pub(super) fn place(self) -> usize {
        self.person as usize
    }
}

/// The user ids of a sheet, each looked up once.
#[derive(Default)]
pub(in crate::engine) struct People {
    distinct: Vec<Person>,
    places: Places,
    /// Rows whose other id columns name somebody else than their user id does.
    disagreeing: HashSet<Source>,
    disagreement: Option<(FindingCode, String)>,
}

/// The place of each person among the distinct ones.
#[derive(Default)]
struct Places {
    /// By id; one map for each kind that a source may say, and one where it says none.
    by_id: [HashMap<Arc<str>, u32>; 4],
    /// Rows without an id: nothing tells that two of them are about one person.
    without_id: HashMap<Source, u32>,
}

impl Places {
    fn of_kind(kind: Option<UserIdOrigin>) -> usize {
        kind.map_or(0, |kind| 1 + kind as usize)
    }

    fn get(&self, sent: SentUser<'_>) -> Option<u32> {
        match sent.row {
            Some(row) => self.without_id.get(&row).copied(),
            None => self.by_id[Self::of_kind(sent.kind)].get(sent.id).copied(),
        }
    }

    fn insert(&mut self, score: &Score, place: u32) {
        match score.sent_user().row {
            Some(row) => self.without_id.insert(row, place),
            None => self.by_id[Self::of_kind(score.user_kind)].insert(score.user_id.clone(), place),
        };
    }
}

impl People {
    /// Looks up every distinct user id of these rows, column by column.
    pub(super) fn identify<'a>(
        columns: Vec<Option<Vec<&'a Score>>>,
        register: &Register<'_>,
    ) -> (Self, Vec<Option<Vec<Row<'a>>>>) {
        let mut people = Self::default();
        let mut others = OtherIds::default();
        // A sheet mostly has one copy of each text, so that its address finds the person without a look at the text.
        let mut by_address: HashMap<(usize, Option<UserIdOrigin>), Known> = HashMap::new();
        let mut row = |score: &'a Score| {
            let known = if score.sent_user().row.is_some() {
                people.known_by(score, register)
            } else {
                let address = (score.user_id.as_ptr().addr(), score.user_kind);
                *by_address.entry(address).or_insert_with(|| people.known_by(score, register))
            };
            let person = known.person;
            let disagrees = others.disagree(score, &people, person, register);
            if disagrees {
                people.disagreeing.insert(score.source);
            }
            let code = if disagrees { Some(FindingCode::IdsDisagree) } else { known.code };
            Row { score, code, ignored: known.ignored, disagrees, person }
        };
        let rows = columns.into_iter().map(|rows| Some(rows?.into_iter().map(&mut row).collect())).collect();
        let reason = "another id column of the row names a different person";
        people.disagreement = (!people.disagreeing.is_empty()).then(|| (FindingCode::IdsDisagree, reason.to_owned()));
        (people, rows)
    }

    fn known_by(&mut self, score: &Score, register: &Register<'_>) -> Known {
        let place = self.place_of(score, register);
        let person = &self.distinct[place as usize];
        Known { code: person.problem.as_ref().map(|(code, _)| *code), ignored: person.ignored, person: place }
    }

    fn place_of(&mut self, score: &Score, register: &Register<'_>) -> u32 {
        if let Some(place) = self.places.get(score.sent_user()) {
            return place;
        }
        let place = u32::try_from(self.distinct.len()).expect("a sheet's columns and rows are counted in 32 bits");
        self.distinct.push(look_up(score, register));
        self.places.insert(score, place);
        place
    }

    /// A row that was identified, from its score alone.
    pub(super) fn row<'a>(&self, score: &'a Score) -> Option<Row<'a>> {
        let person = self.places.get(score.sent_user())?;
        let Person { problem, ignored, .. } = &self.distinct[person as usize];
        let disagrees = self.disagrees(score);
        let problem = if disagrees { &self.disagreement } else { problem };
        Some(Row { score, code: problem.as_ref().map(|(code, _)| *code), ignored: *ignored, disagrees, person })
    }

    /// How many distinct user ids there are.
    pub(super) fn len(&self) -> usize {
        self.distinct.len()
    }

    fn known(&self, sent: SentUser<'_>) -> Option<&Person> {
        self.places.get(sent).map(|place| &self.distinct[place as usize])
    }

    /// The people of one course's rows, by internal id; those who are not identified come last.
    pub(in crate::engine) fn of_rows(&self, rows: &CourseRows<'_>) -> Vec<PlannedStudent> {
        let scores = rows.columns.iter().flat_map(|(_, scores)| scores.iter());
        let sent: HashSet<(SentUser<'_>, bool)> =
            scores.map(|score| (score.sent_user(), self.disagrees(score))).collect();
        let student = |(sent, disagrees): (SentUser<'_>, bool)| {
            let student = self.known(sent)?.student.clone();
            Some(match self.disagreement.as_ref().filter(|_| disagrees) {
                Some((_, reason)) => PlannedStudent { user: None, found_by: reason.clone(), ..student },
                None => student,
            })
        };
        let mut students: Vec<PlannedStudent> = sent.into_iter().filter_map(student).collect();
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

    /// What stands against the row's user id, with the reason.
    pub(super) fn problem_of(&self, row: Row<'_>) -> Option<&(FindingCode, String)> {
        row.code?;
        if row.disagrees { self.disagreement.as_ref() } else { self.distinct[row.place()].problem.as_ref() }
    }

    /// Whom this row is about, if that is known.
    pub(super) fn user_of(&self, row: Row<'_>) -> Option<UserId> {
        if row.disagrees { None } else { self.distinct[row.place()].student.user }
    }

    /// Whether the user chose to ignore this id.
    pub(in crate::engine) fn ignores(&self, sent: SentUser<'_>) -> bool {
        self.known(sent).is_some_and(|person| person.ignored)
    }

    /// Whether the row's id names no person, or several.
    pub(super) fn is_nobody(&self, row: Row<'_>) -> bool {
        row.code.is_some() && !row.ignored && self.distinct[row.place()].student.user.is_none()
    }

    /// Notes whom this id may mean.
    pub(super) fn suggest(&mut self, sent: SentUser<'_>, suggestions: Vec<Suggestion>) {
        if let Some(place) = self.places.get(sent) {
            let person = &mut self.distinct[place as usize];
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
        self.distinct.iter().map(|person| &person.student).filter(|student| student.user.is_some())
    }

    /// Everybody, whether identified or not.
    pub(super) fn into_students(self) -> impl Iterator<Item = PlannedStudent> {
        self.distinct.into_iter().map(|person| person.student)
    }

    /// Every id that a look-up led to somebody beyond doubt, for the store to remember.
    pub(in crate::engine) fn identities(&self) -> impl Iterator<Item = (SentUser<'_>, UserId)> {
        let certain = self.distinct.iter().filter(|person| person.looked_up && person.problem.is_none());
        certain.filter_map(|person| Some((person.student.sent_user(), person.student.user?)))
    }
}

fn look_up(score: &Score, register: &Register<'_>) -> Person {
    let origin = register.origin_of(score.user_kind);
    if register.aliases.user(origin, &score.user_id) == Some(&AliasTarget::Ignore) {
        let student = describe(&register.directory, score, None, "alias: ignored".to_owned());
        return Person { student, problem: None, ignored: true, suggestions: Vec::new(), looked_up: false };
    }
    let looked_up = register.aliases.user(origin, &score.user_id).is_none();
    match identified(&score.user_id, origin, register) {
        Identified::Found { id, by } => {
            let earlier = register.earlier(origin, &score.user_id).filter(|earlier| looked_up && *earlier != id);
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

/// The other id columns of rows, each id looked up once.
#[derive(Default)]
struct OtherIds<'a>(HashMap<(UserIdOrigin, &'a str), Option<UserId>>);

impl<'a> OtherIds<'a> {
    /// Whether another id of the row leads to somebody else than this person, who was looked up. An id that names
    /// no person does not count.
    fn disagree(&mut self, score: &'a Score, people: &People, person: u32, register: &Register<'_>) -> bool {
        let Some(sent) = score.person() else { return false };
        let Person { student: PlannedStudent { user: Some(user), .. }, looked_up: true, .. } =
            &people.distinct[person as usize]
        else {
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

fn describe(directory: &Directory, score: &Score, user: Option<UserId>, found_by: String) -> PlannedStudent {
    let cached = user.and_then(|user| directory.user(user));
    let logins = user.map_or(&[][..], |user| directory.logins(user));
    let in_use = || logins.iter().filter(|login| login.state != LoginState::Deleted);
    let shown = |read: fn(&CachedLogin) -> Option<&String>| in_use().find_map(read).cloned();
    PlannedStudent {
        sent_id: score.user_id.clone(),
        sent_kind: score.user_kind,
        sent_row: score.sent_user().row,
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
