//! N: final grades that are overridden.

use serde_json::json;

use super::probe::Probe;
use super::question::{LAB_1, Part, get, put};
use super::shown::Shown;

pub(super) async fn ask(p: &mut Probe) -> Part {
    let one = p.user("S-0001");
    let path = format!("{LAB_1}/update_final_grade_overrides");
    let score = json!({ "student_id": one, "override_score": 91.5 });
    let first = put(path.as_str(), &json!({ "override_scores": [score] }));
    p.record("N final override without the setting", first, Shown::whole()).await;
    let setting = put(format!("{LAB_1}/settings"), &json!({ "allow_final_grade_override": true }));
    p.record("N settings", setting, Shown::whole()).await;
    let unknown = json!({ "student_id": 99_999_999, "override_score": 50 });
    let second = put(path, &json!({ "override_scores": [score, unknown] }));
    let begun = p.record("N final override", second, Shown::whole()).await;
    p.wait(5000);
    let progress = begun.body["id"].as_i64().or(begun.body["progress"]["id"].as_i64());
    if let Some(id) = progress {
        p.record("N progress", get(format!("/api/v1/progress/{id}")), Shown::whole()).await;
    }
    let grades = get(format!("{LAB_1}/enrollments?user_id={one}&type[]=StudentEnrollment"));
    p.record("N enrollment grades", grades, Shown::keys(&["grades", "user_id"])).await;
    Ok(())
}
