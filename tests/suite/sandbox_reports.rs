//! Account reports (canvas-contract §F).

use std::io::Read;

use gradepush::sandbox::{DEMO_TOKEN, Options, World};
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
    let courses = rows(json!({"courses": 1, "enrollment_term_id": "active_terms"})).await;
    assert_eq!(courses.lines().count(), 1 + 5);
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
    assert_eq!((status, &deleted["status"], deleted.get("attachment")), (200, &json!("deleted"), None));
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
