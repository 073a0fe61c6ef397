//! The tables of a provisioning report, one row per login (`canvas-contract §F`).

use std::collections::HashMap;

use super::rest::Filling;
use crate::canvas::{CanvasError, Record, ReportArchive};
use crate::domain::{
    CachedCourse, CachedEnrollment, CachedLogin, CachedSection, CachedUser, CourseId, EnrollmentKind, EnrollmentState,
    LoginState, SectionId,
};
use crate::engine::{EngineError, Event, Step};

/// Why the file of a report cannot be used.
#[derive(Debug, thiserror::Error)]
pub(super) enum Unusable {
    /// It cannot be read to its end.
    #[error(transparent)]
    Broken(#[from] CanvasError),
    /// It is something else, or holds less than was asked for.
    #[error("its file has no table `{0}`")]
    NoTable(&'static str),
    /// It is something else.
    #[error("its table `{table}` has no column `{column}`")]
    NoColumn { table: &'static str, column: &'static str },
}

/// The tables without which a report shows nothing, and the column without which a row names nobody.
const NEEDED: [(&str, &str); 4] = [
    ("users", "canvas_user_id"),
    ("courses", "canvas_course_id"),
    ("sections", "canvas_section_id"),
    ("enrollments", "canvas_user_id"),
];

/// Reads the tables that the report was asked for to their ends, before anything of them is loaded: half a report is
/// none, and neither is a page that says something else.
pub(super) fn check(archive: &mut ReportArchive, tables: &[&str]) -> Result<(), Unusable> {
    let mut record = Record::default();
    for (name, column) in NEEDED.into_iter().filter(|(name, _)| tables.contains(name)) {
        let mut table = archive.table(name)?.ok_or(Unusable::NoTable(name))?;
        if table.column(column).is_none() {
            return Err(Unusable::NoColumn { table: name, column });
        }
        while table.read(&mut record)? {}
    }
    Ok(())
}

/// Loads the tables that the report was asked for. A report of one table is that table, whatever its name.
pub(super) fn read(filling: &mut Filling<'_>, mut archive: ReportArchive, tables: &[&str]) -> Result<(), EngineError> {
    if tables.contains(&"users") {
        read_people(filling, &mut archive)?;
    }
    if tables.contains(&"courses") {
        read_courses(filling, &mut archive)?;
    }
    Ok(())
}

fn read_people(filling: &mut Filling<'_>, archive: &mut ReportArchive) -> Result<(), EngineError> {
    let Filling { session, load, seen } = filling;
    let columns = ["canvas_user_id", "user_id", "login_id", "full_name", "sortable_name", "email", "status"];
    each(archive, "users", &columns, |row| {
        let Ok(id) = row.at(0).parse() else { return Ok(()) };
        seen.add(id);
        load.add_user(&CachedUser {
            id,
            name: row.at(3).to_owned(),
            sortable_name: row.at(4).to_owned(),
            email: row.text(5),
        })?;
        let state = match row.at(6) {
            "suspended" => LoginState::Suspended,
            "deleted" => LoginState::Deleted,
            _ => LoginState::Active,
        };
        load.add_login(&CachedLogin { user: id, unique_id: row.text(2), sis_user_id: row.text(1), state })?;
        session.events.send(Event::Advanced { step: Step::Sync, by: 1 });
        Ok(())
    })
}

fn read_courses(filling: &Filling<'_>, archive: &mut ReportArchive) -> Result<(), EngineError> {
    let Filling { session, load, .. } = filling;
    let mut origins: HashMap<SectionId, CourseId> = HashMap::new();
    each(archive, "xlist", &["canvas_section_id", "canvas_nonxlist_course_id", "status"], |row| {
        if let (Ok(section), Ok(course), false) = (row.at(0).parse(), row.at(1).parse(), row.at(2) == "deleted") {
            origins.insert(section, course);
        }
        Ok(())
    })?;
    let columns =
        ["canvas_course_id", "course_id", "short_name", "long_name", "canvas_account_id", "canvas_term_id", "status"];
    each(archive, "courses", &columns, |row| {
        let (Ok(id), Some(state)) = (row.at(0).parse(), course_state(row.at(6))) else { return Ok(()) };
        load.add_course(&CachedCourse {
            id,
            sis_course_id: row.text(1),
            name: row.at(3).to_owned(),
            course_code: row.at(2).to_owned(),
            workflow_state: state.to_owned(),
            account: row.at(4).parse().ok(),
            term: row.at(5).parse().ok(),
        })?;
        Ok(())
    })?;
    each(archive, "sections", &["canvas_section_id", "section_id", "canvas_course_id", "name", "status"], |row| {
        let (Ok(id), Ok(course), false) = (row.at(0).parse(), row.at(2).parse(), row.at(4) == "deleted") else {
            return Ok(());
        };
        load.add_section(&CachedSection {
            id,
            course,
            sis_section_id: row.text(1),
            name: row.at(3).to_owned(),
            cross_listed_from: origins.get(&id).copied(),
        })?;
        Ok(())
    })?;
    let columns = ["canvas_course_id", "canvas_user_id", "canvas_section_id", "base_role_type", "role", "status"];
    each(archive, "enrollments", &columns, |row| {
        let (Ok(course), Ok(user)) = (row.at(0).parse(), row.at(1).parse()) else { return Ok(()) };
        let kind = EnrollmentKind::from_canvas(row.at(3)).or_else(|| kind_of_role(row.at(4)));
        if let (Some(kind), Some(state)) = (kind, EnrollmentState::from_canvas(row.at(5))) {
            let section = row.at(2).parse().ok();
            load.add_enrollment(&CachedEnrollment { course, user, section, kind, state })?;
            session.events.send(Event::Advanced { step: Step::Sync, by: 1 });
        }
        Ok(())
    })
}

/// The report's word for a course's state, in REST's words; deleted courses are left out.
fn course_state(word: &str) -> Option<&'static str> {
    match word {
        "active" => Some("available"),
        "concluded" => Some("completed"),
        "unpublished" => Some("unpublished"),
        _ => None,
    }
}

/// Older reports have no base role type.
fn kind_of_role(role: &str) -> Option<EnrollmentKind> {
    match role {
        "student" => Some(EnrollmentKind::Student),
        "teacher" => Some(EnrollmentKind::Teacher),
        "ta" => Some(EnrollmentKind::Ta),
        "designer" => Some(EnrollmentKind::Designer),
        "observer" => Some(EnrollmentKind::Observer),
        _ => None,
    }
}

/// A row with its columns in the order they were asked for.
struct Row<'a> {
    record: &'a Record,
    places: &'a [Option<usize>],
}

impl Row<'_> {
    fn at(&self, column: usize) -> &str {
        self.places[column].map_or("", |place| self.record.get(place))
    }

    fn text(&self, column: usize) -> Option<String> {
        Some(self.at(column).to_owned()).filter(|text| !text.is_empty())
    }
}

fn each(
    archive: &mut ReportArchive,
    name: &str,
    columns: &[&str],
    mut take: impl FnMut(Row<'_>) -> Result<(), EngineError>,
) -> Result<(), EngineError> {
    let Some(mut table) = archive.table(name)? else { return Ok(()) };
    let places: Vec<Option<usize>> = columns.iter().map(|column| table.column(column)).collect();
    let mut record = Record::default();
    while table.read(&mut record)? {
        take(Row { record: &record, places: &places })?;
    }
    Ok(())
}
