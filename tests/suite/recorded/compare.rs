//! What differs between an answer of Canvas and one of the sandbox.

use std::fmt;

use serde_json::Value;

/// Keys whose values are random or a matter of speed.
const VOLATILE: [&str; 4] = ["run_time", "anonymous_id", "size", "verifier"];

/// One place where two answers differ.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Difference {
    /// Where in the answer: `.body[0].name`.
    pub(super) path: String,
    /// What stands there.
    pub(super) what: String,
}

impl fmt::Display for Difference {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{}: {}", self.path, self.what)
    }
}

/// What differs. Keys that only Canvas sends are allowed: the sandbox may be slimmer. Not so its links: a client that
/// misses one stops reading too early.
pub(super) fn differences(canvas: &Value, sandbox: &Value) -> Vec<Difference> {
    let mut found = Vec::new();
    for (relation, address) in canvas["links"].as_object().into_iter().flatten() {
        if sandbox["links"].get(relation).is_none() {
            let what = format!("only in real: {}", beginning(address, 120));
            found.push(Difference { path: format!(".links.{relation}"), what });
        }
    }
    walk(canvas, sandbox, "", &mut found);
    found
}

fn walk(canvas: &Value, sandbox: &Value, path: &str, found: &mut Vec<Difference>) {
    let mut differ = |path: String, what: String| found.push(Difference { path, what });
    match (canvas, sandbox) {
        (Value::Object(canvas), Value::Object(sandbox)) => {
            for (key, value) in sandbox.iter().filter(|(key, _)| !VOLATILE.contains(&key.as_str())) {
                match canvas.get(key) {
                    Some(expected) => walk(expected, value, &format!("{path}.{key}"), found),
                    None => found.push(Difference {
                        path: format!("{path}.{key}"),
                        what: format!("only in the sandbox: {}", beginning(value, 120)),
                    }),
                }
            }
        }
        (Value::Array(expected), Value::Array(items)) => {
            if expected.len() != items.len() {
                let (lists, lengths) =
                    ((beginning(canvas, 160), beginning(sandbox, 160)), (expected.len(), items.len()));
                let what = format!("{} against {} items: {} | {}", lengths.0, lengths.1, lists.0, lists.1);
                differ(path.to_owned(), what);
            }
            for (index, (expected, item)) in expected.iter().zip(items).enumerate() {
                walk(expected, item, &format!("{path}[{index}]"), found);
            }
        }
        // 5 and 5.0 are the same number.
        (Value::Number(expected), Value::Number(number)) if expected.as_f64() == number.as_f64() => {}
        _ if canvas == sandbox => {}
        _ => {
            let what = format!("real {} | sandbox {}", beginning(canvas, 200), beginning(sandbox, 200));
            differ(path.to_owned(), what);
        }
    }
}

fn beginning(value: &Value, characters: usize) -> String {
    value.to_string().chars().take(characters).collect()
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::differences;

    fn paths(canvas: &Value, sandbox: &Value) -> Vec<String> {
        differences(canvas, sandbox).into_iter().map(|difference| difference.path).collect()
    }

    #[test]
    fn a_difference_is_found_wherever_it_is() {
        let canvas = json!({ "status": 200, "type": "application/json", "links": { "next": "<BASE>/x" },
                             "body": [{ "id": "@S-1", "score": 5, "late": false }, { "id": "@S-2", "score": null }] });
        assert_eq!(paths(&canvas, &canvas), [""; 0]);
        let cases: [(&str, Value, &[&str]); 9] = [
            ("/status", json!(201), &[".status"]),
            ("/type", json!("text/html"), &[".type"]),
            ("/links/next", json!("<BASE>/y"), &[".links.next"]),
            ("/body/0/score", json!(5.5), &[".body[0].score"]),
            ("/body/0/score", json!("5"), &[".body[0].score"]),
            ("/body/0/late", json!(0), &[".body[0].late"]),
            ("/body/1/score", json!(0), &[".body[1].score"]),
            ("/body", json!([{ "id": "@S-1" }]), &[".body"]),
            ("/body", json!({}), &[".body"]),
        ];
        for (place, value, expected) in cases {
            let mut sandbox = canvas.clone();
            *sandbox.pointer_mut(place).expect("the place is in the answer") = value;
            assert_eq!(paths(&canvas, &sandbox), expected, "{place}");
        }
    }

    #[test]
    fn a_key_that_only_the_sandbox_sends_is_a_difference() {
        let (slim, full) = (json!({ "body": { "a": 1 } }), json!({ "body": { "a": 1, "b": null } }));
        assert_eq!(paths(&slim, &full), [".body.b"]);
        assert_eq!(paths(&full, &slim), [""; 0], "the sandbox may be slimmer");
        let (linked, ended) = (json!({ "links": { "next": "<BASE>" } }), json!({ "links": {} }));
        assert_eq!(paths(&linked, &ended), [".links.next"], "but must say where to read on");
    }

    #[test]
    fn numbers_are_compared_as_numbers_and_random_keys_not_at_all() {
        assert_eq!(paths(&json!({ "score": 5, "size": 3931 }), &json!({ "score": 5.0, "size": 9 })), [""; 0]);
    }
}
