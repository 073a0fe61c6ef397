//! From an id as sent to a course or a person, by the connector's origin and nothing else.
//!
//! An id is looked up only as the configured kind. What it would be under another kind is said, never used.

use super::odd_id::oddity;
use super::{
    CachedLogin, CourseId, CourseIdOrigin, Directory, FindingCode, IdentityRules, LoginState, UserId, UserIdOrigin,
};

/// What an id led to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Identified<T> {
    /// Exactly one thing.
    Found {
        /// Its internal id.
        id: T,
        /// Under which rule, for the mapping page: `login`, `SIS id`, `alias`.
        by: String,
    },
    /// Nothing, or more than one thing.
    Not {
        /// The finding it makes.
        code: FindingCode,
        /// Why, one line, without names.
        reason: String,
    },
}

impl<T> Identified<T> {
    fn not(code: FindingCode, reason: impl Into<String>) -> Self {
        Self::Not { code, reason: reason.into() }
    }
}

/// An internal id must be written as Canvas writes it: `007001` is some other kind of id.
fn internal<T: std::str::FromStr + ToString>(text: &str) -> Option<T> {
    text.parse().ok().filter(|id: &T| id.to_string() == text)
}

/// Looks a course up under the configured origin.
pub fn identify_course(directory: &Directory, origin: CourseIdOrigin, text: &str) -> Identified<CourseId> {
    let as_internal = || internal(text).filter(|id| directory.course(*id).is_some());
    let as_sis = directory.courses_by_sis(text);
    let unknown = |elsewhere: Option<&str>| {
        let own = directory.own_courses_only();
        let reason = match elsewhere {
            Some(kind) => format!("no course has this {}, but it is a {kind}", course_kind(origin)),
            None if own => {
                format!("not visible to this token, or no course's: none it sees has this {}", course_kind(origin))
            }
            None => format!("no course has this {}", course_kind(origin)),
        };
        Identified::not(FindingCode::CourseUnresolved, reason)
    };
    let is_section = !directory.sections_by_sis(text).is_empty();
    if text.is_empty() {
        return Identified::not(FindingCode::CourseUnresolved, "the row has no course id");
    }
    match origin {
        CourseIdOrigin::Internal => match as_internal() {
            Some(id) => Identified::Found { id, by: "internal id".to_owned() },
            None if !as_sis.is_empty() => unknown(Some("course's SIS id")),
            None if is_section => unknown(Some("section's SIS id")),
            None => unknown(None),
        },
        CourseIdOrigin::Sis => match as_sis {
            [id] => Identified::Found { id: *id, by: "SIS id".to_owned() },
            [] if is_section => unknown(Some("section's SIS id")),
            [] if as_internal().is_some() => unknown(Some("course's internal id")),
            [] => unknown(None),
            several => {
                Identified::not(FindingCode::CourseAmbiguous, format!("{} courses have this SIS id", several.len()))
            }
        },
    }
}

fn course_kind(origin: CourseIdOrigin) -> &'static str {
    match origin {
        CourseIdOrigin::Internal => "internal id",
        CourseIdOrigin::Sis => "SIS id",
    }
}

