//! Tables with one row per student and one column per item, as a layout describes them.

use super::error::ScoresError;
use super::exported_columns::{HeaderMeaning, is_shown_as_percentage};
use super::format::Format;
use super::gather::Gathering;
use super::header::Header;
use super::intake::Missing;
use super::key_texts::KeyTexts;
use super::laid_out::{Frame, completed, graded, percentage, take};
use super::layout_file::{Values, Wide};
use super::note::{LeftOut, NoteKind};
use super::pattern::Described;
use super::sent::Sent;
use super::table::Table;
use super::untitled::{ColumnTitle, column_titles};
use super::viewing::Graded;
use crate::domain::{ScoreType, SkipReason, is_fixed_header};

/// A column that is an item.
struct Item {
    place: usize,
    column: u32,
    title: String,
    untitled: bool,
    id: String,
    category: String,
    /// What it is out of, as far as its header or a row says it.
    possible: String,
    /// The column that says what it is out of, row by row.
    possible_column: Option<usize>,
    /// How it counts, where its header says so.
    score_type: Option<ScoreType>,
    values: Values,
    /// Whether its values may be percentages, although nothing in them says so.
    doubtful: bool,
}

impl Item {
    fn key<'a>(&'a self, course_id: &'a str) -> KeyTexts<'a> {
        KeyTexts { course_id, id: &self.id, title: &self.title, untitled: self.untitled, ..KeyTexts::default() }
    }

    fn described<'a>(&'a self, possible: &'a str) -> Described<'a> {
        let (category, score_type) = (self.category.as_str(), self.score_type);
        Described { title: &self.title, id: &self.id, possible, category, score_type }
    }
}

/// Reads the rows.
pub(super) fn read_wide(
    table: &mut Table,
    frame: &Frame<'_>,
    gathering: &mut Gathering<'_>,
) -> Result<(), ScoresError> {
    let header = table.header.clone();
    let wide = frame.layout.written.wide.clone().unwrap_or_default();
    let mut items = items(table, frame, &wide, gathering)?;
    let used = items.iter().flat_map(|item| [Some(item.place), item.possible_column]).flatten();
    table.take(frame.places().chain(used));
    let own_possible = wide.possible.as_deref().unwrap_or_default();
    while let Some(row) = table.next()? {
        let line = row.line;
        if frame.is_possible(row) {
            gathering.skip(line, SkipReason::Summary);
            for item in &mut items {
                frame.value(row.get(item.place)).clone_into(&mut item.possible);
                let nothing = Graded::nothing(ScoreType::Points);
                take(line, item.column, item.described(&item.possible), &nothing, gathering);
            }
            continue;
        }
        if frame.is_summary(row) {
            gathering.skip(line, SkipReason::Summary);
            continue;
        }
        let is_scored = items.iter().any(|item| !frame.value(row.get(item.place)).is_empty());
        if items.is_empty() {
            // All columns of scores are left out, and the row with them.
            gathering.skip(line, SkipReason::Blank);
        } else if frame.is_no_student(row) {
            gathering.skip(line, if is_scored { SkipReason::NoStudent } else { SkipReason::Blank });
            continue;
        }
        if is_scored {
            frame.remark(row, &header, gathering);
        }
        let course = frame.course(row);
        let settings = gathering.settings(course);
        for item in &items {
            let column = if course == frame.course { item.column } else { gathering.column(item.key(course))? };
            let text = frame.value(row.get(item.place));
            if item.doubtful && !text.is_empty() && !text.ends_with('%') {
                gathering.note(line, NoteKind::PointsOrPercent { column: item.title.as_str().into() });
            }
            let mut graded = match item.values {
                Values::Points => graded(text, "", &settings),
                Values::Percent => percentage(text, &settings),
            };
            let beside = frame.value(row.field(item.possible_column));
            let possible = [item.possible.as_str(), beside].into_iter().find(|text| !text.is_empty());
            // What the value itself says counts before what the layout says of all.
            let possible = possible.unwrap_or(if graded.possible.is_empty() { own_possible } else { "" });
            if item.score_type == Some(ScoreType::CompleteIncomplete) {
                graded = completed(graded, possible);
            }
            if !graded.received.is_empty() || settings.missing == Missing::Zero {
                take(line, column, item.described(possible), &graded, gathering);
            }
            let (user_id, user_kind) = frame.user_id(row);
            let (received, person) = (graded.received.as_str(), frame.people.person(row));
            gathering.score(line, column, Sent { user_id, user_kind, received, person, ..Sent::default() });
        }
    }
    let titles_above = row_above(table, frame.layout.written.above.title.as_deref()).map(<[String]>::to_vec);
    let is_total = |place: usize| {
        let title = titles_above.as_ref().and_then(|titles| titles.get(place));
        title.is_some_and(|title| frame.layout.is_total(title))
    };
    table.tell_left_over(gathering, |place| match frame.layout.meaning_in(&header.names[place], &header) {
        _ if is_total(place) => LeftOut::Total,
        HeaderMeaning::Item(_) | HeaderMeaning::Percentages(_) | HeaderMeaning::Words(_) => LeftOut::Other,
        HeaderMeaning::LeftOut(reason) => reason,
    });
    Ok(())
}

