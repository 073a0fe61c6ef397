//! The gradebook history: every stored version of a column's cells as a row (canvas-contract §I3).

use serde::ser::SerializeMap;
use serde::{Serialize, Serializer};

use super::call::moment;
use super::submission_json::{Past, Shape, Shown};
use super::{Answer, Call};
use crate::sandbox::world::{Assignment, Course};

/// `GET /courses/:id/gradebook_history/feed?assignment_id=[&user_id=][&ascending=1]`, newest first.
pub(super) fn show(call: &Call<'_>, course: &str) -> Answer {
    let course = call.course(course)?;
    call.require_in(&["manage_grades"], course)?;
    let id = |name: &str| call.parameters.text(name).and_then(|text| text.parse::<i64>().ok());
    let (only_assignment, only_user) = (id("assignment_id"), id("user_id"));
    let mut found: Vec<(&Assignment, i64, usize)> = Vec::new();
    let assignments = course.assignments.values();
    for assignment in assignments.filter(|held| only_assignment.is_none_or(|id| id == held.id)) {
        let cells = assignment.submissions.values();
        for cell in cells.filter(|held| only_user.is_none_or(|id| id == held.user_id)) {
            found.extend((1..=cell.versions.len()).map(|number| (assignment, cell.user_id, number)));
        }
    }
    found.sort_by_cached_key(|(assignment, user_id, number)| {
        let stored = assignment.submissions.get(user_id);
        let graded_at = stored.and_then(|held| held.versions.get(number - 1)?.graded_at);
        (graded_at, *number, *user_id)
    });
    if !call.parameters.flag("ascending") {
        found.reverse();
    }
    let page = call.page(found.len(), true)?;
    let shape = Shape::of(call);
    let rows = page.cut(found).map(|(assignment, user_id, number)| {
        let shown = Shown::new(call, (course, assignment), user_id, &shape);
        OneVersion { call, course, assignment, shown, user_id, number }
    });
    Ok(page.reply(rows))
}

struct OneVersion<'a> {
    call: &'a Call<'a>,
    course: &'a Course,
    assignment: &'a Assignment,
    shown: Shown<'a>,
    user_id: i64,
    number: usize,
}

impl Serialize for OneVersion<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let Self { call, course, assignment, shown, user_id, number } = self;
        let mut fields = serializer.serialize_map(None)?;
        if let Some(past) = Past::nth(shown, *number) {
            past.put_all(&mut fields)?;
        }
        let name = |id: i64| call.world.user(id).map(|user| &user.name);
        let held = course.assignments.get(&assignment.id).and_then(|held| held.submissions.get(user_id));
        let grader = held.and_then(|held| held.versions.get(number - 1)?.grader_id).and_then(name);
        fields.serialize_entry("assignment_name", &assignment.name)?;
        fields.serialize_entry("user_name", &name(*user_id))?;
        fields.serialize_entry("grader", &grader)?;
        fields.serialize_entry("current_grade", &held.and_then(|held| held.grade.as_ref()))?;
        fields.serialize_entry("current_graded_at", &moment(held.and_then(|held| held.graded_at)))?;
        fields.serialize_entry("current_grader", &held.and_then(|held| held.grader_id).and_then(name))?;
        fields.end()
    }
}
