//! Two things REST cannot do: set a column's post policy, and post or hide its grades (canvas-contract §I4, §K).
//!
//! This reads the few mutations by name; it is no GraphQL engine.

use serde_json::{Value, json};

use super::Call;
use crate::sandbox::message::Reply;
use crate::sandbox::parameters::text;
use crate::sandbox::world::{AssignmentState, Whose};

const MUTATIONS: [&str; 3] = ["setAssignmentPostPolicy", "postAssignmentGrades", "hideAssignmentGrades"];

/// `POST /api/graphql`. Errors come with status 200, as GraphQL's do.
pub(super) fn answer(call: &mut Call<'_>) -> Reply {
    let query = call.parameters.text("query").unwrap_or_default();
    let Some(mutation) = MUTATIONS.into_iter().find(|name| query.contains(name)) else {
        return errors("the sandbox knows no such field");
    };
    let variables = call.parameters.get("variables").cloned().unwrap_or(Value::Null);
    let argument = |name: &str| inline(&query, name).or_else(|| nested(&variables, name).and_then(text));
    let list = |name: &str| match nested(&variables, name) {
        Some(Value::Array(ids)) => ids.iter().filter_map(text).filter_map(|id| id.parse().ok()).collect(),
        _ => inline_list(&query, name),
    };
    let assignment_id = argument("assignmentId").and_then(|id| id.parse::<i64>().ok());
    let mut courses = call.world.courses.values();
    let found = courses.find_map(|course| Some((course, course.assignments.get(&assignment_id?)?)));
    let living = found.filter(|(_, assignment)| assignment.state != AssignmentState::Deleted);
    let Some((course, assignment)) = living else { return errors("assignment not found") };
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
        let whose = Whose {
            graded_only: argument("gradedOnly").as_deref() == Some("true"),
            sections: list("sectionIds"),
            only: list("onlyStudentIds"),
            skipped: list("skipStudentIds"),
        };
        if assignment.anonymous_grading && (whose.graded_only || !whose.sections.is_empty()) {
            return errors("Anonymous assignments cannot be posted by section or only graded");
        }
        let post = mutation == "postAssignmentGrades";
        let progress = call.world.post_grades((course_id, id), post, &whose, (call.user_id, call.now));
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

/// A literal list of ids in the query's text: `onlyStudentIds: ["7023", 7024]`.
fn inline_list(query: &str, name: &str) -> Vec<i64> {
    let literal = query.split_once(&format!("{name}:")).and_then(|(_, after)| after.trim_start().strip_prefix('['));
    let ids = literal.and_then(|rest| rest.split_once(']')).map_or("", |(ids, _)| ids);
    ids.split(',').filter_map(|id| id.trim().trim_matches('"').parse().ok()).collect()
}

/// A variable's value, however deep.
fn nested<'a>(value: &'a Value, name: &str) -> Option<&'a Value> {
    let Value::Object(fields) = value else { return None };
    fields.get(name).or_else(|| fields.values().find_map(|field| nested(field, name)))
}
