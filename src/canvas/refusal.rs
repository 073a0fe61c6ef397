//! What an answer that is not a success means (`canvas-contract §A2`). Pure.

use serde_json::Value;

use super::carrier::Response;
use super::endpoint::endpoint;
use super::error::{CanvasError, Context, TokenTrouble};

/// The longest message that is kept, in letters.
const LONGEST_MESSAGE: usize = 500;

/// What Canvas writes into a throttled answer's body.
const THROTTLE_TEXT: &str = "Rate Limit Exceeded";

/// Whether the answer is a throttle, in either dialect: then the request was never executed (`canvas-contract §D`).
pub(super) fn is_throttle(response: &Response) -> bool {
    response.status == 429
        || (response.status == 403 && String::from_utf8_lossy(&response.body).contains(THROTTLE_TEXT))
}

/// The error of an answer that is neither a success, a throttle nor a server error.
pub(super) fn refusal(response: &Response, context: Context) -> CanvasError {
    let json: Value = serde_json::from_slice(&response.body).unwrap_or(Value::Null);
    let message = server_message(&json).unwrap_or_else(|| format!("status {}", response.status));
    let not_permitted = json["status"] == "unauthorized";
    match response.status {
        300..=399 => CanvasError::Redirected { to: redirect_target(response), context },
        401 if not_permitted && !names_the_token(response, &message) => CanvasError::Forbidden { message, context },
        401 => CanvasError::Unauthorized { trouble: token_trouble(&message, &context), context },
        403 if json["error"].is_string() && json["message"].is_string() => {
            CanvasError::EdgeRefused { message, context }
        }
        403 => CanvasError::Forbidden { message, context },
        404 => CanvasError::NotFound { context },
        _ => CanvasError::Rejected { message, context },
    }
}

fn names_the_token(response: &Response, message: &str) -> bool {
    response.header("www-authenticate").is_some() || message.to_ascii_lowercase().contains("access token")
}

fn token_trouble(message: &str, context: &Context) -> TokenTrouble {
    let message = message.to_ascii_lowercase();
    if message.contains("expired") {
        TokenTrouble::Expired
    } else if message.contains("revoked") {
        TokenTrouble::Revoked
    } else if message.contains("scopes") {
        TokenTrouble::Scope(endpoint(context.method, &context.path))
    } else {
        TokenTrouble::Invalid
    }
}

/// The origin a redirect leads to, without path and query, which may hold secrets.
fn redirect_target(response: &Response) -> String {
    let location = response.header("location").unwrap_or_default();
    match url::Url::parse(location) {
        Ok(url) => url.origin().ascii_serialization(),
        Err(_) => "another page".to_owned(),
    }
}

/// The server's words, out of any of the five shapes: `errors` as an array, a text or an object, `error`, `message`.
pub(super) fn server_message(json: &Value) -> Option<String> {
    let mut words = Vec::new();
    match &json["errors"] {
        Value::Array(errors) => {
            for error in errors {
                collect(error, &mut words);
            }
        }
        Value::Object(errors) => {
            for (key, error) in errors {
                let mut inner = Vec::new();
                collect(error, &mut inner);
                words.extend(inner.into_iter().map(|text| format!("{key}: {text}")));
            }
        }
        other => collect(other, &mut words),
    }
    if words.is_empty() {
        collect(&json["message"], &mut words);
    }
    if words.is_empty() {
        collect(&json["error"], &mut words);
    }
    let text = words.join("; ");
    let text: String = text.chars().filter(|letter| !letter.is_control()).take(LONGEST_MESSAGE).collect();
    (!text.is_empty()).then_some(text)
}

/// Takes the texts out of an error: a text, an object with a `message`, or an array of these.
fn collect(error: &Value, words: &mut Vec<String>) {
    match error {
        Value::String(text) => words.push(text.clone()),
        Value::Array(errors) => errors.iter().for_each(|error| collect(error, words)),
        Value::Object(_) => {
            if let Value::String(text) = &error["message"] {
                words.push(text.clone());
            }
        }
        _ => {}
    }
}
