//! Worlds in which ids collide, and what it takes to ask about them.

use std::fmt::Write as _;

use gradepush::domain::{FindingCode, ScoreSheet};
use gradepush::engine::{IdKind, Register, ResolveSummary, Selection, SyncRequest, SyncSource};
use gradepush::sandbox::World;
use serde_json::{Value, json};

use super::super::university::University;

/// A university with these people and courses.
pub(super) fn world(people: &Value, courses: &Value) -> World {
    let mut users =
        vec![json!({"id": 501, "name": "Grade Robot", "logins": [{"id": 5010, "unique_id": "grade.robot"}]})];
    users.extend(people.as_array().expect("a list").iter().cloned());
    let world = json!({
        "accounts": [{"id": 1, "name": "Lakeshore", "admins": [{"user_id": 501}]}],
        "terms": [{"id": 1, "name": "Fall 2026"}],
        "users": users,
        "courses": courses,
    });
    World::from_json(&world.to_string()).expect("a world")
}

/// A person: internal id, name, e-mail, and their logins as (login, SIS id).
pub(super) fn person(id: i64, name: &str, email: &str, logins: &[(&str, &str)]) -> Value {
    let logins: Vec<Value> = logins
        .iter()
        .zip(1..)
        .map(|((unique_id, sis), number)| {
            let sis = (!sis.is_empty()).then_some(sis);
            json!({"id": id * 10 + number, "unique_id": unique_id, "sis_user_id": sis})
        })
        .collect();
    let email = (!email.is_empty()).then_some(email);
    json!({"id": id, "name": name, "email": email, "logins": logins})
}

/// A course with one assignment `Lecture 1` and these people in its first section.
pub(super) fn course(id: i64, sis: &str, enrolled: &[(i64, &str, &str)]) -> Value {
    let enrollments: Vec<Value> = enrolled
        .iter()
        .zip(1..)
        .map(|((user, kind, state), number)| {
            json!({"id": id * 1000 + number, "user_id": user, "kind": kind, "state": state})
        })
        .collect();
    json!({
        "id": id, "name": format!("Course {sis}"), "course_code": sis, "sis_course_id": sis,
        "sections": [{"id": id * 10, "name": "01", "sis_section_id": format!("{sis}-01")}],
        "assignment_groups": [{"id": id * 10 + 1, "name": "Assignments"}],
        "assignments": [{"id": id * 10 + 2, "name": "Lecture 1", "points_possible": 100.0,
            "submission_types": ["none"], "created_at": "2026-09-01T14:00:00Z"}],
        "enrollments": enrollments,
    })
}

/// The id of the assignment of [`course`].
pub(super) fn assignment_of(course: i64) -> i64 {
    course * 10 + 2
}

/// An active student.
pub(super) fn student(user: i64) -> (i64, &'static str, &'static str) {
    (user, "", "active")
}

/// Rows of `Lecture 1` for (course id, user id), each with a value of its own; the first is on line 2.
pub(super) fn sheet(university: &University, rows: &[(&str, &str)]) -> ScoreSheet {
    let mut text = "course_id,assignment_title,score_possible,user_id,score_received\n".to_owned();
    for ((course, user), number) in rows.iter().zip(1..) {
        writeln!(text, "{course},Lecture 1,100,{user},{number}").expect("a string");
    }
    university.sheet(&text)
}

/// Resolves offline on a day in December 2026.
pub(super) fn resolve(university: &University, sheet: &ScoreSheet) -> ResolveSummary {
    let today = jiff::civil::date(2026, 12, 14);
    let store = university.session.store();
    let register = Register::load(&store, &university.session.settings, today).expect("a cache");
    gradepush::engine::resolve(&register, &store, sheet, &Selection::default()).expect("a resolution")
}

/// What the summary says of a user id: the person, or the problem.
pub(super) fn answer(summary: &ResolveSummary, sent: &str) -> Result<i64, FindingCode> {
    let problem = summary.problems.iter().find(|one| one.kind == IdKind::User && *one.sent_id == *sent);
    match problem {
        Some(problem) => Err(problem.code),
        None => Ok(summary.people.iter().find(|one| *one.sent_id == *sent).expect("one or the other").user.0),
    }
}

/// The reason the summary gives for an id.
pub(super) fn reason(summary: &ResolveSummary, sent: &str) -> String {
    summary.problems.iter().find(|one| *one.sent_id == *sent).map(|one| one.reason.clone()).unwrap_or_default()
}

/// Fills the cache from one source; with a sheet, with what it names.
pub(super) async fn sync_from(university: &University, source: SyncSource, sheet: Option<&ScoreSheet>) {
    let request = SyncRequest { source, sheet, ..SyncRequest::default() };
    gradepush::engine::sync(&university.session, &request).await.expect("a sync");
}
