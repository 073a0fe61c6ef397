//! From whole objects to what a query selects of them.

use graphql_parser::query::{SelectionSet, Value as Literal};
use serde_json::{Map, Value, json};

use super::answer::{QueryField, fields};

/// Why a field has no value.
pub(super) enum Problem {
    /// It is not there, or not for this caller.
    NotFound,
    /// Canvas does not do it, and says why.
    Refused(&'static str),
    /// Its type has no such field; the error as GraphQL words it.
    Undefined(Value),
}

impl Problem {
    pub(super) fn undefined(type_name: &str, field: &QueryField) -> Self {
        let root = type_name.to_lowercase();
        Self::Undefined(json!({
            "message": format!("Field '{}' doesn't exist on type '{type_name}'", field.name),
            "locations": [{ "line": field.position.line, "column": field.position.column }],
            "path": [root, field.name],
            "extensions": { "code": "undefinedField", "typeName": type_name, "fieldName": field.name },
        }))
    }
}

/// The selected fields of an object, or of each object of a list. An object's type is its `__typename`.
pub(super) fn pick(whole: &Value, selection: &SelectionSet<'static, String>) -> Result<Value, Problem> {
    match whole {
        Value::Array(items) => items.iter().map(|item| pick(item, selection)).collect::<Result<_, _>>(),
        Value::Object(held) if !selection.items.is_empty() => {
            let type_name = held.get("__typename").and_then(Value::as_str).unwrap_or_default();
            let mut shown = Map::new();
            for field in fields(selection) {
                let value = held.get(&field.name).ok_or_else(|| Problem::undefined(type_name, field))?;
                let name = field.alias.as_ref().unwrap_or(&field.name).clone();
                shown.insert(name, pick(value, &field.selection_set)?);
            }
            Ok(Value::Object(shown))
        }
        other => Ok(other.clone()),
    }
}

/// A literal of a query as plain JSON, with variables put in.
pub(super) fn plain(literal: &Literal<'static, String>, variables: &Value) -> Value {
    match literal {
        Literal::Variable(name) => variables.get(name).cloned().unwrap_or(Value::Null),
        Literal::Int(number) => json!(number.as_i64()),
        Literal::Float(number) => json!(number),
        Literal::String(text) | Literal::Enum(text) => json!(text),
        Literal::Boolean(truth) => json!(truth),
        Literal::Null => Value::Null,
        Literal::List(items) => items.iter().map(|item| plain(item, variables)).collect(),
        Literal::Object(held) => held.iter().map(|(name, item)| (name.clone(), plain(item, variables))).collect(),
    }
}
