//! From whole objects to what a query selects of them.

use graphql_parser::query::SelectionSet;
use serde_json::{Map, Value, json};

use super::answer::fields;
use super::schema::Object;

/// Why a field has no value.
pub(super) enum Problem {
    /// It is not there, or not for this caller.
    NotFound,
    /// Canvas does not do it, and says why.
    Refused(&'static str),
}

/// The selected fields of an object, or of each object of a list. They are all there: the query fits the schema.
pub(super) fn pick(whole: &Value, selection: &SelectionSet<'static, String>, of: Option<&Object>) -> Value {
    match (whole, of) {
        (Value::Array(items), Some(_)) => items.iter().map(|item| pick(item, selection, of)).collect(),
        (Value::Object(held), Some(of)) => {
            let mut shown = Map::new();
            for field in fields(selection) {
                let value = match of.field(&field.name) {
                    None => json!(of.name),
                    Some(member) => {
                        let value = held.get(&field.name).unwrap_or(&Value::Null);
                        pick(value, &field.selection_set, member.gives)
                    }
                };
                shown.insert(field.alias.as_ref().unwrap_or(&field.name).clone(), value);
            }
            Value::Object(shown)
        }
        (other, _) => other.clone(),
    }
}
