//! Captured traffic of the replaced broker: JSON lines, or URLs within the lines of a log (`tegrity-connector §2`).
//!
//! What follows `oauth_` is never kept. An empty assignment id stays empty: its scores are `item-missing`.

use std::borrow::Cow;
use std::io::Read;

use serde_json::{Map, Value};

use super::canonical::{percent_decoded, unwrapped};
use super::error::ScoresError;
use super::gather::{Describe, Gathering};
use super::header::normal;
use super::key_texts::KeyTexts;
use super::lines::Lines;
use super::note::NoteKind;
use super::sent::Sent;
use crate::domain::{ScorableItem, ScoreType};

/// What every address of the broker contains, in lower case.
const PATH: &str = "/v1/scores/";

/// Whether the start of a text is such a capture.
pub(super) fn recognises(head: &str) -> bool {
    let lower = head.to_ascii_lowercase();
    let first = lower.trim_start();
    let names_record = first.contains("\"scorableitem\"") || first.contains("\"score\"");
    first.starts_with('{') && names_record || lower.contains("/v1/scores/") && addresses(&lower)
}

fn addresses(lower: &str) -> bool {
    ["updatescore?", "updatescorableitem?", "asyncupdatescore", "asyncupdatescorableitem"]
        .iter()
        .any(|operation| lower.contains(operation))
}

/// Reads the lines into the sheet.
pub(super) fn read(text: impl Read, name: &str, gathering: &mut Gathering<'_>) -> Result<(), ScoresError> {
    let mut lines = Lines::new(text, name);
    while let Some((line, text)) = lines.next()? {
        let bad = |problem| ScoresError::BadRecord { name: name.to_owned(), line, problem };
        match Record::of_line(text).map_err(bad)? {
            Some(record) => record.gather(line, gathering)?,
            None => gathering.note(line, NoteKind::NotARecord),
        }
    }
    Ok(())
}

/// The two operations of the broker.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Operation {
    Item,
    Score,
}

/// A field of a call that means something here. Nothing else is kept, `oauth_*` least of all.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Field {
    CustomerNumber,
    ProviderId,
    CourseId,
    AssignmentId,
    AssignmentTitle,
    Category,
    Description,
    StartDateTime,
    DueDateTime,
    ScoreType,
    ScorePossible,
    IsExtraCredit,
    IsIncludedInGrade,
    IsStudentViewable,
    UserId,
    ScoreReceived,
    DateTimeSubmitted,
    Comment,
}

impl Field {
    /// How many there are.
    const COUNT: usize = Self::Comment as usize + 1;

    /// The field of that name, whatever its letter case and underscores.
    fn of(name: &str) -> Option<Self> {
        let mut letters = [0; 24];
        let mut length = 0;
        for byte in name.bytes().filter(|byte| *byte != b'_') {
            *letters.get_mut(length)? = byte.to_ascii_lowercase();
            length += 1;
        }
        Some(match &letters[..length] {
            b"customernumber" => Self::CustomerNumber,
            b"providerid" => Self::ProviderId,
            b"courseid" => Self::CourseId,
            b"assignmentid" => Self::AssignmentId,
            b"assignmenttitle" => Self::AssignmentTitle,
            b"category" => Self::Category,
            b"description" => Self::Description,
            b"startdatetime" => Self::StartDateTime,
            b"duedatetime" => Self::DueDateTime,
            b"scoretype" => Self::ScoreType,
            b"scorepossible" => Self::ScorePossible,
            b"isextracredit" => Self::IsExtraCredit,
            b"isincludedingrade" => Self::IsIncludedInGrade,
            b"isstudentviewable" => Self::IsStudentViewable,
            b"userid" => Self::UserId,
            b"scorereceived" => Self::ScoreReceived,
            b"datetimesubmitted" => Self::DateTimeSubmitted,
            b"comment" => Self::Comment,
            _ => return None,
        })
    }
}

/// One call: its fields as sent; empty where nothing was.
#[derive(Debug)]
struct Record<'a> {
    operation: Operation,
    fields: [Cow<'a, str>; Field::COUNT],
}

