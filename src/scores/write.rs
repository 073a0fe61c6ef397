//! Writes the canonical CSV: UTF-8, LF, quotes only where they are needed, courses and columns in the order they were
//! first met, scores in theirs.

use std::borrow::Cow;
use std::collections::HashMap;
use std::io::{self, BufWriter, Write};

use super::canonical::{Field, other_user_ids};
use super::error::ScoresError;
use super::guard::guarded;
use crate::domain::{
    AssignmentKey, ByColumn, Column, Exactness, Score, ScoreSheet, SentDate, SentPerson, SentUser, UserIdOrigin,
};

/// How the records of a sheet's sources are accounted for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Tally {
    /// All records: `scores + items + skipped`.
    pub rows: u64,
    /// Records that are a score.
    pub scores: u64,
    /// Records that describe an item and give no score.
    pub items: u64,
    /// Records that are neither: blanks, summary rows, settled repeats.
    pub skipped: u64,
}

/// Counts the records of a sheet.
pub fn tally(sheet: &ScoreSheet) -> Tally {
    let (scores, items, skipped) = (sheet.scores.len() as u64, sheet.item_records, sheet.skipped.len() as u64);
    Tally { rows: scores + items + skipped, scores, items, skipped }
}

/// Writes a sheet. Reading the result gives the same columns and scores; an item nobody has a score in gets a row of
/// its own.
pub fn write(sheet: &ScoreSheet, out: impl Write) -> Result<(), ScoresError> {
    write_with_reasons(sheet, &[], out)
}

/// Writes a sheet of scores that were not written, each with why: as many as scores, or none.
pub fn write_with_reasons(sheet: &ScoreSheet, why: &[String], out: impl Write) -> Result<(), ScoresError> {
    let mut out = BufWriter::with_capacity(64 * 1024, out);
    let people = sheet.scores.iter().any(|score| score.person().is_some());
    let named = sheet.columns.iter().any(|column| column.canvas.is_some());
    let kinds = sheet.scores.iter().any(|score| sheet.sent_user(score).kind.is_some());
    let beside: &[Field] = if people { &Field::PEOPLE } else { &[] };
    let exported = sheet.columns.iter().any(|column| column.exactness != Exactness::AsSent);
    let last = [
        (named || exported, Field::CanvasAssignmentId),
        (exported, Field::ValuesFrom),
        (kinds, Field::UserIdOrigin),
        (!why.is_empty(), Field::Why),
    ];
    let last: Vec<Field> = last.into_iter().filter_map(|(has, field)| has.then_some(field)).collect();
    let last = last.as_slice();
    let mut line = Vec::with_capacity(256);
    for field in Field::ALL[..Field::ALWAYS].iter().chain(beside).chain(last) {
        push(&mut line, *field, field.name());
    }
    end(&mut out, &mut line)?;
    let by_column = ByColumn::of(sheet);
    let mut description = Vec::new();
    let mut dates = LastDate::default();
    for index in column_order(sheet) {
        let column = &sheet.columns[index];
        let scores = by_column.places(index);
        description.clear();
        describe(&mut description, column);
        if scores.is_empty() && column.item.is_some() {
            line.extend_from_slice(&description);
            for field in Field::ALL[Field::UserId as usize..Field::ALWAYS].iter().chain(beside) {
                push(&mut line, *field, "");
            }
            push_last(&mut line, last, column, Row::default());
            end(&mut out, &mut line)?;
        }
        for place in scores {
            let why = why.get(*place as usize).map(String::as_str);
            let score = &sheet.scores[*place as usize];
            let user = sheet.sent_user(score);
            line.extend_from_slice(&description);
            push_score(&mut line, score, user, &mut dates, people);
            push_last(&mut line, last, column, Row { kind: user.kind, why });
            end(&mut out, &mut line)?;
        }
    }
    out.flush().map_err(ScoresError::Unwritable)
}

/// Whether a file that begins with `head` is what [`write()`] makes: it has all columns, in their order.
pub fn is_export(head: &[u8]) -> bool {
    let names: Vec<&str> = Field::ALL[..Field::ALWAYS].iter().map(|field| field.name()).collect();
    head.strip_prefix(names.join(",").as_bytes()).is_some_and(|rest| matches!(rest.first(), Some(b',' | b'\n')))
}

/// The columns, those of a course together, courses in the order they were first met.
fn column_order(sheet: &ScoreSheet) -> Vec<usize> {
    let mut courses: HashMap<&str, usize> = HashMap::new();
    let mut order: Vec<(usize, usize)> = Vec::with_capacity(sheet.columns.len());
    for (index, column) in sheet.columns.iter().enumerate() {
        let met = courses.len();
        order.push((*courses.entry(&column.key.course_id).or_insert(met), index));
    }
    order.sort_unstable();
    order.into_iter().map(|(_, index)| index).collect()
}

