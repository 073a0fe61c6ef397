//! S: how far the version of a cell moves with each kind of step.

use serde_json::{Value, json};

use super::probe::{Column, Probe, ended, version};
use super::question::{LAB_1, Part, Who, cell, get, post, write_cell};

const STORIES: [(&str, &[&str]); 12] = [
    ("bulk", &["bulk 5", "bulk 6", "bulk 6", "bulk 7"]),
    ("hand-in, bulk", &["in", "bulk 5", "bulk 6"]),
    ("hand-in, words, bulk", &["in", "words", "bulk 5", "words", "bulk 6"]),
    ("hand-in, excuse, bulk", &["in", "excuse", "bulk 5"]),
    ("two hand-ins, bulk", &["in", "in", "bulk 5", "bulk 6"]),
    ("grade, hand-in, same grade", &["bulk 5", "in", "bulk 5", "bulk 6"]),
    ("grade, hand-in, put same", &["bulk 5", "in", "put 5", "put 5"]),
    ("bulk with words at once", &["bulk 5 words", "bulk 6 words", "words"]),
    ("excuse first", &["excuse", "bulk 5", "clear", "bulk 5"]),
    ("clear of nothing", &["clear", "bulk 5"]),
    ("put clear of nothing", &["put ", "bulk 5"]),
    ("label, bulk", &["missing", "bulk 5", "none", "bulk 6"]),
];

pub(super) async fn ask(p: &mut Probe) -> Part {
    let user = p.user("S-0001");
    for (story, acts) in STORIES {
        let name = format!("S {story}");
        let column = Column::new(&name).with(json!({ "submission_types": ["online_text_entry"] }));
        let column = p.column_id(column).await?;
        let untouched = p.ask(cell(LAB_1, column, user)).await.body;
        let mut table = vec![json!(["untouched", version(&untouched), null])];
        for act in acts {
            step(p, column, act, table.len()).await?;
            let row = p.ask(cell(LAB_1, column, user)).await.body;
            table.push(json!([act, version(&row), row["score"], row["workflow_state"], row["attempt"]]));
        }
        p.note(&name, table.into());
    }
    Ok(())
}

async fn step(p: &Probe, column: i64, act: &str, number: usize) -> Part {
    let user = p.user("S-0001");
    let (kind, rest) = act.split_once(' ').unwrap_or((act, ""));
    let write = |body: Value| write_cell(LAB_1, column, user, &body);
    match kind {
        "in" => {
            p.wait(1100);
            let text = format!("text {number}");
            let body = json!({ "submission": { "submission_type": "online_text_entry", "body": text } });
            p.ask(post(format!("{LAB_1}/assignments/{column}/submissions"), &body).by(Who::Student)).await;
        }
        "words" => {
            p.ask(write(json!({ "comment": { "text_comment": "w" } }))).await;
        }
        "put" => {
            p.ask(write(json!({ "submission": { "posted_grade": rest } })).by(Who::Teacher)).await;
        }
        "missing" | "none" => {
            p.ask(write(json!({ "submission": { "late_policy_status": kind } })).by(Who::Teacher)).await;
        }
        "excuse" => job(p, column, json!({ "excuse": true })).await?,
        "clear" => job(p, column, json!({ "posted_grade": "" })).await?,
        _ => match rest.split_once(' ') {
            Some((points, _)) => job(p, column, json!({ "posted_grade": points, "text_comment": "w" })).await?,
            None => job(p, column, json!({ "posted_grade": rest })).await?,
        },
    }
    Ok(())
}

/// Writes the cell in bulk and waits for the end.
async fn job(p: &Probe, column: i64, fields: Value) -> Part {
    let grades = json!({ "grade_data": { column.to_string(): { p.user("S-0001").to_string(): fields } } });
    let job = p.ask(post(format!("{LAB_1}/submissions/update_grades"), &grades)).await.id()?;
    for _ in 0..240 {
        if ended(&p.ask(get(format!("/api/v1/progress/{job}"))).await.body) {
            break;
        }
        p.wait(250);
    }
    Ok(())
}