/// Looks a person up under the configured origin. Any of a person's logins resolves to them.
pub fn identify_user(
    directory: &Directory,
    origin: UserIdOrigin,
    rules: &IdentityRules,
    text: &str,
) -> Identified<UserId> {
    if text.is_empty() {
        return Identified::not(FindingCode::UserUnresolved, "the row has no user id");
    }
    let exact = candidates(directory, origin, text);
    let (changed, mut by_rules) = rules.applied(origin, text);
    let mut found = if changed == text { exact.clone() } else { candidates(directory, origin, &changed) };
    if rules.case_fold && origin == UserIdOrigin::Sis {
        let folded = directory.users_by_folded_sis(&changed);
        if folded.len() > found.len() {
            by_rules.push("case folded");
        }
        found = folded.to_vec();
    }
    found.extend(exact.iter().copied());
    found.sort_unstable();
    found.dedup();
    let kind = user_kind(origin);
    match found.as_slice() {
        [id] => {
            let mut by = if exact.is_empty() { format!("{kind}, {}", by_rules.join(", ")) } else { kind.to_owned() };
            if [text, &changed].into_iter().any(|id| directory.was_found(origin, id)) {
                by.push_str(", looked up in Canvas");
            }
            unusable(directory, origin, rules, [text, &changed], *id).unwrap_or(Identified::Found { id: *id, by })
        }
        [] => match internal(text).and_then(|id| directory.heir(id)).filter(|_| origin == UserIdOrigin::Internal) {
            Some(heir) => {
                let reason = format!("the person with this internal id was merged into user {heir}");
                Identified::not(FindingCode::UserMerged, reason)
            }
            None => Identified::not(FindingCode::UserUnresolved, nobody(directory, origin, text, &changed)),
        },
        several => Identified::not(FindingCode::UserAmbiguous, format!("{} people have this {kind}", several.len())),
    }
}

/// Everybody whom an id may name as this kind, as sent and by the rules: nobody, one person, or several. For whom a row
/// may be about, never for deciding it.
pub fn possible_users(directory: &Directory, origin: UserIdOrigin, rules: &IdentityRules, text: &str) -> Vec<UserId> {
    if text.is_empty() {
        return Vec::new();
    }
    let (changed, _) = rules.applied(origin, text);
    let mut found = candidates(directory, origin, text);
    found.extend(candidates(directory, origin, &changed));
    if rules.case_fold && origin == UserIdOrigin::Sis {
        found.extend_from_slice(directory.users_by_folded_sis(&changed));
    }
    if origin == UserIdOrigin::Internal {
        found.extend(internal(text).and_then(|id| directory.heir(id)));
    }
    found.extend_from_slice(directory.formerly(origin, text));
    found.sort_unstable();
    found.dedup();
    found
}

/// Why this id names no person.
fn nobody(directory: &Directory, origin: UserIdOrigin, text: &str, changed: &str) -> String {
    let reason = nobody_has(directory, origin, text, changed);
    let is_somebodys = |form: &str| !candidates(directory, origin, form).is_empty();
    match oddity(text, is_somebodys) {
        Some(oddity) => format!("{reason}; {oddity}"),
        None => reason,
    }
}

fn nobody_has(directory: &Directory, origin: UserIdOrigin, text: &str, changed: &str) -> String {
    let kind = user_kind(origin);
    if !directory.formerly(origin, text).is_empty() || !directory.formerly(origin, changed).is_empty() {
        return format!("{} was deleted", carrier(origin));
    }
    let others = UserIdOrigin::ALL.into_iter().filter(|other| *other != origin);
    let elsewhere: Vec<&str> =
        others.filter(|other| !candidates(directory, *other, text).is_empty()).map(user_kind).collect();
    if !elsewhere.is_empty() {
        format!("nobody has this {kind}, but it is somebody's {}", elsewhere.join(" and "))
    } else if directory.own_courses_only() {
        format!("not visible to this token, or nobody's: no person it sees has this {kind}")
    } else {
        format!("nobody has this {kind}")
    }
}

fn candidates(directory: &Directory, origin: UserIdOrigin, text: &str) -> Vec<UserId> {
    match origin {
        UserIdOrigin::Internal => internal(text).filter(|id| directory.user(*id).is_some()).into_iter().collect(),
        UserIdOrigin::Sis => directory.users_by_sis(text).to_vec(),
        UserIdOrigin::Login => directory.users_by_login(text).to_vec(),
    }
}

