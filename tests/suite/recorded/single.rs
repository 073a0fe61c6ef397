//! H: grades written one cell at a time.

use std::fmt::Write;

use serde_json::{Map, Value, json};

use super::probe::{Column, Probe, picked};
use super::question::{LAB_1, Part, Who, get, put, write_cell};
use super::shown::Shown;

const TEXTS: [&str; 35] = [
    "7",
    "7.25",
    "85%",
    "A-",
    "B",
    "b",
    "abc",
    "",
    " 9",
    "9 ",
    "12.",
    "1e2",
    ".5",
    "+5",
    "-3",
    "25",
    "complete",
    "incomplete",
    "pass",
    "fail",
    "EX",
    "1,5",
    "0",
    "4.0",
    "3",
    "true",
    "007",
    "-85%",
    "1e400",
    "abc\n12",
    "12\nabc",
    "99999999999",
    "0.1234567890123456789",
    "\u{2212}",
    "B\u{2212}",
];

pub(super) async fn ask(p: &mut Probe) -> Part {
    every_value(p).await;
    let column = p.column_id(Column::new("H excuse")).await?;
    excuses(p, column).await;
    whom_and_by_whom(p, column).await;
    not_written(p).await
}

/// Every way to write a grade into every kind of column.
async fn every_value(p: &mut Probe) {
    let mut values: Vec<Value> = TEXTS.into_iter().chain(["100.5%"]).map(Value::from).collect();
    values.extend([json!(7), json!(7.5), Value::Null, json!(true), json!(false)]);
    let columns = [
        ("points", json!(20)),
        ("percent", json!(50)),
        ("letter_grade", json!(100)),
        ("gpa_scale", json!(100)),
        ("pass_fail", json!(10)),
        ("pass_fail", json!(0)),
        ("points", json!(0)),
        ("points", Value::Null),
        ("not_graded", json!(10)),
    ];
    for (grading_type, points) in columns {
        let name = format!("{grading_type}/{points}").replace("null", "None");
        let title = format!("H {name}");
        let fields = json!({ "grading_type": grading_type, "points_possible": points });
        let made = p.column(Column::new(&title).with(fields)).await;
        let Ok(column) = made.id() else {
            p.keep(&format!("H {name} create"), &made, &Shown::whole());
            continue;
        };
        let user = p.user("S-0001");
        let mut table = Map::new();
        for value in &values {
            let body = |grade: Value| json!({ "submission": { "posted_grade": grade } });
            p.ask(write_cell(LAB_1, column, user, &body("3".into()))).await;
            let written = p.ask(write_cell(LAB_1, column, user, &body(value.clone()))).await;
            let keys = ["entered_score", "entered_grade", "score", "grade", "excused", "workflow_state"];
            let mut row = json!({ "status": written.status });
            if written.status == 200 {
                for (key, value) in picked(&written.body, &keys).as_object().into_iter().flatten() {
                    row[key] = value.clone();
                }
            } else {
                row["body"] = written.body;
            }
            table.insert(ascii(value), p.names.plain(&row, None));
        }
        p.note(&format!("H put {name}"), table.into());
    }
}

/// JSON text with other letters than ASCII escaped: so are the keys of the recorded tables.
fn ascii(value: &Value) -> String {
    let mut text = String::new();
    for letter in value.to_string().chars() {
        if letter.is_ascii() {
            text.push(letter);
        } else {
            write!(text, "\\u{:04x}", u32::from(letter)).expect("a String takes everything");
        }
    }
    text
}

