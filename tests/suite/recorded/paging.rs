//! C and D: pages, their links, and the headers of an answer.

use super::probe::Probe;
use super::question::{LAB_1, Part, get};
use super::shown::Shown;

pub(super) async fn ask(p: &mut Probe) -> Part {
    let lists = [
        ("account users", "/api/v1/accounts/1/users".to_owned()),
        ("course users", format!("{LAB_1}/users")),
        ("enrollments", format!("{LAB_1}/enrollments")),
        ("assignments", format!("{LAB_1}/assignments")),
        ("account courses", "/api/v1/accounts/1/courses".to_owned()),
        ("sections", format!("{LAB_1}/sections")),
    ];
    for (name, path) in lists {
        let pages: [(&str, &str, &[&str]); 4] = [
            ("3 a page", "", &["name", "type"]),
            ("page 2", "&page=2", &["name", "type"]),
            ("page 999", "&page=999", &["name"]),
            ("page abc", "&page=abc", &["name"]),
        ];
        for (which, parameter, keys) in pages {
            let page = get(format!("{path}?per_page=3{parameter}"));
            p.record(&format!("C {name} {which}"), page, Shown::keys(keys).with_links()).await;
        }
    }
    let many = p.ask(get("/api/v1/accounts/1/users?per_page=500")).await;
    p.note("C per_page 500 gives", (many.items().len() <= 100).into());
    let none = get(format!("{LAB_1}/users?per_page=0"));
    p.record("C per_page 0", none, Shown::keys(&["id"]).with_links()).await;
    let headers = &["X-Rate-Limit-Remaining", "X-Request-Cost", "X-Request-Context-Id", "X-Canvas-Meta", "ETag"];
    p.record("D headers", get("/api/v1/users/self"), Shown::keys(&["name"]).with_headers(headers)).await;
    Ok(())
}
