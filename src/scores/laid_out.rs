//! Reads a table as a layout describes it.

use super::canonical::unwrapped;
use super::error::ScoresError;
use super::gather::{Describe, Gathering};
use super::header::Header;
use super::intake::Method;
use super::laid_out_long::read_long;
use super::laid_out_wide::read_wide;
use super::layout::Layout;
use super::layout_file::{Cells, Names};
use super::note::NoteKind;
use super::number_form::is_number;
use super::pattern::Described;
use super::people::People;
use super::records::Row;
use super::table::Table;
use super::viewing::{Graded, Settings, Viewing, is_duration, points, without_sign};
use crate::domain::{Points, ScorableItem, ScoreType, UserIdOrigin};

/// Reads the table into the sheet.
pub(super) fn read(table: &mut Table, layout: &Layout, gathering: &mut Gathering<'_>) -> Result<(), ScoresError> {
    let needed = layout.needed();
    let needed: Vec<&[&str]> = needed.iter().map(Vec::as_slice).collect();
    table.header.demand(&table.name, layout.format, &needed)?;
    table.ends_at_blank_line = layout.written.ends_at_blank_line;
    table.refuse_second_header();
    let header = table.header.clone();
    let frame = Frame::of(layout, &header, gathering)?;
    match &layout.written.long {
        Some(long) => read_long(table, long, &frame, gathering),
        None => read_wide(table, &frame, gathering),
    }
}

