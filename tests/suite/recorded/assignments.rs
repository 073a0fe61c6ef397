//! G: columns.

use serde_json::{Value, json};

use super::names::Kind;
use super::probe::{Column, Probe};
use super::question::{LAB_2, Part, Who, delete, get, post};
use super::shown::Shown;

pub(super) async fn ask(p: &mut Probe) -> Part {
    let whole = || Shown::of(Kind::Assignment);
    let create = |fields: Value| post(format!("{LAB_2}/assignments"), &json!({ "assignment": fields }));
    p.record("G create default", create(json!({ "name": "default one" })), whole()).await;
    let made = p.column(Column::new("pub").of(LAB_2)).await;
    p.keep("G create published", &made, &whole());
    let made = p.column(Column::new("pub").of(LAB_2)).await;
    p.keep("G create duplicate name", &made, &whole().only(&["name", "published"]));
    for (name, fields, shown) in odd_columns() {
        p.record(&format!("G create {name}"), create(fields), shown).await;
    }
    let fields = json!({ "name": "ti", "integration_id": "key-2", "sis_assignment_id": "sis-2" });
    let shown = whole().only(&["name", "integration_id", "sis_assignment_id", "errors"]);
    p.record("G create as teacher with integration", create(fields).by(Who::Teacher), shown).await;
    let with_sis_id = |name: &str| create(json!({ "name": name, "sis_assignment_id": "A-1" }));
    p.record("G sis id", with_sis_id("sisa"), whole().only(&["name", "sis_assignment_id"])).await;
    p.record("G sis id twice", with_sis_id("sisb"), Shown::whole()).await;
    p.record("G list", get(format!("{LAB_2}/assignments?per_page=100&search_term=pub")), whole()).await;
    let by_ids = get(format!("{LAB_2}/assignments?assignment_ids[]=99999999"));
    p.record("G list by ids", by_ids, Shown::whole()).await;
    rows_of_a_new_column(p).await
}

fn odd_columns() -> [(&'static str, Value, Shown); 11] {
    let whole = || Shown::of(Kind::Assignment);
    let some = || {
        whole().only(&[
            "name",
            "points_possible",
            "grading_type",
            "published",
            "integration_id",
            "integration_data",
            "due_at",
            "errors",
            "message",
            "assignment_group_id",
        ])
    };
    let integration = json!({ "name": "integ", "integration_id": "key-1", "integration_data": { "a": "1" } });
    [
        ("long name", json!({ "name": "x".repeat(300) }), whole()),
        ("blank name", json!({ "name": "" }), whole()),
        ("negative points", json!({ "name": "neg", "points_possible": -1 }), whole()),
        ("bad grading type", json!({ "name": "bt", "grading_type": "nonsense" }), whole()),
        ("text points", json!({ "name": "tp", "points_possible": "ten" }), some()),
        ("foreign group", json!({ "name": "fg", "assignment_group_id": 99_999_999 }), some()),
        ("letters", json!({ "name": "letters", "grading_type": "letter_grade" }), some()),
        ("integration", integration, some()),
        ("due midnight", json!({ "name": "due", "due_at": "2026-12-01T00:00:00Z" }), some()),
        ("no fields", json!({}), whole()),
        ("bad date", json!({ "name": "bd", "due_at": "soon" }), some()),
    ]
}

/// How soon the rows of a new, published column are there.
async fn rows_of_a_new_column(p: &mut Probe) -> Part {
    let fields = json!({ "name": "fresh", "published": true, "points_possible": 10, "submission_types": ["none"] });
    let column = p.ask(post(format!("{LAB_2}/assignments"), &json!({ "assignment": fields }))).await.id()?;
    p.names.learn(Kind::Assignment, column, "fresh");
    let list = format!("student_ids[]=all&assignment_ids[]={column}&grouped=true&per_page=100");
    let list = format!("{LAB_2}/students/submissions?{list}");
    let first = p.ask(get(list.as_str())).await;
    let rows = rows_in(&first.body).map_or_else(|| p.names.plain(&first.body, None), Value::from);
    p.note("G fresh column rows at once", json!({ "status": first.status, "rows": rows }));
    for _ in 0..120 {
        if rows_in(&p.ask(get(list.as_str())).await.body).is_some_and(|rows| rows >= 10) {
            break;
        }
        p.wait(250);
    }
    let shown = Shown::of(Kind::Assignment).only(&["name", "published", "workflow_state"]);
    p.record("G delete", delete(format!("{LAB_2}/assignments/{column}")), shown).await;
    p.record("G read deleted", get(format!("{LAB_2}/assignments/{column}")), Shown::whole()).await;
    Ok(())
}

/// How many rows a grouped list holds; `None` when it is no list.
pub(super) fn rows_in(grouped: &Value) -> Option<usize> {
    Some(grouped.as_array()?.iter().map(|group| group["submissions"].as_array().map_or(0, Vec::len)).sum())
}
