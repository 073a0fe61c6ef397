//! Account reports (canvas-contract §F).

use std::io::Read;

use gradepush::sandbox::{DEMO_TOKEN, Options, ReportFate, World};
use serde_json::{Value, json};

use crate::sandbox_rig::{Rig, TEACHER_TOKEN, header};

const PATH: &str = "/accounts/1/reports/provisioning_csv";

/// Starts a report and polls it to its end.
async fn run(rig: &Rig, parameters: &Value) -> Value {
    let (status, report) = rig.call("POST", PATH, Some(&json!({ "parameters": parameters }))).await;
    assert_eq!((status, &report["status"]), (200, &json!("created")), "{report}");
    let poll = format!("{PATH}/{}", report["id"]);
    assert_eq!(rig.get(&poll).await["status"], "running");
    rig.get(&poll).await
}

/// Follows the attachment's redirect, without a token.
async fn download(rig: &Rig, report: &Value) -> Vec<u8> {
    let url = report["attachment"]["url"].as_str().expect("a complete report").replace("http://canvas.test", "");
    let headers = [("user-agent", "rig")];
    let redirect = rig.bare("GET", &url, &headers, b"").await;
    assert_eq!(redirect.status, 302);
    let place = header(&redirect, "location").expect("a redirect").replace("http://canvas.test", "");
    assert!(!place.starts_with("/files") && !place.starts_with("/api"), "another place: {place}");
    rig.bare("GET", &place, &headers, b"").await.body
}

#[tokio::test]
async fn several_tables_come_as_a_zip() {
    let rig = Rig::new(World::demo(), Options::default());
    let report = run(&rig, &json!({"users": 1, "courses": "1", "enrollments": true, "xlist": false})).await;
    assert_eq!((&report["status"], &report["progress"]), (&json!("complete"), &json!(100)));
    let bytes = download(&rig, &report).await;
    assert_eq!(report["attachment"]["size"], bytes.len());
    let mut archive = zip::ZipArchive::new(std::io::Cursor::new(bytes)).unwrap();
    let mut names: Vec<String> = archive.file_names().map(|name| name.unwrap().into_owned()).collect();
    names.sort();
    assert_eq!(names, ["courses.csv", "enrollments.csv", "users.csv"]);
    let mut users = String::new();
    archive.by_name("users.csv").unwrap().read_to_string(&mut users).unwrap();
    assert!(users.starts_with("canvas_user_id,user_id,integration_id,authentication_provider_id,login_id,"));
    assert_eq!(users.lines().filter(|line| line.starts_with("7042,")).count(), 2, "one row per login");
}

#[tokio::test]
async fn a_file_is_handed_to_nobody_without_its_verifier() {
    let verifier_of = async |secret: &str| {
        let options = Options { file_secret: secret.to_owned(), ..Options::default() };
        let rig = Rig::new(World::demo(), options);
        let report = run(&rig, &json!({"users": true})).await;
        let url = report["attachment"]["url"].as_str().expect("a file").replace("http://canvas.test", "");
        let (place, verifier) = url.split_once("verifier=").expect("a verifier");
        let ask = async |path: String| rig.bare("GET", &path, &[("user-agent", "rig")], b"").await;
        let found = ask(url.clone()).await;
        let stored = header(&found, "location").expect("a place").replace("http://canvas.test", "");
        for path in [
            format!("{place}verifier=wrong"),
            format!("{place}verifier="),
            "/files/1/download".to_owned(),
            report["file_url"].as_str().expect("an address").replace("http://canvas.test", ""),
        ] {
            let refused = ask(path.clone()).await;
            assert_eq!(
                (refused.status, header(&refused, "location")),
                (302, Some("http://canvas.test/login")),
                "{path}"
            );
        }
        let bare = stored.split('?').next().expect("a path");
        for path in [bare.to_owned(), format!("{bare}?verifier=wrong")] {
            let refused = ask(path.clone()).await;
            assert_eq!((refused.status, refused.body.len()), (403, 0), "{path}");
        }
        assert_eq!(ask(stored).await.status, 200);
        assert_eq!(ask(url.replace("/files/1/", "/files/2/")).await.status, 404, "a file that is not there");
        verifier.to_owned()
    };
    let (one, two) = (verifier_of("one").await, verifier_of("two").await);
    assert!(one.len() >= 32 && one != two, "{one} and {two} cannot be guessed");
}

