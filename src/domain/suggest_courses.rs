//! Which courses an id that leads to none may mean. Never applied: only a person turns one into an alias.

use std::collections::HashMap;

use super::near_ids::NearIds;
use super::suggest::{MOST, add};
use super::{CachedCourse, CourseId, Directory, Suggestion};

/// Every course, indexed by what an unmatched id may have in common with it.
pub struct CourseSuggestions<'a> {
    directory: &'a Directory,
    courses: Vec<&'a CachedCourse>,
    near: NearIds,
    /// SIS ids and codes by their letters and digits alone.
    by_bare_id: HashMap<String, Vec<u32>>,
}

impl<'a> CourseSuggestions<'a> {
    /// Indexes every course.
    pub fn of(directory: &'a Directory) -> Self {
        let mut courses: Vec<&CachedCourse> = directory.courses().collect();
        courses.sort_unstable_by_key(|course| course.id);
        let ids = courses.iter().zip(0..).flat_map(|(course, place)| {
            course.sis_course_id.as_deref().into_iter().chain([course.course_code.as_str()]).map(move |id| (id, place))
        });
        let mut by_bare_id = HashMap::new();
        for (id, place) in ids.clone() {
            add(&mut by_bare_id, bare_course(id), place);
        }
        let near = NearIds::of(ids);
        Self { directory, courses, near, by_bare_id }
    }

    /// What a course id may mean, likeliest first, at most three.
    pub fn courses(&self, sent: &str) -> Vec<Suggestion> {
        let mut found: Vec<(CourseId, &'static str)> = Vec::new();
        let mut note = |id: CourseId, reason| {
            if found.iter().all(|(known, _)| *known != id) {
                found.push((id, reason));
            }
        };
        for section in self.directory.sections_by_sis(sent) {
            note(section.course, "a section of it has this SIS id");
        }
        for id in self.directory.courses_by_sis(sent) {
            note(*id, "it has this SIS id");
        }
        if let Some(course) = sent.parse().ok().and_then(|id| self.directory.course(id)) {
            note(course.id, "it has this internal id");
        }
        for place in self.by_bare_id.get(&bare_course(sent)).into_iter().flatten() {
            note(self.courses[*place as usize].id, "same id but for letter case or punctuation");
        }
        for place in self.near.owners_near(sent) {
            note(self.courses[place as usize].id, "its id differs by one character");
        }
        found.truncate(MOST);
        found.into_iter().filter_map(|(id, reason)| self.course(id, reason)).collect()
    }

    /// A course as a suggestion.
    pub fn course(&self, id: CourseId, reason: &str) -> Option<Suggestion> {
        let course = self.directory.course(id)?;
        let mut ids = vec![format!("internal id {id}")];
        ids.extend(course.sis_course_id.as_ref().map(|sis| format!("SIS id {sis}")));
        Some(Suggestion { canvas_id: id.0, name: course.name.clone(), reason: reason.to_owned(), ids: ids.join(", ") })
    }
}

fn bare_course(text: &str) -> String {
    text.chars().filter(|letter| letter.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::{CachedSection, SectionId};

    fn directory() -> Directory {
        let mut directory = Directory::default();
        for (id, sis) in [(10, "BIO-101-F26"), (11, "CHEM 7")] {
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
        directory.add_section(CachedSection {
            id: SectionId(20),
            course: CourseId(11),
            sis_section_id: Some("CHEM-7-A".to_owned()),
            name: String::new(),
            cross_listed_from: None,
        });
        directory
    }

    #[test]
    fn what_a_course_id_may_mean_and_why() {
        let directory = directory();
        let index = CourseSuggestions::of(&directory);
        for (sent, expected) in [
            ("bio 101 f26", Some((10, "same id but for letter case or punctuation"))),
            ("BIO-101-F25", Some((10, "its id differs by one character"))),
            ("CHEM-7-A", Some((11, "a section of it has this SIS id"))),
            ("10", Some((10, "it has this internal id"))),
            ("HIST-900-F26", None),
        ] {
            let suggested = index.courses(sent);
            assert_eq!(suggested.first().map(|one| (one.canvas_id, one.reason.as_str())), expected, "{sent}");
        }
    }
}
