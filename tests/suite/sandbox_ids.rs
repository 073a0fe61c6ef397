//! Ids as canvas-contract §B reads them.

use gradepush::sandbox::{DEMO_TOKEN, NewAssignment, Options, Role, World};
use serde_json::json;

use crate::sandbox_rig::Rig;

/// Two courses and two people whose SIS ids are made to be mistaken.
fn traps() -> (Rig, i64, i64) {
    let mut world = World::with_admin(DEMO_TOKEN);
    let first = world.add_course("First", Some("CS/101.11é"));
    let second = world.add_course("Second", Some(&first.to_string()));
    let ada = world.add_user_with_id(4711, "Ada");
    world.add_login(ada, "Ada.L", Some("00042"));
    world.add_login(ada, "ada.med", Some("M-1"));
    let bob = world.add_user_with_id(42, "Bob");
    world.add_login(bob, "bob", Some("4711"));
    for user in [ada, bob] {
        world.enroll(first, user, Role::Student);
    }
    (Rig::new(world, Options::default()), first, second)
}

#[tokio::test]
async fn every_form_finds_the_right_person() {
    let (rig, ..) = traps();
    let table = [
        ("4711", Some(4711)),
        ("sis_user_id:4711", Some(42)),
        ("sis_user_id:00042", Some(4711)),
        ("00042", Some(42)),
        ("42", Some(42)),
        ("%2042%20", Some(42)),
        ("sis_user_id:42", None),
        ("sis_login_id:ADA.l", Some(4711)),
        ("sis_login_id:ada.MED", Some(4711)),
        ("sis_user_id:M-1", Some(4711)),
        ("sis_user_id:m-1", None),
        ("hex:sis_login_id:626f62", Some(42)),
        ("hex:sis_login_id:626F62", Some(42)),
        ("hex:sis_login_id:6", None),
        ("sis_course_id:4711", None),
        ("ada", None),
        ("12345678901234567890", None),
    ];
    for (id, wanted) in table {
        let (status, body) = rig.call("GET", &format!("/users/{id}"), None).await;
        assert_eq!((status == 200).then(|| body["id"].as_i64().unwrap()), wanted, "{id}: {body}");
    }
}

#[tokio::test]
async fn every_form_finds_the_right_course() {
    let (rig, first, second) = traps();
    let table = [
        (first.to_string(), Some(first)),
        (format!("sis_course_id:{first}"), Some(second)),
        ("sis_course_id:CS%2F101.11%C3%A9".to_owned(), Some(first)),
        ("sis_course_id:CS%2F101%2E11%C3%A9".to_owned(), Some(first)),
        ("hex:sis_course_id:43532f3130312e3131c3a9".to_owned(), Some(first)),
        ("sis_course_id:cs%2F101.11%C3%A9".to_owned(), None),
        ("sis_course_id:CS%2F101".to_owned(), None),
        ("sis_section_id:CS%2F101".to_owned(), None),
    ];
    for (id, wanted) in table {
        let (status, body) = rig.call("GET", &format!("/courses/{id}"), None).await;
        assert_eq!((status == 200).then(|| body["id"].as_i64().unwrap()), wanted, "{id}: {body}");
    }
}

#[tokio::test]
async fn a_trailing_json_is_a_format_unless_it_is_hidden_in_hex() {
    let mut world = World::with_admin(DEMO_TOKEN);
    let course = world.add_course("Odd", Some("odd.json"));
    let rig = Rig::new(world, Options::default());
    assert_eq!(rig.call("GET", "/courses/sis_course_id:odd.json", None).await.0, 404);
    assert_eq!(rig.get("/courses/hex:sis_course_id:6f64642e6a736f6e").await["id"], course);
    assert_eq!(rig.get(&format!("/courses/{course}.json")).await["id"], course);
}

#[tokio::test]
async fn one_login_is_shown_and_all_are_listed() {
    let (rig, ..) = traps();
    assert_eq!(rig.get("/users/4711").await["login_id"], "Ada.L");
    let logins = rig.get("/users/4711/logins").await;
    let names: Vec<&str> =
        logins.as_array().unwrap().iter().map(|login| login["unique_id"].as_str().unwrap()).collect();
    assert_eq!(names, ["Ada.L", "ada.med"]);
}

#[tokio::test]
async fn other_records_have_ids_of_their_own() {
    let (rig, campus) = Rig::campus();
    assert_eq!(rig.get("/sections/sis_section_id:BIO-101-02").await["id"], campus.section);
    for account in ["self", "default", "1"] {
        assert_eq!(rig.get(&format!("/accounts/{account}")).await["id"], 1);
    }
    let final_exam = rig.change(|world| {
        let new =
            NewAssignment { name: "Final".into(), sis_assignment_id: Some("EX-77".into()), ..NewAssignment::default() };
        world.add_assignment(campus.course, new)
    });
    let path = format!("/courses/{}/assignments/sis_assignment_id:EX-77", campus.course);
    assert_eq!(rig.get(&path).await["id"], final_exam);
}

#[tokio::test]
async fn unknown_sis_ids_in_a_list_are_dropped_without_a_word() {
    let (rig, campus) = Rig::campus();
    let list = "student_ids[]=sis_user_id:S-1&student_ids[]=sis_user_id:NOPE";
    let rows = rig.get(&format!("/courses/{}/students/submissions?grouped=1&{list}", campus.course)).await;
    let users: Vec<_> = rows.as_array().unwrap().iter().map(|row| row["user_id"].clone()).collect();
    assert_eq!(users, [json!(campus.students[1])]);
    let list = format!("student_ids[]={}&student_ids[]=999", campus.students[1]);
    let path = format!("/courses/{}/students/submissions?grouped=1&{list}", campus.course);
    assert_eq!(rig.call("GET", &path, None).await.0, 403, "an unknown number refuses the whole call");
}
