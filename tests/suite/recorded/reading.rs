//! K: rows of a column, read in every way.

use serde_json::{Map, Value, json};

use super::names::Kind;
use super::probe::{Column, Probe};
use super::question::{LAB_1, Part, Who, cell, get};
use super::shown::Shown;

pub(super) async fn ask(p: &mut Probe) -> Part {
    let a = p.column_id(Column::new("K read")).await?;
    let b = p.column_id(Column::new("K read two").with(json!({ "points_possible": 5 }))).await?;
    let grade = |number: i64| {
        let user = p.user(&format!("S-{number:04}"));
        (user.to_string(), json!({ "posted_grade": number.to_string() }))
    };
    let rows: Map<String, Value> = (1..=5).map(grade).collect();
    p.write("K fill", json!({ a.to_string(): rows })).await;
    lists(p, a, b).await;
    readers(p, a).await;
    let row = ["submission_comments", "submission_history", "user", "full_rubric_assessment", "visibility"];
    let row: Vec<_> = row.into_iter().map(|include| ("include[]", include.to_owned())).collect();
    p.record("K submission", cell(LAB_1, a, p.user("S-0001")).query(&row), Shown::whole()).await;
    let gradeable = get(format!("{LAB_1}/assignments/{a}/gradeable_students?per_page=100"));
    p.record("K gradeable", gradeable, Shown::of(Kind::User).only(&["id"])).await;
    let many = get(format!("{LAB_1}/assignments/gradeable_students?assignment_ids[]={a}&per_page=3"));
    p.record("K gradeable many", many, Shown::of(Kind::User)).await;
    p.record("K summary", get(format!("{LAB_1}/assignments/{a}/submission_summary")), Shown::whole()).await;
    Ok(())
}

async fn lists(p: &mut Probe, a: i64, b: i64) {
    let (one, two) = (p.user("S-0001"), p.user("S-0002"));
    let (stranger, dropped, completed) = (p.user("SVC-1"), p.user("S-0029"), p.user("S-0028"));
    let of = |students: &[&str], assignments: &[i64], rest: &[(&'static str, &str)]| {
        let students = students.iter().map(|student| ("student_ids[]", (*student).to_owned()));
        let assignments = assignments.iter().map(|assignment| ("assignment_ids[]", assignment.to_string()));
        let rest = rest.iter().map(|(key, value)| (*key, (*value).to_owned()));
        students.chain(assignments).chain(rest).collect::<Vec<_>>()
    };
    let [one, two, stranger, dropped, completed] = [one, two, stranger, dropped, completed].map(|id| id.to_string());
    let lists = [
        ("grouped", of(&["all"], &[a, b], &[("grouped", "true"), ("per_page", "100")])),
        ("flat", of(&[&one, &two], &[a], &[])),
        ("by student", of(&[&one], &[a, b], &[("grouped", "true")])),
        ("no students", of(&[], &[a], &[])),
        ("stranger", of(&[&stranger], &[a], &[])),
        ("unknown student", of(&["99999999"], &[a], &[])),
        ("unknown assignment", of(&["all"], &[99_999_999], &[])),
        ("sis student", of(&["sis_user_id:S-0001"], &[a], &[])),
        ("graded", of(&["all"], &[a], &[("workflow_state", "graded")])),
        ("dropped", of(&[&dropped], &[a], &[])),
        ("completed", of(&[&completed], &[a], &[])),
        ("excluded", of(&[&one], &[a], &[("exclude_response_fields[]", "preview_url")])),
    ];
    let base = format!("{LAB_1}/students/submissions");
    for (name, query) in lists {
        p.record(&format!("K {name}"), get(base.as_str()).query(&query), Shown::whole().with_links()).await;
    }
    let includes = ["submission_history", "submission_comments", "user", "visibility", "group"];
    let query = of(&[&one], &[a], &includes.map(|include| ("include[]", include)));
    p.record("K with all", get(base.as_str()).query(&query), Shown::whole()).await;
    let many: Vec<String> = (1..102).map(|id: i64| id.to_string()).collect();
    let many: Vec<&str> = many.iter().map(String::as_str).collect();
    p.record("K 101 students", get(base).query(&of(&many, &[a], &[])), Shown::whole()).await;
}

/// Whose rows a reader gets.
async fn readers(p: &mut Probe, a: i64) {
    let grouped = format!("student_ids%5B%5D=all&assignment_ids%5B%5D={a}&grouped=true&per_page=100");
    let grouped = get(format!("{LAB_1}/students/submissions?{grouped}"));
    for who in [Who::Teacher, Who::Ta, Who::Student] {
        let rows = p.ask(grouped.clone().by(who)).await;
        let people = p.people(&rows.body, "user_id");
        let found = if rows.body.is_array() { people } else { json!([rows.status, people]) };
        p.note(&format!("K grouped as {who}"), found);
    }
    let rows = p.ask(grouped).await.body;
    p.note("K grouped people", p.people(&rows, "user_id"));
    let rows = p.ask(get(format!("{LAB_1}/assignments/{a}/submissions?per_page=100"))).await.body;
    p.note("K submissions people", p.people(&rows, "user_id"));
}
