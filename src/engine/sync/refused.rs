//! What Canvas refused to show of a course, so that nobody takes it for empty.

use std::fmt;

use crate::canvas::{Course, CourseRef};

/// A course of which the cache holds what it held before, because Canvas did not show it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RefusedCourse {
    /// Which course.
    pub course: CourseRef,
    /// Its name; `None` where not even that was shown.
    pub name: Option<String>,
    /// What of it.
    pub part: CoursePart,
    /// What Canvas said, one line.
    pub reason: String,
}

/// A part of a course that Canvas may refuse.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CoursePart {
    /// The course itself.
    Course,
    /// Its sections.
    Sections,
    /// Its people.
    People,
}

impl CoursePart {
    /// The word in machine output.
    pub fn name(self) -> &'static str {
        match self {
            Self::Course => "course",
            Self::Sections => "sections",
            Self::People => "people",
        }
    }
}

impl RefusedCourse {
    /// A part of a course that was shown itself.
    pub(super) fn part_of(course: &Course, part: CoursePart, reason: String) -> Self {
        Self { course: course.id.into(), name: Some(course.name.clone()), part, reason }
    }
}

impl fmt::Display for RefusedCourse {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.part {
            CoursePart::Course => {}
            part @ (CoursePart::Sections | CoursePart::People) => write!(formatter, "the {} of ", part.name())?,
        }
        match &self.course {
            CourseRef::Id(id) => write!(formatter, "course {id}")?,
            CourseRef::Sis(id) => write!(formatter, "the course with the SIS id `{id}`")?,
        }
        match &self.name {
            Some(name) => write!(formatter, " ({name})"),
            None => Ok(()),
        }
    }
}
