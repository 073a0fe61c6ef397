//! Throttling and faults.

use std::time::Duration;

use gradepush::sandbox::{
    Bucket, ConnectionLost, DEMO_TOKEN, Dialect, Event, Fault, Faults, Moment, Options, Request, Rule, Sandbox, What,
    World,
};
use serde_json::{Value, json};

use crate::sandbox_rig::{Rig, answer, header};

fn rig(faults: Faults) -> Rig {
    Rig::new(World::demo(), Options { faults, ..Options::default() })
}

fn one(rule: Rule) -> Rig {
    rig(Faults { rules: vec![rule], ..Faults::default() })
}

fn request(method: &str, path: &str, body: &str) -> Request {
    let bearer = format!("Bearer {DEMO_TOKEN}");
    let headers = [("authorization", bearer.as_str()), ("user-agent", "rig"), ("content-type", "application/json")];
    Request {
        method: method.to_owned(),
        path_and_query: format!("/api/v1{path}"),
        headers: headers.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect(),
        body: body.as_bytes().to_vec(),
    }
}

const UPDATE: &str = "/courses/1201/submissions/update_grades";

fn grade(value: &str) -> String {
    json!({"grade_data": {"9001": {"7023": {"posted_grade": value}}}}).to_string()
}

fn score(sandbox: &Sandbox) -> Option<f64> {
    sandbox.world(|world| world.score_of(1201, 9001, 7023))
}

#[tokio::test(start_paused = true)]
async fn too_many_requests_at_once_are_throttled_in_either_dialect() {
    for (dialect, status) in [(Dialect::Hosted, 429), (Dialect::SelfHosted, 403)] {
        let bucket = Some(Bucket { high_water_mark: 600.0, ..Bucket::default() });
        let options = Options { dialect, bucket, latency: Duration::from_millis(50), ..Options::default() };
        let rig = Rig::new(World::demo(), options);
        let requests = (0..14).map(|_| rig.sandbox.answer(request("GET", "/users/self", "")));
        let replies: Vec<_> = futures_util::future::join_all(requests).await.into_iter().map(Result::unwrap).collect();
        let throttled: Vec<_> = replies.iter().filter(|reply| reply.status == status).collect();
        assert_eq!(throttled.len(), 3, "the 12th and those after it");
        for reply in throttled {
            assert!(String::from_utf8_lossy(&reply.body).contains("(Rate Limit Exceeded)"));
            assert_eq!(header(reply, "content-type"), Some("text/plain; charset=utf-8"));
            assert!(header(reply, "x-rate-limit-remaining").is_some());
            assert_eq!((header(reply, "x-request-cost"), header(reply, "retry-after")), (None, None));
        }
        let after = rig.sandbox.answer(request("GET", "/users/self", "")).await.unwrap();
        assert_eq!(after.status, 200, "the reservations were given back");
        let remaining: f64 = header(&after, "x-rate-limit-remaining").unwrap().parse().unwrap();
        assert!((590.0..600.0).contains(&remaining), "{remaining}");
    }
}

#[tokio::test(start_paused = true)]
async fn each_kind_of_fault_and_whether_the_write_happened() {
    let lost = Err(ConnectionLost { partial: None });
    let table = [
        (Fault::Throttle, Ok(429), false),
        (Fault::Status { code: 502, executed: false }, Ok(502), false),
        (Fault::Status { code: 504, executed: true }, Ok(504), true),
        (Fault::Status { code: 500, executed: false }, Ok(500), false),
        (Fault::Reset { executed: false }, lost.clone(), false),
        (Fault::Reset { executed: true }, lost.clone(), true),
        (Fault::Hang { seconds: 300, executed: false }, lost.clone(), false),
        (Fault::Hang { seconds: 300, executed: true }, lost, true),
        (Fault::MalformedJson, Ok(200), true),
    ];
    for (fault, wanted, written) in table {
        let rig = one(Rule::new("POST", "/api/v1/courses/*/submissions/update_grades", fault).times(0, 1));
        let got = rig.sandbox.answer(request("POST", UPDATE, &grade("58"))).await;
        assert_eq!(got.as_ref().map(|reply| reply.status).map_err(Clone::clone), wanted, "{fault:?}");
        if fault == Fault::MalformedJson {
            assert_eq!(answer(&got.unwrap()).1, Value::Null);
        }
        assert_eq!(score(&rig.sandbox), Some(if written { 58.0 } else { 95.0 }), "{fault:?}");
        assert_eq!(rig.sandbox.answer(request("POST", UPDATE, &grade("59"))).await.unwrap().status, 200, "once only");
    }
}

