//! M: the late policy.

use serde_json::json;

use super::probe::{Column, Probe};
use super::question::{LAB_2, Part, Who, get, post};
use super::shown::Shown;

const FIELDS: [&str; 12] = [
    "score",
    "grade",
    "entered_score",
    "entered_grade",
    "excused",
    "workflow_state",
    "late",
    "missing",
    "late_policy_status",
    "points_deducted",
    "grade_matches_current_submission",
    "attempt",
];

pub(super) async fn ask(p: &mut Probe) -> Part {
    let policy = json!({ "late_policy": {
        "late_submission_deduction_enabled": true,
        "late_submission_deduction": 10,
        "late_submission_interval": "day",
        "missing_submission_deduction_enabled": true,
        "missing_submission_deduction": 100,
    } });
    let path = format!("{LAB_2}/late_policy");
    p.record("M policy create", post(path.as_str(), &policy), Shown::whole()).await;
    p.record("M policy", get(path), Shown::whole()).await;
    let fields = json!({ "submission_types": ["online_text_entry"], "due_at": "2026-11-01T00:00:00Z",
                         "points_possible": 10 });
    let Ok(a) = p.column(Column::new("M late").of(LAB_2).with(fields)).await.id() else { return Ok(()) };
    p.wait(3000);
    let both = ["S-0001", "S-0002"];
    p.cells_in("M missing at first", (LAB_2, a), &both, &FIELDS).await;
    let body = json!({ "submission": { "submission_type": "online_text_entry", "body": "late" } });
    let hand_in = post(format!("{LAB_2}/assignments/{a}/submissions"), &body).by(Who::Student);
    p.record("M hand in late", hand_in, Shown::keys(&["late", "workflow_state", "attempt"])).await;
    let steps = [("M grade late", "10", "4", "M graded"), ("M clear", "", "", "M cleared")];
    for (job, first, second, cells) in steps {
        let [one, two] = both.map(|student| p.user(student).to_string());
        let grades = json!({ one: { "posted_grade": first }, two: { "posted_grade": second } });
        p.write_in(job, LAB_2, json!({ a.to_string(): grades })).await;
        p.cells_in(cells, (LAB_2, a), &both, &FIELDS).await;
    }
    Ok(())
}
