//! Canvas's error bodies, in all their shapes (canvas-contract §A2).

use jiff::Timestamp;
use serde_json::{Value, json};

use super::message::Reply;
use super::options::Dialect;

const REALM: &str = "Bearer realm=\"canvas-lms\"";

/// 401: the token is foreign, deleted, pending, revoked or expired.
pub(crate) fn bad_token(message: &str, expired_at: Option<Timestamp>) -> Reply {
    let mut error = json!({ "message": message });
    if let Some(moment) = expired_at {
        error["expired_at"] = json!(moment);
    }
    Reply::json(401, &json!({ "errors": [error] })).with_header("www-authenticate", REALM)
}

/// 401: no credentials at all.
pub(crate) fn unauthenticated() -> Reply {
    let errors = json!([{ "message": "user authorization required" }]);
    Reply::json(401, &json!({ "status": "unauthenticated", "errors": errors })).with_header("www-authenticate", REALM)
}

/// 401: a developer key's scopes do not cover the route.
pub(crate) fn out_of_scope() -> Reply {
    message(401, "Insufficient scopes on access token.")
}

/// 403 or, in the older dialect, 401: logged in, but not permitted.
pub(crate) fn unauthorized(dialect: Dialect) -> Reply {
    let status = if dialect == Dialect::Hosted { 403 } else { 401 };
    let errors = json!([{ "message": "user not authorized to perform that action" }]);
    Reply::json(status, &json!({ "status": "unauthorized", "errors": errors }))
}

/// 404: no such record.
pub(crate) fn not_found() -> Reply {
    message(404, "The specified resource does not exist.")
}

/// 404: no such route, or an id with a raw slash. Not even the application answers, so there is no JSON.
pub(crate) fn no_route() -> Reply {
    Reply { status: 404, ..Reply::default() }.with_header("content-type", "text/html; charset=utf-8")
}

/// 404: a page that is no number, on a numbered list.
pub(crate) fn no_such_page() -> Reply {
    let errors = json!([{ "message": "An error occurred.", "error_code": "not_found" }]);
    Reply::json(404, &json!({ "errors": errors, "error_report_id": 519 }))
}

/// 400: a page number on a list that is paged by bookmarks.
pub(crate) fn no_bookmark() -> Reply {
    let errors = json!([{ "page": "Invalid page; please restart iteration and follow `next` links" }]);
    Reply::json(400, &json!({ "status": "bad_request", "errors": errors }))
}

/// 422: a record the database rules do not take (canvas-contract §A2).
pub(crate) fn invalid_record(field: &str, message: &str, code: &str) -> Reply {
    let problem = json!([{ "field": field, "message": message, "error_code": code }]);
    Reply::json(422, &json!({ "errors": problem }))
}

/// 500 and its kin, as the application words them.
pub(crate) fn broken(status: u16) -> Reply {
    let errors = json!([{ "message": "An error occurred.", "error_code": "internal_server_error" }]);
    Reply::json(status, &json!({ "errors": errors, "error_report_id": 4711 }))
}

/// 403 from the edge: no User-Agent.
pub(crate) fn no_user_agent() -> Reply {
    let message = "You are not authorized to access this site because you have not provided a valid user agent.";
    Reply::json(403, &json!({ "error": "Forbidden", "message": message }))
}

/// `{"errors":[{"message":…}]}`
pub(crate) fn message(status: u16, message: &str) -> Reply {
    Reply::json(status, &json!({ "errors": [{ "message": message }] }))
}

/// 400 `{"error":…}`
pub(crate) fn error_text(text: &str) -> Reply {
    Reply::json(400, &json!({ "error": text }))
}

/// 400 `{"message":…}`
pub(crate) fn message_text(text: &str) -> Reply {
    Reply::json(400, &json!({ "message": text }))
}

/// 409: somebody else took the SIS id while this request was under way (canvas-contract §G3).
pub(crate) fn sis_id_race() -> Reply {
    Reply::json(409, &json!({ "message": "Assignment with the given sis_source_id already exists" }))
}

/// 403 with an object: the assignment lies in a closed grading period (canvas-contract §G3).
pub(crate) fn closed_period() -> Reply {
    let message = "Cannot set the due date to a date within a closed grading period";
    Reply { status: 403, ..invalid("due_at", message, message) }
}

/// `{"errors":"…"}`: a string where others have a list.
pub(crate) fn errors_text(status: u16, text: &str) -> Reply {
    Reply::json(status, &json!({ "errors": text }))
}

/// 400 `{"errors":{attribute:[{attribute,type,message}]}}`, the shape of assignments (canvas-contract §G3).
pub(crate) fn invalid(attribute: &str, kind: &str, message: &str) -> Reply {
    let problem = json!([{ "attribute": attribute, "type": kind, "message": message }]);
    let errors: Value = [(attribute.to_owned(), problem)].into_iter().collect();
    Reply::json(400, &json!({ "errors": errors }))
}