impl<'a> Record<'a> {
    fn new(operation: Operation) -> Self {
        Self { operation, fields: [const { Cow::Borrowed("") }; Field::COUNT] }
    }

    /// Takes a field that nothing was sent for yet.
    fn take(&mut self, field: Field, text: Cow<'a, str>) {
        let place = &mut self.fields[field as usize];
        if place.is_empty() {
            *place = text;
        }
    }

    fn get(&self, field: Field) -> &str {
        &self.fields[field as usize]
    }

    /// The call a line holds; `None` for any other line.
    fn of_line(line: &'a str) -> Result<Option<Self>, &'static str> {
        let address = Address::within(line);
        let in_query = address.as_ref().is_some_and(|address| !address.query.is_empty());
        let json = if in_query { None } else { line.find('{').map(|start| &line[start..]) };
        let Some(json) = json else { return Ok(address.and_then(Address::into_record)) };
        let is_call = address.as_ref().is_some_and(|address| address.operation.is_some());
        match Self::of_json(json, address)? {
            None if is_call => Err("the call to the broker has no score and no item in its body"),
            record => Ok(record),
        }
    }

    fn of_json(json: &str, address: Option<Address<'_>>) -> Result<Option<Self>, &'static str> {
        let mut values = serde_json::Deserializer::from_str(json).into_iter::<Value>();
        let value = match values.next() {
            Some(Ok(value)) => value,
            _ if json.contains("\"score\"") || json.contains("\"scorableItem\"") => {
                return Err("the JSON is cut off or malformed");
            }
            _ => return Ok(None),
        };
        let Value::Object(object) = value else { return Ok(None) };
        let Some(mut record) = body(&object) else { return Ok(None) };
        // Provider and course are null in an asynchronous body: they are in the path.
        let own = || object.values().filter_map(Value::as_str).find_map(Address::within);
        for (field, text) in address.or_else(own).map(|address| address.path).unwrap_or_default() {
            record.take(field, Cow::Owned(text.into_owned()));
        }
        Ok(Some(record))
    }

    fn gather(&self, line: u32, gathering: &mut Gathering<'_>) -> Result<(), ScoresError> {
        let key = KeyTexts {
            customer_number: unwrapped(self.get(Field::CustomerNumber)),
            provider_id: unwrapped(self.get(Field::ProviderId)),
            course_id: unwrapped(self.get(Field::CourseId)),
            id: unwrapped(self.get(Field::AssignmentId)),
            ..KeyTexts::default()
        };
        let column = gathering.column(key)?;
        match self.operation {
            Operation::Item => {
                gathering.count_item(line, column);
                let item = self.item(line, gathering);
                gathering.describe(line, column, item, Describe::Last);
            }
            Operation::Score => {
                let submitted = gathering.date(line, "datetimeSubmitted", self.get(Field::DateTimeSubmitted));
                let sent = Sent {
                    user_id: unwrapped(self.get(Field::UserId)),
                    user_kind: None,
                    received: self.get(Field::ScoreReceived).trim(),
                    submitted,
                    comment: self.get(Field::Comment),
                    person: None,
                };
                gathering.score(line, column, sent);
            }
        }
        Ok(())
    }

    fn item(&self, line: u32, gathering: &mut Gathering<'_>) -> ScorableItem {
        let score_type = match self.get(Field::ScoreType) {
            "1" => ScoreType::Percentage,
            "" | "0" => ScoreType::Points,
            word => ScoreType::from_name(word).unwrap_or_else(|| {
                gathering.note(line, NoteKind::WordDropped { field: "scoreType" });
                ScoreType::Points
            }),
        };
        ScorableItem {
            title: gathering.text(self.get(Field::AssignmentTitle)),
            category: gathering.text(self.get(Field::Category)),
            description: gathering.text(self.get(Field::Description)),
            start: gathering.date(line, "startDateTime", self.get(Field::StartDateTime)),
            due: gathering.date(line, "dueDateTime", self.get(Field::DueDateTime)),
            score_type,
            score_possible: gathering.text(self.get(Field::ScorePossible).trim()),
            extra_credit: gathering.flag(line, "isExtraCredit", self.get(Field::IsExtraCredit)),
            included_in_grade: gathering.flag(line, "isIncludedInGrade", self.get(Field::IsIncludedInGrade)),
            student_viewable: gathering.flag(line, "isStudentViewable", self.get(Field::IsStudentViewable)),
        }
    }
}

/// The record within a JSON object: `scorableItem` or `score`, at the top or in a `body`, which may itself be text.
fn body(object: &Map<String, Value>) -> Option<Record<'static>> {
    for (name, value) in object {
        let operation = match normal(name).as_str() {
            "scorableitem" => Operation::Item,
            "score" => Operation::Score,
            _ => continue,
        };
        if let Value::Object(sent) = value {
            return Some(record(operation, sent));
        }
    }
    for (name, value) in object {
        match (normal(name).as_str(), value) {
            ("body" | "request" | "requestbody", Value::Object(inner)) => return body(inner),
            ("body" | "request" | "requestbody", Value::String(text)) => {
                let inner: Map<String, Value> = serde_json::from_str(text).ok()?;
                return body(&inner);
            }
            _ => {}
        }
    }
    None
}

fn record(operation: Operation, sent: &Map<String, Value>) -> Record<'static> {
    let mut record = Record::new(operation);
    for (name, value) in sent {
        let Some(field) = Field::of(name) else { continue };
        match value {
            Value::String(text) => record.take(field, Cow::Owned(text.clone())),
            Value::Number(number) => record.take(field, Cow::Owned(number.to_string())),
            Value::Bool(flag) => record.take(field, Cow::Owned(flag.to_string())),
            Value::Null | Value::Array(_) | Value::Object(_) => {}
        }
    }
    record
}