/// A login that may not be used names nobody, and neither does a person who was deleted (findings, `user-unresolved`).
fn unusable(
    directory: &Directory,
    origin: UserIdOrigin,
    rules: &IdentityRules,
    [sent, changed]: [&str; 2],
    user: UserId,
) -> Option<Identified<UserId>> {
    let logins = directory.logins(user);
    if origin == UserIdOrigin::Internal {
        let deleted = !logins.is_empty() && logins.iter().all(|login| login.state == LoginState::Deleted);
        let reason = "the person with this internal id was deleted";
        return deleted.then(|| Identified::not(FindingCode::UserUnresolved, reason));
    }
    let equal = |one: &str, other: &str| one.eq_ignore_ascii_case(other) || one.to_lowercase() == other.to_lowercase();
    let carries = |login: &&CachedLogin| {
        let (id, folds) = match origin {
            UserIdOrigin::Login => (&login.unique_id, true),
            UserIdOrigin::Sis | UserIdOrigin::Internal => (&login.sis_user_id, rules.case_fold),
        };
        let matches = |id: &String| {
            id == sent
                || id == changed
                || folds && equal(id, changed)
                || origin == UserIdOrigin::Login && equal(id, sent)
        };
        login.state != LoginState::Deleted && id.as_ref().is_some_and(matches)
    };
    let mut with_it = logins.iter().filter(carries).peekable();
    with_it.peek()?;
    with_it
        .all(|login| login.state == LoginState::Suspended)
        .then(|| Identified::not(FindingCode::UserUnresolved, format!("{} is suspended", carrier(origin))))
}

/// What carries an id of this kind.
fn carrier(origin: UserIdOrigin) -> &'static str {
    match origin {
        UserIdOrigin::Internal => "the person with this internal id",
        UserIdOrigin::Sis => "the login with this SIS id",
        UserIdOrigin::Login => "this login",
    }
}

