//! `--course`, `--except-course`, `--assignment`, `--user`: which rows a plan is about.

use std::collections::BTreeSet;

use super::EngineError;
use crate::domain::{
    CanvasHost, Cell, ColumnKey, CourseId, CourseIdOrigin, CoursePart, Directory, Identified, Narrowed, PlannedColumn,
    PlannedStudent, identify_course, nearest,
};
use crate::store::Store;

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

    /// The id, without the kind that was forced.
    pub fn text(&self) -> &str {
        match self {
            Self::AsSent(id) | Self::Forced(_, id) => id,
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

impl Selection {
    /// Whether it names nothing, and so selects everything.
    pub fn is_empty(&self) -> bool {
        let Self { courses, except_courses, assignments, users } = self;
        courses.is_empty() && except_courses.is_empty() && assignments.is_empty() && users.is_empty()
    }

    /// Looks the named courses up in the cache.
    pub fn look_up(&self, store: &Store, host: &CanvasHost, origin: CourseIdOrigin) -> Result<Selected, EngineError> {
        let names_no_course = self.courses.is_empty() && self.except_courses.is_empty();
        let directory = if names_no_course { Directory::default() } else { store.directory(host)? };
        Ok(self.on(&directory, origin))
    }

    /// Looks the named courses up.
    pub fn on(&self, directory: &Directory, origin: CourseIdOrigin) -> Selected {
        let find = |names: &[CourseName]| names.iter().map(|name| NamedCourse::of(name, directory, origin)).collect();
        Selected {
            courses: find(&self.courses),
            except: find(&self.except_courses),
            assignments: self.assignments.clone(),
            users: self.users.clone(),
        }
    }
}

/// A course that a selection names.
#[derive(Debug, Clone)]
pub struct NamedCourse {
    /// As it was named.
    pub name: CourseName,
    /// The course of the cache that this is, if there is one.
    pub id: Option<CourseId>,
    /// What that course is called.
    pub title: Option<String>,
}

impl NamedCourse {
    fn of(name: &CourseName, directory: &Directory, origin: CourseIdOrigin) -> Self {
        let id = name.find(directory, origin);
        let title = id.and_then(|id| directory.course(id)).map(|course| course.name.clone());
        Self { name: name.clone(), id, title }
    }

    /// Whether it names this column's course, which its course id leads to.
    fn is(&self, sent_id: &str, course: Option<CourseId>) -> bool {
        course.is_some() && self.id == course
            || match &self.name {
                CourseName::AsSent(id) => id == sent_id,
                CourseName::Forced(CourseIdOrigin::Internal, id) => course.is_some_and(|one| one.to_string() == *id),
                CourseName::Forced(CourseIdOrigin::Sis, _) => false,
            }
    }
}

/// A selection with its courses looked up.
#[derive(Debug, Clone)]
pub struct Selected {
    /// Only these, if there are any.
    pub courses: Vec<NamedCourse>,
    /// Not these.
    pub except: Vec<NamedCourse>,
    assignments: Vec<String>,
    users: Vec<String>,
}

impl Selected {
    /// Whether the course of a column is inside; `course` is what its course id leads to.
    pub(super) fn has_course(&self, key: &ColumnKey, course: Option<CourseId>) -> bool {
        let Self { courses, except, assignments: _, users: _ } = self;
        let named = |names: &[NamedCourse]| names.iter().any(|name| name.is(&key.course_id, course));
        (courses.is_empty() || named(courses)) && !named(except)
    }

    /// Whether a column is inside; `course` is what its course id leads to.
    pub(super) fn has_column(&self, key: &ColumnKey, title: Option<&str>, course: Option<CourseId>) -> bool {
        let assignments = &self.assignments;
        self.has_course(key, course)
            && (assignments.is_empty() || assignments.iter().any(|name| is_assignment(name, key, title)))
    }

    /// Whether it names people.
    pub fn chooses_people(&self) -> bool {
        !self.users.is_empty()
    }

    /// Whether it names columns or people, and so may leave out what is in a course of its own.
    pub(super) fn chooses_within_courses(&self) -> bool {
        self.chooses_people() || !self.assignments.is_empty()
    }

    /// Whether a person is inside, by the id as sent.
    pub(super) fn has_user(&self, sent_id: &str) -> bool {
        self.users.is_empty() || self.users.iter().any(|user| user == sent_id)
    }

    /// Whether a column of a part of a plan is inside.
    pub(super) fn has_planned(&self, part: &CoursePart, column: &PlannedColumn) -> bool {
        self.has_column(&column.key, Some(&column.title), part.course.as_ref().map(|course| course.id))
    }

    /// Whether a cell of a part of a plan is inside.
    pub(super) fn has_cell(&self, part: &CoursePart, cell: &Cell) -> bool {
        self.has_planned(part, part.column(cell)) && self.has_student(part, part.student(cell))
    }

    /// Whether a student of a part is inside: by the id as sent, or by another id of the same person.
    fn has_student(&self, part: &CoursePart, student: &PlannedStudent) -> bool {
        let same = |other: &&PlannedStudent| other.user.is_some() && other.user == student.user;
        self.has_user(&student.sent_id) || part.students.iter().filter(same).any(|other| self.has_user(&other.sent_id))
    }

    /// What it selects, such as `only course BIO-101, user 00123`.
    pub fn words(&self) -> String {
        self.words_about(self.users.iter().map(|user| format!("user {user}")).collect())
    }

    /// The same for outputs that may name no student: people are only counted.
    pub fn words_without_people(&self) -> String {
        self.words_about(match self.users.len() {
            0 => Vec::new(),
            1 => vec!["1 person".to_owned()],
            people => vec![format!("{people} people")],
        })
    }

    fn words_about(&self, people: Vec<String>) -> String {
        let course = |word: &str, course: &NamedCourse| format!("{word}{}", course.name.text());
        let courses = self.courses.iter().map(|one| course("course ", one));
        let assignments = self.assignments.iter().map(|one| format!("assignment {one}"));
        let only: Vec<String> = courses.chain(assignments).chain(people).collect();
        let only = (!only.is_empty()).then(|| format!("only {}", only.join(", ")));
        let except = self.except.iter().map(|one| course("not course ", one));
        only.into_iter().chain(except).collect::<Vec<_>>().join(", ")
    }

    /// Whether it leaves nothing out.
    pub fn is_everything(&self) -> bool {
        let Self { courses, except, assignments, users } = self;
        courses.is_empty() && except.is_empty() && assignments.is_empty() && users.is_empty()
    }

    /// What is inside of a part of a plan; `None` if nothing is.
    pub fn narrow(&self, part: CoursePart) -> Option<Narrowed> {
        let columns: Vec<bool> = part.columns.iter().map(|column| self.has_planned(&part, column)).collect();
        let students: Vec<bool> = part.students.iter().map(|student| self.has_student(&part, student)).collect();
        part.narrowed(&columns, &students)
    }

    /// Its names, none of which was met yet.
    pub fn unmet(&self) -> Unmet<'_> {
        Unmet {
            courses: self.courses.iter().collect(),
            except: self.except.iter().collect(),
            assignments: self.assignments.iter().map(String::as_str).collect(),
            users: self.users.iter().map(String::as_str).collect(),
            seen: BTreeSet::new(),
        }
    }
}

fn is_assignment(name: &str, key: &ColumnKey, title: Option<&str>) -> bool {
    Some(name) == title || name == key.assignment.to_string()
}

/// The names of a selection that nothing bore yet: a name that nothing bears is a slip of the pen, and what was meant
/// would be missed, or, worse, not be spared.
#[derive(Debug)]
pub struct Unmet<'a> {
    courses: Vec<&'a NamedCourse>,
    except: Vec<&'a NamedCourse>,
    assignments: Vec<&'a str>,
    users: Vec<&'a str>,
    /// Courses and assignments that are there while a name is unmet, each under the flag that names its kind.
    seen: BTreeSet<(&'static str, String)>,
}

const COURSE: &str = "--course";
const ASSIGNMENT: &str = "--assignment";

impl Unmet<'_> {
    /// A column that is there.
    pub(super) fn meet_column(&mut self, key: &ColumnKey, title: Option<&str>, course: Option<CourseId>) {
        self.courses.retain(|name| !name.is(&key.course_id, course));
        self.except.retain(|name| !name.is(&key.course_id, course));
        self.assignments.retain(|name| !is_assignment(name, key, title));
        if !self.courses.is_empty() || !self.except.is_empty() {
            self.seen.insert((COURSE, key.course_id.to_string()));
        }
        if let Some(title) = title.filter(|_| !self.assignments.is_empty()) {
            self.seen.insert((ASSIGNMENT, title.to_owned()));
        }
    }

    /// A person who is there.
    pub(super) fn meet_user(&mut self, sent_id: &str) {
        self.users.retain(|user| *user != sent_id);
    }

    /// A part of a plan that is there.
    pub fn meet(&mut self, part: &CoursePart) {
        let course = part.course.as_ref().map(|course| course.id);
        for column in &part.columns {
            self.meet_column(&column.key, Some(&column.title), course);
        }
        if !self.users.is_empty() {
            for student in &part.students {
                self.meet_user(&student.sent_id);
            }
        }
    }

    /// Refuses names that nothing bore.
    pub fn finish(self) -> Result<(), EngineError> {
        let courses = self.courses.iter().map(|one| (COURSE, COURSE, one.name.text()));
        let except = self.except.iter().map(|one| ("--except-course", COURSE, one.name.text()));
        let assignments = self.assignments.iter().map(|name| (ASSIGNMENT, ASSIGNMENT, *name));
        let users = self.users.iter().map(|name| ("--user", "", *name));
        let Some((flag, kind, name)) = courses.chain(except).chain(assignments).chain(users).next() else {
            return Ok(());
        };
        let seen = self.seen.iter().filter(|(of, _)| *of == kind).map(|(_, text)| text.as_str());
        let near = nearest(name, seen).map(str::to_owned);
        Err(EngineError::NothingNamed { flag, name: name.to_owned(), near })
    }
}
