//! A request and its reply, as plain values.

use serde::Serialize;
use thiserror::Error;

/// A request as it reaches the sandbox.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Request {
    /// `GET`, `POST`, `PUT`, `DELETE`.
    pub method: String,
    /// Path and query, percent-encoded, beginning with `/`.
    pub path_and_query: String,
    /// Names in lower case, and values.
    pub headers: Vec<(String, String)>,
    /// The body; empty when there is none.
    pub body: Vec<u8>,
}

impl Request {
    /// The value of a header, by its lower-case name.
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(held, _)| held.eq_ignore_ascii_case(name)).map(|(_, value)| value.as_str())
    }

    /// Path without the query.
    pub(crate) fn path(&self) -> &str {
        self.path_and_query.split_once('?').map_or(self.path_and_query.as_str(), |(path, _)| path)
    }

    /// The query, without its question mark.
    pub(crate) fn query(&self) -> &str {
        self.path_and_query.split_once('?').map_or("", |(_, query)| query)
    }

    /// `http://host` as the caller knows this sandbox.
    pub(crate) fn origin(&self) -> String {
        format!("http://{}", self.header("host").unwrap_or("localhost"))
    }
}

/// What the sandbox answers.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Reply {
    /// The HTTP status.
    pub status: u16,
    /// Names in lower case, and values.
    pub headers: Vec<(String, String)>,
    /// The body.
    pub body: Vec<u8>,
}

impl Reply {
    /// A JSON answer.
    pub(crate) fn json(status: u16, body: &(impl Serialize + ?Sized)) -> Self {
        let body = serde_json::to_vec(body).expect("what the sandbox says has text for keys");
        Self { status, headers: vec![("content-type".to_owned(), "application/json; charset=utf-8".to_owned())], body }
    }

    /// The same answer with one more header.
    #[must_use]
    pub(crate) fn with_header(mut self, name: &str, value: impl Into<String>) -> Self {
        self.headers.push((name.to_owned(), value.into()));
        self
    }
}

/// The connection ended before the whole answer was out.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("the sandbox cut the connection")]
pub struct ConnectionLost {
    /// What was out by then: an answer with only part of its body. Nothing when absent.
    pub partial: Option<Reply>,
}