/// The columns that are items.
fn items(
    table: &Table,
    frame: &Frame<'_>,
    wide: &Wide,
    gathering: &mut Gathering<'_>,
) -> Result<Vec<Item>, ScoresError> {
    let header = &table.header;
    let titles_above = row_above(table, frame.layout.written.above.title.as_deref());
    let possible_above = row_above(table, frame.layout.written.above.possible.as_deref());
    let mut found: Vec<(usize, Described<'_>, Values)> = Vec::new();
    for (place, name) in header.names.iter().enumerate() {
        let meaning = frame.layout.meaning_in(name, header);
        let values = if matches!(meaning, HeaderMeaning::Percentages(_)) { Values::Percent } else { wide.values };
        let described = match (titles_above, meaning) {
            (Some(titles), _) => {
                let title = titles.get(place).map_or("", String::as_str);
                let is_one = name.is_empty() || !frame.layout.speaks_of(name);
                let is_item = is_one && place > 0 && !title.is_empty() && !frame.layout.is_total(title);
                is_item.then(|| Described { title, ..Described::default() })
            }
            (None, HeaderMeaning::Item(described) | HeaderMeaning::Percentages(described)) => Some(described),
            (None, HeaderMeaning::Words(_) | HeaderMeaning::LeftOut(_)) => None,
        };
        found.extend(described.map(|described| (place, described, values)));
    }
    let names_items = titles_above.is_some() || frame.layout.names_items();
    // The title that was said of the file is for no column that says its own.
    let is_open = |one: &Described<'_>| one.id.is_empty() && (!names_items || is_fixed_header(one.title));
    let headers: Vec<&str> = found.iter().filter(|(_, one, _)| is_open(one)).map(|(_, one, _)| one.title).collect();
    let mut names = column_titles(&headers, (&table.name, header), frame.layout.title.as_ref(), gathering)?.into_iter();
    let mut items: Vec<Item> = Vec::new();
    for (place, described, values) in found {
        let name = if is_open(&described) { names.next() } else { None };
        let name = name.unwrap_or(ColumnTitle::Own);
        let above = possible_above.and_then(|cells| cells.get(place)).map_or("", String::as_str);
        let mut item = Item {
            place,
            column: 0,
            title: one_line(name.text(described.title)),
            untitled: name == ColumnTitle::Untitled,
            id: described.id.to_owned(),
            category: described.category.to_owned(),
            possible: if described.possible.is_empty() { above } else { described.possible }.to_owned(),
            possible_column: possible_column(described.title, wide, header),
            score_type: described.score_type,
            values,
            doubtful: frame.layout.format == Format::Blackboard && is_shown_as_percentage(&header.names[place]),
        };
        item.column = gathering.column(item.key(frame.course))?;
        if items.iter().any(|one| one.column == item.column) {
            let (name, column) = (table.name.clone(), header.names[place].clone());
            return Err(ScoresError::DuplicateColumn { name, line: header.line, column });
        }
        items.push(item);
    }
    Ok(items)
}

/// The cells of the row above the header that begins with this word.
fn row_above<'a>(table: &'a Table, word: Option<&str>) -> Option<&'a [String]> {
    let word = word?;
    let row = table.above.iter().find(|row| row.cells.first().is_some_and(|cell| cell.eq_ignore_ascii_case(word)))?;
    Some(&row.cells)
}

