//! What `assignment[…]` may hold, and what Canvas says when it does not like it (canvas-contract §G3).

use std::collections::BTreeMap;

use jiff::Timestamp;
use jiff::civil::Time;
use jiff::tz::TimeZone;
use serde_json::{Map, Value};

use super::Call;
use crate::sandbox::message::Reply;
use crate::sandbox::parameters::{text, truth};
use crate::sandbox::refusal::{self, invalid};
use crate::sandbox::world::{Assignment, AssignmentState, Course, GradingType};

const LONGEST_NAME: usize = 255;
const MOST_POINTS: f64 = 1_000_000_000.0;

const SUBMISSION_TYPES: [&str; 14] = [
    "none",
    "on_paper",
    "external_tool",
    "online_quiz",
    "discussion_topic",
    "online_upload",
    "online_text_entry",
    "online_url",
    "media_recording",
    "not_graded",
    "wiki_page",
    "student_annotation",
    "ams",
    "",
];

/// An assignment with the request's fields applied, or why it is refused.
pub(super) fn apply(call: &Call<'_>, course: &Course, mut assignment: Assignment) -> Result<Assignment, Reply> {
    let fields = match call.parameters.get("assignment") {
        Some(Value::Object(fields)) if !fields.is_empty() => fields,
        _ => return Err(refusal::message(400, "assignment is missing")),
    };
    apply_texts(fields, &mut assignment)?;
    apply_grading(fields, &mut assignment)?;
    let zone = course.time_zone.as_deref().unwrap_or(&call.world.time_zone);
    let zone = TimeZone::get(zone).unwrap_or(TimeZone::UTC);
    apply_dates(fields, &mut assignment, &zone)?;
    apply_switches(fields, &mut assignment)?;
    if let Some(group) = fields.get("assignment_group_id").and_then(text) {
        let id: i64 = group
            .parse()
            .map_err(|_| invalid("assignment[assignment_group_id]", "invalid", "must be a positive number"))?;
        // A group of another course is ignored, and the default group stays.
        assignment.assignment_group_id =
            course.assignment_groups.iter().find(|held| held.id == id).map_or(0, |held| held.id);
    }
    if let Some(category) = fields.get("group_category_id") {
        assignment.group_category_id = text(category).and_then(|id| id.parse().ok());
    }
    if let Some(grader) = fields.get("final_grader_id") {
        assignment.final_grader_id = text(grader).and_then(|id| id.parse().ok());
    }
    apply_overrides(fields, &mut assignment);
    if call.world.may(call.user_id, "manage_sis") {
        apply_sis(call, fields, &mut assignment)?;
    }
    assignment.updated_at = Some(call.now);
    Ok(assignment)
}

/// A rule whose sentence is its type, too (canvas-contract §G3).
fn in_words(attribute: &str, message: &str) -> Reply {
    invalid(attribute, message, message)
}

fn apply_texts(fields: &Map<String, Value>, assignment: &mut Assignment) -> Result<(), Reply> {
    if let Some(name) = fields.get("name") {
        assignment.name = text(name).unwrap_or_default();
        if assignment.name.trim().is_empty() {
            return Err(invalid("title", "blank", "can't be blank"));
        }
        if assignment.name.chars().count() > LONGEST_NAME {
            return Err(in_words("title", "The title cannot be longer than 255 characters"));
        }
    }
    if let Some(description) = fields.get("description") {
        assignment.description = text(description);
    }
    Ok(())
}

fn apply_grading(fields: &Map<String, Value>, assignment: &mut Assignment) -> Result<(), Reply> {
    if let Some(kind) = fields.get("grading_type").and_then(text) {
        let unknown = || invalid("grading_type", "inclusion", "is not included in the list");
        assignment.grading_type = GradingType::from_word(&kind).ok_or_else(unknown)?;
    }
    if let Some(kinds) = fields.get("submission_types") {
        let kinds: Vec<String> = match kinds {
            Value::Array(items) => items.iter().filter_map(text).collect(),
            single => text(single).into_iter().collect(),
        };
        if kinds.iter().any(|kind| !SUBMISSION_TYPES.contains(&kind.as_str())) {
            return Err(invalid("assignment[submission_types]", "invalid", "Invalid submission types"));
        }
        assignment.submission_types = kinds;
    }
    if let Some(points) = fields.get("points_possible") {
        let sent = text(points).unwrap_or_default();
        // What is no number counts as none.
        let points: f64 = sent.parse().unwrap_or(0.0);
        if points < 0.0 {
            let message = "The value of possible points for this assignment must be zero or greater.";
            return Err(in_words("points_possible", message));
        }
        if points >= MOST_POINTS {
            let message = "The value of possible points for this assignment cannot exceed 999999999.";
            return Err(in_words("points_possible", message));
        }
        assignment.points_possible = Some(points);
    }
    if let Some(standard) = fields.get("grading_standard_id") {
        assignment.grading_standard_id = text(standard).and_then(|id| id.parse().ok());
    }
    if assignment.grading_type == GradingType::NotGraded && !fields.contains_key("submission_types") {
        assignment.submission_types = vec!["not_graded".to_owned()];
        assignment.points_possible = None;
    }
    Ok(())
}

