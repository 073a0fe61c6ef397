//! Every row of canvas-contract §A2, in both dialects.

use gradepush::sandbox::{DEMO_TOKEN, Dialect, Options, World};
use serde_json::json;

use crate::sandbox_rig::{Rig, TEACHER_TOKEN, answer, header, start};

const SELF: &str = "/api/v1/users/self";

#[tokio::test]
async fn credentials_that_do_not_open_anything() {
    let (rig, campus) = Rig::campus();
    rig.change(|world| {
        world.add_token(campus.teacher, "revoked");
        world.end_token("revoked", None);
        world.add_token(campus.teacher, "expired");
        world.end_token("expired", Some(start()));
        let nobody = world.add_user("No Login");
        world.add_token(nobody, "without-login");
    });
    let table = [
        (Some("Bearer foreign"), "Invalid access token."),
        (Some("Bearer without-login"), "Invalid access token."),
        (Some("Bearer revoked"), "Revoked access token."),
        (Some("Bearer expired"), "Expired access token."),
        (None, "user authorization required"),
        (Some("bearer gradepush-demo-token"), "user authorization required"),
    ];
    for (authorization, message) in table {
        let mut headers = vec![("user-agent", "rig")];
        headers.extend(authorization.map(|value| ("authorization", value)));
        let reply = rig.bare("GET", SELF, &headers, b"").await;
        let (status, body) = answer(&reply);
        assert_eq!((status, &body["errors"][0]["message"]), (401, &json!(message)), "{authorization:?}");
        assert_eq!(header(&reply, "www-authenticate"), Some("Bearer realm=\"canvas-lms\""), "{authorization:?}");
        let expired_at = &body["errors"][0]["expired_at"];
        assert_eq!(expired_at.is_string(), message.starts_with("Expired"));
        assert_eq!(body["status"] == "unauthenticated", message.starts_with("user"));
    }
}

#[tokio::test]
async fn a_token_may_come_as_a_parameter() {
    let (rig, _) = Rig::campus();
    let path = format!("{SELF}?access_token={DEMO_TOKEN}");
    assert_eq!(rig.bare("GET", &path, &[("user-agent", "rig")], b"").await.status, 200);
}

#[tokio::test]
async fn without_user_agent_the_edge_refuses() {
    let (rig, _) = Rig::campus();
    let bearer = format!("Bearer {DEMO_TOKEN}");
    let reply = rig.bare("GET", SELF, &[("authorization", &bearer)], b"").await;
    let (status, body) = answer(&reply);
    assert_eq!((status, &body["error"]), (403, &json!("Forbidden")));
    assert!(body["message"].as_str().is_some_and(|text| text.contains("valid user agent")));
    assert_eq!(header(&reply, "x-request-context-id"), None, "the application never saw it");
}

#[tokio::test]
async fn not_permitted_is_403_or_401_by_dialect() {
    for (dialect, wanted) in [(Dialect::Hosted, 403), (Dialect::SelfHosted, 401)] {
        let (rig, campus) = Rig::campus();
        let world = World::from_json(&rig.change(|world| world.to_json())).unwrap();
        let rig = Rig::new(world, Options { dialect, ..Options::default() });
        let stranger = rig.change(|world| world.add_course("Chemistry", None));
        for path in
            [format!("/courses/{stranger}"), "/accounts/self".to_owned(), "/accounts/self/permissions".to_owned()]
        {
            let reply = rig.by(TEACHER_TOKEN, "GET", &path, None).await;
            let (status, body) = answer(&reply);
            assert_eq!((status, &body["status"]), (wanted, &json!("unauthorized")), "{path}");
            assert_eq!(header(&reply, "www-authenticate"), None);
        }
        assert_eq!(rig.teach("GET", &format!("/courses/{}", campus.course), None).await.0, 200);
    }
}

#[tokio::test]
async fn what_does_not_exist() {
    let (rig, campus) = Rig::campus();
    let course = campus.course;
    let table = [
        ("GET", "/courses/1".to_owned(), 404, "The specified resource does not exist."),
        ("GET", "/courses/sis_course_id:NOPE".to_owned(), 404, "The specified resource does not exist."),
        ("GET", format!("/courses/{course}/assignments/1"), 404, "The specified resource does not exist."),
        ("GET", format!("/users/{course}"), 404, "The specified resource does not exist."),
        ("GET", "/progress/1".to_owned(), 404, "The specified resource does not exist."),
        ("GET", "/no/such/route".to_owned(), 404, "An error occurred."),
        ("POST", format!("/courses/{course}/assignments"), 400, "assignment is missing"),
    ];
    for (method, path, status, message) in table {
        let got = rig.call(method, &path, Some(&json!({}))).await;
        assert_eq!((got.0, &got.1["errors"][0]["message"]), (status, &json!(message)), "{method} {path}");
    }
    let (_, unknown_route) = rig.call("GET", "/no/such/route", None).await;
    assert_eq!(unknown_route["errors"][0]["error_code"], "not_found");
}

