//! `course.submissionsConnection`: a course's cells by the hundred, without versions (canvas-contract §K).

use std::cmp::Reverse;

use jiff::Timestamp;
use serde_json::{Value, json};

use super::answer::Arguments;
use crate::sandbox::parameters::text;
use crate::sandbox::routes::Call;
use crate::sandbox::routes::call::moment;
use crate::sandbox::routes::submission_json::submission_id;
use crate::sandbox::world::{
    Assignment, AssignmentState, Course, EnrollmentState, Row, Submission, World, is_missing, seconds_late,
    shown_as_text,
};

const DEFAULT_PAGE: usize = 20;
const LARGEST_PAGE: usize = 100;

/// The states that count when a query names none; `unsubmitted` is not among them.
const DEFAULT_STATES: [&str; 3] = ["submitted", "pending_review", "graded"];

/// What a query wants of the cells.
struct Filter {
    students: Vec<i64>,
    states: Vec<String>,
    submitted_since: Option<Timestamp>,
    graded_since: Option<Timestamp>,
    updated_since: Option<Timestamp>,
    due: (Option<Timestamp>, Option<Timestamp>),
}

impl Filter {
    fn of(arguments: &Arguments<'_>) -> Self {
        let filter = arguments.get("filter").unwrap_or(Value::Null);
        let moment_of = |held: &Value, name: &str| held.get(name).and_then(text).and_then(|at| at.parse().ok());
        let since = |name: &str| moment_of(&filter, name);
        let due = filter.get("dueBetween").unwrap_or(&Value::Null);
        let states = filter.get("states").filter(|states| !states.is_null());
        Self {
            students: arguments.ids("studentIds"),
            states: match states {
                Some(Value::Array(states)) => states.iter().filter_map(text).collect(),
                Some(single) => text(single).into_iter().collect(),
                None => DEFAULT_STATES.map(str::to_owned).to_vec(),
            },
            submitted_since: since("submittedSince"),
            graded_since: since("gradedSince"),
            updated_since: since("updatedSince"),
            due: (moment_of(due, "start"), moment_of(due, "end")),
        }
    }

    /// Whether a column is due in the time that is asked for.
    fn fits_column(&self, column: &Assignment) -> bool {
        let (start, end) = self.due;
        start.is_none_or(|start| column.due_at.is_some_and(|at| at >= start))
            && end.is_none_or(|end| column.due_at.is_some_and(|at| at <= end))
    }

    fn fits(&self, held: &Submission) -> bool {
        let after =
            |since: Option<Timestamp>, at: Option<Timestamp>| since.is_none_or(|since| at.is_some_and(|at| at > since));
        self.states.iter().any(|state| state == held.state.word())
            && after(self.submitted_since, held.submitted_at)
            && after(self.graded_since, held.graded_at)
            && after(self.updated_since, held.updated_at)
    }
}

/// A page of a course's cells, for those who grade: published columns, everybody they see, the concluded too.
pub(super) fn connection(call: &Call<'_>, course: &Course, arguments: &Arguments<'_>) -> Value {
    let filter = Filter::of(arguments);
    let staff = call.world.is_staff_in(call.user_id, course);
    let confined_to = call.world.confined_to(call.user_id, course);
    let mut students: Vec<i64> = course
        .enrollments
        .iter()
        .filter(|held| held.is_student() && held.state != EnrollmentState::Deleted)
        .filter(|held| World::sees(course, confined_to.as_deref(), held))
        .map(|held| held.user_id)
        .filter(|id| (staff || *id == call.user_id) && (filter.students.is_empty() || filter.students.contains(id)))
        .collect();
    students.sort_unstable();
    students.dedup();
    let columns = course.assignments.values().filter(|held| held.state == AssignmentState::Published);
    let columns = columns.filter(|held| filter.fits_column(held));
    let mut cells: Vec<(i64, &Assignment, Submission)> = Vec::new();
    for assignment in columns {
        let present = students.iter().filter(|id| assignment.row(**id) == Row::Present);
        let held = present.map(|id| assignment.submission(*id)).filter(|held| filter.fits(held));
        cells.extend(held.map(|held| (submission_id(assignment.id, held.user_id), assignment, held)));
    }
    sort(&mut cells, arguments);
    let after: Option<i64> = arguments.text("after").and_then(|cursor| cursor.parse().ok());
    let begins = after.map_or(0, |after| {
        let there = cells.iter().position(|(id, ..)| *id == after).map(|place| place + 1);
        // The cell at which the last page ended may not fit the filter any more.
        there.or_else(|| cells.iter().position(|(id, ..)| *id > after)).unwrap_or(cells.len())
    });
    let asked = arguments.text("first").and_then(|first| first.parse().ok());
    let length = asked.unwrap_or(DEFAULT_PAGE).min(LARGEST_PAGE);
    let page: Vec<_> = cells[begins..].iter().take(length).collect();
    call.rows.set(page.len());
    let end_cursor = page.last().map(|(id, ..)| id.to_string());
    let nodes: Vec<Value> =
        page.iter().map(|(id, assignment, held)| node(call, course, *id, assignment, held)).collect();
    json!({
        "nodes": nodes,
        "pageInfo": {
            "hasNextPage": begins + length < cells.len(), "endCursor": end_cursor,
        },
    })
}