/// What holds for all rows of the table.
pub(super) struct Frame<'a> {
    pub(super) layout: &'a Layout,
    pub(super) people: People,
    /// Further columns of the user id's kind, for rows where its column is empty.
    other_ids: Vec<usize>,
    course_column: Option<usize>,
    /// The course where the column is missing or blank; empty for that of the file.
    pub(super) course: &'a str,
    only: Vec<(usize, &'a [String])>,
    summary: Vec<(usize, &'a [String])>,
    no_student: Vec<(usize, &'a [String])>,
    possible: Vec<(usize, &'a [String])>,
    remark: Vec<(usize, &'a [String])>,
}

impl<'a> Frame<'a> {
    fn of(layout: &'a Layout, header: &Header, gathering: &Gathering<'_>) -> Result<Self, ScoresError> {
        let written = &layout.written;
        let user = &written.user;
        let name: Vec<&str> = user.name.iter().map(String::as_str).collect();
        let wanted = gathering.intake.user_id_origin;
        let id = |origin| header.first_of(user.of(origin));
        let email = user.email.iter().find(|name| header.find(name).is_some());
        let people = People::find(header, wanted, id, &name, email)
            .expect("the header has one of the id columns, which the layout demands")
            .marked(&user.mark);
        let kind = if id(wanted).is_some() {
            Some(wanted)
        } else {
            UserIdOrigin::ALL.into_iter().find(|one| id(*one).is_some())
        };
        let of_kind = kind.into_iter().flat_map(|kind| user.of(kind).iter());
        let other_ids = of_kind.filter_map(|name| header.find(name)).skip(1).collect();
        let course_column = written.course.column.as_deref().and_then(|column| header.find(column));
        let course = written.course.constant.as_deref().unwrap_or_default();
        if course.is_empty() && course_column.is_none() {
            gathering.demand_course(layout.format)?;
        }
        let placed = |rules: &'a Cells| {
            rules.iter().filter_map(|(column, words)| Some((header.find(column)?, words.as_slice()))).collect()
        };
        let rows = &written.rows;
        Ok(Self {
            layout,
            people,
            other_ids,
            course_column,
            course,
            only: placed(&rows.only),
            summary: placed(&rows.summary),
            no_student: placed(&rows.no_student),
            possible: placed(&rows.possible),
            remark: placed(&rows.remark),
        })
    }

    /// The columns that it reads. A column that only some rows say something in, by a word of the layout, is none of them.
    pub(super) fn places(&self) -> impl Iterator<Item = usize> {
        let others = self.other_ids.iter().copied().chain(self.course_column);
        self.people.places().chain(others).chain(self.only.iter().map(|(place, _)| *place))
    }

    pub(super) fn course<'b>(&'b self, row: Row<'b>) -> &'b str {
        let own = unwrapped(row.field(self.course_column));
        if own.is_empty() { self.course } else { own }
    }

    /// The row's user id, the first that is not empty, and its kind.
    pub(super) fn user_id<'b>(&self, row: Row<'b>) -> (&'b str, Option<UserIdOrigin>) {
        // All its columns are of one kind.
        let kind = self.people.user_kind();
        let id = self.people.user_id(row);
        if !id.is_empty() {
            return (id, kind);
        }
        let mark = self.layout.written.user.mark.as_str();
        let others = self.other_ids.iter().map(|column| unwrapped(row.get(*column)));
        let other = others.map(|id| id.strip_prefix(mark).unwrap_or(id)).find(|id| !id.is_empty());
        (other.unwrap_or_default(), kind)
    }

    /// Whether the row is about no student.
    pub(super) fn is_summary(&self, row: Row<'_>) -> bool {
        self.only.iter().any(|(column, words)| !is_one_of(row, *column, words))
            || self.summary.iter().any(|(column, words)| is_one_of(row, *column, words))
    }

    /// Whether the row is of somebody who is no student, by a word of the layout.
    pub(super) fn is_no_student(&self, row: Row<'_>) -> bool {
        self.no_student.iter().any(|(column, words)| is_one_of(row, *column, words))
    }

    /// Whether the row says what the items are out of.
    pub(super) fn is_possible(&self, row: Row<'_>) -> bool {
        self.possible.iter().any(|(column, words)| is_one_of(row, *column, words))
    }

    /// Says of the row what a person should look at.
    pub(super) fn remark(&self, row: Row<'_>, header: &Header, gathering: &mut Gathering<'_>) {
        for (column, words) in &self.remark {
            if is_one_of(row, *column, words) {
                let (column, word) = (header.names[*column].as_str().into(), row.get(*column).trim().into());
                gathering.note(row.line, NoteKind::Remarked { column, word });
            }
        }
    }

    /// A value: blank if the layout says that it means none, and points for its words.
    pub(super) fn value<'b>(&'b self, text: &'b str) -> &'b str {
        let text = text.trim();
        let written = &self.layout.written;
        if written.rows.none.iter().any(|none| none.eq_ignore_ascii_case(text)) {
            return "";
        }
        let mut words = written.words.iter();
        words.find(|(word, _)| word.eq_ignore_ascii_case(text)).map_or(text, |(_, worth)| worth.0.as_str())
    }
}

impl Header {
    /// Where the first of these columns stands that the header has.
    pub(super) fn first_of(&self, names: &Names) -> Option<usize> {
        names.iter().find_map(|name| self.find(name))
    }
}

fn is_one_of(row: Row<'_>, column: usize, words: &[String]) -> bool {
    words.iter().any(|word| word.eq_ignore_ascii_case(row.get(column).trim()))
}

/// A value that shows by itself whether it is a percentage, a duration or points.
pub(super) fn graded(text: &str, length: &str, settings: &Settings) -> Graded {
    let possible = points(settings.possible).unwrap_or_default();
    if text.ends_with('%') {
        if settings.method != Method::Percent {
            return Viewing { percent: text, ..Viewing::default() }.graded(settings);
        }
        // Its sign says that it is a share of what the assignment is out of; its column may have points too.
        return Graded { received: text.to_owned(), possible, score_type: ScoreType::Points, capped: false };
    }
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

/// A percentage of viewing with its sign: so it stays a share, whatever the assignment is out of.
pub(super) fn as_share(graded: Graded, settings: &Settings) -> Graded {
    if settings.method != Method::Percent {
        return graded;
    }
    let possible = points(settings.possible).unwrap_or_default();
    let sign = if is_number(&graded.received) { "%" } else { "" };
    Graded { received: graded.received + sign, possible, ..graded }
}

/// A value of a table whose values are percentages, with or without their sign. What it is out of is the column's: where
/// nobody says it, the value is a share of what the assignment has.
pub(super) fn percentage(text: &str, settings: &Settings) -> Graded {
    let received = if text.is_empty() { String::new() } else { format!("{}%", without_sign(text)) };
    let possible = points(settings.possible).unwrap_or_default();
    Graded { received, possible, score_type: ScoreType::Percentage, capped: false }
}

/// All points of a column that knows only all or nothing are 1.
pub(super) fn completed(graded: Graded, possible: &str) -> Graded {
    let is_all =
        graded.received.parse::<Points>().is_ok_and(|points| Ok(points) == possible.parse() && !points.is_zero());
    let received = if is_all { "1".to_owned() } else { graded.received };
    Graded { received, ..graded }
}

/// Describes the column of a score and notes what was done to the value.
pub(super) fn take(line: u32, column: u32, header: Described<'_>, graded: &Graded, gathering: &mut Gathering<'_>) {
    if graded.capped {
        gathering.note(line, NoteKind::CappedAtHundred);
    }
    gathering.see_possible(line, column, header.possible);
    gathering.shares.see(column, &graded.received);
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
