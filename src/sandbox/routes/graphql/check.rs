//! Whether a query fits the schema. What does not is found before anything is run.

use graphql_parser::query::{Selection, SelectionSet};
use serde_json::{Value, json};

use super::answer::QueryField;
use super::schema::{Member, Object};
use super::values::{Declared, misfit};

/// What is wrong with a selection of an object's fields; `path` leads to it.
pub(super) fn faults(
    selection: &SelectionSet<'static, String>,
    of: &Object,
    (path, declared): (&[String], &[Declared]),
) -> Vec<Value> {
    let mut found = Vec::new();
    for item in &selection.items {
        let Selection::Field(field) = item else {
            found.push(json!({ "message": "This sandbox reads no fragments; name the fields where they are wanted" }));
            continue;
        };
        if field.name == "__typename" {
            continue;
        }
        let path: Vec<String> = path.iter().cloned().chain([field.name.clone()]).collect();
        match of.field(&field.name) {
            None => found.push(undefined(field, of.name, &path)),
            Some(member) => found.append(&mut faults_of_field(field, member, (&path, declared))),
        }
    }
    found
}

fn faults_of_field(field: &QueryField, member: &Member, (path, declared): (&[String], &[Declared])) -> Vec<Value> {
    let mut found = Vec::new();
    let mut fault = |message: String, code: &str| {
        let place = json!([{ "line": field.position.line, "column": field.position.column }]);
        let code = json!({ "code": code, "name": field.name });
        found.push(json!({ "message": message, "locations": place, "path": path, "extensions": code }));
    };
    for (name, literal) in &field.arguments {
        match member.takes.iter().find(|slot| slot.name == name) {
            None => {
                fault(format!("Field '{}' doesn't accept argument '{name}'", field.name), "argumentNotAccepted");
            }
            Some(slot) => {
                if let Some(message) = misfit(slot, literal, declared) {
                    fault(message, "argumentLiteralsIncompatible");
                }
            }
        }
    }
    let given = |name: &str| field.arguments.iter().any(|(held, _)| held == name);
    for slot in member.takes.iter().filter(|slot| slot.required && !given(slot.name)) {
        let message = format!("Field '{}' is missing required arguments: {}", field.name, slot.name);
        fault(message, "missingRequiredArguments");
    }
    match (member.gives, field.selection_set.items.is_empty()) {
        (Some(_), true) => {
            fault(
                format!("Field must have selections (field '{}' has no selections)", field.name),
                "selectionMismatch",
            );
        }
        (None, false) => {
            fault(format!("Selections can't be made on scalars (field '{}')", field.name), "selectionMismatch");
        }
        (Some(inner), false) => found.append(&mut faults(&field.selection_set, inner, (path, declared))),
        (None, true) => {}
    }
    found
}

fn undefined(field: &QueryField, type_name: &str, path: &[String]) -> Value {
    json!({
        "message": format!("Field '{}' doesn't exist on type '{type_name}'", field.name),
        "locations": [{ "line": field.position.line, "column": field.position.column }],
        "path": path,
        "extensions": { "code": "undefinedField", "typeName": type_name, "fieldName": field.name },
    })
}
