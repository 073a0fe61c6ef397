//! `--course`, `--except-course`, `--assignment`, `--user`: which rows a plan is about.

use std::collections::HashSet;

use crate::domain::{Column, CourseId, CourseIdOrigin, Directory, Identified, Score, identify_course};

/// A course as a person names it: by the connector's origin, or by a kind they force.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum CourseName {
    /// The id as in the sheet.
    AsSent(String),
    /// `internal:ID` or `sis:ID`.
    Forced(CourseIdOrigin, String),
}

impl CourseName {
    /// Reads `ID`, `internal:ID` or `sis:ID`.
    pub fn parse(text: &str) -> Self {
        match text.split_once(':') {
            Some(("internal", id)) => Self::Forced(CourseIdOrigin::Internal, id.to_owned()),
            Some(("sis", id)) => Self::Forced(CourseIdOrigin::Sis, id.to_owned()),
            _ => Self::AsSent(text.to_owned()),
        }
    }

    /// The course this names, if there is one.
    pub fn find(&self, directory: &Directory, origin: CourseIdOrigin) -> Option<CourseId> {
        let (origin, text) = match self {
            Self::AsSent(text) => (origin, text),
            Self::Forced(origin, text) => (*origin, text),
        };
        match identify_course(directory, origin, text) {
            Identified::Found { id, .. } => Some(id),
            Identified::Not { .. } => None,
        }
    }
}

/// Which rows a plan is about; everything if empty.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Selection {
    /// Only these courses.
    pub courses: Vec<CourseName>,
    /// Not these courses.
    pub except_courses: Vec<CourseName>,
    /// Only these columns, by the sender's assignment id or title.
    pub assignments: Vec<String>,
    /// Only these people, by id as sent.
    pub users: Vec<String>,
}

/// A selection with its courses looked up.
pub(super) struct Selected<'a> {
    selection: &'a Selection,
    courses: HashSet<CourseId>,
    except: HashSet<CourseId>,
}

impl Selection {
    /// Looks the named courses up.
    pub(super) fn on<'a>(&'a self, directory: &Directory, origin: CourseIdOrigin) -> Selected<'a> {
        let find = |names: &[CourseName]| names.iter().filter_map(|name| name.find(directory, origin)).collect();
        Selected { selection: self, courses: find(&self.courses), except: find(&self.except_courses) }
    }
}

impl Selected<'_> {
    /// Whether a column is inside; `course` is what its course id leads to.
    pub(super) fn has_column(&self, column: &Column, course: Option<CourseId>) -> bool {
        let Selection { courses, except_courses, assignments, users: _ } = self.selection;
        let named = |names: &[CourseName], found: &HashSet<CourseId>| {
            course.is_some_and(|course| found.contains(&course))
                || names.iter().any(|name| matches!(name, CourseName::AsSent(id) if **id == *column.key.course_id))
        };
        let title = column.item.as_ref().map(|(item, _)| item.title.as_ref());
        (courses.is_empty() || named(courses, &self.courses))
            && !named(except_courses, &self.except)
            && (assignments.is_empty()
                || assignments
                    .iter()
                    .any(|one| *one == column.key.assignment.to_string() || Some(one.as_str()) == title))
    }

    /// Whether a row of a selected column is inside.
    pub(super) fn has_row(&self, score: &Score) -> bool {
        self.selection.users.is_empty() || self.selection.users.iter().any(|user| **user == *score.user_id)
    }
}
