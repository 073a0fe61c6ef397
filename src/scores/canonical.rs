//! The canonical CSV: its columns, and reading it. One row per student and column; a row with neither student nor
//! score is an item (`tegrity-connector §5`).

use super::error::ScoresError;
use super::format::Format;
use super::gather::{Describe, Gathering};
use super::guard::{Outer, trimmed, unguarded};
use super::header::Header;
use super::key_texts::KeyTexts;
use super::note::{LeftOut, NoteKind};
use super::recognise::Said;
use super::records::Row;
use super::seen_columns::Seen;
use super::sent::Sent;
use super::table::Table;
use crate::domain::{AssignmentId, Exactness, ScorableItem, ScoreType, SentPerson, SkipReason, UserIdOrigin, nearest};
use std::borrow::Cow;

/// The column of the course, as no other product writes it.
pub(super) const COURSE: &str = "course_id";

/// A column of the canonical CSV, in the order it is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Field {
    CustomerNumber,
    ProviderId,
    CourseId,
    AssignmentId,
    AssignmentTitle,
    Category,
    Description,
    StartDate,
    DueDate,
    ScoreType,
    ScorePossible,
    ExtraCredit,
    IncludedInGrade,
    StudentViewable,
    UserId,
    ScoreReceived,
    DateSubmitted,
    Comment,
    UserName,
    UserEmail,
    OtherUserIds,
    CanvasAssignmentId,
    ValuesFrom,
    UserIdOrigin,
    Why,
}

impl Field {
    pub(super) const ALL: [Self; 25] = [
        Self::CustomerNumber,
        Self::ProviderId,
        Self::CourseId,
        Self::AssignmentId,
        Self::AssignmentTitle,
        Self::Category,
        Self::Description,
        Self::StartDate,
        Self::DueDate,
        Self::ScoreType,
        Self::ScorePossible,
        Self::ExtraCredit,
        Self::IncludedInGrade,
        Self::StudentViewable,
        Self::UserId,
        Self::ScoreReceived,
        Self::DateSubmitted,
        Self::Comment,
        Self::UserName,
        Self::UserEmail,
        Self::OtherUserIds,
        Self::CanvasAssignmentId,
        Self::ValuesFrom,
        Self::UserIdOrigin,
        Self::Why,
    ];

    /// How many are always written; the others only when a source has them.
    pub(super) const ALWAYS: usize = 18;

    /// Those that say who a person is beside the id.
    pub(super) const PEOPLE: [Self; 3] = [Self::UserName, Self::UserEmail, Self::OtherUserIds];

    /// Those that describe the column.
    const ITEM: [Self; 10] = [
        Self::AssignmentTitle,
        Self::Category,
        Self::Description,
        Self::StartDate,
        Self::DueDate,
        Self::ScoreType,
        Self::ScorePossible,
        Self::ExtraCredit,
        Self::IncludedInGrade,
        Self::StudentViewable,
    ];

    /// The name in the header.
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::CustomerNumber => "customer_number",
            Self::ProviderId => "provider_id",
            Self::CourseId => COURSE,
            Self::AssignmentId => "assignment_id",
            Self::AssignmentTitle => "assignment_title",
            Self::Category => "category",
            Self::Description => "description",
            Self::StartDate => "start_date",
            Self::DueDate => "due_date",
            Self::ScoreType => "score_type",
            Self::ScorePossible => "score_possible",
            Self::ExtraCredit => "extra_credit",
            Self::IncludedInGrade => "included_in_grade",
            Self::StudentViewable => "student_viewable",
            Self::UserId => "user_id",
            Self::ScoreReceived => "score_received",
            Self::DateSubmitted => "date_submitted",
            Self::Comment => "comment",
            Self::UserName => "user_name",
            Self::UserEmail => "user_email",
            Self::OtherUserIds => "other_user_ids",
            Self::CanvasAssignmentId => "canvas_assignment_id",
            Self::ValuesFrom => "values_from",
            Self::UserIdOrigin => "user_id_origin",
            Self::Why => "why",
        }
    }

    /// Whether white space around it means something.
    pub(super) fn outer(self) -> Outer {
        match self {
            Self::AssignmentTitle | Self::Category | Self::Description | Self::Comment | Self::UserName => Outer::Kept,
            _ => Outer::Trimmed,
        }
    }
}

