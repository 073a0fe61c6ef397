//! J: bulk jobs.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use super::probe::{Bulk, Column, Probe, ended};
use super::question::{LAB_1, LAB_3, Part, Who, get, post, write_cell};
use super::shown::{SHORT, Shown};

pub(super) async fn ask(p: &mut Probe) -> Part {
    let a = p.column_id(Column::new("J one")).await?;
    let b = p.column_id(Column::new("J two")).await?;
    let students: Vec<String> = (1..=30).map(|number| p.user(&format!("S-{number:04}")).to_string()).collect();
    values_and_people(p, a, &students).await;
    keys_of_people(p, a, &students).await;
    let grades = json!({
        a.to_string(): { &students[11]: { "posted_grade": "3" }, &students[12]: { "excuse": true, "posted_grade": "4" },
                         &students[13]: { "posted_grade": "5" } },
        b.to_string(): { &students[0]: { "posted_grade": "6" } },
    });
    p.write("J excuse with grade in the middle", grades).await;
    p.cells("J excuse with grade cells", a, &["S-0012", "S-0013", "S-0014"], &SHORT).await;
    p.cells("J excuse with grade cells of the next column", b, &["S-0001"], &SHORT).await;
    odd_data(p, a, &students).await?;
    other_courses_and_people(p, a, &students).await;
    zero_points(p, &students).await?;
    moderated_and_anonymous(p, &students).await;
    two_at_once(p, (a, b), &students).await
}

async fn values_and_people(p: &mut Probe, a: i64, students: &[String]) {
    let grades = json!({ a.to_string(): {
        &students[0]: { "posted_grade": "5" },
        &students[1]: { "posted_grade": "6.25" },
        &students[2]: { "excuse": true },
        &students[3]: { "posted_grade": "" },
        &students[4]: { "posted_grade": "abc" },
        &students[5]: { "posted_grade": 7 },
        &students[6]: { "text_comment": "bulk words" },
    } });
    p.write("J plain", grades).await;
    let seven = ["S-0001", "S-0002", "S-0003", "S-0004", "S-0005", "S-0006", "S-0007"];
    p.cells("J plain cells", a, &seven, &SHORT).await;
    let grades = json!({ a.to_string(): {
        &students[0]: { "posted_grade": "8" },
        "99999999": { "posted_grade": "1" },
        p.user("T-1").to_string(): { "posted_grade": "1" },
        &students[1]: { "posted_grade": "9" },
    } });
    p.write("J missing ids", grades).await;
    p.cells("J missing ids cells", a, &["S-0001", "S-0002"], &SHORT).await;
    let grades = json!({ a.to_string(): {
        &students[26]: { "posted_grade": "1" },
        &students[27]: { "posted_grade": "2" },
        &students[28]: { "posted_grade": "3" },
        &students[7]: { "posted_grade": "4" },
    } });
    p.write("J states of people", grades).await;
    p.cells("J states of people cells", a, &["S-0027", "S-0028", "S-0008"], &SHORT).await;
}

/// People named by their SIS id, and cells that get only a comment.
async fn keys_of_people(p: &mut Probe, a: i64, students: &[String]) {
    let by_sis_id = json!({ a.to_string(): { "sis_user_id:S-0009": { "posted_grade": "5" } } });
    p.write("J sis user key", by_sis_id).await;
    p.cells("J sis user key cells", a, &["S-0009"], &SHORT).await;
    let six = json!({ "submission": { "posted_grade": "6" } });
    p.ask(write_cell(LAB_1, a, p.user("S-0010"), &six)).await;
    let words = json!({ "text_comment": "careful" });
    p.write("J sis key comment only", json!({ a.to_string(): { "sis_user_id:S-0010": words } })).await;
    p.cells("J sis key comment only cells", a, &["S-0010"], &SHORT).await;
    p.ask(write_cell(LAB_1, a, p.user("S-0011"), &six)).await;
    p.write("J internal key comment only", json!({ a.to_string(): { &students[10]: words } })).await;
    p.cells("J internal key comment only cells", a, &["S-0011"], &SHORT).await;
}

async fn odd_data(p: &mut Probe, a: i64, students: &[String]) -> Part {
    let five = json!({ &students[0]: { "posted_grade": "5" } });
    let draft = p.column_id(Column::new("J unpublished").with(json!({ "published": false }))).await?;
    p.write("J unpublished", json!({ draft.to_string(): five })).await;
    p.write("J one unpublished of two", json!({ a.to_string(): five, draft.to_string(): five })).await;
    p.write("J unknown assignment", json!({ "99999999": five, a.to_string(): five })).await;
    p.write("J empty", json!({})).await;
    p.bulk("J no data", Bulk::body(&json!({}))).await;
    p.write("J text data", json!("x")).await;
    p.write("J list data", json!([1])).await;
    p.write("J empty assignment", json!({ a.to_string(): {} })).await;
    p.write("J null user", json!({ a.to_string(): { &students[0]: null } })).await;
    Ok(())
}