fn user_kind(origin: UserIdOrigin) -> &'static str {
    match origin {
        UserIdOrigin::Internal => "internal id",
        UserIdOrigin::Sis => "SIS id",
        UserIdOrigin::Login => "login",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::{CachedCourse, CachedUser};

    /// Three people for whom `4711` is an internal id, a SIS id and a login; one with two logins; one suspended.
    fn directory() -> Directory {
        let mut directory = Directory::default();
        for (id, login, sis, state) in [
            (4711, "zquist", "00042", LoginState::Active),
            (2, "aokafor", "4711", LoginState::Active),
            (3, "4711", "S-3", LoginState::Active),
            (3, "Second.Login@example.edu", "S-3b", LoginState::Active),
            (4, "gone", "S-4", LoginState::Suspended),
            (5, "old", "S-5", LoginState::Deleted),
            (6, "twin", "DUP", LoginState::Active),
            (7, "TWIN", "DUP", LoginState::Active),
        ] {
            directory.add_user(CachedUser {
                id: UserId(id),
                name: String::new(),
                sortable_name: String::new(),
                email: None,
            });
            directory.add_login(CachedLogin {
                user: UserId(id),
                unique_id: Some(login.to_owned()),
                sis_user_id: Some(sis.to_owned()),
                state,
            });
        }
        for (id, sis) in [(1207, "BIO-101"), (88, "1207")] {
            directory.add_course(CachedCourse {
                id: CourseId(id),
                sis_course_id: Some(sis.to_owned()),
                name: String::new(),
                course_code: String::new(),
                workflow_state: "available".to_owned(),
                account: None,
                term: None,
            });
        }
        directory
    }

    #[test]
    fn the_same_digits_are_three_people_under_three_origins() {
        use FindingCode::{UserAmbiguous, UserUnresolved};
        use UserIdOrigin::{Internal, Login, Sis};
        for (origin, text, expected) in [
            (Internal, "4711", Ok(4711)),
            (Sis, "4711", Ok(2)),
            (Login, "4711", Ok(3)),
            (Login, "ZQUIST", Ok(4711)),
            (Login, "second.login@EXAMPLE.edu", Ok(3)),
            (Sis, "S-3b", Ok(3)),
            (Sis, "s-3b", Err(UserUnresolved)),
            (Sis, "00042", Ok(4711)),
            (Sis, "42", Err(UserUnresolved)),
            (Internal, "04711", Err(UserUnresolved)),
            (Internal, "zquist", Err(UserUnresolved)),
            (Login, "gone", Err(UserUnresolved)),
            (Internal, "4", Ok(4)),
            (Login, "old", Err(UserUnresolved)),
            (Login, "twin", Err(UserAmbiguous)),
            (Sis, "DUP", Err(UserAmbiguous)),
            (Login, "", Err(UserUnresolved)),
        ] {
            let outcome = match identify_user(&directory(), origin, &IdentityRules::default(), text) {
                Identified::Found { id, .. } => Ok(id.0),
                Identified::Not { code, .. } => Err(code),
            };
            assert_eq!(outcome, expected, "{origin} {text:?}");
        }
    }

    #[test]
    fn a_numeric_sis_id_never_matches_an_internal_id() {
        let found = |origin, text| match identify_course(&directory(), origin, text) {
            Identified::Found { id, .. } => Some(id.0),
            Identified::Not { .. } => None,
        };
        assert_eq!(found(CourseIdOrigin::Internal, "1207"), Some(1207));
        assert_eq!(found(CourseIdOrigin::Sis, "1207"), Some(88));
        assert_eq!(found(CourseIdOrigin::Sis, "88"), None);
        assert_eq!(found(CourseIdOrigin::Internal, "BIO-101"), None);
    }

    #[test]
    fn the_reason_says_which_other_kind_it_is() {
        use UserIdOrigin::{Internal, Login, Sis};
        for (origin, text, expected) in [
            (Internal, "zquist", "nobody has this internal id, but it is somebody's login"),
            (Sis, "3", "nobody has this SIS id, but it is somebody's internal id"),
            (Login, "nobody", "nobody has this login"),
            (Login, "gone", "this login is suspended"),
            (Login, "OLD", "this login was deleted"),
            (Sis, "S-5", "the login with this SIS id was deleted"),
            (Internal, "5", "the person with this internal id was deleted"),
        ] {
            match identify_user(&directory(), origin, &IdentityRules::default(), text) {
                Identified::Not { reason, .. } => assert_eq!(reason, expected),
                Identified::Found { id, .. } => panic!("{origin} {text} led to {id}"),
            }
        }
    }

    #[test]
    fn a_rule_is_named_and_an_ambiguity_it_makes_is_an_error() {
        use UserIdOrigin::{Login, Sis};
        let padded = IdentityRules { zero_pad: Some(5), ..IdentityRules::default() };
        let folded = IdentityRules { case_fold: true, ..IdentityRules::default() };
        let appended = IdentityRules { append_domain: Some("example.edu".to_owned()), ..IdentityRules::default() };
        let found = |rules: &IdentityRules, origin, text: &str| match identify_user(&directory(), origin, rules, text) {
            Identified::Found { id, by } => Ok((id.0, by)),
            Identified::Not { code, .. } => Err(code),
        };
        assert_eq!(found(&padded, Sis, "42"), Ok((4711, "SIS id, zero-padded".to_owned())));
        assert_eq!(found(&padded, Sis, "00042"), Ok((4711, "SIS id".to_owned())));
        assert_eq!(found(&folded, Sis, "s-3b"), Ok((3, "SIS id, case folded".to_owned())));
        assert_eq!(found(&appended, Login, "second.login"), Ok((3, "login, domain appended".to_owned())));
        let mut both = directory();
        both.add_login(CachedLogin {
            user: UserId(2),
            unique_id: None,
            sis_user_id: Some("42".to_owned()),
            state: LoginState::Active,
        });
        let outcome = identify_user(&both, Sis, &padded, "42");
        assert!(matches!(outcome, Identified::Not { code: FindingCode::UserAmbiguous, .. }), "{outcome:?}");
    }
}
