//! Reads a table as a layout describes it.

use super::canonical::unwrapped;
use super::error::ScoresError;
use super::exported_columns::HeaderMeaning;
use super::gather::{Describe, Gathering, KeyTexts, Sent};
use super::header::Header;
use super::layout::{Layout, Long, RowRules};
use super::note::{LeftOut, NoteKind};
use super::pattern::Described;
use super::people::People;
use super::records::Row;
use super::table::Table;
use super::viewing::{Graded, Settings, Viewing, is_duration, points, without_sign};
use crate::domain::{Points, ScorableItem, ScoreType, SkipReason};

/// Reads the table into the sheet.
pub(super) fn read(table: &mut Table, layout: &Layout, gathering: &mut Gathering<'_>) -> Result<(), ScoresError> {
    let needed = layout.needed();
    let names: Vec<Vec<&str>> = needed.iter().map(|names| names.iter().map(String::as_str).collect()).collect();
    let needed: Vec<&[&str]> = names.iter().map(Vec::as_slice).collect();
    table.header.demand(&table.name, layout.format, &needed)?;
    let header = table.header.clone();
    let frame = Frame::of(layout, &header, gathering)?;
    match &layout.written.long {
        Some(long) => read_long(table, long, &frame, gathering),
        None => read_wide(table, layout, &frame, gathering),
    }
}

/// What holds for all rows of the table.
struct Frame<'a> {
    people: People,
    course_column: Option<usize>,
    /// The course where the column is missing or blank; empty for that of the file.
    course: &'a str,
    rows: &'a RowRules,
    only: Vec<(usize, &'a [String])>,
    summary: Vec<(usize, &'a [String])>,
}

impl<'a> Frame<'a> {
    fn of(layout: &'a Layout, header: &Header, gathering: &Gathering<'_>) -> Result<Self, ScoresError> {
        let written = &layout.written;
        let user = &written.user;
        let name: Vec<&str> = user.name.iter().map(String::as_str).collect();
        let id = |origin| user.of(origin).and_then(|column| header.find(column));
        let people = People::find(header, gathering.intake.user_id_origin, id, &name, user.email.as_deref())
            .expect("the header has one of the id columns, which the layout demands")
            .marked(&user.mark);
        let course_column = written.course.column.as_deref().and_then(|column| header.find(column));
        let course = written.course.constant.as_deref().unwrap_or_default();
        if course.is_empty() && course_column.is_none() {
            gathering.demand_course(layout.format)?;
        }
        let placed = |rules: &'a std::collections::BTreeMap<String, Vec<String>>| {
            let found = rules.iter().filter_map(|(column, words)| Some((header.find(column)?, words.as_slice())));
            found.collect::<Vec<_>>()
        };
        let rows = &written.rows;
        Ok(Self { people, course_column, course, rows, only: placed(&rows.only), summary: placed(&rows.summary) })
    }

    /// The columns that it reads.
    fn places(&self) -> impl Iterator<Item = usize> {
        let rules = self.only.iter().chain(&self.summary).map(|(place, _)| *place);
        self.people.places().chain(self.course_column).chain(rules)
    }

    fn course<'b>(&'b self, row: Row<'b>) -> &'b str {
        let own = unwrapped(row.field(self.course_column));
        if own.is_empty() { self.course } else { own }
    }

    /// Whether the row is about no student.
    fn is_summary(&self, row: Row<'_>) -> bool {
        let is_one_of = |column: usize, words: &[String]| {
            words.iter().any(|word| word.eq_ignore_ascii_case(row.get(column).trim()))
        };
        self.only.iter().any(|(column, words)| !is_one_of(*column, words))
            || self.summary.iter().any(|(column, words)| is_one_of(*column, words))
    }

    /// A value, blank if the layout says that it means none.
    fn value<'b>(&self, text: &'b str) -> &'b str {
        let text = text.trim();
        if self.rows.none.iter().any(|none| none.eq_ignore_ascii_case(text)) { "" } else { text }
    }
}

fn read_long(
    table: &mut Table,
    long: &Long,
    frame: &Frame<'_>,
    gathering: &mut Gathering<'_>,
) -> Result<(), ScoresError> {
    let header = table.header.clone();
    let find = |column: &Option<String>| column.as_deref().and_then(|column| header.find(column));
    let titles: Vec<usize> = long.title.iter().filter_map(|column| header.find(column)).collect();
    let (id, category, possible) = (find(&long.id), find(&long.category), find(&long.possible));
    let (value, percent, viewed, length) =
        (find(&long.value), find(&long.percent), find(&long.viewed), find(&long.length));
    let (submitted, comment) = (find(&long.submitted), find(&long.comment));
    let fields = [id, category, possible, value, percent, viewed, length, submitted, comment];
    table.take(frame.places().chain(titles.iter().copied()).chain(fields.into_iter().flatten()));
    while let Some(row) = table.next()? {
        let line = row.line;
        if frame.is_summary(row) {
            gathering.skip(line, SkipReason::Summary);
            continue;
        }
        let words: Vec<&str> =
            titles.iter().map(|column| frame.value(row.get(*column))).filter(|word| !word.is_empty()).collect();
        let (title, course_id) = (words.join(" "), frame.course(row));
        let key = KeyTexts { course_id, id: unwrapped(row.field(id)), title: &title, ..KeyTexts::default() };
        let column = gathering.column(key)?;
        let settings = gathering.settings(course_id);
        let field = |column| frame.value(row.field(column));
        let graded = if value.is_some() {
            graded(field(value), field(length), &settings)
        } else {
            Viewing { percent: field(percent), viewed: field(viewed), length: field(length) }.graded(&settings)
        };
        let stated = field(possible);
        let header = Described { title: &title, possible: stated, category: field(category), ..Described::default() };
        let submitted = gathering.date(line, "submitted", field(submitted));
        take(line, column, header, &graded, gathering);
        let (user_id, person) = (frame.people.user_id(row), frame.people.person(row));
        let comment = row.field(comment);
        let received = graded.received.as_str();
        let user_kind = frame.people.user_kind();
        gathering.score(line, column, Sent { user_id, user_kind, received, submitted, comment, person });
    }
    table.tell_left_over(gathering, |_| LeftOut::Other);
    Ok(())
}

