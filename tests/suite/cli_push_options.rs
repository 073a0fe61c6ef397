//! What `push` is told by its options, what it says before it writes, and how it ends when somebody or something stops
//! it: from the command line, judged from Canvas's own world.

use std::process::Stdio;
use std::time::Duration;

use gradepush::sandbox::{Event, Fault, Faults, JobScript, Moment, Options, Rule, What};
use serde_json::{Value, json};

use crate::common::{Hosted, Ran, Row, term};

const UPDATE: &str = "/api/v1/courses/*/submissions/update_grades";

/// Two courses with two columns of six students each, planned as `P1`.
fn planned(options: Options) -> (Hosted, Vec<Row>) {
    let (world, sheet, rows) = term(2, 6);
    let canvas = Hosted::of(world, options);
    canvas.home.write("scores.csv", &sheet);
    canvas.home.run(&["plan", "scores.csv"]).succeeds();
    (canvas, rows)
}

fn faulty(rule: Rule) -> Options {
    Options { faults: Faults { rules: vec![rule], ..Faults::default() }, ..Options::default() }
}

fn push(canvas: &Hosted, options: &[&str]) -> Ran {
    canvas.home.run(&[&["push", "P1", "--yes", "--json"], options].concat())
}

fn counts(result: &Value, keys: [&str; 3]) -> [u64; 3] {
    keys.map(|key| result["counts"][key].as_u64().unwrap_or_else(|| panic!("{key} in {result}")))
}

/// Finishes the run; everything is in Canvas then.
#[track_caller]
fn retry_finishes(canvas: &Hosted, rows: &[Row]) -> Value {
    let result = canvas.home.run(&["retry", "R1", "--yes", "--json"]).succeeds().result();
    assert_eq!(counts(&result, ["written", "unknown", "pending"]), [rows.len() as u64, 0, 0], "{result}");
    assert!(result["requests"].as_u64() > Some(0), "its requests are counted: {result}");
    canvas.sandbox.world(|world| assert_eq!(world.score_count(), rows.len()));
    result
}

#[test]
fn the_confirmation_names_counts_notifications_host_connector_and_person() {
    let (canvas, _rows) = planned(Options::default());
    let ran = canvas.home.run(&["push", "P1", "--yes"]).succeeds();
    let host = canvas.store().plan("P1".parse().expect("an id")).expect("the plan").header.host;
    for words in [
        "Plan P1: 24 to set, 0 to change, 0 unchanged, 2 assignments to create; about 36 notifications",
        &format!("To {host}, as "),
        "through connector `Tegrity`.",
    ] {
        assert!(ran.stderr.contains(words), "{words}: {}", ran.all());
    }
}

