//! What a person writes where an alias says whom or what an id means: internal ids, a suggestion as it was shown, or, by
//! mistake, an id of another kind.

use super::other_name::is_other_name;
use super::{AliasKind, AliasTarget, CourseId, Directory, IdError, UserId, UserIdOrigin};

/// What was written, as far as the cache tells.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum WrittenTarget {
    /// The alias can be made.
    Known(AliasTarget),
    /// Nobody and nothing in the cache has these internal ids; whether Canvas has them is not known.
    Unknown(AliasTarget, Vec<i64>),
}

/// Reads what an alias of this kind is to mean. The error says why it cannot mean that, and where the cache knows it,
/// which number is right.
pub fn written_target(directory: &Directory, kind: AliasKind, text: &str) -> Result<WrittenTarget, String> {
    let text = text.trim();
    if text.eq_ignore_ascii_case("ignore") {
        return Ok(WrittenTarget::Known(AliasTarget::Ignore));
    }
    if text.is_empty() {
        return Err("the internal Canvas id is missing".to_owned());
    }
    if let Some(owner) = owner_of_other_id(directory, kind, text) {
        return Err(owner);
    }
    let written: Vec<Written<'_>> = match pasted(text)? {
        Some(written) => vec![written],
        None => text.split_whitespace().map(|digits| Written { digits, name: None }).collect(),
    };
    if written.len() > 1 && kind == AliasKind::User {
        return Err("an id of a person means one person".to_owned());
    }
    let (mut ids, mut unknown) = (Vec::new(), Vec::new());
    for one in written {
        let Some(id) = internal(one.digits) else {
            let owner = owner_of_other_id(directory, kind, one.digits);
            return Err(owner.unwrap_or_else(|| IdError(one.digits.to_owned()).to_string()));
        };
        if let Some(name) = name_in_cache(directory, kind, id) {
            if one.name.is_some_and(|written| is_other_name(written, name, [])) {
                return Err(format!("`{id}` is not the internal id of whom the name beside it says"));
            }
        } else if let Some(reason) = owner_of_other_id(directory, kind, one.digits) {
            return Err(reason);
        } else if let Some(heir) = directory.heir(UserId(id)).filter(|_| kind == AliasKind::User) {
            return Err(format!("user {id} was merged into user {heir}: write {heir}"));
        } else {
            unknown.push(id);
        }
        ids.push(id);
    }
    let target = AliasTarget::Canvas(ids);
    Ok(if unknown.is_empty() { WrittenTarget::Known(target) } else { WrittenTarget::Unknown(target, unknown) })
}

/// An internal id as it was written, perhaps with the name beside it.
struct Written<'a> {
    digits: &'a str,
    name: Option<&'a str>,
}

/// A suggestion as `resolve` shows it, `7004 Jin Park (internal id 7004, login jpark1): same name`, or a name with the
/// number in brackets, `Park, Jin (7004)`. `None` for anything else.
fn pasted(text: &str) -> Result<Option<Written<'_>>, String> {
    const INTERNAL: &str = "(internal id ";
    let leading = text.split_once(char::is_whitespace).filter(|(first, _)| is_number(first));
    if let Some((before, after)) = text.rsplit_once(INTERNAL) {
        let digits = after.split([',', ')']).next().unwrap_or_default().trim();
        let name = match leading {
            Some((first, _)) if first != digits => {
                return Err(format!("the suggestion names both {first} and {digits}; write one of them"));
            }
            Some((first, _)) => &before[first.len()..],
            None => before,
        };
        return Ok(Some(Written { digits, name: Some(name) }));
    }
    let in_brackets = text.strip_suffix(')').and_then(|text| text.rsplit_once('(')).filter(|(_, id)| is_number(id));
    if let Some((name, digits)) = in_brackets
        && !name.trim().is_empty()
    {
        return Ok(Some(Written { digits, name: Some(name) }));
    }
    let named = leading.filter(|(_, name)| !name.split_whitespace().all(is_number));
    Ok(named.map(|(digits, name)| Written { digits, name: Some(name) }))
}

fn is_number(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit())
}

/// An internal id must be written as Canvas writes it.
fn internal(text: &str) -> Option<i64> {
    text.parse::<UserId>().ok().filter(|id| id.to_string() == text).map(|UserId(id)| id)
}

/// What the person or course is called in the cache; `None` if it is not there.
fn name_in_cache(directory: &Directory, kind: AliasKind, id: i64) -> Option<Vec<&str>> {
    match kind {
        AliasKind::User => directory.user(UserId(id)).map(|user| vec![&*user.name, &*user.sortable_name]),
        AliasKind::Course => directory.course(CourseId(id)).map(|course| vec![&*course.name, &*course.course_code]),
    }
}