/// A column of a wide table.
struct Item<'a> {
    place: usize,
    column: u32,
    described: Described<'a>,
}

fn read_wide(
    table: &mut Table,
    layout: &Layout,
    frame: &Frame<'_>,
    gathering: &mut Gathering<'_>,
) -> Result<(), ScoresError> {
    let header = table.header.clone();
    let items = wide_items(&header, &table.name, layout, frame.course, gathering)?;
    let own_possible = layout.written.wide.as_ref().and_then(|wide| wide.possible.as_deref()).unwrap_or_default();
    table.take(frame.places().chain(items.iter().map(|item| item.place)));
    while let Some(row) = table.next()? {
        let line = row.line;
        if frame.is_summary(row) {
            gathering.skip(line, SkipReason::Summary);
            continue;
        }
        let course = frame.course(row);
        let settings = gathering.settings(course);
        for item in &items {
            let Described { title, id, .. } = item.described;
            let column = if course == frame.course {
                item.column
            } else {
                gathering.column(KeyTexts { course_id: course, id, title, ..KeyTexts::default() })?
            };
            let mut graded = graded(frame.value(row.get(item.place)), "", &settings);
            let mut described = item.described;
            if described.possible.is_empty() {
                described.possible = own_possible;
            }
            if item.described.score_type == Some(ScoreType::CompleteIncomplete) {
                graded = completed(graded, item.described.possible);
            }
            if !graded.received.is_empty() || settings.missing == super::intake::Missing::Zero {
                take(line, column, described, &graded, gathering);
            }
            let (user_id, received) = (frame.people.user_id(row), graded.received.as_str());
            let person = frame.people.person(row);
            let user_kind = frame.people.user_kind();
            gathering.score(line, column, Sent { user_id, user_kind, received, person, ..Sent::default() });
        }
    }
    table.tell_left_over(gathering, |name| match layout.meaning(name) {
        HeaderMeaning::Item(_) => LeftOut::Other,
        HeaderMeaning::LeftOut(reason) => reason,
    });
    Ok(())
}

/// The columns that are items.
fn wide_items<'a>(
    header: &'a Header,
    name: &str,
    layout: &Layout,
    course_id: &str,
    gathering: &mut Gathering<'_>,
) -> Result<Vec<Item<'a>>, ScoresError> {
    let mut items: Vec<Item<'a>> = Vec::new();
    for (place, column_name) in header.names.iter().enumerate() {
        let HeaderMeaning::Item(described) = layout.meaning(column_name) else { continue };
        let Described { title, id, .. } = described;
        let column = gathering.column(KeyTexts { course_id, id, title, ..KeyTexts::default() })?;
        if items.iter().any(|item| item.column == column) {
            let (name, column) = (name.to_owned(), column_name.clone());
            return Err(ScoresError::DuplicateColumn { name, line: header.line, column });
        }
        items.push(Item { place, column, described });
    }
    Ok(items)
}

/// A value that shows by itself whether it is a percentage, a duration or points.
fn graded(text: &str, length: &str, settings: &Settings) -> Graded {
    if text.ends_with('%') {
        return Viewing { percent: text, ..Viewing::default() }.graded(settings);
    }
    let possible = points(settings.possible).unwrap_or_default();
    if is_duration(text) {
        if !length.is_empty() {
            return Viewing { viewed: text, length, ..Viewing::default() }.graded(settings);
        }
        // Of an unknown length no percentage can be computed: minutes remain.
        let minutes = super::viewing::minutes(text).map_or_else(|| text.to_owned(), super::viewing::computed);
        return Graded { received: minutes, possible, score_type: ScoreType::Points, capped: false };
    }
    let received = without_sign(text).to_owned();
    Graded { received, possible, score_type: ScoreType::Points, capped: false }
}

/// All points of a column that knows only all or nothing are 1.
fn completed(graded: Graded, possible: &str) -> Graded {
    let is_all =
        graded.received.parse::<Points>().is_ok_and(|points| Ok(points) == possible.parse() && !points.is_zero());
    let received = if is_all { "1".to_owned() } else { graded.received };
    Graded { received, ..graded }
}

/// Describes the column of a score and notes what was done to the value.
fn take(line: u32, column: u32, header: Described<'_>, graded: &Graded, gathering: &mut Gathering<'_>) {
    if graded.capped {
        gathering.note(line, NoteKind::CappedAtHundred);
    }
    gathering.see_possible(line, column, header.possible);
    let possible = if header.possible.is_empty() { graded.possible.as_str() } else { header.possible };
    let item = ScorableItem {
        title: gathering.text(header.title),
        category: gathering.text(header.category),
        score_type: header.score_type.unwrap_or(graded.score_type),
        score_possible: gathering.text(possible),
        ..ScorableItem::default()
    };
    gathering.describe(line, column, item, Describe::First);
}
