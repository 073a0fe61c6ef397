//! A query read, carried out field by field, and answered with what it selects.

use graphql_parser::query::{Definition, Field, OperationDefinition, Selection, SelectionSet, parse_query};
use serde_json::{Map, Value, json};

use super::check::faults;
use super::schema::{MUTATION, QUERY};
use super::selected::{Problem, pick};
use super::values::plain;
use super::{mutations, submissions, values};
use crate::sandbox::message::Reply;
use crate::sandbox::parameters::text;
use crate::sandbox::routes::Call;

/// A field of a query, with its names and values as text.
pub(super) type QueryField = Field<'static, String>;

/// `POST /api/graphql`. Errors come with status 200, as GraphQL's do.
pub(in crate::sandbox::routes) fn answer(call: &mut Call<'_>) -> Reply {
    let query = call.parameters.text("query").unwrap_or_default();
    let variables = call.parameters.get("variables").cloned().unwrap_or(Value::Null);
    let document = match parse_query::<String>(&query) {
        Ok(document) => document.into_static(),
        Err(error) => return errors(&[json!({ "message": error.to_string() })]),
    };
    let operation = document.definitions.into_iter().find_map(|definition| match definition {
        Definition::Operation(operation) => Some(operation),
        Definition::Fragment(_) => None,
    });
    let (root, declared, selection) = match operation {
        Some(OperationDefinition::Mutation(held)) => (&MUTATION, held.variable_definitions, held.selection_set),
        Some(OperationDefinition::Query(held)) => (&QUERY, held.variable_definitions, held.selection_set),
        Some(OperationDefinition::SelectionSet(selection)) => (&QUERY, Vec::new(), selection),
        Some(OperationDefinition::Subscription(_)) | None => {
            return errors(&[json!({ "message": "No operation is there to be run" })]);
        }
    };
    // What does not fit the schema is found before anything is run.
    let faults = faults(&selection, root, (&[root.name.to_lowercase()], &declared));
    if !faults.is_empty() {
        return errors(&faults);
    }
    let variables = match values::of_variables(&declared, &variables) {
        Ok(values) => values,
        Err(wrong) => return errors(&wrong),
    };
    let mut data = Map::new();
    let mut problems = Vec::new();
    for field in fields(&selection) {
        let name = field.alias.as_ref().unwrap_or(&field.name).clone();
        let Some(member) = root.field(&field.name) else {
            data.insert(name, json!(root.name));
            continue;
        };
        let arguments = Arguments { field, variables: &variables };
        let found = if root.name == MUTATION.name {
            mutations::run(call, field, &arguments)
        } else {
            read(call, field, &arguments)
        };
        match found {
            Ok(whole) => {
                data.insert(name, pick(&whole, &field.selection_set, member.gives));
            }
            Err(Problem::Refused(message)) => problems.push(refusal(field, message, &mut data, name)),
            Err(Problem::NotFound) => problems.push(refusal(field, "not found", &mut data, name)),
        }
    }
    let mut answer = json!({ "data": data });
    if !problems.is_empty() {
        answer["errors"] = json!(problems);
    }
    Reply::json(200, &answer)
}

/// A field that is null, and the error that says why.
fn refusal(field: &QueryField, message: &str, data: &mut Map<String, Value>, name: String) -> Value {
    let place = json!([{ "line": field.position.line, "column": field.position.column }]);
    let error = json!({ "message": message, "locations": place, "path": [name] });
    data.insert(name, Value::Null);
    error
}

fn read(call: &Call<'_>, field: &QueryField, arguments: &Arguments<'_>) -> Result<Value, Problem> {
    let id = arguments.text("id").unwrap_or_default();
    let course = call.course(&id).map_err(|_| Problem::NotFound)?;
    let mut shown = json!({ "_id": course.id.to_string(), "name": course.name });
    for inner in fields(&field.selection_set) {
        if inner.name == "submissionsConnection" {
            let arguments = Arguments { field: inner, variables: arguments.variables };
            shown["submissionsConnection"] = submissions::connection(call, course, &arguments);
        }
    }
    Ok(shown)
}

/// The fields of a selection; fragments are not read.
pub(super) fn fields<'a>(selection: &'a SelectionSet<'static, String>) -> impl Iterator<Item = &'a QueryField> {
    selection.items.iter().filter_map(|item| match item {
        Selection::Field(field) => Some(field),
        Selection::FragmentSpread(_) | Selection::InlineFragment(_) => None,
    })
}

/// An answer that is only errors.
fn errors(errors: &[Value]) -> Reply {
    Reply::json(200, &json!({ "errors": errors }))
}

/// The arguments of a field, with variables put in. Those of `input` count like the field's own.
pub(super) struct Arguments<'a> {
    field: &'a QueryField,
    variables: &'a Value,
}

impl Arguments<'_> {
    pub(super) fn get(&self, name: &str) -> Option<Value> {
        let own = self.field.arguments.iter().find(|(held, _)| held == name);
        if let Some((_, value)) = own {
            return Some(plain(value, self.variables));
        }
        let input = self.field.arguments.iter().find(|(held, _)| held == "input")?;
        plain(&input.1, self.variables).get(name).cloned()
    }

    pub(super) fn text(&self, name: &str) -> Option<String> {
        self.get(name).as_ref().and_then(text)
    }

    pub(super) fn is_true(&self, name: &str) -> bool {
        self.get(name) == Some(Value::Bool(true))
    }

    pub(super) fn ids(&self, name: &str) -> Vec<i64> {
        let ids = match self.get(name) {
            Some(Value::Array(ids)) => ids,
            single => single.into_iter().collect(),
        };
        ids.iter().filter_map(text).filter_map(|id| id.parse().ok()).collect()
    }
}