/// An address of the broker, cut into what it says.
#[derive(Debug)]
struct Address<'a> {
    operation: Option<Operation>,
    /// Customer, provider and course.
    path: Vec<(Field, Cow<'a, str>)>,
    query: &'a str,
}

impl<'a> Address<'a> {
    /// The first address of the broker in a text.
    fn within(text: &'a str) -> Option<Self> {
        let is_here = |start: &usize| {
            text.as_bytes()
                .get(*start..start + PATH.len())
                .is_some_and(|here| here.eq_ignore_ascii_case(PATH.as_bytes()))
        };
        let start = text.match_indices('/').map(|(start, _)| start).find(is_here)?;
        let rest = &text[start + PATH.len()..];
        let ends = |byte: u8| byte.is_ascii_whitespace() || b"\"'<>{}".contains(&byte);
        let end = rest.bytes().position(ends).unwrap_or(rest.len());
        let (path, query) = rest[..end].split_once('?').unwrap_or((&rest[..end], ""));
        let mut found = Self { operation: None, path: Vec::new(), query };
        let mut segments = path.split('/');
        while let Some(segment) = segments.next() {
            let field = match normal(segment).as_str() {
                "customer" => Field::CustomerNumber,
                "provider" => Field::ProviderId,
                "course" => Field::CourseId,
                "updatescorableitem" | "asyncupdatescorableitem" => {
                    found.operation = Some(Operation::Item);
                    continue;
                }
                "updatescore" | "asyncupdatescore" => {
                    found.operation = Some(Operation::Score);
                    continue;
                }
                _ => continue,
            };
            found.path.push((field, segments.next().and_then(percent_decoded).unwrap_or_default()));
        }
        Some(found)
    }

    /// The call that the address alone makes.
    fn into_record(self) -> Option<Record<'a>> {
        let operation = self.operation.filter(|_| !self.query.is_empty())?;
        let mut record = Record::new(operation);
        for (name, value) in self.query.split('&').filter_map(|pair| pair.split_once('=')) {
            let text = Field::of(name).and_then(|field| Some((field, form_decoded(value)?)));
            if let Some((field, text)) = text {
                record.take(field, text);
            }
        }
        for (field, text) in self.path {
            record.take(field, text);
        }
        Some(record)
    }
}

/// Undoes the encoding of a query, where a plus sign stands for a space.
pub(super) fn form_decoded(text: &str) -> Option<Cow<'_, str>> {
    if text.contains('+') {
        Some(Cow::Owned(percent_decoded(&text.replace('+', " "))?.into_owned()))
    } else {
        percent_decoded(text)
    }
}
