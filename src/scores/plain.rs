//! A table that no format and no layout describes: a column of ids, perhaps names, and columns of scores. What each column
//! was taken for is said.

use super::canonical::unwrapped;
use super::column_words::{Meaning, meaning};
use super::error::ScoresError;
use super::format::Format;
use super::gather::{Describe, Gathering};
use super::gradebook::id_in_brackets;
use super::header::Header;
use super::key_texts::KeyTexts;
use super::laid_out::graded;
use super::laid_out_wide::one_line;
use super::note::{LeftOut, NoteKind};
use super::people::People;
use super::plain_people::{people, refuse_unread};
use super::records::Row;
use super::row_says::RowSays;
pub(super) use super::row_says::says_course;
use super::said_in_header::possible_in;
use super::sent::Sent;
use super::table::Table;
use super::unknown_header::MissingColumn;
use super::untitled::{ColumnTitle, column_titles};
use super::values_seen::{Kind, ValuesSeen};
use crate::domain::{ScorableItem, SentPerson, UserIdOrigin, is_fixed_header};

/// So many rows are looked at to tell scores from other values.
const LOOKED_AT: usize = 1000;

/// Whether a header has a column of ids by its name, and one that could hold scores.
pub(super) fn fits(header: &Header) -> bool {
    let has_id = header
        .names
        .iter()
        .any(|name| matches!(meaning(name), Some(Meaning::Id(_) | Meaning::SomeId | Meaning::Email)));
    has_id && header.names.iter().any(|name| !name.is_empty() && meaning(name).is_none())
}

/// A row that was looked at before it is read.
struct Kept {
    line: u32,
    user_id: String,
    person: Option<Box<SentPerson>>,
    cells: Vec<String>,
}

/// A column of scores.
struct Item {
    place: usize,
    column: u32,
    title: String,
    untitled: bool,
    /// What its header says that it is out of.
    out_of: String,
    /// The column that says it row by row.
    possible: Option<usize>,
}

/// Reads the table into the sheet.
pub(super) fn read(table: &mut Table, gathering: &mut Gathering<'_>) -> Result<(), ScoresError> {
    let header = table.header.clone();
    if !says_course(&header) {
        gathering.demand_course(Format::Table)?;
    }
    let Some((people, kinds)) = people(&header, gathering.intake.user_id_origin) else {
        return Err(lacks(table, "a column of student ids"));
    };
    refuse_unread(&table.name, &header, &kinds)?;
    table.refuse_second_header();
    table.take(people.places());
    let user_kind = people.user_kind();
    let mut kept = Vec::new();
    let mut seen = vec![ValuesSeen::default(); header.len()];
    while kept.len() < LOOKED_AT {
        let Some(row) = table.next()? else { break };
        seen.iter_mut().enumerate().for_each(|(place, seen)| seen.see(row.get(place)));
        kept.push(Kept::of(row, &people));
    }
    let mut says = RowSays::of(&header, &seen, gathering);
    let items = items(table, &seen, &kinds, gathering)?;
    if items.is_empty() {
        return Err(lacks(table, "a column of scores"));
    }
    table.take_also(items.iter().flat_map(|item| [Some(item.place), item.possible]).flatten().chain(says.places()));
    let name = table.name.clone();
    for row in kept {
        let cell = |place: usize| row.cells.get(place).map_or("", String::as_str);
        let course = says.course((&name, &header, row.line), cell, gathering)?;
        take((row.line, course), &items, (&row.user_id, user_kind, row.person), cell, gathering)?;
    }
    while let Some(row) = table.next()? {
        let person = (people.user_id(row), user_kind, people.person(row));
        let course = says.course((&name, &header, row.line), |place| row.get(place), gathering)?;
        take((row.line, course), &items, person, |place| row.get(place), gathering)?;
    }
    table.tell_left_over(gathering, |place| match (says.left_out(place), meaning(&header.names[place])) {
        (Some(reason), _) => reason,
        (None, Some(Meaning::Total)) => LeftOut::Total,
        (None, Some(_)) => LeftOut::Other,
        (None, None) => LeftOut::NoScores,
    });
    Ok(())
}

/// The error of a table without such a column.
fn lacks(table: &Table, column: &str) -> ScoresError {
    let missing = vec![MissingColumn { column: column.to_owned(), did_you_mean: None }];
    let (name, line, header) = (table.name.clone(), table.header.line, table.header.names.clone());
    ScoresError::MissingColumns { name, line, format: Format::Table, missing, header, sheets: Box::default() }
}

impl Kept {
    fn of(row: Row<'_>, people: &People) -> Self {
        Self {
            line: row.line,
            user_id: people.user_id(row).to_owned(),
            person: people.person(row),
            cells: row.iter().map(str::to_owned).collect(),
        }
    }
}

