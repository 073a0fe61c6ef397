//! Every row of canvas-contract §A2, in both dialects, and what goes with it.

use gradepush::sandbox::{DEMO_TOKEN, Dialect, Fault, Faults, Options, Rule, World};
use serde_json::{Value, json};

use crate::sandbox_rig::{Campus, Rig, TEACHER_TOKEN, answer, header, start};

const SELF: &str = "/api/v1/users/self";
const COURSES: &str = "/api/v1/courses";

/// The campus with tokens of every sort, and a route that breaks.
fn campus_of_tokens(dialect: Dialect) -> (Rig, Campus) {
    let (rig, campus) = Rig::campus();
    let saved = rig.change(|world| {
        for token in ["pending", "revoked", "expired", "scoped", "masquerading"] {
            world.add_token(campus.teacher, token);
        }
        world.end_token("revoked", None);
        world.end_token("expired", Some(start()));
        let nobody = world.add_user("No Login");
        world.add_token(nobody, "without-login");
        let suspended = world.add_user("Suspended");
        world.add_login(suspended, "suspended", None);
        world.suspend_login("suspended", true);
        world.add_token(suspended, "suspended");
        world.to_json()
    });
    let mut saved: Value = serde_json::from_str(&saved).expect("a world is JSON");
    for token in saved["tokens"].as_array_mut().expect("tokens") {
        match token["token"].as_str() {
            Some("pending") => token["pending"] = json!(true),
            Some("scoped") => token["out_of_scope"] = json!(true),
            Some("masquerading") => token["real_user_id"] = json!(1),
            _ => {}
        }
    }
    let broken = Rule::new("GET", "/api/v1/users/self/profile", Fault::Status { code: 500, executed: false });
    let faults = Faults { rules: vec![broken], ..Faults::default() };
    let world = World::from_json(&saved.to_string()).expect("a world");
    (Rig::new(world, Options { dialect, faults, ..Options::default() }), campus)
}