/// The column that says what an item of this title is out of.
fn possible_column(title: &str, wide: &Wide, header: &Header) -> Option<usize> {
    wide.possible_column.iter().find_map(|pattern| header.find(&pattern.replace("{title}", title)))
}

/// A header with line breaks on one line, as Canvas shows a title.
pub(super) fn one_line(title: &str) -> String {
    if title.contains(['\r', '\n']) { title.split_whitespace().collect::<Vec<_>>().join(" ") } else { title.to_owned() }
}

#[cfg(test)]
mod tests {
    use crate::scores::{Input, Intake, Layout, read};

    /// What comes of a table: each column's title and points possible, and its values by user.
    fn columns(layout: &str, text: &str) -> Vec<String> {
        let layout = Layout::parse("l.toml", layout).expect(layout);
        let intake = Intake { layout: Some(layout), course: Some("C".into()), ..Intake::default() };
        let input =
            Input::Reader { name: "t.csv".to_owned(), reader: Box::new(text.as_bytes().to_vec().leak() as &[u8]) };
        let sheet = read(vec![input], &intake).expect(text).sheet;
        let columns = sheet.columns.iter().enumerate().map(|(index, column)| {
            let possible = column.item.as_ref().map_or("", |(item, _)| &item.score_possible);
            let scores = sheet.scores.iter().filter(|score| score.column as usize == index);
            let scores: Vec<String> =
                scores.map(|score| format!("{}={}", sheet.sent_user(score).id, score.received)).collect();
            format!("{} of {possible}: {}", column.key.assignment, scores.join(" "))
        });
        columns.collect()
    }

    #[test]
    fn what_a_layout_says_of_items_is_read() {
        let user = "[user]\nlogin = [\"Email\", \"UPN\"]\n";
        for (rest, text, expected) in [
            // Points from the neighbouring column, and a pattern among those that are no items.
            (
                "[wide]\nexcept = [\"{*} - Time\"]\npossible_column = \"{title} - Max\"\n",
                "Email,A,A - Max,A - Time,B,B - Max\nx,8,10,2026,,20\ny,9,10,2026,15,20\n",
                &["A of 10: x=8 y=9", "B of 20: y=15"][..],
            ),
            // Points from a row, wherever it stands; the second id where the first is empty.
            (
                "[wide]\n[rows.possible]\nEmail = [\"Out of\"]\n",
                "Email,UPN,A\n,u,7\nOut of,,12\nx,u2,9\n",
                &["A of 12: u=7 x=9"],
            ),
            // Percentages without a sign, words, and no score.
            (
                "[rows]\nnone = [\"absent\"]\n[words]\nFull = 100\n[wide]\nvalues = \"percent\"\n",
                "Email,A\nx,85\ny,full\nz,Absent\nw,72.5%\n",
                &["A of : x=85% y=100% w=72.5%"],
            ),
            // Rows above the header, and a line break in a title.
            (
                "[above]\ntitle = \"SET\"\npossible = \"VALUE\"\n[wide]\nsummary = [\"sum{*}\"]\n",
                "SET,hw0,hw1,summary\nVALUE,10,12,\nEmail,,total,total\nx,3,4,7\n",
                &["hw0 of 10: x=3", "hw1 of 12: x=4"],
            ),
            ("[wide]\npossible = \"5\"\n", "Email,\"Quiz 1\n(week 2)\"\nx,4\n", &["Quiz 1 (week 2) of 5: x=4"]),
            ("[wide]\n", "Email,Essay\nx,8 / 10\n", &["Essay of 10: x=8"]),
        ] {
            assert_eq!(columns(&format!("{user}{rest}"), text), expected, "{rest}");
        }
    }
}
