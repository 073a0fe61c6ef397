//! Ids as canvas-contract §B1 to §B3 read them.

use gradepush::sandbox::{DEMO_TOKEN, NewAssignment, Options, Role, World};
use serde_json::{Value, json};

use crate::sandbox_rig::{Rig, answer};

/// Records whose ids are made to be mistaken for each other.
struct Traps {
    rig: Rig,
    first: i64,
    second: i64,
    section: i64,
    exam: i64,
}

fn traps() -> Traps {
    let mut world = World::with_admin(DEMO_TOKEN);
    let first = world.add_course("First", Some("CS/101.11é"));
    let second = world.add_course("Second", Some(&first.to_string()));
    let section = world.add_section(first, "Lab", Some("CS/101-L"));
    let ada = world.add_user_with_id(4711, "Ada");
    world.add_login(ada, "Ada.L", Some("00042"));
    world.add_login(ada, "ada.med", Some("M-1"));
    let bob = world.add_user_with_id(42, "Bob");
    world.add_login(bob, "bob", Some("4711"));
    let cleo = world.add_user_with_id(43, "Cleo");
    world.add_login(cleo, "cleo:x", Some("S:1:[2]"));
    for user in [ada, bob, cleo] {
        world.enroll(first, user, Role::Student);
    }
    let exam = NewAssignment { sis_assignment_id: Some("EX-77".into()), ..NewAssignment::default() };
    let exam = world.add_assignment(first, exam);
    let mut saved: Value = serde_json::from_str(&world.to_json()).expect("a world is JSON");
    let by_id = |rows: &Value, id: i64| -> usize {
        rows.as_array().expect("a list").iter().position(|row| row["id"] == id).expect("it was added")
    };
    let place = by_id(&saved["users"], bob);
    saved["users"][place]["logins"][0]["integration_id"] = json!("INT-U");
    let place = by_id(&saved["courses"], first);
    saved["courses"][place]["integration_id"] = json!("INT-C");
    let held = by_id(&saved["courses"][place]["sections"], section);
    saved["courses"][place]["sections"][held]["integration_id"] = json!("INT-S");
    saved["accounts"][0]["sis_account_id"] = json!("ACC");
    saved["accounts"][0]["integration_id"] = json!("INT-A");
    saved["terms"][0]["integration_id"] = json!("INT-T");
    let world = World::from_json(&saved.to_string()).expect("a world");
    Traps { rig: Rig::new(world, Options::default()), first, second, section, exam }
}

/// The internal id that a path leads to.
async fn id_at(rig: &Rig, path: &str) -> Option<i64> {
    let (status, body) = rig.call("GET", path, None).await;
    assert!([200, 404].contains(&status), "{path}: {status} {body}");
    (status == 200).then(|| body["id"].as_i64().expect("an id"))
}

#[tokio::test]
async fn every_form_is_read_in_order() {
    let Traps { rig, .. } = traps();
    let uuid = rig.get("/users/42?include[]=uuid").await["uuid"].as_str().unwrap().to_owned();
    let table = [
        // 1: hex
        ("hex:sis_login_id:626f62".to_owned(), Some(42)),
        ("hex:sis_login_id:626F62".to_owned(), Some(42)),
        ("hex:sis_login_id:6".to_owned(), None),
        ("hex:sis_login_id:zz".to_owned(), None),
        ("hex:42".to_owned(), None),
        // 2: a field and the rest verbatim
        ("sis_user_id:4711".to_owned(), Some(42)),
        ("sis_user_id:00042".to_owned(), Some(4711)),
        ("sis_user_id:42".to_owned(), None),
        ("sis_login_id:cleo:x".to_owned(), Some(43)),
        ("sis_user_id:S:1:[2]".to_owned(), Some(43)),
        ("sis_user_id:".to_owned(), None),
        (format!("lti_user_id:{uuid}"), Some(42)),
        // 3: digits, however they were meant
        ("4711".to_owned(), Some(4711)),
        ("00042".to_owned(), Some(42)),
        ("%2042%20".to_owned(), Some(42)),
        ("1~42".to_owned(), Some(42)),
        ("10000000000042".to_owned(), Some(42)),
        ("2~42".to_owned(), None),
        ("9999999999999999999".to_owned(), None),
        ("12345678901234567890".to_owned(), None),
        // 4: uuid
        (format!("uuid:{uuid}"), Some(42)),
        (format!("uuid:{}", &uuid[1..]), None),
        // 5: anything else
        ("ada".to_owned(), None),
        ("-42".to_owned(), None),
    ];
    for (id, wanted) in table {
        assert_eq!(id_at(&rig, &format!("/users/{id}")).await, wanted, "{id}");
    }
}