/// A request, and how it is refused.
struct Row {
    case: &'static str,
    request: (&'static str, String),
    token: Option<&'static str>,
    status: u16,
    /// Whether the answer says `WWW-Authenticate`.
    realm: bool,
    body: Value,
}

fn message(text: &str) -> Value {
    json!({ "errors": [{ "message": text }] })
}

fn unauthenticated() -> Value {
    json!({ "status": "unauthenticated", "errors": [{ "message": "user authorization required" }] })
}

/// Credentials that open nothing, and those that do not open this.
fn credentials(not_permitted: u16) -> Vec<Row> {
    let expired = json!({"errors": [{"message": "Expired access token.", "expired_at": "2026-11-20T12:00:00Z"}]});
    let row = |case, path: &str, token, status, realm, body| Row {
        case,
        request: ("GET", path.to_owned()),
        token,
        status,
        realm,
        body,
    };
    let invalid = |case, token| row(case, SELF, Some(token), 401, true, message("Invalid access token."));
    let acting = format!("{SELF}?as_user_id=sis_user_id:S-1");
    let no_masquerade = json!({"errors": "Invalid as_user_id"});
    let not_allowed =
        json!({"status": "unauthorized", "errors": [{"message": "user not authorized to perform that action"}]});
    let permissions = "/api/v1/accounts/self/permissions";
    let scopes = message("Insufficient scopes on access token.");
    vec![
        invalid("unknown token", "foreign"),
        invalid("pending token", "pending"),
        invalid("user without a login", "without-login"),
        invalid("user without an active login", "suspended"),
        row("expired token", SELF, Some("expired"), 401, true, expired),
        row("revoked token", SELF, Some("revoked"), 401, true, message("Revoked access token.")),
        row("no credentials", COURSES, None, 401, true, unauthenticated()),
        row("not permitted", permissions, Some(TEACHER_TOKEN), not_permitted, false, not_allowed),
        row("missing scope", SELF, Some("scoped"), 401, false, scopes),
        row("nobody to act as", &format!("{SELF}?as_user_id=1"), Some(DEMO_TOKEN), 401, false, no_masquerade.clone()),
        row("not allowed to act as another", &acting, Some(TEACHER_TOKEN), 401, false, no_masquerade),
        row(
            "acting as another already",
            &acting,
            Some("masquerading"),
            401,
            false,
            json!({"errors": "Cannot change masquerade"}),
        ),
    ]
}

/// What the account admin may not get either.
fn objects(campus: &Campus) -> Vec<Row> {
    let assignments = format!("/api/v1/courses/{}/assignments", campus.course);
    let cell = format!("{assignments}/{}/submissions/{}", campus.exam, campus.students[0]);
    let unknown = message("The specified resource does not exist.");
    let too_long = json!({"errors": [{
        "field": "grade", "message": "is too long (maximum is 255 characters)", "error_code": "too_long",
    }]});
    let broken = json!({
        "errors": [{"message": "An error occurred.", "error_code": "internal_server_error"}], "error_report_id": 4711,
    });
    let long_grade = format!("{cell}?submission[posted_grade]={}", "9".repeat(256));
    let row = |case, method, path: String, status, body| Row {
        case,
        request: (method, path),
        token: Some(DEMO_TOKEN),
        status,
        realm: false,
        body,
    };
    vec![
        row("unknown object", "GET", "/api/v1/courses/1".to_owned(), 404, unknown),
        row("unknown route", "GET", "/api/v1/no/such/route".to_owned(), 404, Value::Null),
        row("missing parameter", "POST", assignments, 400, message("assignment is missing")),
        row("failed validation", "PUT", long_grade, 422, too_long),
        row("internal error", "GET", format!("{SELF}/profile"), 500, broken),
    ]
}

#[tokio::test]
async fn every_row_of_the_error_matrix() {
    for (dialect, not_permitted) in [(Dialect::Hosted, 403), (Dialect::SelfHosted, 401)] {
        let (rig, campus) = campus_of_tokens(dialect);
        for Row { case, request: (method, path), token, status, realm, body } in
            credentials(not_permitted).into_iter().chain(objects(&campus))
        {
            let bearer = token.map(|token| format!("Bearer {token}"));
            let mut headers = vec![("user-agent", "rig")];
            headers.extend(bearer.as_deref().map(|bearer| ("authorization", bearer)));
            let reply = rig.bare(method, &path, &headers, b"").await;
            assert_eq!(answer(&reply), (status, body), "{case}, {dialect:?}");
            let realm = realm.then_some("Bearer realm=\"canvas-lms\"");
            assert_eq!(header(&reply, "www-authenticate"), realm, "{case}, {dialect:?}");
        }
    }
}

#[tokio::test]
async fn without_user_agent_the_edge_refuses() {
    let (rig, _) = Rig::campus();
    let bearer = format!("Bearer {DEMO_TOKEN}");
    let reply = rig.bare("GET", SELF, &[("authorization", &bearer)], b"").await;
    let text = "You are not authorized to access this site because you have not provided a valid user agent.";
    assert_eq!(answer(&reply), (403, json!({"error": "Forbidden", "message": text})));
    assert_eq!(header(&reply, "x-request-context-id"), None, "the application never saw it");
}

#[tokio::test]
async fn the_scheme_word_is_compared_literally() {
    let (rig, _) = Rig::campus();
    for scheme in ["bearer", "BEARER", "Token", ""] {
        let headers = [("user-agent", "rig"), ("authorization", &*format!("{scheme} {DEMO_TOKEN}"))];
        assert_eq!(answer(&rig.bare("GET", COURSES, &headers, b"").await), (401, unauthenticated()), "{scheme}");
    }
}

#[tokio::test]
async fn every_unknown_object_is_the_same_404() {
    let (rig, campus) = Rig::campus();
    let course = campus.course;
    for path in [
        "/courses/sis_course_id:NOPE".to_owned(),
        format!("/courses/{course}/assignments/1"),
        format!("/users/{course}"),
        "/sections/1".to_owned(),
        "/accounts/9".to_owned(),
        "/progress/1".to_owned(),
    ] {
        let got = rig.call("GET", &path, None).await;
        let wanted = json!({"errors": [{"message": "The specified resource does not exist."}]});
        assert_eq!(got, (404, wanted), "{path}");
    }
}

#[tokio::test]
async fn a_token_may_come_as_a_parameter() {
    let (rig, _) = Rig::campus();
    let path = format!("{SELF}?access_token={DEMO_TOKEN}");
    assert_eq!(rig.bare("GET", &path, &[("user-agent", "rig")], b"").await.status, 200);
}

#[tokio::test]
async fn somebody_else_is_hidden_from_those_who_may_not_see_them() {
    let (rig, campus) = Rig::campus();
    let stranger = rig.change(|world| world.add_user("Stranger"));
    assert_eq!(rig.teach("GET", &format!("/users/{stranger}"), None).await.0, 404, "not 403");
    let student = campus.students[0];
    assert_eq!(rig.teach("GET", &format!("/users/{student}"), None).await.0, 404, "a teacher sees people in courses");
    assert_eq!(rig.teach("GET", &format!("/courses/{}/users/{student}", campus.course), None).await.0, 200);
}

#[tokio::test]
async fn acting_as_somebody_shows_both() {
    let (rig, campus) = campus_of_tokens(Dialect::Hosted);
    let path = format!("/users/self?as_user_id={}", campus.teacher);
    let reply = rig.by(DEMO_TOKEN, "GET", &path, None).await;
    assert_eq!(answer(&reply).1["id"], campus.teacher);
    let admin = rig.get("/users/self").await["id"].as_i64().unwrap();
    for (name, id) in [("x-canvas-user-id", campus.teacher), ("x-canvas-real-user-id", admin)] {
        assert_eq!(header(&reply, name), Some((10_000_000_000_000 + id).to_string().as_str()), "{name} is global");
    }
    let own = rig.by("masquerading", "GET", &path, None).await;
    assert_eq!(answer(&own).1["id"], campus.teacher, "whom the token acts as anyway");
    assert!(header(&rig.by(TEACHER_TOKEN, "GET", "/users/self", None).await, "x-canvas-real-user-id").is_none());
}

#[tokio::test]
async fn bodies_that_cannot_be_read() {
    let (rig, campus) = Rig::campus();
    let bearer = format!("Bearer {DEMO_TOKEN}");
    let path = format!("/api/v1/courses/{}/submissions/update_grades", campus.course);
    let form = [("authorization", bearer.as_str()), ("user-agent", "rig")];
    let json = [form[0], form[1], ("content-type", "application/json")];
    let many = (0..4097).map(|index| format!("grade_data[{index}][posted_grade]=1")).collect::<Vec<_>>().join("&");
    let large = format!("grade_data[1][text_comment]={}", "x".repeat(4 << 20));
    let cell = json!({"posted_grade": "1"});
    let cells: Value = (0..4097).map(|index| (index.to_string(), cell.clone())).collect();
    let same = json!({"grade_data": {campus.exam.to_string(): cells, "large": "x".repeat(4 << 20)}}).to_string();
    for (case, headers, body, wanted) in [
        ("broken JSON", &json[..], "{\"grade_data\":", json!("There was a problem in the JSON you submitted")),
        ("too many form parameters", &form[..], &many, json!("Bad Request")),
        ("too large a form", &form[..], &large, json!("Bad Request")),
        ("JSON has no such limits", &json[..], &same, Value::Null),
    ] {
        let (status, body) = answer(&rig.bare("POST", &path, headers, body.as_bytes()).await);
        assert_eq!((status, &body["errors"][0]["message"]), (400, &wanted), "{case}: {body}");
    }
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
