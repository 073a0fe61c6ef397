//! Query, form and JSON body as one nested value, as Rails merges them.

use serde_json::{Map, Value};

use super::message::{Reply, Request};
use super::refusal;

/// The longest form in bytes, where forms are limited (canvas-contract §B3).
const LARGEST_FORM: usize = 4 * 1024 * 1024;

const HEX: [char; 16] = ['0', '1', '2', '3', '4', '5', '6', '7', '8', '9', 'A', 'B', 'C', 'D', 'E', 'F'];

/// The parameters of a request.
#[derive(Debug, Default)]
pub(crate) struct Parameters {
    root: Map<String, Value>,
    /// Key and value pairs of the query as sent, for `Link` headers.
    pub(crate) query: Vec<(String, String)>,
}

impl Parameters {
    /// Reads a request's parameters; a form that is too large, or a broken JSON body, is refused.
    pub(crate) fn of(request: &Request, form_limit: Option<usize>) -> Result<Self, Reply> {
        let query = pairs(request.query());
        let mut parameters = Self { root: Map::new(), query: query.clone() };
        let is_json = request.header("content-type").is_some_and(|kind| kind.contains("json"));
        let form = if is_json { Vec::new() } else { pairs(&String::from_utf8_lossy(&request.body)) };
        let too_long = !is_json && request.body.len() > LARGEST_FORM;
        if form_limit.is_some_and(|limit| query.len() > limit || form.len() > limit || too_long) {
            return Err(refusal::message(400, "Bad Request"));
        }
        if is_json && !request.body.is_empty() {
            match serde_json::from_slice(&request.body) {
                Ok(Value::Object(fields)) => parameters.root = fields,
                Ok(_) => {}
                Err(_) => return Err(refusal::message(400, "There was a problem in the JSON you submitted")),
            }
        }
        for (key, value) in query.into_iter().chain(form) {
            insert(&mut parameters.root, &key, value);
        }
        Ok(parameters)
    }

    /// A parameter's value, whatever its kind.
    pub(crate) fn get(&self, name: &str) -> Option<&Value> {
        self.root.get(name)
    }

    /// A field of a nested parameter, such as `submission[posted_grade]`.
    pub(crate) fn within(&self, outer: &str, name: &str) -> Option<&Value> {
        self.root.get(outer)?.get(name)
    }

    /// A parameter as text; numbers and booleans are spelt out.
    pub(crate) fn text(&self, name: &str) -> Option<String> {
        self.get(name).and_then(text)
    }

    /// A list parameter; a single value counts as a list of one.
    pub(crate) fn list(&self, name: &str) -> Vec<String> {
        match self.get(name) {
            Some(Value::Array(items)) => items.iter().filter_map(text).collect(),
            Some(Value::Object(fields)) => fields.values().filter_map(text).collect(),
            Some(single) => text(single).into_iter().collect(),
            None => Vec::new(),
        }
    }

    /// Whether a list parameter holds a word.
    pub(crate) fn includes(&self, name: &str, word: &str) -> bool {
        self.list(name).iter().any(|item| item == word)
    }

    /// Whether a switch is on.
    pub(crate) fn flag(&self, name: &str) -> bool {
        self.get(name).is_some_and(|value| truth(value) == Some(true))
    }
}

/// A scalar as text; null and nested values have none.
pub(crate) fn text(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.clone()),
        Value::Number(_) | Value::Bool(_) => Some(value.to_string()),
        Value::Null | Value::Array(_) | Value::Object(_) => None,
    }
}

/// Canvas's booleans in forms: true/false, t/f, yes/no, y/n, on/off, 1/0 (canvas-contract §A1).
pub(crate) fn truth(value: &Value) -> Option<bool> {
    match text(value)?.to_lowercase().as_str() {
        "true" | "t" | "yes" | "y" | "on" | "1" => Some(true),
        "false" | "f" | "no" | "n" | "off" | "0" => Some(false),
        _ => None,
    }
}

/// Percent-decodes a path segment or form value; invalid sequences stay as they are.
pub(crate) fn decode(text: &str) -> String {
    let bytes = text.as_bytes();
    let mut decoded = Vec::with_capacity(bytes.len());
    let mut at = 0;
    while at < bytes.len() {
        let byte = bytes
            .get(at + 1..at + 3)
            .filter(|_| bytes[at] == b'%')
            .and_then(|hex| u8::from_str_radix(std::str::from_utf8(hex).ok()?, 16).ok());
        decoded.push(byte.unwrap_or(bytes[at]));
        at += if byte.is_some() { 3 } else { 1 };
    }
    String::from_utf8_lossy(&decoded).into_owned()
}

/// Percent-encodes everything but letters, digits and `-._~`.
pub(crate) fn encode(text: &str) -> String {
    let mut encoded = String::with_capacity(text.len());
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
            encoded.push(char::from(byte));
        } else {
            encoded.extend(['%', HEX[usize::from(byte >> 4)], HEX[usize::from(byte & 15)]]);
        }
    }
    encoded
}

pub(crate) fn pairs(text: &str) -> Vec<(String, String)> {
    let parts = text.split('&').filter(|part| !part.is_empty());
    parts
        .map(|part| {
            let (key, value) = part.split_once('=').unwrap_or((part, ""));
            (decode(&key.replace('+', " ")), decode(&value.replace('+', " ")))
        })
        .collect()
}

/// `a[b][]=1` puts 1 at the end of the list at b in a.
fn insert(root: &mut Map<String, Value>, key: &str, value: String) {
    let (name, rest) = key.split_once('[').unwrap_or((key, ""));
    let list = key.ends_with("[]");
    let mut place = root.entry(name).or_insert(Value::Null);
    // Any bracket ends a step, so a key cannot hold one (canvas-contract §B3).
    for step in rest.split(['[', ']']).filter(|step| !step.is_empty()) {
        if !place.is_object() {
            *place = Value::Object(Map::new());
        }
        let Value::Object(fields) = place else { return };
        place = fields.entry(step).or_insert(Value::Null);
    }
    if !list {
        *place = Value::String(value);
    } else if let Value::Array(items) = place {
        items.push(Value::String(value));
    } else {
        *place = Value::Array(vec![Value::String(value)]);
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn form(body: &str) -> Value {
        let request = Request {
            method: "POST".to_owned(),
            path_and_query: "/x?per_page=5".to_owned(),
            headers: Vec::new(),
            body: body.as_bytes().to_vec(),
        };
        Value::Object(Parameters::of(&request, None).unwrap().root)
    }

    #[test]
    fn brackets_nest_and_empty_brackets_collect() {
        let got = form("grade_data[9][7][posted_grade]=1%2C5&student_ids[]=1&student_ids[]=sis_user_id%3Aa+b&excuse=");
        let wanted = json!({
            "per_page": "5",
            "grade_data": {"9": {"7": {"posted_grade": "1,5"}}},
            "student_ids": ["1", "sis_user_id:a b"],
            "excuse": "",
        });
        assert_eq!(got, wanted);
    }

    #[test]
    fn broken_escapes_stay_as_they_are() {
        for (text, wanted) in [("CS%2F101%2E11%C3%A9", "CS/101.11é"), ("100%", "100%"), ("%zz", "%zz"), ("%4", "%4")] {
            assert_eq!(decode(text), wanted);
        }
    }
}
