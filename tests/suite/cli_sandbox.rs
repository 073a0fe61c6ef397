//! Commands against a sandbox in another process.

use crate::common::Home;

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
    assert_eq!(home.run(&["cache", "status", "--json"]).succeeds().result()["source"], serde_json::Value::Null);
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
    home.run(&["sandbox", "--world", "token"]).ends_with(3);
    home.run(&["sandbox", "--world", "nowhere.json"]).ends_with(3);
}
