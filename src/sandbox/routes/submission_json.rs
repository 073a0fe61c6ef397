//! Submission JSON (canvas-contract §I2).

use std::borrow::Cow;

use serde::ser::SerializeMap;
use serde::{Serialize, Serializer};
use serde_json::{Value, json};

use super::Call;
use super::assignments::assignment_json;
use super::call::moment;
use super::users::user_json;
use crate::sandbox::world::{
    Assignment, Course, Row, Submission, SubmissionState, Version, is_missing, seconds_late, shown_as_text,
};

/// Which parts of a submission are asked for.
pub(super) struct Shape {
    included: Vec<String>,
    excluded: Vec<String>,
    only: Vec<String>,
    /// A row among others, which may come from a copy that is behind.
    in_list: bool,
}

impl Shape {
    /// Reads `include[]`, `response_fields[]` and `exclude_response_fields[]`.
    pub(super) fn of(call: &Call<'_>) -> Self {
        Self {
            included: call.parameters.list("include"),
            excluded: call.parameters.list("exclude_response_fields"),
            only: call.parameters.list("response_fields"),
            in_list: false,
        }
    }

    /// The same for the lists of a course's submissions.
    pub(super) fn in_list(self) -> Self {
        Self { in_list: true, ..self }
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

/// What a student has for an assignment, in the shape that is asked for.
pub(super) struct Shown<'a> {
    call: &'a Call<'a>,
    course: &'a Course,
    assignment: &'a Assignment,
    held: Cow<'a, Submission>,
    row: Row,
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
        let as_of = if shape.in_list { call.read_as_of() } else { call.now };
        let row = assignment.row(user_id);
        let held = match row {
            Row::Deleted => empty(),
            Row::Present | Row::Absent => assignment.submission_as_of(user_id, as_of).map_or_else(empty, Cow::Borrowed),
        };
        Self { call, course, assignment, held, row, shape, all: Vec::new() }
    }

    /// Whether the caller is a student who may not see the grade yet.
    fn hides_grade(&self) -> bool {
        self.held.posted_at.is_none()
            && self.held.user_id == self.call.user_id
            && !self.call.world.is_staff_in(self.call.user_id, self.course)
            && (self.held.state == SubmissionState::Graded || self.assignment.hides_grades())
    }

    /// The same with everything that was written at once.
    pub(super) fn among(self, all: Vec<Self>) -> Self {
        Self { all, ..self }
    }
}

// Straight to bytes: a page of a hundred students and twenty columns has two thousand of these.
impl Serialize for Shown<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let Self { call, course, assignment, held, shape, all, row: _ } = self;
        let user_id = held.user_id;
        let mut map = serializer.serialize_map(None)?;
        let mut fields = Fields { map: &mut map, shape: Some(shape) };
        let number = held.versions.len();
        Past { shown: self, version: Cow::Owned(held.version()), number }.put(&mut fields)?;
        if assignment.anonymous_grading || call.world.is_admin(call.user_id) {
            fields.put("anonymous_id", &format_args!("a{:05}", user_id.rem_euclid(100_000)))?;
        }
        if shape.includes("submission_comments") {
            fields.put("submission_comments", &comments_json(call, held, Words::AsText))?;
        }
        if shape.includes("submission_html_comments") {
            fields.put("submission_html_comments", &comments_json(call, held, Words::AsStored))?;
        }
        if shape.includes("submission_history") {
            let past: Vec<Past<'_>> = held.hand_ins().into_iter().map(|version| Past::of(self, version)).collect();
            fields.put("submission_history", &past)?;
        }
        if shape.includes("visibility") {
            // In the lists of a course Canvas is wrong about it (canvas-contract §I1).
            fields.put("assignment_visible", &(!shape.in_list && assignment.is_assigned_to(user_id)))?;
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
        map.end()
    }
}

/// A version of a submission.
pub(super) struct Past<'a> {
    shown: &'a Shown<'a>,
    version: Cow<'a, Version>,
    /// Its number among the versions; 0 for a row that was never written.
    number: usize,
}

impl<'a> Past<'a> {
    /// A version with the number it is stored under.
    fn of(shown: &'a Shown<'a>, version: Version) -> Self {
        let stored = shown.held.versions.iter().rposition(|held| *held == version);
        let number = stored.map_or(shown.held.versions.len(), |place| place + 1);
        Self { shown, version: Cow::Owned(version), number }
    }