async fn other_courses_and_people(p: &mut Probe, a: i64, students: &[String]) {
    let five = json!({ &students[0]: { "posted_grade": "5" } });
    let concluded = p.column(Column::new("J in concluded").of(LAB_3)).await.body["id"].as_i64().unwrap_or(0);
    p.write_in("J concluded as admin", LAB_3, json!({ concluded.to_string(): five })).await;
    let body = json!({ "grade_data": { "1": five } });
    p.bulk("J concluded as teacher", Bulk::body(&body).of(LAB_3).by(Who::Teacher)).await;
    let little = json!({ "posted_grade": "1.5" });
    let body = json!({ "grade_data": { a.to_string(): { &students[0]: little, &students[1]: little } } });
    p.bulk("J ta limited", Bulk::body(&body).by(Who::Ta)).await;
    p.cells("J ta limited cells", a, &["S-0001", "S-0002"], &SHORT).await;
    let body = json!({ "grade_data": { &students[14]: { "posted_grade": "5", "text_comment": "x" } } });
    let path = format!("{LAB_1}/assignments/{a}/submissions/update_grades");
    p.bulk("J assignment level", Bulk::body(&body).at(path)).await;
    p.cells("J assignment level cells", a, &["S-0015"], &SHORT).await;
}

async fn zero_points(p: &mut Probe, students: &[String]) -> Part {
    let fields = json!({ "points_possible": 0, "grading_type": "pass_fail" });
    let column = p.column_id(Column::new("J zero points").with(fields)).await?;
    for (name, grade) in [("J complete", "complete"), ("J complete to incomplete", "incomplete")] {
        let grades = json!({ column.to_string(): { &students[0]: { "posted_grade": grade } } });
        p.write(&format!("{name} on zero points"), grades).await;
        p.cells(&format!("{name} on zero points cells"), column, &["S-0001"], &SHORT).await;
    }
    Ok(())
}

async fn moderated_and_anonymous(p: &mut Probe, students: &[String]) {
    let five = |student: &String| json!({ student: { "posted_grade": "5" } });
    let fields = json!({ "moderated_grading": true, "grader_count": 1, "final_grader_id": p.user("T-1"),
                         "submission_types": ["online_text_entry"] });
    let made = p.column(Column::new("J moderated").with(fields)).await;
    if let Ok(column) = made.id() {
        p.write("J moderated as admin", json!({ column.to_string(): five(&students[0]) })).await;
        p.cells("J moderated cells", column, &["S-0001"], &SHORT).await;
        let alone = write_cell(LAB_1, column, p.user("S-0002"), &json!({ "submission": { "posted_grade": "5" } }));
        p.record("J moderated single as admin", alone, Shown::whole()).await;
        let body = json!({ "grade_data": { column.to_string(): five(&students[2]) } });
        p.bulk("J moderated as final grader", Bulk::body(&body).by(Who::Teacher)).await;
        p.cells("J moderated final grader cells", column, &["S-0003"], &SHORT).await;
    } else {
        p.keep("J moderated create", &made, &Shown::whole());
    }
    let fields = json!({ "anonymous_grading": true, "submission_types": ["online_text_entry"] });
    if let Ok(column) = p.column(Column::new("J anonymous").with(fields)).await.id() {
        p.write("J anonymous", json!({ column.to_string(): five(&students[0]) })).await;
        p.cells("J anonymous cells", column, &["S-0001"], &SHORT).await;
        let row = format!("student_ids[]={}&assignment_ids[]={column}", students[0]);
        let row = get(format!("{LAB_1}/students/submissions?{row}"));
        p.record("J anonymous row", row, Shown::whole()).await;
    }
}

/// Two jobs of one course: the second never runs beside the first.
async fn two_at_once(p: &mut Probe, (a, b): (i64, i64), students: &[String]) -> Part {
    let twenty = |grade: &str| {
        let row = |student: &String| (student.clone(), json!({ "posted_grade": grade }));
        Value::Object(students[..20].iter().map(row).collect())
    };
    let path = format!("{LAB_1}/submissions/update_grades");
    let first = json!({ "grade_data": { a.to_string(): twenty("1"), b.to_string(): twenty("2") } });
    let second = json!({ "grade_data": { a.to_string(): { &students[0]: { "posted_grade": "3" } } } });
    let first = p.ask(post(path.as_str(), &first)).await.id()?;
    let second = p.ask(post(path.as_str(), &second)).await.id()?;
    let mut seen = BTreeSet::new();
    for _ in 0..400 {
        let state = |progress: &Value| progress["workflow_state"].as_str().unwrap_or_default().to_owned();
        let one = p.ask(get(format!("/api/v1/progress/{first}"))).await.body;
        let two = p.ask(get(format!("/api/v1/progress/{second}"))).await.body;
        seen.insert((state(&one), state(&two)));
        if ended(&two) {
            break;
        }
        p.wait(50);
    }
    let overtaken = [("running", "running"), ("queued", "running"), ("queued", "completed")];
    let kept = overtaken.iter().all(|(one, two)| !seen.contains(&((*one).to_owned(), (*two).to_owned())));
    p.note("J order of two jobs kept", kept.into());
    Ok(())
}