/// What a header needs for the canonical CSV; the course and the title may come from a flag.
pub(super) fn needed(said: Said) -> Vec<&'static [&'static str]> {
    let mut needed: Vec<&[&str]> = vec![&["user_id"], &["score_received"]];
    if !said.title {
        needed.insert(0, &["assignment_id", "assignment_title"]);
    }
    if !said.course {
        needed.insert(0, &[COURSE]);
    }
    needed
}

/// Reads the table into the sheet.
pub(super) fn read(table: &mut Table, gathering: &mut Gathering<'_>) -> Result<(), ScoresError> {
    table.header.demand(&table.name, Format::Scores, &needed(gathering.said()))?;
    let columns = Columns::of(table)?;
    let misspelt = columns.note_misspelt(&table.header, gathering);
    table.take(columns.0.iter().flatten().copied().chain(misspelt));
    let mut seen = Seen::new(columns.describing());
    let file = table.name.clone();
    while let Some(row) = table.next()? {
        let cells = Cells { row, columns: &columns };
        // Rows of a column mostly repeat its key and description: only what is new is looked into.
        let column = match seen.column(row) {
            Some(column) => column,
            None => seen.remember(cells.column(gathering)?),
        };
        let (user_id, received) = (cells.id(Field::UserId), cells.text(Field::ScoreReceived));
        if user_id.is_empty() && received.is_empty() {
            if cells.id(Field::AssignmentId).is_empty() && !cells.describes() {
                gathering.skip(row.line, SkipReason::NamesNobody);
            } else {
                gathering.count_item(row.line, column);
                cells.note_dropped(gathering);
            }
            continue;
        }
        let submitted = gathering.date(row.line, "date_submitted", cells.text(Field::DateSubmitted));
        let person = cells.person(gathering);
        let comment = cells.text(Field::Comment);
        let user_kind = cells.user_kind(&file)?;
        let sent = Sent { user_id, user_kind, received, submitted, comment, person };
        gathering.score_of_wanted(row.line, column, sent);
    }
    table.tell_left_over(gathering, |_| LeftOut::Unknown);
    Ok(())
}

/// Where each field stands in the file.
struct Columns([Option<usize>; Field::ALL.len()]);

impl Columns {
    fn of(table: &Table) -> Result<Self, ScoresError> {
        let header = &table.header;
        if let Some(twice) = Field::ALL.into_iter().find(|field| header.repeats(field.name())) {
            let (name, column) = (table.name.clone(), twice.name().to_owned());
            return Err(ScoresError::DuplicateColumn { name, line: header.line, column });
        }
        Ok(Self(Field::ALL.map(|field| header.find(field.name()))))
    }

    /// So many columns of the file hold all of a key and description.
    fn describing(&self) -> usize {
        let described = Field::ALL[..=Field::StudentViewable as usize]
            .iter()
            .chain([&Field::CanvasAssignmentId, &Field::ValuesFrom]);
        described.filter_map(|field| self.0[*field as usize]).max().map_or(0, |last| last + 1)
    }

    /// Notes each column that looks like a misspelt optional one, because its values are not used, and returns them.
    fn note_misspelt(&self, header: &Header, gathering: &mut Gathering<'_>) -> Vec<usize> {
        let absent = || Field::ALL.into_iter().filter(|field| self.0[*field as usize].is_none()).map(Field::name);
        let mut misspelt = Vec::new();
        for (place, column) in header.names.iter().enumerate() {
            if self.0.contains(&Some(place)) {
                continue;
            }
            if let Some(name) = nearest(column, absent()) {
                let kind = NoteKind::ColumnIgnored { column: column.as_str().into(), did_you_mean: name.into() };
                gathering.note(header.line, kind);
                misspelt.push(place);
            }
        }
        misspelt
    }
}

/// A row whose fields have names.
#[derive(Clone, Copy)]
struct Cells<'a> {
    row: Row<'a>,
    columns: &'a Columns,
}

