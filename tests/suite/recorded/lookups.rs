//! B: ids that a token cannot see in a list, looked up one by one.

use serde_json::{Map, json};

use super::names::Kind;
use super::probe::Probe;
use super::question::{Part, Who, get};

/// What is looked up: its name, its path (one that begins with `/users` is below LAB-1), what it is.
const LOOKED_UP: [(&str, &str, Kind); 8] = [
    ("course by sis", "/api/v1/courses/sis_course_id%3ALAB-1", Kind::Course),
    ("own section's person", "/users/sis_user_id:S-0001", Kind::User),
    ("other section's person", "/users/sis_user_id:S-0002", Kind::User),
    ("dropped person", "/users/sis_user_id:S-0029", Kind::User),
    ("nobody", "/users/sis_user_id:NOPE", Kind::User),
    ("person by login", "/users/sis_login_id:stud1", Kind::User),
    ("person alone", "/api/v1/users/sis_user_id:S-0001", Kind::User),
    ("section by sis", "/api/v1/sections/sis_section_id:LAB-1-A", Kind::Section),
];

pub(super) async fn ask(p: &mut Probe) -> Part {
    for who in [Who::Teacher, Who::Ta, Who::Student] {
        let mut table = Map::new();
        for (name, path, kind) in LOOKED_UP {
            let course = if path.starts_with("/users") { LOOKED_UP[0].1 } else { "" };
            let found = p.ask(get(format!("{course}{path}")).by(who)).await;
            let has = |key: &str| found.body.get(key).is_some();
            let id = p.names.name_of(kind, &found.body["id"]);
            table.insert(name.to_owned(), json!([found.status, id, has("sis_user_id"), has("login_id")]));
        }
        p.note(&format!("B looked up as {who}"), table.into());
    }
    Ok(())
}
