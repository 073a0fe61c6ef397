//! Whose work a cell holds, in words: the name where it is known, and the time.

use std::collections::HashMap;

use jiff::tz::TimeZone;

use crate::domain::{FindingCode, UserId, WhoseWork};

use super::words::for_people;

/// The names of people who graded, as far as the cache knows them.
pub type GraderNames = HashMap<UserId, String>;

/// `Okonkwo, Ada`, or `user 606` without a name; Canvas has negative numbers for quizzes and tools.
pub fn grader(by: Option<i64>, names: Option<&GraderNames>) -> String {
    match by {
        Some(id) if id > 0 => {
            let name = names.and_then(|names| names.get(&UserId(id)));
            name.cloned().unwrap_or_else(|| format!("user {id}"))
        }
        Some(_) => "a quiz or an external tool".to_owned(),
        None => "somebody".to_owned(),
    }
}

/// `Okonkwo, Ada, 2026-05-18 10:20:30 -0400`: who made the cell this conflict, and when, as far as Canvas tells.
pub fn whose_words(conflict: FindingCode, whose: &WhoseWork, names: Option<&GraderNames>, zone: &TimeZone) -> String {
    let at = whose.at.map(|at| for_people(at, zone));
    if conflict == FindingCode::Resubmitted {
        return at.map_or_else(String::new, |at| format!("handed in {at}"));
    }
    let by = whose.by.is_some().then(|| grader(whose.by, names));
    by.into_iter().chain(at).collect::<Vec<_>>().join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_person_has_a_name_or_a_number() {
        let names = GraderNames::from([(UserId(77), "Okonkwo, Ada".to_owned())]);
        let at = "2026-05-18T14:20:30Z".parse().ok();
        for (code, by, at, expected) in [
            (FindingCode::GradeByOther, Some(77), at, "Okonkwo, Ada, 2026-05-18 14:20:30 +0000"),
            (FindingCode::GradeByOther, Some(78), at, "user 78, 2026-05-18 14:20:30 +0000"),
            (FindingCode::GradeByOther, Some(-4), None, "a quiz or an external tool"),
            (FindingCode::ClearedInCanvas, Some(77), None, "Okonkwo, Ada"),
            (FindingCode::Resubmitted, None, at, "handed in 2026-05-18 14:20:30 +0000"),
        ] {
            assert_eq!(whose_words(code, &WhoseWork { by, at }, Some(&names), &TimeZone::UTC), expected);
        }
        assert_eq!(grader(Some(77), None), "user 77", "without names");
    }
}