impl<'a> Cells<'a> {
    fn raw(self, field: Field) -> &'a str {
        self.row.field(self.columns.0[field as usize])
    }

    fn text(self, field: Field) -> &'a str {
        unguarded(self.raw(field), field.outer())
    }

    /// An id: a spreadsheet's wrapper is no part of it, unless the guard says that it is.
    fn id(self, field: Field) -> &'a str {
        let (raw, text) = (self.raw(field), self.text(field));
        if raw.starts_with('\'') { text } else { unwrapped(text) }
    }

    /// The row's column, which it may describe.
    fn column(self, gathering: &mut Gathering<'_>) -> Result<u32, ScoresError> {
        let (id, own_title) = (self.id(Field::AssignmentId), self.text(Field::AssignmentTitle));
        let said = if id.is_empty() && own_title.is_empty() { gathering.take_title(None)? } else { None };
        let title = said.as_deref().unwrap_or(own_title);
        let key = KeyTexts {
            customer_number: self.id(Field::CustomerNumber),
            provider_id: self.id(Field::ProviderId),
            course_id: self.id(Field::CourseId),
            id,
            title,
            untitled: false,
        };
        let column = gathering.column(key)?;
        match self.id(Field::CanvasAssignmentId) {
            "" => {}
            text => match text.parse() {
                Ok(id) => gathering.name_assignment(self.row.line, column, AssignmentId(id)),
                Err(_) => gathering.note(self.row.line, NoteKind::WordDropped { field: "canvas_assignment_id" }),
            },
        }
        match Exactness::from_name(self.text(Field::ValuesFrom)) {
            Some(Exactness::AsSent) => {}
            Some(exactness) => gathering.is_as_exact_as(column, exactness),
            None => gathering.note(self.row.line, NoteKind::WordDropped { field: "values_from" }),
        }
        if self.describes() || said.is_some() {
            let item = self.item(title, column, gathering);
            gathering.describe(self.row.line, column, item, Describe::First);
        }
        Ok(column)
    }

    /// Which kind of id `user_id` is, if the file does not leave it to the connector. A word that is none refuses the
    /// file: the id must not be taken for another kind.
    fn user_kind(self, file: &str) -> Result<Option<UserIdOrigin>, ScoresError> {
        let word = self.text(Field::UserIdOrigin);
        if word.is_empty() {
            return Ok(None);
        }
        word.parse().map(Some).map_err(|_| ScoresError::BadRecord {
            name: file.to_owned(),
            line: self.row.line,
            problem: "`user_id_origin` is neither internal, sis nor login",
        })
    }

    fn describes(self) -> bool {
        Field::ITEM.into_iter().any(|field| !self.text(field).is_empty())
    }

    fn item(self, title: &str, column: u32, gathering: &mut Gathering<'_>) -> ScorableItem {
        let line = self.row.line;
        gathering.see_possible(line, column, self.text(Field::ScorePossible));
        let score_type = match self.text(Field::ScoreType) {
            "" => gathering.score_type(column),
            text => ScoreType::from_name(text).unwrap_or_else(|| {
                gathering.note(line, NoteKind::WordDropped { field: "score_type" });
                gathering.score_type(column)
            }),
        };
        ScorableItem {
            title: gathering.text(title),
            category: gathering.text(self.text(Field::Category)),
            description: gathering.text(self.text(Field::Description)),
            start: gathering.date(line, "start_date", self.text(Field::StartDate)),
            due: gathering.date(line, "due_date", self.text(Field::DueDate)),
            score_type,
            score_possible: gathering.text(self.text(Field::ScorePossible)),
            extra_credit: gathering.flag(line, "extra_credit", self.text(Field::ExtraCredit)),
            included_in_grade: gathering.flag(line, "included_in_grade", self.text(Field::IncludedInGrade)),
            student_viewable: gathering.flag(line, "student_viewable", self.text(Field::StudentViewable)),
        }
    }

    /// Notes what a record of an item says of a student whom it does not name.
    fn note_dropped(self, gathering: &mut Gathering<'_>) {
        let of_scores = [Field::DateSubmitted, Field::Comment].into_iter().chain(Field::PEOPLE);
        for field in of_scores.filter(|field| !self.text(*field).is_empty()) {
            gathering.note(self.row.line, NoteKind::FieldDropped { field: field.name() });
        }
    }

    fn person(self, gathering: &mut Gathering<'_>) -> Option<Box<SentPerson>> {
        let (name, email) = (self.text(Field::UserName), self.text(Field::UserEmail));
        let others = self.text(Field::OtherUserIds);
        if name.is_empty() && email.is_empty() && others.is_empty() {
            return None;
        }
        let some = |text: &str| (!text.is_empty()).then(|| text.into());
        let mut other_ids = Vec::new();
        for pair in others.split(' ').filter(|pair| !pair.is_empty()) {
            let origin =
                pair.split_once('=').and_then(|(origin, id)| Some((origin.parse().ok()?, percent_decoded(id)?)));
            match origin {
                Some((origin, id)) => other_ids.push((origin, id.into_owned().into())),
                None => gathering.note(self.row.line, NoteKind::WordDropped { field: "other_user_ids" }),
            }
        }
        Some(Box::new(SentPerson { name: some(name), email: some(email), other_ids }))
    }
}