#[tokio::test]
async fn somebody_else_is_hidden_from_those_who_may_not_see_them() {
    let (rig, campus) = Rig::campus();
    let stranger = rig.change(|world| world.add_user("Stranger"));
    assert_eq!(rig.teach("GET", &format!("/users/{stranger}"), None).await.0, 404, "not 403");
    assert_eq!(rig.teach("GET", &format!("/users/{}", campus.students[0]), None).await.0, 200);
}

#[tokio::test]
async fn acting_as_somebody_needs_the_right_and_the_somebody() {
    let (rig, campus) = Rig::campus();
    let as_teacher = rig.get(&format!("/users/self?as_user_id={}", campus.teacher)).await;
    assert_eq!(as_teacher["id"], campus.teacher);
    for (token, other) in [(DEMO_TOKEN, "1"), (TEACHER_TOKEN, "sis_user_id:S-1")] {
        let (status, body) = answer(&rig.by(token, "GET", &format!("/users/self?as_user_id={other}"), None).await);
        assert_eq!((status, body), (401, json!({"errors": "Invalid as_user_id"})), "a string, not a list");
    }
}

#[tokio::test]
async fn bodies_that_cannot_be_read() {
    let (rig, campus) = Rig::campus();
    let bearer = format!("Bearer {DEMO_TOKEN}");
    let path = format!("/api/v1/courses/{}/submissions/update_grades", campus.course);
    let json = [("authorization", bearer.as_str()), ("user-agent", "rig"), ("content-type", "application/json")];
    assert_eq!(rig.bare("POST", &path, &json, b"{\"grade_data\":").await.status, 400);
    let form = [("authorization", bearer.as_str()), ("user-agent", "rig")];
    let large = (0..4097).map(|index| format!("grade_data[{index}][posted_grade]=1")).collect::<Vec<_>>().join("&");
    assert_eq!(rig.bare("POST", &path, &form, large.as_bytes()).await.status, 400, "too many form parameters");
}

#[tokio::test]
async fn permissions_are_answered_by_name() {
    let (rig, campus) = Rig::campus();
    rig.change(|world| world.restrict_admins(&["manage_sis"]));
    let got = rig.get("/accounts/self/permissions?permissions[]=read_sis&permissions[]=manage_sis").await;
    assert_eq!(got, json!({"read_sis": true, "manage_sis": false}));
    let path = format!("/courses/{}/permissions?permissions[]=manage_grades&permissions[]=manage_sis", campus.course);
    assert_eq!(rig.teach("GET", &path, None).await.1, json!({"manage_grades": true, "manage_sis": false}));
    rig.change(|world| world.conclude_course(campus.course));
    assert_eq!(rig.teach("GET", &path, None).await.1["manage_grades"], false, "grading ends with the course");
}

#[tokio::test]
async fn keys_that_need_rights_are_absent_without_them() {
    let (rig, campus) = Rig::campus();
    let path = format!("/users/{}", campus.students[0]);
    let seen = rig.get(&path).await;
    assert_eq!((&seen["sis_user_id"], &seen["login_id"]), (&json!("S-0"), &json!("Student0")));
    rig.change(|world| world.restrict_admins(&["read_sis", "manage_sis", "view_user_logins", "read_email_addresses"]));
    let seen = rig.get(&path).await;
    for key in ["sis_user_id", "integration_id", "sis_import_id", "login_id", "email"] {
        assert!(seen.get(key).is_none(), "{key} is absent, not null");
    }
    let course = rig.get(&format!("/courses/{}", campus.course)).await;
    assert!(course.get("sis_course_id").is_none());
    let filtered = format!("/courses/{}/enrollments?sis_user_id[]=S-0", campus.course);
    assert_eq!(
        rig.call("GET", &filtered, None).await,
        (400, json!({"message": "Insufficient permissions to filter by SIS fields"}))
    );
}

#[tokio::test]
async fn ids_become_strings_on_request() {
    let (rig, _) = Rig::campus();
    let bearer = format!("Bearer {DEMO_TOKEN}");
    let accept = "application/json+canvas-string-ids, application/json";
    let headers = [("authorization", bearer.as_str()), ("user-agent", "rig"), ("accept", accept)];
    let (_, body) = answer(&rig.bare("GET", "/api/v1/accounts/1", &headers, b"").await);
    assert_eq!(body["id"], "1");
}