async fn excuses(p: &mut Probe, column: i64) {
    let steps = [
        ("excuse", json!({ "excuse": true })),
        ("excuse again", json!({ "excuse": true })),
        ("excuse and grade", json!({ "excuse": true, "posted_grade": "5" })),
        ("excuse and blank", json!({ "excuse": true, "posted_grade": "" })),
        ("grade after excuse", json!({ "posted_grade": "4" })),
        ("excuse text", json!({ "excuse": "true" })),
        ("unexcuse", json!({ "excuse": false })),
        ("unexcuse text", json!({ "excuse": "false" })),
        ("late status", json!({ "late_policy_status": "late", "seconds_late_override": 3600 })),
        ("missing status", json!({ "late_policy_status": "missing" })),
        ("none status", json!({ "late_policy_status": "none" })),
        ("bad status", json!({ "late_policy_status": "nonsense" })),
        ("nothing", json!({})),
    ];
    for (name, body) in steps {
        let write = write_cell(LAB_1, column, p.user("S-0002"), &json!({ "submission": body }));
        p.record(&format!("H {name}"), write, Shown::grade_and(&[])).await;
    }
    let comments = Shown::grade_and(&["submission_comments"]);
    let comment = json!({ "comment": { "text_comment": "héllo\nline two" } });
    let third = p.user("S-0003");
    p.record("H comment only", write_cell(LAB_1, column, third, &comment), comments.clone()).await;
    let both = json!({ "submission": { "posted_grade": "5" }, "comment": { "text_comment": "again" } });
    p.record("H comment and grade", write_cell(LAB_1, column, third, &both), comments).await;
}

async fn whom_and_by_whom(p: &mut Probe, column: i64) {
    let six = json!({ "submission": { "posted_grade": "6" } });
    let shown = Shown::grade_and(&["errors", "status", "message"]);
    for who in [Who::Teacher, Who::Ta, Who::Student] {
        let write = write_cell(LAB_1, column, p.user("S-0004"), &six).by(who);
        p.record(&format!("H put as {who}"), write, shown.clone()).await;
    }
    let own = write_cell(LAB_1, column, p.user("S-0005"), &six).by(Who::Ta);
    p.record("H put as ta own section", own, shown.clone()).await;
    let others = [
        ("S-0027", "inactive"),
        ("S-0028", "completed"),
        ("S-0029", "deleted"),
        ("T-1", "teacher"),
        ("SVC-1", "stranger"),
    ];
    for (sis_id, what) in others {
        let write = write_cell(LAB_1, column, p.user(sis_id), &six);
        p.record(&format!("H put to {what}"), write, shown.clone()).await;
    }
    let by_sis_id = put(format!("{LAB_1}/assignments/{column}/submissions/sis_user_id:S-0006"), &six);
    p.record("H put by sis", by_sis_id, Shown::grade_and(&[])).await;
}

async fn not_written(p: &mut Probe) -> Part {
    let six = json!({ "submission": { "posted_grade": "6" } });
    let (one, two) = (p.user("S-0001"), p.user("S-0002"));
    let draft = p.column_id(Column::new("H unpublished").with(json!({ "published": false }))).await?;
    p.record("H put unpublished", write_cell(LAB_1, draft, two, &six), Shown::whole()).await;
    let only_one = json!({
        "only_visible_to_overrides": true,
        "assignment_overrides": [{ "student_ids": [one], "due_at": "2027-01-01T00:00:00Z" }],
    });
    let Ok(column) = p.column(Column::new("H only some").with(only_one).at_once()).await.id() else { return Ok(()) };
    p.wait(3000);
    p.record("H put not assigned", write_cell(LAB_1, column, two, &six), Shown::whole()).await;
    p.record("H put assigned", write_cell(LAB_1, column, one, &six), Shown::grade_and(&[])).await;
    let list =
        format!("{LAB_1}/students/submissions?student_ids[]=all&assignment_ids[]={column}&grouped=true&per_page=100");
    let rows = p.ask(get(list)).await.body;
    let assigned = match &rows {
        Value::Array(rows) => {
            let filled = |row: &&Value| row["submissions"].as_array().is_some_and(|rows| !rows.is_empty());
            p.sorted(rows.iter().filter(filled), "user_id")
        }
        other => p.names.plain(other, None),
    };
    p.note("H rows of not assigned", assigned);
    let five = json!({ "posted_grade": "5" });
    let grades = json!({ column.to_string(): { two.to_string(): five.clone(), one.to_string(): five } });
    p.write("H bulk not assigned", grades).await;
    Ok(())
}
