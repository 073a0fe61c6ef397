//! Whether values fit their types: those of variables, sent as JSON, and those that stand in a query.

use graphql_parser::query::{Type, Value as Literal, VariableDefinition};
use jiff::Timestamp;
use serde_json::{Map, Value, json};

use super::schema::{Kind, Slot};

/// A variable with its declared type.
pub(super) type Declared = VariableDefinition<'static, String>;

/// The values of all declared variables, defaults put in; or what is wrong with them.
pub(super) fn of_variables(declared: &[Declared], sent: &Value) -> Result<Value, Vec<Value>> {
    let (mut values, mut errors) = (Map::new(), Vec::new());
    for variable in declared {
        let Some(kind) = Kind::named(base_name(&variable.var_type)) else {
            let message =
                format!("{} isn't a defined input type (on ${})", base_name(&variable.var_type), variable.name);
            errors.push(error(&message, variable));
            continue;
        };
        let default = || variable.default_value.as_ref().map(|value| plain(value, &Value::Null));
        let value = sent.get(&variable.name).cloned().or_else(default);
        let is_fit = match &value {
            None | Some(Value::Null) => !is_required(&variable.var_type),
            Some(value) => is_of_type(kind, &variable.var_type, value),
        };
        if is_fit {
            values.extend(value.map(|value| (variable.name.clone(), value)));
        } else {
            let message =
                format!("Variable ${} of type {} was provided invalid value", variable.name, variable.var_type);
            let mut wrong = error(&message, variable);
            wrong["extensions"] = json!({ "value": value });
            errors.push(wrong);
        }
    }
    if errors.is_empty() { Ok(Value::Object(values)) } else { Err(errors) }
}

fn error(message: &str, variable: &Declared) -> Value {
    json!({ "message": message,
            "locations": [{ "line": variable.position.line, "column": variable.position.column }] })
}

fn base_name<'a>(declared: &'a Type<'static, String>) -> &'a str {
    match declared {
        Type::NamedType(name) => name,
        Type::ListType(inner) | Type::NonNullType(inner) => base_name(inner),
    }
}

fn is_required(declared: &Type<'static, String>) -> bool {
    matches!(declared, Type::NonNullType(_))
}

fn is_list(declared: &Type<'static, String>) -> bool {
    match declared {
        Type::NamedType(_) => false,
        Type::ListType(_) => true,
        Type::NonNullType(inner) => is_list(inner),
    }
}

fn is_of_type(kind: &Kind, declared: &Type<'static, String>, value: &Value) -> bool {
    match declared {
        Type::NonNullType(inner) => !value.is_null() && is_of_type(kind, inner, value),
        _ if value.is_null() => true,
        Type::NamedType(_) => is_of_kind(kind, value),
        // A single value counts as a list of one.
        Type::ListType(inner) => match value {
            Value::Array(items) => items.iter().all(|item| is_of_type(kind, inner, item)),
            single => is_of_type(kind, inner, single),
        },
    }
}

fn is_of_kind(kind: &Kind, value: &Value) -> bool {
    match kind {
        Kind::Id => value.is_string() || value.is_i64(),
        Kind::Int => value.as_i64().is_some_and(|number| i32::try_from(number).is_ok()),
        Kind::Boolean => value.is_boolean(),
        Kind::Text => value.is_string(),
        Kind::Moment => value.as_str().is_some_and(is_moment),
        Kind::Words(_, words) => value.as_str().is_some_and(|word| words.contains(&word)),
        Kind::Input(_, slots) => value.as_object().is_some_and(|held| {
            held.keys().all(|name| slots.iter().any(|slot| slot.name == name))
                && slots.iter().all(|slot| match held.get(slot.name) {
                    None | Some(Value::Null) => !slot.required,
                    Some(Value::Array(items)) if slot.list => items.iter().all(|item| is_of_kind(slot.kind, item)),
                    Some(value) => is_of_kind(slot.kind, value),
                })
        }),
    }
}

fn is_moment(text: &str) -> bool {
    text.parse::<Timestamp>().is_ok()
}

/// Why a value in a query does not fit where it stands; nothing when it does.
pub(super) fn misfit(slot: &Slot, literal: &Literal<'static, String>, declared: &[Declared]) -> Option<String> {
    let items = match literal {
        Literal::Variable(name) => return misfit_of_variable(slot, name, declared),
        Literal::Null => return slot.required.then(|| wrong_value(slot, literal)),
        Literal::List(items) if slot.list => items.as_slice(),
        single => std::slice::from_ref(single),
    };
    let one = Slot { name: slot.name, kind: slot.kind, list: false, required: true };
    items.iter().find_map(|item| match item {
        Literal::Variable(name) => misfit_of_variable(&one, name, declared),
        item => misfit_of_one(slot, item, declared),
    })
}

fn misfit_of_variable(slot: &Slot, name: &str, declared: &[Declared]) -> Option<String> {
    let Some(variable) = declared.iter().find(|variable| variable.name == name) else {
        return Some(format!("Variable ${name} is used but not declared"));
    };
    let given = &variable.var_type;
    let problem = if base_name(given) != slot.kind.name() {
        "Type mismatch"
    } else if is_list(given) != slot.list {
        "List dimension mismatch"
    } else if slot.required && !is_required(given) && variable.default_value.is_none() {
        "Nullability mismatch"
    } else {
        return None;
    };
    Some(format!("{problem} on variable ${name} and argument {} ({given} / {})", slot.name, slot.type_name()))
}

fn misfit_of_one(slot: &Slot, literal: &Literal<'static, String>, declared: &[Declared]) -> Option<String> {
    let fits = match (slot.kind, literal) {
        (Kind::Input(name, slots), Literal::Object(held)) => {
            let unknown = held.keys().find(|key| slots.iter().all(|inner| inner.name != key.as_str()));
            if let Some(key) = unknown {
                return Some(format!("InputObject '{name}' doesn't accept argument '{key}'"));
            }
            return slots.iter().find_map(|inner| match held.get(inner.name) {
                None if inner.required => {
                    let type_name = inner.type_name();
                    Some(format!(
                        "Argument '{}' on InputObject '{name}' is required. Expected type {type_name}",
                        inner.name
                    ))
                }
                None => None,
                Some(literal) => misfit(inner, literal, declared),
            });
        }
        (Kind::Words(_, words), Literal::Enum(word)) => words.contains(&word.as_str()),
        // The words of an enum are written bare, and texts are not.
        (Kind::Words(..), _) | (_, Literal::Enum(_) | Literal::Object(_) | Literal::List(_) | Literal::Float(_)) => {
            false
        }
        (kind, literal) => is_of_kind(kind, &plain(literal, &Value::Null)),
    };
    (!fits).then(|| wrong_value(slot, literal))
}

fn wrong_value(slot: &Slot, literal: &Literal<'static, String>) -> String {
    format!("Argument '{}' has an invalid value ({literal}). Expected type '{}'.", slot.name, slot.type_name())
}

/// A value of a query as plain JSON, with variables put in.
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