/// By id, unless `orderBy` asks for something else. Where it names several orders, the first goes before the second.
fn sort(cells: &mut [(i64, &Assignment, Submission)], arguments: &Arguments<'_>) {
    cells.sort_by_key(|(id, ..)| *id);
    let orders = match arguments.get("orderBy") {
        Some(Value::Array(orders)) => orders,
        single => single.into_iter().collect(),
    };
    for order in orders.iter().rev() {
        let descending = order["direction"] == "descending";
        match order["field"].as_str() {
            // What has no grade yet comes last either way.
            Some("gradedAt") if descending => cells.sort_by_key(|(.., held)| Reverse(held.graded_at)),
            Some("gradedAt") => cells.sort_by_key(|(.., held)| (held.graded_at.is_none(), held.graded_at)),
            Some("_id") if descending => cells.sort_by_key(|(id, ..)| Reverse(*id)),
            Some("_id") => cells.sort_by_key(|(id, ..)| *id),
            _ => {}
        }
    }
}

pub(super) fn node(call: &Call<'_>, course: &Course, id: i64, assignment: &Assignment, held: &Submission) -> Value {
    let entered = held.entered_score();
    let entered_grade = match entered {
        Some(score) if held.points_deducted.is_some() => Some(call.world.grade_text(course, assignment, score)),
        _ => held.grade.clone(),
    };
    let comments = held.comments.iter().map(|comment| {
        let name = call.world.user(comment.author_id).map(|user| &user.name);
        let author = json!({ "_id": comment.author_id.to_string(), "name": name });
        json!({
            "_id": comment.id.to_string(), "author": author,
            "comment": shown_as_text(&comment.comment), "htmlComment": comment.comment,
            "createdAt": moment(comment.created_at),
        })
    });
    json!({
        "_id": id.to_string(), "userId": held.user_id.to_string(),
        "assignmentId": assignment.id.to_string(), "score": held.score, "grade": held.grade, "enteredScore": entered,
        "enteredGrade": entered_grade, "excused": held.excused == Some(true), "state": held.state.word(),
        "attempt": held.attempt.unwrap_or(0), "submittedAt": moment(held.submitted_at),
        "gradedAt": moment(held.graded_at), "postedAt": moment(held.posted_at), "updatedAt": moment(held.updated_at),
        "late": seconds_late(assignment, held) > 0, "missing": is_missing(assignment, held, call.now),
        "latePolicyStatus": held.late_policy_status,
        "customGradeStatusId": held.custom_grade_status_id.map(|id| id.to_string()),
        "deductedPoints": held.points_deducted,
        "gradingPeriodId": course.grading_period(assignment).map(|period| period.id.to_string()),
        "gradeMatchesCurrentSubmission": !held.resubmitted, "cachedDueDate": moment(assignment.due_at),
        // No version is to be had here.
        "previewUrl": null,
        "commentsConnection": {
            "nodes": comments.collect::<Vec<_>>(),
        },
    })
}
