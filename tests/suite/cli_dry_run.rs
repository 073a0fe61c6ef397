//! The dry run on the command line: it writes nothing to Canvas, and what it suggests changes nothing by itself.

use std::net::{Ipv4Addr, SocketAddr};
use std::path::Path;
use std::sync::Arc;

use gradepush::sandbox::{DEMO_TOKEN, Fault, Faults, Options, Rule, Sandbox, Serving, World};

use crate::common::{Home, Hosted, Ran, term as a_term};

/// The demo world on a socket of this process, and a home whose connector knows it.
async fn term() -> (Sandbox, Serving, Home) {
    let sandbox =
        Sandbox::new(World::demo(), Options::default(), Arc::new(|| "2026-12-14T17:00:00Z".parse().expect("a time")));
    let serving = sandbox.serve(SocketAddr::from((Ipv4Addr::LOCALHOST, 0))).await.expect("a port");
    let home = Home::new();
    home.write("token", &format!("{DEMO_TOKEN}\n"));
    let address = format!("http://{}", serving.addr);
    let origins = ["--user-id-origin", "login", "--course-id-origin", "sis"];
    let add = ["connector", "add", "Sandbox", "--canvas", &address, "--token-file", "token"];
    let add = add.into_iter().chain(origins).chain(["--use-existing-assignments"]).collect::<Vec<_>>();
    let home = run(home, &add, 0).await.0;
    let home = run(home, &["sync", "--source", "rest"], 0).await.0;
    (sandbox, serving, home)
}

/// Runs the program while this process serves its Canvas.
async fn run(home: Home, arguments: &[&str], code: i32) -> (Home, Ran) {
    let arguments: Vec<String> = arguments.iter().map(|argument| (*argument).to_owned()).collect();
    let running = tokio::task::spawn_blocking(move || {
        let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
        let ran = home.run(&arguments).ends_with(code);
        (home, ran)
    });
    running.await.expect("the program runs")
}

fn capture() -> String {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/aairs/demo.jsonl").display().to_string()
}

#[tokio::test(flavor = "multi_thread")]
async fn planning_reporting_and_suggesting_write_nothing() {
    let (sandbox, serving, mut home) = term().await;
    let capture = capture();
    let commands: [(&[&str], i32); 6] = [
        (&["plan", &capture, "--html", "plan.html", "--csv", "plan.csv"], 4),
        (&["push", &capture, "--dry-run"], 4),
        (&["show", "P1", "--html", "again.html"], 0),
        (&["show", "P1", "--summary"], 0),
        (&["resolve", &capture], 4),
        (&["map", "suggest", &capture], 0),
    ];
    for (arguments, code) in commands {
        home = run(home, arguments, code).await.0;
    }
    assert_eq!(sandbox.world(|world| world.write_requests()), 0);
    serving.shutdown().await.expect("stopped");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_suggested_map_is_what_import_takes() {
    let (_sandbox, serving, home) = term().await;
    let capture = capture();
    let (home, ran) = run(home, &["map", "suggest", &capture, "-o", "map.csv", "--json"], 0).await;
    let result = ran.result();
    let suggested = result["suggested"].as_u64().expect("a number");
    assert!(suggested > 0 && result["columns"].as_u64() >= Some(suggested), "{result}");
    let (home, ran) = run(home, &["map", "list", "--json"], 0).await;
    assert_eq!(ran.result()["bindings"].as_array().map(Vec::len), Some(0), "nothing is bound unasked");
    let (home, ran) = run(home, &["map", "import", "map.csv", "--json"], 0).await;
    assert_eq!(ran.result()["bindings"], suggested);
    let (_home, ran) = run(home, &["map", "suggest", &capture, "--json"], 0).await;
    assert_eq!(ran.result()["suggested"], 0, "what is bound is not suggested again");
    serving.shutdown().await.expect("stopped");
}

#[test]
fn a_course_whose_answer_cannot_be_read_is_not_put_down_to_missing_rights_alone() {
    let rule = Rule::new("GET", "/api/v1/courses/*/assignments", Fault::MalformedJson);
    let (world, sheet, _) = a_term(1, 2);
    let faults = Faults { rules: vec![rule], ..Faults::default() };
    let hosted = Hosted::of(world, Options { faults, ..Options::default() });
    hosted.home.write("scores.csv", &sheet);
    let result = hosted.home.run(&["plan", "scores.csv", "--json"]).ends_with(4).result();
    let finding = &result["findings"][0];
    assert_eq!(finding["code"], "course-unreadable", "{result}");
    let hint = finding["hint"].as_str().expect("a hint");
    assert!(hint.contains("if its answer cannot be read") && hint.contains("plan again"), "{hint}");
}