/// The fields of a column, from the customer number to what students see.
fn describe(line: &mut Vec<u8>, column: &Column) {
    let id = match &column.key.assignment {
        AssignmentKey::Id(id) => id.as_ref(),
        AssignmentKey::Title(_) | AssignmentKey::Untitled(_) | AssignmentKey::Missing => "",
    };
    push(line, Field::CustomerNumber, &column.key.customer_number);
    push(line, Field::ProviderId, &column.key.provider_id);
    push(line, Field::CourseId, &column.key.course_id);
    push(line, Field::AssignmentId, id);
    let item = column.item.as_ref().map(|(item, _)| item);
    // A title without an id would be a key when it is read: a capture without an id has none, and a header that every
    // such file has is none.
    let title = match (&column.key.assignment, item) {
        (AssignmentKey::Title(title), _) => title.as_ref(),
        (AssignmentKey::Id(_), Some(item)) => item.title.as_ref(),
        (AssignmentKey::Id(_), None) | (AssignmentKey::Untitled(_) | AssignmentKey::Missing, _) => "",
    };
    push(line, Field::AssignmentTitle, title);
    let Some(item) = item else {
        (0..9).for_each(|_| line.push(b','));
        return;
    };
    let date = |date: Option<SentDate>| date.map_or_else(String::new, |date| date.to_string());
    let flag = |flag: Option<bool>| flag.map_or("", |flag| if flag { "true" } else { "false" });
    push(line, Field::Category, &item.category);
    push(line, Field::Description, &item.description);
    push(line, Field::StartDate, &date(item.start));
    push(line, Field::DueDate, &date(item.due));
    push(line, Field::ScoreType, item.score_type.name());
    push(line, Field::ScorePossible, &item.score_possible);
    push(line, Field::ExtraCredit, flag(item.extra_credit));
    push(line, Field::IncludedInGrade, flag(item.included_in_grade));
    push(line, Field::StudentViewable, flag(item.student_viewable));
}

/// The date written last and its text: a sender's dates mostly repeat.
#[derive(Default)]
struct LastDate(Option<SentDate>, String);

impl LastDate {
    fn text(&mut self, date: Option<SentDate>) -> &str {
        if self.0 != date {
            *self = Self(date, date.map_or_else(String::new, |date| date.to_string()));
        }
        &self.1
    }
}

fn push_score(line: &mut Vec<u8>, score: &Score, user: SentUser<'_>, dates: &mut LastDate, people: bool) {
    push(line, Field::UserId, user.id);
    push(line, Field::ScoreReceived, &score.received);
    push(line, Field::DateSubmitted, dates.text(score.submitted()));
    push(line, Field::Comment, score.comment().unwrap_or_default());
    if people {
        let nobody = SentPerson::default();
        let person = score.person().unwrap_or(&nobody);
        push(line, Field::UserName, person.name.as_deref().unwrap_or_default());
        push(line, Field::UserEmail, person.email.as_deref().unwrap_or_default());
        push(line, Field::OtherUserIds, &other_user_ids(&person.other_ids));
    }
}

/// What the last fields say of one row; nothing of an item without a score.
#[derive(Clone, Copy, Default)]
struct Row<'a> {
    /// The kind of the user id.
    kind: Option<UserIdOrigin>,
    /// Why it was not written.
    why: Option<&'a str>,
}

/// The last fields, of those that the sheet has: the column's id in Canvas, where its values come from, and what is said of
/// the row.
fn push_last(line: &mut Vec<u8>, fields: &[Field], column: &Column, row: Row<'_>) {
    for field in fields {
        match field {
            Field::CanvasAssignmentId => {
                push(line, *field, &column.canvas.map_or_else(String::new, |assignment| assignment.to_string()));
            }
            Field::ValuesFrom => push(line, *field, column.exactness.name()),
            Field::Why => push(line, *field, row.why.unwrap_or_default()),
            _ => push(line, *field, row.kind.map_or("", UserIdOrigin::name)),
        }
    }
}

/// Adds a field and the separator behind it. A NUL, which an encoded text of a capture may hold, is left out: with one, a
/// file is no text.
fn push(line: &mut Vec<u8>, field: Field, text: &str) {
    if stands_as_it_is(text) {
        line.extend_from_slice(text.as_bytes());
        line.push(b',');
        return;
    }
    let text = if text.contains('\0') { Cow::Owned(text.replace('\0', "")) } else { Cow::Borrowed(text) };
    let text = guarded(&text, field.outer());
    if text.bytes().any(|byte| matches!(byte, b',' | b'"' | b'\r' | b'\n')) {
        line.push(b'"');
        line.extend_from_slice(text.replace('"', "\"\"").as_bytes());
        line.push(b'"');
    } else {
        line.extend_from_slice(text.as_bytes());
    }
    line.push(b',');
}

/// Whether a text needs neither guard nor quotes, as nearly all do: seen by its first and last byte, and by no byte that
/// means something in a file of fields.
fn stands_as_it_is(text: &str) -> bool {
    let is_telling = |byte: &u8| matches!(byte, b',' | b'"' | b'\r' | b'\n' | b'\0');
    match text.as_bytes() {
        [] => true,
        [one] => one.is_ascii_alphanumeric(),
        [first, between @ .., last] => {
            first.is_ascii_alphanumeric() && last.is_ascii_alphanumeric() && !between.iter().any(is_telling)
        }
    }
}

/// Ends the line: its last separator becomes the line end.
fn end(out: &mut impl Write, line: &mut Vec<u8>) -> Result<(), ScoresError> {
    line.pop();
    line.push(b'\n');
    let written: io::Result<()> = out.write_all(line);
    line.clear();
    written.map_err(ScoresError::Unwritable)
}
