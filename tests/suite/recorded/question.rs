//! One question to Canvas and its answer.

use std::fmt;

use serde_json::Value;

/// The four courses of the laboratory, as paths.
pub(super) const LAB_1: &str = "/api/v1/courses/sis_course_id%3ALAB-1";
pub(super) const LAB_2: &str = "/api/v1/courses/sis_course_id%3ALAB-2";
pub(super) const LAB_3: &str = "/api/v1/courses/sis_course_id%3ALAB-3";
pub(super) const LAB_4: &str = "/api/v1/courses/sis_course_id%3ALAB%2F4%20%C3%A9";

/// Whose token a question carries.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Who {
    Admin,
    Teacher,
    Ta,
    Student,
    /// A token that nobody has.
    Unknown,
    /// No token at all.
    Nobody,
}

impl Who {
    /// The four whose token opens something.
    pub(super) const EVERYBODY: [Self; 4] = [Self::Admin, Self::Teacher, Self::Ta, Self::Student];

    pub(super) fn token(self) -> Option<&'static str> {
        match self {
            Self::Admin => Some("tok-admin"),
            Self::Teacher => Some("tok-teacher"),
            Self::Ta => Some("tok-ta"),
            Self::Student => Some("tok-student"),
            Self::Unknown => Some("nonsense"),
            Self::Nobody => None,
        }
    }
}

impl fmt::Display for Who {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(match self {
            Self::Admin => "admin",
            Self::Teacher => "teacher",
            Self::Ta => "ta",
            Self::Student => "student",
            Self::Unknown => "unknown",
            Self::Nobody => "nobody",
        })
    }
}

/// A request that is not sent yet.
#[derive(Debug, Clone)]
pub(super) struct Question {
    pub(super) method: &'static str,
    /// Path and query, or a whole address on the sandbox.
    pub(super) path: String,
    pub(super) who: Who,
    pub(super) agent: &'static str,
    /// The content type and the bytes.
    pub(super) body: Option<(&'static str, String)>,
}

impl Question {
    fn new(method: &'static str, path: impl Into<String>) -> Self {
        Self { method, path: path.into(), who: Who::Admin, agent: "lab-probe/1", body: None }
    }

    pub(super) fn by(self, who: Who) -> Self {
        Self { who, ..self }
    }

    pub(super) fn agent(self, agent: &'static str) -> Self {
        Self { agent, ..self }
    }

    pub(super) fn json(self, body: &Value) -> Self {
        Self { body: Some(("application/json", body.to_string())), ..self }
    }

    pub(super) fn form(self, body: &str) -> Self {
        Self { body: Some(("application/x-www-form-urlencoded", body.to_owned())), ..self }
    }

    /// Adds parameters to the query.
    pub(super) fn query(mut self, parameters: &[(&str, String)]) -> Self {
        let mut text = url::form_urlencoded::Serializer::new(String::new());
        text.extend_pairs(parameters);
        self.path.push(if self.path.contains('?') { '&' } else { '?' });
        self.path.push_str(&text.finish());
        self
    }
}

pub(super) fn get(path: impl Into<String>) -> Question {
    Question::new("GET", path)
}

pub(super) fn post(path: impl Into<String>, body: &Value) -> Question {
    Question::new("POST", path).json(body)
}

pub(super) fn put(path: impl Into<String>, body: &Value) -> Question {
    Question::new("PUT", path).json(body)
}

pub(super) fn patch(path: impl Into<String>, body: &Value) -> Question {
    Question::new("PATCH", path).json(body)
}

pub(super) fn delete(path: impl Into<String>) -> Question {
    Question::new("DELETE", path)
}

pub(super) fn post_form(path: impl Into<String>, body: &str) -> Question {
    Question::new("POST", path).form(body)
}

/// Reads one cell.
pub(super) fn cell(course: &str, assignment: i64, user: i64) -> Question {
    get(format!("{course}/assignments/{assignment}/submissions/{user}"))
}

/// Writes one cell: `{"submission": …}`, `{"comment": …}` or both.
pub(super) fn write_cell(course: &str, assignment: i64, user: i64, body: &Value) -> Question {
    put(format!("{course}/assignments/{assignment}/submissions/{user}"), body)
}

/// A `GraphQL` query or mutation.
pub(super) fn graphql(text: &str, variables: &Value) -> Question {
    post("/api/graphql", &serde_json::json!({ "query": text, "variables": variables }))
}

/// What came back.
#[derive(Debug, Clone)]
pub(super) struct Answer {
    pub(super) status: u16,
    pub(super) headers: Vec<(String, String)>,
    pub(super) raw: Vec<u8>,
    /// The JSON; when it is none, the beginning of the text.
    pub(super) body: Value,
}

impl Answer {
    pub(super) fn new(status: u16, headers: Vec<(String, String)>, raw: Vec<u8>) -> Self {
        let body = serde_json::from_slice(&raw)
            .unwrap_or_else(|_| Value::from(String::from_utf8_lossy(&raw).chars().take(400).collect::<String>()));
        Self { status, headers, raw, body }
    }

    pub(super) fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(held, _)| held.eq_ignore_ascii_case(name)).map(|(_, value)| value.as_str())
    }

    /// The id of what was made.
    ///
    /// # Errors
    /// [`Ended`] when the answer has none, so that the part cannot go on.
    pub(super) fn id(&self) -> Result<i64, Ended> {
        self.body["id"].as_i64().ok_or_else(|| Ended(format!("no id in {} {}", self.status, self.body)))
    }

    /// The items of a list; none when it is not a list.
    pub(super) fn items(&self) -> &[Value] {
        self.body.as_array().map_or(&[], Vec::as_slice)
    }
}

/// Why a part ended before its last question.
#[derive(Debug)]
pub(super) struct Ended(pub(super) String);

/// How a part ended.
pub(super) type Part = Result<(), Ended>;