#[tokio::test]
async fn a_body_can_break_off() {
    let rig = one(Rule::new("GET", "/api/v1/courses/*", Fault::ResetMidBody));
    let broken = rig.sandbox.answer(request("GET", "/courses/1201", "")).await.unwrap_err().partial.unwrap();
    let length: usize = header(&broken, "content-length").unwrap().parse().unwrap();
    assert!(broken.body.len() < length && !broken.body.is_empty());
    assert_eq!(rig.get("/courses/1201/sections").await.as_array().unwrap().len(), 2, "other routes are left alone");
}

#[tokio::test]
async fn jobs_can_stick_and_die() {
    let table = [
        (Fault::JobStuckQueued, "queued", None),
        (Fault::JobStuckRunning { rows: 1 }, "running", Some(58.0)),
        (Fault::JobDies { rows: 0 }, "failed", None),
        (Fault::JobDies { rows: 1 }, "failed", Some(58.0)),
    ];
    for (fault, state, first_score) in table {
        let rig = one(Rule::new("POST", "", fault).times(0, 1));
        let mut students = rig.change(|world| world.students_of(1201));
        students.sort_unstable();
        let cells: Value = students[..3].iter().map(|user| (user.to_string(), json!({"posted_grade": "58"}))).collect();
        let before = rig.change(|world| world.score_of(1201, 9001, students[0]));
        let ended = rig.bulk(1201, &json!({ "9001": cells })).await;
        assert_eq!(ended["workflow_state"], state, "{fault:?}");
        assert_eq!(rig.change(|world| world.score_of(1201, 9001, students[0])), first_score.or(before), "{fault:?}");
        let body = json!({"grade_data": {"9001": {students[1].to_string(): {"posted_grade": "60"}}}});
        let (_, next) = rig.call("POST", UPDATE, Some(&body)).await;
        let next = rig.get(&format!("/progress/{}", next["id"])).await;
        let held_up = state != "failed";
        assert_eq!(next["workflow_state"] == "queued", held_up, "a stuck job holds up the course: {fault:?}");
    }
}

#[tokio::test]
async fn chance_comes_from_the_seed() {
    let statuses = async |seed: u64| -> Vec<u16> {
        let rule = Rule::new("", "", Fault::Status { code: 503, executed: false }).probably(0.3);
        let rig = rig(Faults { seed, rules: vec![rule], ..Faults::default() });
        let mut statuses = Vec::new();
        for _ in 0..40 {
            statuses.push(rig.sandbox.answer(request("GET", "/users/self", "")).await.unwrap().status);
        }
        statuses
    };
    let first = statuses(7).await;
    assert_eq!(first, statuses(7).await);
    assert_ne!(first, statuses(8).await);
    let struck = first.iter().filter(|status| **status == 503).count();
    assert!((3..25).contains(&struck), "{struck} of 40");
}