#[test]
fn the_first_courses_are_read_back_and_the_rest_stays_pending() {
    let (canvas, rows) = planned(Options::default());
    let ran = push(&canvas, &["--first", "1"]).ends_with(4);
    let result = ran.result();
    assert_eq!(counts(&result, ["written", "unknown", "pending"]), [12, 0, 12], "{result}");
    assert_eq!((&result["stopped"], &result["retryable"]), (&json!("the first courses are done"), &json!(12)));
    assert!(ran.stdout.lines().any(|line| line.contains(r#""event":"stopped""#)), "{}", ran.all());
    retry_finishes(&canvas, &rows);
}

#[test]
fn nothing_is_sent_after_the_deadline() {
    let (canvas, rows) = planned(Options::default());
    let before = canvas.sandbox.world(|world| world.write_requests());
    let result = push(&canvas, &["--deadline", "2020-01-01T00:00:00Z"]).ends_with(4).result();
    assert_eq!(counts(&result, ["written", "unknown", "pending"]), [0, 0, 24], "{result}");
    assert_eq!(result["stopped"], "the deadline has passed");
    assert_eq!(canvas.sandbox.world(|world| world.write_requests()), before);
    retry_finishes(&canvas, &rows);
}

#[test]
fn too_many_failures_stop_the_push() {
    let (canvas, _rows) = planned(Options::default());
    // A teacher deletes a column after the plan was made.
    canvas.sandbox.world(|world| {
        for course in world.course_ids() {
            let (assignment, _) = world.assignments_of(course)[0].clone();
            world.delete_assignment(course, assignment);
        }
    });
    let result = push(&canvas, &["--stop-after-failures", "2", "--chunk", "4", "--courses-at-once", "1"]);
    let result = result.ends_with(4).result();
    assert_eq!(result["stopped"], "too many cells failed");
    let [written, rejected, pending] = counts(&result, ["written", "rejected", "pending"]);
    assert_eq!((rejected, written + rejected + pending), (2, 24), "{result}");
    assert!(pending >= 20, "{result}");
}

/// Every request is answered with 503 for so many seconds from the first write on.
fn maintenance(seconds: i64) -> Options {
    let event = Event { moment: Moment::FirstWrite, what: What::Maintenance { seconds } };
    Options { faults: Faults { events: vec![event], ..Faults::default() }, ..Options::default() }
}

#[test]
fn a_maintenance_window_ends_a_push() {
    let (canvas, _rows) = planned(maintenance(1_000_000));
    let result = push(&canvas, &[]).ends_with(8).result();
    assert_eq!(counts(&result, ["written", "unknown", "pending"]), [0, 0, 24], "{result}");
    assert_eq!(result["retryable"], 24);
}

#[test]
fn a_maintenance_window_is_waited_for() {
    let (canvas, rows) = planned(maintenance(12));
    let result = push(&canvas, &["--wait-for-canvas", "10s"]).succeeds().result();
    assert_eq!(counts(&result, ["written", "unknown", "pending"]), [rows.len() as u64, 0, 0], "{result}");
}

#[test]
fn a_stuck_job_is_left_after_its_time_and_named() {
    let (canvas, rows) = planned(faulty(Rule::new("POST", UPDATE, Fault::JobStuckQueued).times(0, 1)));
    let options = ["--job-timeout", "1s", "--courses-at-once", "1"];
    let result = push(&canvas, &options).ends_with(4).result();
    assert_eq!(counts(&result, ["written", "unknown", "pending"]), [12, 12, 0], "{result}");
    let shown = canvas.home.run(&["show", "R1"]).succeeds();
    assert!(
        shown.stdout.contains("J1: 12 cells, Canvas has not ended it; `gradepush retry R1` waits"),
        "{}",
        shown.all()
    );
    let jobs = canvas.home.run(&["show", "R1", "--json"]).succeeds().result()["jobs"].clone();
    assert_eq!(
        (&jobs[0]["job"], &jobs[0]["run"], &jobs[0]["cells"]),
        (&json!("J1"), &json!("R1"), &json!(12)),
        "{jobs}"
    );
    assert!(jobs[0]["sent_at"].is_string() && jobs[0]["progress"].is_number() && jobs[1].is_null(), "{jobs}");
    // Its cells are in no new plan.
    let plan = canvas.home.run(&["plan", "scores.csv", "--json"]).ends_with(4).result();
    assert_eq!((&plan["counts"]["blocked"], &plan["counts"]["unchanged"]), (&json!(12), &json!(12)), "{plan}");
    let open: Vec<i64> = canvas.sandbox.world(|world| world.job_states().into_iter().map(|(job, _)| job).collect());
    canvas.sandbox.world(|world| open.iter().for_each(|job| world.set_job_fate(*job, JobScript::Runs)));
    retry_finishes(&canvas, &rows);
}

#[test]
fn a_job_that_is_given_up_is_not_waited_for() {
    let (canvas, rows) = planned(faulty(Rule::new("POST", UPDATE, Fault::JobStuckQueued).times(0, 1)));
    push(&canvas, &["--job-timeout", "1s", "--courses-at-once", "1"]).ends_with(4);
    let wrong = canvas.home.run(&["retry", "R1", "--yes", "--abandon-job", "J9"]).ends_with(2);
    assert!(wrong.stderr.contains("J9 is no job that R1 waits for"), "{}", wrong.all());
    let number = canvas.home.run(&["retry", "R1", "--yes", "--abandon-job", "4"]).ends_with(2);
    assert!(number.stderr.contains("`4` is not an id such as J2"), "{}", number.all());
    canvas.home.run(&["retry", "R1", "--dry-run", "--abandon-job", "J1"]).ends_with(4);
    let shown = canvas.home.run(&["show", "R1"]).succeeds();
    assert!(shown.stdout.contains("--abandon-job J1"), "a dry run gives nothing up: {}", shown.all());
    // An administrator of Canvas ended the job.
    let open: Vec<i64> = canvas.sandbox.world(|world| world.job_states().into_iter().map(|(job, _)| job).collect());
    canvas.sandbox.world(|world| open.iter().for_each(|job| world.set_job_fate(*job, JobScript::DiesAfter(0))));
    let result = canvas.home.run(&["retry", "R1", "--yes", "--json", "--abandon-job", "J1"]);
    // Comments that went with it may still come, so it is not all done.
    let result = result.ends_with(4).result();
    assert!(result["comments"]["unknown"].as_u64() > Some(0), "{result}");
    assert_eq!(counts(&result, ["written", "unknown", "pending"]), [rows.len() as u64, 0, 0], "{result}");
    canvas.sandbox.world(|world| assert_eq!(world.score_count(), rows.len()));
    let shown = canvas.home.run(&["show", "R1"]).succeeds();
    assert!(!shown.stdout.contains("--abandon-job"), "{}", shown.all());
}

#[test]
fn an_old_plan_needs_a_yes_of_its_own() {
    let (canvas, rows) = planned(Options::default());
    let raw = rusqlite::Connection::open(canvas.store_file()).expect("the store");
    let aged = "UPDATE plan SET header = json_set(header, '$.created_at', '2026-01-01T00:00:00Z')";
    raw.execute(aged, []).expect("the plan");
    drop(raw);
    let ran = canvas.home.run(&["push", "P1", "--yes"]).ends_with(3);
    assert!(ran.stderr.contains("hours old") && ran.stderr.contains("--stale-ok"), "{}", ran.all());
    canvas.sandbox.world(|world| assert_eq!(world.score_count(), 0));
    let result = push(&canvas, &["--stale-ok"]).succeeds().result();
    assert_eq!(result["counts"]["written"], rows.len());
    // And it runs once.
    push(&canvas, &["--stale-ok"]).ends_with(2);
}

/// The culprit that ends a job, or makes Canvas refuse a request, is found and rejected with Canvas's reason; all the
/// others are written.
#[test]
fn a_job_that_dies_half_way_costs_nobody_a_grade() {
    // Several in a row: some meet cells of a column that the run created, sent before and still as empty.
    let (canvas, rows) = planned(faulty(Rule::new("POST", UPDATE, Fault::JobDies { rows: 3 }).times(0, 6)));
    let result = push(&canvas, &[]).succeeds().result();
    assert_eq!(counts(&result, ["written", "unknown", "pending"]), [rows.len() as u64, 0, 0], "{result}");
    canvas.sandbox.world(|world| assert_eq!(world.score_count(), rows.len()));
    let page = canvas.home.path("run.csv");
    canvas.home.run(&["show", "R1", "--csv", "run.csv", "--html", "run.html"]).succeeds();
    let csv = fs_err::read_to_string(page).expect("the CSV");
    let mut table = csv::Reader::from_reader(csv.as_bytes());
    let header = table.headers().expect("a header").clone();
    let column = |name: &str| header.iter().position(|one| one == name).expect("a column");
    let (outcome, request, assignment) = (column("outcome"), column("request_id"), column("assignment_id"));
    for line in table.records().map(|line| line.expect("a record")) {
        assert_eq!(&line[outcome], "written", "{line:?}");
        assert!(!line[assignment].is_empty(), "columns that the run created have ids too: {line:?}");
        assert!(!line[request].is_empty(), "Canvas's support can find the request: {line:?}");
    }
    let html = fs_err::read_to_string(canvas.home.path("run.html")).expect("the page");
    assert!(html.contains("requests"), "the page says what it took");
}

#[cfg(unix)]
mod interrupted {
    use super::*;

    /// Starts a push, sends Ctrl-C so many times once Canvas has seen a write, and returns the exit code.
    fn interrupted(canvas: &Hosted, times: u32) -> i32 {
        let before = canvas.sandbox.world(|world| world.write_requests());
        let mut command = canvas.home.command(&["push", "P1", "--yes", "--chunk", "2", "--courses-at-once", "1"]);
        let mut child = command.stdout(Stdio::null()).stderr(Stdio::null()).spawn().expect("the program starts");
        while canvas.sandbox.world(|world| world.write_requests()) == before {
            assert!(child.try_wait().expect("it is ours").is_none(), "it ended before it wrote");
            std::thread::sleep(Duration::from_millis(2));
        }
        for _ in 0..times {
            let kill = std::process::Command::new("kill").args(["-INT", &child.id().to_string()]).status();
            assert!(kill.expect("kill is there").success());
            // Two signals at once are one.
            std::thread::sleep(Duration::from_millis(200));
        }
        child.wait().expect("it ends").code().unwrap_or(-1)
    }

    #[test]
    fn the_first_ctrl_c_awaits_replies_and_the_journal_is_safe() {
        let (canvas, rows) = planned(Options { job_cells_per_second: Some(10), ..Options::default() });
        assert_eq!(interrupted(&canvas, 1), 130);
        let shown = canvas.home.run(&["show", "R1", "--json"]).succeeds().result();
        let [written, unknown, pending] = counts(&shown, ["written", "unknown", "pending"]);
        assert_eq!(written + unknown + pending, 24, "{shown}");
        assert!(pending > 0, "it ended early: {shown}");
        canvas.let_time_pass();
        retry_finishes(&canvas, &rows);
    }

    #[test]
    fn the_second_ctrl_c_waits_for_nothing() {
        let latency = Duration::from_secs(2);
        let (world, sheet, rows) = term(1, 2);
        let canvas = Hosted::of(world, Options { faults: slow_writes(latency), ..Options::default() });
        canvas.home.write("scores.csv", &sheet);
        canvas.home.run(&["plan", "scores.csv"]).succeeds();
        assert_eq!(interrupted(&canvas, 2), 130);
        std::thread::sleep(latency);
        canvas.let_time_pass();
        retry_finishes(&canvas, &rows);
    }

    /// The first bulk request hangs, although it was carried out.
    fn slow_writes(hang: Duration) -> Faults {
        let fault = Fault::Hang { seconds: hang.as_secs(), executed: true };
        Faults { rules: vec![Rule::new("POST", UPDATE, fault).times(0, 1)], ..Faults::default() }
    }
}
