//! L: grades that are hidden and posted.

use serde_json::json;

use super::names::Kind;
use super::probe::{Column, Probe};
use super::question::{LAB_1, Part, Who, cell, get, graphql, write_cell};
use super::shown::{SHORT, Shown};

const SET_MANUAL: &str = "mutation($a: ID!) { setAssignmentPostPolicy(input: {assignmentId: $a, postManually: true}) { postPolicy { postManually } errors { attribute message } } }";
const SET_AUTOMATIC: &str = "mutation($a: ID!) { setAssignmentPostPolicy(input: {assignmentId: $a, postManually: false}) { errors { message } } }";
const POST: &str = "mutation($a: ID!) { postAssignmentGrades(input: {assignmentId: $a}) { progress { _id state } errors { attribute message } } }";
const HIDE: &str = "mutation($a: ID!) { hideAssignmentGrades(input: {assignmentId: $a}) { progress { _id state } errors { attribute message } } }";
const GRADED: &str = "query($c: ID!) { course(id: $c) { submissionsConnection(first: 3, studentIds: [], filter: {states: [graded]}) { nodes { _id score userId } pageInfo { hasNextPage } } } }";

pub(super) async fn ask(p: &mut Probe) -> Part {
    let whole = Shown::whole;
    let (one, two) = (p.user("S-0001"), p.user("S-0002"));
    let a = p.column_id(Column::new("L manual")).await?;
    let of = |column: i64| json!({ "a": column.to_string() });
    p.record("L set manual", graphql(SET_MANUAL, &of(a)), whole()).await;
    let shown = Shown::of(Kind::Assignment).only(&["post_manually", "name"]);
    p.record("L assignment after", get(format!("{LAB_1}/assignments/{a}")), shown).await;
    p.write("L bulk hidden", json!({ a.to_string(): { one.to_string(): { "posted_grade": "5" } } })).await;
    p.cells("L hidden cells", a, &["S-0001"], &SHORT).await;
    let hidden = cell(LAB_1, a, one).by(Who::Student);
    p.record("L hidden for the student", hidden, Shown::grade_and(&[])).await;
    p.record("L post", graphql(POST, &of(a)), whole()).await;
    p.wait(4000);
    p.cells("L posted cells", a, &["S-0001"], &SHORT).await;
    let b = p.column_id(Column::new("L hide")).await?;
    let three = ["S-0001", "S-0002", "S-0003"];
    for student in three {
        let five = json!({ "submission": { "posted_grade": "5" } });
        p.ask(write_cell(LAB_1, b, p.user(student), &five).by(Who::Teacher)).await;
    }
    p.record("L hide", graphql(HIDE, &of(b)), whole()).await;
    p.wait(4000);
    p.cells("L after hide", b, &three, &["score", "posted_at"]).await;
    let grades = json!({ one.to_string(): { "posted_grade": "6" }, two.to_string(): { "text_comment": "words" } });
    p.write("L write one hidden", json!({ b.to_string(): grades })).await;
    p.cells("L after write", b, &three, &["score", "posted_at"]).await;
    p.record("L bad mutation", graphql("mutation { nonsense }", &json!({})), whole()).await;
    let course = json!({ "c": p.names.id(Kind::Course, "LAB-1").to_string() });
    p.record("L query", graphql(GRADED, &course), whole()).await;
    p.record("L student mutation", graphql(SET_AUTOMATIC, &of(a)).by(Who::Student), whole()).await;
    Ok(())
}
