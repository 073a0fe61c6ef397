//! Suggestions for the ids of a sheet that lead nowhere: the rosters of their rows' courses first, then everybody.

use std::collections::{BTreeMap, BTreeSet, HashSet};

use rayon::prelude::*;

use super::courses::{CourseMeaning, Courses};
use super::groups::Rosters;
use super::people::People;
use super::register::Register;
use super::rows::Rows;
use crate::domain::{
    CourseId, CourseSuggestions, FindingCode, Score, SentPerson, SentUser, Suggestion, SuggestionIndex,
};
use crate::engine::EngineError;

/// What the sheet says around one id.
#[derive(Default)]
struct Around<'a> {
    /// The first row that says something of the person.
    person: Option<&'a SentPerson>,
    courses: BTreeSet<&'a str>,
}

/// Suggests people for every id that names no person, or several.
pub(super) fn suggest_people<'a>(
    people: &mut People<'a>,
    rows: &Rows<'a>,
    courses: &Courses,
    rosters: &mut Rosters<'_>,
) -> Result<(), EngineError> {
    let register = rosters.register;
    let mut unmatched: BTreeMap<SentUser<'_>, Around<'_>> = BTreeMap::new();
    for (column, places) in rows.columns() {
        // An empty id is no id: whoever were suggested for it would get the rows of everybody without one.
        let has_id = |score: &Score| rows.sheet.sent_user(score).row.is_none();
        let is_suggested_for = |score: &&Score| people.is_nobody(people.row(score)) && has_id(score);
        for score in rows.sheet.scores_at(places).filter(is_suggested_for) {
            let around = unmatched.entry(rows.sheet.sent_user(score)).or_default();
            around.person = around.person.or(score.person());
            around.courses.insert(&column.key.course_id);
        }
    }
    if unmatched.is_empty() {
        return Ok(());
    }
    let index = SuggestionIndex::of(&register.directory);
    let mut wanted = Vec::with_capacity(unmatched.len());
    for (sent, around) in unmatched {
        let mut roster = HashSet::new();
        for course in around.courses.iter().flat_map(|course| courses.meaning(course).courses()) {
            roster.extend(rosters.people_of(course)?);
        }
        wanted.push((sent, around.person, roster));
    }
    // Each id is compared with many names, and no id depends on another: on two cores 500 ids take a tenth to a fifth
    // less of the whole time, loading included (`cargo bench --bench identity`, with RAYON_NUM_THREADS=1 and 2).
    let suggested =
        |sent: SentUser<'_>, person, roster| index.users(register.origin_of(sent.kind), sent.id, person, roster);
    let found: Vec<Vec<Suggestion>> =
        wanted.par_iter().map(|(sent, person, roster)| suggested(*sent, *person, roster)).collect();
    for ((sent, _, _), suggestions) in wanted.iter().zip(found) {
        people.suggest(*sent, suggestions);
    }
    Ok(())
}

/// Suggests courses for a course id with this problem.
pub(super) fn suggest_courses(
    sent: &str,
    code: FindingCode,
    meaning: &CourseMeaning,
    index: &CourseSuggestions<'_>,
    register: &Register<'_>,
) -> Vec<Suggestion> {
    match (code, meaning) {
        (FindingCode::CourseCrossListed, CourseMeaning::Emptied(course, _)) => {
            let moved = register.directory.sections_moved_from(*course).iter().map(|section| section.course);
            let parents: BTreeSet<CourseId> = moved.collect();
            parents.into_iter().filter_map(|id| index.course(id, "its students were cross-listed into it")).collect()
        }
        (_, CourseMeaning::Aliased(ids)) => {
            ids.iter().take(3).filter_map(|id| index.course(*id, "its alias names it")).collect()
        }
        _ => index.courses(sent),
    }
}