/// Says of what is no internal id in the cache which other kind of id it is, and which number belongs there.
fn owner_of_other_id(directory: &Directory, kind: AliasKind, text: &str) -> Option<String> {
    if internal(text).is_some_and(|id| name_in_cache(directory, kind, id).is_some()) {
        return None;
    }
    let said = |what: &str, ids: &[i64]| {
        let ids: Vec<String> = ids.iter().map(ToString::to_string).collect();
        (!ids.is_empty()).then(|| format!("`{text}` is {what}: write the internal Canvas id, {}", ids.join(" or ")))
    };
    match kind {
        AliasKind::User => {
            let under = |origin, what| {
                let users = match origin {
                    UserIdOrigin::Sis => directory.users_by_sis(text),
                    UserIdOrigin::Login => directory.users_by_login(text),
                    UserIdOrigin::Internal => &[],
                };
                said(what, &users.iter().map(|user| user.0).collect::<Vec<_>>())
            };
            under(UserIdOrigin::Sis, "a person's SIS id").or_else(|| under(UserIdOrigin::Login, "a person's login"))
        }
        AliasKind::Course => {
            let courses: Vec<i64> = directory.courses_by_sis(text).iter().map(|course| course.0).collect();
            let sections = directory.sections_by_sis(text).iter().map(|section| section.course.0);
            said("a course's SIS id", &courses).or_else(|| said("a section's SIS id", &sections.collect::<Vec<_>>()))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::{CachedCourse, CachedLogin, CachedUser, LoginState};

    fn directory() -> Directory {
        let mut directory = Directory::default();
        for (id, name, login, sis) in [
            (7001, "Marta Reyes", "mreyes", "00417001"),
            (7004, "Jin Park", "jpark1", "417004"),
            (7005, "Jin Park", "7004", "7001"),
        ] {
            directory.add_user(CachedUser {
                id: UserId(id),
                name: name.to_owned(),
                sortable_name: String::new(),
                email: None,
            });
            directory.add_login(CachedLogin {
                user: UserId(id),
                unique_id: Some(login.to_owned()),
                sis_user_id: Some(sis.to_owned()),
                state: LoginState::Active,
            });
        }
        directory.add_merge(UserId(7009), UserId(7001));
        directory.add_course(CachedCourse {
            id: CourseId(5001),
            sis_course_id: Some("CHEM-110".to_owned()),
            name: "General Chemistry".to_owned(),
            course_code: "CHEM".to_owned(),
            workflow_state: "available".to_owned(),
            account: None,
            term: None,
        });
        directory
    }

    #[test]
    fn an_internal_id_is_taken_and_any_other_named_with_the_right_number() {
        use AliasKind::{Course, User};
        let known = |ids: &[i64]| Ok(WrittenTarget::Known(AliasTarget::Canvas(ids.to_vec())));
        let wrong = |part: &'static str| Err(part);
        for (kind, text, expected) in [
            (User, "7001", known(&[7001])),
            (User, " 7001 ", known(&[7001])),
            (User, "IGNORE", Ok(WrittenTarget::Known(AliasTarget::Ignore))),
            (User, "Park, Jin (7004)", known(&[7004])),
            (User, "7004 Jin Park (internal id 7004, login jpark1, SIS id 417004): same name", known(&[7004])),
            (User, "Jin Park (internal id 7004, login jpark1): same name; in the course", known(&[7004])),
            (User, "7004 Jin Park", known(&[7004])),
            (User, "Reyes, Marta (7004)", wrong("not the internal id of whom")),
            (
                User,
                "Reyes, Marta (00417001)",
                wrong("`00417001` is a person's SIS id: write the internal Canvas id, 7001"),
            ),
            (User, "7001 Jin Park (internal id 7004): same name", wrong("names both 7001 and 7004")),
            (User, "00417001", wrong("a person's SIS id: write the internal Canvas id, 7001")),
            (User, "417004", wrong("a person's SIS id: write the internal Canvas id, 7004")),
            (User, "MReyes", wrong("a person's login: write the internal Canvas id, 7001")),
            (User, "7009", wrong("merged into user 7001")),
            (User, "7001 7004", wrong("one person")),
            (User, "", wrong("missing")),
            (User, "seven", wrong("`seven` is not an internal Canvas id")),
            (User, "007001", wrong("`007001` is not an internal Canvas id")),
            (User, "8888", Ok(WrittenTarget::Unknown(AliasTarget::Canvas(vec![8888]), vec![8888]))),
            (Course, "5001", known(&[5001])),
            (Course, "CHEM-110", wrong("a course's SIS id: write the internal Canvas id, 5001")),
            (Course, "5001 General Chemistry (internal id 5001)", known(&[5001])),
            (Course, "5001 6", Ok(WrittenTarget::Unknown(AliasTarget::Canvas(vec![5001, 6]), vec![6]))),
        ] {
            match (written_target(&directory(), kind, text), expected) {
                (Err(said), Err(part)) => assert!(said.contains(part), "{text:?}: {said}"),
                (found, expected) => assert_eq!(found, expected.map_err(str::to_owned), "{text:?}"),
            }
        }
    }
}
