//! The gradebook history by day: who graded which columns when (canvas-contract §I3). Unlike the feed it looks at what
//! stands in the cells now, and at no earlier version.

use jiff::civil::Date;
use jiff::tz::TimeZone;
use serde_json::{Value, json};

use super::assignments::assignment_json;
use super::{Answer, Call};
use crate::sandbox::message::Reply;
use crate::sandbox::refusal;
use crate::sandbox::world::{Assignment, Course, Submission};

/// The name of whoever graded what nobody graded: a policy or a quiz.
const NOBODY: &str = "Graded on submission";

/// `GET /courses/:id/gradebook_history/days`, the newest first. A page is so many cells, not days.
pub(super) fn list(call: &Call<'_>, course: &str) -> Answer {
    let course = call.course(course)?;
    call.require_in(&["manage_grades"], course)?;
    let found = graded(call, course, None);
    let page = call.page(found.len(), true)?;
    let mut days: Vec<(Date, Vec<Graded<'_>>)> = Vec::new();
    for cell in page.cut(found) {
        match days.last_mut().filter(|(date, _)| *date == cell.date) {
            Some((_, cells)) => cells.push(cell),
            None => days.push((cell.date, vec![cell])),
        }
    }
    let days = days.iter().map(|(date, cells)| json!({ "date": date, "graders": graders(call, course, cells) }));
    let days: Vec<Value> = days.collect();
    Ok(page.linked(Reply::json(200, &days)))
}

/// `GET /courses/:id/gradebook_history/:date`: the graders of a day. What is no date breaks the application.
pub(super) fn show(call: &Call<'_>, course: &str, date: &str) -> Answer {
    let course = call.course(course)?;
    call.require_in(&["manage_grades"], course)?;
    let date: Date = date.parse().map_err(|_| refusal::broken(500))?;
    let found = graded(call, course, Some(date));
    let page = call.page(found.len(), true)?;
    let cells: Vec<Graded<'_>> = page.cut(found).collect();
    Ok(page.linked(Reply::json(200, &graders(call, course, &cells))))
}

/// A cell with the day of its grade.
struct Graded<'a> {
    date: Date,
    assignment: &'a Assignment,
    held: &'a Submission,
}

/// The cells that were graded, or those of one day; the newest first.
fn graded<'a>(call: &Call<'_>, course: &'a Course, day: Option<Date>) -> Vec<Graded<'a>> {
    let zone = TimeZone::get(&call.world.time_zone).unwrap_or(TimeZone::UTC);
    let mut found = Vec::new();
    for assignment in course.assignments.values() {
        found.extend(assignment.submissions.values().filter_map(|held| {
            let date = zone.to_datetime(held.graded_at?).date();
            day.is_none_or(|day| day == date).then_some(Graded { date, assignment, held })
        }));
    }
    found.sort_by_key(|cell| std::cmp::Reverse(cell.held.graded_at));
    found
}

/// The graders of these cells, each with the columns they graded.
fn graders(call: &Call<'_>, course: &Course, cells: &[Graded<'_>]) -> Vec<Value> {
    let mut found: Vec<(i64, Vec<&Assignment>)> = Vec::new();
    for cell in cells {
        let id = cell.held.grader_id.filter(|id| *id > 0).unwrap_or(0);
        let place = found.iter().position(|(held, _)| *held == id).unwrap_or_else(|| {
            found.push((id, Vec::new()));
            found.len() - 1
        });
        let columns = &mut found[place].1;
        if columns.iter().all(|held| held.id != cell.assignment.id) {
            columns.push(cell.assignment);
        }
    }
    let graders = found.iter().map(|(id, columns)| {
        let columns: Vec<Value> = columns.iter().map(|held| assignment_json(call, course, held)).collect();
        let name = call.world.user(*id).map_or(NOBODY, |user| &user.name);
        json!({ "id": id, "name": name, "assignments": columns })
    });
    graders.collect()
}
