//! B: the ways to name somebody.

use super::names::Kind;
use super::probe::Probe;
use super::question::{LAB_1, LAB_4, Part, get};
use super::shown::Shown;

const PEOPLE: [(&str, &str); 16] = [
    ("sis", "sis_user_id:S-0001"),
    ("sis leading zero", "sis_user_id:0007"),
    ("sis without the zero", "sis_user_id:7"),
    ("sis slash space", "sis_user_id%3A12%2F34%20%C3%A9"),
    ("sis numeric", "sis_user_id:9"),
    ("login", "sis_login_id:stud1"),
    ("login case", "sis_login_id:MIXEDCASE"),
    ("login lower", "sis_login_id:mixedcase"),
    ("sis case", "sis_user_id:s-0001"),
    ("trailing space", "sis_user_id%3AS-0001%20"),
    ("leading space", "%20sis_user_id%3AS-0001"),
    // S-0001 in hexadecimal digits.
    ("hex", "hex:sis_user_id:532d30303031"),
    ("no such kind", "sis_nope:1"),
    ("self", "self"),
    ("negative", "-1"),
    ("word", "abc"),
];

pub(super) async fn ask(p: &mut Probe) -> Part {
    for (name, path) in PEOPLE {
        let shown = Shown::of(Kind::User).only(&["id", "name", "sis_user_id", "login_id"]);
        p.record(&format!("B {name}"), get(format!("/api/v1/users/{path}")), shown).await;
    }
    let shown = Shown::of(Kind::Course).only(&["id", "sis_course_id", "name", "workflow_state"]);
    p.record("B course slash", get(LAB_4), shown).await;
    p.record("B course raw slash", get("/api/v1/courses/sis_course_id:LAB/4"), Shown::whole()).await;
    p.record("B course json suffix", get(format!("{LAB_1}.json")), Shown::of(Kind::Course).only(&["id"])).await;
    let keys = ["id", "name", "course_id", "sis_section_id", "nonxlist_course_id"];
    let section = get("/api/v1/sections/sis_section_id:LAB-1-A");
    p.record("B section", section, Shown::of(Kind::Section).only(&keys)).await;
    Ok(())
}