    /// The n-th stored version, counted from 1.
    pub(super) fn nth(shown: &'a Shown<'a>, number: usize) -> Option<Self> {
        let version = shown.held.versions.get(number.checked_sub(1)?)?;
        Some(Self { shown, version: Cow::Borrowed(version), number })
    }

    /// All keys of a version.
    pub(super) fn put_all<M: SerializeMap>(&self, map: &mut M) -> Result<(), M::Error> {
        self.put(&mut Fields { map, shape: None })
    }

    /// The keys that a version shares with the submission itself.
    fn put<M: SerializeMap>(&self, fields: &mut Fields<'_, '_, M>) -> Result<(), M::Error> {
        let Self { shown, version, number } = self;
        let Shown { call, course, assignment, held, row, .. } = shown;
        let late = seconds_late(assignment, held);
        let entered = version.score.map(|score| score + version.points_deducted.unwrap_or(0.0));
        let entered_grade = match (version.points_deducted, entered) {
            (Some(deducted), Some(score)) if deducted > 0.0 => Some(call.world.grade_text(course, assignment, score)),
            _ => version.grade.clone(),
        };
        fields.put("id", &submission_id(assignment.id, held.user_id))?;
        fields.put("user_id", &held.user_id)?;
        fields.put("assignment_id", &assignment.id)?;
        // What is hidden from a student is not even null.
        if !shown.hides_grade() {
            fields.put("score", &version.score.map(sixteen_digits))?;
            fields.put("grade", &version.grade)?;
            fields.put("entered_score", &entered.map(sixteen_digits))?;
            fields.put("entered_grade", &entered_grade)?;
        }
        fields.put("excused", &version.excused)?;
        fields.put("attempt", &version.attempt)?;
        fields.put("submission_type", &version.submission_type)?;
        fields.put("submitted_at", &moment(version.submitted_at))?;
        fields.put("url", &())?;
        fields.put("body", &version.body)?;
        fields.put("graded_at", &moment(version.graded_at))?;
        fields.put("grader_id", &version.grader_id)?;
        fields.put("grade_matches_current_submission", &!version.resubmitted)?;
        let state = match row {
            Row::Present => Some(version.state.word()),
            Row::Absent => None,
            Row::Deleted => Some("deleted"),
        };
        fields.put("workflow_state", &state)?;
        fields.put("late_policy_status", &version.late_policy_status)?;
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
        fields.put("custom_grade_status_id", &held.custom_grade_status_id)?;
        // Absent while names are hidden: it would tell the student's id.
        if !assignment.is_anonymized() {
            let origin = call.request.origin();
            let place =
                format_args!("courses/{}/assignments/{}/submissions/{}", course.id, assignment.id, held.user_id);
            fields.put("preview_url", &format_args!("{origin}/{place}?preview=1&version={number}"))?;
        }
        Ok(())
    }
}

/// A score as JSON shows it: 16 significant digits at the most (canvas-contract §H2).
fn sixteen_digits(score: f64) -> f64 {
    format!("{score:.15e}").parse().unwrap_or(score)
}

/// How a comment's words are shown.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Words {
    AsText,
    AsStored,
}

impl Serialize for Past<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        self.put_all(&mut map)?;
        map.end()
    }
}

/// A JSON object of which only a part may be wanted.
struct Fields<'m, 'a, M> {
    map: &'m mut M,
    shape: Option<&'a Shape>,
}

impl<M: SerializeMap> Fields<'_, '_, M> {
    fn put(&mut self, name: &str, value: &(impl Serialize + ?Sized)) -> Result<(), M::Error> {
        let wanted = self.shape.is_none_or(|shape| shape.wants(name));
        if wanted { self.map.serialize_entry(name, value) } else { Ok(()) }
    }
}

fn comments_json(call: &Call<'_>, held: &Submission, words: Words) -> Value {
    let rows = held.comments.iter().map(|comment| {
        let author = call.world.user(comment.author_id).map(|user| user.name.clone());
        let text = match words {
            Words::AsText => shown_as_text(&comment.comment),
            Words::AsStored => comment.comment.clone(),
        };
        json!({
            "id": comment.id, "author_id": comment.author_id, "author_name": author, "comment": text,
            "attempt": comment.attempt, "created_at": moment(comment.created_at), "edited_at": moment(comment.edited_at),
        })
    });
    rows.collect()
}

/// A row's id follows from the two others.
pub(super) fn submission_id(assignment_id: i64, user_id: i64) -> i64 {
    assignment_id.wrapping_mul(1_000_000).wrapping_add(user_id.rem_euclid(1_000_000)).rem_euclid(1_000_000_000_000_000)
}