/// Removes white space and a spreadsheet's `="00123"` around an id, and nothing else.
pub(super) fn unwrapped(id: &str) -> &str {
    let id = trimmed(id);
    match id.strip_prefix("=\"").and_then(|rest| rest.strip_suffix('"')) {
        Some(inner) if !inner.contains('"') => inner.trim(),
        _ => id,
    }
}

/// `other_user_ids`: `origin=value` pairs separated by spaces, values percent-encoded.
pub(super) fn other_user_ids(ids: &[(UserIdOrigin, Box<str>)]) -> String {
    let pairs: Vec<String> = ids.iter().map(|(origin, id)| format!("{origin}={}", percent_encoded(id))).collect();
    pairs.join(" ")
}

/// Encodes all but letters, digits and the marks that ids are made of.
fn percent_encoded(text: &str) -> String {
    let mut encoded = String::with_capacity(text.len());
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~@".contains(&byte) {
            encoded.push(char::from(byte));
        } else {
            encoded.extend(['%', hex_digit(byte >> 4), hex_digit(byte & 15)]);
        }
    }
    encoded
}

fn hex_digit(nibble: u8) -> char {
    char::from_digit(u32::from(nibble), 16).unwrap_or('0').to_ascii_uppercase()
}

/// Undoes percent-encoding; `None` if what it encodes is no UTF-8. A `%` without two digits stands for itself.
pub(super) fn percent_decoded(text: &str) -> Option<Cow<'_, str>> {
    if !text.contains('%') {
        return Some(Cow::Borrowed(text));
    }
    let bytes = text.as_bytes();
    let mut decoded = Vec::with_capacity(bytes.len());
    let mut at = 0;
    while let Some(byte) = bytes.get(at) {
        let hex = |place: usize| bytes.get(place).and_then(|digit| char::from(*digit).to_digit(16));
        if let (b'%', Some(high), Some(low)) = (byte, hex(at + 1), hex(at + 2)) {
            decoded.push(u8::try_from(high * 16 + low).ok()?);
            at += 3;
        } else {
            decoded.push(*byte);
            at += 1;
        }
    }
    String::from_utf8(decoded).ok().map(Cow::Owned)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_outer_white_space_and_the_wrapper_leave_an_id() {
        for (cell, id) in [
            (" 00123 ", "00123"),
            ("=\"00123\"", "00123"),
            ("=\"a\"b\"", "=\"a\"b\""),
            ("\"x\"", "\"x\""),
            ("a; b,c-[d]", "a; b,c-[d]"),
            ("=\"", "=\""),
            ("", ""),
        ] {
            assert_eq!(unwrapped(cell), id);
        }
    }

    #[test]
    fn other_ids_survive_whatever_they_are() {
        let ids = [(UserIdOrigin::Sis, Box::from("00 1=%é")), (UserIdOrigin::Login, Box::from("j@x.edu"))];
        let text = other_user_ids(&ids);
        assert_eq!(text, "sis=00%201%3D%25%C3%A9 login=j@x.edu");
        let decoded: Vec<_> = text.split(' ').filter_map(|pair| percent_decoded(pair.split_once('=')?.1)).collect();
        assert_eq!(decoded, ["00 1=%é", "j@x.edu"]);
        assert_eq!(percent_decoded("100%").as_deref(), Some("100%"));
        assert_eq!(percent_decoded("%ff"), None);
    }
}
