//! Suggestions: which person or course an id without a match may mean. Only a person turns one into an alias.

use std::collections::{HashMap, HashSet};

use super::near_ids::NearIds;
use super::plain_name::plain_name;
use super::{CachedUser, Directory, LoginState, SentPerson, UserId, UserIdOrigin};

/// The most suggestions for one id.
pub(super) const MOST: usize = 3;

/// Names less alike than this (1 is equal) are different names.
const ALIKE: f64 = 0.92;

/// What being in the row's course adds: the roster comes first.
const ON_ROSTER: u32 = 100;

/// What an id may mean.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Suggestion {
    /// Canvas's internal id of the person or course.
    pub canvas_id: i64,
    /// Their name, or the course's.
    pub name: String,
    /// Why it is suggested, without names.
    pub reason: String,
    /// The other ids, to tell twins apart: `login zquist, SIS id 00042`.
    pub ids: String,
}

impl Suggestion {
    /// In words for people.
    pub fn in_words(&self) -> String {
        format!("{} ({}): {}", self.name, self.ids, self.reason)
    }
}

/// Everybody, indexed by what an unmatched id and its row may have in common with them.
pub struct SuggestionIndex<'a> {
    directory: &'a Directory,
    users: Vec<&'a CachedUser>,
    places: HashMap<UserId, u32>,
    /// Plain names, by place.
    names: Vec<String>,
    by_word: HashMap<String, Vec<u32>>,
    by_email: HashMap<String, Vec<u32>>,
    /// What stands before the `@` of an e-mail address or login; a login without one as a whole.
    by_local_part: HashMap<String, Vec<u32>>,
    /// Ids of digits without leading zeros, other ids in lower case.
    by_bare_id: HashMap<String, Vec<u32>>,
    near: NearIds,
}

impl<'a> SuggestionIndex<'a> {
    /// Indexes everybody.
    pub fn of(directory: &'a Directory) -> Self {
        let mut users: Vec<&CachedUser> = directory.users().collect();
        users.sort_unstable_by_key(|user| user.id);
        let ids_of = |user: &CachedUser| {
            directory
                .logins(user.id)
                .iter()
                .flat_map(|login| [login.unique_id.as_deref(), login.sis_user_id.as_deref()])
        };
        let numbered_ids =
            users.iter().zip(0..).flat_map(|(user, place)| ids_of(user).flatten().map(move |id| (id, place)));
        let mut index = Self {
            directory,
            places: users.iter().map(|user| user.id).zip(0..).collect(),
            names: users.iter().map(|user| plain_name(&user.name)).collect(),
            by_word: HashMap::new(),
            by_email: HashMap::new(),
            by_local_part: HashMap::new(),
            by_bare_id: HashMap::new(),
            near: NearIds::of(numbered_ids),
            users: Vec::new(),
        };
        for (user, place) in users.iter().zip(0..) {
            for word in index.names[place as usize].split(' ').filter(|word| !word.is_empty()) {
                add(&mut index.by_word, word.to_owned(), place);
            }
            if let Some(email) = &user.email {
                add(&mut index.by_email, email.to_lowercase(), place);
                add(&mut index.by_local_part, local_part(email), place);
            }
            for login in directory.logins(user.id) {
                if let Some(unique_id) = &login.unique_id {
                    add(&mut index.by_local_part, local_part(unique_id), place);
                    add(&mut index.by_bare_id, bare_id(unique_id), place);
                }
                if let Some(sis) = &login.sis_user_id {
                    add(&mut index.by_bare_id, bare_id(sis), place);
                }
            }
        }
        index.users = users;
        index
    }

