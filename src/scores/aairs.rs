//! Captured traffic of the replaced broker: JSON lines, or URLs within the lines of a log (`tegrity-connector §2`).
//!
//! What follows `oauth_` is never kept. An empty assignment id stays empty: its scores are `item-missing`.

use std::io::{BufRead, BufReader, Read};

use serde_json::{Map, Value};

use super::canonical::{percent_decoded, unwrapped};
use super::error::ScoresError;
use super::gather::{Describe, Gathering, KeyTexts, Sent};
use super::header::normal;
use super::note::NoteKind;
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
    let mut lines = BufReader::new(text);
    let mut bytes = Vec::new();
    let mut line: u32 = 0;
    loop {
        bytes.clear();
        let read = lines.read_until(b'\n', &mut bytes).map_err(|error| failed(name, error, line + 1))?;
        if read == 0 {
            return Ok(());
        }
        line = line.saturating_add(1);
        let bad = |problem| ScoresError::BadRecord { name: name.to_owned(), line, problem };
        let Ok(text) = std::str::from_utf8(&bytes) else {
            return Err(ScoresError::Undecodable { name: name.to_owned(), line });
        };
        if text.trim().is_empty() {
            continue;
        }
        match Record::of_line(text.trim()).map_err(bad)? {
            Some(record) => record.gather(line, gathering)?,
            None => gathering.note(line, NoteKind::NotARecord),
        }
    }
}

fn failed(name: &str, error: std::io::Error, line: u32) -> ScoresError {
    super::table::explained(name, super::records::RecordsError::Read(error, line))
}

/// The two operations of the broker.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Operation {
    Item,
    Score,
}

/// One call, its fields under their normalised names.
#[derive(Debug)]
struct Record {
    operation: Operation,
    fields: Vec<(String, String)>,
}

impl Record {
    /// The call a line holds; `None` for any other line.
    fn of_line(line: &str) -> Result<Option<Self>, &'static str> {
        let address = Address::within(line);
        let json = line.find('{').map(|start| &line[start..]);
        let in_query = address.as_ref().is_some_and(|address| !address.query.is_empty());
        match json {
            Some(json) if !in_query => match Self::of_json(json, address.as_ref())? {
                Some(record) => Ok(Some(record)),
                None if address.is_some_and(|address| address.operation.is_some()) => {
                    Err("the call to the broker has no score and no item in its body")
                }
                None => Ok(None),
            },
            _ => Ok(address.and_then(Address::into_record)),
        }
    }

    fn of_json(json: &str, address: Option<&Address<'_>>) -> Result<Option<Self>, &'static str> {
        let mut values = serde_json::Deserializer::from_str(json).into_iter::<Value>();
        let value = match values.next() {
            Some(Ok(value)) => value,
            _ if json.contains("\"score\"") || json.contains("\"scorableItem\"") => {
                return Err("the JSON is cut off or malformed");
            }
            _ => return Ok(None),
        };
        let Value::Object(object) = value else { return Ok(None) };
        let Some((operation, mut fields)) = body(&object) else { return Ok(None) };
        // Provider and course are null in an asynchronous body: they are in the path.
        let texts = || object.values().filter_map(Value::as_str);
        let own = texts().find_map(Address::within);
        if let Some(address) = address.or(own.as_ref()) {
            for (name, value) in &address.path {
                let empty =
                    |fields: &[(String, String)]| !fields.iter().any(|(key, text)| key == name && !text.is_empty());
                if empty(&fields) {
                    fields.push((String::from(*name), value.clone()));
                }
            }
        }
        Ok(Some(Self { operation, fields }))
    }

    /// A field as sent; empty if it was not.
    fn get(&self, name: &str) -> &str {
        let found = self.fields.iter().find(|(key, value)| key == name && !value.is_empty());
        found.map_or("", |(_, value)| value.as_str())
    }

    fn gather(&self, line: u32, gathering: &mut Gathering<'_>) -> Result<(), ScoresError> {
        let course = gathering.course();
        let own_course = unwrapped(self.get("courseid"));
        let key = KeyTexts {
            customer_number: unwrapped(self.get("customernumber")),
            provider_id: unwrapped(self.get("providerid")),
            course_id: if own_course.is_empty() { &course } else { own_course },
            id: unwrapped(self.get("assignmentid")),
            title: "",
        };
        let column = gathering.column(key)?;
        match self.operation {
            Operation::Item => {
                gathering.count_item(line, column);
                let item = self.item(line, gathering);
                gathering.describe(line, column, item, Describe::Last);
            }
            Operation::Score => {
                let submitted = gathering.date(line, "datetimeSubmitted", self.get("datetimesubmitted"));
                let sent = Sent {
                    user_id: unwrapped(self.get("userid")),
                    received: self.get("scorereceived").trim(),
                    submitted,
                    comment: self.get("comment"),
                    person: None,
                };
                gathering.score(line, column, sent);
            }
        }
        Ok(())
    }

    fn item(&self, line: u32, gathering: &mut Gathering<'_>) -> ScorableItem {
        let score_type = match self.get("scoretype") {
            "1" => ScoreType::Percentage,
            "" | "0" => ScoreType::Points,
            word => ScoreType::from_name(word).unwrap_or_else(|| {
                gathering.note(line, NoteKind::WordDropped { field: "scoreType" });
                ScoreType::Points
            }),
        };
        ScorableItem {
            title: gathering.text(self.get("assignmenttitle")),
            category: gathering.text(self.get("category")),
            description: gathering.text(self.get("description")),
            start: gathering.date(line, "startDateTime", self.get("startdatetime")),
            due: gathering.date(line, "dueDateTime", self.get("duedatetime")),
            score_type,
            score_possible: gathering.text(self.get("scorepossible").trim()),
            extra_credit: gathering.flag(line, "isExtraCredit", self.get("isextracredit")),
            included_in_grade: gathering.flag(line, "isIncludedInGrade", self.get("isincludedingrade")),
            student_viewable: gathering.flag(line, "isStudentViewable", self.get("isstudentviewable")),
        }
    }
}

