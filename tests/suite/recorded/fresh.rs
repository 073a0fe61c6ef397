//! Q: rows that are not there yet: new columns, new people, changed dates.

use serde_json::{Value, json};

use super::assignments::rows_in;
use super::probe::{Column, Probe};
use super::question::{LAB_2, Part, cell, delete, get, post, put, write_cell};
use super::shown::{SHORT, Shown};

pub(super) async fn ask(p: &mut Probe) -> Part {
    let one = p.user("S-0001");
    let a = p.column_id(Column::new("Q at once").of(LAB_2).at_once()).await?;
    let rows = count(p, a).await;
    p.note("Q rows at once", rows);
    let two = p.user("S-0002").to_string();
    let grades = json!({ one.to_string(): { "posted_grade": "5" }, two: { "text_comment": "early" } });
    p.write_in("Q written at once", LAB_2, json!({ a.to_string(): grades })).await;
    let rows = count(p, a).await;
    p.note("Q rows after the job", rows);
    p.cells_in("Q cells after the job", (LAB_2, a), &["S-0001", "S-0002", "S-0003"], &SHORT).await;
    let a = p.column_id(Column::new("Q alone at once").of(LAB_2).at_once()).await?;
    let row = Shown::keys(&["score", "workflow_state", "preview_url", "errors"]);
    p.record("Q row read at once", cell(LAB_2, a, one), row.clone()).await;
    let five = json!({ "submission": { "posted_grade": "5" } });
    let alone = write_cell(LAB_2, a, one, &five);
    p.record("Q row written alone at once", alone, Shown::keys(&["score", "workflow_state"])).await;
    let draft = Column::new("Q draft").of(LAB_2).with(json!({ "published": false })).at_once();
    let draft = p.column_id(draft).await?;
    p.wait(3000);
    let rows = count(p, draft).await;
    p.note("Q rows of a draft", rows);
    p.record("Q row of a draft", cell(LAB_2, draft, one), row).await;
    p.ask(change(draft, &json!({ "published": true }))).await;
    let rows = count(p, draft).await;
    p.note("Q rows of a draft published at once", rows);
    p.wait(4000);
    let rows = count(p, draft).await;
    p.note("Q rows of a draft published", rows);
    newcomer(p, draft).await;
    no_longer_assigned(p, draft).await;
    Ok(())
}

fn change(column: i64, fields: &Value) -> super::question::Question {
    put(format!("{LAB_2}/assignments/{column}"), &json!({ "assignment": fields }))
}

/// The rows of a column in the grouped list and in its own list.
async fn count(p: &Probe, column: i64) -> Value {
    let grouped = format!("student_ids[]=all&assignment_ids[]={column}&grouped=true&per_page=100");
    let grouped = p.ask(get(format!("{LAB_2}/students/submissions?{grouped}"))).await;
    let own = p.ask(get(format!("{LAB_2}/assignments/{column}/submissions?per_page=100"))).await;
    json!([grouped.status, rows_in(&grouped.body), own.status, own.body.as_array().map(Vec::len)])
}

/// Somebody who is enrolled and dropped again.
async fn newcomer(p: &mut Probe, column: i64) {
    let user = p.user("S-0011");
    let grade = |points: &str| json!({ column.to_string(): { user.to_string(): { "posted_grade": points } } });
    let list = get(format!("{LAB_2}/students/submissions?student_ids[]={user}&assignment_ids[]={column}"));
    let enrollment = json!({ "enrollment": { "user_id": user, "type": "StudentEnrollment",
                                             "enrollment_state": "active", "notify": false } });
    let enrol = post(format!("{LAB_2}/enrollments"), &enrollment);
    let enrolled = p.record("Q enrol", enrol, Shown::keys(&["type", "enrollment_state", "errors"])).await;
    let statuses = [p.ask(list.clone()).await.status, p.ask(cell(LAB_2, column, user)).await.status];
    p.note("Q newcomer at once", json!(statuses));
    p.write_in("Q newcomer written at once", LAB_2, grade("5")).await;
    p.wait(3000);
    p.cells_in("Q newcomer", (LAB_2, column), &["S-0011"], &SHORT).await;
    p.ask(delete(format!("{LAB_2}/enrollments/{}?task=delete", enrolled.body["id"]))).await;
    p.wait(3000);
    let shown = Shown::keys(&["score", "workflow_state", "errors", "status"]);
    p.record("Q dropped", cell(LAB_2, column, user), shown.clone()).await;
    p.record("Q dropped in a list", list, shown).await;
    p.write_in("Q dropped written", LAB_2, grade("6")).await;
}

/// A column that is given to one student only, and then deleted.
async fn no_longer_assigned(p: &mut Probe, column: i64) {
    let (one, two) = (p.user("S-0001"), p.user("S-0002"));
    let six = |user: i64| json!({ column.to_string(): { user.to_string(): { "posted_grade": "6" } } });
    let only_one = json!({
        "only_visible_to_overrides": true,
        "assignment_overrides": [{ "student_ids": [one], "due_at": "2027-01-01T00:00:00Z" }],
    });
    p.ask(change(column, &only_one)).await;
    p.wait(4000);
    let rows = count(p, column).await;
    p.note("Q rows when only some are assigned", rows);
    let shown = Shown::keys(&["score", "workflow_state", "errors", "status"]);
    p.record("Q no longer assigned", cell(LAB_2, column, two), shown).await;
    let gradeable = get(format!("{LAB_2}/assignments/{column}/gradeable_students?per_page=100"));
    let gradeable = p.ask(gradeable).await.body;
    p.note("Q gradeable when only some are assigned", p.people(&gradeable, "id"));
    p.write_in("Q no longer assigned written", LAB_2, six(two)).await;
    p.ask(delete(format!("{LAB_2}/assignments/{column}"))).await;
    p.write_in("Q deleted column written", LAB_2, six(one)).await;
    let list = get(format!("{LAB_2}/students/submissions?student_ids[]={one}&assignment_ids[]={column}"));
    p.record("Q deleted column read", list, Shown::keys(&["score", "errors", "status"])).await;
}
