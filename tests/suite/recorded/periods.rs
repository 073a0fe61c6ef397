//! R: a closed grading period.

use serde_json::{Value, json};

use super::probe::{Bulk, Column, Probe};
use super::question::{LAB_4, Part, Who, get, patch, post, write_cell};
use super::shown::{SHORT, Shown};

pub(super) async fn ask(p: &mut Probe) -> Part {
    let terms = p.ask(get("/api/v1/accounts/1/terms?per_page=100")).await.body;
    let terms = terms["enrollment_terms"].as_array().cloned().unwrap_or_default();
    let autumn = terms.iter().find(|term| term["sis_term_id"] == "TERM-26F");
    let autumn = autumn.map_or(Value::from(1), |term| term["id"].clone());
    let set = json!({ "grading_period_set": { "title": "Set", "weighted": false }, "enrollment_term_ids": [autumn] });
    let made = post("/api/v1/accounts/1/grading_period_sets", &set);
    let made = p.record("R set", made, Shown::keys(&["title"])).await;
    let Some(set) = made.body["grading_period_set"]["id"].as_i64().or(made.body["id"].as_i64()) else { return Ok(()) };
    let periods = json!({ "grading_periods": [
        { "title": "Closed", "start_date": "2026-08-25T00:00:00Z", "end_date": "2026-10-01T00:00:00Z",
          "close_date": "2026-10-15T00:00:00Z" },
        { "title": "Open", "start_date": "2026-10-02T00:00:00Z", "end_date": "2027-12-01T00:00:00Z",
          "close_date": "2027-12-15T00:00:00Z" },
    ] });
    let update = patch(format!("/api/v1/grading_period_sets/{set}/grading_periods/batch_update"), &periods);
    p.record("R periods", update, Shown::keys(&["grading_periods", "errors"])).await;
    p.record("R periods of a course", get(format!("{LAB_4}/grading_periods")), Shown::whole()).await;
    p.wait(3000);
    let due = "2026-09-15T00:00:00Z";
    let made = p.column(Column::new("R in closed").of(LAB_4).with(json!({ "due_at": due }))).await;
    let shown = Shown::keys(&["name", "due_at", "in_closed_grading_period", "errors"]);
    p.keep("R create in closed as admin", &made, &shown);
    let fields = json!({ "assignment": { "name": "R teacher in closed", "due_at": due, "published": true } });
    let as_teacher = post(format!("{LAB_4}/assignments"), &fields).by(Who::Teacher);
    p.record("R create in closed as teacher", as_teacher, Shown::keys(&["name", "due_at", "errors"])).await;
    let Ok(column) = made.id() else { return Ok(()) };
    let five = |student: &str| json!({ "grade_data": { column.to_string(): { student: { "posted_grade": "5" } } } });
    let (one, two) = (five(&p.user("S-0001").to_string()), five(&p.user("S-0002").to_string()));
    p.bulk("R bulk as admin", Bulk::body(&one).of(LAB_4)).await;
    p.bulk("R bulk as teacher", Bulk::body(&two).of(LAB_4).by(Who::Teacher)).await;
    let alone = json!({ "submission": { "posted_grade": "5" } });
    let alone = write_cell(LAB_4, column, p.user("S-0003"), &alone).by(Who::Teacher);
    p.record("R alone as teacher", alone, Shown::grade_and(&["errors", "status", "message"])).await;
    let fields = [&SHORT[..], &["grading_period_id"]].concat();
    p.cells_in("R cells", (LAB_4, column), &["S-0001", "S-0002", "S-0003"], &fields).await;
    Ok(())
}
