//! Canvas's own gradebook export (`canvas-contract §J`), to move scores between courses or hosts.

use std::sync::Arc;

use super::error::ScoresError;
use super::format::Format;
use super::gather::{Describe, Gathering, KeyTexts, Sent};
use super::pattern::ColumnPattern;
use super::people::People;
use super::records::Row;
use super::table::Table;
use crate::domain::{ScorableItem, SkipReason, UserIdOrigin};

/// What a header needs.
pub(super) const NEEDED: &[&[&str]] = &[&["Student", "LastName"], &["ID"], &["Section"]];

/// A column that is an assignment.
struct Assignment<'a> {
    place: usize,
    title: &'a str,
    column: u32,
    /// Points possible as the export has them.
    possible: String,
    /// Canvas itself would not take its values back.
    read_only: bool,
}

/// Reads the table into the sheet.
pub(super) fn read(table: &mut Table, gathering: &mut Gathering<'_>) -> Result<(), ScoresError> {
    table.header.demand(&table.name, Format::CanvasGradebook, NEEDED)?;
    gathering.demand_course(Format::CanvasGradebook)?;
    let header = table.header.clone();
    let id = |origin| match origin {
        UserIdOrigin::Internal => header.find("ID"),
        UserIdOrigin::Sis => header.find("SIS User ID"),
        UserIdOrigin::Login => header.find("SIS Login ID"),
    };
    let wanted = gathering.intake.user_id_origin;
    let people = People::find(&header, wanted, id, &["Student", "FirstName", "LastName"], None)
        .expect("the header has the column ID, which was demanded");
    let comma = table.delimiter == b';';
    let pattern = ColumnPattern::parse("{title} ({id})").expect("it has a title");
    let mut assignments = Vec::new();
    let section = header.find("Section").unwrap_or_default();
    for (place, name) in header.names.iter().enumerate().skip(section + 1) {
        let described = pattern.describe(name).filter(|found| found.id.bytes().all(|byte| byte.is_ascii_digit()));
        if let Some(found) = described.filter(|found| !found.id.is_empty()) {
            let key = KeyTexts { id: found.id, title: found.title, ..KeyTexts::default() };
            let column = gathering.column(key)?;
            assignments.push(Assignment {
                place,
                title: found.title,
                column,
                possible: String::new(),
                read_only: false,
            });
        }
    }
    let student = header.find("Student").or_else(|| header.find("LastName")).unwrap_or_default();
    let id = header.find("ID").unwrap_or_default();
    let mut before_students = true;
    while let Some(row) = table.next()? {
        if before_students && row.get(id).trim().is_empty() {
            // "Points Possible" is translated; the four spaces before it are not.
            if row.get(student).starts_with("    ") {
                learn_points(row, comma, &mut assignments);
            }
            gathering.skip(row.line, SkipReason::Summary);
            continue;
        }
        if before_students {
            describe(&assignments, header.line, gathering);
            before_students = false;
        }
        let name = row.get(student).trim();
        if ["Student, Test", "Test Student"].contains(&name) {
            gathering.skip(row.line, SkipReason::Summary);
            continue;
        }
        for assignment in &assignments {
            take(row, assignment, comma, &people, gathering);
        }
    }
    Ok(())
}

/// Takes one cell.
fn take(row: Row<'_>, assignment: &Assignment<'_>, comma: bool, people: &People, gathering: &mut Gathering<'_>) {
    let text = row.get(assignment.place).trim();
    if assignment.read_only {
        gathering.skip(row.line, SkipReason::Summary);
        return;
    }
    if text.eq_ignore_ascii_case("EX") {
        gathering.skip(row.line, SkipReason::Excused);
        return;
    }
    let blank = text == "-" || text.eq_ignore_ascii_case("N/A");
    let received = if blank { String::new() } else { number(text, comma) };
    let sent =
        Sent { user_id: people.user_id(row), received: &received, person: people.person(row), ..Sent::default() };
    gathering.score(row.line, assignment.column, sent);
}

fn learn_points(row: Row<'_>, comma: bool, assignments: &mut [Assignment<'_>]) {
    for assignment in assignments {
        let text = row.get(assignment.place).trim();
        // `(read only)`, in whatever language.
        assignment.read_only = text.starts_with('(');
        if !assignment.read_only {
            assignment.possible = number(text, comma);
        }
    }
}

fn describe(assignments: &[Assignment<'_>], line: u32, gathering: &mut Gathering<'_>) {
    for assignment in assignments.iter().filter(|assignment| !assignment.read_only) {
        let title: Arc<str> = gathering.text(assignment.title);
        let score_possible = gathering.text(&assignment.possible);
        let item = ScorableItem { title, score_possible, ..ScorableItem::default() };
        gathering.describe(line, assignment.column, item, Describe::First);
    }
}

/// A number as Canvas writes it. With `;` as the separator the decimal sign is a comma and the thousands have dots.
fn number(text: &str, comma: bool) -> String {
    let is_number = text.bytes().all(|byte| byte.is_ascii_digit() || b"-.,".contains(&byte));
    if comma && is_number && text.contains(',') { text.replace('.', "").replace(',', ".") } else { text.to_owned() }
}