/// The record within a JSON object: `scorableItem` or `score`, at the top or in a `body`, which may itself be text.
fn body(object: &Map<String, Value>) -> Option<(Operation, Vec<(String, String)>)> {
    for (name, value) in object {
        let operation = match normal(name).as_str() {
            "scorableitem" => Operation::Item,
            "score" => Operation::Score,
            _ => continue,
        };
        if let Value::Object(record) = value {
            return Some((operation, fields(record)));
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

fn fields(record: &Map<String, Value>) -> Vec<(String, String)> {
    let text = |value: &Value| match value {
        Value::String(text) => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        Value::Bool(flag) => Some(flag.to_string()),
        Value::Null | Value::Array(_) | Value::Object(_) => None,
    };
    record.iter().filter_map(|(name, value)| kept(normal(name), text(value)?)).collect()
}

/// Drops what belongs to the signature of a call.
fn kept(name: String, value: String) -> Option<(String, String)> {
    (!name.starts_with("oauth")).then_some((name, value))
}

/// An address of the broker, cut into what it says.
#[derive(Debug)]
struct Address<'a> {
    operation: Option<Operation>,
    /// Customer, provider and course, by their normalised names.
    path: Vec<(&'static str, String)>,
    query: &'a str,
}

impl<'a> Address<'a> {
    /// The first address of the broker in a text.
    fn within(text: &'a str) -> Option<Self> {
        let start = find_ignoring_case(text, PATH)?;
        let rest = &text[start + PATH.len()..];
        let end = rest.find(|letter: char| letter.is_whitespace() || "\"'<>{}".contains(letter)).unwrap_or(rest.len());
        let (path, query) = rest[..end].split_once('?').unwrap_or((&rest[..end], ""));
        let mut found = Self { operation: None, path: Vec::new(), query };
        let mut segments = path.split('/');
        while let Some(segment) = segments.next() {
            let name = match normal(segment).as_str() {
                "customer" => "customernumber",
                "provider" => "providerid",
                "course" => "courseid",
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
            found.path.push((name, segments.next().and_then(percent_decoded).unwrap_or_default()));
        }
        Some(found)
    }

    /// The call that the address alone makes.
    fn into_record(self) -> Option<Record> {
        let operation = self.operation.filter(|_| !self.query.is_empty())?;
        let pairs = self.query.split('&').filter_map(|pair| {
            let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
            kept(normal(name), percent_decoded(&value.replace('+', " "))?)
        });
        let path = self.path.into_iter().map(|(name, value)| (name.to_owned(), value));
        Some(Record { operation, fields: pairs.chain(path).collect() })
    }
}

/// Where an ASCII text occurs, whatever its letter case.
fn find_ignoring_case(text: &str, wanted: &str) -> Option<usize> {
    text.as_bytes().windows(wanted.len()).position(|window| window.eq_ignore_ascii_case(wanted.as_bytes()))
}
