//! The mapping of people: each id of the sheet, the person it led to, and under which rule.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::domain::{FindingCode, PlannedStudent, Source, UserId, UserIdOrigin};

use super::header::{ReportHeader, ReportPart};
use super::words::Count;

/// Codes that say a person, not a course, is the trouble.
const ABOUT_PEOPLE: [FindingCode; 3] =
    [FindingCode::UserUnresolved, FindingCode::UserAmbiguous, FindingCode::IdsDisagree];

/// The people of a plan, each once however many courses they are in.
#[derive(Default)]
pub(super) struct People(BTreeMap<PersonKey, Tally>);

/// The id as sent with its kind, the row where there is no id, and the person.
type PersonKey = (Arc<str>, Option<UserIdOrigin>, Option<Source>, Option<UserId>);

struct Tally {
    student: PlannedStudent,
    cells: u64,
    courses: Vec<String>,
    sources: Vec<Source>,
}

/// A person in one line.
pub(super) struct PersonRow {
    pub(super) student: PlannedStudent,
    pub(super) cells: Count,
    pub(super) courses: String,
    pub(super) places: String,
}

impl PersonRow {
    pub(super) fn name(&self) -> &str {
        self.student.sortable_name.as_deref().or(self.student.name.as_deref()).unwrap_or_default()
    }

    pub(super) fn sis_user_id(&self) -> &str {
        self.student.sis_user_id.as_deref().unwrap_or_default()
    }

    pub(super) fn login_id(&self) -> &str {
        self.student.login_id.as_deref().unwrap_or_default()
    }
}

impl People {
    pub(super) fn add(&mut self, part: &ReportPart<'_>, course: &str) {
        let mut cells: Vec<(u64, bool, Vec<Source>)> = vec![(0, false, Vec::new()); part.part.students.len()];
        for cell in &part.part.cells {
            let Some((count, about_person, sources)) = cells.get_mut(cell.student.as_usize()) else { continue };
            *count += 1;
            *about_person |= cell.codes.iter().any(|code| ABOUT_PEOPLE.contains(code));
            sources.extend_from_slice(&cell.sources);
        }
        for (student, (count, about_person, sources)) in part.part.students.iter().zip(cells) {
            // In a course that is not identified, people were not looked for.
            if student.user.is_none() && part.part.course.is_none() && !about_person {
                continue;
            }
            let key = (Arc::clone(&student.sent_id), student.sent_kind, student.sent_row, student.user);
            let tally = self.0.entry(key).or_insert_with(|| Tally {
                student: student.clone(),
                cells: 0,
                courses: Vec::new(),
                sources: Vec::new(),
            });
            tally.cells += count;
            // Where an identified person stands is in the table of cells.
            if student.user.is_none() {
                tally.courses.push(course.to_owned());
                tally.sources.extend(sources);
            }
        }
    }

    /// The unidentified by id, then the identified by name.
    pub(super) fn rows(self, header: &ReportHeader) -> (Vec<PersonRow>, Vec<PersonRow>) {
        let rows = self.0.into_values().map(|tally| PersonRow {
            places: header.places(&tally.sources),
            courses: tally.courses.join(", "),
            cells: Count(tally.cells),
            student: tally.student,
        });
        let (mut identified, unidentified): (Vec<_>, Vec<_>) = rows.partition(|row| row.student.user.is_some());
        identified.sort_by(|one, other| one.name().cmp(other.name()));
        (unidentified, identified)
    }
}