#[tokio::test]
async fn every_look_up_field_of_every_kind_of_object() {
    let Traps { rig, first, second, section, exam } = traps();
    let uuid = async |path: String| rig.get(&path).await["uuid"].as_str().unwrap().to_owned();
    let user_uuid = uuid("/users/42?include[]=uuid".to_owned()).await;
    let course_uuid = uuid(format!("/courses/{first}")).await;
    let exam_lti = rig.change(|world| world.lti_id_of_assignment(exam));
    let me = rig.get("/users/self").await["id"].as_i64();
    let in_course = format!("/courses/{first}/assignments");
    let table = [
        ("/users", "self", me),
        ("/users", "sis_user_id:M-1", Some(4711)),
        ("/users", "sis_user_id:m-1", None),
        ("/users", "sis_login_id:ADA.l", Some(4711)),
        ("/users", "sis_login_id:ada.MED", Some(4711)),
        ("/users", "sis_integration_id:INT-U", Some(42)),
        ("/users", "sis_integration_id:int-u", None),
        ("/users", &format!("lti_context_id:{user_uuid}"), Some(42)),
        ("/users", &format!("lti_1_1_id:{user_uuid}"), Some(42)),
        ("/users", &format!("lti_1_3_id:{user_uuid}"), Some(42)),
        ("/users", "sis_course_id:4711", None),
        ("/courses", &first.to_string(), Some(first)),
        ("/courses", &format!("sis_course_id:{first}"), Some(second)),
        ("/courses", "sis_course_id:cs%2F101.11%C3%A9", None),
        ("/courses", "sis_integration_id:INT-C", Some(first)),
        ("/courses", "sis_integration_id:INT-S", None),
        ("/courses", &format!("lti_context_id:{course_uuid}"), Some(first)),
        ("/courses", &format!("uuid:{course_uuid}"), Some(first)),
        ("/courses", &format!("uuid:{user_uuid}"), None),
        ("/courses", "sis_section_id:CS%2F101-L", None),
        ("/sections", "sis_section_id:CS%2F101-L", Some(section)),
        ("/sections", "sis_section_id:cs%2F101-l", None),
        ("/sections", "sis_integration_id:INT-S", Some(section)),
        ("/sections", "sis_course_id:CS%2F101-L", None),
        (&in_course, "sis_assignment_id:EX-77", Some(exam)),
        (&in_course, "sis_assignment_id:ex-77", None),
        (&in_course, &format!("lti_context_id:{exam_lti}"), Some(exam)),
        (&in_course, "sis_user_id:EX-77", None),
        ("/accounts", "self", Some(1)),
        ("/accounts", "default", Some(1)),
        ("/accounts", "sis_account_id:ACC", Some(1)),
        ("/accounts", "sis_account_id:acc", None),
        ("/accounts", "sis_integration_id:INT-A", Some(1)),
        ("/accounts", "sis_term_id:F26", None),
    ];
    for (place, id, wanted) in table {
        assert_eq!(id_at(&rig, &format!("{place}/{id}")).await, wanted, "{place}/{id}");
    }
    assert_eq!(rig.call("GET", "/accounts/site_admin", None).await.0, 403, "it is there, for others");
    for (term, courses) in
        [("sis_term_id:F26", 2), ("sis_integration_id:INT-T", 2), ("default", 2), ("current", 2), ("1", 2)]
    {
        let rows = rig.get(&format!("/accounts/1/courses?enrollment_term_id={term}")).await;
        assert_eq!(rows.as_array().unwrap().len(), courses, "{term}");
    }
    for term in ["sis_term_id:f26", "sis_course_id:F26"] {
        let path = format!("/accounts/1/courses?enrollment_term_id={term}");
        assert_eq!(rig.call("GET", &path, None).await.0, 404, "{term}");
    }
}