#[tokio::test]
async fn one_table_comes_as_csv_and_concluded_data_only_on_request() {
    let rig = Rig::new(World::demo(), Options::default());
    rig.change(|world| world.conclude_course(1204));
    let rows = async |parameters: Value| {
        let report = run(&rig, &parameters).await;
        String::from_utf8(download(&rig, &report).await).unwrap()
    };
    let living = rows(json!({"enrollments": 1})).await;
    let all = rows(json!({"enrollments": 1, "include_deleted": 1})).await;
    assert!(!living.contains("\n1204,") && all.contains("\n1204,"), "the concluded course");
    for (state, user) in [("deleted", "7087"), ("concluded", "7117")] {
        let holds = |text: &str| {
            text.lines().any(|line| line.contains(&format!(",{user},")) && line.contains(&format!(",{state},")))
        };
        assert!(!holds(&living) && holds(&all), "{state}");
    }
}

/// Two terms: `T-1` with course 500 in a sub-account, whose course is concluded, and term 2 with course 501.
fn two_terms() -> World {
    let person = |id: i64| json!({"id": id, "name": format!("Person {id}"), "logins": [{"id": id * 10, "unique_id": format!("p{id}")}]});
    let world = json!({
        "accounts": [
            {"id": 1, "name": "Lakeshore", "sis_account_id": "ROOT", "admins": [{"user_id": 501}]},
            {"id": 2, "name": "Engineering", "sis_account_id": "ENG", "parent_account_id": 1},
        ],
        "terms": [{"id": 1, "name": "Spring", "sis_term_id": "T-1"}, {"id": 2, "name": "Fall"}],
        "users": [person(501), person(601)],
        "tokens": [{"id": 1, "user_id": 501, "token": DEMO_TOKEN}],
        "courses": [
            {"id": 500, "name": "Statics", "account_id": 2, "enrollment_term_id": 1, "state": "completed",
                "start_at": "2026-01-10T12:00:00Z", "sections": [{"id": 5000, "name": "01"}],
                "enrollments": [{"id": 1, "user_id": 601, "state": "active"}]},
            {"id": 501, "name": "Optics", "enrollment_term_id": 2, "sections": [{"id": 5010, "name": "01", "sis_section_id": "O-01"}],
                "enrollments": [{"id": 2, "user_id": 601, "state": "active"}]},
        ],
    });
    World::from_json(&world.to_string()).expect("a world")
}

/// The values of one column of a report of one table.
async fn column(rig: &Rig, parameters: &Value, name: &str) -> Vec<String> {
    let report = run(rig, parameters).await;
    let bytes = download(rig, &report).await;
    let mut rows = csv::Reader::from_reader(bytes.as_slice());
    let at = rows.headers().expect("a header").iter().position(|column| column == name).expect("the column");
    rows.records().map(|row| row.expect("a row")[at].to_owned()).collect()
}

#[tokio::test]
async fn a_term_by_either_id_limits_courses_and_enrollments_but_not_people() {
    let rig = Rig::new(two_terms(), Options::default());
    for term in [json!(1), json!("1"), json!("sis_term_id:T-1")] {
        let of = |table: &str| json!({table: true, "include_deleted": true, "enrollment_term_id": term});
        for table in ["courses", "sections", "enrollments"] {
            assert_eq!(column(&rig, &of(table), "canvas_course_id").await, ["500"], "{term}");
        }
        assert_eq!(column(&rig, &of("users"), "canvas_user_id").await, ["501", "601"], "{term}");
    }
    let all = json!({"courses": true, "include_deleted": true});
    assert_eq!(column(&rig, &all, "canvas_course_id").await, ["500", "501"]);
}

