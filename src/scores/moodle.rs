//! The log of the Moodle receiver of the replaced broker: lines `name = value`, grades and items as URL-encoded JSON
//! (`tegrity-connector §5`).

use std::borrow::Cow;
use std::io::Read;

use serde_json::{Map, Value};

use super::aairs::form_decoded;
use super::canonical::unwrapped;
use super::error::ScoresError;
use super::gather::{Describe, Gathering};
use super::key_texts::KeyTexts;
use super::lines::Lines;
use super::note::NoteKind;
use super::sent::Sent;
use crate::domain::{ScorableItem, UserIdOrigin};

/// The names a call consists of.
const NAMES: [&str; 8] =
    ["source", "courseid", "itemtype", "itemmodule", "iteminstance", "itemnumber", "grades", "itemdetails"];

/// Whether the start of a text is such a log.
pub(super) fn recognises(head: &str) -> bool {
    let mut names = head.lines().filter_map(named).map(|(name, _)| name);
    let mut course = false;
    names.any(|name| {
        course |= name == "courseid";
        course && matches!(name, "grades" | "itemdetails")
    })
}

/// One call: the line it starts on and its values by name.
#[derive(Debug, Default)]
struct Call {
    line: u32,
    values: Vec<(&'static str, String)>,
}

/// Reads the log into the sheet.
pub(super) fn read(text: impl Read, name: &str, gathering: &mut Gathering<'_>) -> Result<(), ScoresError> {
    let mut lines = Lines::new(text, name);
    let mut call = Call::default();
    while let Some((line, text)) = lines.next()? {
        let Some((known, value)) = named(text) else {
            gathering.note(line, NoteKind::NotARecord);
            continue;
        };
        // A name that comes again begins the next call.
        if call.values.iter().any(|(name, _)| *name == known) {
            std::mem::take(&mut call).gather(name, gathering)?;
        }
        if call.values.is_empty() {
            call.line = line;
        }
        call.values.push((known, value.to_owned()));
    }
    call.gather(name, gathering)
}

/// A line's name and value: `name = value` or `name => value`, perhaps behind a time.
fn named(line: &str) -> Option<(&'static str, &str)> {
    let (before, value) = line.split_once('=')?;
    let word = before.trim_end().trim_end_matches(']');
    let word = word.rsplit(|letter: char| !letter.is_ascii_alphanumeric()).next()?;
    let known = NAMES.into_iter().find(|name| name.eq_ignore_ascii_case(word))?;
    Some((known, value.strip_prefix('>').unwrap_or(value).trim()))
}

impl Call {
    fn get(&self, wanted: &str) -> &str {
        self.values.iter().find(|(name, _)| *name == wanted).map_or("", |(_, value)| value.as_str())
    }

    /// The object in a value; `None` for a blank.
    fn object(&self, wanted: &str) -> Result<Option<Map<String, Value>>, &'static str> {
        let text = self.get(wanted);
        if matches!(text, "" | "null" | "NULL") {
            return Ok(None);
        }
        let encoded = text.contains('%');
        let decoded = if encoded { form_decoded(text) } else { Some(Cow::Borrowed(text)) };
        match decoded.as_deref().map(serde_json::from_str) {
            Some(Ok(Value::Object(object))) => Ok(Some(object)),
            Some(Ok(Value::Null)) => Ok(None),
            _ => Err("the URL-encoded JSON is cut off or malformed"),
        }
    }

    fn gather(self, name: &str, gathering: &mut Gathering<'_>) -> Result<(), ScoresError> {
        let line = self.line;
        let bad = |problem| ScoresError::BadRecord { name: name.to_owned(), line, problem };
        let item = self.object("itemdetails").map_err(bad)?;
        let grades = self.object("grades").map_err(bad)?;
        if item.is_none() && grades.is_none() {
            if !self.values.is_empty() {
                gathering.note(line, NoteKind::NotARecord);
            }
            return Ok(());
        }
        let detail = |wanted| item.as_ref().map(|item| text(item, wanted)).unwrap_or_default();
        let (title, number) = (detail("itemname"), detail("idnumber"));
        let id = if number.trim().is_empty() { self.get("iteminstance").to_owned() } else { number };
        let course = self.get("courseid");
        let course = if course.is_empty() { detail("courseid") } else { course.to_owned() };
        let key = KeyTexts { course_id: unwrapped(&course), id: unwrapped(&id), title: &title, ..KeyTexts::default() };
        let column = gathering.column(key)?;
        if item.is_some() {
            let described = ScorableItem {
                title: gathering.text(&title),
                category: gathering.text(&detail("categoryid")),
                score_possible: gathering.text(detail("grademax").trim()),
                ..ScorableItem::default()
            };
            gathering.describe(line, column, described, Describe::Last);
        }
        let Some(grades) = grades else {
            gathering.count_item(line, column);
            return Ok(());
        };
        let user_id = text(&grades, "userid");
        let received = text(&grades, "rawgrade");
        let (user_id, user_kind) = (unwrapped(&user_id), user_kind(&grades));
        gathering.score(line, column, Sent { user_id, user_kind, received: received.trim(), ..Sent::default() });
        Ok(())
    }
}

/// What `identity_type` says of the id's kind.
fn user_kind(grades: &Map<String, Value>) -> Option<UserIdOrigin> {
    match text(grades, "identity_type").to_ascii_lowercase().as_str() {
        "username" | "login" => Some(UserIdOrigin::Login),
        "idnumber" | "sis" => Some(UserIdOrigin::Sis),
        _ => None,
    }
}

fn text(object: &Map<String, Value>, name: &str) -> String {
    match object.get(name) {
        Some(Value::String(text)) => text.clone(),
        Some(Value::Number(number)) => number.to_string(),
        Some(Value::Bool(flag)) => flag.to_string(),
        Some(Value::Null | Value::Array(_) | Value::Object(_)) | None => String::new(),
    }
}