/// The columns of scores.
fn items(
    table: &Table,
    seen: &[ValuesSeen],
    kinds: &[(usize, UserIdOrigin)],
    gathering: &mut Gathering<'_>,
) -> Result<Vec<Item>, ScoresError> {
    let header = &table.header;
    let (mut scores, mut possible) = (Vec::new(), None);
    for (place, name) in header.names.iter().enumerate() {
        let is_person =
            kinds.iter().any(|(id, _)| *id == place) || matches!(meaning(name), Some(Meaning::Name | Meaning::Email));
        match (meaning(name), seen[place].kind()) {
            _ if is_person => {}
            (Some(Meaning::Possible), _) => possible = Some(place),
            (None, _) if is_fixed_header(name) => scores.push(place),
            // Without a value nobody can tell; if one comes later, the plan shows it.
            (None, Kind::Scores | Kind::Nothing) if !name.is_empty() => scores.push(place),
            _ => {}
        }
    }
    let names: Vec<&str> = scores.iter().map(|place| header.names[*place].as_str()).collect();
    let titles = column_titles(&names, (&table.name, header), None, gathering)?;
    let mut items = Vec::new();
    for ((place, name), title) in scores.iter().zip(&names).zip(&titles) {
        let (own, out_of) = if *title == ColumnTitle::Own { possible_in(name) } else { (title.text(name), "") };
        let (text, untitled) = (one_line(own), *title == ColumnTitle::Untitled);
        let column = gathering.column(KeyTexts { title: &text, untitled, ..KeyTexts::default() })?;
        if let Some(canvas) = id_in_brackets(&text).filter(|_| *title == ColumnTitle::Own) {
            gathering.name_assignment(header.line, column, canvas);
        }
        if items.iter().any(|item: &Item| item.column == column) {
            let (file, column) = (table.name.clone(), (*name).to_owned());
            return Err(ScoresError::DuplicateColumn { name: file, line: header.line, column });
        }
        let possible = possible.filter(|_| scores.len() == 1);
        items.push(Item { place: *place, column, title: text, untitled, out_of: out_of.to_owned(), possible });
    }
    say(header, kinds, &items, gathering);
    Ok(items)
}

/// Says what each column was taken for.
fn say(header: &Header, kinds: &[(usize, UserIdOrigin)], items: &[Item], gathering: &mut Gathering<'_>) {
    let ids = kinds.iter().map(|(place, kind)| {
        let kind = match kind {
            UserIdOrigin::Internal => "Canvas's own id",
            UserIdOrigin::Sis => "the SIS id",
            UserIdOrigin::Login => "the login",
        };
        format!("`{}` as {kind}", header.names[*place])
    });
    let scores = items.iter().map(|item| {
        let name = header.names[item.place].as_str();
        if name == item.title {
            format!("`{name}` as scores")
        } else {
            format!("`{name}` as the scores of `{}`", item.title)
        }
    });
    let columns = ids.chain(scores).collect::<Vec<_>>().join(", ").into();
    gathering.note(header.line, NoteKind::TakenFor { columns });
}

/// Takes the scores of a row.
fn take<'a>(
    (line, course_id): (u32, &str),
    items: &[Item],
    (user_id, user_kind, person): (&str, Option<UserIdOrigin>, Option<Box<SentPerson>>),
    cell: impl Fn(usize) -> &'a str,
    gathering: &mut Gathering<'_>,
) -> Result<(), ScoresError> {
    let settings = gathering.settings(course_id);
    for item in items {
        let key = KeyTexts { course_id, title: &item.title, untitled: item.untitled, ..KeyTexts::default() };
        let column = if course_id.is_empty() { item.column } else { gathering.column(key)? };
        let text = unwrapped(cell(item.place));
        let text = if matches!(text, "-" | "--") { "" } else { text };
        let graded = graded(text, "", &settings);
        let beside = item.possible.map_or("", &cell).trim();
        let beside = if beside.is_empty() { item.out_of.as_str() } else { beside };
        gathering.see_possible(line, column, beside);
        gathering.shares.see(column, &graded.received);
        let possible = if beside.is_empty() { graded.possible.as_str() } else { beside };
        let described = ScorableItem {
            title: gathering.text(&item.title),
            score_type: graded.score_type,
            score_possible: gathering.text(possible),
            ..ScorableItem::default()
        };
        gathering.describe(line, column, described, Describe::First);
        let (received, person) = (graded.received.as_str(), person.clone());
        let sent = Sent { user_id, user_kind, received, person, ..Sent::default() };
        gathering.score(line, column, sent);
    }
    Ok(())
}