#[tokio::test]
async fn active_terms_and_lists_of_terms_are_accepted_and_then_end_in_an_error() {
    let rig = Rig::new(two_terms(), Options::default());
    for term in ["active_terms", "1,2", "sis_term_id:T-1,2"] {
        let report = run(&rig, &json!({"courses": true, "enrollment_term_id": term})).await;
        assert_eq!((&report["status"], &report["progress"]), (&json!("error"), &json!(100)), "{term}");
        let text = report["parameters"]["extra_text"].as_str().unwrap();
        assert_eq!(
            text,
            "Failed, please report the following error code to your system administrator: ErrorReport:12;"
        );
        assert_eq!((report.get("attachment"), &report["file_url"]), (None, &Value::Null));
    }
    for unknown in ["9", "sis_term_id:NOPE", "1,9"] {
        let body = json!({"parameters": {"courses": true, "enrollment_term_id": unknown}});
        let (status, error) = rig.call("POST", PATH, Some(&body)).await;
        let part = unknown.rsplit(',').next().unwrap();
        assert_eq!((status, error), (400, json!({"error": format!("invalid enrollment_term_id '{part}'")})));
    }
}

#[tokio::test]
async fn parameters_come_back_as_sent_and_the_end_says_in_words_what_they_meant() {
    let rig = Rig::new(two_terms(), Options::default());
    let sent = json!({"users": true, "courses": 1, "xlist": "1", "sections": false, "include_deleted": true});
    let (_, started) = rig.call("POST", PATH, Some(&json!({ "parameters": sent }))).await;
    assert_eq!(started["parameters"], sent);
    assert_eq!((&started["message"], &started["current_line"]), (&Value::Null, &Value::Null));
    let user = json!({"id": 501, "display_name": "Person 501", "html_url": "http://canvas.test/about/501"});
    assert_eq!(started["user"], user);
    let poll = format!("{PATH}/{}", started["id"]);
    let running = rig.get(&poll).await;
    assert_eq!((&running["parameters"]["locale"], running["parameters"].get("extra_text")), (&json!("en"), None));
    let ended = rig.get(&poll).await;
    let text = "Term: All Terms; Include Deleted/Concluded Objects; Reports: users courses xlist ";
    assert_eq!(ended["parameters"]["extra_text"], text);
    let message =
        format!("Provisioning report successfully generated with the following settings. Account: Lakeshore; {text}");
    assert_eq!(ended["message"], message);
    let of_term = run(&rig, &json!({"courses": true, "enrollment_term_id": "2"})).await;
    assert_eq!(of_term["parameters"]["extra_text"], "Term: Fall; Reports: courses ");
}

#[tokio::test]
async fn what_the_tables_say_of_concluded_courses_dates_and_accounts() {
    let rig = Rig::new(two_terms(), Options::default());
    let all = |table: &str| json!({table: true, "include_deleted": true});
    assert_eq!(column(&rig, &all("enrollments"), "status").await, ["concluded", "active"]);
    assert_eq!(column(&rig, &all("enrollments"), "role").await, ["student", "student"]);
    assert_eq!(column(&rig, &all("enrollments"), "created_by_sis").await, ["false", "true"]);
    assert_eq!(column(&rig, &json!({"enrollments": true}), "canvas_course_id").await, ["501"]);
    assert_eq!(column(&rig, &all("courses"), "start_date").await, ["", ""], "no course is held to its dates");
    assert_eq!(column(&rig, &all("courses"), "account_id").await, ["ENG", ""], "the root account's is not shown");
    assert_eq!(column(&rig, &all("users"), "short_name").await, ["", ""]);
    assert!(column(&rig, &all("users"), "uuid").await.iter().all(|uuid| uuid.len() == 40));
    let listed = rig.get("/courses/500/enrollments").await;
    assert_eq!(listed[0]["enrollment_state"], "active", "the list says otherwise");
    let below = rig
        .call(
            "POST",
            "/accounts/2/reports/provisioning_csv",
            Some(&json!({"parameters": {"courses": true, "include_deleted": true}})),
        )
        .await
        .1;
    let poll = format!("/accounts/2/reports/provisioning_csv/{}", below["id"]);
    rig.get(&poll).await;
    let text = String::from_utf8(download(&rig, &rig.get(&poll).await).await).unwrap();
    assert!(text.contains("\n500,") && !text.contains("\n501,"), "only the courses of the sub-account: {text}");
}