    /// Whom a user id may mean, likeliest first, at most three. `roster` holds the people of the row's courses.
    pub fn users(
        &self,
        origin: UserIdOrigin,
        sent: &str,
        person: Option<&SentPerson>,
        roster: &HashSet<UserId>,
    ) -> Vec<Suggestion> {
        let mut found = Evidence::default();
        self.by_id(origin, sent, &mut found);
        let by_id: HashSet<u32> = found.0.keys().copied().collect();
        if let Some(person) = person {
            for (origin, value) in &person.other_ids {
                self.under(*origin, value, 100, "another id column of the row names them", &mut found);
            }
            if let Some(email) = person.email.as_deref() {
                self.by_mail(email, &mut found);
            }
        }
        let name = person.and_then(|person| person.name.as_deref());
        for name in name.into_iter().chain(Some(sent).filter(|sent| is_like_a_name(sent))) {
            self.by_name(&plain_name(name), roster, &mut found);
        }
        self.by_near_id(sent, roster, &by_id, &mut found);
        let mut ranked: Vec<(u32, UserId, Vec<&'static str>)> = Vec::new();
        for (place, (score, mut reasons)) in found.0 {
            let user = self.users[place as usize].id;
            let on_roster = roster.contains(&user);
            if on_roster {
                reasons.push("in the course");
            }
            ranked.push((score + if on_roster { ON_ROSTER } else { 0 }, user, reasons));
        }
        ranked.sort_by_key(|(score, user, _)| (std::cmp::Reverse(*score), *user));
        ranked.truncate(MOST);
        ranked.into_iter().filter_map(|(_, user, reasons)| self.person(user, &reasons)).collect()
    }

    fn person(&self, id: UserId, reasons: &[&str]) -> Option<Suggestion> {
        let user = self.directory.user(id)?;
        let mut ids = vec![format!("internal id {id}")];
        for login in self.directory.logins(id).iter().filter(|login| login.state != LoginState::Deleted) {
            ids.extend(login.unique_id.as_ref().map(|login| format!("login {login}")));
            ids.extend(login.sis_user_id.as_ref().map(|sis| format!("SIS id {sis}")));
        }
        ids.dedup();
        Some(Suggestion { canvas_id: id.0, name: user.name.clone(), reason: reasons.join("; "), ids: ids.join(", ") })
    }

    /// The id itself, as this kind, as another, or but for zeros, case or a domain.
    fn by_id(&self, origin: UserIdOrigin, sent: &str, found: &mut Evidence) {
        if sent.is_empty() {
            return;
        }
        self.under(origin, sent, 90, "has this id", found);
        let merged = sent.parse().ok().filter(|_| origin == UserIdOrigin::Internal);
        if let Some(heir) = merged.and_then(|merged| self.directory.heir(merged)) {
            self.note(heir, 95, "the person with this id was merged into them", found);
        }
        for user in self.directory.formerly(origin, sent) {
            self.note(*user, 80, "a deleted login of theirs had this id", found);
        }
        for (other, reason) in [
            (UserIdOrigin::Internal, "it is their internal id"),
            (UserIdOrigin::Sis, "it is their SIS id"),
            (UserIdOrigin::Login, "it is their login"),
        ] {
            if other != origin {
                self.under(other, sent, 85, reason, found);
            }
        }
        if sent.contains('@') {
            found.all(self.by_email.get(&sent.to_lowercase()), 85, "it is their e-mail address");
        }
        found.all(self.by_bare_id.get(&bare_id(sent)), 75, "same id but for leading zeros or letter case");
        found.all(self.by_local_part.get(&local_part(sent)), 70, "same id but for the domain");
    }

    /// People with this id as this kind.
    fn under(&self, origin: UserIdOrigin, id: &str, score: u32, reason: &'static str, found: &mut Evidence) {
        let users = match origin {
            UserIdOrigin::Internal => {
                id.parse().ok().filter(|user| self.directory.user(*user).is_some()).into_iter().collect()
            }
            UserIdOrigin::Sis => self.directory.users_by_sis(id).to_vec(),
            UserIdOrigin::Login => self.directory.users_by_login(id).to_vec(),
        };
        for user in users {
            self.note(user, score, reason, found);
        }
    }

    fn by_mail(&self, email: &str, found: &mut Evidence) {
        found.all(self.by_email.get(&email.to_lowercase()), 95, "same e-mail address");
        found.all(self.by_local_part.get(&local_part(email)), 60, "same name before the @");
    }

    /// Compares people who share a word of the name, and everybody of the roster, whose names may differ in every word.
    fn by_name(&self, name: &str, roster: &HashSet<UserId>, found: &mut Evidence) {
        if name.is_empty() {
            return;
        }
        let sharing = name.split(' ').filter_map(|word| self.by_word.get(word)).flatten().copied();
        let of_roster = roster.iter().filter_map(|user| self.places.get(user)).copied();
        let compared: HashSet<u32> = sharing.chain(of_roster).collect();
        for place in compared {
            let other = &self.names[place as usize];
            if name == other {
                found.note(place, 70, "same name");
            } else if strsim::jaro_winkler(name, other) >= ALIKE {
                found.note(place, 50, "similar name");
            }
        }
    }

    /// People with an id that differs by one character. Outside the roster only when there is one such person, or
    /// another reason for them: numbers that were given out in order are all alike.
    fn by_near_id(&self, sent: &str, roster: &HashSet<UserId>, by_id: &HashSet<u32>, found: &mut Evidence) {
        let mut near = self.near.owners_near(sent);
        near.retain(|place| !by_id.contains(place));
        let alone = near.len() == 1;
        for place in near {
            let on_roster = roster.contains(&self.users[place as usize].id);
            if on_roster || alone || found.0.contains_key(&place) {
                found.note(place, 40, "an id of theirs differs by one character");
            }
        }
    }

    fn note(&self, user: UserId, score: u32, reason: &'static str, found: &mut Evidence) {
        if let Some(place) = self.places.get(&user) {
            found.note(*place, score, reason);
        }
    }
}

/// The reasons for each person: the best single score, and a little more for each further reason.
#[derive(Default)]
struct Evidence(HashMap<u32, (u32, Vec<&'static str>)>);

impl Evidence {
    fn note(&mut self, place: u32, score: u32, reason: &'static str) {
        let (best, reasons) = self.0.entry(place).or_default();
        if !reasons.contains(&reason) {
            *best = if reasons.is_empty() { score } else { score.max(*best) + 5 };
            reasons.push(reason);
        }
    }

    fn all(&mut self, places: Option<&Vec<u32>>, score: u32, reason: &'static str) {
        for place in places.into_iter().flatten() {
            // What is said already in stronger words is not said again.
            if !self.0.contains_key(place) || score >= 95 {
                self.note(*place, score, reason);
            }
        }
    }
}

/// Whether a name may stand in the place of an id: two words or more, of letters.
fn is_like_a_name(sent: &str) -> bool {
    let has_digit = sent.contains(|letter: char| letter.is_ascii_digit() || letter == '@');
    !has_digit && sent.split_whitespace().filter(|word| word.contains(char::is_alphabetic)).count() > 1
}

pub(super) fn add(index: &mut HashMap<String, Vec<u32>>, key: String, place: u32) {
    let places = index.entry(key).or_default();
    if places.last() != Some(&place) {
        places.push(place);
    }
}

fn local_part(text: &str) -> String {
    text.rsplit_once('@').map_or(text, |(local, _)| local).to_lowercase()
}

fn bare_id(text: &str) -> String {
    let bare = text.trim_start_matches('0');
    if text.bytes().all(|byte| byte.is_ascii_digit()) && !bare.is_empty() {
        bare.to_owned()
    } else {
        text.to_lowercase()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::CachedLogin;

    fn directory() -> Directory {
        let mut directory = Directory::default();
        for (id, name, email, login, sis) in [
            (1, "Jun Lindström", Some("jlind@example.edu"), "jlind", "0041249"),
            (2, "Jun Lindström", Some("jlind@med.example.edu"), "jlind2", "0041250"),
            (3, "Ayşe Yılmaz", None, "ayilmaz@example.edu", "S-77"),
            (4, "Amara Okafor", Some("amara@example.edu"), "aokafor", "00912"),
            (5, "Amara Okoro", None, "aokoro", "0041251"),
        ] {
            directory.add_user(CachedUser {
                id: UserId(id),
                name: name.to_owned(),
                sortable_name: String::new(),
                email: email.map(str::to_owned),
            });
            directory.add_login(CachedLogin {
                user: UserId(id),
                unique_id: Some(login.to_owned()),
                sis_user_id: Some(sis.to_owned()),
                state: LoginState::Active,
            });
        }
        directory
    }

    #[test]
    fn whom_an_id_may_mean_and_why() {
        use UserIdOrigin::{Internal, Login, Sis};
        let directory = directory();
        let index = SuggestionIndex::of(&directory);
        let person = |name: &str, email: &str| SentPerson {
            name: (!name.is_empty()).then(|| name.into()),
            email: (!email.is_empty()).then(|| email.into()),
            other_ids: Vec::new(),
        };
        for (origin, sent, person, roster, expected) in [
            (
                Login,
                "lindstroem",
                person("LINDSTROM, Jun", ""),
                vec![2],
                vec![(2, "same name; in the course"), (1, "same name")],
            ),
            (
                Login,
                "x",
                person("", "JLIND@example.edu"),
                vec![],
                vec![(1, "same e-mail address"), (2, "same name before the @")],
            ),
            (Sis, "912", person("", ""), vec![], vec![(4, "same id but for leading zeros or letter case")]),
            (Login, "ayilmaz", person("", ""), vec![], vec![(3, "same id but for the domain")]),
            (Login, "aokafro", person("", ""), vec![], vec![(4, "an id of theirs differs by one character")]),
            (Internal, "aokafor", person("", ""), vec![], vec![(4, "it is their login")]),
            (Login, "amara@example.edu", person("", ""), vec![], vec![(4, "it is their e-mail address")]),
            (Login, "q1", person("Amara Okafo", ""), vec![], vec![(4, "similar name"), (5, "similar name")]),
            (Sis, "0041252", person("", ""), vec![], vec![]),
            (
                Sis,
                "0041252",
                person("", ""),
                vec![5],
                vec![(5, "an id of theirs differs by one character; in the course")],
            ),
            (Login, "nobody404", person("Nobody At All", ""), vec![1, 2, 3, 4], vec![]),
            (Login, "", person("", ""), vec![1], vec![]),
            // A name in the place of the id.
            (Sis, "Ayşe Yılmaz", person("", ""), vec![3], vec![(3, "same name; in the course")]),
            (Sis, "Yilmaz, Ayse", person("", ""), vec![3], vec![(3, "same name; in the course")]),
            (
                Login,
                "Lindstrom, Jun",
                person("Jun Lindström", ""),
                vec![2],
                vec![(2, "same name; in the course"), (1, "same name")],
            ),
            (Sis, "Ayse Yilmaz 7", person("", ""), vec![3], vec![]),
            (Sis, "Yilmaz", person("", ""), vec![3], vec![]),
        ] {
            let roster = roster.into_iter().map(UserId).collect();
            let suggested = index.users(origin, sent, Some(&person), &roster);
            let told: Vec<(i64, &str)> = suggested.iter().map(|one| (one.canvas_id, one.reason.as_str())).collect();
            assert_eq!(told, expected, "{origin} {sent:?}");
        }
    }
}
