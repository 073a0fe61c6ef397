//! Requests and answers as the line sees them, and what is wrong with a request.

use std::time::Duration;

use gradepush::canvas::{Method, Request, Response};
use gradepush::domain::{Entered, LiveCell, Wanted};
use gradepush::sandbox;
use serde_json::Value;
use tokio::time::Instant;

/// What a plan allows to be sent to a cell.
#[derive(Debug, Clone)]
pub(super) struct Allowed {
    pub(super) base: LiveCell,
    pub(super) wanted: Wanted,
    /// What may be posted.
    pub(super) posted: Option<String>,
    /// Whether a hidden grade may be shown to the student.
    pub(super) reveals: bool,
}

/// What is wrong with sending this to a cell.
pub(super) fn problem(allowed: Option<&Allowed>, seen: Option<&(Instant, LiveCell)>, cell: &Value) -> Option<String> {
    let grade = cell.get("posted_grade").and_then(Value::as_str);
    let graded = grade.is_some() || cell.get("excuse").is_some();
    let Some(allowed) = allowed else {
        // What somebody deleted has no title any more.
        return None;
    };
    let Some((at, live)) = seen else { return Some("sent without a look".to_owned()) };
    if at.elapsed() > Duration::from_mins(1) {
        return Some(format!("the look was {:?} old", at.elapsed()));
    }
    // The same score again leaves a cell as it is (`canvas-contract §H4`).
    let is_touched = cell.get("text_comment").is_some() || !allowed.wanted.holds_in(live);
    if is_touched && live.is_hidden(false) && !allowed.reveals {
        return Some("a hidden grade was shown".to_owned());
    }
    if !graded {
        return None;
    }
    if grade.is_some() && grade.map(str::to_owned) != allowed.posted {
        return Some(format!("{grade:?} was sent instead of {:?}", allowed.posted));
    }
    let as_planned = live.entered == allowed.base.entered
        && live.grader == allowed.base.grader
        && live.graded_at == allowed.base.graded_at;
    let is_new = allowed.base == LiveCell::default() && live.entered == allowed.base.entered;
    (!as_planned && !is_new && !allowed.wanted.holds_in(live))
        .then(|| format!("seen as {:?} by {:?}, and overwritten all the same", live.entered, live.grader))
}

/// What is wrong with sending the group's grade over a cell that was to stay as it is.
pub(super) fn replaced(holds: Wanted, seen: Option<&(Instant, LiveCell)>) -> Option<String> {
    match seen {
        None => Some("sent to its group without a look".to_owned()),
        Some((at, _)) if at.elapsed() > Duration::from_mins(1) => Some(format!("the look was {:?} old", at.elapsed())),
        Some((_, live)) if live.entered == Entered::Excused || holds.holds_in(live) => None,
        Some((_, live)) => Some(format!("seen as {:?}, and overwritten with its group", live.entered)),
    }
}

pub(super) fn throttled(hosted: bool) -> Response {
    let text = b"403 Forbidden (Rate Limit Exceeded)\n".to_vec();
    let retry_after = ("retry-after".to_owned(), "3".to_owned());
    if hosted {
        return Response { status: 429, headers: vec![retry_after], body: text };
    }
    Response { status: 403, headers: Vec::new(), body: text }
}

pub(super) fn expired() -> Response {
    let challenge = ("www-authenticate".to_owned(), r#"Bearer realm="canvas-lms""#.to_owned());
    let body = br#"{"errors":[{"message":"Expired access token.","expired_at":"2026-12-14T17:00:00Z"}]}"#.to_vec();
    Response { status: 401, headers: vec![challenge], body }
}

pub(super) fn sandboxed(request: &Request) -> sandbox::Request {
    let mut headers = request.headers.clone();
    headers.push(("user-agent".to_owned(), "gradepush/test".to_owned()));
    headers.push(("host".to_owned(), "127.0.0.1:8765".to_owned()));
    sandbox::Request {
        method: request.method.to_string(),
        path_and_query: request.path_and_query.clone(),
        headers,
        body: request.body.clone(),
    }
}

pub(super) fn shown(request: &Request) -> String {
    let path = request.path_and_query.split('?').next().unwrap_or_default();
    let body = String::from_utf8_lossy(&request.body);
    match request.method {
        Method::Get => path.to_owned(),
        _ => format!("{path} {body}"),
    }
}

pub(super) fn number_after(path: &str, word: &str) -> Option<i64> {
    let rest = &path[path.find(word)? + word.len()..];
    let digits: String = rest.chars().take_while(char::is_ascii_digit).collect();
    digits.parse().ok()
}

pub(super) fn number(text: &str) -> i64 {
    text.parse().unwrap_or_default()
}
