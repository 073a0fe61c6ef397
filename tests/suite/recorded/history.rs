//! I: what a cell tells of its past, and the two logs.

use serde_json::{Value, json};

use super::names::Kind;
use super::probe::{Column, Probe, version};
use super::question::{LAB_1, Part, Who, cell, get, post, write_cell};
use super::shown::Shown;

pub(super) async fn ask(p: &mut Probe) -> Part {
    without_hand_in(p).await?;
    let column = with_hand_ins(p).await?;
    let (course, user) = (p.names.id(Kind::Course, "LAB-1"), p.user("S-0001"));
    for who in [Who::Admin, Who::Teacher] {
        let log = get(format!("/api/v1/audit/grade_change/assignments/{column}?per_page=50")).by(who);
        p.record(&format!("I audit by assignment as {who}"), log, Shown::whole()).await;
        let filter = format!("course_id={course}&assignment_id={column}&student_id={user}&per_page=50");
        let log = get(format!("/api/v1/audit/grade_change?{filter}")).by(who);
        p.record(&format!("I audit by course as {who}"), log, Shown::whole()).await;
    }
    let feed = format!("assignment_id={column}&user_id={user}&per_page=50");
    let feed = get(format!("/api/v1/courses/{course}/gradebook_history/feed?{feed}")).by(Who::Teacher);
    p.record("I feed", feed, Shown::whole()).await;
    Ok(())
}

/// The cell of S-0001 as it is now, under the name of the last step.
async fn look(p: &Probe, column: i64, step: &str) -> Value {
    let user = p.user("S-0001");
    let row = p.ask(cell(LAB_1, column, user).query(&[("include[]", "submission_history".into())])).await.body;
    let history = row["submission_history"].as_array().cloned().unwrap_or_default();
    let scores: Vec<&Value> = history.iter().map(|version| &version["score"]).collect();
    // The recorded table holds the version as text.
    let version = version(&row).as_i64().map(|version| version.to_string());
    let grader = p.names.name_of(Kind::User, &row["grader_id"]);
    json!([step, row["score"], grader, version, history.len(), scores])
}

async fn without_hand_in(p: &mut Probe) -> Part {
    let column = p.column_id(Column::new("Hist")).await?;
    let user = p.user("S-0001");
    let mut table = vec![look(p, column, "untouched").await];
    let steps = [
        ("teacher 5", Who::Teacher, json!({ "posted_grade": "5" })),
        ("teacher 5 again", Who::Teacher, json!({ "posted_grade": "5" })),
        ("teacher 7", Who::Teacher, json!({ "posted_grade": "7" })),
        ("admin 8", Who::Admin, json!({ "posted_grade": "8" })),
        ("admin clear", Who::Admin, json!({ "posted_grade": "" })),
        ("teacher excuse", Who::Teacher, json!({ "excuse": true })),
        ("admin 9", Who::Admin, json!({ "posted_grade": "9" })),
    ];
    for (step, who, body) in steps {
        p.ask(write_cell(LAB_1, column, user, &json!({ "submission": body })).by(who)).await;
        table.push(look(p, column, step).await);
    }
    let words = json!({ "comment": { "text_comment": "only words" } });
    p.ask(write_cell(LAB_1, column, user, &words)).await;
    table.push(look(p, column, "comment").await);
    let six = json!({ column.to_string(): { user.to_string(): { "posted_grade": "6" } } });
    p.write("I hist bulk", six.clone()).await;
    table.push(look(p, column, "bulk 6").await);
    p.write("I hist bulk same", six).await;
    table.push(look(p, column, "bulk 6 again").await);
    p.note("I versions without hand-in", table.into());
    Ok(())
}

async fn with_hand_ins(p: &mut Probe) -> Result<i64, super::question::Ended> {
    let text_entry = json!({ "submission_types": ["online_text_entry"] });
    let column = p.column_id(Column::new("Hist2").with(text_entry)).await?;
    let user = p.user("S-0001");
    let hand_in = |text: &str| {
        let body = json!({ "submission": { "submission_type": "online_text_entry", "body": text } });
        post(format!("{LAB_1}/assignments/{column}/submissions"), &body).by(Who::Student)
    };
    let grade = |points: &str| {
        let body = json!({ "submission": { "posted_grade": points } });
        write_cell(LAB_1, column, user, &body).by(Who::Teacher)
    };
    let mut table = vec![look(p, column, "untouched").await];
    let first = p.ask(hand_in("one")).await;
    p.note("I hand-in status", first.status.into());
    table.push(look(p, column, "hand-in 1").await);
    p.ask(grade("5")).await;
    table.push(look(p, column, "teacher 5").await);
    p.ask(grade("6")).await;
    table.push(look(p, column, "teacher 6").await);
    p.wait(1100);
    p.ask(hand_in("two")).await;
    table.push(look(p, column, "hand-in 2").await);
    p.ask(grade("7")).await;
    table.push(look(p, column, "teacher 7").await);
    let eight = json!({ column.to_string(): { user.to_string(): { "posted_grade": "8" } } });
    p.write("I hist2 bulk", eight).await;
    table.push(look(p, column, "bulk 8").await);
    p.note("I versions with hand-ins", table.into());
    Ok(column)
}
