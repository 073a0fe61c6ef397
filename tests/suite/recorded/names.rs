//! Ids become names and times become `<T>`, so that the answers of two servers can be compared.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use regex::{Captures, Regex};
use serde_json::{Map, Value};

/// What an id is an id of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Kind {
    User,
    Course,
    Section,
    Assignment,
    Account,
}

/// Keys whose value is random or a look of the page.
const LEFT_OUT: [&str; 11] = [
    "avatar_url",
    "avatar_image_url",
    "uuid",
    "secure_params",
    "lti_context_id",
    "lti_asset_processor",
    "display_name_html",
    "calendar",
    "pronouns",
    "avatar_path",
    "anonymous_id",
];

static TIME: LazyLock<Regex> = LazyLock::new(|| pattern(r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d"));
static BOOKMARK: LazyLock<Regex> = LazyLock::new(|| pattern("page=bookmark:[^&]+"));
static VERIFIER: LazyLock<Regex> = LazyLock::new(|| pattern(r"verifier=\w+"));
static VERSION: LazyLock<Regex> = LazyLock::new(|| pattern(r"version=(\d+)"));
static DIGITS: LazyLock<Regex> = LazyLock::new(|| pattern(r"\d+"));
static LONG_NUMBER: LazyLock<Regex> = LazyLock::new(|| pattern(r"\b\d{4,}\b"));
static NUMBER: LazyLock<Regex> = LazyLock::new(|| pattern(r"\b\d+\b"));
static QUOTED_NUMBER: LazyLock<Regex> = LazyLock::new(|| pattern(r"'(\d+)'"));

/// A regular expression of this test.
pub(super) fn pattern(text: &str) -> Regex {
    Regex::new(text).expect("the expression is valid")
}

/// What is known by name.
#[derive(Debug)]
pub(super) struct Names {
    /// Where the server is: `http://127.0.0.1:12345`.
    pub(super) base: String,
    held: BTreeMap<(Kind, i64), String>,
}

impl Names {
    pub(super) fn new(base: String) -> Self {
        Self { base, held: BTreeMap::from([((Kind::Account, 1), "@root".to_owned())]) }
    }

    pub(super) fn learn(&mut self, kind: Kind, id: i64, name: &str) {
        self.held.insert((kind, id), format!("@{name}"));
    }

    pub(super) fn name(&self, kind: Kind, id: i64) -> Option<&str> {
        self.held.get(&(kind, id)).map(String::as_str)
    }

    /// The name of an id that stands in an answer as a number or as digits; `null` when it has none.
    pub(super) fn name_of(&self, kind: Kind, id: &Value) -> Value {
        whole(id).and_then(|id| self.name(kind, id)).map_or(Value::Null, Value::from)
    }

    pub(super) fn id(&self, kind: Kind, name: &str) -> i64 {
        let found = self.held.iter().find(|((of, _), held)| *of == kind && held.strip_prefix('@') == Some(name));
        found.map_or_else(|| panic!("{name} is in the laboratory"), |((_, id), _)| *id)
    }

    /// An answer, or a part of one, without its ids and times; `kind` is what its own `id` is an id of.
    pub(super) fn plain(&self, value: &Value, kind: Option<Kind>) -> Value {
        self.plain_below(value, kind, "")
    }

    fn plain_below(&self, value: &Value, kind: Option<Kind>, key: &str) -> Value {
        match value {
            Value::Object(fields) => Value::Object(self.plain_fields(fields, kind)),
            Value::Array(items) => items.iter().map(|item| self.plain_below(item, kind, key)).collect(),
            Value::String(text) => self.plain_text(text).into(),
            Value::Number(number) if !number.is_f64() && (key.ends_with("_id") || key.ends_with("_ids")) => {
                "<id>".into()
            }
            other => other.clone(),
        }
    }

    fn plain_fields(&self, fields: &Map<String, Value>, kind: Option<Kind>) -> Map<String, Value> {
        let kept = fields.iter().filter(|(key, _)| !LEFT_OUT.contains(&key.as_str()));
        let plain = kept.map(|(key, value)| {
            let id = |of: Option<Kind>, id: Option<i64>| {
                of.zip(id).and_then(|(of, id)| self.name(of, id)).unwrap_or("<id>").into()
            };
            let value = match referred(key).filter(|_| is_whole(value)) {
                _ if key == "id" => id(kind, value.as_i64()),
                Some(of) => id(Some(of), whole(value)),
                None => self.plain_below(value, nested(key).or(kind.filter(|_| key == "data")), key),
            };
            (key.clone(), value)
        });
        plain.collect()
    }

    fn plain_text(&self, text: &str) -> String {
        if TIME.is_match(text) {
            return "<T>".to_owned();
        }
        if !text.contains("http") {
            return LONG_NUMBER.replace_all(text, "<n>").into_owned();
        }
        let text = text.replace(&self.base, "<BASE>");
        let text = BOOKMARK.replace_all(&text, "page=bookmark:<b>");
        let text = VERIFIER.replace_all(&text, "verifier=<v>");
        let digitless = DIGITS.replace_all(&text, "<n>");
        // The version of a cell tells whether it was touched: it stays.
        let version = VERSION.captures(&text).map(|found| format!(" version={}", &found[1])).unwrap_or_default();
        LONG_NUMBER.replace_all(&format!("{digitless}{version}"), "<n>").into_owned()
    }

    /// The message of a Progress: the quoted ids in it are those of users.
    pub(super) fn plain_message(&self, message: &str) -> String {
        let name = |found: &Captures<'_>| format!("'{}'", self.of(&[Kind::User], &found[1]));
        QUOTED_NUMBER.replace_all(message, name).into_owned()
    }

    /// The beginning of a message with every number named as a user or an assignment.
    pub(super) fn named_message(&self, message: &str) -> String {
        let name = |found: &Captures<'_>| self.of(&[Kind::User, Kind::Assignment], &found[0]);
        NUMBER.replace_all(message, name).chars().take(300).collect()
    }

    fn of(&self, kinds: &[Kind], digits: &str) -> String {
        let id = digits.parse().ok();
        id.and_then(|id| kinds.iter().find_map(|kind| self.name(*kind, id))).unwrap_or("<n>").to_owned()
    }
}

/// What the value of this key is an id of.
fn referred(key: &str) -> Option<Kind> {
    match key {
        "user_id" | "grader_id" | "author_id" | "student" | "grader" => Some(Kind::User),
        "course_id" | "course" => Some(Kind::Course),
        "assignment_id" | "assignment" => Some(Kind::Assignment),
        "section_id" | "course_section_id" => Some(Kind::Section),
        "account_id" | "root_account_id" => Some(Kind::Account),
        _ => None,
    }
}

/// What the objects below this key are.
fn nested(key: &str) -> Option<Kind> {
    match key {
        "user" | "author" => Some(Kind::User),
        "assignment" => Some(Kind::Assignment),
        "sections" => Some(Kind::Section),
        "course" => Some(Kind::Course),
        _ => None,
    }
}

fn is_whole(value: &Value) -> bool {
    match value {
        Value::Number(number) => !number.is_f64(),
        Value::String(text) => !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit()),
        _ => false,
    }
}

fn whole(value: &Value) -> Option<i64> {
    value.as_i64().or_else(|| value.as_str()?.parse().ok())
}
