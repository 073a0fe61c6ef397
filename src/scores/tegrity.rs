//! Tegrity's own reports: the viewing report and the wide one (`tegrity-connector §5`).

use super::canonical::unwrapped;
use super::error::ScoresError;
use super::format::Format;
use super::gather::{Describe, Gathering};
use super::intake::{Method, Missing};
use super::key_texts::KeyTexts;
use super::note::{LeftOut, NoteKind};
use super::people::People;
use super::sent::Sent;
use super::table::Table;
use super::viewing::{Graded, Settings, Viewing, points};
use crate::domain::{ScorableItem, ScoreType, UserIdOrigin};

/// What a header needs for the viewing report.
pub(super) const VIEWING: &[&[&str]] =
    &[&["Course ID"], &["Recording ID", "Recording Title"], &["User ID"], &["% Viewed", "Minutes Viewed"]];

/// What a header needs for the wide report.
pub(super) const WIDE: &[&[&str]] = &[&["User ID"], &["Last Name"], &["First Name"]];

/// Columns of the wide report that are no recordings.
const WIDE_OTHERS: [&str; 8] =
    ["User ID", "Last Name", "First Name", "Student Name", "Email", "Course ID", "Course Name", "Section"];

/// Columns that count recordings the student made: one point each (`tegrity-connector §1`).
const COUNTS: [&str; 2] = ["Student Recordings", "Proctored Recordings"];

/// Reads the viewing report: a row per student and recording.
pub(super) fn read_viewing(table: &mut Table, gathering: &mut Gathering<'_>) -> Result<(), ScoresError> {
    let needed = if gathering.has_course() { &VIEWING[1..] } else { VIEWING };
    table.header.demand(&table.name, Format::TegrityViewing, needed)?;
    let header = table.header.clone();
    let find = |name: &str| header.find(name);
    let people = people(table, gathering, &["Student Name"], Some("Email"));
    let (course, id, title) = (find("Course ID"), find("Recording ID"), find("Recording Title"));
    let (length, last_viewed) = (find("Duration"), find("Last Viewed"));
    let (minutes, percent) = (find("Minutes Viewed"), find("% Viewed"));
    let taken = [course, id, title, length, last_viewed, minutes, percent].into_iter().flatten();
    table.take(taken.chain(people.places()));
    while let Some(row) = table.next()? {
        let line = row.line;
        let course_id = unwrapped(row.field(course));
        let key = KeyTexts { course_id, id: unwrapped(row.field(id)), title: row.field(title), ..KeyTexts::default() };
        let column = gathering.column(key)?;
        let field = |column| row.field(column).trim();
        let viewing = Viewing { percent: field(percent), viewed: field(minutes), length: field(length) };
        let graded = viewing.graded(&gathering.settings(course_id));
        if graded.capped {
            gathering.note(line, NoteKind::CappedAtHundred);
        }
        let title = gathering.text(row.field(title));
        describe(line, column, title, &graded, gathering);
        let submitted = gathering.date(line, "Last Viewed", row.field(last_viewed));
        let (user_id, person) = (people.user_id(row), people.person(row));
        let sent = Sent { user_id, received: &graded.received, submitted, person, ..Sent::default() };
        gathering.score(line, column, sent);
    }
    table.tell_left_over(gathering, |_| LeftOut::Other);
    Ok(())
}

/// Reads the wide report: a row per student, a column per recording.
pub(super) fn read_wide(table: &mut Table, gathering: &mut Gathering<'_>) -> Result<(), ScoresError> {
    table.header.demand(&table.name, Format::TegrityWide, WIDE)?;
    gathering.demand_course(Format::TegrityWide)?;
    let settings = gathering.settings("");
    let header = table.header.clone();
    let people = people(table, gathering, &["First Name", "Last Name"], Some("Email"));
    let mut recordings = Vec::new();
    for (place, title) in header.names.iter().enumerate() {
        if title.is_empty() || WIDE_OTHERS.iter().any(|other| header.find(other) == Some(place)) {
            continue;
        }
        if header.repeats(title) {
            let (name, column) = (table.name.clone(), title.clone());
            return Err(ScoresError::DuplicateColumn { name, line: header.line, column });
        }
        let key = KeyTexts { title, ..KeyTexts::default() };
        let counts = COUNTS.iter().any(|count| header.find(count) == Some(place));
        recordings.push((place, gathering.column(key)?, title, counts));
    }
    table.take(people.places().chain(recordings.iter().map(|(place, ..)| *place)));
    while let Some(row) = table.next()? {
        for (place, column, title, counts) in &recordings {
            let graded = wide_grade(row.get(*place).trim(), *counts, &settings);
            if !graded.received.is_empty() || settings.missing == Missing::Zero {
                let title = gathering.text(title);
                describe(row.line, *column, title, &graded, gathering);
            }
            let (user_id, person) = (people.user_id(row), people.person(row));
            let sent = Sent { user_id, received: &graded.received, person, ..Sent::default() };
            gathering.score(row.line, *column, sent);
        }
    }
    table.tell_left_over(gathering, |_| LeftOut::Other);
    Ok(())
}

/// A cell of the wide report: the course's method says what its number means.
fn wide_grade(text: &str, counts: bool, settings: &Settings) -> Graded {
    if counts {
        let possible = points(settings.possible).unwrap_or_default();
        return Graded { received: text.to_owned(), possible, score_type: ScoreType::Points, capped: false };
    }
    let viewing = match settings.method {
        Method::Minutes => Viewing { viewed: text, ..Viewing::default() },
        Method::Percent | Method::Complete | Method::Points => Viewing { percent: text, ..Viewing::default() },
    };
    viewing.graded(settings)
}

/// Tegrity's user id is of whatever kind the connector says.
fn people(table: &Table, gathering: &Gathering<'_>, name: &[&str], email: Option<&str>) -> People {
    let wanted = gathering.intake.user_id_origin;
    let user_id = |origin: UserIdOrigin| table.header.find("User ID").filter(|_| origin == wanted);
    People::find(&table.header, wanted, user_id, name, email)
        .expect("the header has the column, which was demanded")
        .of_the_connector()
}

fn describe(line: u32, column: u32, title: std::sync::Arc<str>, graded: &Graded, gathering: &mut Gathering<'_>) {
    let item = ScorableItem {
        title,
        score_type: graded.score_type,
        score_possible: gathering.text(&graded.possible),
        ..ScorableItem::default()
    };
    gathering.describe(line, column, item, Describe::First);
}
