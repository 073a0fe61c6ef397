//! Submission JSON (canvas-contract §I2).

use std::borrow::Cow;

use serde::ser::SerializeMap;
use serde::{Serialize, Serializer};
use serde_json::{Value, json};

use super::Call;
use super::assignments::assignment_json;
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

/// What a student has for an assignment, in the shape that is asked for. Every assigned student has a row, stored or not.
pub(super) struct Shown<'a> {
    call: &'a Call<'a>,
    course: &'a Course,
    assignment: &'a Assignment,
    held: Cow<'a, Submission>,
    shape: &'a Shape,
    all: Vec<Self>,
}

impl<'a> Shown<'a> {
    pub(super) fn new(
        call: &'a Call<'a>,
        (course, assignment): (&'a Course, &'a Assignment),
        user_id: i64,
        shape: &'a Shape,
    ) -> Self {
        let empty = || Cow::Owned(Submission { user_id, ..Submission::default() });
        let held = assignment.submissions.get(&user_id).map_or_else(empty, Cow::Borrowed);
        Self { call, course, assignment, held, shape, all: Vec::new() }
    }

    /// The same with everything that was written at once.
    pub(super) fn among(self, all: Vec<Self>) -> Self {
        Self { all, ..self }
    }
}

// Straight to bytes: a page of a hundred students and twenty columns has two thousand of these.
impl Serialize for Shown<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let Self { call, course, assignment, held, shape, all } = self;
        let user_id = held.user_id;
        let mut fields = Fields { map: serializer.serialize_map(None)?, shape: Some(shape) };
        Past { shown: self, version: held.version() }.put(&mut fields)?;
        if assignment.anonymous_grading || call.world.is_admin(call.user_id) {
            fields.put("anonymous_id", &format_args!("a{:05}", user_id.rem_euclid(100_000)))?;
        }
        fields.put("attachments", &[(); 0])?;
        let place = format_args!("courses/{}/assignments/{}/submissions/{user_id}", course.id, assignment.id);
        let version = held.versions.len() + 1;
        fields.put("preview_url", &format_args!("{}/{place}?preview=1&version={version}", call.request.origin()))?;
        if shape.includes("submission_comments") {
            fields.put("submission_comments", &comments_json(call, held))?;
        }
        if shape.includes("submission_history") {
            let versions = held.versions.iter().cloned().chain([held.version()]);
            let past: Vec<Past<'_>> = versions.map(|version| Past { shown: self, version }).collect();
            fields.put("submission_history", &past)?;
        }
        if shape.includes("visibility") {
            fields.put("assignment_visible", &assignment.is_assigned_to(user_id))?;
        }
        if shape.includes("group") {
            let (id, name) = course.group_of(assignment, user_id).map(|group| (group.id, &group.name)).unzip();
            fields.put("group", &json!({ "id": id, "name": name }))?;
        }
        if shape.includes("user")
            && let Some(user) = call.world.user(user_id)
        {
            fields.put("user", &user_json(call, user, Some(course), false))?;
        }
        if shape.includes("assignment") {
            fields.put("assignment", &assignment_json(call, course, assignment))?;
        }
        if !all.is_empty() {
            fields.put("all_submissions", all)?;
        }
        fields.map.end()
    }
}

/// A version of a submission.
struct Past<'a> {
    shown: &'a Shown<'a>,
    version: Version,
}

impl Past<'_> {
    /// The keys that a version shares with the submission itself.
    fn put<M: SerializeMap>(&self, fields: &mut Fields<'_, M>) -> Result<(), M::Error> {
        let Self { shown: Shown { call, course, assignment, held, .. }, version } = self;
        let late = seconds_late(assignment, held);
        let entered = version.score.map(|score| score + version.points_deducted.unwrap_or(0.0));
        let entered_grade = match (version.points_deducted, entered) {
            (Some(_), Some(score)) => Some(call.world.grade_text(course, assignment, score)),
            _ => version.grade.clone(),
        };
        fields.put("id", &submission_id(assignment.id, held.user_id))?;
        fields.put("user_id", &held.user_id)?;
        fields.put("assignment_id", &assignment.id)?;
        fields.put("score", &version.score)?;
        fields.put("grade", &version.grade)?;
        fields.put("entered_score", &entered)?;
        fields.put("entered_grade", &entered_grade)?;
        fields.put("excused", &version.excused)?;
        fields.put("attempt", &version.attempt)?;
        fields.put("submission_type", &held.submission_type)?;
        fields.put("submitted_at", &moment(held.submitted_at))?;
        fields.put("url", &())?;
        fields.put("body", &())?;
        fields.put("graded_at", &moment(version.graded_at))?;
        fields.put("grader_id", &version.grader_id)?;
        fields.put("grade_matches_current_submission", &!held.resubmitted)?;
        fields.put("workflow_state", version.state.word())?;
        fields.put("late_policy_status", &held.late_policy_status)?;
        fields.put("points_deducted", &version.points_deducted)?;
        fields.put("seconds_late", &late)?;
        fields.put("late", &(late > 0))?;
        fields.put("missing", &is_missing(assignment, held, call.now))?;
        fields.put("posted_at", &moment(version.posted_at))?;
        fields.put("grading_period_id", &course.grading_period(assignment).map(|period| period.id))?;
        fields.put("cached_due_date", &moment(assignment.due_at))?;
        fields.put("extra_attempts", &())?;
        fields.put("redo_request", &false)?;
        fields.put("sticker", &held.sticker)?;
        fields.put("custom_grade_status_id", &held.custom_grade_status_id)
    }
}

impl Serialize for Past<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut fields = Fields { map: serializer.serialize_map(None)?, shape: None };
        self.put(&mut fields)?;
        fields.map.end()
    }
}

/// A JSON object of which only a part may be wanted.
struct Fields<'a, M> {
    map: M,
    shape: Option<&'a Shape>,
}

impl<M: SerializeMap> Fields<'_, M> {
    fn put(&mut self, name: &str, value: &(impl Serialize + ?Sized)) -> Result<(), M::Error> {
        let wanted = self.shape.is_none_or(|shape| shape.wants(name));
        if wanted { self.map.serialize_entry(name, value) } else { Ok(()) }
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
