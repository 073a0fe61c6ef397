//! Commands against a sandbox in another process.

use serde_json::{Value, json};

use crate::common::{Home, Served};
#[cfg(unix)]
use crate::common::{is_under_nohup, mode};
use crate::loopback::exchange;

/// What a request with this body is answered: a form, or JSON when it looks like it.
async fn ask(served: &Served, method: &str, path: &str, body: &str) -> (u16, Value) {
    let bearer = format!("Bearer {}", served.token);
    let kind = if body.starts_with('{') { "application/json" } else { "application/x-www-form-urlencoded" };
    let headers =
        [("authorization", bearer.as_str()), ("host", "localhost"), ("user-agent", "tests"), ("content-type", kind)];
    let address = served.address.trim_start_matches("http://").parse().expect("an address");
    let path = format!("/api/v1{path}");
    let reply = exchange(address, (method, &path), &headers, body.as_bytes()).await.expect("an answer");
    (reply.status, serde_json::from_slice(&reply.body).unwrap_or_default())
}

#[test]
fn a_working_connector_passes_its_test() {
    let home = Home::new();
    let served = home.with_sandbox(&[]);
    let ran = home.run(&["connector", "test", "Sandbox", "--json"]).succeeds();
    let result = ran.result();
    let checks = result["checks"].as_array().expect("a list");
    let names: Vec<_> = checks.iter().filter_map(|check| check["name"].as_str()).collect();
    for name in ["token", "account", "courses", "course-id-origin", "user-id-origin", "grades", "change-log"] {
        assert!(names.contains(&name), "{name} is missing from {names:?}");
    }
    for check in checks {
        assert_ne!(check["status"], "fail", "{check}");
        assert!(check["message"].is_string() && check.get("hint").is_some(), "{check}");
    }
    let all = ran.all();
    assert!(!all.contains(&served.token), "the token is never printed: {all}");
}

#[test]
fn a_token_that_canvas_does_not_know_is_exit_code_7() {
    let home = Home::new();
    let _served = home.with_sandbox(&[]);
    home.write("token", "nonsense\n");
    let result = home.run(&["connector", "test", "Sandbox", "--json"]).ends_with(7).result();
    assert_eq!(result["checks"][1]["name"], "token");
    assert_eq!(result["checks"][1]["status"], "fail");
}

#[test]
fn nobody_listening_is_exit_code_8() {
    let home = Home::new().with("T", "token");
    home.run(&["connector", "add", "Gone", "--canvas", "http://127.0.0.1:9", "--token-env", "T"]).succeeds();
    let ran = home.run(&["connector", "test", "--json"]).ends_with(8);
    assert!(ran.result()["error"]["hint"].is_string(), "{}", ran.all());
    assert!(!ran.all().contains("retry"), "there is no run to continue: {}", ran.all());
}

#[test]
fn what_was_synced_can_be_found() {
    let home = Home::new();
    let _served = home.with_sandbox(&["--world", "demo"]);
    home.run(&["sync"]).succeeds();
    let status = home.run(&["cache", "status", "--json"]).succeeds().result();
    assert!(status["users"].as_u64() > Some(100), "{status}");
    let found = home.run(&["cache", "find", "BIO", "--json"]).succeeds().result();
    assert!(!found["courses"].as_array().expect("a list").is_empty(), "{found}");
    home.run(&["cache", "clear"]).succeeds();
    assert_eq!(home.run(&["cache", "status", "--json"]).succeeds().result()["source"], Value::Null);
}

#[cfg(unix)]
#[test]
fn an_interrupted_sandbox_saves_its_world_and_serves_it_again() {
    let home = Home::new();
    let served =
        home.with_sandbox(&["--courses", "2", "--students", "5", "--assignments", "1", "--save", "world.json"]);
    assert!(served.address.starts_with("http://127.0.0.1:"), "{}", served.address);
    assert_eq!(served.interrupt(), 0);
    home.run(&["connector", "remove", "Sandbox"]).succeeds();
    let again = home.with_sandbox(&["--world", "world.json"]);
    assert_eq!(again.interrupt(), 0);
    assert_eq!(mode(&home.path("world.json")), 0o600);
    home.run(&["sandbox", "--world", "token"]).ends_with(3);
    home.run(&["sandbox", "--world", "nowhere.json"]).ends_with(3);
}

/// A closed terminal is told twice, by the shell and by the system.
#[cfg(unix)]
#[test]
fn a_sandbox_whose_terminal_is_closed_saves_its_world() {
    if is_under_nohup() {
        return;
    }
    let home = Home::new();
    let served = home.with_sandbox(&["--save", "world.json"]);
    served.signal("HUP");
    served.signal("HUP");
    assert_eq!(served.ended(), 0);
    assert_eq!(mode(&home.path("world.json")), 0o600);
}