#[tokio::test]
async fn an_equal_report_that_still_waits_is_named_instead_of_a_second_one() {
    let rig = Rig::new(two_terms(), Options::default());
    let body = |table: &str| json!({"parameters": {table: true}});
    // The first runs as soon as somebody looks; the second waits behind it.
    for table in ["users", "courses"] {
        assert_eq!(rig.call("POST", PATH, Some(&body(table))).await.0, 200);
    }
    let again = rig.by(DEMO_TOKEN, "POST", PATH, Some(&body("courses"))).await;
    let waiting: Value = serde_json::from_slice(&again.body).unwrap();
    assert_eq!((again.status, &waiting["id"], &waiting["status"]), (409, &json!(2), &json!("created")));
    assert_eq!(header(&again, "location"), Some(format!("http://canvas.test/api/v1{PATH}/2").as_str()));
    let (status, other) = rig.call("POST", PATH, Some(&body("sections"))).await;
    assert_eq!((status, &other["id"]), (200, &json!(3)), "other parameters make another report");
}

#[tokio::test]
async fn a_chosen_report_fails_or_never_ends() {
    let rig = Rig::new(two_terms(), Options::default());
    rig.change(|world| world.set_report_fate(Some(1), ReportFate::Fails));
    rig.change(|world| world.set_report_fate(Some(2), ReportFate::NeverEnds));
    let of = |term: &str| json!({"courses": true, "enrollment_term_id": term});
    assert_eq!(run(&rig, &of("1")).await["status"], "error");
    assert_eq!(run(&rig, &json!({"courses": true})).await["status"], "complete");
    let stuck = run(&rig, &of("2")).await;
    let (_, behind) = rig.call("POST", PATH, Some(&json!({"parameters": {"users": true}}))).await;
    let behind = format!("{PATH}/{}", behind["id"]);
    assert_eq!((&stuck["status"], &rig.get(&behind).await["status"]), (&json!("running"), &json!("created")));
    rig.call("DELETE", &format!("{PATH}/{}", stuck["id"]), None).await;
    rig.get(&behind).await;
    assert_eq!(rig.get(&behind).await["status"], "complete", "deleting it lets the next one run");
}

#[tokio::test]
async fn errors_refusals_and_deletion() {
    let (rig, _) = Rig::campus();
    let nothing = run(&rig, &json!({})).await;
    assert_eq!((&nothing["status"], &nothing["progress"]), (&json!("error"), &json!(100)), "progress says nothing");
    let term = json!({"parameters": {"users": 1, "enrollment_term_id": "sis_term_id:NOPE"}});
    let refused = rig.call("POST", PATH, Some(&term)).await;
    assert_eq!(refused, (400, json!({"error": "invalid enrollment_term_id 'sis_term_id:NOPE'"})));
    assert_eq!(rig.call("POST", "/accounts/1/reports/horoscope_csv", Some(&json!({}))).await.0, 404);
    assert_eq!(rig.by(TEACHER_TOKEN, "POST", PATH, Some(&json!({}))).await.status, 403);
    let report = run(&rig, &json!({"users": 1})).await;
    let path = format!("{PATH}/{}", report["id"]);
    let (status, deleted) = rig.call("DELETE", &path, None).await;
    assert_eq!((status, &deleted["status"]), (200, &json!("deleted")));
    assert_eq!(deleted["attachment"], report["attachment"], "the file is still named");
    let url = report["attachment"]["url"].as_str().unwrap().replace("http://canvas.test", "");
    assert_eq!(rig.bare("GET", &url, &[("user-agent", "rig")], b"").await.status, 404, "the file is gone too");
    let history = rig.get(PATH).await;
    assert_eq!(history.as_array().unwrap().len(), 1);
}

#[tokio::test]
async fn reports_queue_behind_each_other() {
    let (rig, _) = Rig::campus();
    let body = json!({"parameters": {"users": 1}});
    let mut ids = Vec::new();
    for _ in 0..2 {
        ids.push(rig.by(DEMO_TOKEN, "POST", PATH, Some(&body)).await);
    }
    let ids: Vec<Value> =
        ids.iter().map(|reply| serde_json::from_slice::<Value>(&reply.body).unwrap()["id"].clone()).collect();
    let first = rig.get(&format!("{PATH}/{}", ids[0])).await;
    let second = rig.get(&format!("{PATH}/{}", ids[1])).await;
    assert_eq!((&first["status"], &second["status"]), (&json!("complete"), &json!("running")));
}