#[tokio::test]
async fn events_happen_once_at_their_moment() {
    let text = r#"
        [[events]]
        moment = { request = 3 }
        what = { drop_enrollment = { course = "sis_course_id:BIO-101-F26", user = "sis_login_id:AOKAFOR3" } }
        [[events]]
        moment = "first_write"
        what = { grade = { course = "1201", assignment = "Lecture 1: What Is Life?", user = "7023", grade = "70", grader = "601" } }
        [[events]]
        moment = { seconds = 60 }
        what = { maintenance = { seconds = 30 } }
        [[events]]
        moment = { time = "2026-11-20T12:05:00Z" }
        what = "revoke_token"
    "#;
    let rig = rig(Faults::from_text(text).unwrap());
    let enrolled = async || rig.get("/courses/1201/enrollments?user_id=7011").await.as_array().unwrap().len();
    assert_eq!((enrolled().await, enrolled().await, enrolled().await), (1, 1, 0));
    assert_eq!(score(&rig.sandbox), Some(95.0));
    rig.call("POST", "/courses/1201/assignments", Some(&json!({"assignment": {"name": "X"}}))).await;
    assert_eq!(
        rig.change(|world| (world.score_of(1201, 9001, 7023), world.grader_of(1201, 9001, 7023))),
        (Some(70.0), Some(601))
    );
    rig.wait(65);
    assert_eq!(rig.call("GET", "/users/self", None).await.0, 503);
    rig.wait(30);
    assert_eq!(rig.call("GET", "/users/self", None).await.0, 200);
    rig.wait(300);
    let (status, body) = rig.call("GET", "/users/self", None).await;
    assert_eq!((status, &body["errors"][0]["message"]), (401, &json!("Revoked access token.")));
}

#[test]
fn a_faults_file_may_be_json_and_says_what_is_wrong() {
    let text = r#"{"rules": [{"method": "GET", "fault": "reset_mid_body", "count": 2}],
        "events": [{"moment": {"request": 5}, "what": "revoke_token"}]}"#;
    let faults = Faults::from_text(text).unwrap();
    assert_eq!(faults.rules, [Rule { count: Some(2), ..Rule::new("GET", "", Fault::ResetMidBody) }]);
    assert_eq!(faults.events, [Event { moment: Moment::Request(5), what: What::RevokeToken }]);
    for (word, fault) in [
        ("\"throttle\"", Fault::Throttle),
        ("{ status = { code = 502, executed = true } }", Fault::Status { code: 502, executed: true }),
        ("{ reset = { executed = false } }", Fault::Reset { executed: false }),
        ("\"reset_mid_body\"", Fault::ResetMidBody),
        ("{ hang = { seconds = 90, executed = true } }", Fault::Hang { seconds: 90, executed: true }),
        ("\"malformed_json\"", Fault::MalformedJson),
        ("\"job_stuck_queued\"", Fault::JobStuckQueued),
        ("{ job_stuck_running = { rows = 3 } }", Fault::JobStuckRunning { rows: 3 }),
        ("{ job_dies = { rows = 0 } }", Fault::JobDies { rows: 0 }),
    ] {
        let text = format!("[[rules]]\nmethod = \"POST\"\nafter = 2\ncount = 1\nfault = {word}");
        assert_eq!(Faults::from_text(&text).unwrap().rules, [Rule::new("POST", "", fault).times(2, 1)], "{word}");
    }
    for text in ["{\"rules\": 5}", "rule = []", "[[rules]]\nfault = \"meteor\"", "{"] {
        assert!(Faults::from_text(text).is_err(), "{text}");
    }
}

#[tokio::test]
async fn every_request_is_on_record() {
    let rig = one(Rule::new("DELETE", "", Fault::Reset { executed: false }));
    rig.get("/users/self").await;
    rig.sandbox.answer(request("POST", UPDATE, &grade("58"))).await.unwrap();
    rig.sandbox.answer(request("DELETE", "/courses/1201/assignments/9001", "")).await.unwrap_err();
    let (log, writes) = rig.change(|world| (world.requests().to_vec(), world.write_requests()));
    let seen: Vec<(&str, u16)> = log.iter().map(|served| (served.method.as_str(), served.status)).collect();
    assert_eq!((seen.as_slice(), writes), ([("GET", 200), ("POST", 200), ("DELETE", 0)].as_slice(), 2));
}