#[tokio::test]
async fn every_knob_turns_something() {
    let home = Home::new();
    home.write(
        "faults.toml",
        "[[rules]]\nroute = \"/api/v1/users/self\"\nfault = { status = { code = 502, executed = false } }",
    );
    let knobs = ["--dialect", "self-hosted", "--token", "a-token-of-its-own", "--faults", "faults.toml"];
    let served =
        home.with_sandbox(&[&knobs[..], &["--form-parameter-limit", "3", "--job-cells-per-second", "1"]].concat());
    assert_eq!(served.token, "a-token-of-its-own");
    assert_eq!(ask(&served, "GET", "/users/self", "").await.0, 502, "the faults file");
    let (status, body) = ask(&served, "GET", "/accounts/1?as_user_id=601", "").await;
    assert_eq!((status, &body["status"]), (401, &json!("unauthorized")), "the dialect");
    let update = "/courses/1201/submissions/update_grades";
    let four = (1..=4).map(|cell| format!("grade_data[9001][{cell}][posted_grade]=1")).collect::<Vec<_>>().join("&");
    assert_eq!(ask(&served, "POST", update, &four).await.0, 400, "the limit on forms");
    let rows: Value = (1..=600).map(|cell| (cell.to_string(), json!({"posted_grade": "1"}))).collect();
    let (status, job) = ask(&served, "POST", update, &json!({"grade_data": {"9001": rows}}).to_string()).await;
    assert_eq!(status, 200, "{job}");
    let (_, job) = ask(&served, "GET", &format!("/progress/{}", job["id"]), "").await;
    assert_eq!(job["workflow_state"], "running", "600 rows take ten minutes");
}

#[tokio::test]
async fn slow_answers_overlap_and_the_limit_on_forms_can_be_lifted() {
    let home = Home::new();
    let served = home.with_sandbox(&["--latency", "500", "--form-parameter-limit", "off"]);
    let many = futures_util::future::join_all((0..20).map(|_| ask(&served, "GET", "/users/self", ""))).await;
    let throttled = many.iter().filter(|(status, _)| *status == 429).count();
    assert!(throttled > 0 && many.len() > throttled, "{throttled} of {}", many.len());
    let long = (0..5_000).map(|cell| format!("grade_data[9001][{cell}][posted_grade]=1")).collect::<Vec<_>>().join("&");
    assert_eq!(ask(&served, "POST", "/courses/1201/submissions/update_grades", &long).await.0, 200);
}

#[tokio::test]
async fn the_seed_draws_the_world() {
    let mut drawn = Vec::new();
    for seed in ["7", "7", "8"] {
        let home = Home::new();
        let served = home.with_sandbox(&["--courses", "2", "--students", "30", "--assignments", "3", "--seed", seed]);
        let (status, users) = ask(&served, "GET", "/accounts/1/users?per_page=100", "").await;
        assert_eq!(
            (status, users.as_array().map(Vec::len)),
            (200, Some(1 + 1 + 1 + 30)),
            "a robot, a teacher, an assistant, 30 students"
        );
        let (_, columns) = ask(&served, "GET", "/courses/20001/assignments", "").await;
        assert_eq!(columns.as_array().map(Vec::len), Some(3));
        drawn.push(users);
    }
    assert_eq!(drawn[0], drawn[1]);
    assert_ne!(drawn[0], drawn[2]);
}

#[test]
fn knobs_that_cannot_be_turned_are_told_apart() {
    let home = Home::new();
    home.write("faults.toml", "[[rules]]\nfault = \"meteor\"");
    for (arguments, code) in [
        (&["sandbox", "--faults", "faults.toml"][..], 3),
        (&["sandbox", "--faults", "nowhere.toml"], 3),
        (&["sandbox", "--world", "demo", "--courses", "3"], 2),
        (&["sandbox", "--dialect", "klingon"], 2),
        (&["sandbox", "--form-parameter-limit", "many"], 2),
        (&["sandbox", "--addr", "192.0.2.1:1"], 2),
        (&["sandbox", "--host", "http://canvas.test"], 2),
        (&["sandbox", "--token", ""], 2),
        (&["sandbox", "--save", "no-such-folder/world.json"], 3),
    ] {
        let ran = home.run(arguments);
        assert_eq!(ran.code, code, "{arguments:?}: {}", ran.all());
    }
}