fn apply_dates(fields: &Map<String, Value>, assignment: &mut Assignment, zone: &TimeZone) -> Result<(), Reply> {
    for name in ["due_at", "unlock_at", "lock_at"] {
        let Some(sent) = fields.get(name) else { continue };
        let sent = text(sent).unwrap_or_default();
        let read = if sent.is_empty() { Ok(None) } else { sent.parse::<Timestamp>().map(Some) };
        let attribute = format!("assignment[{name}]");
        let moment = read.map_err(|_| in_words(&attribute, &format!("Invalid datetime for {name}")))?;
        let moment = moment.map(|at| if name == "unlock_at" { at } else { end_of_day(at, zone) });
        match name {
            "due_at" => assignment.due_at = moment,
            "unlock_at" => assignment.unlock_at = moment,
            _ => assignment.lock_at = moment,
        }
    }
    Ok(())
}

/// Local midnight is the end of the day that begins then.
fn end_of_day(at: Timestamp, zone: &TimeZone) -> Timestamp {
    let local = at.to_zoned(zone.clone());
    if local.time() != Time::midnight() {
        return at;
    }
    local.with().time(Time::constant(23, 59, 59, 0)).build().map_or(at, |end| end.timestamp())
}

fn apply_switches(fields: &Map<String, Value>, assignment: &mut Assignment) -> Result<(), Reply> {
    let switch = |name: &str| fields.get(name).and_then(truth);
    if let Some(published) = switch("published") {
        assignment.state = if published { AssignmentState::Published } else { AssignmentState::Unpublished };
    }
    for (name, held) in [
        ("omit_from_final_grade", &mut assignment.omit_from_final_grade),
        ("hide_in_gradebook", &mut assignment.hide_in_gradebook),
        ("post_to_sis", &mut assignment.post_to_sis),
        ("anonymous_grading", &mut assignment.anonymous_grading),
        ("moderated_grading", &mut assignment.moderated_grading),
        ("grade_group_students_individually", &mut assignment.grade_group_students_individually),
    ] {
        *held = switch(name).unwrap_or(*held);
    }
    let worthless = assignment.points_possible.unwrap_or(0.0) <= 0.0;
    if assignment.hide_in_gradebook && !(assignment.omit_from_final_grade && worthless) {
        return Err(invalid("hide_in_gradebook", "invalid", "is not included in the list"));
    }
    Ok(())
}

/// Who is assigned. Of overrides only those for students are known here, and not their dates.
fn apply_overrides(fields: &Map<String, Value>, assignment: &mut Assignment) {
    let Some(only) = fields.get("only_visible_to_overrides").and_then(truth) else { return };
    let overrides = fields.get("assignment_overrides").and_then(Value::as_array).into_iter().flatten();
    let students = overrides.filter_map(|held| held.get("student_ids")?.as_array()).flatten();
    let students: Vec<i64> = students.filter_map(text).filter_map(|id| id.parse().ok()).collect();
    assignment.only_visible_to = only.then_some(students);
}

/// Only with `manage_sis`; otherwise these are dropped without a word.
fn apply_sis(call: &Call<'_>, fields: &Map<String, Value>, assignment: &mut Assignment) -> Result<(), Reply> {
    if let Some(sis_id) = fields.get("sis_assignment_id") {
        let sis_id = text(sis_id).filter(|id| !id.is_empty());
        let others = call.world.courses.values().flat_map(|course| course.assignments.values());
        let taken = others.into_iter().find(|held| {
            sis_id.is_some()
                && held.sis_assignment_id == sis_id
                && held.id != assignment.id
                && held.state != AssignmentState::Deleted
        });
        match taken {
            // It was free when this request was checked, and is taken now that it is written.
            Some(held) if held.updated_at.is_some_and(|at| at > call.arrived) => return Err(refusal::sis_id_race()),
            Some(_) => return Err(invalid("sis_source_id", "taken", "has already been taken")),
            None => {}
        }
        assignment.sis_assignment_id = sis_id;
    }
    if let Some(integration_id) = fields.get("integration_id") {
        assignment.integration_id = text(integration_id);
    }
    if let Some(data) = fields.get("integration_data") {
        let bad = || invalid("assignment[integration_data]", "invalid", "integration_data must be a JSON object");
        let parsed = match data {
            Value::String(text) if text.is_empty() => Value::Object(Map::new()),
            Value::String(text) => serde_json::from_str(text).map_err(|_| bad())?,
            other => other.clone(),
        };
        let Value::Object(entries) = parsed else { return Err(bad()) };
        assignment.integration_data =
            entries.iter().filter_map(|(key, value)| Some((key.clone(), text(value)?))).collect::<BTreeMap<_, _>>();
    }
    Ok(())
}