#[tokio::test]
async fn escapes_name_the_same_record() {
    let Traps { rig, first, .. } = traps();
    for (id, wanted) in [
        ("sis_course_id:CS%2F101.11%C3%A9", Some(first)),
        ("sis_course_id:CS%2f101%2E11%c3%a9", Some(first)),
        ("hex:sis_course_id:43532f3130312e3131c3a9", Some(first)),
        ("sis_course_id:CS%2F101", None),
        ("sis_course_id:CS%252F101.11%C3%A9", None),
    ] {
        assert_eq!(id_at(&rig, &format!("/courses/{id}")).await, wanted, "{id}");
    }
    let bare = "/courses/sis_course_id:CS/101.11%C3%A9";
    assert_eq!(rig.call("GET", bare, None).await.0, 404, "a bare slash ends the id");
}

#[tokio::test]
async fn a_form_cannot_carry_brackets_in_an_id_and_json_can() {
    let Traps { rig, first, exam, .. } = traps();
    let path = format!("/api/v1/courses/{first}/submissions/update_grades");
    let bearer = format!("Bearer {DEMO_TOKEN}");
    let headers = |kind| [("authorization", bearer.as_str()), ("user-agent", "rig"), ("content-type", kind)];
    let form = format!("grade_data[{exam}][sis_user_id:S:1:[2]][posted_grade]=5");
    let json = json!({"grade_data": {exam.to_string(): {"sis_user_id:S:1:[2]": {"posted_grade": "5"}}}}).to_string();
    for (kind, body, wanted) in
        [("application/x-www-form-urlencoded", form, None), ("application/json", json, Some(5.0))]
    {
        let (status, progress) = answer(&rig.bare("POST", &path, &headers(kind), body.as_bytes()).await);
        assert_eq!(status, 200, "{progress}");
        rig.get(&format!("/progress/{}", progress["id"])).await;
        assert_eq!(rig.change(|world| world.score_of(first, exam, 43)), wanted, "{kind}");
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
    let Traps { rig, .. } = traps();
    assert_eq!(rig.get("/users/4711").await["login_id"], "Ada.L");
    let logins = rig.get("/users/4711/logins").await;
    let names: Vec<&str> =
        logins.as_array().unwrap().iter().map(|login| login["unique_id"].as_str().unwrap()).collect();
    assert_eq!(names, ["Ada.L", "ada.med"]);
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

#[tokio::test]
async fn a_filter_by_a_term_that_is_not_there_finds_no_term_rather_than_no_course() {
    let rig = Rig::new(World::demo(), Options::default());
    let all = rig.get("/accounts/1/courses").await;
    assert_eq!(rig.get("/accounts/1/courses?enrollment_term_id=").await, all, "an empty one is none");
    assert_ne!(rig.get("/accounts/1/courses?enrollment_term_id=current").await, json!([]));
    for term in ["sis_term_id:NO", "999999", "nonsense", "sis_course_id:BIO-101-A"] {
        let (status, body) = rig.call("GET", &format!("/accounts/1/courses?enrollment_term_id={term}"), None).await;
        assert_eq!(status, 404, "{term}: {body}");
        assert_eq!(body["errors"][0]["message"], "The specified resource does not exist.", "{term}");
    }
}
