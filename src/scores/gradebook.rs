//! Canvas's own gradebook export (`canvas-contract §J`), to move scores between courses or hosts.

use super::canonical::unwrapped;
use super::error::ScoresError;
use super::format::Format;
use super::gather::{Describe, Gathering};
use super::header::normal;
use super::key_texts::KeyTexts;
use super::left_over::tell_left_out;
use super::note::LeftOut;
use super::number_form::is_number;
use super::people::People;
use super::records::Row;
use super::sent::Sent;
use super::table::Table;
use crate::domain::{AssignmentId, Exactness, ScorableItem, SentPerson, SkipReason, UserIdOrigin};

/// What a header needs.
pub(super) const NEEDED: &[&[&str]] = &[&["Student", "LastName"], &["ID"], &["Section"]];

/// What every row of an export ends in that Canvas computes and does not take back (`canvas-contract §J1`).
const TOTALS: [&str; 12] = [
    "Current Points",
    "Final Points",
    "Current Score",
    "Final Score",
    "Current Grade",
    "Final Grade",
    "Override Score",
    "Override Grade",
    "Override Status",
    "Unposted Current Grade",
    "Unposted Final Grade",
    "Unposted Final Score",
];

/// `(read only)` behind the name of a column, without spaces and hyphens, in some of Canvas's languages.
const READ_ONLY: [&str; 7] =
    ["readonly", "schreibgeschützt", "sololectura", "lectureseule", "somenteleitura", "alleenlezen", "solalettura"];

/// The column of Canvas's own that a teacher writes notes in.
const NOTES: &str = "Notes";

/// A column behind `Section`.
struct Column {
    place: usize,
    name: String,
    /// The id in brackets behind the title.
    canvas: Option<AssignmentId>,
    /// The cell of the row of points possible, where there is such a row.
    points: Option<String>,
}

/// What a column is.
enum Kind {
    /// An assignment, with its points possible.
    Assignment(String),
    LeftOut(LeftOut),
}

impl Column {
    fn new(place: usize, name: &str) -> Self {
        Self { place, name: name.to_owned(), canvas: id_in_brackets(name), points: None }
    }

    /// What it is; `is_notes` where a column of this place and these values holds text.
    fn kind(&self, is_notes: bool) -> Kind {
        // `(read only)`, in whatever language. A title may end in it, with the id behind.
        let is_read_only = self.points.as_deref().is_some_and(|points| points.starts_with('('))
            || self.canvas.is_none() && says_read_only(&self.name);
        if is_read_only {
            return Kind::LeftOut(LeftOut::ReadOnly);
        }
        let possible = self.points.clone().unwrap_or_default();
        if self.canvas.is_some() {
            return Kind::Assignment(possible);
        }
        // Canvas itself takes a title without an id for a new assignment (`canvas-contract §J2`).
        if is_total(&self.name) {
            Kind::LeftOut(LeftOut::Total)
        } else if is_number(&possible) {
            Kind::Assignment(possible)
        } else if is_notes {
            Kind::LeftOut(LeftOut::Notes)
        } else {
            Kind::LeftOut(LeftOut::NoPoints)
        }
    }
}

/// The digits in brackets that a header ends in.
pub(super) fn id_in_brackets(name: &str) -> Option<AssignmentId> {
    let (title, id) = name.strip_suffix(')')?.rsplit_once(" (")?;
    let is_id = !title.is_empty() && !id.is_empty() && id.bytes().all(|byte| byte.is_ascii_digit());
    id.parse().ok().filter(|_| is_id).map(AssignmentId)
}

/// Whether a header ends in the words by which Canvas marks a column that takes no values back.
fn says_read_only(name: &str) -> bool {
    let name = name.trim_end();
    let inside = name.strip_suffix(')').and_then(|name| name.rsplit_once('('));
    let inside = inside.or_else(|| name.strip_suffix(']')?.rsplit_once('['));
    inside.is_some_and(|(_, words)| READ_ONLY.contains(&normal(words).replace('-', "").as_str()))
}

/// Whether it is a total or an override, of a grading period or of all: `Final Score (Fall)`.
fn is_total(name: &str) -> bool {
    let bare = name.strip_suffix(')').and_then(|name| name.rsplit_once(" (")).map_or(name, |(name, _)| name);
    TOTALS.iter().any(|total| bare == *total || bare.ends_with(&format!(" {total}")))
}

/// A row about a person.
struct PersonRow {
    line: u32,
    user_id: String,
    user_kind: Option<UserIdOrigin>,
    person: Option<Box<SentPerson>>,
    /// The cells of the columns behind `Section`.
    cells: Vec<String>,
}

