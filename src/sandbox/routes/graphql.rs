//! Two things REST cannot do: set a column's post policy, and post or hide its grades (canvas-contract §I4, §K).
//!
//! This reads the few mutations by name; it is no GraphQL engine.

use serde_json::{Value, json};

use super::Call;
use crate::sandbox::message::Reply;

const MUTATIONS: [&str; 3] = ["setAssignmentPostPolicy", "postAssignmentGrades", "hideAssignmentGrades"];

/// `POST /api/graphql`. Errors come with status 200, as GraphQL's do.
pub(super) fn answer(call: &mut Call<'_>) -> Reply {
    let query = call.parameters.text("query").unwrap_or_default();
    let Some(mutation) = MUTATIONS.into_iter().find(|name| query.contains(name)) else {
        return errors("the sandbox knows no such field");
    };
    let variables = call.parameters.get("variables").cloned().unwrap_or(Value::Null);
    let argument = |name: &str| inline(&query, name).or_else(|| nested(&variables, name));
    let assignment_id = argument("assignmentId").and_then(|id| id.parse::<i64>().ok());
    let mut courses = call.world.courses.values();
    let found = courses.find_map(|course| Some((course, course.assignments.get(&assignment_id?)?)));
    let Some((course, assignment)) = found else { return errors("assignment not found") };
    let (course_id, id) = (course.id, assignment.id);
    let withheld = assignment.moderated_grading && !assignment.grades_published;
    if !call.may_in("manage_grades", course) || (mutation != "setAssignmentPostPolicy" && withheld) {
        return errors("not found");
    }
    let shown = if mutation == "setAssignmentPostPolicy" {
        let post_manually = argument("postManually").as_deref() == Some("true");
        call.world.set_post_policy(course_id, id, post_manually);
        json!({ "postPolicy": { "postManually": post_manually }, "assignment": { "_id": id.to_string() }, "errors": null })
    } else {
        let post = mutation == "postAssignmentGrades";
        let progress = call.world.post_grades(course_id, id, post, (call.user_id, call.now));
        let progress = json!({ "_id": progress.to_string(), "state": "completed" });
        json!({ "progress": progress, "assignment": { "_id": id.to_string() }, "errors": null })
    };
    Reply::json(200, &json!({ "data": { mutation: shown } }))
}

fn errors(message: &str) -> Reply {
    Reply::json(200, &json!({ "data": null, "errors": [{ "message": message }] }))
}

/// A literal argument in the query's text: `assignmentId: "9001"` or `postManually: true`. Variables are no literals.
fn inline(query: &str, name: &str) -> Option<String> {
    let (_, after) = query.split_once(&format!("{name}:"))?;
    let word = after.trim_start().trim_start_matches('"');
    let end = word.find(|letter: char| !letter.is_alphanumeric()).unwrap_or(word.len());
    (end > 0).then(|| word[..end].to_owned())
}

/// A variable's value, however deep.
fn nested(value: &Value, name: &str) -> Option<String> {
    let Value::Object(fields) = value else { return None };
    let direct = fields.get(name).and_then(crate::sandbox::parameters::text);
    direct.or_else(|| fields.values().find_map(|field| nested(field, name)))
}
