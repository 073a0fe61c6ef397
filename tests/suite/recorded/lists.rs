//! E: the lists of a course and an account, by each kind of reader.

use super::names::Kind;
use super::probe::Probe;
use super::question::{LAB_1, Part, Who, get};
use super::shown::Shown;

pub(super) async fn ask(p: &mut Probe) -> Part {
    for who in Who::EVERYBODY {
        let users = "users?per_page=100&enrollment_type[]=student&include[]=enrollments&include[]=email";
        let users = get(format!("{LAB_1}/{users}")).by(who);
        p.record(&format!("E course users as {who}"), users, Shown::of(Kind::User)).await;
        let enrollments = get(format!("{LAB_1}/enrollments?per_page=100&type[]=StudentEnrollment")).by(who);
        p.record(&format!("E enrollments as {who}"), enrollments, Shown::whole()).await;
        let sections = get(format!("{LAB_1}/sections?per_page=100")).by(who);
        p.record(&format!("E sections as {who}"), sections, Shown::of(Kind::Section)).await;
        let courses = get("/api/v1/courses?per_page=100&include[]=term&include[]=sections").by(who);
        p.record(&format!("E own courses as {who}"), courses, Shown::of(Kind::Course)).await;
    }
    for state in ["active", "invited", "inactive", "completed", "deleted", "rejected", "creation_pending"] {
        let list = format!("{LAB_1}/enrollments?per_page=100&type[]=StudentEnrollment&state[]={state}");
        let list = p.ask(get(list)).await.body;
        p.note(&format!("E enrollments {state}"), p.people(&list, "user_id"));
        let list = format!("{LAB_1}/users?per_page=100&enrollment_type[]=student&enrollment_state[]={state}");
        let list = p.ask(get(list)).await.body;
        p.note(&format!("E users {state}"), p.people(&list, "id"));
    }
    let account = "/api/v1/accounts/1";
    let (one, dropped) = (p.user("S-0001"), p.user("S-0029"));
    let questions = [
        ("account users", format!("{account}/users?per_page=100&search_term=stud1&include[]=email"), Some(Kind::User)),
        ("account courses", format!("{account}/courses?per_page=100&include[]=term"), Some(Kind::Course)),
        ("course", format!("{LAB_1}?include[]=term&include[]=permissions"), Some(Kind::Course)),
        ("terms", format!("{account}/terms?per_page=100"), None),
        ("logins", format!("/api/v1/users/{one}/logins"), None),
        ("user in course", format!("{LAB_1}/users/{one}?include[]=enrollments"), Some(Kind::User)),
        ("dropped user in course", format!("{LAB_1}/users/{dropped}?include[]=enrollments"), Some(Kind::User)),
        ("user enrollments", format!("/api/v1/users/{one}/enrollments?per_page=50"), None),
        ("group categories", format!("{LAB_1}/group_categories"), None),
        ("grading periods", format!("{LAB_1}/grading_periods"), None),
        ("late policy", format!("{LAB_1}/late_policy"), None),
        ("assignment groups", format!("{LAB_1}/assignment_groups"), None),
        ("grading standards", format!("{LAB_1}/grading_standards"), None),
    ];
    for (name, path, kind) in questions {
        p.record(&format!("E {name}"), get(path), kind.map_or_else(Shown::whole, Shown::of)).await;
    }
    Ok(())
}
