//! What the rows of a table that no layout describes say of their course and assignment.

use super::canonical::unwrapped;
use super::column_words::{OfCourse, is_item_name, of_course};
use super::error::ScoresError;
use super::gather::Gathering;
use super::header::{Header, normal};
use super::note::LeftOut;
use super::values_seen::{Kind, ValuesSeen};

/// The columns that say which course and assignment a row is of.
#[derive(Debug, Default)]
pub(super) struct RowSays {
    course: Option<usize>,
    /// A column of courses, of which one is named that need not be the one that was said.
    other_course: Option<usize>,
    assignment: Option<usize>,
    /// The assignment of the first row that names one.
    first: Option<String>,
}

/// Whether a header has a column that says the course of each row.
pub(super) fn says_course(header: &Header) -> bool {
    header.names.iter().any(|name| of_course(name).is_some())
}

impl RowSays {
    /// Finds the columns, after the first rows were seen. A column of courses counts if its name or its values show that
    /// it holds ids, or that the rows are of several courses.
    pub(super) fn of(header: &Header, seen: &[ValuesSeen], gathering: &Gathering<'_>) -> Self {
        let columns = || header.names.iter().enumerate().filter(|(place, _)| !seen[*place].is_empty());
        let named = columns().filter_map(|(place, name)| Some((of_course(name)?, place))).max_by_key(|(how, _)| *how);
        let stated = &*gathering.course;
        let counts = |(how, place): (OfCourse, usize)| {
            let values = || seen[place].distinct();
            how == OfCourse::Surely || stated.is_empty() || values().count() > 1 || values().any(|one| one == stated)
        };
        let assignment = columns()
            .find(|(place, name)| is_item_name(name) && normal(name) != "title" && seen[*place].kind() != Kind::Scores);
        Self {
            course: named.filter(|one| counts(*one)).map(|(_, place)| place),
            other_course: named.filter(|one| !counts(*one)).map(|(_, place)| place),
            assignment: assignment.map(|(place, _)| place),
            first: None,
        }
    }

    /// The columns that are read.
    pub(super) fn places(&self) -> impl Iterator<Item = usize> {
        self.course.into_iter()
    }

    /// Why a column is left out, where these say it.
    pub(super) fn left_out(&self, place: usize) -> Option<LeftOut> {
        (self.other_course == Some(place)).then_some(LeftOut::OtherCourse)
    }

    /// The course of a row; empty for that of the file. It is an error if it is another one than the user said, or if the
    /// row is of another assignment than those before it.
    pub(super) fn course<'a>(
        &mut self,
        (name, header, line): (&str, &Header, u32),
        cell: impl Fn(usize) -> &'a str,
        gathering: &Gathering<'_>,
    ) -> Result<&'a str, ScoresError> {
        let named = |place: usize| (name.to_owned(), header.names[place].clone());
        if let Some(place) = self.assignment {
            let text = cell(place).trim();
            match &self.first {
                _ if text.is_empty() => {}
                None => self.first = Some(text.to_owned()),
                Some(first) if first == text => {}
                Some(_) => {
                    let (name, column) = named(place);
                    return Err(ScoresError::RowsNameAssignments { name, line, column });
                }
            }
        }
        let Some(place) = self.course else { return Ok("") };
        let course = unwrapped(cell(place));
        if course.is_empty() || course == &*gathering.course {
            return Ok("");
        }
        if gathering.has_course() {
            let (name, column) = named(place);
            return Err(ScoresError::OtherCourse { name, line, column, course: course.to_owned() });
        }
        Ok(course)
    }
}
