//! The table of endpoints says truly what a limited token needs.

use std::collections::BTreeSet;

use gradepush::canvas::{CanvasError, ENDPOINTS, Method, TokenTrouble, Verb, endpoint};
use gradepush::sandbox::Options;

use crate::client_carrier::{json, rig};
use crate::client_endpoints::endpoints;
use crate::common::{Hosted, term};

const TOO_FEW_SCOPES: &str = r#"{"errors":[{"message":"Insufficient scopes on access token."}]}"#;

#[tokio::test]
async fn a_refusal_names_the_missing_scope_and_every_scope_is_an_endpoints() {
    let mut met = BTreeSet::new();
    for call in endpoints() {
        let rig = rig(|_, _| json(401, TOO_FEW_SCOPES));
        let error = (call.call)(rig.client.clone()).await.expect_err(call.name);
        match error {
            CanvasError::Unauthorized { trouble: TokenTrouble::Scope(Some(missing)), .. } => {
                assert!(error.to_string().contains(&missing.to_string()), "{error}");
                met.insert(missing.to_string());
            }
            // GraphQL has no scopes.
            CanvasError::Unauthorized { trouble: TokenTrouble::Scope(None), .. } => {
                assert_eq!(call.name, "set_post_policy", "src/canvas/endpoint.rs has no row for it: {error}");
            }
            other => panic!("{}: {other}", call.name),
        }
    }
    let table: BTreeSet<String> = ENDPOINTS.iter().map(ToString::to_string).collect();
    assert_eq!(met, table, "left: endpoints of the client, right: rows of the table");
}

#[test]
fn scopes_are_spelled_as_canvas_spells_them() {
    for (path, expected) in [
        ("/api/v1/courses/12/students/submissions", "url:GET|/api/v1/courses/:course_id/students/submissions"),
        ("/api/v1/users/self", "url:GET|/api/v1/users/:id"),
        ("/api/v1/courses/sis_course_id:…", "url:GET|/api/v1/courses/:id"),
        ("/api/v1/courses/12/late_policy", "url:GET|/api/v1/courses/:id/late_policy"),
    ] {
        assert_eq!(endpoint(Method::Get, path).expect(path).to_string(), expected);
    }
    assert_eq!(endpoint(Method::Get, "/api/v1/courses/12/modules"), None);
}

#[test]
fn no_command_asks_for_more_than_its_scopes() {
    let (world, sheet, _) = term(2, 4);
    let hosted = Hosted::of(world, Options::default());
    let home = &hosted.home;
    home.write("scores.csv", &sheet);
    let connector_test = ["connector", "test"];
    let commands: [(Verb, &[&str]); 9] = [
        (Verb::Test, &connector_test),
        (Verb::Sync, &["sync"]),
        (Verb::Sync, &["sync", "--source", "rest"]),
        (Verb::Sync, &["sync", "--for", "scores.csv"]),
        (Verb::Plan, &["plan", "scores.csv"]),
        (Verb::Push, &["push", "P1", "--yes"]),
        (Verb::Verify, &["verify", "R1"]),
        (Verb::Undo, &["undo", "R1", "--yes"]),
        (Verb::Prove, &["connector", "prove", "--course", "C-0", "--yes"]),
    ];
    for (number, (verb, command)) in commands.into_iter().enumerate() {
        let log = format!("log-{number}");
        let ran = home.run(&[command, &["--log-file", &log, "-v"]].concat());
        assert!(!matches!(ran.code, 1 | 2 | 7 | 8), "{}", ran.all());
        let log = fs_err::read_to_string(home.path(&log)).expect("a log");
        let lines = log.lines().map(|line| serde_json::from_str::<serde_json::Value>(line).expect("JSON"));
        let mut requests = 0;
        for fields in lines.map(|line| line["fields"].clone()).filter(|fields| fields["message"] == "answered") {
            requests += 1;
            let (method, path) = (fields["method"].as_str().expect("text"), fields["path"].as_str().expect("text"));
            let method = [Method::Get, Method::Post, Method::Put, Method::Delete]
                .into_iter()
                .find(|one| one.to_string() == method)
                .expect("a method");
            // GraphQL has no scope.
            if path == "/api/graphql" {
                continue;
            }
            let endpoint = endpoint(method, path).unwrap_or_else(|| panic!("{method} {path} is not in the table"));
            assert!(endpoint.needed_by.contains(&verb), "{command:?} asks for {endpoint}");
        }
        assert!(requests > 0, "{command:?} asks for nothing");
    }
}
