//! A: refusals, and who one is.

use serde_json::json;

use super::names::Kind;
use super::probe::Probe;
use super::question::{LAB_1, Part, Who, get, post, post_form};
use super::shown::Shown;

pub(super) async fn ask(p: &mut Probe) -> Part {
    let whole = Shown::whole;
    p.record("A no token", get("/api/v1/users/self").by(Who::Nobody), whole()).await;
    p.record("A no token on a list", get("/api/v1/courses").by(Who::Nobody), whole()).await;
    p.record("A no token on a course", get(LAB_1).by(Who::Nobody), whole()).await;
    p.record("A wrong token", get("/api/v1/users/self").by(Who::Unknown), whole()).await;
    // The library of the recording named itself when it was given no other name.
    let unnamed = get("/api/v1/users/self").agent("Python-urllib/3.12");
    p.record("A no agent", unnamed, Shown::keys(&["name"])).await;
    p.record("A no route", get("/api/v1/nope"), whole()).await;
    p.record("A unknown user", get("/api/v1/users/99999999"), whole()).await;
    p.record("A unknown course by sis", get("/api/v1/courses/sis_course_id:NOPE"), whole()).await;
    p.record("A unknown assignment", get(format!("{LAB_1}/assignments/99999999")), whole()).await;
    p.record("A student lists account users", get("/api/v1/accounts/1/users").by(Who::Student), whole()).await;
    p.record("A teacher lists account users", get("/api/v1/accounts/1/users").by(Who::Teacher), whole()).await;
    let users = get(format!("{LAB_1}/users?per_page=2")).by(Who::Student);
    p.record("A student reads course users", users, Shown::of(Kind::User)).await;
    let grades = json!({ "grade_data": { "1": { "2": { "posted_grade": "1" } } } });
    let write = post(format!("{LAB_1}/submissions/update_grades"), &grades).by(Who::Student);
    p.record("A student updates grades", write, whole()).await;
    p.record("A teacher of another course", get("/api/v1/courses/1/assignments").by(Who::Student), whole()).await;
    p.record("A malformed json", post_form(format!("{LAB_1}/assignments"), "x=%7B"), whole()).await;
    p.record("A self", get("/api/v1/users/self"), Shown::of(Kind::User)).await;
    p.record("A self teacher", get("/api/v1/users/self").by(Who::Teacher), Shown::of(Kind::User)).await;
    p.record("A account", get("/api/v1/accounts/1"), Shown::of(Kind::Account)).await;
    p.record("A accounts of teacher", get("/api/v1/accounts").by(Who::Teacher), whole()).await;
    let asked = "manage_grades read_sis view_user_logins read_reports nonsense";
    p.record("A account permissions", get(format!("/api/v1/accounts/1{}", permissions(asked))), whole()).await;
    let of_course = get(format!("{LAB_1}{}", permissions("manage_grades read_sis nonsense"))).by(Who::Teacher);
    p.record("A course permissions teacher", of_course, whole()).await;
    p.record("A own tokens", get("/api/v1/users/self/user_generated_tokens"), whole()).await;
    // The first five letters of the token.
    p.record("A token by hint", get("/api/v1/users/self/tokens/tok-a"), whole()).await;
    Ok(())
}

fn permissions(names: &str) -> String {
    let names: Vec<String> = names.split(' ').map(|name| format!("permissions[]={name}")).collect();
    format!("/permissions?{}", names.join("&"))
}
