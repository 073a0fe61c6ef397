//! O: columns that are graded by group.

use serde_json::{Value, json};

use super::names::Kind;
use super::probe::{Column, Probe};
use super::question::{LAB_1, Part, get, post};
use super::shown::{SHORT, Shown};

pub(super) async fn ask(p: &mut Probe) -> Part {
    let category = post(format!("{LAB_1}/group_categories"), &json!({ "name": "Pairs" }));
    let category = p.record("O category", category, Shown::keys(&["name", "context_type"])).await;
    let Ok(category) = category.id() else { return Ok(()) };
    let group = post(format!("/api/v1/group_categories/{category}/groups"), &json!({ "name": "Pair 1" }));
    let group = p.ask(group).await.id()?;
    for student in ["S-0001", "S-0002"] {
        let member = json!({ "user_id": p.user(student) });
        p.ask(post(format!("/api/v1/groups/{group}/memberships"), &member)).await;
    }
    let fields = json!({ "group_category_id": category, "submission_types": ["online_text_entry"] });
    let made = p.column(Column::new("O group").with(fields)).await;
    let Ok(column) = made.id() else {
        p.keep("O create", &made, &Shown::whole());
        return Ok(());
    };
    let (one, three) = (p.user("S-0001"), p.user("S-0003"));
    let grade = json!({ "posted_grade": "5", "text_comment": "for one" });
    p.write("O bulk one member", json!({ column.to_string(): { one.to_string(): grade } })).await;
    p.cells("O cells", column, &["S-0001", "S-0002", "S-0003"], &SHORT).await;
    let query =
        [("student_ids[]", Value::from(one)), ("student_ids[]", three.into()), ("assignment_ids[]", column.into())];
    let query: Vec<_> = query.into_iter().map(|(key, id)| (key, id.to_string())).collect();
    let includes = [("include[]", "group".to_owned()), ("include[]", "submission_comments".to_owned())];
    let rows = get(format!("{LAB_1}/students/submissions")).query(&query).query(&includes);
    p.record("O rows", rows, Shown::whole()).await;
    let users = get(format!("/api/v1/groups/{group}/users"));
    p.record("O group users", users, Shown::of(Kind::User).only(&["id", "name"])).await;
    Ok(())
}