/// Reads the table into the sheet. The row of points possible says which columns count, and may stand anywhere.
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
    let section = header.find("Section").unwrap_or_default();
    let behind = header.names.iter().enumerate().skip(section + 1).filter(|(_, name)| !name.is_empty());
    let mut columns: Vec<Column> = behind.map(|(place, name)| Column::new(place, name)).collect();
    let student = header.find("Student").or_else(|| header.find("LastName")).unwrap_or_default();
    let first = header.find("FirstName");
    table.take(people.places().chain(columns.iter().map(|column| column.place)));
    let (sis, login) = (id(UserIdOrigin::Sis), id(UserIdOrigin::Login));
    let mut rows = Vec::new();
    while let Some(row) = table.next()? {
        let cells: Vec<String> = columns.iter().map(|column| row.get(column.place).trim().to_owned()).collect();
        let is_named_so = is_test_student(row.get(student), first.map(|first| row.get(first)));
        if let Some(reason) = test_student(row, sis, login).filter(|_| is_named_so) {
            gathering.skip(row.line, reason);
        } else if people.has_id(row) {
            rows.push(PersonRow::of(row, &people, cells));
        } else if is_points_row(row.get(student), &cells) {
            for (column, points) in columns.iter_mut().zip(cells) {
                column.points = Some(points);
            }
            gathering.skip(row.line, SkipReason::PointsPossible);
        } else {
            let is_named = !row.get(student).trim().is_empty();
            let is_scored =
                |cell: &String| !is_blank(cell) && (is_named || cell.starts_with(|c: char| c.is_ascii_digit()));
            if cells.iter().any(is_scored) {
                // A person without any id: listed, and graded by nobody's guess.
                rows.push(PersonRow::of(row, &people, cells));
            } else {
                gathering.skip(row.line, if is_named { SkipReason::Blank } else { SkipReason::NamesNobody });
            }
        }
    }
    table.tell_left_over(gathering, |place| {
        if is_about_people(&header.names[place]) { LeftOut::Other } else { LeftOut::Unknown }
    });
    let kinds = kinds(&columns, &rows);
    let mut places = Vec::new();
    for (index, (column, kind)) in columns.iter().zip(&kinds).enumerate() {
        if let Kind::Assignment(possible) = kind {
            places.push((index, describe(column, possible, header.line, gathering)?));
        }
    }
    let left_out = columns.iter().zip(&kinds).filter_map(|(column, kind)| match kind {
        Kind::LeftOut(reason) => Some((*reason, column.name.clone())),
        Kind::Assignment(_) => None,
    });
    tell_left_out(&left_out.collect::<Vec<_>>(), header.line, gathering);
    for row in rows {
        if places.is_empty() {
            // All columns of scores are left out, and the row with them.
            gathering.skip(row.line, SkipReason::Blank);
        }
        for (index, column) in &places {
            take(&row, *index, *column, gathering);
        }
    }
    Ok(())
}

/// What each column is. Canvas's own columns of text stand before the assignments; a number in one may be a score.
fn kinds(columns: &[Column], rows: &[PersonRow]) -> Vec<Kind> {
    let first = columns.iter().position(|column| column.canvas.is_some()).unwrap_or_default();
    let is_notes = |index: usize| {
        (index < first || normal(&columns[index].name) == normal(NOTES))
            && !rows.iter().any(|row| is_number(&row.cells[index]))
    };
    columns.iter().enumerate().map(|(index, column)| column.kind(is_notes(index))).collect()
}

impl PersonRow {
    fn of(row: Row<'_>, people: &People, cells: Vec<String>) -> Self {
        Self {
            line: row.line,
            user_id: people.user_id(row).to_owned(),
            user_kind: people.user_kind(),
            person: people.person(row),
            cells,
        }
    }
}

/// Takes one cell.
fn take(row: &PersonRow, index: usize, column: u32, gathering: &mut Gathering<'_>) {
    let received = row.cells[index].as_str();
    let (user_id, user_kind, person) = (row.user_id.as_str(), row.user_kind, row.person.clone());
    let sent = Sent { user_id, user_kind, received, person, ..Sent::default() };
    gathering.score(row.line, column, sent);
}

/// Whether a cell holds no score: `N/A` is not assigned, `-` is nothing.
fn is_blank(text: &str) -> bool {
    text.is_empty() || text == "-" || text.eq_ignore_ascii_case("N/A")
}

/// Whether a column up to `Section` is one of Canvas's own (`canvas-contract §J1`).
fn is_about_people(name: &str) -> bool {
    ["Section", "Root Account", "Integration ID"].iter().any(|own| normal(own) == normal(name))
}

/// As what a row is passed over that is named like the test student, who has no SIS id, and whose login is a hash. A row
/// with a SIS id is about whom it names, whatever the name.
fn test_student(row: Row<'_>, sis: Option<usize>, login: Option<usize>) -> Option<SkipReason> {
    let is_hash = |login: &str| login.len() >= 6 && login.bytes().all(|byte| byte.is_ascii_hexdigit());
    let login = unwrapped(row.field(login));
    let is_test_student = login.is_empty() || is_hash(login);
    let reason = if is_test_student { SkipReason::TestStudent } else { SkipReason::NamedTestStudent };
    Some(reason).filter(|_| unwrapped(row.field(sis)).is_empty())
}

/// Whether it is the name of the test student, which stands in one column or two.
fn is_test_student(name: &str, first: Option<&str>) -> bool {
    let name = name.trim();
    match first {
        Some(first) => (name, first.trim()) == ("Student", "Test"),
        None => ["Student, Test", "Test Student"].contains(&name),
    }
}

/// Whether a row without an id is that of points possible. Its label is translated; the four spaces before it are not,
/// but programs that save the file again take them away.
fn is_points_row(label: &str, cells: &[String]) -> bool {
    label.starts_with("    ")
        || normal(label) == "pointspossible"
        || cells
            .iter()
            .any(|cell| cell.starts_with('(') && cell.ends_with(')') && !cell[1..].starts_with(char::is_numeric))
}

/// The sheet's column of a column of the file.
fn describe(column: &Column, possible: &str, line: u32, gathering: &mut Gathering<'_>) -> Result<u32, ScoresError> {
    let key = KeyTexts { title: &column.name, ..KeyTexts::default() };
    let place = gathering.column(key)?;
    if let Some(canvas) = column.canvas {
        gathering.name_assignment(line, place, canvas);
        gathering.is_as_exact_as(place, Exactness::CanvasGradebook);
        gathering.list(place);
    }
    gathering.see_possible(line, place, possible);
    let item = ScorableItem {
        title: gathering.text(&column.name),
        score_possible: gathering.text(possible),
        ..ScorableItem::default()
    };
    gathering.describe(line, place, item, Describe::First);
    Ok(place)
}
