//! Submission JSON (canvas-contract §I2).

use serde_json::{Map, Value, json};

use super::Call;
use super::call::moment;
use super::users::user_json;
use crate::sandbox::world::{Assignment, Course, Submission, Version, is_missing, seconds_late};

/// Which parts of a submission are asked for.
pub(super) struct Shape {
    included: Vec<String>,
    excluded: Vec<String>,
    only: Vec<String>,
}

impl Shape {
    /// Reads `include[]`, `response_fields[]` and `exclude_response_fields[]`.
    pub(super) fn of(call: &Call<'_>) -> Self {
        Self {
            included: call.parameters.list("include"),
            excluded: call.parameters.list("exclude_response_fields"),
            only: call.parameters.list("response_fields"),
        }
    }

    /// The same with one more part.
    pub(super) fn with(mut self, part: &str) -> Self {
        self.included.push(part.to_owned());
        self
    }

    /// Whether a field is wanted.
    fn wants(&self, name: &str) -> bool {
        let listed = self.only.is_empty() || self.only.iter().any(|held| held == name);
        listed && !self.excluded.iter().any(|held| held == name)
    }

    /// Whether an optional part is asked for.
    pub(super) fn includes(&self, part: &str) -> bool {
        self.included.iter().any(|held| held == part)
    }
}

/// A student's submission, stored or the empty one that every assigned student has.
pub(super) fn submission_json(
    call: &Call<'_>,
    course: &Course,
    assignment: &Assignment,
    user_id: i64,
    shape: &Shape,
) -> Value {
    let empty = Submission { user_id, ..Submission::default() };
    let held = assignment.submissions.get(&user_id).unwrap_or(&empty);
    let mut fields = state_json(call, course, assignment, held, &held.version());
    let anonymous = assignment.anonymous_grading || call.world.is_admin(call.user_id);
    let mut put = |name: &str, value: Value| {
        fields.insert(name.to_owned(), value);
    };
    if anonymous {
        put("anonymous_id", json!(format!("a{:05}", user_id.rem_euclid(100_000))));
    }
    put("attachments", Value::Array(Vec::new()));
    if shape.wants("preview_url") {
        put("preview_url", Value::String(preview_url(call, course, assignment, held)));
    }
    if shape.includes("submission_comments") {
        put("submission_comments", comments_json(call, held));
    }
    if shape.includes("submission_history") {
        let earlier = held.versions.iter().map(|version| state_json(call, course, assignment, held, version));
        let all = earlier.chain([state_json(call, course, assignment, held, &held.version())]);
        put("submission_history", all.map(Value::Object).collect());
    }
    if shape.includes("visibility") {
        put("assignment_visible", json!(assignment.is_assigned_to(user_id)));
    }
    if shape.includes("group") {
        let group = course.group_of(assignment, user_id);
        put(
            "group",
            group.map_or(json!({ "id": null, "name": null }), |group| json!({ "id": group.id, "name": group.name })),
        );
    }
    if shape.includes("user")
        && let Some(user) = call.world.user(user_id)
    {
        put("user", user_json(call, user, Some(course), false));
    }
    if shape.includes("assignment") {
        put("assignment", super::assignments::assignment_json(call, course, assignment));
    }
    fields.retain(|name, _| shape.wants(name));
    Value::Object(fields)
}

/// Where a person looks at the submission.
fn preview_url(call: &Call<'_>, course: &Course, assignment: &Assignment, held: &Submission) -> String {
    let place = format!("courses/{}/assignments/{}/submissions/{}", course.id, assignment.id, held.user_id);
    format!("{}/{place}?preview=1&version={}", call.request.origin(), held.versions.len() + 1)
}

/// The keys that a version shares with the submission itself.
fn state_json(
    call: &Call<'_>,
    course: &Course,
    assignment: &Assignment,
    held: &Submission,
    version: &Version,
) -> Map<String, Value> {
    let late = seconds_late(assignment, held);
    let entered = version.score.map(|score| score + version.points_deducted.unwrap_or(0.0));
    let entered_grade = match (version.points_deducted, entered) {
        (Some(_), Some(score)) => Some(call.world.grade_text(course, assignment, score)),
        _ => version.grade.clone(),
    };
    let fields = json!({
        "id": submission_id(assignment.id, held.user_id), "user_id": held.user_id, "assignment_id": assignment.id,
        "score": version.score, "grade": version.grade, "entered_score": entered, "entered_grade": entered_grade,
        "excused": version.excused, "attempt": version.attempt, "submission_type": held.submission_type,
        "submitted_at": moment(held.submitted_at), "url": null, "body": null, "graded_at": moment(version.graded_at),
        "grader_id": version.grader_id, "grade_matches_current_submission": !held.resubmitted,
        "workflow_state": version.state.word(), "late_policy_status": held.late_policy_status,
        "points_deducted": version.points_deducted, "seconds_late": late, "late": late > 0,
        "missing": is_missing(assignment, held, call.now), "posted_at": moment(version.posted_at),
        "grading_period_id": course.grading_period(assignment).map(|period| period.id),
        "cached_due_date": moment(assignment.due_at), "extra_attempts": null, "redo_request": false, "sticker": null,
        "custom_grade_status_id": held.custom_grade_status_id,
    });
    match fields {
        Value::Object(fields) => fields,
        _ => Map::new(),
    }
}

fn comments_json(call: &Call<'_>, held: &Submission) -> Value {
    let rows = held.comments.iter().map(|comment| {
        let author = call.world.user(comment.author_id).map(|user| user.name.clone());
        json!({
            "id": comment.id, "author_id": comment.author_id, "author_name": author, "comment": comment.comment,
            "attempt": comment.attempt, "created_at": moment(comment.created_at), "edited_at": moment(comment.edited_at),
        })
    });
    rows.collect()
}

/// Every assigned student has a row, stored or not, so its id follows from the two others.
fn submission_id(assignment_id: i64, user_id: i64) -> i64 {
    assignment_id.wrapping_mul(1_000_000).wrapping_add(user_id.rem_euclid(1_000_000)).rem_euclid(1_000_000_000_000_000)
}
