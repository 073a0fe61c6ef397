//! A table that no format and no layout describes: a column of ids, perhaps names, and columns of scores. What each column
//! was taken for is said.

use super::canonical::unwrapped;
use super::column_words::{Meaning, id_kind, meaning};
use super::error::{MissingColumn, ScoresError};
use super::format::Format;
use super::gather::{Describe, Gathering};
use super::header::Header;
use super::key_texts::KeyTexts;
use super::laid_out::graded;
use super::note::{LeftOut, NoteKind};
use super::people::People;
use super::records::Row;
use super::sent::Sent;
use super::table::Table;
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
    possible: Option<usize>,
}

/// Reads the table into the sheet.
pub(super) fn read(table: &mut Table, gathering: &mut Gathering<'_>) -> Result<(), ScoresError> {
    gathering.demand_course(Format::Table)?;
    let header = table.header.clone();
    let Some((people, kinds)) = people(&header, gathering.intake.user_id_origin) else {
        return Err(lacks(table, "a column of student ids"));
    };
    table.take(people.places());
    let user_kind = people.user_kind();
    let mut kept = Vec::new();
    let mut seen = vec![ValuesSeen::default(); header.len()];
    while kept.len() < LOOKED_AT {
        let Some(row) = table.next()? else { break };
        seen.iter_mut().enumerate().for_each(|(place, seen)| seen.see(row.get(place)));
        kept.push(Kept::of(row, &people));
    }
    let items = items(table, &seen, &kinds, gathering)?;
    if items.is_empty() {
        return Err(lacks(table, "a column of scores"));
    }
    table.take_also(items.iter().flat_map(|item| [Some(item.place), item.possible]).flatten());
    for row in kept {
        let cell = |place: usize| row.cells.get(place).map_or("", String::as_str);
        take(row.line, &items, (&row.user_id, user_kind, row.person), cell, gathering);
    }
    while let Some(row) = table.next()? {
        let person = (people.user_id(row), user_kind, people.person(row));
        take(row.line, &items, person, |place| row.get(place), gathering);
    }
    table.tell_left_over(gathering, |place| match meaning(&header.names[place]) {
        Some(Meaning::Total) => LeftOut::Total,
        Some(_) => LeftOut::Other,
        None => LeftOut::NoScores,
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

/// The columns that say who, and the kind of each: an address is a login only where there is no id.
fn people(header: &Header, wanted: UserIdOrigin) -> Option<(People, Vec<(usize, UserIdOrigin)>)> {
    let columns = header.names.iter().enumerate();
    let mut kinds: Vec<(usize, UserIdOrigin)> =
        columns.clone().filter_map(|(place, name)| Some((place, id_kind(name, wanted)?))).collect();
    let email = columns.clone().find(|(_, name)| meaning(name) == Some(Meaning::Email));
    if kinds.is_empty() {
        kinds.extend(email.map(|(place, _)| (place, UserIdOrigin::Login)));
    }
    let mut known: Vec<UserIdOrigin> = Vec::new();
    // Of two columns of one kind the first counts.
    kinds.retain(|(_, kind)| {
        !known.contains(kind) && {
            known.push(*kind);
            true
        }
    });
    let id = |origin| kinds.iter().find(|(_, kind)| *kind == origin).map(|(place, _)| *place);
    let of_names: Vec<&str> =
        header.names.iter().filter(|name| meaning(name) == Some(Meaning::Name)).map(String::as_str).collect();
    let people = People::find(header, wanted, id, &of_names, email.map(|(_, name)| name.as_str()))?;
    Some((people, kinds))
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
        let text = title.text(name).split_whitespace().collect::<Vec<_>>().join(" ");
        let untitled = *title == ColumnTitle::Untitled;
        let column = gathering.column(KeyTexts { title: &text, untitled, ..KeyTexts::default() })?;
        if items.iter().any(|item: &Item| item.column == column) {
            let (file, column) = (table.name.clone(), (*name).to_owned());
            return Err(ScoresError::DuplicateColumn { name: file, line: header.line, column });
        }
        items.push(Item { place: *place, column, title: text, possible: possible.filter(|_| scores.len() == 1) });
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
    line: u32,
    items: &[Item],
    (user_id, user_kind, person): (&str, Option<UserIdOrigin>, Option<Box<SentPerson>>),
    cell: impl Fn(usize) -> &'a str,
    gathering: &mut Gathering<'_>,
) {
    let settings = gathering.settings("");
    for item in items {
        let text = unwrapped(cell(item.place));
        let text = if matches!(text, "-" | "--") { "" } else { text };
        let graded = graded(text, "", &settings);
        let beside = item.possible.map_or("", &cell).trim();
        gathering.see_possible(line, item.column, beside);
        let possible = if beside.is_empty() { graded.possible.as_str() } else { beside };
        let described = ScorableItem {
            title: gathering.text(&item.title),
            score_type: graded.score_type,
            score_possible: gathering.text(possible),
            ..ScorableItem::default()
        };
        gathering.describe(line, item.column, described, Describe::First);
        let (received, person) = (graded.received.as_str(), person.clone());
        let sent = Sent { user_id, user_kind, received, person, ..Sent::default() };
        gathering.score(line, item.column, sent);
    }
}
